//! Retention: how many days log lines are kept.

use std::fmt;

/// A retention that the service cannot have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number of days from 1 to 365")]
pub struct TtlFault;

/// A number of days. Declared ones are 1 to 365 (facts page 6.2); one read from
/// the service may be anything it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Days(u32);

impl Days {
    /// Checks a declared retention.
    ///
    /// # Errors
    /// Returns a fault outside 1 to 365.
    pub fn declare(days: i64) -> Result<Self, TtlFault> {
        match u32::try_from(days) {
            Ok(days @ 1..=365) => Ok(Self(days)),
            _ => Err(TtlFault),
        }
    }

    /// Keeps the retention the service reports.
    #[must_use]
    pub fn from_service(days: u32) -> Self {
        Self(days)
    }

    /// Returns the number of days.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Retention of a stream: its own, or that of its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamTtl {
    /// Follows the group. Reads back as -1, is left out on create and sent as
    /// -1 on update (facts page 5.7, 5.10).
    Inherit,
    /// Its own number of days.
    Own(Days),
}

impl StreamTtl {
    /// Returns the days that really apply, given the group's.
    #[must_use]
    pub fn effective(self, group: Option<Days>) -> Option<Days> {
        match self {
            Self::Inherit => group,
            Self::Own(days) => Some(days),
        }
    }
}

impl fmt::Display for StreamTtl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inherit => f.write_str("inherit"),
            Self::Own(days) => days.fmt(f),
        }
    }
}
