//! Whether every address of `--target` and `--exclude` means something: in the only
//! target, or in one of several.

use std::collections::BTreeSet;

use super::args::Selected;
use super::error::CliError;
use super::exit::Exit;
use super::targets::OfTarget;
use crate::lts::Observation;
use crate::model::Desired;

/// How far the addresses of a selection have been looked for.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// How many targets there are.
    targets: usize,
    /// What meant nothing in any of those that were looked at; nothing where none was.
    idle: Option<BTreeSet<String>>,
}

impl Selected {
    /// Says how many targets there are.
    pub(super) fn expect(&self, targets: usize) {
        self.looked.borrow_mut().targets = targets;
    }

    /// Demands that every address means something in the only target. Of several
    /// targets it is noted, and [`Selected::conclude`] judges.
    pub(super) fn check(&self, desired: &Desired, observation: &Observation) -> Result<(), CliError> {
        let selection = self.selection();
        let idle: BTreeSet<String> =
            selection.find_idle(desired, &observation.live).iter().map(|glob| format!("`{glob}`")).collect();
        let mut looked = self.looked.borrow_mut();
        if looked.targets < 2 {
            return demand_none(&idle);
        }
        looked.idle = Some(match looked.idle.take() {
            Some(before) => before.intersection(&idle).cloned().collect(),
            None => idle,
        });
        Ok(())
    }

    /// Returns the failure of a run with several targets in none of which an address
    /// means anything.
    pub(super) fn conclude<T>(&self) -> Option<OfTarget<T>> {
        let error = demand_none(self.looked.borrow().idle.as_ref()?).err()?;
        Some(OfTarget { name: "all of them".to_owned(), result: Err(error) })
    }
}

fn demand_none(idle: &BTreeSet<String>) -> Result<(), CliError> {
    if idle.is_empty() {
        return Ok(());
    }
    let idle: Vec<&str> = idle.iter().map(String::as_str).collect();
    let message = format!("nothing that is declared or live matches {}", idle.join(", "));
    Err(CliError::new(Exit::Error, "selection", message).help(
        "write addresses as the plan shows them; `*` stands for a part of one name, and `groups/NAME/**` for a group with \
         everything in it",
    ))
}
