//! Everything of an apply that comes before its first write: look, show, judge,
//! ask, and look again. Dropping it at any point has no consequence.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _};

use super::apply::{Run, health, is_stuck};
use super::connect::{Connection, connect_noting};
use super::error::CliError;
use super::execution;
use super::exit::Exit;
use super::ledger::Ledger;
use super::output::Output;
use super::plan::{find_named, remark, render};
use super::session::{count_losses, observe, propose};
use super::subject::Subject;
use crate::apply::{Cause, Checked, Done, Settled};
use crate::escape::Escaped;
use crate::lts::Observation;
use crate::model::{Capabilities, Edition};
use crate::plan::{self, Class, Found, Plan, Proposal, Standing, Step, StepId, guard};
use crate::render::json::{ApplyEvent, EndWord};
use crate::render::standing::render_rest;
use crate::render::{Paint, text};

/// What is known when everything has been looked at and approved.
pub(super) enum Prepared {
    /// There is nothing to do, or nothing may be done.
    Ended(End),
    /// The first write may follow.
    Ready(Box<Ready>),
}

/// How a run ended that wrote nothing.
pub(super) struct End {
    pub(super) exit: Exit,
    pub(super) how: EndWord,
    /// What was said about it, line by line.
    pub(super) messages: Vec<String>,
}

pub(super) struct Ready {
    pub(super) connection: Connection,
    pub(super) proposal: Proposal,
    pub(super) settled: BTreeMap<StepId, Settled>,
    pub(super) checked: Checked,
    pub(super) ledger: Ledger,
}

/// A look at what a plan rests on.
struct Look {
    checked: Checked,
    observation: Observation,
    standings: Vec<Standing>,
}

