//! What a transport promises.

use std::fmt;

use bytes::Bytes;
use futures_util::future::BoxFuture;

/// Most bytes of an answer's body. A list of 10,000 streams has about 5 MB.
pub const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undelivered {
    /// No byte of the request left: the name could not be resolved, nothing
    /// listens, or the TLS handshake failed. It was not executed.
    NotSent(String),
    /// The request, or a part of it, left; the answer did not arrive in full.
    /// It may have been executed.
    Interrupted(String),
    /// The answer's body is larger than [`LARGEST_BODY`]. The request may have
    /// been executed.
    TooLarge,
}

/// Carries one request to the service and its answer back.
pub trait Transport: Send + Sync + fmt::Debug {
    /// Delivers a request at most once. There is no timeout here: dropping the
    /// future ends the attempt.
    fn deliver(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, Undelivered>>;
}
