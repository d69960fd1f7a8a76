//! The rate budget of the whole client.
//!
//! Every request passes one gate. A throttled answer closes it for everybody
//! until the window is over; then a single request goes first, and only when it
//! is let through do the others follow, no faster than the limit that was
//! learned. After [`REFUSALS`] refusals in a row, over [`PATIENCE`] at least, the
//! gate stays shut: a service that throttles for ever gets a handful of requests
//! more, not a thousand, and one that throttles for a minute is waited for.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::retry::Backoff;
use super::throttle::Rate;
use crate::effects::Chance;

/// How many requests in a row may be refused before the gate stays shut.
const REFUSALS: u32 = 8;

/// How long they must have been refused. Without numbers to go by, eight
/// refusals may take no longer than twenty seconds.
const PATIENCE: Duration = Duration::from_secs(90);

/// Longest pause that nobody has asked for, so that the end of a throttle is
/// noticed soon.
const LONGEST_GUESS: Duration = Duration::from_secs(10);

/// Shortest pause after the first refusal; it doubles with each further one up
/// to 8 s, so that luck alone cannot make a pause short again and again.
const SHORTEST_GUESS: Duration = Duration::from_millis(250);

/// What a throttled answer said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Notice {
    /// The limit, if the prose named it.
    pub(crate) rate: Option<Rate>,
    /// How long to wait, if a header named it.
    pub(crate) retry_after: Option<Duration>,
}

/// Why a request may not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Barred {
    /// The gate opens only after the deadline, in this time.
    TooLate(Duration),
    /// The deadline came while others were in the way.
    NoPlace,
    /// The gate stays shut.
    Shut,
}

#[derive(Debug, Default)]
struct State {
    rate: Option<Rate>,
    /// Times of the latest sends, planned ones included, at most `rate.limit`.
    sends: VecDeque<Instant>,
    opens_at: Option<Instant>,
    refusals: u32,
    refused_since: Option<Instant>,
    scout_is_out: bool,
    backoff: Backoff,
}

/// What a request is to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Go,
    GoAsScout,
    At(Instant),
    AfterTheScout,
    Never,
}

impl State {
    fn turn(&mut self, now: Instant) -> Turn {
        if self.refusals >= REFUSALS && self.refused_since.is_some_and(|since| since + PATIENCE <= now) {
            return Turn::Never;
        }
        if let Some(at) = self.opens_at.filter(|at| *at > now) {
            return Turn::At(at);
        }
        if self.refusals > 0 {
            if self.scout_is_out {
                return Turn::AfterTheScout;
            }
            self.scout_is_out = true;
            // The scout counts against the limit as well.
            let _ = self.slot(now);
            return Turn::GoAsScout;
        }
        match self.slot(now) {
            Some(at) => Turn::At(at),
            None => Turn::Go,
        }
    }

    /// Takes a slot of the learned rate, or says when there will be one. At
    /// most `limit` sends lie in any window, wherever it begins.
    fn slot(&mut self, now: Instant) -> Option<Instant> {
        let rate = self.rate?;
        while self.sends.front().is_some_and(|sent| *sent + rate.window <= now) {
            self.sends.pop_front();
        }
        match self.sends.front() {
            Some(oldest) if self.sends.len() >= rate.limit => Some(*oldest + rate.window),
            _ => {
                self.sends.push_back(now);
                None
            }
        }
    }
}

/// The gate.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: Mutex<State>,
    changed: Notify,
}

/// Leave to send one request. Dropped without a verdict, it says nothing about
/// the limit.
#[derive(Debug)]
pub(crate) struct Pass<'a> {
    gate: &'a Gate,
    scout: bool,
}

impl Gate {
    /// Waits until a request may be sent.
    pub(crate) async fn admit(&self, deadline: Option<Instant>) -> Result<Pass<'_>, Barred> {
        loop {
            let changed = self.changed.notified();
            let now = super::ticks::now();
            let turn = self.lock().turn(now);
            match turn {
                Turn::Go => return Ok(Pass { gate: self, scout: false }),
                Turn::GoAsScout => return Ok(Pass { gate: self, scout: true }),
                Turn::Never => return Err(Barred::Shut),
                Turn::At(at) if deadline.is_some_and(|deadline| at >= deadline) => {
                    return Err(Barred::TooLate(at - now));
                }
                Turn::At(at) => tokio::time::sleep_until(at).await,
                Turn::AfterTheScout => match deadline {
                    None => changed.await,
                    Some(deadline) => {
                        tokio::time::timeout_at(deadline, changed).await.map_err(|_| Barred::NoPlace)?;
                    }
                },
            }
        }
    }

    /// Returns the limit that was learned, if one was.
    pub(crate) fn rate(&self) -> Option<Rate> {
        self.lock().rate
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass<'_> {
    /// Reports that the request was throttled and returns how long the gate
    /// stays shut.
    pub(crate) fn refused(self, notice: Notice, chance: &Chance) -> Duration {
        let now = super::ticks::now();
        let mut state = self.gate.lock();
        let told = notice.retry_after.max(notice.rate.map(|rate| rate.window));
        // A little later than told, so that clients do not return in step; and
        // later each time, where what was told was not enough.
        let told = told.map(|told| told + Duration::from_millis(chance.between(0, 1_000)));
        let doubled = SHORTEST_GUESS * 2_u32.saturating_pow(state.refusals.min(5));
        let guess = state.backoff.next_delay(chance).max(doubled).min(LONGEST_GUESS);
        let pause = told.unwrap_or_default().max(guess);
        if notice.rate.is_some() && notice.rate != state.rate {
            state.rate = notice.rate;
            state.sends.clear();
        }
        // Answers to requests that were under way when the gate closed say
        // nothing new.
        if self.scout || state.refusals == 0 {
            state.refusals += 1;
            state.refused_since.get_or_insert(now);
        }
        let opens_at = now + pause;
        state.opens_at = state.opens_at.max(Some(opens_at));
        pause
    }

    /// Reports that the request was let through.
    pub(crate) fn accepted(self) {
        let mut state = self.gate.lock();
        if self.scout {
            state.refusals = 0;
            state.refused_since = None;
            state.backoff = Backoff::default();
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.scout {
            self.gate.lock().scout_is_out = false;
            self.gate.changed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests;