impl Run<'_> {
    pub(super) async fn prepare(&self) -> Result<Prepared, CliError> {
        let service = &self.orders.service;
        let connection = connect_noting(&self.subject.target()?, service, self.trace.clone()).await?;
        let name = connection.target.name.clone();
        self.name.replace(Some(name.clone()));
        self.prepare_on(connection).await.map_err(|error| error.of(&name))
    }

    async fn prepare_on(&self, connection: Connection) -> Result<Prepared, CliError> {
        let orders = self.orders;
        self.output.remark(&connection.describe());
        let ledger = self.subject.open_ledger(&orders.service, &orders.exceptions, &connection, self.output);
        let mut proposal = self.propose(&connection, &ledger).await?;
        // Some of a saved plan may be done: what is asked for is the rest.
        let first = match &self.subject {
            Subject::Saved(_) if !proposal.plan.steps.is_empty() => {
                Some(self.look(&connection, &proposal.plan, &ledger).await?)
            }
            Subject::Saved(_) | Subject::Manifest(..) => None,
        };
        if let Some(stale) = self.show(&proposal, &connection, first.as_ref())? {
            return Ok(Prepared::Ended(stale));
        }

        let plan = &proposal.plan;
        if let Some(message) = find_named(plan, &orders.limits) {
            self.output.error(&format!("{} {message}\n", self.output.error_paint.red("error:")));
            return Ok(Prepared::Ended(End { exit: Exit::Refused, how: EndWord::Refused, messages: vec![message] }));
        }
        if plan.steps.is_empty() {
            self.total.add_matching(plan);
            // A dump that a person removed is struck all the same.
            ledger.record(&proposal, &[], self.output);
            let exit = if is_stuck(&proposal) { Exit::Refused } else { Exit::Done };
            let exit = exit.or(health(&proposal));
            return Ok(Prepared::Ended(End { exit, how: EndWord::NothingToDo, messages: Vec::new() }));
        }
        if let Err(refusals) = guard::judge(plan, &orders.approval.allowed(), self.subject.budget()) {
            self.output.error(&text::render_refusals(&refusals, self.output.error_paint));
            let told = text::render_refusals(&refusals, Paint::Plain);
            return Ok(self.refuse(EndWord::Refused, told.lines().map(str::to_owned).collect()));
        }
        let first = match first {
            Some(look) => match self.settle(&proposal, &look.standings) {
                Ok(settled) => Some((look, settled)),
                Err(end) => return Ok(Prepared::Ended(end)),
            },
            None => None,
        };
        let asks = !orders.approval.auto_approve && first.as_ref().is_none_or(|(look, _)| is_open(&look.standings));
        let cost = match &first {
            Some((look, _)) => connection.cost_of_rest(plan, &look.standings, if asks { 2 } else { 1 }),
            None => connection.cost(plan),
        };
        self.output.remark(&format!("This sends {cost}.\n"));
        if asks && !ask(self.output).await? {
            self.output.error("Not approved.\n");
            return Ok(self.refuse(EndWord::NotApproved, vec!["not approved".to_owned()]));
        }
        let (look, settled) = match first {
            // Nobody has thought about it meanwhile: the look is as fresh as it can be.
            Some(looked) if !asks => looked,
            _ => {
                let look = self.look(&connection, plan, &ledger).await?;
                match self.settle(&proposal, &look.standings) {
                    Ok(settled) => (look, settled),
                    Err(end) => return Ok(Prepared::Ended(end)),
                }
            }
        };
        proposal.capabilities = look.observation.capabilities;
        let missing = execution::find_missing_abilities(&connection.client, &proposal, &settled).await?;
        if !missing.is_empty() {
            let paint = self.output.error_paint;
            let message = format!("this service does not offer {}, which the plan needs", missing.join(" and "));
            let help = "make these changes in the console, or set `api: seed-2022` to have them refused when planning";
            self.output.error(&format!("{} {message}\n{} {help}\n", paint.red("error:"), paint.cyan("help:")));
            return Ok(self.refuse(EndWord::Refused, vec![message]));
        }
        Ok(Prepared::Ready(Box::new(Ready { connection, proposal, settled, checked: look.checked, ledger })))
    }

    async fn look(&self, connection: &Connection, plan: &Plan, ledger: &Ledger) -> Result<Look, CliError> {
        let checked = Checked::now();
        let observation = self.subject.observe(connection, plan).await?;
        let standings = plan::assess(plan, &observation.live, &ledger.memory());
        Ok(Look { checked, observation, standings })
    }

    /// Makes the plan, or takes the one that was made.
    async fn propose(&self, connection: &Connection, ledger: &Ledger) -> Result<Proposal, CliError> {
        match &self.subject {
            Subject::Manifest(manifest, purpose) => {
                let observation = observe(connection, &manifest.desired).await?;
                let exceptions = &self.orders.exceptions;
                exceptions.selected.check(&manifest.desired, &observation)?;
                let mut proposal = propose(manifest, &observation, *purpose, exceptions, &ledger.memory());
                count_losses(connection, &observation, &mut proposal).await;
                remark(&proposal, &observation, self.output);
                Ok(proposal)
            }
            // What the service can do is seen before the first write.
            Subject::Saved(file) => {
                Ok(Proposal { plan: file.saved.plan.clone(), capabilities: Capabilities::of(Edition::Auto) })
            }
        }
    }

    /// Shows the plan, and compares it with the digest that was approved.
    fn show(&self, proposal: &Proposal, connection: &Connection, look: Option<&Look>) -> Result<Option<End>, CliError> {
        let document = || self.subject.describe(&proposal.plan, connection);
        if self.orders.records.debug_bundle.is_some() {
            self.plan.replace(Some(document()));
        }
        self.keep_shown(proposal, connection);
        self.journal.note(&ApplyEvent::version());
        self.journal.note_with(|| ApplyEvent::Plan { plan: Box::new(document()) });
        if self.output.is_json() {
            self.output.document(&ApplyEvent::version());
            self.output.document(&ApplyEvent::Plan { plan: Box::new(document()) });
            self.streaming.set(true);
        } else if self.output.is_text() {
            let (detail, paint) = (self.output.detail(), self.output.paint);
            self.output.result(&match &self.subject {
                Subject::Manifest(manifest, _) => {
                    render(proposal, &manifest.desired, &self.orders.exceptions, detail, paint)
                }
                Subject::Saved(_) => text::render_plan(&proposal.plan, &[], detail, paint),
            });
        }
        if let Some(look) = look {
            self.output.remark(&render_rest(&proposal.plan, &look.standings));
        }
        let Some(expected) = self.expected else { return Ok(None) };
        let found = document();
        if found.digest() == expected {
            return Ok(None);
        }
        let paint = self.output.error_paint;
        let message = format!("the plan has digest {}, and {} was approved", found.digest(), Escaped(expected));
        self.output.error(&format!(
            "{} {message}\n{} the manifest or the project has changed since; plan again and look at the difference\n",
            paint.red("stale:"),
            paint.cyan("help:"),
        ));
        self.output.remark("Nothing was written.\n");
        Ok(Some(End { exit: Exit::Stale, how: EndWord::Stale, messages: vec![message] }))
    }

    fn refuse(&self, how: EndWord, messages: Vec<String>) -> Prepared {
        self.output.remark("Nothing was written.\n");
        Prepared::Ended(End { exit: Exit::Refused, how, messages })
    }

    /// Decides what of the plan is still to be done: what the plan was computed
    /// from must still be so, apart from what is done already.
    fn settle(&self, proposal: &Proposal, standings: &[Standing]) -> Result<BTreeMap<StepId, Settled>, End> {
        let mut settled = BTreeMap::new();
        let mut moved_on = false;
        let mut messages = Vec::new();
        for ((id, step), standing) in proposal.plan.iter().zip(standings) {
            match standing {
                Standing::Open(0) => {}
                Standing::Open(calls) => {
                    settled.insert(id, Settled::Begun(*calls));
                }
                Standing::Done(found) => {
                    settled.insert(
                        id,
                        Settled::AlreadySo(match found {
                            Found::Plain => Done::Plain,
                            Found::Group(group) => Done::Group(group.clone()),
                            Found::Stream(stream) => Done::Stream(stream.clone()),
                        }),
                    );
                }
                Standing::Moved(moved) => {
                    let cause = Cause::of(moved);
                    let (paint, text) = (self.output.error_paint, cause.to_string());
                    let address = text::shown(&step.address);
                    self.output.error(&format!("{} {address}: {}\n", paint.red("stale:"), Escaped(&text)));
                    messages.push(format!("{}: {text}", step.address));
                    moved_on |= matches!(cause, Cause::Moved(_));
                    settled.insert(id, Settled::Withheld(cause));
                }
            }
        }
        withhold_halves(&proposal.plan, &mut settled);
        // What could not be read stops its own branch; what has moved stops the
        // run, unless the user wants the rest.
        if !moved_on || self.orders.approval.keep_going {
            return Ok(settled);
        }
        self.output.error(&format!(
            "{} plan again and look at the difference, or do the rest with `--keep-going`\n",
            self.output.error_paint.cyan("help:")
        ));
        self.output.remark("Nothing was written.\n");
        Err(End { exit: Exit::Stale, how: EndWord::Stale, messages })
    }
}

