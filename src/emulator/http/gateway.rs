//! The gateway before the service: every request of `/v1`, `/v2` and `/v3`
//! passes through [`pass`], in this order.
//!
//! 1. Which operation is it? (APIGW.0101)
//! 2. Can it be read? (APIGW.0201)
//! 3. Who asks? (APIGW.0301, APIGW.0307)
//! 4. May they, in this project? (LTS.0001, LTS.0003)
//! 5. The service.
//! 6. Is what was done or seen on disk?
//!
//! Faults strike around all of it: before 1, in the place of 2 to 5, within 5
//! in what a list shows, and after 6 on the way of the answer.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::header::HOST;
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::super::account::Account;
use super::super::admin;
use super::super::auth::{Signed, decoded};
use super::super::config::Gate;
use super::super::journal::{JournalEntry, JournalFault, JournalObject};
use super::super::refusal::Refusal;
use super::super::service::Inner;
use super::super::state::Change;
use super::delivery;
use super::exchange::{Answer, Call, Service, respond};
use super::faulty::{self, Instead, Strikes};
use super::operations::{self, Act, Operation, Parameters};

/// The largest body that can be signed `[SEED:318]`.
const BODY_LIMIT: usize = 12 * 1024 * 1024;

/// Where requests come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exposure {
    /// This process.
    Process,
    /// A socket, behind which a web page could be.
    Socket,
}

/// Returns all routes.
pub(crate) fn router(inner: Arc<Inner>, exposure: Exposure) -> Router {
    admin::router(exposure).fallback(serve).with_state(inner)
}

/// A request as it came.
struct Arrival {
    found: Result<(&'static Operation, Parameters), Refusal>,
    parts: Parts,
    body: Result<Bytes, Refusal>,
    request_id: String,
}

type Outcome = Result<Answer, Refusal>;

async fn serve(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let request_id = inner.identity_id();
    let (parts, body) = request.into_parts();
    let found = operations::find(inner.profile, parts.method.as_str(), parts.uri.path());
    let arrival = Arrival { found, parts, body: read(body).await, request_id: request_id.clone() };
    let (operation, service) = (arrival.operation(), arrival.service());
    let line = faulty::line(&arrival.parts).cloned();
    let mut strikes = Strikes::on(&inner, &arrival.parts, operation);
    strikes.precede(&inner, &arrival.parts, arrival.project()).await;
    if let Some(pause) = strikes.lateness() {
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            execute(&inner, arrival, &mut strikes).await;
        });
        return delivery::lose(line.as_ref());
    }
    let mut outcome = execute(&inner, arrival, &mut strikes).await;
    if let Err(reason) = inner.store.settled().await {
        outcome = outcome.map(|_| Err(Refusal::broken(reason)));
    }
    if let Some(operation) = operation {
        inner.pass_gate(operation, Gate::After).await;
    }
    let latency = inner.world().config.latency_ms;
    if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    let now = strikes.time(inner.now());
    let response = outcome.map(|outcome| respond(outcome, service, &request_id, now));
    strikes.deliver(response, line.as_ref()).await
}

/// Executes a request, or does what a fault does in its place. There may be no
/// answer. The journal is written first: the caller may go away at any await.
async fn execute(inner: &Inner, arrival: Arrival, strikes: &mut Strikes) -> Option<Outcome> {
    let (operation, service) = (arrival.operation(), arrival.service());
    let Arrival { found, parts, body, request_id } = arrival;
    let signed = Signed {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        body: body.as_deref().unwrap_or_default(),
    };
    let mut changes = Vec::new();
    let outcome = match (strikes.instead(signed, service, &request_id, inner.now()), found) {
        (Some(Instead::Answer(answer)), _) => Some(Ok(answer)),
        (Some(Instead::Silence), _) => None,
        (None, Ok((operation, parameters))) => {
            let visit = Visit { operation, parameters, parts: &parts, body };
            let executed = pass(inner, visit, strikes, &mut changes).await;
            Some(strikes.reword(executed, &request_id))
        }
        (None, Err(refusal)) => Some(strikes.reword(Err(refusal), &request_id)),
    };
    strikes.settle(inner);
    record(inner, &parts, operation, outcome.as_ref(), &request_id, &changes, strikes.told());
    outcome
}

impl Arrival {
    fn operation(&self) -> Option<&'static str> {
        self.found.as_ref().ok().map(|(operation, _)| operation.name)
    }

    fn service(&self) -> Service {
        let path = self.parts.uri.path();
        match &self.found {
            Ok((operation, _)) => operation.service(),
            Err(_) if path.starts_with("/v3/auth") || path.starts_with("/v3/projects") => Service::Iam,
            Err(_) => Service::Lts,
        }
    }

    /// Returns the project that the path names, or else the built-in account's.
    fn project(&self) -> &str {
        let parameters = self.found.as_ref().map_or(&[][..], |(_, parameters)| parameters);
        let named = parameters.iter().find(|(name, _)| *name == "project_id");
        named.map_or(Account::BUILT_IN.project_id, |(_, id)| id)
    }
}

