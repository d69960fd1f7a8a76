//! The rate budget of one endpoint.
//!
//! Every request to it passes one gate, whichever client it is of. A throttled
//! answer closes it for everybody until the window is over; then a single request goes first, and only when it
//! is let through do the others follow, no faster than the limit that was
//! learned. After [`REFUSALS`] refusals in a row, over [`PATIENCE`] at least, the
//! gate stays shut: a service that throttles for ever gets a handful of requests
//! more, not a thousand, and one that throttles for a minute is waited for.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Operation;
use super::rates::Hold;
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
    /// Who waits, and until when, where that is known.
    waiting: BTreeMap<u64, (Operation, Option<Instant>)>,
    /// How many have waited so far; it tells them apart.
    tickets: u64,
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
    /// Is told when a request begins to wait.
    told: Arc<Notify>,
}

/// One that waits. Dropped when the wait is over, however it ends.
struct Waiter<'a> {
    gate: &'a Gate,
    ticket: u64,
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.gate.lock().waiting.remove(&self.ticket);
    }
}

/// Leave to send one request. Dropped without a verdict, it says nothing about
/// the limit.
#[derive(Debug)]
pub(crate) struct Pass<'a> {
    gate: &'a Gate,
    scout: bool,
}

impl Gate {
    /// Returns a gate that tells somebody when a request begins to wait.
    pub(crate) fn telling(told: Arc<Notify>) -> Self {
        Self { told, ..Self::default() }
    }

    /// Waits until a request may be sent.
    pub(crate) async fn admit(&self, operation: Operation, deadline: Option<Instant>) -> Result<Pass<'_>, Barred> {
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
                Turn::At(at) => {
                    let _waiter = self.queue(operation, Some(at));
                    tokio::time::sleep_until(at).await;
                }
                Turn::AfterTheScout => {
                    let _waiter = self.queue(operation, None);
                    match deadline {
                        None => changed.await,
                        Some(deadline) => {
                            tokio::time::timeout_at(deadline, changed).await.map_err(|_| Barred::NoPlace)?;
                        }
                    }
                }
            }
        }
    }

    /// Gives a gate that stays shut another chance: one request goes, and what becomes
    /// of it decides.
    pub(crate) fn reopen(&self) {
        let mut state = self.lock();
        state.refusals = state.refusals.min(REFUSALS - 1);
    }

    /// Returns what waits, if anything does and it is known until when.
    pub(crate) fn hold(&self, api: &'static str, endpoint: &str) -> Option<Hold> {
        let state = self.lock();
        let until = state.waiting.values().filter_map(|(_, until)| *until).min()?;
        let mut waiting = BTreeMap::new();
        for (operation, _) in state.waiting.values() {
            *waiting.entry(*operation).or_insert(0) += 1;
        }
        let rate = state.rate.map(|rate| (rate.limit, rate.window));
        Some(Hold { api, endpoint: endpoint.to_owned(), until, rate, waiting })
    }

    fn queue(&self, operation: Operation, until: Option<Instant>) -> Waiter<'_> {
        let mut state = self.lock();
        let ticket = state.tickets;
        state.tickets += 1;
        state.waiting.insert(ticket, (operation, until));
        drop(state);
        self.told.notify_one();
        Waiter { gate: self, ticket }
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
