//! Accounts, users, projects, keys and tokens, and the check of a request.

use std::collections::BTreeMap;

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::super::account::Account;
use super::super::refusal::Refusal;
use super::signature::DATE_FORMAT;
use super::{Claim, Scope, Signed, Token};

/// How far the clock of a caller may be off (facts page 2.3).
const SKEW: SignedDuration = SignedDuration::from_mins(15);

/// After how many wrong signatures in a row a key is locked, and for how long.
const LOCK_AFTER: u32 = 5;
const LOCK_FOR: SignedDuration = SignedDuration::from_mins(5);

/// Everyone who may ask.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Directory {
    pub(crate) domains: BTreeMap<String, Domain>,
    pub(crate) projects: BTreeMap<String, ProjectEntry>,
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) keys: BTreeMap<String, AccessKey>,
    pub(crate) tokens: BTreeMap<String, Token>,
    /// Wrong signatures since the last right one, by key.
    #[serde(skip)]
    attempts: BTreeMap<String, Attempts>,
}

/// An account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Domain {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A project of an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ProjectEntry {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) domain_id: String,
    pub(crate) enabled: bool,
}

/// A user of an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) domain_id: String,
}

/// An access key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AccessKey {
    pub(crate) access: String,
    pub(crate) secret: String,
    /// What has to travel with a temporary key.
    pub(crate) security_token: Option<String>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) domain_id: String,
}

#[derive(Debug, Default)]
struct Attempts {
    wrong: u32,
    locked_until: Option<Timestamp>,
}

impl Directory {
    /// Returns a directory with the built-in account.
    pub(crate) fn with_account(account: &Account) -> Self {
        let mut directory = Self::default();
        let domain_id = account.domain_id.to_owned();
        let domain = Domain { id: domain_id.clone(), name: account.domain_name.to_owned() };
        directory.domains.insert(domain_id.clone(), domain);
        let project = ProjectEntry {
            id: account.project_id.to_owned(),
            name: account.project_name.to_owned(),
            domain_id: domain_id.clone(),
            enabled: true,
        };
        directory.projects.insert(project.id.clone(), project);
        let user = User {
            id: account.user_id.to_owned(),
            name: account.user_name.to_owned(),
            password: account.password.to_owned(),
            domain_id: domain_id.clone(),
        };
        directory.users.insert(user.id.clone(), user);
        let key = AccessKey {
            access: account.access_key.to_owned(),
            secret: account.secret_key.to_owned(),
            security_token: None,
            expires_at: None,
            domain_id,
        };
        directory.keys.insert(key.access.clone(), key);
        directory
    }

    /// Finds out who asks.
    ///
    /// # Errors
    /// APIGW.0301 and APIGW.0307 (facts page 3.4).
    pub(crate) fn authenticate(&mut self, request: Signed<'_>, now: Timestamp) -> Result<Scope, Refusal> {
        if let Some(value) = text(request.headers, "x-auth-token") {
            return self.authenticate_token(value, now);
        }
        match text(request.headers, "authorization") {
            Some(header) => {
                let claim = Claim::parse(header)
                    .ok_or_else(|| Refusal::unauthenticated("authorization header is not SDK-HMAC-SHA256"))?;
                self.authenticate_signature(&claim, request, now)
            }
            None => Err(Refusal::unauthenticated("x-auth-token not found")),
        }
    }

    fn authenticate_token(&self, value: &str, now: Timestamp) -> Result<Scope, Refusal> {
        let token = self.tokens.get(value).ok_or_else(|| Refusal::unauthenticated("decrypt token fail"))?;
        if token.revoked || token.expires_at <= now {
            return Err(Refusal::dead_token());
        }
        Ok(token.scope.clone())
    }

    fn authenticate_signature(&mut self, claim: &Claim, request: Signed<'_>, now: Timestamp) -> Result<Scope, Refusal> {
        let key = self
            .keys
            .get(&claim.access)
            .ok_or_else(|| Refusal::unauthenticated(format!("ak {} not exist", claim.access)))?;
        let attempts = self.attempts.entry(claim.access.clone()).or_default();
        if attempts.locked_until.is_some_and(|until| now < until) {
            return Err(Refusal::unauthenticated("AK access failed to reach the limit,forbidden"));
        }
        if !claim.signed_headers.iter().any(|name| name == "x-sdk-date") {
            return Err(Refusal::unauthenticated("x-sdk-date is not signed"));
        }
        let (date, signed_at) =
            request.date().ok_or_else(|| Refusal::unauthenticated("x-sdk-date is missing or malformed"))?;
        if signed_at.duration_since(now).abs() > SKEW {
            return Err(Refusal::unauthenticated(format!(
                "signature expired, signature time:{date},server time:{}",
                now.strftime(DATE_FORMAT)
            )));
        }
        if !request.verifies(claim, &key.secret) {
            attempts.wrong += 1;
            if attempts.wrong >= LOCK_AFTER {
                *attempts = Attempts { wrong: 0, locked_until: now.saturating_add(LOCK_FOR).ok() };
            }
            let echo = request.canonical(&claim.signed_headers).replace('\n', "|");
            return Err(Refusal::unauthenticated(format!("verify aksk signature fail, canonicalRequest:{echo}")));
        }
        *attempts = Attempts::default();
        check_security_token(key, text(request.headers, "x-security-token"), now)?;
        Ok(Scope::Key { domain: key.domain_id.clone() })
    }

    /// Checks that a credential reaches the project of a path. A key reaches
    /// the project it names in `X-Project-Id`, and without one the projects
    /// that carry a region's name; a sub-project has to be named (facts page
    /// 1.2).
    ///
    /// # Errors
    /// LTS.0001 with 403.
    pub(crate) fn authorize(&self, scope: &Scope, project: &str, headers: &HeaderMap) -> Result<(), Refusal> {
        let named = text(headers, "x-project-id");
        let reached = match scope {
            Scope::Project { id } => id == project && named.is_none_or(|named| named == project),
            Scope::Key { domain } => self.projects.get(project).is_some_and(|entry| {
                // A sub-project is named `{region}_{name}`.
                let whole_region = !entry.name.contains('_');
                entry.enabled && entry.domain_id == *domain && named.map_or(whole_region, |named| named == project)
            }),
            Scope::Domain { .. } => false,
        };
        if reached { Ok(()) } else { Err(Refusal::foreign_project()) }
    }

    /// Returns the account a credential belongs to.
    pub(crate) fn domain_of(&self, scope: &Scope) -> Option<&Domain> {
        match scope {
            Scope::Key { domain: id } | Scope::Domain { id } => self.domains.get(id),
            Scope::Project { id } => self.domains.get(&self.projects.get(id)?.domain_id),
        }
    }
}

fn check_security_token(key: &AccessKey, sent: Option<&str>, now: Timestamp) -> Result<(), Refusal> {
    if sent != key.security_token.as_deref() {
        return Err(Refusal::unauthenticated("decrypt security token fail"));
    }
    if key.expires_at.is_some_and(|expires| expires <= now) {
        return Err(Refusal::unauthenticated("security token expired"));
    }
    Ok(())
}

pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim).filter(|value| !value.is_empty())
}
