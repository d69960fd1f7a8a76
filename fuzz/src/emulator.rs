//! Requests to the emulator: any of them is answered, in JSON below the API, and
//! names stay unique.
//!
//! The bytes are requests with `%%` on a line of its own between them: a line
//! with method and path, an empty line, the body. `{project}` and `{group}`,
//! `{stream}` in a path stand for ids that exist.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use http_body_util::BodyExt as _;
use ltsctl::effects::{Chance, TokioClock};
use ltsctl::emulator::{Emulator, Estate, EstateGroup, EstateStream, Options, Profile};
use tower::ServiceExt as _;

use super::scene::play;

const GROUP: &str = "00000000-0000-4000-8000-000000000001";
const STREAM: &str = "00000000-0000-4000-8000-000000000002";

pub fn run(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let profile = if first % 2 == 0 { Profile::Modern } else { Profile::Seed2022 };
    let text = String::from_utf8_lossy(rest);
    play(async {
        let clock = Arc::new(TokioClock::starting_at("2026-01-02T03:04:05Z".parse().expect("a time")));
        let service = Emulator::open(Options { profile, data: None, clock, chance: Chance::seeded(1) });
        let service = service.expect("an emulator in memory");
        service.seed(&estate()).expect("an estate");
        let token = log_in(&service).await;
        for request in text.split("\n%%\n").take(16) {
            ask(&service, &token, request).await;
        }
        let mut names = BTreeMap::new();
        for name in service.estate().groups.keys() {
            *names.entry(name.clone()).or_insert(0) += 1;
        }
        assert!(names.values().all(|count| *count == 1));
    });
}

fn estate() -> Estate {
    let stream = EstateStream { id: Some(STREAM.to_owned()), ..EstateStream::default() };
    let group = EstateGroup {
        id: Some(GROUP.to_owned()),
        ttl_in_days: Some(7),
        streams: BTreeMap::from([("s".to_owned(), Some(stream))]),
        ..EstateGroup::default()
    };
    Estate { groups: BTreeMap::from([("g".to_owned(), group)]) }
}

async fn log_in(service: &Emulator) -> http::HeaderValue {
    let account = service.account();
    let body = serde_json::json!({ "auth": {
        "identity": { "methods": ["password"], "password": { "user": {
            "name": account.user_name, "password": account.password, "domain": { "name": account.domain_name },
        } } },
        "scope": { "project": { "id": account.project_id } },
    } });
    let request = http::Request::post("http://127.0.0.1/v3/auth/tokens")
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .expect("a request");
    let answer = service.router().oneshot(request).await.unwrap_or_else(|never| match never {});
    answer.headers().get("x-subject-token").expect("a token").clone()
}

async fn ask(service: &Emulator, token: &http::HeaderValue, request: &str) {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let mut words = head.split_whitespace();
    let (method, path) = (words.next().unwrap_or("GET"), words.next().unwrap_or("/"));
    let path =
        path.replace("{project}", service.account().project_id).replace("{group}", GROUP).replace("{stream}", STREAM);
    let admin = path.starts_with("/emulator");
    let request = http::Request::builder()
        .method(method)
        .uri(format!("http://127.0.0.1{path}"))
        .header("x-auth-token", token)
        .header("content-type", "application/json")
        .body(Body::from(body.to_owned()));
    let Ok(request) = request else { return };
    // Somebody may have told the emulator to hang.
    let answered = tokio::time::timeout(std::time::Duration::from_secs(100_000), async {
        let answer = service.router().oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = answer.into_parts();
        (parts, body.collect().await.map(http_body_util::Collected::to_bytes))
    })
    .await;
    let Ok((parts, Ok(body))) = answered else { return };
    let faults = !service.faults().rules.is_empty();
    if !admin && !faults && parts.status != 204 && path.starts_with("/v2/") && !body.is_empty() {
        let json: Result<serde_json::Value, _> = serde_json::from_slice(&body);
        assert!(json.is_ok(), "{} {path}: {}", parts.status, String::from_utf8_lossy(&body));
    }
    assert_ne!(parts.status, 500, "{path}: {}", String::from_utf8_lossy(&body));
}
