//! The emulator in a process of its own, so that its work is nobody else's.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use ltsctl::effects::{Chance, SystemClock};
use ltsctl::emulator::{Estate, Profile};
use ltsctl::lts::{Client, Credential, Limits, ProjectPin, Settings, SocketTransport, Transport};
use ltsctl::model::{Edition, Endpoint, ProjectId, Region};
use secrecy::SecretString;
use serde::Serialize;

use crate::Outcome;

/// The program, as the release profile builds it.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_ltsctl");

/// Requests at a time: the default of the program.
pub(crate) const PARALLELISM: usize = 10;

const REGION: &str = "my-kualalumpur-1";

/// A running emulator, which ends with this value.
#[derive(Debug)]
pub(crate) struct Service {
    process: Child,
    /// Held open, because the emulator writes to it.
    _output: BufReader<ChildStdout>,
    origin: String,
    account: Account,
    admin: SocketTransport,
}

/// What the emulator printed to be exported.
#[derive(Debug, Default)]
struct Account {
    project_id: String,
    access_key: String,
    secret_key: String,
}

impl Service {
    /// Starts an emulator that keeps nothing.
    pub(crate) fn start(profile: Profile) -> Outcome<Self> {
        let mut process = Command::new(PROGRAM)
            .args(["emulator", "--listen", "127.0.0.1:0", "--profile", profile.as_str()])
            .env_clear()
            .stdout(Stdio::piped())
            .spawn()?;
        let mut output = BufReader::new(process.stdout.take().ok_or("the emulator has no output")?);
        let (mut origin, mut account) = (String::new(), Account::default());
        while account.secret_key.is_empty() {
            let mut line = String::new();
            if output.read_line(&mut line)? == 0 {
                return Err("the emulator ended".into());
            }
            if let Some((_, rest)) = line.split_once(" on ")
                && line.starts_with("LTS emulator")
            {
                origin = rest.split(' ').next().unwrap_or_default().to_owned();
            }
            match line.trim_end().strip_prefix("export ").and_then(|pair| pair.split_once('=')) {
                Some(("HW_PROJECT_ID", value)) => account.project_id = value.to_owned(),
                Some(("HW_ACCESS_KEY", value)) => account.access_key = value.to_owned(),
                Some(("HW_SECRET_KEY", value)) => account.secret_key = value.to_owned(),
                _ => {}
            }
        }
        Ok(Self { process, _output: output, origin, account, admin: SocketTransport::new(None)? })
    }

    /// Puts objects in the place of all there are.
    pub(crate) async fn seed(&self, estate: &Estate) -> Outcome<()> {
        self.tell(Method::PUT, "/emulator/state", estate).await
    }

    /// Holds every answer back from now on.
    pub(crate) async fn hold_answers_back(&self, milliseconds: u64) -> Outcome<()> {
        self.tell(Method::PATCH, "/emulator/config", &serde_json::json!({"latency_ms": milliseconds})).await
    }

    async fn tell(&self, method: Method, path: &str, body: &impl Serialize) -> Outcome<()> {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.origin))
            .header("content-type", "application/json")
            .body(Bytes::from(serde_json::to_vec(body)?))?;
        let answer = self.admin.deliver(request).await.map_err(|fault| format!("{fault:?}"))?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(format!("the emulator answers {}: {}", answer.status(), String::from_utf8_lossy(answer.body())).into())
    }

    /// Connects as the program does, with a signature for every request.
    pub(crate) async fn connect(&self, transport: Arc<dyn Transport>) -> Outcome<Client> {
        let settings = Settings {
            region: Region::parse(REGION).ok_or("the region is malformed")?,
            lts: Endpoint::parse(&self.origin)?,
            iam: Endpoint::parse(&self.origin)?,
            project: ProjectPin::Id(ProjectId::parse(&self.account.project_id)?),
            domain_pin: None,
            credential: Credential::AccessKey {
                access_key: self.account.access_key.clone(),
                secret_key: SecretString::from(self.account.secret_key.as_str()),
                security_token: None,
            },
            edition: Edition::Auto,
        };
        let limits = Limits { parallelism: PARALLELISM, ..Limits::default() };
        let clock = Arc::new(SystemClock);
        let (client, _) = Client::connect(settings, transport, clock, Chance::from_system(), limits).await?;
        Ok(client)
    }

    /// Returns the `target` section of a manifest.
    pub(crate) fn target(&self) -> String {
        let origin = &self.origin;
        format!("target:\n  region: {REGION}\n  endpoints: {{lts: \"{origin}\", iam: \"{origin}\"}}\n")
    }

    /// Returns the environment that the program needs to reach the service.
    pub(crate) fn environment(&self) -> [(&'static str, &str); 3] {
        [
            ("HW_PROJECT_ID", &self.account.project_id),
            ("HW_ACCESS_KEY", &self.account.access_key),
            ("HW_SECRET_KEY", &self.account.secret_key),
        ]
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
