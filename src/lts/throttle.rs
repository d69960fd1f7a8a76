//! What a throttled answer says about the limit. Pure.
//!
//! No `Retry-After` was ever seen; the window stands in the prose of
//! `APIGW.0308` and `IAM.0012` (facts page 3.4, 2.1). It is the one place where
//! message text decides anything, and it only decides how long to wait.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// How many requests the service takes in a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    /// Requests, 1 to 100,000.
    pub(crate) limit: usize,
    /// Time, 1 s to 1 day.
    pub(crate) window: Duration,
}

/// Reads `limit:200,time:5 minute` or `Threshold: 3 times per 60 seconds`.
/// Numbers outside the ranges of [`Rate`] are taken for garbage.
pub(crate) fn parse_rate(message: &str) -> Option<Rate> {
    let message = message.to_ascii_lowercase();
    let (limit, length, unit) = if let Some((_, rest)) = message.split_once("limit:") {
        let (limit, rest) = number(rest)?;
        let rest = rest.trim_start_matches([',', ' ']).strip_prefix("time:")?;
        let (length, unit) = number(rest)?;
        (limit, length, unit)
    } else {
        let (_, rest) = message.split_once("threshold:")?;
        let (limit, rest) = number(rest)?;
        let rest = rest.trim_start().strip_prefix("times per")?;
        let (length, unit) = number(rest)?;
        (limit, length, unit)
    };
    let seconds = match unit.trim_start() {
        unit if unit.starts_with("second") => 1,
        unit if unit.starts_with("minute") => 60,
        unit if unit.starts_with("hour") => 3_600,
        unit if unit.starts_with("day") => 86_400,
        _ => return None,
    };
    let window = length.checked_mul(seconds).filter(|seconds| (1..=86_400).contains(seconds))?;
    let limit = usize::try_from(limit).ok().filter(|limit| (1..=100_000).contains(limit))?;
    Some(Rate { limit, window: Duration::from_secs(window) })
}

/// Splits a text into its leading number and the rest.
fn number(text: &str) -> Option<(u64, &str)> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// Reads `Retry-After`: seconds, or an HTTP date. More than a day is garbage.
pub(crate) fn parse_retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let seconds = match value.trim().parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => u64::try_from(parse_http_date(value)?.as_second().saturating_sub(now.as_second())).unwrap_or(0),
    };
    (seconds <= 86_400).then(|| Duration::from_secs(seconds))
}

/// Reads an HTTP date, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn parse_http_date(value: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(value.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s12_the_window_is_read_from_prose() {
        let rate = |limit, seconds| Some(Rate { limit, window: Duration::from_secs(seconds) });
        for (message, expected) in [
            (
                "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:5 minute",
                rate(200, 300),
            ),
            ("policy ip over ratelimit,limit:5,time:1 second", rate(5, 1)),
            ("limit:1,time:2 hours", rate(1, 7_200)),
            ("The throttling threshold has been reached. Threshold: 3 times per 60 seconds", rate(3, 60)),
            ("limit:0,time:1 second", None),
            ("limit:-1,time:1 second", None),
            ("limit:5,time:-1 second", None),
            ("limit:5,time:0 second", None),
            ("limit:1000000000000,time:1 second", None),
            ("limit:5,time:1000000000000 hour", None),
            ("limit:99999999999999999999,time:1 second", None),
            ("limit:5,time:1 fortnight", None),
            ("limit:5", None),
            ("slow down", None),
        ] {
            assert_eq!(parse_rate(message), expected, "{message}");
        }
    }

    #[test]
    fn s10_retry_after_comes_in_two_forms() {
        let now = Timestamp::from_second(784_111_777).expect("a time");
        assert_eq!(parse_retry_after("7", now), Some(Duration::from_secs(7)));
        assert_eq!(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", now), Some(Duration::from_secs(60)));
        assert_eq!(parse_retry_after("Sun, 06 Nov 1994 08:40:37 GMT", now), Some(Duration::ZERO));
        for garbage in ["-1", "1000000000000", "soon", ""] {
            assert_eq!(parse_retry_after(garbage, now), None, "{garbage}");
        }
    }
}
