//! The only place here that asks what time it is.

use std::time::{Duration, Instant};

/// Measures from its start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "measuring real time is what this program is for")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Keeps the fastest of several rounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fastest(Duration);

impl Fastest {
    pub(crate) fn of_none() -> Self {
        Self(Duration::MAX)
    }

    pub(crate) fn note(&mut self, round: Duration) {
        self.0 = self.0.min(round);
    }

    pub(crate) fn get(self) -> Duration {
        self.0
    }
}
