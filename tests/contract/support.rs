//! An emulator behind either wire, a signer of its own, and short words for
//! requests and expectations.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use ltsctl::effects::{Chance, Clock};
use ltsctl::emulator::{Account, Emulator, Options, Profile, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub(crate) use crate::wire::{Answer, Ask, Broken, Key, sign};
use crate::wire::{in_process, over_socket};

/// Every profile.
pub(crate) const ALL: &[Profile] = &Profile::ALL;
/// Those with transfers and tags.
pub(crate) const MODERN: &[Profile] = &[Profile::Modern, Profile::NoUpdate];
pub(crate) const UPDATING: &[Profile] = &[Profile::Modern];
pub(crate) const SEED: &[Profile] = &[Profile::Seed2022];

pub(crate) const PROJECT: &str = Account::BUILT_IN.project_id;
const NOWHERE: &str = "00000000-0000-0000-0000-000000000000";

/// An id that nothing has.
pub(crate) fn nil_id() -> String {
    NOWHERE.to_owned()
}

/// Runs a case in this process and over a socket, in each of the profiles.
pub(crate) async fn everywhere(profiles: &[Profile], case: impl AsyncFn(&World)) {
    for &profile in profiles {
        for wire in ["process", "socket"] {
            let world = World::start(profile, wire).await;
            let told = Told { profile, wire };
            case(&world).await;
            drop(told);
        }
    }
}

/// Says where a case failed.
struct Told {
    profile: Profile,
    wire: &'static str,
}

impl Drop for Told {
    #[expect(clippy::print_stderr, reason = "it completes the panic's own message")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("in profile {} over {}", self.profile, self.wire);
        }
    }
}

/// A clock that is set by hand.
#[derive(Debug)]
pub(crate) struct HandClock(Mutex<Timestamp>);

impl HandClock {
    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

pub(crate) fn hand_clock() -> Arc<HandClock> {
    Arc::new(HandClock(Mutex::new("2026-01-02T03:04:05Z".parse().unwrap())))
}

enum Wire {
    Process(Router),
    Socket(SocketAddr),
}

pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) profile: Profile,
    wire: Wire,
}

impl World {
    pub(crate) async fn start(profile: Profile, wire: &str) -> Self {
        let clock = hand_clock();
        let options = Options { profile, data: None, clock: clock.clone(), chance: Chance::seeded(7) };
        let emulator = Emulator::open(options).unwrap();
        let wire = if wire == "process" {
            Wire::Process(emulator.router())
        } else {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let served = emulator.clone();
            tokio::spawn(async move { serve(&served, listener, std::future::pending()).await });
            Wire::Socket(address)
        };
        Self { emulator, clock, profile, wire }
    }

    /// Returns a world around an emulator of another clock, in this process.
    pub(crate) fn around(emulator: Emulator) -> Self {
        let (profile, router) = (emulator.profile(), emulator.router());
        Self { emulator, clock: hand_clock(), profile, wire: Wire::Process(router) }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, ask: Ask) -> Answer {
        self.try_send(ask).await.unwrap()
    }

    /// Sends a request whose answer may not arrive.
    pub(crate) async fn try_send(&self, ask: Ask) -> Result<Answer, Broken> {
        match &self.wire {
            Wire::Process(router) => in_process(router.clone(), ask).await,
            Wire::Socket(address) => over_socket(*address, ask).await,
        }
    }

    /// Sends a signed request whose answer may not arrive.
    pub(crate) async fn try_ask(&self, method: &str, path: &str, body: Option<Value>) -> Result<Answer, Broken> {
        let target = format!("/v2/{PROJECT}/{path}");
        self.try_send(self.sign(Ask::new(method, &target, body), &Key::built_in())).await
    }

    /// Sends a request of the built-in account, signed.
    pub(crate) async fn ask(&self, method: &str, target: &str, body: Option<Value>) -> Answer {
        self.send(self.sign(Ask::new(method, target, body), &Key::built_in())).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", &format!("/v2/{PROJECT}/{path}"), None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("POST", &format!("/v2/{PROJECT}/{path}"), Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask("PUT", &format!("/v2/{PROJECT}/{path}"), Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", &format!("/v2/{PROJECT}/{path}"), None).await
    }

    /// Calls the admin API and expects it to work.
    pub(crate) async fn admin(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.send(Ask::new(method, &format!("/emulator/{path}"), Some(body))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub(crate) async fn configure(&self, patch: Value) {
        self.admin("PATCH", "config", patch).await;
    }

    pub(crate) async fn group(&self, name: &str) -> String {
        let answer = self.post("groups", json!({ "log_group_name": name, "ttl_in_days": 7 })).await;
        answer.expect(201)["log_group_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn stream(&self, group: &str, name: &str) -> String {
        let answer = self.post(&format!("groups/{group}/streams"), json!({ "log_stream_name": name })).await;
        answer.expect(201)["log_stream_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn dump(&self, group: &str, stream: &str) -> String {
        let answer = self.post("log-dump/obs", dump_body(group, &[stream])).await;
        answer.expect(201)["log_dump_obs_id"].as_str().unwrap().to_owned()
    }

    /// Signs with a small signer that shares no code with what it tests.
    pub(crate) fn sign(&self, ask: Ask, key: &Key) -> Ask {
        sign(ask, key, self.clock.now())
    }
}

/// A dump that is fine in every edition.
pub(crate) fn dump_body(group: &str, streams: &[&str]) -> Value {
    json!({
        "log_group_id": group, "log_stream_ids": streams, "obs_bucket_name": "lts-test", "type": "cycle",
        "storage_format": "RAW", "period": 5, "period_unit": "min",
    })
}

/// A transfer to OBS that is fine.
pub(crate) fn transfer_body(group: &str, streams: &[&str]) -> Value {
    let streams: Vec<Value> = streams.iter().map(|id| json!({ "log_stream_id": id })).collect();
    json!({
        "log_group_id": group, "log_streams": streams,
        "log_transfer_info": {
            "log_transfer_type": "OBS", "log_transfer_mode": "cycle", "log_storage_format": "JSON",
            "log_transfer_status": "ENABLE",
            "log_transfer_detail": { "obs_period": 1, "obs_period_unit": "hour", "obs_bucket_name": "lts-test" },
        },
    })
}
