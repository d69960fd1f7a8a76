//! An independent judge of plans.
//!
//! It knows nothing of how plans are made. It replays a plan on a small picture
//! of the project and demands that every step is possible after *only* the
//! steps it waits for, that nothing is done twice, that nothing undeclared is
//! touched without its class, and that every destructive step is classed.

use std::collections::{BTreeMap, BTreeSet};

use super::class::Class;
use super::step::{Call, Plan, Ref, Step, StepId, Verb};
use crate::model::{
    Address, Desired, GroupId, GroupName, Live, Removal, StreamId, StreamName, TransferId, TransferKind, Wanted,
};

/// Finds everything that is wrong with a plan.
#[must_use]
pub fn find_faults(plan: &Plan, desired: &Desired, live: &Live) -> Vec<String> {
    let mut faults = Vec::new();
    let mut touched = BTreeSet::new();
    for (id, step) in plan.iter() {
        check_shape(id, step, &mut faults);
        if !touched.insert((&step.address, step.verb, &step.live_id)) {
            faults.push(format!("step {}: {} is done twice", id.0, step.address));
        }
        check_classes(id, step, (desired, live), &mut faults);
        let before = ancestors(plan, id);
        let mut world = World::of(live, step.address.group());
        for earlier in &before {
            if let Some(step) = plan.step(*earlier) {
                world.apply(step);
            }
        }
        for fault in world.find_impossible(step) {
            faults.push(format!("step {}: {}: {fault}", id.0, step.address));
        }
    }
    faults
}

fn check_shape(id: StepId, step: &Step, faults: &mut Vec<String>) {
    if step.calls.is_empty() {
        faults.push(format!("step {}: {} has no call", id.0, step.address));
    }
    if step.premises.is_empty() {
        faults.push(format!("step {}: {} rests on no premise", id.0, step.address));
    }
    if step.waits_for.iter().any(|earlier| *earlier >= id) {
        faults.push(format!("step {}: {} waits for a step that does not come before it", id.0, step.address));
    }
}

fn check_classes(id: StepId, step: &Step, (desired, live): (&Desired, &Live), faults: &mut Vec<String>) {
    let mut demand = |class: Class, why: &str| {
        if !step.classes.contains(&class) {
            faults.push(format!("step {}: {} lacks class {class}: {why}", id.0, step.address));
        }
    };
    let group = desired.groups.get(step.address.group());
    if step.verb == Verb::Delete && !step.classes.contains(&Class::Replace) {
        demand(Class::Delete, "something goes");
    }
    if step.verb == Verb::Delete && !matches!(step.address, Address::Dump(..)) {
        demand(Class::DataLoss, "log lines go");
    }
    let declared = match (&step.address, group) {
        (_, None) => false,
        (Address::Group(_), Some(_)) => true,
        (Address::Stream(_, name), Some(group)) => {
            group.streams.as_ref().is_some_and(|streams| streams.contains_key(name))
        }
        // A dump has no name: whether it is declared shows in its streams.
        (Address::Dump(..), Some(group)) => group.dumps.is_some(),
    };
    if !declared {
        demand(Class::Unmanaged, "the manifest does not declare it");
    }
    if let Some(loss) = &step.loss {
        let streams = group.and_then(|group| group.streams.as_ref());
        let pruned = group.is_some_and(|group| matches!(group.wanted, Wanted::Absent(Removal::Prune)));
        let known = |name: &StreamName| {
            streams.is_some_and(|streams| streams.contains_key(name))
                || (pruned && carries_our_marker(desired, live, step.address.group(), name))
        };
        if !loss.cascade.iter().all(known) {
            demand(Class::Unmanaged, "undeclared streams go with the group");
        }
    }
}

/// Says whether a stream was this estate's before its group left the manifest.
fn carries_our_marker(desired: &Desired, live: &Live, group: &GroupName, name: &StreamName) -> bool {
    let found = live.groups.get(group).and_then(|group| group.streams.seen()?.get(name)?.settings.tags.as_ref());
    let marker = desired.estate.as_ref().map(|estate| format!("{estate}:stream:{group}/{name}"));
    found.and_then(|tags| tags.get("ltsctl-estate")).is_some_and(|value| Some(value) == marker.as_deref())
}

/// All steps that are certain to be done before a step starts.
fn ancestors(plan: &Plan, id: StepId) -> BTreeSet<StepId> {
    let mut found = BTreeSet::new();
    let mut open = plan.step(id).map(|step| step.waits_for.clone()).unwrap_or_default();
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(plan.step(next).into_iter().flat_map(|step| &step.waits_for));
        }
    }
    found
}

/// The names, ids and associations of a project.
#[derive(Default)]
struct World {
    groups: BTreeMap<GroupName, Option<GroupId>>,
    streams: BTreeMap<(GroupName, StreamName), Option<StreamId>>,
    dumps: BTreeMap<TransferId, (GroupName, TransferKind, BTreeSet<StreamName>)>,
    new_dumps: Vec<(GroupName, BTreeSet<StreamName>)>,
}

