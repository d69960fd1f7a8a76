//! From what `-f` names to a manifest.

use std::path::PathBuf;

use super::beside::survey;
use super::diagnostic::Complaints;
use super::parse::{Includes, Manifest, demand_one, parse_all};
use super::read::{Collected, gather};
use super::vars::Given;
use super::wholeness::{Wholeness, judge};
use crate::model::Prune;

/// Reads a manifest from files, folders and the standard input (`-`), with what
/// they include. Pruning is off in it unless the inputs are all of its estate; a
/// warning then says why. Whether other files belong to a single one is looked
/// into only where something is pruned.
///
/// # Errors
/// Returns every complaint about every input, all at once; see
/// [`collect`](super::collect) and [`parse`](super::parse()).
pub fn load(inputs: &[PathBuf]) -> Result<Manifest, Complaints> {
    load_with(inputs, &Given::default())
}

/// Reads a manifest as [`load`] does, with other values for its variables.
///
/// # Errors
/// Returns every complaint about every input, all at once, and about what was
/// given for variables.
pub fn load_with(inputs: &[PathBuf], given: &Given) -> Result<Manifest, Complaints> {
    load_all(inputs, given).and_then(demand_one)
}

/// Reads one manifest for each target that the inputs name, like [`load_with`].
///
/// # Errors
/// Returns every complaint about every input, all at once.
pub fn load_all(inputs: &[PathBuf], given: &Given) -> Result<Vec<Manifest>, Complaints> {
    let Collected { sources, mut complaints, read, includes } = gather(inputs);
    let followed = if complaints.is_empty() { Includes::Followed(&includes) } else { Includes::Missing };
    let parsed = parse_all(&sources, followed, given);
    if !complaints.is_empty() {
        let mut omitted = 0;
        // What was read has complaints of its own; without any file there is no more to say.
        if let Err(more) = parsed
            && !sources.is_empty()
        {
            omitted = more.omitted();
            complaints.extend(more.into_diagnostics());
        }
        return Complaints::gather(complaints, omitted).and_then(|_| Err(Complaints::unexplained()));
    }
    let confine = |manifest: Manifest| {
        let wholeness = match manifest.desired.policy.prune {
            Prune::None => Wholeness::Whole,
            Prune::Owned => judge(&survey(inputs, &read), &manifest),
        };
        manifest.confine(wholeness)
    };
    Ok(parsed?.into_iter().map(confine).collect())
}
