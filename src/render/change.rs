//! Steps put together by object: what a person calls *a change*.

use std::collections::BTreeMap;

use crate::model::Address;
use crate::plan::{Classes, Plan, Step, StepId, Verb};

/// Everything that happens to one object.
#[derive(Debug, Clone)]
pub struct ResourceChange<'a> {
    /// The object.
    pub address: &'a Address,
    /// Its steps: one, or a deletion and a creation.
    pub steps: Vec<(StepId, &'a Step)>,
}

impl ResourceChange<'_> {
    /// Returns the symbol of contract section 6.
    #[must_use]
    pub fn symbol(&self) -> &'static str {
        match self.actions().as_slice() {
            ["delete", "create"] => "-/+",
            ["create"] => "+",
            ["delete"] => "-",
            _ => "~",
        }
    }

    /// Returns the actions in the order in which they happen.
    #[must_use]
    pub fn actions(&self) -> Vec<&'static str> {
        self.steps
            .iter()
            .map(|(_, step)| match step.verb {
                Verb::Create => "create",
                Verb::Update => "update",
                Verb::Delete => "delete",
            })
            .collect()
    }

    /// Returns the classes of all steps.
    #[must_use]
    pub fn classes(&self) -> Classes {
        self.steps.iter().flat_map(|(_, step)| &step.classes).copied().collect()
    }

    /// Returns the reasons of all steps, each once.
    #[must_use]
    pub fn reasons(&self) -> Vec<&str> {
        let mut reasons: Vec<&str> = self.steps.iter().filter_map(|(_, step)| step.reason.as_deref()).collect();
        reasons.dedup();
        reasons
    }
}

/// Puts the steps of a plan together by object, in the order of addresses.
#[must_use]
pub fn merge_steps(plan: &Plan) -> Vec<ResourceChange<'_>> {
    let mut changes: BTreeMap<&Address, ResourceChange<'_>> = BTreeMap::new();
    for (id, step) in plan.iter() {
        changes
            .entry(&step.address)
            .or_insert_with(|| ResourceChange { address: &step.address, steps: Vec::new() })
            .steps
            .push((id, step));
    }
    changes.into_values().collect()
}
