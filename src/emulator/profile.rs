//! Which edition of the service is played.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An edition of the service (facts page 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Everything in facts page 4: updates, transfers, tag actions.
    #[default]
    Modern,
    /// The eight operations of the document of 2022-08-15, and nothing else.
    #[serde(rename = "seed-2022")]
    Seed2022,
    /// [`Profile::Modern`] without the updates of groups and streams, as some
    /// partner clouds publish it (facts page 5.5).
    NoUpdate,
}

impl Profile {
    /// Every profile, in the order a person would be shown them.
    pub const ALL: [Self; 3] = [Self::Modern, Self::Seed2022, Self::NoUpdate];

    /// Returns the profile of that name, if there is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == text)
    }

    /// Returns the name that [`Profile::parse`] reads.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Modern => "modern",
            Self::Seed2022 => "seed-2022",
            Self::NoUpdate => "no-update",
        }
    }

    /// Returns whether this is an edition with transfers, tags and aliases.
    pub(crate) const fn is_modern(self) -> bool {
        matches!(self, Self::Modern | Self::NoUpdate)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
