//! Random numbers.

use std::sync::{Arc, Mutex, PoisonError};

/// A source of random numbers that can be seeded, shared by its clones.
#[derive(Debug, Clone)]
pub struct Chance(Arc<Mutex<fastrand::Rng>>);

impl Chance {
    /// Returns a source that nobody can predict well enough to matter; it is
    /// for jitter and ids, never for secrets.
    #[must_use]
    pub fn from_system() -> Self {
        Self(Arc::new(Mutex::new(fastrand::Rng::new())))
    }

    /// Returns a source that gives the same numbers for the same seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))))
    }

    /// Returns a number from `low` up to and including `high`; `low` when the
    /// range is empty.
    #[must_use]
    pub fn between(&self, low: u64, high: u64) -> u64 {
        let mut source = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if low >= high { low } else { source.u64(low..=high) }
    }

    /// Returns 128 random bits.
    #[must_use]
    pub fn bits(&self) -> u128 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).u128(..)
    }
}
