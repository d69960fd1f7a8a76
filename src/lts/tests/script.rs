//! A service that answers from a script, and what it was asked.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::super::*;
use crate::effects::{Chance, TokioClock};
use crate::model::{Edition, Endpoint, GroupId, ProjectId, Region, StreamId};

pub(super) const PROJECT: &str = "2a473356cca5487f8373be891bffc1cf";
pub(super) const OTHER_PROJECT: &str = "ffffffffffffffffffffffffffffffff";
pub(super) const DOMAIN: &str = "0123456789abcdef0123456789abcdef";
pub(super) const REGION: &str = "my-kualalumpur-1";
pub(super) const SECRET: &str = "canary-secret-key";
pub(super) const PASSWORD: &str = "canary-pass word";
/// The lookup of the region's default project.
pub(super) const LOOKUP: &str = "GET iam /v3/projects?name=my-kualalumpur-1";
pub(super) const TOKENS: &str = "POST iam /v3/auth/tokens?nocatalog=true";

/// One scripted answer.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    Fails(Undelivered),
    /// No answer, ever.
    Hangs,
    /// An answer that takes a while.
    After(Duration, Box<Reply>),
}

impl Reply {
    pub(super) fn header(self, name: &'static str, value: &str) -> Self {
        match self {
            Self::Answer { status, mut headers, body } => {
                headers.push((name, value.to_owned()));
                Self::Answer { status, headers, body }
            }
            other => other,
        }
    }
}

pub(super) fn answer(status: u16, body: impl Into<String>) -> Reply {
    Reply::Answer { status, headers: Vec::new(), body: body.into() }
}

