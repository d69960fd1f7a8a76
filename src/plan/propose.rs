//! The whole pure path from what is declared and what is there to a plan.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::check;
use super::order::{Situation, plan};
use super::policy;
use super::step::Plan;
use crate::diff::prune::{Pruned, add_pruned};
use crate::diff::{self, Obstacle, Ownership, accept, teardown};
use crate::model::{Address, AddressGlob, Capabilities, Desired, Edition, Live, Memory, Prune};

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The project becomes what the manifest declares.
    Converge,
    /// What the manifest declares goes.
    Destroy,
}

/// What a plan is made from, besides the declaration and the live state.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What the plan is for.
    pub purpose: Purpose,
    /// Objects that may be taken over from other estates.
    pub take_over: &'a [AddressGlob],
    /// Today's date, `YYYY-MM-DD`, which ends the acceptance of known drift.
    pub today: &'a str,
    /// Dumps that were created where they cannot be listed.
    pub memory: &'a Memory,
}

/// A plan, and what the service was taken to be able to do.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The plan.
    pub plan: Plan,
    /// What the service can do.
    pub capabilities: Capabilities,
}

/// Makes a plan. In debug builds the independent judge checks it.
#[must_use]
pub fn propose(desired: &Desired, live: &Live, capabilities: &Capabilities, request: Request<'_>) -> Proposal {
    let owner = Ownership::new(desired, capabilities, request.take_over);
    let (wanted, spared) = prepare(desired, live, &owner, &request);
    let mut changes = diff::diff(&wanted, live, &owner, request.memory);
    changes.obstacles.extend(spared);
    let mut plan = plan(changes, &Situation::of(&wanted, live, capabilities));
    plan.refusals = policy::find_vetoes(desired, capabilities, request.purpose);
    if request.purpose == Purpose::Converge {
        plan.warnings.extend(policy::warn_of_fleeting_protection(desired, &owner));
    }
    debug_assert_eq!(check::find_faults(&plan, &wanted, live), Vec::<String>::new());
    Proposal { plan, capabilities: *capabilities }
}

/// Compares as a plan does, without asking what can be done about a difference:
/// nothing is pruned, and every operation is taken to exist. Whose an object is
/// goes by what the service at hand really shows.
#[must_use]
pub fn compare(desired: &Desired, live: &Live, capabilities: &Capabilities, today: &str, memory: &Memory) -> Proposal {
    let owner = Ownership::new(desired, capabilities, &[]);
    let accepted = match desired.accept.is_empty() {
        true => Cow::Borrowed(desired),
        false => Cow::Owned(accept::suppress(desired.clone(), live, today)),
    };
    let changes = diff::diff(&accepted, live, &owner, memory);
    let able = Capabilities { transfers: capabilities.transfers, ..Capabilities::of(Edition::Modern) };
    Proposal { plan: plan(changes, &Situation::of(&accepted, live, &able)), capabilities: *capabilities }
}

/// Rewrites the declaration as far as the purpose and its policy ask for. Most
/// declarations need no rewriting, and a large one is not copied for nothing.
fn prepare<'a>(
    desired: &'a Desired,
    live: &Live,
    owner: &Ownership<'_>,
    request: &Request<'_>,
) -> (Cow<'a, Desired>, Vec<Obstacle>) {
    match request.purpose {
        Purpose::Destroy => (Cow::Owned(teardown::tear_down(desired.clone())), Vec::new()),
        Purpose::Converge if desired.accept.is_empty() && desired.policy.prune == Prune::None => {
            (Cow::Borrowed(desired), Vec::new())
        }
        Purpose::Converge => {
            let accepted = accept::suppress(desired.clone(), live, request.today);
            let Pruned { desired, spared } = add_pruned(accepted, live, owner);
            (Cow::Owned(desired), spared)
        }
    }
}

impl Proposal {
    /// Returns the declared objects in which nothing differs, in order. A
    /// tombstone is none of them: what it names is gone, or not as named.
    #[must_use]
    pub fn unchanged(&self, desired: &Desired) -> Vec<Address> {
        let plan = &self.plan;
        let mut concerned: BTreeSet<&Address> = plan.steps.iter().map(|step| &step.address).collect();
        concerned.extend(plan.obstructed());
        concerned.extend(&plan.satisfied);
        let mut all = Vec::new();
        for (group, entry) in &desired.groups {
            if !entry.wanted.is_absent() {
                all.push(Address::Group(group.clone()));
            }
            let streams = entry.streams.iter().flatten().filter(|(_, stream)| !stream.wanted.is_absent());
            all.extend(streams.map(|(name, _)| Address::Stream(group.clone(), name.clone())));
            let dumps = entry.dumps.iter().flatten().filter(|(_, dump)| !dump.wanted.is_absent());
            all.extend(dumps.map(|(handle, _)| Address::Dump(group.clone(), handle.clone())));
        }
        all.retain(|address| !concerned.contains(address));
        all
    }
}
