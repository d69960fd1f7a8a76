//! The rules an estate sets for itself.

use std::sync::Arc;

use super::{AddressGlob, Place};

/// Whether what is ours and no longer declared is deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Prune {
    /// Nothing is deleted without a tombstone.
    #[default]
    None,
    /// What carries this estate's marker and is not declared is deleted.
    Owned,
}

/// How much one apply may delete, groups and streams together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeleteBudget {
    /// Most objects.
    pub count: u32,
    /// Most per cent of the live objects in scope, from 10 objects on.
    pub percent: u32,
}

impl Default for DeleteBudget {
    fn default() -> Self {
        Self { count: 20, percent: 30 }
    }
}

/// How many objects the account may have (facts page 6.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Groups in the account.
    pub groups: u32,
    /// Streams in one group.
    pub streams: u32,
}

impl Default for Quotas {
    fn default() -> Self {
        Self { groups: 100, streams: 100 }
    }
}

/// The `policy` section.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Whether undeclared objects of this estate go.
    pub prune: Prune,
    /// Budget of deletions.
    pub max_deletes: DeleteBudget,
    /// Quotas of the account.
    pub quotas: Quotas,
    /// Longest retention of a group that this region takes, in days.
    pub max_group_ttl: Option<u32>,
}

/// Drift that is known and tolerated until a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Objects it holds for.
    pub address: AddressGlob,
    /// Field, under its manifest name, or `status`.
    pub field: Arc<str>,
    /// The live value that is tolerated, as text.
    pub value: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
    /// Last day on which it holds, `YYYY-MM-DD`.
    pub until: Arc<str>,
    /// Where it is written.
    pub place: Place,
}
