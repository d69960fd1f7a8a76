//! Whether every address of `--target` and `--exclude` means something, before
//! anything is written.

use std::collections::BTreeSet;

use super::args::Selected;
use super::error::CliError;
use super::exit::Exit;
use super::targets::OfTarget;
use crate::lts::Observation;
use crate::manifest::Manifest;
use crate::model::{Desired, Live};

/// What has been found out about the addresses of a selection.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// How many targets are gone through.
    targets: usize,
    /// Those that are declared for one of the targets.
    declared: BTreeSet<String>,
    /// How many targets have been looked at.
    looked_at: usize,
    /// Those that meant nothing in any of them.
    idle: BTreeSet<String>,
}

impl Selected {
    /// Looks for the addresses in what is declared for all targets: what means
    /// something in one of them need mean nothing in the others.
    pub(super) fn look_in(&self, manifests: &[Manifest]) {
        let mut met = self.met.borrow_mut();
        met.targets = manifests.len();
        for manifest in manifests {
            let idle = self.find_idle(&manifest.desired, &Live::default());
            let patterns = self.selection();
            met.declared.extend(patterns.patterns().map(ToString::to_string).filter(|glob| !idle.contains(glob)));
        }
    }

    /// Demands that every address is declared for one of several targets: what a typo
    /// widens must not be written to one of them before the next is looked at.
    pub(super) fn demand_declared(&self) -> Result<(), CliError> {
        let met = self.met.borrow();
        if met.targets < 2 {
            return Ok(());
        }
        let all: BTreeSet<String> = self.selection().patterns().map(ToString::to_string).collect();
        demand_none(&all - &met.declared).map_err(|error| {
            error.help(
                "of several targets, what is declared for none of them cannot be selected: name the files of one target \
                 with `-f`",
            )
        })
    }

    /// Demands that every address is declared or live in the only target. Of several
    /// targets it is noted, and [`Selected::conclude`] judges.
    pub(super) fn check(&self, desired: &Desired, observation: &Observation) -> Result<(), CliError> {
        let mut met = self.met.borrow_mut();
        let idle = &self.find_idle(desired, &observation.live) - &met.declared;
        if met.targets < 2 {
            return demand_none(idle);
        }
        met.idle = if met.looked_at == 0 { idle } else { &met.idle & &idle };
        met.looked_at += 1;
        Ok(())
    }

    /// Returns the failure of a look at several targets in none of which an address
    /// means anything. Of a target that could not be looked at nobody knows.
    pub(super) fn conclude<T>(&self) -> Option<OfTarget<T>> {
        let met = self.met.borrow();
        if met.targets < 2 || met.looked_at < met.targets {
            return None;
        }
        let error = demand_none(met.idle.clone()).err()?;
        Some(OfTarget { name: "each of them".to_owned(), result: Err(error) })
    }

    fn find_idle(&self, desired: &Desired, live: &Live) -> BTreeSet<String> {
        self.selection().find_idle(desired, live).iter().map(ToString::to_string).collect()
    }
}

fn demand_none(idle: BTreeSet<String>) -> Result<(), CliError> {
    if idle.is_empty() {
        return Ok(());
    }
    let idle: Vec<String> = idle.iter().map(|glob| format!("`{glob}`")).collect();
    let message = format!("nothing that is declared or live matches {}", idle.join(", "));
    Err(CliError::new(Exit::Error, "selection", message).help(
        "write addresses as the plan shows them; `*` stands for a part of one name, and `groups/NAME/**` for a group with \
         everything in it",
    ))
}
