//! The rate limits of all endpoints that a run talks to.
//!
//! The service counts requests by user and address, whichever project they are
//! for (facts page 3.4): what one target learns, the next one keeps to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Operation;
use super::pace::Gate;
use crate::model::Endpoint;

/// What is known of rate limits. Clones share it, and so do all clients that are
/// connected with one.
#[derive(Debug, Clone, Default)]
pub struct Rates {
    gates: Arc<Mutex<Gates>>,
    changed: Arc<Notify>,
}

/// By API and address.
type Gates = BTreeMap<(Api, String), Arc<Gate>>;

/// An API with limits of its own. Both may be served at one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Api {
    Iam,
    Lts,
}

/// What waits for the rate limit of one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Whose limit it is: `IAM` or `LTS`.
    pub api: &'static str,
    /// Address of the endpoint.
    pub endpoint: String,
    /// When the first of them may be sent.
    pub until: Instant,
    /// The limit that was learned, if one was: requests, and the time they are
    /// counted in.
    pub rate: Option<(usize, Duration)>,
    /// How many requests wait, by what they are to do.
    pub waiting: BTreeMap<Operation, usize>,
}

impl Api {
    fn as_str(self) -> &'static str {
        match self {
            Self::Iam => "IAM",
            Self::Lts => "LTS",
        }
    }
}

impl Rates {
    /// Returns the time now, on the clock by which holds end.
    #[must_use]
    pub fn now() -> Instant {
        super::ticks::now()
    }

    /// Returns what waits just now, by endpoint.
    #[must_use]
    pub fn holds(&self) -> Vec<Hold> {
        let gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        gates.iter().filter_map(|((api, endpoint), gate)| gate.hold(api.as_str(), endpoint)).collect()
    }

    /// Waits until a request has begun to wait.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Returns the gate of an endpoint, for a client that is new to it.
    pub(crate) fn gate(&self, api: Api, endpoint: &Endpoint) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (api, endpoint.to_string());
        let gate = gates.entry(key).or_insert_with(|| Arc::new(Gate::telling(Arc::clone(&self.changed))));
        // What has throttled one target for ever need not throttle the next.
        gate.reopen();
        Arc::clone(gate)
    }
}
