//! A snapshot as a value.

use jiff::Timestamp;

use crate::model::{Capabilities, Listing, Live};
use crate::saved::TargetDocument;

/// A project at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Where it was read.
    pub target: TargetDocument,
    /// When, to the second.
    pub taken_at: Timestamp,
    /// How many requests the reading took.
    pub reads: u64,
    /// What the service can do.
    pub capabilities: Capabilities,
    /// What was seen.
    pub live: Live,
    /// What one should know about the reading. Text of the service in it is
    /// escaped.
    pub warnings: Vec<String>,
}

impl Snapshot {
    /// Says whether every list was read in full.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let unread = |group: &crate::model::LiveGroup| {
            matches!(group.streams, Listing::Unread(..)) || matches!(group.dumps, Listing::Unread(..))
        };
        self.live.groups_doubt.is_none() && !self.live.groups.values().any(unread)
    }

    /// Returns how old it is, in whole seconds; one from the future is 0 s old.
    #[must_use]
    pub fn age_seconds(&self, now: Timestamp) -> u64 {
        u64::try_from(now.as_second().saturating_sub(self.taken_at.as_second())).unwrap_or(0)
    }
}
