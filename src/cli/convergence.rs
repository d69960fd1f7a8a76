//! The proof: observe and plan again, and demand that nothing is left.

use std::collections::BTreeSet;
use std::time::Duration;

use super::args::Exceptions;
use super::connect::Connection;
use super::execution::Execution;
use super::session::{observe, propose};
use crate::lts;
use crate::manifest::Manifest;
use crate::model::{Ability, Address, Memory};
use crate::plan::{Call, Proposal, Purpose, Step};

/// What the second look shows.
#[derive(Debug)]
pub(super) enum Verdict {
    /// Nothing is left to do, apart from what was known not to be done.
    Converged,
    /// Something is: one line for each field.
    Left(Vec<String>),
    /// The look failed.
    Unseen(lts::Error),
}

impl Verdict {
    /// Returns what is left to do, in words.
    pub(super) fn left(&self) -> Vec<String> {
        match self {
            Self::Converged => Vec::new(),
            Self::Left(lines) => lines.clone(),
            Self::Unseen(error) => vec![error.to_string()],
        }
    }
}

/// The second look.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) verdict: Verdict,
    /// Whether all declared dumps work, if that could be seen.
    pub(super) healthy: Option<bool>,
}

/// Pauses before further looks when only tags are left: a removed tag can
/// linger in the list for a while (facts page 6.3). Seconds.
const TAG_PAUSES: [u64; 4] = [1, 2, 4, 8];

/// How often the proof looks again before it believes that something is left.
pub(super) const DOUBTS: u32 = 1;
/// Pause before it does.
pub(super) const DOUBT_PAUSE: Duration = Duration::from_secs(1);

/// Observes and plans again, what was selected and no more. What was taken over is still another estate's
/// where no marker can be written, so that it is looked at in the same way.
pub(super) async fn prove(
    connection: &Connection,
    manifest: &Manifest,
    (purpose, exceptions): (Purpose, &Exceptions),
    (proposal, execution): (&Proposal, &Execution),
    memory: &Memory,
) -> Proof {
    let undone: BTreeSet<&Address> = proposal
        .plan
        .steps
        .iter()
        .zip(&execution.ending.outcomes)
        .filter(|(_, outcome)| !outcome.is_done())
        .map(|(step, _)| &step.address)
        .collect();
    let mut pauses = TAG_PAUSES.into_iter();
    let mut doubts = DOUBTS;
    loop {
        let observation = match observe(connection, &manifest.desired).await {
            Ok(observation) => observation,
            Err(error) => return Proof { verdict: Verdict::Unseen(error), healthy: None },
        };
        let again = propose(manifest, &observation, purpose, exceptions, memory);
        let left: Vec<&Step> = again
            .plan
            .steps
            .iter()
            .filter(|step| !undone.contains(&step.address) && !is_unverifiable(step, proposal))
            .filter(|step| step.place.is_some() || !follows_adoption(&step.address, proposal))
            .collect();
        let healthy = Some(again.plan.sick.is_empty());
        let unseen = describe_unseen(&again, proposal);
        if (!unseen.is_empty() || left.iter().any(|step| !is_about_tags(step))) && doubts > 0 {
            // One list alone may be wrong (S24, S26, S27, S28).
            doubts -= 1;
            connection.client.pause(DOUBT_PAUSE).await;
            continue;
        }
        if !unseen.is_empty() {
            return Proof { verdict: Verdict::Left(unseen), healthy };
        }
        if left.is_empty() {
            return Proof { verdict: Verdict::Converged, healthy };
        }
        match pauses.next() {
            Some(seconds) if left.iter().all(|step| is_about_tags(step)) => {
                connection.client.pause(Duration::from_secs(seconds)).await;
            }
            _ => {
                let lines = left.into_iter().flat_map(describe).collect();
                return Proof { verdict: Verdict::Left(lines), healthy };
            }
        }
    }
}

/// What the first plan could see or do, and the second cannot: that proves
/// nothing.
fn describe_unseen(again: &Proposal, proposal: &Proposal) -> Vec<String> {
    let known: BTreeSet<&Address> = proposal.plan.unread.iter().map(|notice| &notice.address).collect();
    let blocked: BTreeSet<&Address> =
        proposal.plan.blocked.iter().chain(&proposal.plan.held).map(|obstacle| &obstacle.address).collect();
    let unread = again.plan.unread.iter().filter(|notice| !known.contains(&notice.address));
    let stuck = again.plan.blocked.iter().filter(|obstacle| !blocked.contains(&obstacle.address));
    let stuck = stuck.filter(|obstacle| obstacle.place.is_some() || !follows_adoption(&obstacle.address, proposal));
    unread
        .map(|notice| format!("{}: could not be read again: {}", notice.address, notice.reason))
        .chain(stuck.map(|obstacle| format!("{}: {}", obstacle.address, obstacle.reason)))
        .collect()
}

fn is_about_tags(step: &Step) -> bool {
    step.calls.iter().all(|call| matches!(call, Call::AddTags { .. } | Call::RemoveTags { .. }))
}

/// Where dumps cannot be listed, one that was just created is planned again.
fn is_unverifiable(step: &Step, proposal: &Proposal) -> bool {
    matches!(step.address, Address::Dump(..)) && proposal.capabilities.transfers == Ability::Missing
}

/// Prune speaks of undeclared dumps only where their group is ours: those of a
/// group that has just become so are the next plan's business.
fn follows_adoption(address: &Address, proposal: &Proposal) -> bool {
    let group = Address::Group(address.group().clone());
    let adopts = |step: &Step| step.calls.iter().any(|call| matches!(call, Call::AddTags { .. }));
    matches!(address, Address::Dump(..)) && proposal.plan.steps.iter().any(|step| step.address == group && adopts(step))
}

fn describe(step: &Step) -> Vec<String> {
    if step.fields.is_empty() {
        return vec![format!("{}: still to {}", step.address, crate::render::text::verb_word(step.verb))];
    }
    step.fields
        .iter()
        .map(|line| {
            let show = |value: &Option<crate::plan::Value>| {
                value.as_ref().map_or_else(|| "(none)".to_owned(), ToString::to_string)
            };
            format!("{} {}: {} -> {}", step.address, line.field, show(&line.before), show(&line.after))
        })
        .collect()
}
