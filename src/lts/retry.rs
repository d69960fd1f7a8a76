//! What to do after a failure. Pure.
//!
//! | operation | may be sent again by the client |
//! |---|---|
//! | read | after a failure of the service or of the way, or an answer that cannot be used: 4 attempts |
//! | write | only if it was provably not executed: never left, or throttled |
//! | any | throttled: 24 attempts, all of them behind the client's common gate, which is stricter |
//!
//! All operations of a run share one budget of retries (`budget.rs`).
//!
//! A write whose fate is unknown is never repeated here: whoever asked for it
//! looks first (faults page section 3). A rejected credential is never retried.

use std::time::Duration;

use super::{Certainty, ErrorClass, OperationKind};
use crate::effects::Chance;

/// Most attempts of one operation after failures other than throttling.
pub const ATTEMPTS: u32 = 4;

/// Most attempts of one operation that is being throttled.
pub const THROTTLED_ATTEMPTS: u32 = 24;

/// Shortest delay between two attempts.
const BASE: Duration = Duration::from_millis(250);

/// Longest delay between two attempts.
const CAP: Duration = Duration::from_secs(20);

/// What to do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Report it.
    GiveUp,
    /// Send again after this operation's next delay.
    BackOff,
    /// Send again when the client's gate opens.
    HoldOff,
}

/// Decides after the `attempt`-th attempt (from 1) of an operation failed.
#[must_use]
pub fn decide(attempt: u32, kind: OperationKind, class: ErrorClass, certainty: Certainty) -> Decision {
    match class {
        ErrorClass::Throttled if attempt < THROTTLED_ATTEMPTS => Decision::HoldOff,
        ErrorClass::Server | ErrorClass::Interrupted | ErrorClass::Unreachable | ErrorClass::Unusable
            if attempt < ATTEMPTS =>
        {
            let harmless = match kind {
                OperationKind::Read => true,
                OperationKind::Create | OperationKind::Update | OperationKind::Delete => {
                    certainty == Certainty::NotExecuted
                }
            };
            if harmless { Decision::BackOff } else { Decision::GiveUp }
        }
        _ => Decision::GiveUp,
    }
}

/// Delays with decorrelated jitter: each is drawn from 250 ms up to three times
/// the one before, at most 20 s.
#[derive(Debug, Clone, Copy)]
pub struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(BASE)
    }
}

impl Backoff {
    /// Returns the next delay and remembers it.
    pub fn next_delay(&mut self, chance: &Chance) -> Duration {
        let milliseconds = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let high = milliseconds(self.0).saturating_mul(3);
        self.0 = Duration::from_millis(chance.between(milliseconds(BASE), high)).min(CAP);
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_not_executed_is_repeated() {
        use Certainty::{NotExecuted, Unknown};
        use OperationKind::{Create, Delete, Read, Update};
        for (attempt, kind, class, certainty, expected) in [
            (1, Read, ErrorClass::Server, Unknown, Decision::BackOff),
            (3, Read, ErrorClass::Interrupted, Unknown, Decision::BackOff),
            (4, Read, ErrorClass::Server, Unknown, Decision::GiveUp),
            (1, Read, ErrorClass::Unusable, Unknown, Decision::BackOff),
            (4, Read, ErrorClass::Unusable, Unknown, Decision::GiveUp),
            (1, Create, ErrorClass::Unusable, Unknown, Decision::GiveUp),
            (1, Create, ErrorClass::Server, Unknown, Decision::GiveUp),
            (1, Update, ErrorClass::Interrupted, Unknown, Decision::GiveUp),
            (1, Delete, ErrorClass::Server, Unknown, Decision::GiveUp),
            (1, Create, ErrorClass::Unreachable, NotExecuted, Decision::BackOff),
            (4, Create, ErrorClass::Unreachable, NotExecuted, Decision::GiveUp),
            (23, Create, ErrorClass::Throttled, NotExecuted, Decision::HoldOff),
            (24, Read, ErrorClass::Throttled, NotExecuted, Decision::GiveUp),
            (1, Read, ErrorClass::Authentication, NotExecuted, Decision::GiveUp),
            (1, Read, ErrorClass::Permission, NotExecuted, Decision::GiveUp),
            (1, Delete, ErrorClass::NotFound, NotExecuted, Decision::GiveUp),
        ] {
            assert_eq!(decide(attempt, kind, class, certainty), expected, "{attempt} {kind:?} {class:?}");
        }
    }

    #[test]
    fn s11_delays_stay_in_their_range_and_grow_from_the_last() {
        let chance = Chance::seeded(1);
        let mut backoff = Backoff::default();
        let mut last = BASE;
        for _ in 0..100 {
            let delay = backoff.next_delay(&chance);
            assert!(delay >= BASE && delay <= CAP && delay <= last * 3);
            last = delay;
        }
    }
}
