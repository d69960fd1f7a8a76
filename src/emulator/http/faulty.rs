//! Where faults meet a request: before it, in its place, in what it sees, and
//! in what its answer says.

use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::response::Response;
use http::header::{CONTENT_TYPE, LOCATION};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::super::auth::{Claim, Signed};
use super::super::faults::{Fault, Listing, Moment, Seen, Slot, Strike, TokenAnswer, interfere, look, throttled};
use super::super::journal::JournalFault;
use super::super::refusal::Refusal;
use super::super::service::Inner;
use super::super::state::World;
use super::delivery;
use super::exchange::{Answer, Call, Service};
use super::wire::Line;

/// The faults that strike one request.
#[derive(Default)]
pub(super) struct Strikes {
    strikes: Vec<Strike>,
    /// Whether the request came so far as to see a list.
    has_looked: bool,
}

/// What takes the place of the execution.
pub(super) enum Instead {
    Answer(Answer),
    /// There is no answer, and never will be one.
    Silence,
}

impl Strikes {
    /// Asks the rules.
    pub(super) fn on(inner: &Inner, parts: &Parts, operation: Option<&'static str>) -> Self {
        let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
        if inner.faults().faults().rules.is_empty() || !super::is_of_the_service(path) {
            return Self::default();
        }
        let seen = Seen {
            operation,
            method: parts.method.as_str(),
            path,
            key: &key(parts),
            address: line(parts).map_or("", |line| &line.peer),
        };
        let now = inner.now();
        Self { strikes: inner.faults().strike(&seen, now), has_looked: false }
    }

    /// Returns what the journal tells of them.
    pub(super) fn told(&self) -> Vec<JournalFault> {
        let told = |strike: &Strike| JournalFault { rule: strike.label.clone(), kind: strike.fault.name() };
        self.strikes.iter().map(told).collect()
    }

    /// Returns the time it is for this request.
    pub(super) fn time(&self, now: Timestamp) -> Timestamp {
        self.strikes.iter().fold(now, |now, strike| match &strike.fault {
            Fault::ClockSkew(skew) => now.saturating_add(SignedDuration::from_secs(skew.seconds)).unwrap_or(now),
            _ => now,
        })
    }

    /// Lets happen what happens before the request.
    pub(super) async fn precede(&mut self, inner: &Inner, parts: &Parts, project: &str) {
        self.pause(Moment::Before).await;
        self.strikes.retain(|strike| {
            let effect = match &strike.fault {
                Fault::RevokeTokens(revoke) => {
                    inner.faults().dead_tokens = Some(revoke.answer);
                    inner.revoke_tokens(None) > 0
                }
                Fault::ExpireKey(_) => inner.faults().expired_keys.insert(key(parts)),
                fault if is_about_objects(fault) => {
                    let (now, mut fresh_id) = (inner.now().as_millisecond(), || inner.object_id());
                    inner.change(|world| interfere(fault, world, project, now, &mut fresh_id)).0.is_some()
                }
                _ => return true,
            };
            if !effect {
                inner.faults().take_back(strike);
            }
            effect
        });
    }

    /// Returns how long after its connection is gone the request is executed.
    pub(super) fn lateness(&self) -> Option<Duration> {
        match self.answer() {
            Some(Fault::LateCommit(late)) => Some(Duration::from_millis(late.ms)),
            _ => None,
        }
    }

    /// Returns what the request gets without being executed.
    pub(super) fn instead(
        &self,
        signed: Signed<'_>,
        service: Service,
        request_id: &str,
        now: Timestamp,
    ) -> Option<Instead> {
        let fault = self.answer()?;
        let answer = match fault {
            Fault::Drop(_) => return Some(Instead::Silence),
            Fault::Hang(hang) if hang.at == Moment::Before => return Some(Instead::Silence),
            Fault::Error(error) if error.at == Moment::Before => reworded(fault, request_id)?,
            Fault::Html(html) if html.at == Moment::Before => reworded(fault, request_id)?,
            Fault::Redirect(redirect) => {
                Answer { headers: vec![(LOCATION, redirect.location.clone())], ..Answer::empty(redirect.status.0) }
            }
            Fault::RejectSignature(_) => rejection(signed, request_id),
            _ => throttled(fault, service, request_id, now)?,
        };
        Some(Instead::Answer(answer))
    }

    /// Returns what a list shows instead of the honest answer.
    ///
    /// # Errors
    /// What the service refuses, as of the state that is shown.
    pub(super) fn distort(
        &mut self,
        inner: &Inner,
        world: &World,
        call: &Call,
        listing: Listing<'_>,
        honest: Result<Answer, Refusal>,
    ) -> Result<Answer, Refusal> {
        self.has_looked = true;
        let Some(index) = self.strikes.iter().position(|strike| strike.fault.slot() == Slot::List) else {
            return honest;
        };
        let strike = self.strikes.remove(index);
        let mut engine = inner.faults();
        match look(&strike, &engine, world, call, listing, &honest) {
            Some(distorted) => {
                self.strikes.insert(index, strike);
                distorted
            }
            None => {
                engine.take_back(&strike);
                honest
            }
        }
    }

