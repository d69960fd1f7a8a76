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

#[cfg(test)]
mod tests {
    use axum::routing::any;

    use super::*;

    async fn deliver(router: axum::Router) -> Result<http::Response<Bytes>, Undelivered> {
        let request = http::Request::post("https://lts.example/v2/p/groups?a=b").body(Bytes::from_static(b"body"));
        RouterTransport::new(router).deliver(request.expect("a request")).await
    }

    #[tokio::test]
    async fn a_router_is_reached_by_path_with_the_whole_request() {
        let echo = |request: axum::extract::Request| async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            (http::StatusCode::CREATED, format!("{} {} {}", parts.method, parts.uri.path(), body.len()))
        };
        let response = deliver(axum::Router::new().fallback(any(echo))).await.expect("an answer");
        assert_eq!(response.status(), 201);
        assert_eq!(response.body().as_ref(), b"POST /v2/p/groups 4");
    }

    #[tokio::test]
    async fn an_answer_that_is_too_large_is_cut() {
        let flood = || async { vec![0_u8; LARGEST_BODY + 1] };
        assert_eq!(deliver(axum::Router::new().fallback(any(flood))).await.map(|_| ()), Err(Undelivered::TooLarge));
    }
}
