//! Configuration, journal, buckets.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use bytes::Bytes;
use serde_json::{Value, json};

use super::super::account::Account;
use super::super::config::Config;
use super::super::http::operation_names;
use super::super::rules;
use super::super::service::Inner;
use super::super::state::Bucket;
use super::reply::{Complaint, Reply, Shown, parameter, read};

pub(super) async fn overview(State(inner): State<Arc<Inner>>) -> Reply {
    let account = Account::BUILT_IN;
    Shown::json(&json!({
        "profile": inner.profile,
        "account": {
            "access_key": account.access_key,
            "secret_key": account.secret_key,
            "user_name": account.user_name,
            "password": account.password,
            "domain_name": account.domain_name,
            "domain_id": account.domain_id,
            "region": account.region,
            "project_name": account.project_name,
            "project_id": account.project_id,
        },
        "paths": PATHS,
    }))
}

pub(super) async fn show_config(State(inner): State<Arc<Inner>>) -> Reply {
    Shown::json(&inner.world().config)
}

pub(super) async fn put_config(State(inner): State<Arc<Inner>>, body: Bytes) -> Reply {
    set_config(&inner, &Config::for_profile(inner.profile), &body).await
}

pub(super) async fn patch_config(State(inner): State<Arc<Inner>>, body: Bytes) -> Reply {
    let base = inner.world().config.clone();
    set_config(&inner, &base, &body).await
}

async fn set_config(inner: &Inner, base: &Config, body: &Bytes) -> Reply {
    let patch: Value = read(body)?;
    let config = base.patched(&patch).map_err(|error| {
        Complaint::bad(format!("this is no configuration: {error}"), "`GET /emulator/config` shows every member")
    })?;
    if let Some(unknown) = config.operations().find(|name| !operation_names().any(|known| known == *name)) {
        let names: Vec<&str> = operation_names().collect();
        let message = format!("there is no operation `{unknown}`");
        return Err(Complaint::bad(message, format!("the operations are {}", names.join(", "))));
    }
    inner.configure(config.clone());
    Shown::done(inner, &config).await
}

pub(super) async fn show_journal(State(inner): State<Arc<Inner>>, RawQuery(query): RawQuery) -> Reply {
    let since = match parameter(query.as_deref(), "since") {
        None => 0,
        Some(text) => text.parse().map_err(|_| {
            Complaint::bad(format!("`{text}` is no number of a request"), "`since` takes the `sequence` of an entry")
        })?,
    };
    Shown::json(&json!({ "entries": inner.journal().since(since) }))
}

pub(super) async fn clear_journal(State(inner): State<Arc<Inner>>) -> Reply {
    inner.journal().clear();
    Shown::json(&json!({}))
}

pub(super) async fn list_buckets(State(inner): State<Arc<Inner>>) -> Reply {
    let world = inner.world();
    Shown::json(&json!({ "buckets": world.buckets, "unlisted_buckets": world.config.unlisted_buckets }))
}

pub(super) async fn put_bucket(State(inner): State<Arc<Inner>>, Path(name): Path<String>, body: Bytes) -> Reply {
    let bucket: Bucket = read(&body)?;
    if !rules::is_bucket_name(&name) {
        let help = "3 to 63 lower-case letters, digits, `-` and `.`, starting and ending with a letter or digit";
        return Err(Complaint::bad(format!("no bucket can be named `{name}`"), help));
    }
    inner.change(|world| world.set_bucket(&name, Some(bucket)));
    Shown::done(&inner, &bucket).await
}

pub(super) async fn delete_bucket(State(inner): State<Arc<Inner>>, Path(name): Path<String>) -> Reply {
    if !inner.world().buckets.contains_key(&name) {
        return Err(Complaint::missing(format!("no bucket `{name}` is registered"), "`GET /emulator/buckets`"));
    }
    inner.change(|world| world.set_bucket(&name, None));
    Shown::done(&inner, &json!({})).await
}

/// What can be asked for, with the shape of the body. The table in the module's
/// documentation says more.
const PATHS: [&str; 22] = [
    "GET /emulator/config",
    r#"PUT or PATCH /emulator/config {"gates": {"CreateLogGroup": "before"}, "forbidden": ["ListTransfers"], "empty_lists": []}"#,
    "GET /emulator/faults",
    r#"PUT /emulator/faults {"seed": 7, "rules": [{"operation": "Create*", "first": 1, "fault": "commit_then_drop"}]}"#,
    "DELETE /emulator/faults",
    "GET /emulator/journal?since=N",
    "DELETE /emulator/journal",
    "GET /emulator/state?project_id=ID",
    r#"PUT /emulator/state?project_id=ID {"groups": {"web": {"ttl_in_days": 7, "streams": {"access": null}}}}"#,
    "GET /emulator/buckets",
    r#"PUT /emulator/buckets/{name} {"state": "exists"}"#,
    "DELETE /emulator/buckets/{name}",
    r#"PATCH /emulator/groups/{id} {"ttl_in_days": 7, "alias": "a", "tags": {"key": "value"}}"#,
    r#"PATCH /emulator/groups/{id}/streams/{id} {"ttl_in_days": 7}"#,
    r#"PATCH /emulator/transfers/{id} {"status": "EXCEPTION"}"#,
    r#"POST /emulator/logs {"group": "web", "stream": "access", "lines": [{"content": "a line"}]}"#,
    "GET /emulator/accounts",
    r#"POST /emulator/accounts {"id": "DOMAIN_ID", "name": "DOMAIN_NAME", "projects": [{"id": "ID", "name": "NAME"}], "users": []}"#,
    r#"POST /emulator/keys {"access": "AK", "secret": "SK", "domain_id": "DOMAIN_ID"}"#,
    "DELETE /emulator/keys/{access}",
    "DELETE /emulator/tokens",
    "DELETE /emulator/tokens/{token}",
];
