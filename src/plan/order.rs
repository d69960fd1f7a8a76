//! Puts the steps of a plan into order.
//!
//! ```text
//! create:   group ──> stream ──> dump          delete:   dump ──> stream ──> group
//! replace a dump: delete old ──> create new    (a stream carries one OBS dump at most: LTS.0207)
//! split, merge or swap: all deletes involved ──> all creates involved
//! at quota: the deletes that free a slot ──> the creates that need it
//! retention: own ttl of a stream ──> shorter ttl of its group
//!            longer ttl of a group ──> stream that starts to inherit it
//! ```
//!
//! The graph is per object: independent branches run in parallel, and a failure
//! stops only what waits for it. Groups that go come first, so that every step
//! stands after the steps it waits for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::step::{Plan, Ref, Step, StepId, Verb};
use super::{dump_steps, group_steps, stream_steps};
use crate::diff::{Action, Cause, Change, Changes, GroupChanges, Obstacle};
use crate::model::{Address, Capabilities, Desired, GroupId, Live, Policy, Removal, StreamId, StreamName, TransferId};

/// What the planner knows besides the changes.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// What the service at hand can do.
    pub capabilities: &'a Capabilities,
    /// The estate's own rules.
    pub policy: &'a Policy,
    /// Whether this estate has a name: then a tombstoned object without its
    /// marker may be somebody else's.
    pub estate_named: bool,
    /// Live groups of the project, declared or not.
    pub live_groups: usize,
    /// Live groups and streams of the declared groups.
    pub live_in_scope: usize,
}

impl<'a> Situation<'a> {
    /// Describes the situation of one run.
    #[must_use]
    pub fn of(desired: &'a Desired, live: &Live, capabilities: &'a Capabilities) -> Self {
        let declared = desired.groups.keys().filter_map(|name| live.groups.get(name));
        let live_in_scope = declared.map(|group| 1 + group.streams.seen().map_or(0, BTreeMap::len)).sum();
        Self {
            capabilities,
            policy: &desired.policy,
            estate_named: desired.estate.is_some(),
            live_groups: live.groups.len(),
            live_in_scope,
        }
    }
}

/// Orders changes into a plan.
#[must_use]
pub fn plan(changes: Changes, situation: &Situation<'_>) -> Plan {
    let Changes { groups, obstacles, unread, unverifiable, satisfied, sick, warnings, unchanged } = changes;
    let mut plan = Plan {
        blocked: obstacles,
        unread,
        unverifiable,
        satisfied,
        sick,
        warnings,
        unchanged,
        live_in_scope: situation.live_in_scope,
        ..Plan::default()
    };
    // Most changes become one step.
    let steps = groups.iter().map(|group| usize::from(group.group.is_some()) + group.streams.len() + group.dumps.len());
    plan.steps.reserve(steps.sum());
    let mut slots = Slots::new(situation.policy.quotas.groups as usize, situation.live_groups);
    let goes = |group: &GroupChanges| matches!(&group.group, Some(Change { action: Action::DeleteGroup(_), .. }));
    for group in groups.iter().filter(|group| goes(group)) {
        Branch::new(group, situation, &mut plan, &mut slots).lay_out();
    }
    for group in groups.iter().filter(|group| !goes(group)) {
        Branch::new(group, situation, &mut plan, &mut slots).lay_out();
    }
    if slots.overdrawn > 0 {
        let (limit, over) = (situation.policy.quotas.groups, slots.overdrawn);
        plan.warnings.push(format!(
            "{over} of the new groups exceed the quota of {limit} groups in the account; the service may refuse them \
             (LTS.0104). Raise the quota and `policy.quotas.groups`, or delete groups"
        ));
    }
    plan.blocked.sort_by(|one, two| one.address.cmp(&two.address));
    plan.held.sort_by(|one, two| one.address.cmp(&two.address));
    plan
}

/// Free places under a quota, and the steps that free more of them.
pub(super) struct Slots {
    free: usize,
    freed_by: std::collections::VecDeque<StepId>,
    pub(super) overdrawn: usize,
}

impl Slots {
    pub(super) fn new(quota: usize, taken: usize) -> Self {
        Self { free: quota.saturating_sub(taken), freed_by: std::collections::VecDeque::new(), overdrawn: 0 }
    }

    pub(super) fn release(&mut self, step: StepId) {
        self.freed_by.push_back(step);
    }

    /// Takes a place and returns the deletion it has to wait for, if any.
    pub(super) fn take(&mut self) -> Option<StepId> {
        if self.free > 0 {
            self.free -= 1;
            return None;
        }
        let step = self.freed_by.pop_front();
        if step.is_none() {
            self.overdrawn += 1;
        }
        step
    }
}

/// One group and what is in it, while it is laid out.
pub(super) struct Branch<'a> {
    pub(super) changes: &'a GroupChanges,
    pub(super) situation: &'a Situation<'a>,
    pub(super) plan: &'a mut Plan,
    pub(super) group_slots: &'a mut Slots,
    /// Step that creates, updates or deletes the group.
    pub(super) group_step: Option<StepId>,
    /// Whether the group will be there for its children.
    pub(super) group_available: bool,
    /// Steps by stream.
    pub(super) stream_steps: BTreeMap<StreamName, StepId>,
    /// Steps that change the retention of a stream.
    pub(super) retention_steps: Vec<StepId>,
    /// Streams that should be deleted and cannot be.
    pub(super) stuck_streams: Vec<StreamName>,
    /// Steps that delete a live dump.
    pub(super) dump_deletions: BTreeMap<TransferId, StepId>,
}

