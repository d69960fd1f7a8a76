//! Paths of the admin API, and who may use them.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get, patch, post, put};
use http::StatusCode;
use http::header::{HOST, ORIGIN};

use super::super::http::Exposure;
use super::super::service::Inner;
use super::reply::Complaint;
use super::{access, faults, objects, settings};

/// Returns the routes below `/emulator`.
pub(crate) fn router(exposure: Exposure) -> Router<Arc<Inner>> {
    let routes = Router::new()
        .route("/emulator", get(settings::overview))
        .route("/emulator/config", get(settings::show_config).put(settings::put_config).patch(settings::patch_config))
        .route("/emulator/faults", get(faults::show).put(faults::replace).delete(faults::clear))
        .route("/emulator/journal", get(settings::show_journal).delete(settings::clear_journal))
        .route("/emulator/state", get(objects::show).put(objects::replace))
        .route("/emulator/buckets", get(settings::list_buckets))
        .route("/emulator/buckets/{name}", put(settings::put_bucket).delete(settings::delete_bucket))
        .route("/emulator/groups/{group}", patch(objects::edit_group))
        .route("/emulator/groups/{group}/streams/{stream}", patch(objects::edit_stream))
        .route("/emulator/transfers/{transfer}", patch(objects::edit_transfer))
        .route("/emulator/logs", post(objects::write_lines))
        .route("/emulator/accounts", get(access::list).post(access::add))
        .route("/emulator/keys", post(access::add_key))
        .route("/emulator/keys/{access}", delete(access::delete_key))
        .route("/emulator/tokens", delete(access::revoke_all))
        .route("/emulator/tokens/{token}", delete(access::revoke_one))
        .route("/emulator/{*rest}", any(unknown))
        .method_not_allowed_fallback(wrong_method);
    match exposure {
        Exposure::Process => routes,
        Exposure::Socket => routes.route_layer(middleware::from_fn(local_only)),
    }
}

async fn unknown() -> Complaint {
    Complaint::missing("the admin API has no such path", "`GET /emulator` lists its paths")
}

async fn wrong_method() -> Complaint {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    Complaint::new(status, "this path of the admin API does not take this method", "`GET /emulator` lists its paths")
}

/// Turns away what a web page could send: a name that was made to resolve to
/// this machine, or a request from a page of another origin.
async fn local_only(request: Request, next: Next) -> Response {
    if is_local(&request) {
        return next.run(request).await;
    }
    let help = "call it as `localhost`, `127.0.0.1` or `[::1]`, and not from a web page";
    Complaint::new(StatusCode::FORBIDDEN, "the admin API answers this machine only", help).into_response()
}

fn is_local(request: &Request) -> bool {
    let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    let host = header(HOST).or_else(|| request.uri().authority().map(|authority| authority.as_str()));
    let origin = header(ORIGIN).map(|origin| origin.split_once("://").map_or(origin, |(_, host)| host));
    host.is_some_and(is_loopback) && origin.is_none_or(is_loopback)
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, _)) => host,
        None => authority.split_once(':').map_or(authority, |(host, _)| host),
    };
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_this_machine_is_local() {
        for host in ["localhost", "LOCALHOST:8888", "127.0.0.1:8888", "127.9.9.9", "[::1]:8888"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example:8888", "localhost.evil.example", "10.0.0.1", "[::2]", ""] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
