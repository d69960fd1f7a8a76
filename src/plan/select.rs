//! A part of a plan: what is selected, with everything it depends on.
//!
//! The plan is made whole and then cut, so that every step is what it would be
//! in the whole plan. The cut is closed: nothing is kept without what it waits
//! for, nothing excluded is brought back by what waits for it, and a replacement
//! is kept or left as one. What a step loses by others being left is classed
//! anew.

use std::collections::BTreeSet;

use super::check;
use super::class::Class;
use super::premise::Premise;
use super::propose::Proposal;
use super::step::{Call, Plan, Step, StepId, Verb};
use crate::model::{Address, AddressGlob, Desired, DumpHandle, GroupName, Live, StreamName};

/// What is selected: what matches a target, or everything where there is none,
/// without what matches an exclusion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// What is meant.
    pub targets: Vec<AddressGlob>,
    /// What is not.
    pub excluded: Vec<AddressGlob>,
}

/// Most addresses that a warning lists.
const FEW: usize = 5;

impl Selection {
    /// Says whether nothing is left out.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.targets.is_empty() && self.excluded.is_empty()
    }

    /// Says whether an object is selected itself.
    #[must_use]
    pub fn covers(&self, address: &Address) -> bool {
        (self.targets.is_empty() || self.targets.iter().any(|glob| glob.matches(address))) && !self.excludes(address)
    }

    fn excludes(&self, address: &Address) -> bool {
        self.excluded.iter().any(|glob| glob.matches(address))
    }

    /// Returns all patterns.
    pub fn patterns(&self) -> impl Iterator<Item = &AddressGlob> {
        self.targets.iter().chain(&self.excluded)
    }

    /// Returns the patterns that match nothing that is declared or live.
    #[must_use]
    pub fn find_idle(&self, desired: &Desired, live: &Live) -> Vec<&AddressGlob> {
        let addresses = declared(desired).into_iter().chain(there(live)).collect::<Vec<_>>();
        self.patterns().filter(|glob| !addresses.iter().any(|address| glob.matches(address))).collect()
    }
}

/// Cuts a plan down to a selection. The declaration and the live state are those
/// it was made from.
#[must_use]
pub fn select(proposal: Proposal, desired: &Desired, live: &Live, selection: &Selection) -> Proposal {
    if selection.is_everything() {
        return proposal;
    }
    let unchanged = proposal.unchanged(desired).iter().filter(|address| selection.covers(address)).count();
    let Proposal { plan, capabilities } = proposal;
    let kept = find_kept(&plan, selection);
    let left_out: Vec<&Address> = plan
        .iter()
        .filter(|(id, step)| !kept.contains(id) && selection.covers(&step.address))
        .map(|(_, step)| &step.address)
        .collect();
    let mut warnings: Vec<String> = warn(&plan, &kept, &left_out).into_iter().collect();
    let Plan {
        steps,
        refusals,
        blocked,
        held,
        unread,
        unverifiable,
        satisfied,
        sick,
        warnings: told,
        live_in_scope,
        ..
    } = plan;
    // What is in the way of something selected may be its group.
    let stuck = blocked.iter().chain(&held).map(|obstacle| &obstacle.address);
    let stuck = stuck.chain(unread.iter().map(|notice| &notice.address)).filter(|address| selection.covers(address));
    let groups: BTreeSet<GroupName> = stuck.map(|address| address.group().clone()).collect();
    let meant = |address: &Address| {
        selection.covers(address)
            || (matches!(address, Address::Group(name) if groups.contains(name)) && !selection.excludes(address))
    };
    warnings.extend(told);
    let mut plan = Plan {
        steps: renumber(steps, &kept),
        refusals,
        blocked: blocked.into_iter().filter(|obstacle| meant(&obstacle.address)).collect(),
        held: held.into_iter().filter(|obstacle| meant(&obstacle.address)).collect(),
        unread: unread.into_iter().filter(|notice| meant(&notice.address)).collect(),
        unverifiable: unverifiable.into_iter().filter(|notice| meant(&notice.address)).collect(),
        satisfied: satisfied.into_iter().filter(|address| meant(address)).collect(),
        sick: sick.into_iter().filter(|sick| meant(&sick.address)).collect(),
        warnings,
        unchanged,
        live_in_scope,
    };
    class_gaps(&mut plan);
    debug_assert_eq!(check::find_faults(&plan, desired, live), Vec::<String>::new());
    Proposal { plan, capabilities }
}

/// Finds the steps that stay: those selected, with what they wait for, without
/// those excluded and what waits for them.
fn find_kept(plan: &Plan, selection: &Selection) -> BTreeSet<StepId> {
    let halves = find_halves(plan);
    let seeds = |fits: &dyn Fn(&Step) -> bool| -> Vec<StepId> {
        plan.iter().filter(|(_, step)| fits(step)).map(|(id, _)| id).collect()
    };
    let wanted = seeds(&|step| selection.covers(&step.address));
    let wanted =
        close(plan, wanted, &halves, |id, step| step.waits_for.clone().into_iter().filter(move |to| *to != id));
    let mut dependents: Vec<Vec<StepId>> = vec![Vec::new(); plan.steps.len()];
    for (id, step) in plan.iter() {
        for earlier in &step.waits_for {
            if let Some(dependents) = dependents.get_mut(earlier.index()) {
                dependents.push(id);
            }
        }
    }
    let refused = seeds(&|step| selection.excludes(&step.address) || takes_excluded(step, selection));
    let refused =
        close(plan, refused, &halves, |id, _| dependents.get(id.index()).cloned().unwrap_or_default().into_iter());
    wanted.difference(&refused).copied().collect()
}

