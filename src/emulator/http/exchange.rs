//! A request that the gateway let through, and the answer to it.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE, SERVER};
use http::{HeaderName, HeaderValue, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::super::auth::Scope;
use super::super::refusal::{Layer, Refusal};

/// A request that is known, authenticated and read.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The project of the path; empty where a path has none.
    pub(crate) project: String,
    pub(crate) parameters: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) now: Timestamp,
    /// What the credential reaches; none for the operation that needs none.
    pub(crate) scope: Option<Scope>,
    /// An id nothing has yet, for an operation that makes something.
    pub(crate) fresh_id: String,
    /// Where the caller reached us: `host[:port]`.
    pub(crate) host: String,
}

/// A success.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    pub(crate) headers: Vec<(HeaderName, String)>,
    /// The error in its body, where it is none of the service's own refusals.
    pub(crate) code: Option<String>,
}

impl Call {
    /// Returns a parameter of the path.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.parameters.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    /// Returns a parameter of the query, if it is there and not empty.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let (_, value) = self.query.iter().find(|(key, _)| key == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// Returns the time in milliseconds since 1970.
    pub(crate) fn now_ms(&self) -> i64 {
        self.now.as_millisecond()
    }
}

impl Answer {
    pub(crate) fn json<T: Serialize + ?Sized>(status: u16, value: &T) -> Result<Self, Refusal> {
        Ok(Self { status, body: json_bytes(value)?, headers: Vec::new(), code: None })
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { status, body: Vec::new(), headers: Vec::new(), code: None }
    }

    /// Returns the same answer with nothing in its lists.
    pub(crate) fn emptied(self) -> Result<Self, Refusal> {
        let mut body: Value = serde_json::from_slice(&self.body).map_err(|error| Refusal::broken(error.to_string()))?;
        for list in body.as_object_mut().into_iter().flatten().filter_map(|(_, member)| member.as_array_mut()) {
            list.clear();
        }
        Ok(Self { body: json_bytes(&body)?, ..self })
    }
}

pub(crate) fn json_bytes<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(value).map_err(|error| Refusal::broken(error.to_string()))
}

/// Who answers, which decides under what name the request's id goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Lts,
    Iam,
}

/// Turns an outcome into bytes on the wire.
pub(crate) fn respond(
    outcome: Result<Answer, Refusal>,
    service: Service,
    request_id: &str,
    now: Timestamp,
) -> Response {
    let answer = outcome.unwrap_or_else(|refusal| refused(&refusal, request_id));
    let has_body = !answer.body.is_empty();
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if has_body {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    headers.insert(SERVER, HeaderValue::from_static("api-gateway"));
    let id_header = match service {
        Service::Lts => HeaderName::from_static("x-request-id"),
        Service::Iam => HeaderName::from_static("x-iam-trace-id"),
    };
    let more = [(id_header, request_id.to_owned()), (DATE, http_date(now))];
    for (name, value) in answer.headers.into_iter().chain(more) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    response
}

/// Writes a time as HTTP does.
pub(crate) fn http_date(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn refused(refusal: &Refusal, request_id: &str) -> Answer {
    let (code, message) = (refusal.code, &refusal.message);
    let body = match refusal.layer {
        Layer::Service => json!({ "error_code": code, "error_msg": message }),
        Layer::Gateway => json!({ "error_code": code, "error_msg": message, "request_id": request_id }),
        Layer::Identity => json!({ "error": { "code": refusal.status, "message": message, "title": code } }),
    };
    Answer { body: body.to_string().into_bytes(), ..Answer::empty(refusal.status) }
}
