//! The refusal of a request that is one too many, in every wording.

use http::HeaderName;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::super::http::{Answer, Service, http_date};
use super::kind::{Fault, Form, Per, Policy, RetryAfter};

/// The numbers that were observed of the policies of users and of addresses
/// (facts page 3.4): requests and seconds.
const USER: (u32, u32) = (200, 300);
const ADDRESS: (u32, u32) = (5, 1);

/// What is said to whoever sends too much.
struct Wording {
    policy: Policy,
    limit: u32,
    window_seconds: u32,
    /// How long it lasts, which only `Retry-After` says.
    wait_seconds: i64,
    form: Form,
    retry_after: RetryAfter,
    error_msg: Option<String>,
}

/// Makes the refusal of a `throttle` or a `rate_limit`; none of another kind.
pub(crate) fn throttled(fault: &Fault, service: Service, request_id: &str, now: Timestamp) -> Option<Answer> {
    let wording = match fault {
        Fault::Throttle(throttle) => {
            let (limit, window) = match throttle.policy {
                Policy::User => USER,
                Policy::Ip => ADDRESS,
            };
            let window = throttle.window_seconds.unwrap_or(window);
            Wording {
                policy: throttle.policy,
                limit: throttle.limit.unwrap_or(limit),
                window_seconds: window,
                wait_seconds: i64::from(window),
                form: throttle.form,
                retry_after: throttle.retry_after,
                error_msg: throttle.error_msg.clone(),
            }
        }
        Fault::RateLimit(limit) => {
            let window = i64::from(limit.window_seconds.max(1));
            Wording {
                policy: if limit.per == Per::Address { Policy::Ip } else { Policy::User },
                limit: limit.limit,
                window_seconds: limit.window_seconds,
                wait_seconds: window - now.as_second().rem_euclid(window),
                form: limit.form,
                retry_after: limit.retry_after,
                error_msg: None,
            }
        }
        _ => return None,
    };
    Some(wording.answer(service, request_id, now))
}

impl Wording {
    fn answer(&self, service: Service, request_id: &str, now: Timestamp) -> Answer {
        let code = match service {
            Service::Lts => "APIGW.0308",
            Service::Iam => "IAM.0012",
        };
        let message = self.error_msg.clone().unwrap_or_else(|| self.message(service));
        let body = match (self.form, service) {
            (Form::Html, _) => "<html><head><title>429 Too Many Requests</title></head></html>\n".to_owned(),
            (_, Service::Lts) => {
                json!({ "error_code": code, "error_msg": message, "request_id": request_id }).to_string()
            }
            (_, Service::Iam) => json!({ "error_code": code, "error_msg": message }).to_string(),
        };
        let mut headers: Vec<(HeaderName, String)> = Vec::new();
        if self.form == Form::Html {
            headers.push((CONTENT_TYPE, "text/html".to_owned()));
        }
        match self.retry_after {
            RetryAfter::None => {}
            RetryAfter::Seconds => headers.push((RETRY_AFTER, self.wait_seconds.to_string())),
            RetryAfter::HttpDate => {
                let then = now.saturating_add(SignedDuration::from_secs(self.wait_seconds)).unwrap_or(now);
                headers.push((RETRY_AFTER, http_date(then)));
            }
        }
        let status = if self.form == Form::Under200 { 200 } else { 429 };
        let code = (self.form != Form::Html).then(|| code.to_owned());
        Answer { status, body: body.into_bytes(), headers, code }
    }

    /// Words it as the gateway (facts page 3.4) or IAM (facts page 2.1) does.
    fn message(&self, service: Service) -> String {
        let policy = match self.policy {
            Policy::User => "user",
            Policy::Ip => "ip",
        };
        let (limit, seconds) = (self.limit, self.window_seconds);
        let (length, unit) = match seconds {
            0 => (0, "second"),
            _ if seconds.is_multiple_of(3600) => (seconds / 3600, "hour"),
            _ if seconds.is_multiple_of(60) => (seconds / 60, "minute"),
            _ => (seconds, "second"),
        };
        let reached = "The throttling threshold has been reached";
        match service {
            Service::Lts => format!("{reached}: policy {policy} over ratelimit,limit:{limit},time:{length} {unit}"),
            Service::Iam => format!("{reached}. Threshold: {limit} times per {seconds} seconds"),
        }
    }
}
