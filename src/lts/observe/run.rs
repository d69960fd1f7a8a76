//! One observation, with a second look where the lists contradict each other.

use std::collections::BTreeSet;

use super::assemble::assemble;
use super::read::read_lists;
use crate::lts::{Client, Error};
use crate::model::{Capabilities, GroupName, Live};

/// Which groups matter. It saves reads only where streams are listed group by
/// group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All groups of the project.
    Everything,
    /// These groups; the streams of others may be left unread.
    Groups(BTreeSet<GroupName>),
}

impl Scope {
    /// Says whether a group is in scope.
    #[must_use]
    pub fn includes(&self, group: &GroupName) -> bool {
        match self {
            Self::Everything => true,
            Self::Groups(groups) => groups.contains(group),
        }
    }
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The project.
    pub live: Live,
    /// What the service can do.
    pub capabilities: Capabilities,
    /// What the user should know about the reading, in words. Text of the
    /// service in it is escaped.
    pub warnings: Vec<String>,
}

/// Observes a project.
///
/// A list of groups that contradicts the other lists (a stream or transfer of a
/// group that is not in it, a group in it that is gone) is read once more, with
/// all others; if the contradiction stays, the list is in doubt.
///
/// # Errors
/// Returns the error of the list of groups, without which nothing can be said;
/// and the error of any list when no other request can fare better
/// ([`Error::is_fatal`]).
pub async fn observe(client: &Client, scope: &Scope) -> Result<Observation, Error> {
    let first = assemble(read_lists(client, scope).await?);
    if first.contradiction.is_none() {
        return Ok(first.observation);
    }
    let second = assemble(read_lists(client, scope).await?);
    let mut observation = second.observation;
    if let Some(contradiction) = second.contradiction {
        observation.warnings.push(format!("the list of log groups cannot be trusted: {contradiction}"));
        observation.live.groups_doubt.get_or_insert(contradiction);
    }
    Ok(observation)
}
