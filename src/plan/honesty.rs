//! Whether the steps of a plan are what they say they are.
//!
//! Asked of plans that come from a file, where the live state and the manifest
//! that they were made from are not at hand. Nothing here trusts the planner:
//! what a call does demands its class, its address and a premise that ties the
//! id to the name people see.

use std::collections::{BTreeMap, BTreeSet};

use super::class::Class;
use super::premise::{Held, Premise};
use super::step::{Call, Plan, Step, StepId, Verb};
use super::{fields, retention};
use crate::model::{Address, Bearer, GroupId, StreamId, StreamName, TransferId};

/// Finds every step that is not what it says it is, in words.
#[must_use]
pub fn find_lies(plan: &Plan) -> Vec<String> {
    let mut lies = Vec::new();
    for (id, step) in plan.iter() {
        let mut tell = |lie: &str| lies.push(format!("step {} ({}) {lie}", id.0, step.address));
        check_shape(id, step, &mut tell);
        for call in &step.calls {
            check_call(step, call, &mut tell);
        }
        check_classes(step, &mut tell);
        check_premises(step, &mut tell);
        retention::check(plan, step, &mut tell);
        fields::check_shown(step, &mut tell);
        check_gap(plan, step, &mut tell);
        check_cascade(plan, step, &mut tell);
    }
    lies
}

fn check_shape(id: StepId, step: &Step, tell: &mut impl FnMut(&str)) {
    if step.calls.is_empty() {
        tell("has no call");
    }
    if step.premises.is_empty() {
        tell("rests on no premise");
    }
    if step.waits_for.iter().any(|earlier| *earlier >= id) {
        tell("waits for a step that does not come before it");
    }
}

/// What a call does must be what the step is shown as, to the object it is
/// shown at.
fn check_call(step: &Step, call: &Call, tell: &mut impl FnMut(&str)) {
    let verb = match call {
        Call::CreateGroup { .. } | Call::CreateStream { .. } | Call::CreateDump { .. } => Verb::Create,
        Call::DeleteGroup { .. } | Call::DeleteStream { .. } | Call::DeleteDump { .. } => Verb::Delete,
        Call::UpdateGroup { .. }
        | Call::UpdateStream { .. }
        | Call::UpdateDump { .. }
        | Call::AddTags { .. }
        | Call::RemoveTags { .. } => Verb::Update,
    };
    if step.verb != verb {
        tell("is shown as something else than what it calls for");
    }
    let proven = match (call, &step.address) {
        (Call::CreateGroup { name, .. }, Address::Group(shown)) => name == shown,
        (Call::CreateStream { name, .. }, Address::Stream(_, shown)) => name == shown,
        (Call::CreateDump { .. }, Address::Dump(..)) => true,
        (Call::UpdateGroup { group, .. }, Address::Group(_)) => is_group(step, group),
        (Call::DeleteGroup { group }, Address::Group(_)) => is_group(step, group) && content(step).is_some(),
        (Call::UpdateStream { stream, .. } | Call::DeleteStream { stream, .. }, Address::Stream(..)) => {
            is_stream(step, stream)
        }
        (Call::UpdateDump { dump, .. } | Call::DeleteDump { dump }, Address::Dump(..)) => is_dump(step, dump),
        (Call::AddTags { bearer, .. } | Call::RemoveTags { bearer, .. }, address) => match (bearer, address) {
            (Bearer::Group(id), Address::Group(_)) => is_group(step, id),
            (Bearer::Stream(id), Address::Stream(..)) => is_stream(step, id),
            _ => false,
        },
        _ => false,
    };
    if !proven {
        tell("calls for something else than what it shows");
    }
}

fn is_group(step: &Step, id: &GroupId) -> bool {
    step.premises.iter().any(|premise| match premise {
        Premise::GroupIs(name, known) => name == step.address.group() && known == id,
        _ => false,
    })
}

fn is_stream(step: &Step, id: &StreamId) -> bool {
    step.premises.iter().any(|premise| match (premise, &step.address) {
        (Premise::StreamIs(group, name, known), Address::Stream(shown_group, shown)) => {
            group == shown_group && name == shown && known == id
        }
        _ => false,
    })
}

fn is_dump(step: &Step, id: &TransferId) -> bool {
    step.premises.iter().any(|premise| match premise {
        Premise::DumpIs { group, id: known, .. } => group == step.address.group() && known == id,
        _ => false,
    })
}

