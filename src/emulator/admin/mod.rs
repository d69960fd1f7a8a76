//! placeholder
mod routes;
pub(crate) use routes::router;
