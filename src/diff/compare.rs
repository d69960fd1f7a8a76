//! The comparison itself, group by group.

use super::change::Changes;
use super::group;
use super::ownership::Ownership;
use crate::model::{Desired, Live, Memory};

/// Compares what is declared with what is there. `memory` stands in for dumps
/// where they cannot be listed.
#[must_use]
pub fn diff(desired: &Desired, live: &Live, ownership: &Ownership<'_>, memory: &Memory) -> Changes {
    let mut changes = Changes::default();
    for (name, declared) in &desired.groups {
        group::compare(name, declared, live, ownership, &desired.accept, memory, &mut changes);
    }
    changes
}
