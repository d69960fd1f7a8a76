//! A connection to one project.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::auth::{Identity, identify};
use super::engine::Engine;
use super::request::{Answer, Call};
use super::{Error, Limits, Rates, Settings, Trace, Transport, Usage};
use crate::effects::{Chance, Clock};
use crate::model::Edition;

/// A connection to one project, cheap to clone. Its operations are methods,
/// one per row of facts page section 4.
#[derive(Clone)]
pub struct Client {
    engine: Arc<Engine>,
    identity: Arc<Identity>,
    edition: Edition,
    send_by: Option<Instant>,
}

/// What a client shares with whoever hands it over. Clones share it, too.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    /// What is exchanged with the service.
    pub trace: Trace,
    /// What is known of rate limits.
    pub rates: Rates,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("identity", &self.identity)
            .field("edition", &self.edition)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Establishes which account and project the credential belongs to, and
    /// compares them with what is demanded. Sends one request at a time; after
    /// the first rejection of a credential nothing more is sent.
    ///
    /// # Errors
    /// Class `Authentication` when the credential is not accepted, `Identity`
    /// when it belongs elsewhere, and whatever a read can fail with.
    pub async fn connect(
        settings: Settings,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        chance: Chance,
        limits: Limits,
    ) -> Result<(Self, Identity), Error> {
        Self::connect_sharing(settings, transport, clock, chance, limits, Shared::default()).await
    }

    /// Does the same, and shares what is told of the exchanges, also when the
    /// connection fails, and what is known of rate limits.
    ///
    /// # Errors
    /// See [`Client::connect`].
    pub async fn connect_sharing(
        settings: Settings,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        chance: Chance,
        limits: Limits,
        shared: Shared,
    ) -> Result<(Self, Identity), Error> {
        let engine = Engine::new(&settings, transport, clock, chance, limits, shared);
        let identity = identify(&engine, &settings).await?;
        let client = Self {
            engine: Arc::new(engine),
            identity: Arc::new(identity.clone()),
            edition: settings.edition,
            send_by: None,
        };
        Ok((client, identity))
    }

    /// Returns where the client is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the edition the target asks for.
    #[must_use]
    pub fn edition(&self) -> Edition {
        self.edition
    }

    /// Returns a client whose requests are sent before a moment, or fail with
    /// `Outdated`: a rate limit can hold them back for longer than what they
    /// rest on may be trusted.
    #[must_use]
    pub fn sending_by(&self, moment: Instant) -> Self {
        Self { send_by: Some(moment), ..self.clone() }
    }

    /// Returns how much time the deadline of the run leaves, if it has one.
    #[must_use]
    pub fn time_left(&self) -> Option<Duration> {
        self.engine.time_left()
    }

    /// Sleeps, and not past the deadline of the run.
    pub async fn pause(&self, pause: Duration) {
        tokio::time::sleep(self.time_left().map_or(pause, |left| left.min(pause))).await;
    }

    /// Lets no write wait any longer, of this client and all of its clones: what a
    /// rate limit holds back from now on fails as not executed. The run is being
    /// stopped, and a write that has not been sent must not be sent later.
    pub fn stop_waiting(&self) {
        self.engine.stop_waiting();
    }

    /// Returns what was sent and received so far, by all clones together.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.engine.meter.usage()
    }

    /// Returns the limit that the service has told by throttling: requests and
    /// seconds.
    #[must_use]
    pub fn rate_limit(&self) -> Option<(u64, u64)> {
        self.engine.rate_limit()
    }

    /// Returns the latest exchanges with the service, by all clones together.
    #[must_use]
    pub fn exchanges(&self) -> Vec<super::Exchange> {
        self.engine.trace.exchanges()
    }

    pub(super) async fn call(&self, call: Call) -> Result<Answer, Error> {
        self.engine.call(Call { send_by: self.send_by, ..call }).await
    }

    /// Returns a path of LTS in this project.
    pub(super) fn path(&self, rest: fmt::Arguments<'_>) -> String {
        format!("/v2/{}/{rest}", self.identity.project_id)
    }
}
