//! How often a whole run may send again what has failed.
//!
//! Every operation has its own few attempts. When a service is down, all of them
//! fail, and the attempts of all operations together would be a multiple of the
//! load that it could not bear in the first place. So they share a budget: a
//! reserve, which is enough for a small run on a bad day, and beyond it one
//! retry for every ten requests that were answered. What a rate limit refuses is
//! not counted: the gate bounds that.

use std::sync::{Mutex, PoisonError};

/// How many retries a run has before anything was answered.
const RESERVE: u64 = 50;

/// How many answers earn one more: the added load stays below a tenth.
const ANSWERS_PER_RETRY: u64 = 10;

/// The retries of one run.
#[derive(Debug, Default)]
pub(crate) struct RetryBudget(Mutex<Spending>);

#[derive(Debug, Default)]
struct Spending {
    retries: u64,
    answers: u64,
}

impl RetryBudget {
    /// Counts a request that did what it should.
    pub(crate) fn earn(&self) {
        let mut spending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spending.answers = spending.answers.saturating_add(1);
    }

    /// Takes one retry, if there is one left.
    #[must_use]
    pub(crate) fn take(&self) -> bool {
        let mut spending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = spending.retries < RESERVE.saturating_add(spending.answers / ANSWERS_PER_RETRY);
        spending.retries += u64::from(left);
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_earn_retries() {
        let budget = RetryBudget::default();
        let mut taken = 0;
        while budget.take() {
            taken += 1;
        }
        assert_eq!(taken, RESERVE);
        for _ in 0..9 {
            budget.earn();
        }
        assert!(!budget.take());
        budget.earn();
        assert!(budget.take());
        assert!(!budget.take());
    }
}
