//! What a look at a project finds.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::origin::Origin;
use crate::model::{Address, Field, Place};
use crate::plan::Value;

/// What is to be said of an object that is not simply as declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is there, and not as declared.
    Drifted,
    /// It is declared, and not there.
    Missing,
    /// It is there, the manifest speaks of its kind or it carries this estate's
    /// marker, and nobody declares it.
    Unmanaged,
    /// A dump that the service reports as failing.
    Unhealthy,
    /// The service does not show what is declared.
    Unverifiable,
    /// A list failed, was refused, or may have been cut.
    Unread,
}

impl Verdict {
    /// All verdicts, in the order in which they are told.
    pub const ALL: [Self; 6] =
        [Self::Drifted, Self::Missing, Self::Unmanaged, Self::Unhealthy, Self::Unverifiable, Self::Unread];

    /// Returns the word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Drifted => "drifted",
            Self::Missing => "missing",
            Self::Unmanaged => "unmanaged",
            Self::Unhealthy => "unhealthy",
            Self::Unverifiable => "unverifiable",
            Self::Unread => "unread",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == text)
    }

    /// Says whether the project is not as the manifest says.
    #[must_use]
    pub fn is_drift(self) -> bool {
        matches!(self, Self::Drifted | Self::Missing | Self::Unmanaged)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An `accept` entry whose date has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapsed {
    /// Last day on which it held, `YYYY-MM-DD`.
    pub until: Arc<str>,
    /// Why the drift was accepted.
    pub reason: Arc<str>,
}

/// One thing that is not as declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The object.
    pub address: Address,
    /// What is to be said of it.
    pub verdict: Verdict,
    /// The field, if it is about one.
    pub field: Option<Field>,
    /// The declared value, if it is about a field.
    pub declared: Option<Value>,
    /// The live value, if it is about a field and there is one.
    pub live: Option<Value>,
    /// What else is to be said.
    pub reason: Option<String>,
    /// What the user can do, where that is not plain.
    pub help: Option<String>,
    /// Where the object is declared.
    pub place: Option<Place>,
    /// Whose doing it is, where that was asked.
    pub origin: Option<Origin>,
    /// The acceptance that covered it until its date passed.
    pub lapsed: Option<Lapsed>,
}

impl Finding {
    pub(super) fn new(address: Address, verdict: Verdict) -> Self {
        Self {
            address,
            verdict,
            field: None,
            declared: None,
            live: None,
            reason: None,
            help: None,
            place: None,
            origin: None,
            lapsed: None,
        }
    }

    /// Returns 16 hexadecimal digits that stay the same from one report to the
    /// next, whatever the values are: target, address, verdict and field.
    #[must_use]
    pub fn id(&self, target: &str) -> String {
        let mut hash = Sha256::new();
        let field = self.field.map_or("", Field::as_str);
        for part in [target, &self.address.to_string(), self.verdict.as_str(), field] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// What makes two findings one.
    pub(super) fn key(&self) -> (&Address, Verdict, Option<Field>) {
        (&self.address, self.verdict, self.field)
    }
}

/// Drift that is known and tolerated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// What would have been found.
    pub finding: Finding,
    /// Last day on which it is tolerated, `YYYY-MM-DD`.
    pub until: Arc<str>,
    /// Why it is.
    pub reason: Arc<str>,
}

/// What one look at a project found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift {
    /// What is not as declared, in the order of addresses.
    pub findings: Vec<Finding>,
    /// What is tolerated, in the order of addresses.
    pub accepted: Vec<Accepted>,
    /// Declared objects that are as declared, in order.
    pub in_sync: Vec<Address>,
    /// Things worth knowing that are no finding.
    pub warnings: Vec<String>,
}

impl Drift {
    /// Counts the findings with a verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.findings.iter().filter(|finding| finding.verdict == verdict).count()
    }

    /// Says whether the project is as the manifest says, as far as it was read.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.iter().all(|finding| finding.verdict == Verdict::Unverifiable)
    }
}
