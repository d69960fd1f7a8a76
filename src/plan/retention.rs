//! Whether a step that shortens a retention says so. Part of the judgement of
//! plans that come from a file.

use std::collections::BTreeSet;

use super::class::Class;
use super::premise::Premise;
use super::step::{Call, Plan, Step};
use crate::model::{Address, Days, StreamName, StreamTtl};

/// Demands the class of whatever shortens a retention, and the premises by which
/// that can be told.
pub(super) fn check(plan: &Plan, step: &Step, tell: &mut impl FnMut(&str)) {
    for call in &step.calls {
        let shortens = match call {
            Call::UpdateGroup { ttl, .. } => shortens_group(plan, step, *ttl),
            Call::UpdateStream { ttl, .. } => shortens_stream(plan, step, *ttl),
            _ => false,
        };
        if shortens && !step.classes.contains(&Class::DataLoss) {
            tell("loses log lines and is not of class data-loss");
        }
    }
}

/// A group gets a shorter retention, and a stream follows it that does not get
/// one of its own before. What is not known counts as so.
fn shortens_group(plan: &Plan, step: &Step, after: Days) -> bool {
    if group_ttl(step).is_some_and(|before| before <= after) {
        return false;
    }
    let followers = step.premises.iter().find_map(|premise| match premise {
        Premise::GroupFollowers(_, streams) => Some(streams),
        _ => None,
    });
    let leave_first: BTreeSet<&StreamName> = step
        .waits_for
        .iter()
        .filter_map(|id| plan.step(*id))
        .filter(|other| {
            other.calls.iter().any(|call| matches!(call, Call::UpdateStream { ttl: StreamTtl::Own(_), .. }))
        })
        .filter_map(|other| match &other.address {
            Address::Stream(_, name) => Some(name),
            _ => None,
        })
        .collect();
    followers.is_none_or(|followers| followers.iter().any(|name| !leave_first.contains(name)))
}

fn shortens_stream(plan: &Plan, step: &Step, after: StreamTtl) -> bool {
    let before = step.premises.iter().find_map(|premise| match premise {
        Premise::StreamTtl(_, _, ttl) => *ttl,
        _ => None,
    });
    let now = group_ttl(step);
    let own_step = plan.steps.iter().filter(|other| other.address == Address::Group(step.address.group().clone()));
    let afterwards = own_step.flat_map(|other| &other.calls).find_map(|call| match call {
        Call::UpdateGroup { ttl, .. } => Some(*ttl),
        _ => None,
    });
    let before = before.and_then(|ttl| ttl.effective(now));
    match after.effective(afterwards.or(now)) {
        Some(after) => before.is_none_or(|before| after < before),
        // It inherits what the service did not show, as the planner saw it, too.
        None => false,
    }
}

fn group_ttl(step: &Step) -> Option<Days> {
    step.premises.iter().find_map(|premise| match premise {
        Premise::GroupTtl(_, ttl) => *ttl,
        _ => None,
    })
}