pub(super) fn refusal(status: u16, code: &str) -> Reply {
    answer(status, format!(r#"{{"error_code":"{code}","error_msg":"words about {code}"}}"#))
}

pub(super) fn interrupted() -> Reply {
    Reply::Fails(Undelivered::Interrupted("connection reset".to_owned()))
}

pub(super) fn not_sent() -> Reply {
    Reply::Fails(Undelivered::NotSent("connection refused".to_owned()))
}

#[derive(Debug, Default)]
struct Book {
    replies: BTreeMap<String, VecDeque<Reply>>,
    always: BTreeMap<String, Reply>,
    requests: Vec<http::Request<Bytes>>,
    lines: Vec<String>,
    under_way: usize,
    most_under_way: usize,
}

/// The service. A request is named by method, `iam` for that host, path without
/// `/v2/{project}`, and query; an unscripted one is answered 599.
#[derive(Debug, Clone, Default)]
pub(super) struct Script(Arc<Mutex<Book>>);

impl Script {
    /// A service in which the identity probe succeeds.
    pub(super) fn new() -> Self {
        Self::default().always(LOOKUP, projects(&[(PROJECT, REGION)]))
    }

    /// Answers the next requests of this name, in order.
    pub(super) fn on(self, name: &str, replies: impl IntoIterator<Item = Reply>) -> Self {
        self.0.lock().unwrap().replies.entry(name.to_owned()).or_default().extend(replies);
        self
    }

    /// Answers all further requests of this name.
    pub(super) fn always(self, name: &str, reply: Reply) -> Self {
        self.0.lock().unwrap().always.insert(name.to_owned(), reply);
        self
    }

    /// The names of all requests, the identity probe's left out.
    pub(super) fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap().lines.iter().filter(|line| *line != LOOKUP).cloned().collect()
    }

    pub(super) fn requests(&self) -> Vec<http::Request<Bytes>> {
        self.0.lock().unwrap().requests.clone()
    }

    /// The body of the last request.
    pub(super) fn last_body(&self) -> String {
        let requests = self.requests();
        String::from_utf8(requests.last().expect("a request").body().to_vec()).expect("text")
    }

    pub(super) fn most_under_way(&self) -> usize {
        self.0.lock().unwrap().most_under_way
    }

    fn next(&self, request: http::Request<Bytes>) -> Reply {
        let name = name_of(&request);
        let mut book = self.0.lock().unwrap();
        book.requests.push(request);
        book.lines.push(name.clone());
        let scripted = book.replies.get_mut(&name).and_then(VecDeque::pop_front);
        scripted.or_else(|| book.always.get(&name).cloned()).unwrap_or_else(|| answer(599, ""))
    }

    fn track(&self, change: impl Fn(usize) -> usize) {
        let mut book = self.0.lock().unwrap();
        book.under_way = change(book.under_way);
        book.most_under_way = book.most_under_way.max(book.under_way);
    }
}

fn name_of(request: &http::Request<Bytes>) -> String {
    let uri = request.uri();
    let host = if uri.host().is_some_and(|host| host.starts_with("iam.")) { "iam " } else { "" };
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    let path = path.strip_prefix(&format!("/v2/{PROJECT}/")).unwrap_or(path);
    format!("{} {host}{path}", request.method())
}

impl Transport for Script {
    fn deliver(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, Undelivered>> {
        let mut reply = self.next(request);
        async move {
            self.track(|now| now + 1);
            while let Reply::After(delay, then) = reply {
                tokio::time::sleep(delay).await;
                reply = *then;
            }
            let outcome = match reply {
                Reply::Answer { status, headers, body } => {
                    let mut response = http::Response::builder().status(status);
                    for (name, value) in headers {
                        response = response.header(name, value);
                    }
                    Ok(response.body(Bytes::from(body)).expect("a response"))
                }
                Reply::Fails(why) => Err(why),
                Reply::Hangs | Reply::After(..) => std::future::pending().await,
            };
            self.track(|now| now - 1);
            outcome
        }
        .boxed()
    }
}

pub(super) fn projects(projects: &[(&str, &str)]) -> Reply {
    let items: Vec<String> = projects
        .iter()
        .map(|(id, name)| format!(r#"{{"id":"{id}","name":"{name}","domain_id":"{DOMAIN}","enabled":true}}"#))
        .collect();
    answer(200, format!(r#"{{"projects":[{}],"links":{{}}}}"#, items.join(",")))
}

pub(super) fn token(token: &str) -> Reply {
    answer(
        201,
        format!(
            r#"{{"token":{{"expires_at":"2024-01-03T00:00:00.000000Z","issued_at":"2024-01-02T00:00:00.000000Z",
            "project":{{"id":"{PROJECT}","name":"{REGION}","domain":{{"id":"{DOMAIN}","name":"acme"}}}}}}}}"#
        ),
    )
    .header("X-Subject-Token", token)
}

pub(super) fn settings() -> Settings {
    Settings {
        region: Region::parse(REGION).expect("a region"),
        lts: Endpoint::parse("https://lts.example").expect("an endpoint"),
        iam: Endpoint::parse("https://iam.example").expect("an endpoint"),
        project: ProjectPin::Id(ProjectId::parse(PROJECT).expect("an id")),
        domain_pin: None,
        credential: Credential::AccessKey {
            access_key: "AKID".to_owned(),
            secret_key: SECRET.into(),
            security_token: None,
        },
        edition: Edition::Auto,
    }
}

pub(super) fn with_password() -> Settings {
    Settings {
        credential: Credential::Password {
            user_name: "user".to_owned(),
            password: PASSWORD.into(),
            domain_name: "acme".to_owned(),
        },
        ..settings()
    }
}

pub(super) async fn connect_as(
    script: &Script,
    settings: Settings,
    limits: Limits,
) -> Result<(Client, Identity), Error> {
    connect_sharing(script, settings, limits, Shared::default()).await
}

pub(super) async fn connect_sharing(
    script: &Script,
    settings: Settings,
    limits: Limits,
    shared: Shared,
) -> Result<(Client, Identity), Error> {
    let start = "2024-01-02T03:04:05Z".parse().expect("a time");
    let clock = Arc::new(TokioClock::starting_at(start));
    Client::connect_sharing(settings, Arc::new(script.clone()), clock, Chance::seeded(1), limits, shared).await
}

pub(super) async fn client(script: &Script) -> Client {
    client_of(script, Edition::Auto).await
}

pub(super) async fn client_of(script: &Script, edition: Edition) -> Client {
    let settings = Settings { edition, ..settings() };
    connect_as(script, settings, Limits::default()).await.expect("a connection").0
}

pub(super) fn group_id(text: &str) -> GroupId {
    GroupId::parse(text).expect("an id")
}

pub(super) fn stream_id(text: &str) -> StreamId {
    StreamId::parse(text).expect("an id")
}

pub(super) fn new_group(name: &str) -> NewGroup {
    NewGroup {
        name: crate::model::GroupName::from_service(name),
        ttl: crate::model::Days::from_service(7),
        tags: crate::model::Tags::default(),
        enterprise_project_id: None,
    }
}
