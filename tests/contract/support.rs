//! An emulator behind either wire, a signer of its own, and short words for
//! requests and expectations.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use ltsctl::effects::{Chance, Clock};
use ltsctl::emulator::{Account, Emulator, Lost, Options, Profile, serve};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

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

/// An answer off the wire.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// An answer that did not arrive in full.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The connection closed without a byte.
    NoAnswer,
    /// It closed within the body, after this much of it.
    Within(Vec<u8>),
}

/// A request before it is signed.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: String,
    /// Path and query as they go over the wire.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What signs.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) access: String,
    pub(crate) secret: String,
}

impl Key {
    pub(crate) fn built_in() -> Self {
        Self { access: Account::BUILT_IN.access_key.to_owned(), secret: Account::BUILT_IN.secret_key.to_owned() }
    }
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

impl Ask {
    pub(crate) fn new(method: &str, target: &str, body: Option<Value>) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![
                ("host".to_owned(), "localhost".to_owned()),
                ("content-type".to_owned(), "application/json;charset=utf8".to_owned()),
            ],
            body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
        }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// Expects a success and returns its body.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    /// Expects a success without a body.
    #[track_caller]
    pub(crate) fn expect_empty(&self, status: u16) {
        assert_eq!((self.status, self.body.as_slice()), (status, &b""[..]), "{self:?}");
    }

    /// Expects a refusal of the service: two members, and the request's id in
    /// the header only.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str, message: &str) {
        let body = self.expect(status);
        assert_eq!(body, json!({ "error_code": code, "error_msg": message }));
        assert_eq!(self.headers.get("x-request-id").map(String::len), Some(32), "{self:?}");
    }

    /// Expects a refusal of the gateway: the request's id in the body too.
    #[track_caller]
    pub(crate) fn turned_away(&self, status: u16, code: &str, message_part: &str) {
        let body = self.expect(status);
        assert_eq!(body["error_code"], code, "{body}");
        assert!(body["error_msg"].as_str().unwrap().contains(message_part), "{body}");
        assert!(body["request_id"].as_str().is_some_and(|id| id.len() == 32), "{body}");
    }
}

pub(crate) fn sign(ask: Ask, key: &Key, now: Timestamp) -> Ask {
    let date = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let ask = ask.with("x-sdk-date", &date);
    let mut headers: Vec<(String, String)> =
        ask.headers.iter().filter(|(name, _)| name != "authorization").cloned().collect();
    headers.sort();
    let signed: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let (path, query) = ask.target.split_once('?').unwrap_or((&ask.target, ""));
    // Test queries are written encoded and in order.
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let slash = if path.ends_with('/') { "" } else { "/" };
    let canonical = format!(
        "{}\n{path}{slash}\n{query}\n{lines}\n{}\n{}",
        ask.method,
        signed.join(";"),
        hex(&Sha256::digest(&ask.body))
    );
    let text = format!("SDK-HMAC-SHA256\n{date}\n{}", hex(&Sha256::digest(canonical)));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    let signature = hex(&mac.finalize().into_bytes());
    let header =
        format!("SDK-HMAC-SHA256 Access={}, SignedHeaders={}, Signature={signature}", key.access, signed.join(";"));
    ask.with("authorization", &header)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn in_process(router: Router, ask: Ask) -> Result<Answer, Broken> {
    let mut request = http::Request::builder().method(ask.method.as_str()).uri(&ask.target);
    for (name, value) in &ask.headers {
        request = request.header(name, value);
    }
    let response = router.oneshot(request.body(Body::from(ask.body)).unwrap()).await.unwrap();
    let (parts, mut body) = response.into_parts();
    if parts.extensions.get::<Lost>().is_some() {
        assert!(body.collect().await.is_err(), "who does not know the mark sees a broken body");
        return Err(Broken::NoAnswer);
    }
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => bytes.extend(frame.into_data().unwrap()),
            Err(_) => return Err(Broken::Within(bytes)),
        }
    }
    Ok(Answer {
        status: parts.status.as_u16(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
        body: bytes,
    })
}

async fn over_socket(address: SocketAddr, ask: Ask) -> Result<Answer, Broken> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut head = format!("{} {} HTTP/1.1\r\n", ask.method, ask.target);
    for (name, value) in &ask.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n", ask.body.len()));
    stream.write_all(head.as_bytes()).await.unwrap();
    // A refusal may come, and the connection close, before all of it is sent.
    let _ = stream.write_all(&ask.body).await;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    if bytes.is_empty() {
        return Err(Broken::NoAnswer);
    }
    let answer = parse(&bytes);
    match answer.headers.get("content-length").map(|length| length.parse::<usize>().unwrap()) {
        Some(length) if answer.body.len() < length => Err(Broken::Within(answer.body)),
        _ => Ok(answer),
    }
}

fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: BTreeMap<String, String> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let body = match headers.get("transfer-encoding").map(String::as_str) {
        None => bytes[end + 4..].to_vec(),
        Some("chunked") => unchunked(&bytes[end + 4..]),
        Some(other) => panic!("{other}"),
    };
    Answer { status, headers, body }
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|window| window == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        body.extend_from_slice(&bytes[end + 2..end + 2 + length]);
        bytes = &bytes[end + 4 + length..];
    }
    body
}