    /// Forgets what was to change a list, where the request was refused before
    /// it could see one.
    pub(super) fn settle(&mut self, inner: &Inner) {
        if !self.has_looked {
            self.strikes.retain(|strike| {
                let blind = strike.fault.slot() == Slot::List;
                if blind {
                    inner.faults().take_back(strike);
                }
                !blind
            });
        }
    }

    /// Returns what is answered after the execution.
    pub(super) fn reword(&self, outcome: Result<Answer, Refusal>, request_id: &str) -> Result<Answer, Refusal> {
        let after = match self.answer() {
            Some(Fault::CommitThen504(_)) => return Err(Refusal::backend_timeout()),
            Some(fault @ Fault::Error(error)) if error.at == Moment::After => reworded(fault, request_id),
            Some(fault @ Fault::Html(html)) if html.at == Moment::After => reworded(fault, request_id),
            _ => None,
        };
        after.map_or(outcome, Ok)
    }

    /// Sends the response on its way, if there is one.
    pub(super) async fn deliver(&self, response: Option<Response>, line: Option<&Line>) -> Response {
        self.pause(Moment::After).await;
        delivery::deliver(self.answer(), response, line).await
    }

    fn answer(&self) -> Option<&Fault> {
        self.strikes.iter().map(|strike| &strike.fault).find(|fault| fault.slot() == Slot::Answer)
    }

    async fn pause(&self, moment: Moment) {
        let pauses = self.strikes.iter().filter_map(|strike| match &strike.fault {
            Fault::Latency(latency) if latency.at == moment => {
                Some(latency.ms.saturating_add(strike.draw % latency.jitter_ms.saturating_add(1)))
            }
            _ => None,
        });
        let pause = pauses.fold(0, u64::saturating_add);
        if pause > 0 {
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }
}

/// Judges a credential as `expire_key` and `revoke_tokens` have it.
///
/// # Errors
/// APIGW.0301 for an expired key; LTS.0003 in place of APIGW.0307.
pub(super) fn judge<T>(inner: &Inner, parts: &Parts, known: Result<T, Refusal>) -> Result<T, Refusal> {
    let faults = inner.faults();
    match known {
        Ok(_) if !faults.expired_keys.is_empty() && faults.expired_keys.contains(&key(parts)) => {
            Err(Refusal::unauthenticated("security token expired"))
        }
        Err(refusal) if refusal == Refusal::dead_token() && faults.dead_tokens == Some(TokenAnswer::InvalidToken) => {
            Err(Refusal::invalid_token())
        }
        known => known,
    }
}

/// Returns the connection of a request that came over a socket.
pub(super) fn line(parts: &Parts) -> Option<&Line> {
    parts.extensions.get::<ConnectInfo<Line>>().map(|ConnectInfo(line)| line)
}

/// Returns the access key or the token of a request, unchecked.
fn key(parts: &Parts) -> String {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let access = text("authorization").and_then(Claim::parse).map(|claim| claim.access);
    text("x-auth-token").map(str::to_owned).or(access).unwrap_or_default()
}

fn is_about_objects(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Exception(_)
            | Fault::EditGroup(_)
            | Fault::EditStream(_)
            | Fault::CreateGroup(_)
            | Fault::CreateStream(_)
            | Fault::CreateTransfer(_)
            | Fault::DeleteGroup(_)
            | Fault::DeleteStream(_)
            | Fault::DeleteTransfer(_)
    )
}

/// Makes the answer that an `error` or an `html` gives.
fn reworded(fault: &Fault, request_id: &str) -> Option<Answer> {
    match fault {
        Fault::Error(error) => {
            let mut body = json!({ "error_code": error.error_code, "error_msg": error.error_msg });
            // The gateway adds it, the service does not (facts page 3.1).
            if error.error_code.starts_with("APIG") {
                body["request_id"] = request_id.into();
            }
            let code = Some(error.error_code.clone());
            Some(Answer { body: body.to_string().into_bytes(), code, ..Answer::empty(error.status) })
        }
        Fault::Html(html) => {
            let page =
                format!("<html><head><title>{} Busy</title></head><body>Try later.</body></html>\n", html.status);
            let headers = vec![(CONTENT_TYPE, "text/html".to_owned())];
            Some(Answer { body: page.into_bytes(), headers, ..Answer::empty(html.status) })
        }
        _ => None,
    }
}

/// The text of the gateway can hold all that was signed, and the signature
/// (facts page 2.3).
fn rejection(signed: Signed<'_>, request_id: &str) -> Answer {
    let text = |name: &str| signed.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let reason = match Claim::parse(text("authorization")) {
        Some(claim) => {
            let echo = signed.canonical(&claim.signed_headers).replace('\n', "|");
            let header = text("authorization");
            format!("verify aksk signature fail, canonicalRequest:{echo}, authorization:{header}")
        }
        None => format!("decrypt token fail, token:{}", text("x-auth-token")),
    };
    let message = format!("Incorrect IAM authentication information: {reason}");
    let code = "APIGW.0301";
    let body = json!({ "error_code": code, "error_msg": message, "request_id": request_id });
    Answer { body: body.to_string().into_bytes(), code: Some(code.to_owned()), ..Answer::empty(401) }
}
