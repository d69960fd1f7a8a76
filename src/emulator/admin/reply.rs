//! How the admin API speaks.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::super::account::Account;
use super::super::auth::decoded;
use super::super::refusal::Refusal;
use super::super::service::Inner;

/// A success: something to show.
#[derive(Debug)]
pub(super) struct Shown(Vec<u8>);

/// A refusal, with the way out.
#[derive(Debug)]
pub(super) struct Complaint {
    pub(super) status: StatusCode,
    pub(super) message: String,
    pub(super) help: String,
}

pub(super) type Reply = Result<Shown, Complaint>;

impl Shown {
    pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Reply {
        serde_json::to_vec(value)
            .map(Self)
            .map_err(|error| Complaint::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string(), ""))
    }

    /// Shows that something was done, once it is on disk.
    pub(super) async fn done<T: Serialize + ?Sized>(inner: &Inner, value: &T) -> Reply {
        match inner.store.settled().await {
            Ok(()) => Self::json(value),
            Err(reason) => Err(Complaint::new(StatusCode::INTERNAL_SERVER_ERROR, reason, "restart the emulator")),
        }
    }
}

impl Complaint {
    pub(super) fn new(status: StatusCode, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { status, message: message.into(), help: help.into() }
    }

    pub(super) fn bad(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message, help)
    }

    pub(super) fn missing(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message, help)
    }
}

impl From<Refusal> for Complaint {
    /// Transitions refuse in the service's words; what the admin API asks of
    /// them meets a wrong value, which they explain, or an object that is not
    /// there.
    fn from(refusal: Refusal) -> Self {
        let message = format!("{} ({})", refusal.message, refusal.code);
        match refusal.detail {
            Some(detail) => Self::bad(message, detail),
            None => Self::missing(message, "`GET /emulator/state` shows what there is, with ids"),
        }
    }
}

impl IntoResponse for Shown {
    fn into_response(self) -> Response {
        json_response(StatusCode::OK, self.0)
    }
}

impl IntoResponse for Complaint {
    fn into_response(self) -> Response {
        let body = json!({ "error": { "message": self.message, "help": self.help } });
        json_response(self.status, body.to_string().into_bytes())
    }
}

fn json_response(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Reads a body; the complaint says where it goes wrong.
pub(super) fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Complaint> {
    serde_json::from_slice(body)
        .map_err(|error| Complaint::bad(format!("the body is not what this call takes: {error}"), SHAPES))
}

const SHAPES: &str = "`GET /emulator` lists the shapes, and `GET` of this path shows what is there";

/// Returns a parameter of a query.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let pairs = query.unwrap_or_default().split('&');
    let mut values = pairs.filter_map(|pair| pair.split_once('=')).filter(|(key, _)| *key == name);
    values.next().map(|(_, value)| decoded(value))
}

/// Returns the project that is meant.
pub(super) fn project(query: Option<&str>) -> String {
    parameter(query, "project_id").unwrap_or_else(|| Account::BUILT_IN.project_id.to_owned())
}
