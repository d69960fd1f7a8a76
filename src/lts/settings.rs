//! From a manifest's target and the environment to the settings of a
//! connection. Pure: the environment is a value that somebody else filled.
//!
//! The environment fills what the manifest leaves out. Where both speak and
//! differ, nothing is sent. A manifest can never send a credential to a host
//! that the environment did not agree to.

mod environment;
mod resolve;

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;

use crate::model::{DomainId, Edition, Endpoint, ProjectId, Region};

pub use environment::Environment;
pub use resolve::resolve;

/// Which project everything happens in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectPin {
    /// The one with this id.
    Id(ProjectId),
    /// The one with this name; the default project of a region bears the
    /// region's name (facts page 1.2).
    Name(Arc<str>),
    /// The one with this id, which must have this name.
    Both(ProjectId, Arc<str>),
}

/// What proves who is asking.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A permanent key, or a temporary one with its security token.
    AccessKey {
        /// Public part.
        access_key: String,
        /// Secret part.
        secret_key: SecretString,
        /// Token of a temporary key.
        security_token: Option<SecretString>,
    },
    /// A token from elsewhere; it is used as it is and never renewed.
    Token(SecretString),
    /// User and password, exchanged for tokens at IAM.
    Password {
        /// Name of the IAM user.
        user_name: String,
        /// Its password.
        password: SecretString,
        /// Name of the account the user belongs to.
        domain_name: String,
    },
}

impl Credential {
    /// Returns what must never be shown. The public part of a key is among it: it
    /// says whose key to attack.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        match self {
            Self::AccessKey { access_key, secret_key, security_token } => {
                let public = SecretString::from(access_key.as_str());
                [public, secret_key.clone()].into_iter().chain(security_token.clone()).collect()
            }
            Self::Token(token) => vec![token.clone()],
            Self::Password { password, .. } => vec![password.clone()],
        }
    }
}

/// Everything needed to connect.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Region.
    pub region: Region,
    /// Origin of LTS.
    pub lts: Endpoint,
    /// Origin of IAM.
    pub iam: Endpoint,
    /// Project.
    pub project: ProjectPin,
    /// Account the project must belong to.
    pub domain_pin: Option<DomainId>,
    /// Who is asking.
    pub credential: Credential,
    /// Edition to expect.
    pub edition: Edition,
}

/// Which exit code a fault asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultClass {
    /// Exit 5: no credential, or manifest and environment mean different
    /// accounts, projects, regions or hosts.
    Identity,
    /// Exit 1: something is missing or malformed.
    Other,
}

/// One thing that keeps a connection from being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFault {
    /// Exit code it asks for.
    pub class: FaultClass,
    /// What is wrong, without any secret.
    pub message: String,
    /// The way out.
    pub help: String,
}

/// Everything that keeps a connection from being made; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFaults(Vec<SettingsFault>);

impl SettingsFaults {
    /// Returns the faults in the order they were found.
    pub fn iter(&self) -> impl Iterator<Item = &SettingsFault> {
        self.0.iter()
    }

    /// Returns the class that decides the exit code: 5 goes before 1.
    #[must_use]
    pub fn class(&self) -> FaultClass {
        self.0.iter().map(|fault| fault.class).min().unwrap_or(FaultClass::Other)
    }
}

impl fmt::Display for SettingsFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{}", fault.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsFaults {}
