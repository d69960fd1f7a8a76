use super::super::http::Exposure;
use super::super::service::Inner;
use axum::Router;
use std::sync::Arc;
pub(crate) fn router(_exposure: Exposure) -> Router<Arc<Inner>> {
    Router::new()
}
