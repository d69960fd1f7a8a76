//! What an apply is about: a manifest, or a plan that was saved.

use std::time::Duration;

use super::args::{Exceptions, Service};
use super::connect::Connection;
use super::convergence::{DOUBT_PAUSE, DOUBTS, Proof, Verdict, prove};
use super::error::CliError;
use super::execution::Execution;
use super::ledger::Ledger;
use super::output::Output;
use super::planfile::PlanFile;
use super::session::{observe, observe_again, warnings_of};
use crate::lts::{self, Observation};
use crate::manifest::Manifest;
use crate::model::{Memory, Target};
use crate::plan::guard::BudgetRule;
use crate::plan::{Moved, Plan, Proposal, Purpose, Step, find_missing, has_sick};
use crate::render::json::PlanDocument;
use crate::render::report::ReportKind;
use crate::saved::SnapshotNote;

/// What an apply is about.
#[derive(Debug)]
pub(super) enum Subject<'a> {
    /// What a manifest declares, or its opposite.
    Manifest(&'a Manifest, Purpose),
    /// A plan that was made before.
    Saved(&'a PlanFile),
}

/// Returns what kind of report there is to be.
pub(super) fn kind_of(purpose: Purpose) -> ReportKind {
    match purpose {
        Purpose::Converge => ReportKind::Apply,
        Purpose::Destroy => ReportKind::Destroy,
    }
}

/// Pauses before further looks when only tags are missing: a tag can lag behind
/// in the list for a while (facts page 6.3). Seconds.
const TAG_PAUSES: [u64; 4] = [1, 2, 4, 8];

impl Subject<'_> {
    pub(super) fn target(&self) -> Result<Target, CliError> {
        match self {
            Self::Manifest(manifest, _) => Ok(manifest.target.clone()),
            Self::Saved(file) => file.target(),
        }
    }

    /// Returns what kind of report there is to be.
    pub(super) fn kind(&self) -> ReportKind {
        match self {
            Self::Manifest(_, purpose) => kind_of(*purpose),
            Self::Saved(_) => ReportKind::Apply,
        }
    }

    /// Says the warnings of the manifest, in a line each.
    pub(super) fn warnings(&self) -> Vec<String> {
        match self {
            Self::Manifest(manifest, _) => warnings_of(manifest),
            Self::Saved(file) => file.saved.snapshot.iter().map(SnapshotNote::describe).collect(),
        }
    }

    pub(super) fn budget(&self) -> BudgetRule {
        match self {
            Self::Manifest(manifest, Purpose::Converge) => BudgetRule::Enforced(manifest.desired.policy.max_deletes),
            Self::Manifest(_, Purpose::Destroy) => BudgetRule::Exempt,
            Self::Saved(file) => BudgetRule::Enforced(file.saved.budget),
        }
    }

    /// Describes a plan as it is printed and saved.
    pub(super) fn describe(&self, plan: &Plan, connection: &Connection) -> PlanDocument {
        match self {
            Self::Saved(file) => file.document(),
            Self::Manifest(manifest, _) => {
                let budget = manifest.desired.policy.max_deletes;
                PlanDocument::of(plan, connection.target.clone(), budget, connection.cost(plan))
            }
        }
    }

    pub(super) fn open_ledger(
        &self,
        service: &Service,
        exceptions: &Exceptions,
        connection: &Connection,
        output: &Output,
    ) -> Ledger {
        match self {
            Self::Manifest(manifest, _) => Ledger::open(manifest, service, exceptions, connection, output),
            Self::Saved(_) => Ledger::open_file(service.ledger.clone(), connection, output),
        }
    }

    /// Observes what the plan rests on.
    pub(super) async fn observe(&self, connection: &Connection, plan: &Plan) -> Result<Observation, lts::Error> {
        match self {
            Self::Manifest(manifest, _) => observe(connection, &manifest.desired).await,
            Self::Saved(_) => observe_again(connection, plan).await,
        }
    }

    /// Looks again when everything has been answered.
    pub(super) async fn prove(
        &self,
        connection: &Connection,
        exceptions: &Exceptions,
        made: (&Proposal, &Execution),
        memory: &Memory,
    ) -> Proof {
        match self {
            Self::Manifest(manifest, purpose) => {
                prove(connection, manifest, (*purpose, exceptions), made, memory).await
            }
            Self::Saved(_) => prove_done(connection, made).await,
        }
    }
}

/// Demands that everything which was done shows in the project: without the
/// manifest there is nothing to plan again.
async fn prove_done(connection: &Connection, (proposal, execution): (&Proposal, &Execution)) -> Proof {
    let plan = &proposal.plan;
    let mut pauses = TAG_PAUSES.into_iter();
    let mut doubts = DOUBTS;
    loop {
        let observation = match observe_again(connection, plan).await {
            Ok(observation) => observation,
            Err(error) => return Proof { verdict: Verdict::Unseen(error), healthy: None },
        };
        let done = plan.steps.iter().zip(&execution.ending.outcomes).filter(|(_, outcome)| outcome.is_done());
        let missing: Vec<(&Step, Moved)> =
            done.filter_map(|(step, _)| Some((step, find_missing(step, &observation.live)?))).collect();
        let healthy = Some(!has_sick(plan, &observation.live));
        if missing.is_empty() {
            return Proof { verdict: Verdict::Converged, healthy };
        }
        match pauses.next() {
            Some(seconds) if missing.iter().all(|(_, moved)| moved.field == "tags") => {
                connection.client.pause(Duration::from_secs(seconds)).await;
            }
            _ if doubts > 0 => {
                // One list alone may be wrong (S24, S26, S27, S28).
                doubts -= 1;
                connection.client.pause(DOUBT_PAUSE).await;
            }
            _ => {
                let line = |(_, moved): &(&Step, Moved)| {
                    format!(
                        "{} {}: {} is expected, and it is {}",
                        moved.address, moved.field, moved.expected, moved.found
                    )
                };
                return Proof { verdict: Verdict::Left(missing.iter().map(line).collect()), healthy };
            }
        }
    }
}
