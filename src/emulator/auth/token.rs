//! Tokens of `POST /v3/auth/tokens`.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Directory, User};

/// How long a token lives `[SEED:407]`.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// A token that was issued.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) user_id: String,
    pub(crate) scope: Scope,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) revoked: bool,
}

/// What a credential reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    /// One project.
    Project {
        /// The id of the project.
        id: String,
    },
    /// The projects of an account, as a key reaches them.
    Key {
        /// The id of the account.
        domain: String,
    },
    /// An account without any of its projects: a token without a project.
    Domain {
        /// The id of the account.
        id: String,
    },
}

impl Directory {
    /// Issues a token under the given value.
    pub(crate) fn issue(&mut self, value: String, user: &User, scope: Scope, now: Timestamp) -> Token {
        let token = Token {
            user_id: user.id.clone(),
            scope,
            issued_at: now,
            expires_at: now.saturating_add(LIFE).unwrap_or(now),
            revoked: false,
        };
        self.tokens.insert(value, token.clone());
        token
    }

    /// Revokes one token, or all where none is named; returns which.
    pub(crate) fn revoke(&mut self, value: Option<&str>) -> Vec<String> {
        let mut revoked = Vec::new();
        for (candidate, token) in &mut self.tokens {
            if value.is_none_or(|value| value == candidate) && !token.revoked {
                token.revoked = true;
                revoked.push(candidate.clone());
            }
        }
        revoked
    }
}
