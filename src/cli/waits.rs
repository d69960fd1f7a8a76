//! Tells what waits for a rate limit, and until when, so that nobody takes a run
//! that waits for one that hangs.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::output::Output;
use crate::effects::{Clock, SystemClock};
use crate::lts::{Deadline, Hold, Rates};

/// How long is waited for others that come to the same gate, so that they are
/// counted.
const GATHERING: Duration = Duration::from_millis(50);

/// A wait that is shorter is not worth a word.
const SHORTEST: Duration = Duration::from_millis(500);

/// How often is told at most that it takes a little longer.
const EVERY: Duration = Duration::from_secs(10);

/// Runs a future and tells meanwhile what waits for a rate limit.
pub(super) async fn telling_waits<T>(rates: &Rates, output: &Output, future: impl Future<Output = T>) -> T {
    tokio::select! {
        biased;
        result = future => result,
        never = tell_waits(rates, &SystemClock, |line| output.aside(line)) => match never {},
    }
}

async fn tell_waits(rates: &Rates, clock: &dyn Clock, mut tell: impl FnMut(&str)) -> Infallible {
    let mut told: BTreeMap<String, Told> = BTreeMap::new();
    loop {
        rates.changed().await;
        tokio::time::sleep(GATHERING).await;
        let now = Deadline::within(Duration::ZERO).moment();
        for hold in rates.holds() {
            if is_news(&hold, told.get(&hold.endpoint), now) {
                tell(&describe(&hold, now, clock.now()));
                told.insert(hold.endpoint, Told { at: now, until: hold.until });
            }
        }
    }
}

/// What was told last of an endpoint.
#[derive(Debug, Clone, Copy)]
struct Told {
    at: Instant,
    until: Instant,
}

/// Says whether a wait is worth a line. A limit that lets one request through every
/// second is not told every second.
fn is_news(hold: &Hold, told: Option<&Told>, now: Instant) -> bool {
    if hold.until < now + SHORTEST {
        return false;
    }
    told.is_none_or(|told| hold.until > told.until && (now >= told.at + EVERY || hold.until > told.until + EVERY))
}

fn describe(hold: &Hold, now: Instant, clock: Timestamp) -> String {
    let wait = hold.until.saturating_duration_since(now).as_millis().div_ceil(1_000);
    let seconds = i64::try_from(wait).unwrap_or(i64::MAX);
    let at = clock.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
    let rate = hold
        .rate
        .map(|(requests, window)| format!(", {requests} requests in {} s", window.as_secs()))
        .unwrap_or_default();
    let waiting: Vec<String> = hold.waiting.iter().map(|(operation, count)| format!("{operation} ({count})")).collect();
    format!(
        "Waiting until {} UTC, {seconds} s, for the rate limit of {}{rate}: {}",
        at.strftime("%H:%M:%S"),
        hold.endpoint,
        waiting.join(", ")
    )
}

#[cfg(test)]
mod tests;