/// The streams a group is known to hold, by the premise of its deletion.
fn content(step: &Step) -> Option<&BTreeMap<StreamName, Held>> {
    step.premises.iter().find_map(|premise| match premise {
        Premise::GroupHolds { group, streams, .. } if group == step.address.group() => Some(streams),
        _ => None,
    })
}

fn check_classes(step: &Step, tell: &mut impl FnMut(&str)) {
    let has = |class| step.classes.contains(&class);
    let plain = match step.verb {
        Verb::Create => has(Class::Create) || has(Class::Replace),
        Verb::Update => has(Class::Update),
        Verb::Delete => has(Class::Delete) || (has(Class::Replace) && matches!(step.address, Address::Dump(..))),
    };
    if !plain {
        tell("lacks the class of what it does");
    }
    let deletes_lines = step.verb == Verb::Delete && !matches!(step.address, Address::Dump(..));
    if deletes_lines && !has(Class::DataLoss) {
        tell("loses log lines and is not of class data-loss");
    }
    if switches_off(step) && !has(Class::ArchiveGap) {
        tell("turns a dump off and is not of class archive-gap");
    }
    let undeclared = step.loss.as_ref().is_some_and(|loss| !loss.undeclared.is_empty());
    if undeclared && !has(Class::Unmanaged) {
        tell("takes undeclared streams along and is not of class unmanaged");
    }
}

fn switches_off(step: &Step) -> bool {
    step.calls.iter().any(|call| match call {
        Call::UpdateDump { settings, .. } if settings.switch_on == Some(false) => step
            .premises
            .iter()
            .any(|premise| matches!(premise, Premise::DumpIs { settings, .. } if settings.switch_on == Some(true))),
        _ => false,
    })
}

/// What is deleted rests on whose it is and whether it is protected.
fn check_premises(step: &Step, tell: &mut impl FnMut(&str)) {
    let group_known =
        || step.premises.iter().any(|premise| matches!(premise, Premise::GroupMarks(..) | Premise::GroupTags(..)));
    let stream_known = || step.premises.iter().any(|premise| matches!(premise, Premise::StreamTags(..)));
    for call in &step.calls {
        let known = match call {
            Call::DeleteGroup { .. } | Call::DeleteDump { .. } => group_known(),
            Call::DeleteStream { .. } => group_known() && stream_known(),
            _ => true,
        };
        if !known {
            tell("does not rest on whose it is");
        }
    }
}

/// A dump that goes before its streams do leaves a gap in the archive.
fn check_gap(plan: &Plan, step: &Step, tell: &mut impl FnMut(&str)) {
    if step.verb != Verb::Delete || step.classes.contains(&Class::ArchiveGap) {
        return;
    }
    let group = step.address.group();
    let goes =
        |address: &Address| plan.steps.iter().any(|other| other.verb == Verb::Delete && other.address == *address);
    let covered = step.premises.iter().filter_map(|premise| match premise {
        Premise::DumpIs { streams, .. } => Some(streams),
        _ => None,
    });
    let stays = |name: &StreamName| !goes(&Address::Stream(group.clone(), name.clone()));
    if covered.flatten().any(stays) && !goes(&Address::Group(group.clone())) {
        tell("leaves a gap in the archive and is not of class archive-gap");
    }
}

/// What goes with a group is every stream it holds that no step before it
/// deletes: the budget counts by it.
fn check_cascade(plan: &Plan, step: &Step, tell: &mut impl FnMut(&str)) {
    let Some(streams) = content(step).filter(|_| step.verb == Verb::Delete) else { return };
    let earlier: BTreeSet<&StreamName> = step
        .waits_for
        .iter()
        .filter_map(|id| plan.step(*id))
        .filter(|other| other.verb == Verb::Delete && other.address.group() == step.address.group())
        .filter_map(|other| match &other.address {
            Address::Stream(_, name) => Some(name),
            _ => None,
        })
        .collect();
    let cascade: BTreeSet<&StreamName> = streams.keys().filter(|name| !earlier.contains(name)).collect();
    let told: BTreeSet<&StreamName> = step.loss.iter().flat_map(|loss| &loss.cascade).collect();
    if cascade != told {
        tell("takes other streams along than it says");
    }
}
