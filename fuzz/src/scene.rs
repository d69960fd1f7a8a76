//! What the targets share: a client whose service is the fuzzer, a manifest,
//! and what may be printed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use ltsctl::effects::{Chance, TokioClock};
use ltsctl::escape::is_dangerous;
use ltsctl::lts::{
    Client, Credential, Deadline, Error, Identity, Limits, ProjectPin, Settings, Transport, Undelivered,
};
use ltsctl::manifest::{Manifest, Source, parse};
use ltsctl::model::{Capabilities, DeleteBudget, Desired, Edition, Endpoint, Live, Memory, ProjectId, Region};
use ltsctl::plan::{ApiBudget, Plan, Proposal, Purpose, Request, propose};
use ltsctl::render::json::PlanDocument;
use ltsctl::saved::TargetDocument;
use secrecy::SecretString;

/// The secret that must never be seen again.
pub const CANARY: &str = "canary/7f3e9d2c+wrong?secret=";
/// The security token that must never be seen again.
pub const CANARY_TOKEN: &str = "token-canary \"0b1d\" \u{e9}";
/// Longest time of a run, in virtual seconds.
pub const DEADLINE: u64 = 900;

/// Runs a future to its end under virtual time.
pub fn play<T>(future: impl Future<Output = T>) -> T {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    runtime.block_on(Box::pin(future))
}

/// What comes of one request.
type Answer = Result<http::Response<Bytes>, Undelivered>;

/// A service that answers what it was told to, and its last answer for ever.
#[derive(Debug)]
pub struct Script {
    answers: Mutex<(VecDeque<Answer>, Vec<http::Method>)>,
}

impl Script {
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new((answers.into_iter().collect(), Vec::new())) })
    }

    /// The methods of the requests that came.
    pub fn methods(&self) -> Vec<http::Method> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}

impl Transport for Script {
    fn deliver(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Answer> {
        let mut state = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let (answers, methods) = &mut *state;
        methods.push(request.method().clone());
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        let answer = answer.unwrap_or_else(|| Err(Undelivered::Interrupted("nothing comes".to_owned())));
        async move { answer }.boxed()
    }
}

/// Connects to a service with secrets that are known.
pub async fn connect(transport: Arc<dyn Transport>) -> Result<(Client, Identity), Error> {
    let endpoint = Endpoint::parse("https://lts.example").expect("an origin");
    let settings = Settings {
        region: Region::parse("my-kualalumpur-1").expect("a region"),
        lts: endpoint.clone(),
        iam: endpoint,
        project: ProjectPin::Id(ProjectId::parse("2a473356cca5487f8373be891bffc1cf").expect("an id")),
        domain_pin: None,
        credential: Credential::AccessKey {
            access_key: "AKIDCANARY".to_owned(),
            secret_key: SecretString::from(CANARY),
            security_token: Some(SecretString::from(CANARY_TOKEN)),
        },
        edition: Edition::Auto,
    };
    let limits = Limits {
        parallelism: 4,
        request_timeout: Duration::from_secs(60),
        deadline: Some(Deadline::within(Duration::from_secs(DEADLINE))),
    };
    let clock = Arc::new(TokioClock::starting_at("2026-01-02T03:04:05Z".parse().expect("a time")));
    Client::connect(settings, transport, clock, Chance::seeded(2), limits).await
}

/// Reads a manifest that is one file.
pub fn read_manifest(text: &str) -> Result<Manifest, ltsctl::manifest::Complaints> {
    parse(&[Source { name: Arc::from("fuzz.yaml"), text: text.to_owned(), folder: "estate".into() }])
}

/// Plans, as the programs does.
pub fn plan(desired: &Desired, live: &Live, capabilities: &Capabilities, purpose: Purpose) -> Proposal {
    let request = Request { purpose, take_over: &[], today: "2026-01-02", memory: &Memory::default() };
    propose(desired, live, capabilities, request)
}

/// Where all of it is.
pub fn target() -> TargetDocument {
    TargetDocument {
        name: "my-kualalumpur-1/2a473356cca5487f8373be891bffc1cf".to_owned(),
        region: "my-kualalumpur-1".to_owned(),
        project_id: "2a473356cca5487f8373be891bffc1cf".to_owned(),
        project_name: None,
        domain_id: None,
        endpoint: "https://lts.example".to_owned(),
        iam_endpoint: Some("https://iam.example".to_owned()),
        api: "auto".to_owned(),
        emulator: None,
    }
}

/// A plan as it is saved.
pub fn document(plan: &Plan) -> PlanDocument {
    PlanDocument::of(plan, target(), DeleteBudget::default(), ApiBudget::of(plan, 3, None))
}

/// Panics where text would make a terminal do something, or shows a secret.
pub fn assert_printable(text: &str) {
    if let Some(c) = text.chars().find(|c| *c != '\n' && *c != '\t' && is_dangerous(*c)) {
        panic!("{c:?} reaches the terminal in {text:?}");
    }
    assert_discreet(text);
}

/// Panics where text shows a secret as it is.
pub fn assert_discreet(text: &str) {
    for secret in [CANARY, CANARY_TOKEN] {
        assert!(!text.contains(secret), "a secret is shown in {text:?}");
    }
}
