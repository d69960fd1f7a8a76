//! The last word before the first write: what may be done at all.
//!
//! A refusal is a value with its numbers. It concerns the whole run: nothing is
//! written when a class is not allowed or a budget is exceeded.

use std::collections::BTreeSet;
use std::fmt;

use super::class::{Class, Classes};
use super::loss::{self, LogLines};
use super::policy::Veto;
use super::step::Plan;
use crate::model::{Address, DeleteBudget};

/// Why a plan is not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It was known when planning that nothing may be done.
    Planned(Veto),
    /// A step has a class that was not allowed.
    Class {
        /// The class.
        class: Class,
        /// The objects concerned, with the reason of their steps.
        steps: Vec<(Address, Option<String>)>,
        /// The log lines they lose, where the class is about that and somebody
        /// has counted.
        log_lines: Option<LogLines>,
    },
    /// More groups and streams would be deleted than the budget has.
    Budget {
        /// Groups and streams that would be deleted, cascaded ones included.
        deletions: usize,
        /// How many may be.
        limit: usize,
        /// The rule that gives the limit, in words.
        rule: String,
    },
}

/// Which deletions are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BudgetRule {
    /// The estate's budget holds.
    Enforced(DeleteBudget),
    /// The user asked to destroy what is declared; the budget is not asked.
    Exempt,
}

/// Judges a plan.
///
/// # Errors
/// Returns every reason not to apply it.
pub fn judge(plan: &Plan, allowed: &Classes, budget: BudgetRule) -> Result<(), Vec<Refusal>> {
    let mut refusals: Vec<Refusal> = plan.refusals.iter().copied().map(Refusal::Planned).collect();
    for class in Class::ALL.into_iter().filter(|class| class.needs_permission() && !allowed.contains(class)) {
        let steps = with_class(plan, class);
        if !steps.is_empty() {
            let losing = plan.steps.iter().filter(|_| class == Class::DataLoss);
            refusals.push(Refusal::Class { class, steps, log_lines: loss::total(losing) });
        }
    }
    if let BudgetRule::Enforced(budget) = budget {
        refusals.extend(exceed(plan, budget));
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// Returns the classes of a list that occur in a plan, for `--fail-on`.
#[must_use]
pub fn find_classes(plan: &Plan, wanted: &Classes) -> Classes {
    plan.steps.iter().flat_map(|step| step.classes.intersection(wanted)).copied().collect()
}

/// Returns every class a plan needs permission for.
#[must_use]
pub fn needed_permissions(plan: &Plan) -> Classes {
    plan.steps.iter().flat_map(|step| &step.classes).copied().filter(|class| class.needs_permission()).collect()
}

/// From this many live objects on, the budget is also a percentage.
const PERCENT_FROM: usize = 10;

fn exceed(plan: &Plan, budget: DeleteBudget) -> Option<Refusal> {
    let deletions = plan.deletions();
    let count = budget.count as usize;
    if deletions > count {
        let rule = format!("policy.max_deletes.count: {count}");
        return Some(Refusal::Budget { deletions, limit: count, rule });
    }
    if plan.live_in_scope >= PERCENT_FROM {
        let limit = plan.live_in_scope.saturating_mul(budget.percent as usize) / 100;
        if deletions > limit {
            let rule = format!(
                "policy.max_deletes.percent: {} of {} live groups and streams",
                budget.percent, plan.live_in_scope
            );
            return Some(Refusal::Budget { deletions, limit, rule });
        }
    }
    None
}

fn with_class(plan: &Plan, class: Class) -> Vec<(Address, Option<String>)> {
    let mut seen = BTreeSet::new();
    let steps = plan.steps.iter().filter(|step| step.classes.contains(&class));
    steps.filter(|step| seen.insert(&step.address)).map(|step| (step.address.clone(), step.reason.clone())).collect()
}

impl Refusal {
    /// Returns the way out.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Planned(veto) => veto.help().to_owned(),
            Self::Class { class, .. } => format!("allow it with `--allow {class}`"),
            Self::Budget { .. } => "raise `policy.max_deletes` for this change, or delete in smaller steps".to_owned(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Planned(veto) => veto.fmt(f),
            Self::Class { class, steps, log_lines } => {
                let noun = if steps.len() == 1 { "step is" } else { "steps are" };
                write!(f, "{} {noun} of class `{class}`, which is not allowed", steps.len())?;
                match log_lines {
                    Some(lines) if steps.len() == 1 => write!(f, "; it loses {lines}"),
                    Some(lines) => write!(f, "; they lose {lines}"),
                    None => Ok(()),
                }
            }
            Self::Budget { deletions, limit, rule } => {
                write!(f, "{deletions} groups and streams would be deleted, and {limit} may be ({rule})")
            }
        }
    }
}
