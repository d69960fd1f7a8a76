//! Into a router in this process: no socket, so that time can be virtual.

use axum::body::Body;
use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tower::ServiceExt as _;

use super::{LARGEST_BODY, Transport, Undelivered};

/// Calls an [`axum::Router`] directly.
#[derive(Debug, Clone)]
pub struct RouterTransport(axum::Router);

impl RouterTransport {
    /// Wraps a router.
    #[must_use]
    pub fn new(router: axum::Router) -> Self {
        Self(router)
    }
}

impl Transport for RouterTransport {
    fn deliver(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, Undelivered>> {
        let router = self.0.clone();
        async move {
            let response = router.oneshot(request.map(Body::from)).await.unwrap_or_else(|never| match never {});
            let (parts, body) = response.into_parts();
            let collected = Limited::new(body, LARGEST_BODY).collect().await.map_err(|error| {
                if error.downcast_ref::<LengthLimitError>().is_some() {
                    Undelivered::TooLarge
                } else {
                    Undelivered::Interrupted(error.to_string())
                }
            })?;
            Ok(http::Response::from_parts(parts, collected.to_bytes()))
        }
        .boxed()
    }
}
