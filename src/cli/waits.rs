//! Tells what waits for a rate limit, and until when, so that nobody takes a run
//! that waits for one that hangs.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::output::Output;
use crate::effects::{Clock, SystemClock};
use crate::lts::{Hold, Rates};

/// How long is waited for others that come to the same gate, so that they are
/// counted.
const GATHERING: Duration = Duration::from_millis(50);

/// A wait that is shorter is not worth a word.
const SHORTEST: Duration = Duration::from_millis(500);

/// A wait that is shorter is told now and then only, where one follows the other.
const SHORT: Duration = Duration::from_secs(2);

/// How often short waits are told at most.
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
    let mut told: BTreeMap<(&str, String), Told> = BTreeMap::new();
    loop {
        rates.changed().await;
        tokio::time::sleep(GATHERING).await;
        let now = Rates::now();
        for hold in rates.holds() {
            let limit = (hold.api, hold.endpoint.clone());
            if is_news(&hold, told.get(&limit), now) {
                tell(&describe(&hold, now, clock.now()));
                told.insert(limit, Told { at: now, until: hold.until });
            }
        }
    }
}

/// What was told last of a limit.
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
    let is_long = hold.until >= now + SHORT;
    told.is_none_or(|told| hold.until > told.until + Duration::from_secs(1) && (is_long || now >= told.at + EVERY))
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
        "Waiting until {} UTC, {seconds} s, for the rate limit of {} at {}{rate}: {}",
        at.strftime("%H:%M:%S"),
        hold.api,
        hold.endpoint,
        waiting.join(", ")
    )
}

#[cfg(test)]
mod tests;