impl<'a> Branch<'a> {
    fn new(
        changes: &'a GroupChanges,
        situation: &'a Situation<'a>,
        plan: &'a mut Plan,
        group_slots: &'a mut Slots,
    ) -> Self {
        Self {
            changes,
            situation,
            plan,
            group_slots,
            group_step: None,
            group_available: true,
            stream_steps: BTreeMap::new(),
            retention_steps: Vec::new(),
            stuck_streams: Vec::new(),
            dump_deletions: BTreeMap::new(),
        }
    }

    fn lay_out(mut self) {
        let feasible = dump_steps::find_feasible(&mut self);
        dump_steps::lay_deletions(&mut self, &feasible);
        stream_steps::lay_deletions(&mut self);
        match self.changes.group.as_ref().map(|change| &change.action) {
            Some(Action::DeleteGroup(deletion)) => {
                group_steps::lay_deletion(&mut self, deletion);
                return dump_steps::class_gaps(&mut self);
            }
            Some(Action::CreateGroup(creation)) => group_steps::lay_creation(&mut self, creation),
            _ => {}
        }
        stream_steps::lay_updates_before_group(&mut self);
        if let Some(Action::UpdateGroup(update)) = self.changes.group.as_ref().map(|change| &change.action) {
            group_steps::lay_update(&mut self, update);
        }
        stream_steps::lay_updates_after_group(&mut self);
        stream_steps::lay_creations(&mut self);
        dump_steps::lay_updates_and_creations(&mut self, &feasible);
        dump_steps::class_gaps(&mut self);
    }

    pub(super) fn push(&mut self, step: Step) -> StepId {
        // A plan of four billion steps does not fit into memory.
        let id = StepId(u32::try_from(self.plan.steps.len()).unwrap_or(u32::MAX));
        self.plan.steps.push(step);
        id
    }

    pub(super) fn block(&mut self, change: &Change, reason: impl Into<String>, help: impl Into<String>) {
        self.plan.blocked.push(Obstacle {
            address: change.address.clone(),
            place: change.place.clone(),
            reason: reason.into(),
            help: help.into(),
        });
    }

    /// Keeps a protected object. Nobody asked for its removal by name when prune
    /// did: that is worth a warning, and no refusal.
    pub(super) fn hold(&mut self, change: &Change, removal: Removal, reason: &str) {
        if removal == Removal::Prune {
            let warning =
                format!("{} is no longer declared and stays, because it is protected: {reason}", change.address);
            self.plan.warnings.push(warning);
            return;
        }
        self.plan.held.push(Obstacle {
            address: change.address.clone(),
            place: change.place.clone(),
            reason: format!("protected: {reason}"),
            help: "lift the protection first with `protected: false`, as a change of its own, and apply that"
                .to_owned(),
        });
    }

    /// Returns the way out where a transfer that stays is in the way.
    pub(super) fn help_with(&self, transfer: &TransferId) -> String {
        // A dump that others take over from is told at them.
        let asked_for = self.changes.dumps.iter().find_map(|change| match &change.action {
            Action::DeleteDump(deletion) if deletion.id == *transfer => match &deletion.cause {
                Cause::ReplacedBy(heirs) => heirs.first(),
                Cause::Removal(_) => Some(&change.address),
            },
            _ => None,
        });
        match asked_for {
            Some(address) => format!("see {address}"),
            None => "delete it in the console, or declare the OBS dump with `ensure: absent`, its streams and its \
                     bucket"
                .to_owned(),
        }
    }

    pub(super) fn group_ref(&self) -> Ref<GroupId> {
        self.changes.id.clone().map_or(Ref::Planned, Ref::Live)
    }

    pub(super) fn stream_ref(&self, name: &StreamName) -> Option<Ref<StreamId>> {
        match self.changes.stream_ids.get(name) {
            Some(id) => Some(Ref::Live(id.clone())),
            None => self.stream_steps.contains_key(name).then_some(Ref::Planned),
        }
    }
}

/// Starts a step; the rest is filled in by its kind.
pub(super) fn new_step(change: &Change, verb: Verb) -> Step {
    Step {
        address: change.address.clone(),
        verb,
        // Nearly every step is one call; growing from nothing makes room for four.
        calls: Vec::with_capacity(1),
        fields: Vec::new(),
        classes: BTreeSet::new(),
        reason: None,
        loss: None,
        premises: Vec::with_capacity(2),
        waits_for: Vec::new(),
        place: change.place.clone(),
        live_id: None,
    }
}

/// Returns an id as shared text, for display.
pub(super) fn shown(id: &str) -> Option<Arc<str>> {
    Some(Arc::from(id))
}

/// Lists addresses in a sentence.
pub(super) fn list(addresses: &[Address]) -> String {
    let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    texts.join(", ")
}
