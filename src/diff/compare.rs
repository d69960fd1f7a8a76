//! The comparison itself, group by group.

use super::change::Changes;
use super::group;
use super::ownership::Ownership;
use crate::model::{Desired, Live};

/// Compares what is declared with what is there.
#[must_use]
pub fn diff(desired: &Desired, live: &Live, ownership: &Ownership<'_>) -> Changes {
    let mut changes = Changes::default();
    for (name, declared) in &desired.groups {
        group::compare(name, declared, live, ownership, &desired.accept, &mut changes);
    }
    changes
}
