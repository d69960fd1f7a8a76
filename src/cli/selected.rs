//! Whether every address of `--target` and `--exclude` means something, before
//! anything is written.

use std::collections::BTreeSet;

use super::args::Selected;
use super::error::CliError;
use super::exit::Exit;
use crate::lts::Observation;
use crate::manifest::Manifest;
use crate::model::{Desired, Live};

impl Selected {
    /// Looks for the addresses in what is declared for all targets: what means
    /// something in one of them need mean nothing in the others. Without this, every
    /// address has to mean something in every target.
    pub(super) fn look_in(&self, manifests: &[Manifest]) {
        let mut met = self.met.borrow_mut();
        for manifest in manifests {
            let idle = self.find_idle(&manifest.desired, &Live::default());
            met.extend(self.selection().patterns().map(ToString::to_string).filter(|glob| !idle.contains(glob)));
        }
    }

    /// Demands that every address is declared for one of the targets, or is declared
    /// or live in this one. It is asked of each target before its first write, so
    /// that a typo never widens what is done.
    pub(super) fn check(&self, desired: &Desired, observation: &Observation) -> Result<(), CliError> {
        let met = self.met.borrow();
        let idle = self.find_idle(desired, &observation.live);
        let idle: Vec<String> = idle.difference(&met).map(|glob| format!("`{glob}`")).collect();
        if idle.is_empty() {
            return Ok(());
        }
        let message = format!("nothing that is declared or live matches {}", idle.join(", "));
        Err(CliError::new(Exit::Error, "selection", message).help(
            "write addresses as the plan shows them; `*` stands for a part of one name, and `groups/NAME/**` for a group \
             with everything in it",
        ))
    }

    fn find_idle(&self, desired: &Desired, live: &Live) -> BTreeSet<String> {
        self.selection().find_idle(desired, live).iter().map(ToString::to_string).collect()
    }
}
