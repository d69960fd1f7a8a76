//! The gateway before the service: every request of `/v1`, `/v2` and `/v3`
//! passes through [`pass`], in this order.
//!
//! 1. Which operation is it? (APIGW.0101)
//! 2. Can it be read? (APIGW.0201)
//! 3. Who asks? (APIGW.0301, APIGW.0307)
//! 4. May they, in this project? (LTS.0001, LTS.0003)
//! 5. The service.
//! 6. Is what was done or seen on disk?

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

use super::super::admin;
use super::super::auth::{Signed, decoded};
use super::super::config::Gate;
use super::super::journal::{JournalEntry, JournalObject};
use super::super::refusal::Refusal;
use super::super::service::Inner;
use super::super::state::Change;
use super::exchange::{Answer, Call, Service, respond};
use super::operations::{self, Act, Operation};

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

async fn serve(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let request_id = inner.identity_id();
    let (parts, body) = request.into_parts();
    let found = operations::find(inner.profile, parts.method.as_str(), parts.uri.path());
    let service = match &found {
        Ok((operation, _)) => operation.service(),
        Err(_) if parts.uri.path().starts_with("/v3/auth") || parts.uri.path().starts_with("/v3/projects") => {
            Service::Iam
        }
        Err(_) => Service::Lts,
    };
    let operation = found.as_ref().ok().map(|(operation, _)| operation.name);
    let mut changes = Vec::new();
    let mut outcome = match found {
        // A fault that is to strike before anything happens belongs here, and
        // one that is to lose an answer belongs after the match.
        Ok((operation, parameters)) => pass(&inner, operation, parameters, &parts, body, &mut changes).await,
        Err(refusal) => Err(refusal),
    };
    // Journal first: from here on the caller may go away at any await.
    record(&inner, &parts, operation, &outcome, &request_id, &changes);
    if let Err(reason) = inner.store.settled().await {
        outcome = Err(Refusal::broken(reason));
    }
    if let Some(operation) = operation {
        inner.pass_gate(operation, Gate::After).await;
    }
    let latency = inner.world().config.latency_ms;
    if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    respond(outcome, service, &request_id, inner.now())
}

async fn pass(
    inner: &Inner,
    operation: &Operation,
    mut parameters: Vec<(&'static str, String)>,
    parts: &Parts,
    body: Body,
    changes: &mut Vec<Change>,
) -> Result<Answer, Refusal> {
    let body = read(body).await?;
    let now = inner.now();
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
            let answer = act(&world, &call)?;
            if world.config.empty_lists.contains(operation.name) { answer.emptied() } else { Ok(answer) }
        }
        Act::Write(act) => {
            let (outcome, touched) = inner.change(|world| act(world, &call));
            *changes = touched;
            outcome
        }
        Act::Identify(act) | Act::Admit(act) => act(inner, &call),
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

fn record(
    inner: &Inner,
    parts: &Parts,
    operation: Option<&'static str>,
    outcome: &Result<Answer, Refusal>,
    request_id: &str,
    changes: &[Change],
) {
    let path = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    if !["/v1/", "/v2/", "/v3/"].iter().any(|family| path.starts_with(family)) {
        return;
    }
    let refusal = outcome.as_ref().err();
    inner.journal().push(JournalEntry {
        sequence: 0,
        time: inner.now(),
        method: parts.method.to_string(),
        path,
        operation,
        status: refusal.map_or_else(|| outcome.as_ref().map_or(500, |answer| answer.status), |refusal| refusal.status),
        error_code: refusal.map(|refusal| refusal.code.to_owned()),
        detail: refusal.and_then(|refusal| refusal.detail.clone()),
        request_id: request_id.to_owned(),
        objects: changes.iter().filter_map(JournalObject::of).collect(),
        committed: !changes.is_empty(),
    });
}
