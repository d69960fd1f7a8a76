//! The wall clock.

use std::fmt;

use jiff::Timestamp;
use tokio::time::Instant;

/// Tells the wall-clock time, for signatures, tokens and log lines.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Returns the time now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system for the time")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that starts at a given time and advances with tokio's, so that it
/// stands still and jumps together with a paused runtime.
#[derive(Debug, Clone, Copy)]
pub struct TokioClock {
    start: Timestamp,
    origin: Instant,
}

impl TokioClock {
    /// Starts the clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "tokio's time, which tests can pause")]
    pub fn starting_at(start: Timestamp) -> Self {
        Self { start, origin: Instant::now() }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        let passed = jiff::SignedDuration::try_from(self.origin.elapsed()).unwrap_or(jiff::SignedDuration::MAX);
        self.start.saturating_add(passed).unwrap_or(Timestamp::MAX)
    }
}
