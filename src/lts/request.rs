//! One request, before it is signed.

use bytes::Bytes;
use serde::Serialize;
use tokio::time::Instant;

use super::Operation;
use super::operation::OperationKind;

/// A request to LTS or IAM; which of the two follows from the operation.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) operation: Operation,
    /// What repeating it would do; the operation's own kind except when the
    /// request is made so that it cannot do anything.
    pub(crate) kind: OperationKind,
    pub(crate) method: http::Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
    /// After this moment it is not sent any more.
    pub(crate) send_by: Option<Instant>,
}

impl Call {
    /// Starts a request without query and body.
    pub(crate) fn new(operation: Operation, method: http::Method, path: String) -> Self {
        Self { operation, kind: operation.kind(), method, path, query: Vec::new(), body: Bytes::new(), send_by: None }
    }

    /// Adds a query parameter, not encoded.
    pub(crate) fn with_query(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.query.push((key, value.into()));
        self
    }

    /// Adds a body. The types that are sent are plain structures, which always
    /// serialize; an empty body would be refused by the service.
    pub(crate) fn with_body(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_vec(body).map(Bytes::from).unwrap_or_default();
        self
    }

    /// Marks a request that cannot change anything, so that it may be repeated.
    pub(crate) fn harmless(mut self) -> Self {
        self.kind = OperationKind::Read;
        self
    }
}

/// An answer of success: no error code, and JSON where JSON is due.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) operation: Operation,
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: u32,
}

impl Answer {
    /// Reads the body.
    ///
    /// # Errors
    /// Returns an error of class `Unusable` when it is not what it should be.
    pub(crate) fn read<'a, T: serde::Deserialize<'a>>(&'a self) -> Result<T, super::Error> {
        super::wire::read(&self.body).map_err(|reason| self.unusable(&reason))
    }

    /// Makes the error for an answer that cannot be used. What was asked may
    /// well have been done.
    pub(crate) fn unusable(&self, reason: &str) -> super::Error {
        super::Error {
            status: Some(self.status),
            request_id: self.request_id.clone(),
            attempts: self.attempts,
            ..super::Error::local(self.operation, super::ErrorClass::Unusable, super::Certainty::Unknown, reason)
        }
    }
}