/// A request to be executed.
struct Visit<'a> {
    operation: &'static Operation,
    parameters: Parameters,
    parts: &'a Parts,
    body: Result<Bytes, Refusal>,
}

async fn pass(
    inner: &Inner,
    visit: Visit<'_>,
    strikes: &mut Strikes,
    changes: &mut Vec<Change>,
) -> Result<Answer, Refusal> {
    let Visit { operation, mut parameters, parts, body } = visit;
    let body = body?;
    let now = strikes.time(inner.now());
    let raw_query = parts.uri.query().unwrap_or_default();
    let host = host(parts);
    let scope = match operation.act {
        Act::Admit(_) => None,
        _ => {
            let headers = with_host(parts, &host);
            let signed = Signed {
                method: parts.method.as_str(),
                path: parts.uri.path(),
                query: raw_query,
                headers: headers.as_ref().unwrap_or(&parts.headers),
                body: &body,
            };
            let known = inner.directory().authenticate(signed, now);
            let known = faulty::judge(inner, parts, known);
            Some(known.map_err(|refusal| match operation.service() {
                // IAM itself looks at tokens; signatures stop at the gateway.
                Service::Iam if parts.headers.contains_key("x-auth-token") => {
                    Refusal::identity_unauthorized("The request you have made requires authentication.")
                }
                _ => refusal,
            })?)
        }
    };
    let mut project = String::new();
    if operation.service() == Service::Lts
        && let Some(index) = parameters.iter().position(|(name, _)| *name == "project_id")
    {
        project = parameters.remove(index).1;
        if let Some(scope) = &scope {
            inner.directory().authorize(scope, &project, &parts.headers)?;
        }
    }
    if inner.world().config.forbidden.contains(operation.name) {
        return Err(match operation.service() {
            Service::Lts => Refusal::no_permission(),
            Service::Iam => Refusal::identity_forbidden("You are not authorized to perform the requested action."),
        });
    }
    inner.pass_gate(operation.name, Gate::Before).await;
    let fresh_id = match operation.act {
        Act::Write(_) => inner.object_id(),
        _ => String::new(),
    };
    let call = Call { project, parameters, query: query(raw_query), body, now, scope, fresh_id, host };
    match operation.act {
        Act::Read(act) => {
            let world = inner.world();
            let answer = strikes.distort(inner, &world, &call, &act, act(&world, &call))?;
            if world.config.empty_lists.contains(operation.name) { answer.emptied() } else { Ok(answer) }
        }
        Act::Write(act) => {
            let (outcome, touched) = inner.change(|world| act(world, &call));
            *changes = touched;
            outcome
        }
        Act::Identify(act) | Act::Admit(act) => {
            let honest = act(inner, &call);
            strikes.distort(inner, &inner.world(), &call, &|_, call| act(inner, call), honest)
        }
    }
}

async fn read(body: Body) -> Result<Bytes, Refusal> {
    match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Refusal::too_large()),
        Err(error) => Err(Refusal::unreadable_request().because(error.to_string())),
    }
}

/// A request of this process may carry its host in the URI only.
fn host(parts: &Parts) -> String {
    let header = parts.headers.get(HOST).and_then(|value| value.to_str().ok());
    header.or(parts.uri.authority().map(|authority| authority.as_str())).unwrap_or("emulator").to_owned()
}

fn with_host(parts: &Parts, host: &str) -> Option<http::HeaderMap> {
    if parts.headers.contains_key(HOST) {
        return None;
    }
    let mut headers = parts.headers.clone();
    headers.insert(HOST, host.parse().ok()?);
    Some(headers)
}

fn query(raw: &str) -> Vec<(String, String)> {
    raw.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decoded(key), decoded(value)))
        .collect()
}

/// Says whether a path is one of the service's, known or not.
pub(super) fn is_of_the_service(path: &str) -> bool {
    ["/v1/", "/v2/", "/v3/"].iter().any(|family| path.starts_with(family))
}

fn record(
    inner: &Inner,
    parts: &Parts,
    operation: Option<&'static str>,
    outcome: Option<&Outcome>,
    request_id: &str,
    changes: &[Change],
    faults: Vec<JournalFault>,
) {
    let path = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    if !is_of_the_service(&path) {
        return;
    }
    let (status, error_code, detail) = match outcome {
        None => (0, None, None),
        Some(Ok(answer)) => (answer.status, answer.code.clone(), None),
        Some(Err(refusal)) => (refusal.status, Some(refusal.code.to_owned()), refusal.detail.clone()),
    };
    inner.journal().push(JournalEntry {
        sequence: 0,
        time: inner.now(),
        method: parts.method.to_string(),
        path,
        operation,
        status,
        error_code,
        detail,
        request_id: request_id.to_owned(),
        objects: changes.iter().filter_map(JournalObject::of).collect(),
        committed: !changes.is_empty(),
        faults,
    });
}