impl World {
    /// The group of a step is its whole world: nothing it needs is elsewhere.
    fn of(live: &Live, group: &GroupName) -> Self {
        let mut world = Self::default();
        if let Some((name, group)) = live.groups.get_key_value(group) {
            world.groups.insert(name.clone(), Some(group.id.clone()));
            let mut names = BTreeMap::new();
            for (stream, found) in group.streams.seen().into_iter().flatten() {
                names.insert(found.id.clone(), stream.clone());
                world.streams.insert((name.clone(), stream.clone()), Some(found.id.clone()));
            }
            for dump in group.dumps.seen().into_iter().flatten() {
                let covered = dump.streams.iter().map(|(id, shown)| names.get(id).unwrap_or(shown).clone()).collect();
                world.dumps.insert(dump.id.clone(), (name.clone(), dump.kind.clone(), covered));
            }
        }
        world
    }

    fn apply(&mut self, step: &Step) {
        let group = step.address.group();
        for call in &step.calls {
            match call {
                Call::CreateGroup { name, .. } => {
                    self.groups.insert(name.clone(), None);
                }
                Call::DeleteGroup { .. } => {
                    self.groups.remove(group);
                    self.streams.retain(|(owner, _), _| owner != group);
                }
                Call::CreateStream { name, .. } => {
                    self.streams.insert((group.clone(), name.clone()), None);
                }
                Call::DeleteStream { stream, .. } => {
                    self.streams.retain(|_, id| id.as_ref() != Some(stream));
                }
                Call::CreateDump { streams, .. } => {
                    self.new_dumps.push((group.clone(), streams.keys().cloned().collect()));
                }
                Call::DeleteDump { dump } => {
                    self.dumps.remove(dump);
                }
                Call::UpdateGroup { .. }
                | Call::UpdateStream { .. }
                | Call::UpdateDump { .. }
                | Call::AddTags { .. }
                | Call::RemoveTags { .. } => {}
            }
        }
    }

    fn find_impossible(&self, step: &Step) -> Vec<String> {
        let group = step.address.group();
        step.calls.iter().filter_map(|call| self.find_obstacle(group, call)).collect()
    }

    fn find_obstacle(&self, group: &GroupName, call: &Call) -> Option<String> {
        let group_is = |id: &GroupId| self.groups.get(group) == Some(&Some(id.clone()));
        let stream_is = |id: &StreamId| self.streams.values().any(|found| found.as_ref() == Some(id));
        match call {
            Call::CreateGroup { name, .. } => self.groups.contains_key(name).then(|| "the group is there".to_owned()),
            Call::UpdateGroup { group: id, .. } => (!group_is(id)).then(|| "no such group".to_owned()),
            Call::DeleteGroup { group: id } => {
                if !group_is(id) {
                    return Some("no such group".to_owned());
                }
                let covering = self.dumps.iter().find(|(_, (owner, _, _))| owner == group);
                covering.map(|(dump, _)| format!("transfer {dump} is still there (LTS.0105)"))
            }
            Call::CreateStream { group: parent, name, .. } => {
                if !self.has(group, parent) {
                    return Some("its group is not there yet".to_owned());
                }
                let taken = self.streams.contains_key(&(group.clone(), name.clone()));
                taken.then(|| "the stream is there (LTS.0205)".to_owned())
            }
            Call::UpdateStream { stream, .. } => (!stream_is(stream)).then(|| "no such stream".to_owned()),
            Call::DeleteStream { stream, .. } => {
                let Some(((_, name), _)) = self.streams.iter().find(|(_, id)| id.as_ref() == Some(stream)) else {
                    return Some("no such stream".to_owned());
                };
                let covering = self.dumps.iter().find(|(_, (owner, _, names))| owner == group && names.contains(name));
                covering.map(|(dump, _)| format!("transfer {dump} is still there (LTS.0207)"))
            }
            Call::CreateDump { group: parent, streams, .. } => {
                if !self.has(group, parent) {
                    return Some("its group is not there yet".to_owned());
                }
                let names: BTreeSet<StreamName> = streams.keys().cloned().collect();
                if let Some(missing) =
                    names.iter().find(|name| !self.streams.contains_key(&(group.clone(), (*name).clone())))
                {
                    return Some(format!("stream `{missing}` is not there yet"));
                }
                let taken = self.dumps.iter().find(|(_, (owner, kind, covered))| {
                    owner == group && *kind == TransferKind::Obs && !covered.is_disjoint(&names)
                });
                if let Some((dump, _)) = taken {
                    return Some(format!("dump {dump} still covers one of its streams (LTS.0207)"));
                }
                let twice =
                    self.new_dumps.iter().any(|(owner, covered)| owner == group && !covered.is_disjoint(&names));
                twice.then(|| "another new dump covers one of its streams".to_owned())
            }
            Call::UpdateDump { dump, .. } | Call::DeleteDump { dump } => {
                (!self.dumps.contains_key(dump)).then(|| "no such dump".to_owned())
            }
            Call::AddTags { .. } | Call::RemoveTags { .. } => None,
        }
    }

    fn has(&self, group: &GroupName, reference: &Ref<GroupId>) -> bool {
        match (self.groups.get(group), reference) {
            (Some(found), Ref::Live(id)) => found.as_ref() == Some(id),
            (Some(None), Ref::Planned) => true,
            _ => false,
        }
    }
}
