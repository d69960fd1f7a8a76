//! The classes of change that flags speak of.

use std::collections::BTreeSet;
use std::fmt;

/// What kind of consequence a step has (contract section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Something new.
    Create,
    /// A change in place.
    Update,
    /// Something goes.
    Delete,
    /// Something goes and comes back different.
    Replace,
    /// Log lines become unrecoverable.
    DataLoss,
    /// Log lines written during the change never reach OBS.
    ArchiveGap,
    /// Something the manifest does not declare is touched.
    Unmanaged,
}

/// A set of classes, in their fixed order.
pub type Classes = BTreeSet<Class>;

impl Class {
    /// All classes, in their fixed order.
    pub const ALL: [Self; 7] =
        [Self::Create, Self::Update, Self::Delete, Self::Replace, Self::DataLoss, Self::ArchiveGap, Self::Unmanaged];

    /// Reads a flag's spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == text)
    }

    /// Returns the flag's spelling.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Replace => "replace",
            Self::DataLoss => "data-loss",
            Self::ArchiveGap => "archive-gap",
            Self::Unmanaged => "unmanaged",
        }
    }

    /// Says whether `apply` does such a step only when it is allowed by name.
    #[must_use]
    pub fn needs_permission(self) -> bool {
        !matches!(self, Self::Create | Self::Update)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