/// Says whether the deletion of a group takes an excluded stream with it.
fn takes_excluded(step: &Step, selection: &Selection) -> bool {
    let group = step.address.group();
    let cascade = step.loss.iter().flat_map(|loss| &loss.cascade);
    cascade.into_iter().any(|stream| selection.excludes(&Address::Stream(group.clone(), stream.clone())))
}

/// Pairs of steps that replace something together.
fn find_halves(plan: &Plan) -> Vec<Vec<StepId>> {
    let mut halves: Vec<Vec<StepId>> = vec![Vec::new(); plan.steps.len()];
    for (id, step) in plan.iter().filter(|(_, step)| step.classes.contains(&Class::Replace)) {
        for earlier in &step.waits_for {
            if plan.step(*earlier).is_some_and(|step| step.classes.contains(&Class::Replace)) {
                for (one, other) in [(id, *earlier), (*earlier, id)] {
                    if let Some(halves) = halves.get_mut(one.index()) {
                        halves.push(other);
                    }
                }
            }
        }
    }
    halves
}

fn close<I: Iterator<Item = StepId>>(
    plan: &Plan,
    mut open: Vec<StepId>,
    halves: &[Vec<StepId>],
    next: impl Fn(StepId, &Step) -> I,
) -> BTreeSet<StepId> {
    let mut closed = BTreeSet::new();
    while let Some(id) = open.pop() {
        let Some(step) = plan.step(id).filter(|_| closed.insert(id)) else { continue };
        open.extend(next(id, step));
        open.extend(halves.get(id.index()).into_iter().flatten());
    }
    closed
}

fn renumber(steps: Vec<Step>, kept: &BTreeSet<StepId>) -> Vec<Step> {
    let places: Vec<StepId> = kept.iter().copied().collect();
    let moved = |id: &StepId| places.binary_search(id).ok().and_then(|at| u32::try_from(at).ok()).map(StepId);
    let staying = (0u32..).map(StepId).zip(steps).filter(|(id, _)| kept.contains(id));
    staying.map(|(_, step)| Step { waits_for: step.waits_for.iter().filter_map(moved).collect(), ..step }).collect()
}

/// A dump that goes leaves no gap where all its streams go in the same plan;
/// some of them may have been left out.
fn class_gaps(plan: &mut Plan) {
    let going = |plan: &Plan, group: &GroupName, stream: &StreamName| {
        plan.steps.iter().filter(|step| step.verb == Verb::Delete).any(|step| {
            step.address == Address::Group(group.clone())
                || step.address == Address::Stream(group.clone(), stream.clone())
        })
    };
    let stays = |plan: &Plan, step: &Step| {
        let deletes = step.calls.iter().any(|call| matches!(call, Call::DeleteDump { .. }));
        let covered = step.premises.iter().filter_map(|premise| match premise {
            Premise::DumpIs { group, streams, .. } => Some((group, streams)),
            _ => None,
        });
        deletes && covered.into_iter().any(|(group, streams)| streams.iter().any(|name| !going(plan, group, name)))
    };
    let gaps: Vec<usize> =
        (0..plan.steps.len()).filter(|at| plan.steps.get(*at).is_some_and(|step| stays(plan, step))).collect();
    for at in gaps {
        if let Some(step) = plan.steps.get_mut(at) {
            step.classes.insert(Class::ArchiveGap);
        }
    }
}

fn warn(plan: &Plan, kept: &BTreeSet<StepId>, left_out: &[&Address]) -> Vec<String> {
    let mut warnings = Vec::new();
    let outside = plan.steps.len() - kept.len();
    if outside > 0 {
        let (noun, verb) = if outside == 1 { ("change is", "is") } else { ("changes are", "are") };
        warnings.push(format!(
            "{outside} {noun} outside of the selection (`--target`, `--exclude`) and {verb} not part of this plan"
        ));
    }
    if !left_out.is_empty() {
        let shown: Vec<String> = left_out.iter().take(FEW).map(ToString::to_string).collect();
        let more = left_out.len().saturating_sub(FEW);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        warnings.push(format!("left out because of what is excluded: {}{more}", shown.join(", ")));
    }
    warnings
}

/// Every address that a declaration names.
fn declared(desired: &Desired) -> Vec<Address> {
    let mut all = Vec::new();
    for (group, entry) in &desired.groups {
        all.push(Address::Group(group.clone()));
        all.extend(entry.streams.iter().flatten().map(|(name, _)| Address::Stream(group.clone(), name.clone())));
        all.extend(entry.dumps.iter().flatten().map(|(handle, _)| Address::Dump(group.clone(), handle.clone())));
    }
    all
}

/// Every object that is there. A live dump goes by its id.
fn there(live: &Live) -> Vec<Address> {
    let mut all = Vec::new();
    for (group, found) in &live.groups {
        all.push(Address::Group(group.clone()));
        let streams = found.streams.seen().into_iter().flatten();
        all.extend(streams.map(|(name, _)| Address::Stream(group.clone(), name.clone())));
        let dumps = found.dumps.seen().into_iter().flatten();
        all.extend(dumps.map(|dump| Address::Dump(group.clone(), DumpHandle::from_service(dump.id.as_str()))));
    }
    all
}