/// Says whether something is left to do.
fn is_open(standings: &[Standing]) -> bool {
    standings.iter().any(|standing| matches!(standing, Standing::Open(_)))
}

/// A dump does not go for another that cannot come: where a creation is
/// withheld, so is every deletion it waits for that replaces something.
fn withhold_halves(plan: &Plan, settled: &mut BTreeMap<StepId, Settled>) {
    let mut open: Vec<StepId> =
        settled.iter().filter(|(_, so)| matches!(so, Settled::Withheld(_))).map(|(id, _)| *id).collect();
    while let Some(id) = open.pop() {
        let Some(step) = plan.step(id) else { continue };
        let is_replacement = |step: &Step| step.classes.contains(&Class::Replace);
        if !is_replacement(step) {
            continue;
        }
        // The other halves: what it waits for, and what waits for it.
        let halves = plan.iter().filter(|(other, half)| {
            is_replacement(half) && (step.waits_for.contains(other) || half.waits_for.contains(&id))
        });
        for (other, _) in halves {
            if !matches!(settled.get(&other), Some(Settled::Withheld(_) | Settled::AlreadySo(_))) {
                settled.insert(other, Settled::Withheld(Cause::Waits(step.address.clone())));
                open.push(other);
            }
        }
    }
}

/// Asks on the terminal. The answer is awaited off the runtime, so that a
/// signal is heard meanwhile.
async fn ask(output: &Output) -> Result<bool, CliError> {
    output.error("Do you want to apply these changes? Only `yes` is accepted: ");
    let answer = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer).map(|_| answer)
    });
    match answer.await {
        Ok(Ok(answer)) => Ok(answer.trim() == "yes"),
        Ok(Err(error)) => Err(CliError::usage(format!("the answer could not be read: {error}"))),
        Err(error) => Err(CliError::internal(format!("the question could not be asked: {error}"))),
    }
}
