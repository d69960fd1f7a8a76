//! The latest exchanges with the service, for whoever has to find out what
//! went wrong. No header, no body and no text of the service is kept, so that
//! no secret can be.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::request::Call;
use super::{Error, Operation};

/// How many exchanges are kept; the oldest are forgotten first.
const KEPT: usize = 5_000;

/// One request and what came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// What was asked for.
    pub operation: Operation,
    /// Method and path, without the query.
    pub request: String,
    /// HTTP status; nothing when no answer came.
    pub status: Option<u16>,
    /// Error code as the service spells it, scrubbed and capped.
    pub code: Option<String>,
    /// Id under which the service's operators find the request.
    pub request_id: Option<String>,
}

/// What was exchanged so far. Clones share it, so that whoever hands one to a
/// connection sees what it exchanged, even if it never came to be.
#[derive(Debug, Clone, Default)]
pub struct Trace(Arc<Mutex<VecDeque<Exchange>>>);

impl Trace {
    pub(crate) fn answered(&self, call: &Call, status: u16, request_id: Option<&String>) {
        self.keep(Exchange { status: Some(status), request_id: request_id.cloned(), ..blank(call) });
    }

    pub(crate) fn failed(&self, call: &Call, error: &Error) {
        let Error { status, code, request_id, .. } = error;
        self.keep(Exchange { status: *status, code: code.clone(), request_id: request_id.clone(), ..blank(call) });
    }

    /// Returns the latest 5,000 exchanges, in the order of their ends.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn keep(&self, exchange: Exchange) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(exchange);
    }
}

fn blank(call: &Call) -> Exchange {
    let request = format!("{} {}", call.method, call.path);
    Exchange { operation: call.operation, request, status: None, code: None, request_id: None }
}
