//! What can be said about an OBS dump.

use std::fmt;
use std::sync::Arc;

use super::{NameFault, Period};

/// Format of the files a dump writes. `[SEED:2037]`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StorageFormat {
    /// The line as it was ingested.
    Raw,
    /// One JSON object a line.
    Json,
}

impl StorageFormat {
    /// Both formats.
    pub const ALL: [Self; 2] = [Self::Raw, Self::Json];

    /// Reads the API's spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }

    /// Returns the API's spelling.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "RAW",
            Self::Json => "JSON",
        }
    }
}

impl fmt::Display for StorageFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Name of an OBS bucket.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BucketName(Arc<str>);

impl BucketName {
    /// Checks a bucket name against facts page section 7: 3 to 63 of
    /// lower-case letters, digits, `-` and `.`, no `..`, `.-` or `-.`, no `-`
    /// or `.` at either end, not an IPv4 address.
    ///
    /// # Errors
    /// Returns the rule the text breaks, in words.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
        if !(3..=63).contains(&text.len()) {
            return Err("must have 3 to 63 characters");
        }
        if !text.bytes().all(legal) {
            return Err("may hold lower-case letters, digits, `-` and `.` only");
        }
        if text.starts_with(['-', '.']) || text.ends_with(['-', '.']) {
            return Err("must not begin or end with `-` or `.`");
        }
        if ["..", ".-", "-."].iter().any(|pair| text.contains(pair)) {
            return Err("must not contain `..`, `.-` or `-.`");
        }
        if text.parse::<std::net::Ipv4Addr>().is_ok() {
            return Err("must not look like an IPv4 address");
        }
        Ok(Self(Arc::from(text)))
    }

    /// Keeps a bucket name as the service spells it.
    #[must_use]
    pub fn from_service(text: &str) -> Self {
        Self(Arc::from(text))
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// An optional block that can be declared empty on purpose (`none`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot<T> {
    /// Explicitly nothing.
    Empty,
    /// A value.
    Filled(T),
}

impl<T: fmt::Display> fmt::Display for Slot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("none"),
            Self::Filled(value) => value.fmt(f),
        }
    }
}

/// Time zone of the dates in object paths: both parts or neither (facts 5.14).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeZone {
    /// Offset, such as `UTC+08:00`.
    pub name: Arc<str>,
    /// Id, such as `Asia/Kuala_Lumpur`.
    pub id: Arc<str>,
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.id)
    }
}

/// Delegation for a dump into another account's bucket (facts page 5.14).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Agency {
    /// Account that delegates.
    pub domain_id: Arc<str>,
    /// Name of that account.
    pub domain_name: Arc<str>,
    /// Name of the agency.
    pub name: Arc<str>,
    /// Project of the delegating account.
    pub project_id: Arc<str>,
}

impl fmt::Display for Agency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} ({}, project {})", self.name, self.domain_name, self.domain_id, self.project_id)
    }
}

/// Settings of an OBS dump. As in [`GroupSettings`](super::GroupSettings),
/// `None` makes no statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DumpSettings {
    /// Bucket that receives the files; it must exist.
    pub obs_bucket_name: Option<BucketName>,
    /// Format of the files.
    pub storage_format: Option<StorageFormat>,
    /// How often files are written.
    pub period: Option<Period>,
    /// Whether the dump runs; a live dump in EXCEPTION is one that should run.
    pub switch_on: Option<bool>,
    /// Folder below the service's own; empty is a value.
    pub dir_prefix_name: Option<Arc<str>>,
    /// Prefix of file names; empty is a value.
    pub prefix_name: Option<Arc<str>>,
    /// Time zone of dates in paths.
    pub time_zone: Option<Slot<TimeZone>>,
    /// KMS key id for an encrypted bucket.
    pub encryption: Option<Slot<Arc<str>>>,
    /// Cross-account delivery.
    pub agency: Option<Slot<Agency>>,
}

/// Checks a file prefix: at most 64 of letters, digits, `.`, `_` and `-`
/// (facts page 5.14).
///
/// # Errors
/// Returns the first rule the text breaks.
pub fn check_prefix(text: &str) -> Result<(), NameFault> {
    if text.chars().count() > 64 {
        return Err(NameFault::TooLong(64));
    }
    match text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))) {
        Some(c) => Err(NameFault::Character(c)),
        None => Ok(()),
    }
}
