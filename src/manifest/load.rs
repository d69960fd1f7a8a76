//! From what `-f` names to a manifest.

use std::path::PathBuf;

use super::diagnostic::Complaints;
use super::parse::{Manifest, parse};
use super::read::{collect, survey};
use super::wholeness::{Wholeness, judge};
use crate::model::Prune;

/// Reads a manifest from files, folders and the standard input (`-`). Pruning
/// is off in it unless the inputs are all of its estate; a warning then says
/// why. Whether other files belong to a single one is looked into only where
/// something is pruned.
///
/// # Errors
/// Returns every complaint about every input, all at once; see [`collect`] and
/// [`parse`].
pub fn load(inputs: &[PathBuf]) -> Result<Manifest, Complaints> {
    let manifest = parse(&collect(inputs)?)?;
    let wholeness = match manifest.desired.policy.prune {
        Prune::None => Wholeness::Whole,
        Prune::Owned => judge(&survey(inputs), &manifest),
    };
    Ok(manifest.confine(wholeness))
}
