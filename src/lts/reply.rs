//! Turns an HTTP response into an answer or a failure. Pure.

use bytes::Bytes;
use http::HeaderMap;
use http::header::{DATE, LOCATION, RETRY_AFTER};
use jiff::Timestamp;

use super::classify::classify;
use super::engine::Failure;
use super::pace::Notice;
use super::request::{Answer, Call};
use super::scrub::Scrubber;
use super::wire::Fault;
use super::{Certainty, Error, ErrorClass, throttle};

/// Headers that carry the id of a request (facts page 1.4).
const REQUEST_ID_HEADERS: [&str; 2] = ["x-request-id", "x-iam-trace-id"];

/// Judges a response.
pub(crate) fn judge(
    call: &Call,
    response: http::Response<Bytes>,
    scrubber: &Scrubber,
    now: Timestamp,
) -> Result<Answer, Box<Failure>> {
    let (parts, body) = response.into_parts();
    let request_id = REQUEST_ID_HEADERS.into_iter().find_map(|name| header(&parts.headers, name)).map(str::to_owned);
    let answer = Answer {
        operation: call.operation,
        status: parts.status.as_u16(),
        headers: parts.headers,
        request_id: request_id.map(|id| brief(scrubber, &id)),
        body,
        attempts: 0,
    };
    if !parts.status.is_success() {
        let fault = Fault::of_failure(&answer.body);
        return Err(failure(&answer, fault, scrubber, now));
    }
    match Fault::of_success(&answer.body) {
        Ok(None) => Ok(answer),
        Ok(Some(fault)) => Err(failure(&answer, Some(fault), scrubber, now)),
        Err(reason) => Err(Box::new(Failure { error: answer.unusable(&reason), notice: Notice::default() })),
    }
}

/// Returns the seconds by which this machine's clock is ahead of the service's.
pub(crate) fn clock_skew(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    let theirs = throttle::parse_http_date(header(headers, DATE.as_str())?)?;
    Some(now.as_second() - theirs.as_second())
}

fn failure(answer: &Answer, fault: Option<Fault>, scrubber: &Scrubber, now: Timestamp) -> Box<Failure> {
    let stranger = fault.is_none() && !answer.body.trim_ascii().is_empty();
    let fault = fault.unwrap_or_default();
    let (class, certainty) = match classify(answer.operation, answer.status, fault.code.as_deref()) {
        // A page of HTML under 404 is not the service saying that an object is gone.
        (ErrorClass::NotFound, _) if stranger => (ErrorClass::WrongEndpoint, Certainty::NotExecuted),
        judged => judged,
    };
    let location = header(&answer.headers, LOCATION.as_str());
    let message = match (&fault.message, location) {
        (Some(message), _) => message.clone(),
        (None, Some(location)) => format!("points to {location}, and redirects are not followed"),
        (None, None) if answer.body.is_empty() => reason_phrase(answer.status).to_owned(),
        (None, None) => format!("{}, with a body that is not the service's", reason_phrase(answer.status)),
    };
    // A date is one of the service's own clock, which need not be this machine's.
    let told_at = header(&answer.headers, DATE.as_str()).and_then(throttle::parse_http_date).unwrap_or(now);
    let notice = Notice {
        rate: throttle::parse_rate(&message).filter(|_| class == ErrorClass::Throttled),
        retry_after: header(&answer.headers, RETRY_AFTER.as_str())
            .and_then(|value| throttle::parse_retry_after(value, told_at)),
    };
    let error = Error {
        operation: answer.operation,
        class,
        certainty,
        status: Some(answer.status),
        code: fault.code.map(|code| brief(scrubber, &code)),
        message: scrubber.scrub(&message),
        request_id: fault.request_id.map(|id| brief(scrubber, &id)).or_else(|| answer.request_id.clone()),
        attempts: 0,
        clock_skew_seconds: None,
    };
    Box::new(Failure { error, notice })
}

fn reason_phrase(status: u16) -> &'static str {
    http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("no reason given")
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Keeps a code or an id: scrubbed, and at most 128 characters.
fn brief(scrubber: &Scrubber, text: &str) -> String {
    scrubber.scrub_text(text).chars().take(128).collect()
}
