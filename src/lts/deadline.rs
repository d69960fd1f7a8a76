//! When a run must be over.

use std::time::Duration;

use tokio::time::Instant;

use super::ticks;

/// The moment at which a run must be over, whatever it has to do and however many
/// targets it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(Instant);

impl Deadline {
    /// Longest time that is reckoned with, 30 days.
    const LONGEST: Duration = Duration::from_secs(30 * 86_400);

    /// Returns the moment in so much time; more than 30 days counts as 30 days.
    #[must_use]
    pub fn within(time: Duration) -> Self {
        Self(ticks::now() + time.min(Self::LONGEST))
    }

    pub(super) fn moment(self) -> Instant {
        self.0
    }
}
