//! Drives a plan and tells what happens meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal as _};

use super::connect::Connection;
use super::exit::Exit;
use super::output::Output;
use super::records::Journal;
use super::signals::{Interrupts, await_last_moment};
use crate::apply::{self, Cause, Checked, Ending, Event, Manner, Orders, Outcome, Settled, Tally};
use crate::lts::{self, Client, Probe};
use crate::model::Ability;
use crate::plan::{Call, Plan, Proposal, StepId};
use crate::render::json::ApplyEvent;
use crate::render::progress::{Progress, ProgressStyle, Shown};
use crate::render::text::verb_word;

/// What came of driving a plan.
#[derive(Debug)]
pub(super) struct Execution {
    pub(super) ending: Ending,
    pub(super) tally: Tally,
    /// The exit code of the signal that ended it, if one did.
    pub(super) signal: Option<Exit>,
}

impl Execution {
    /// Says whether whatever was not done was not done because it had changed.
    pub(super) fn only_moved(&self) -> bool {
        self.ending
            .outcomes
            .iter()
            .all(|outcome| matches!(outcome, Outcome::NotStarted(Cause::Moved(_) | Cause::Waits(_)) | Outcome::Done(_)))
    }
}

impl Execution {
    /// Says whether all that failed did so because a dump is in the way.
    pub(super) fn only_blocked(&self) -> bool {
        self.ending.outcomes.iter().all(|outcome| match outcome {
            Outcome::Failed(failure) => failure.class == lts::ErrorClass::Dependent,
            Outcome::NotStarted(cause) => matches!(cause, Cause::Waits(_) | Cause::Unread(_)),
            Outcome::Done(_) => true,
            Outcome::Unknown(_) => false,
        })
    }
}

/// Executes a plan. A first signal lets what is in flight finish, within a grace
/// period; a second one ends everything at once, which is as safe as a kill.
pub(super) async fn execute(
    connection: &Connection,
    proposal: &Proposal,
    parallelism: usize,
    (settled, checked): (BTreeMap<StepId, Settled>, Checked),
    interrupts: &mut Interrupts,
    (output, journal): (&Output, &Journal),
) -> Execution {
    let plan = &proposal.plan;
    let style = if io::stderr().is_terminal() { ProgressStyle::Live } else { ProgressStyle::Lines };
    let mut progress = Progress::new(plan, style, output.error_paint);
    let orders = Orders { parallelism, transfers: proposal.capabilities.transfers, settled, checked };
    let (first, mut second) = (std::cell::Cell::new(None), tokio::sync::oneshot::channel::<()>());
    let (mut told, mut started) = (BTreeMap::new(), BTreeSet::new());
    let ending = {
        let signals = async {
            first.set(Some(interrupts.next().await));
            output.remark("\nStopping: no new step is started; waiting for those in flight. Once more ends at once.\n");
            let _ = second.0.send(());
            await_last_moment(interrupts.next()).await;
        };
        let interrupt = async {
            let _ = (&mut second.1).await;
        };
        let tell = |event: Event<'_>| {
            match &event {
                Event::Started(id) => {
                    started.insert(*id);
                }
                Event::Finished(id, outcome) => {
                    told.insert(*id, (*outcome).clone());
                }
                Event::Looking(..) => {}
            }
            match progress.tell(&event) {
                Some(Shown::Line(line)) => output.aside(&line),
                Some(Shown::Live(status)) => output.show_live(&status),
                None => {}
            }
            if let Some(event) = to_json(plan, &event) {
                journal.note(&event);
                if output.is_json() {
                    output.document(&event);
                }
            }
        };
        tokio::select! {
            biased;
            _ = signals => None,
            ending = apply::drive(&connection.client, plan, orders, interrupt, tell) => Some(ending),
        }
    };
    output.end_live();
    let ending = ending.unwrap_or_else(|| abandoned(plan, &started, &told));
    tell_skipped(plan, &ending, &told, (output, journal));
    Execution { tally: apply::tally(plan, &ending.outcomes), ending, signal: first.get() }
}

