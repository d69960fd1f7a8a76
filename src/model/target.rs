//! Where an estate lives: the service in a region, or the embedded emulator.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use super::{DomainId, ProjectId};

/// Which edition of the API to expect.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Edition {
    /// Learned from the answers.
    #[default]
    Auto,
    /// The current API.
    Modern,
    /// The document of 2022-08-15.
    Seed2022,
}

impl Edition {
    /// Reads the manifest's spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Auto, Self::Modern, Self::Seed2022].into_iter().find(|edition| edition.as_str() == text)
    }

    /// Returns the manifest's spelling.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Modern => "modern",
            Self::Seed2022 => "seed-2022",
        }
    }
}

/// Name of a region, `[a-z0-9-]+`: it becomes part of a host name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region(Arc<str>);

impl Region {
    /// Checks a region name. There is no list of regions: partner clouds have
    /// their own (facts page 1.1).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let shaped = (1..=63).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-');
        (shaped && text.bytes().all(legal)).then(|| Self(Arc::from(text)))
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An endpoint that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointFault {
    /// Not a URL at all.
    #[error("is not a URL")]
    NotUrl,
    /// A scheme other than http and https.
    #[error("must start with `https://`")]
    Scheme,
    /// Plain HTTP to something that is not this machine.
    #[error("uses `http://`, which is accepted for loopback addresses only")]
    Cleartext,
    /// More than an origin.
    #[error("must be an origin (`scheme://host[:port]`), without user, path, query or fragment")]
    NotOrigin,
}

/// An origin: `scheme://host[:port]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    origin: Arc<str>,
    host: Arc<str>,
    loopback: bool,
}

impl Endpoint {
    /// Checks and keeps an origin.
    ///
    /// # Errors
    /// Returns what keeps the text from being a safe origin.
    pub fn parse(text: &str) -> Result<Self, EndpointFault> {
        let url = url::Url::parse(text).map_err(|_| EndpointFault::NotUrl)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(EndpointFault::Scheme);
        }
        let bare = url.username().is_empty()
            && url.password().is_none()
            && matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none();
        let host = url.host_str().filter(|_| bare).ok_or(EndpointFault::NotOrigin)?;
        let loopback = host == "localhost"
            || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if url.scheme() == "http" && !loopback {
            return Err(EndpointFault::Cleartext);
        }
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self { origin: Arc::from(format!("{}://{host}{port}", url.scheme())), host: Arc::from(host), loopback })
    }

    /// Returns the origin without a trailing slash.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the host without its port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Says whether the host is this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

/// A project of the service. What is left out is filled from the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceTarget {
    /// Region.
    pub region: Option<Region>,
    /// Project by id.
    pub project_id: Option<ProjectId>,
    /// Project by name, looked up at IAM.
    pub project_name: Option<Arc<str>>,
    /// Account the credential must belong to.
    pub domain_id: Option<DomainId>,
    /// Edition to expect.
    pub edition: Edition,
    /// Origin of LTS, if not `https://lts.{region}.{cloud}`.
    pub lts: Option<Endpoint>,
    /// Origin of IAM, if not `https://iam.{region}.{cloud}`.
    pub iam: Option<Endpoint>,
}

/// Which edition the emulator plays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Profile {
    /// The current API.
    #[default]
    Modern,
    /// The document of 2022-08-15.
    Seed2022,
    /// The current API without update of groups and streams, as on some
    /// partner clouds (facts page 5.5).
    NoUpdate,
}

impl Profile {
    /// Reads the manifest's spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Modern, Self::Seed2022, Self::NoUpdate].into_iter().find(|profile| profile.as_str() == text)
    }

    /// Returns the manifest's spelling.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Modern => "modern",
            Self::Seed2022 => "seed-2022",
            Self::NoUpdate => "no-update",
        }
    }
}

/// The embedded service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmulatorTarget {
    /// Edition it plays.
    pub profile: Profile,
    /// Edition to expect of it.
    pub edition: Edition,
    /// Folder of its data, already resolved inside the manifest's folder.
    pub data: std::path::PathBuf,
}

/// Where an estate lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The service, or anything that speaks its API.
    Service(ServiceTarget),
    /// The embedded service.
    Emulator(EmulatorTarget),
}
