//! Accounts, keys and tokens.

use std::sync::Arc;

use axum::extract::{Path, State};
use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::super::account::Account;
use super::super::auth::{AccessKey, Domain, ProjectEntry, User};
use super::super::service::Inner;
use super::reply::{Complaint, Reply, Shown, read};

/// An account to make or to add to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountBody {
    name: String,
    id: Option<String>,
    #[serde(default)]
    users: Vec<UserBody>,
    #[serde(default)]
    projects: Vec<ProjectBody>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UserBody {
    name: String,
    password: String,
    id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProjectBody {
    name: String,
    id: Option<String>,
    #[serde(default = "enabled")]
    enabled: bool,
}

/// A key to make; everything can be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct KeyBody {
    access: Option<String>,
    secret: Option<String>,
    domain_id: Option<String>,
    security_token: Option<String>,
    expires_at: Option<Timestamp>,
}

fn enabled() -> bool {
    true
}

pub(super) async fn list(State(inner): State<Arc<Inner>>) -> Reply {
    let directory = inner.directory();
    let keys: Vec<_> = directory
        .keys
        .values()
        .map(|key| {
            json!({
                "access": key.access,
                "domain_id": key.domain_id,
                "expires_at": key.expires_at,
                "temporary": key.security_token.is_some(),
            })
        })
        .collect();
    let user = |user: &User| json!({ "domain_id": user.domain_id, "id": user.id, "name": user.name });
    let users: Vec<_> = directory.users.values().map(user).collect();
    Shown::json(&json!({
        "domains": directory.domains.values().collect::<Vec<_>>(),
        "projects": directory.projects.values().collect::<Vec<_>>(),
        "users": users,
        "keys": keys,
    }))
}

pub(super) async fn add(State(inner): State<Arc<Inner>>, body: Bytes) -> Reply {
    let body: AccountBody = read(&body)?;
    let shown = inner.change_directory(|directory| {
        let known = directory.domains.values().find(|domain| domain.name == body.name);
        let id = known.map(|domain| domain.id.clone()).or(body.id).unwrap_or_else(|| inner.identity_id());
        directory.domains.insert(id.clone(), Domain { id: id.clone(), name: body.name });
        let mut projects = Vec::new();
        for project in body.projects {
            let entry = ProjectEntry {
                id: project.id.unwrap_or_else(|| inner.identity_id()),
                name: project.name,
                domain_id: id.clone(),
                enabled: project.enabled,
            };
            directory.projects.insert(entry.id.clone(), entry.clone());
            projects.push(entry);
        }
        for user in body.users {
            let user_id = user.id.unwrap_or_else(|| inner.identity_id());
            let entry = User { id: user_id.clone(), name: user.name, password: user.password, domain_id: id.clone() };
            directory.users.insert(user_id, entry);
        }
        json!({ "id": id, "projects": projects })
    });
    Shown::done(&inner, &shown).await
}

pub(super) async fn add_key(State(inner): State<Arc<Inner>>, body: Bytes) -> Reply {
    let body: KeyBody = read(&body)?;
    let domain_id = body.domain_id.unwrap_or_else(|| Account::BUILT_IN.domain_id.to_owned());
    if !inner.directory().domains.contains_key(&domain_id) {
        let help = "`GET /emulator/accounts` shows the accounts, `POST` makes one";
        return Err(Complaint::missing(format!("there is no account `{domain_id}`"), help));
    }
    let key = AccessKey {
        access: body.access.unwrap_or_else(|| inner.identity_id()[..20].to_uppercase()),
        secret: body.secret.unwrap_or_else(|| inner.identity_id()),
        security_token: body.security_token,
        expires_at: body.expires_at,
        domain_id,
    };
    inner.change_directory(|directory| directory.keys.insert(key.access.clone(), key.clone()));
    Shown::done(&inner, &key).await
}

pub(super) async fn delete_key(State(inner): State<Arc<Inner>>, Path(access): Path<String>) -> Reply {
    if inner.change_directory(|directory| directory.keys.remove(&access)).is_none() {
        return Err(Complaint::missing(format!("there is no key `{access}`"), "`GET /emulator/accounts` lists them"));
    }
    Shown::done(&inner, &json!({})).await
}

pub(super) async fn revoke_all(State(inner): State<Arc<Inner>>) -> Reply {
    let revoked = inner.revoke_tokens(None);
    Shown::done(&inner, &json!({ "revoked": revoked })).await
}

pub(super) async fn revoke_one(State(inner): State<Arc<Inner>>, Path(token): Path<String>) -> Reply {
    if inner.revoke_tokens(Some(&token)) == 0 {
        return Err(Complaint::missing("there is no such token, or it is revoked already", "issue one at IAM"));
    }
    Shown::done(&inner, &json!({ "revoked": 1 })).await
}
