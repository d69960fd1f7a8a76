//! What the service at hand can do. The planner takes it as input, so that
//! what cannot be done is refused before the first write.

use super::Edition;

/// Whether an operation exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ability {
    /// Known to exist.
    Offered,
    /// Taken to exist; asked for just before the first write of a plan that
    /// needs it.
    Presumed,
    /// Known not to exist (404 `APIGW.0101`).
    Missing,
}

impl Ability {
    /// Says whether a plan may count on the operation.
    #[must_use]
    pub fn is_usable(self) -> bool {
        !matches!(self, Self::Missing)
    }
}

/// What exists in the edition at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// List, create, update and delete of transfers (facts rows 14–17).
    pub transfers: Ability,
    /// Update of a group (row 5).
    pub update_group: Ability,
    /// Update of a stream (row 10).
    pub update_stream: Ability,
    /// Tag actions (row 18).
    pub tags: Ability,
    /// Whether update of a transfer takes another set of streams (C62); only
    /// where the service is known to.
    pub update_dump_streams: Ability,
}

impl Capabilities {
    /// Returns what an edition is taken to offer before anything was asked.
    #[must_use]
    pub fn of(edition: Edition) -> Self {
        match edition {
            Edition::Modern | Edition::Auto => Self {
                transfers: Ability::Offered,
                update_group: Ability::Presumed,
                update_stream: Ability::Presumed,
                tags: Ability::Presumed,
                update_dump_streams: Ability::Missing,
            },
            Edition::Seed2022 => Self {
                transfers: Ability::Missing,
                update_group: Ability::Missing,
                update_stream: Ability::Missing,
                tags: Ability::Missing,
                update_dump_streams: Ability::Missing,
            },
        }
    }
}