/// Returns which operations the rest of a plan needs and this service does not
/// offer, in words. It is asked just before the first write, with an id that no object
/// has.
pub(super) async fn find_missing_abilities(
    client: &Client,
    proposal: &Proposal,
    settled: &BTreeMap<StepId, Settled>,
) -> Result<Vec<&'static str>, lts::Error> {
    let capabilities = &proposal.capabilities;
    let mut questions = BTreeSet::new();
    let open = |id: &StepId| !matches!(settled.get(id), Some(Settled::Withheld(_) | Settled::AlreadySo(_)));
    let steps = proposal.plan.iter().filter(|(id, _)| open(id));
    for call in steps.flat_map(|(_, step)| &step.calls) {
        let question = match call {
            Call::UpdateGroup { .. } => (capabilities.update_group, Probe::UpdateGroup),
            Call::UpdateStream { .. } => (capabilities.update_stream, Probe::UpdateStream),
            Call::AddTags { .. } | Call::RemoveTags { .. } => (capabilities.tags, Probe::Tags),
            _ => continue,
        };
        if question.0 == Ability::Presumed {
            questions.insert(question.1);
        }
    }
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let missing = lts::probe(client, &questions).await?;
    Ok(missing
        .into_iter()
        .map(|probe| match probe {
            Probe::UpdateGroup => "changing the ttl of a log group",
            Probe::UpdateStream => "changing the ttl of a log stream",
            Probe::Tags => "writing tags",
        })
        .collect())
}

/// What is known when everything was dropped at once.
fn abandoned(plan: &Plan, started: &BTreeSet<StepId>, told: &BTreeMap<StepId, Outcome>) -> Ending {
    let outcome = |id| {
        if !started.contains(&id) {
            return Outcome::NotStarted(Cause::Stopped);
        }
        told.get(&id).cloned().unwrap_or_else(|| {
            Outcome::Unknown(apply::Failure {
                class: lts::ErrorClass::Interrupted,
                certainty: lts::Certainty::Unknown,
                text: "the run was ended at once; the next plan shows what happened".to_owned(),
            })
        })
    };
    Ending {
        outcomes: plan.iter().map(|(id, _)| outcome(id)).collect(),
        stop: Some(apply::Stop::Interrupted),
        wrote: true,
    }
}

fn to_json(plan: &Plan, event: &Event<'_>) -> Option<ApplyEvent> {
    let (id, outcome) = match event {
        Event::Started(id) => (*id, None),
        Event::Finished(id, outcome) => (*id, Some(*outcome)),
        Event::Looking(..) => return None,
    };
    let step = plan.step(id)?;
    let (address, action) = (step.address.to_string(), verb_word(step.verb));
    Some(match outcome {
        None => ApplyEvent::StepStart { address, action },
        Some(Outcome::Done(manner)) => {
            let manner = match manner {
                Manner::Answered => "answered",
                Manner::Found => "found",
                Manner::AlreadySo => "already_so",
                Manner::Unverified => "unverified",
            };
            ApplyEvent::StepDone { address, action, manner }
        }
        Some(Outcome::Failed(failure)) => {
            ApplyEvent::StepFailed { address, action, may_have_happened: false, message: failure.to_string() }
        }
        Some(Outcome::Unknown(failure)) => {
            ApplyEvent::StepFailed { address, action, may_have_happened: true, message: failure.to_string() }
        }
        Some(Outcome::NotStarted(cause)) => ApplyEvent::StepSkipped { address, action, message: cause.to_string() },
    })
}

/// Steps that never started are told at the end.
fn tell_skipped(
    plan: &Plan,
    ending: &Ending,
    told: &BTreeMap<StepId, Outcome>,
    (output, journal): (&Output, &Journal),
) {
    for ((id, step), outcome) in plan.iter().zip(&ending.outcomes) {
        if let Outcome::NotStarted(cause) = outcome
            && !told.contains_key(&id)
        {
            let event = ApplyEvent::StepSkipped {
                address: step.address.to_string(),
                action: verb_word(step.verb),
                message: cause.to_string(),
            };
            journal.note(&event);
            if output.is_json() {
                output.document(&event);
            }
        }
    }
}
