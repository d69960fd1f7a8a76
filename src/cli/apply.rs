//! `ltsctl apply`: show, ask, execute, then prove convergence.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::Future;
use std::io::{self, BufRead as _, IsTerminal as _};

use super::args::{self, Approval, Exceptions, Limits, Records, Service};
use super::connect::{Connection, connect};
use super::error::CliError;
use super::execution;
use super::exit::Exit;
use super::ledger::Ledger;
use super::output::Output;
use super::plan::{fail_on, remark, show};
use super::planfile;
use super::records::Journal;
use super::session::{check_selection, count_losses, load, observe, propose};
use super::signals::Interrupts;
use super::subject::Subject;
use crate::apply::{Cause, Checked, Done, Settled};
use crate::escape::Escaped;
use crate::model::{Capabilities, Edition};
use crate::plan::{self, Class, Found, Plan, Proposal, Purpose, Standing, Step, StepId, Summary, guard};
use crate::render::json::{ApplyEvent, ApplySummary};
use crate::render::text;

/// What the command line says besides the subject.
#[derive(Debug, Clone, Copy)]
pub(super) struct Orders<'a> {
    pub(super) service: &'a Service,
    pub(super) exceptions: &'a Exceptions,
    pub(super) limits: &'a Limits,
    pub(super) approval: &'a Approval,
    pub(super) records: &'a Records,
}

pub(super) fn run(subject: &args::Subject, orders: Orders<'_>, output: &Output) -> Result<Exit, CliError> {
    demand_approval(orders.approval)?;
    let expected = subject.expect_digest.as_deref();
    match &subject.plan {
        Some(path) => {
            let file = planfile::read(path)?;
            file.expect(expected)?;
            go(Subject::Saved(&file), None, orders, output)
        }
        None => {
            let manifest = load(&subject.files, &subject.variables, output)?;
            go(Subject::Manifest(&manifest, Purpose::Converge), expected, orders, output)
        }
    }
}

/// Demands a way to approve before anything is read or sent.
pub(super) fn demand_approval(approval: &Approval) -> Result<(), CliError> {
    if approval.auto_approve || io::stdin().is_terminal() {
        return Ok(());
    }
    Err(CliError::usage("there is no terminal to ask for approval on")
        .help("look at `ltsctl plan`, then approve with `--auto-approve`"))
}

/// Applies one subject. `expected` is the digest that a fresh plan must have.
pub(super) fn go(
    subject: Subject<'_>,
    expected: Option<&str>,
    orders: Orders<'_>,
    output: &Output,
) -> Result<Exit, CliError> {
    // A file that cannot be written is told before anything is sent.
    let journal = Journal::open(orders.records.journal.as_deref())?;
    block_on(Run { subject, expected, orders, output, journal, streaming: Cell::new(false) }.go())
}

/// Runs a future to its end on a runtime of its own.
pub(super) fn block_on<T>(future: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| CliError::internal(format!("cannot start the runtime: {error}")))?;
    let result = runtime.block_on(future);
    // A request that nobody waits for any more must not hold the end up.
    runtime.shutdown_background();
    result
}

pub(super) struct Run<'a> {
    pub(super) subject: Subject<'a>,
    expected: Option<&'a str>,
    pub(super) orders: Orders<'a>,
    pub(super) output: &'a Output,
    pub(super) journal: Journal,
    /// Whether the stream of events has begun; it must end in a summary then.
    streaming: Cell<bool>,
}

/// What is known when everything has been looked at and approved.
enum Prepared {
    /// There is nothing to do, or nothing may be done.
    Ended(Exit),
    /// The first write may follow.
    Ready(Box<Ready>),
}

struct Ready {
    connection: Connection,
    proposal: Proposal,
    settled: BTreeMap<StepId, Settled>,
    checked: Checked,
    ledger: Ledger,
}

impl Run<'_> {
    async fn go(&self) -> Result<Exit, CliError> {
        let mut interrupts = Interrupts::listen()?;
        let result = tokio::select! {
            biased;
            signal = interrupts.next() => Err(CliError::interrupted(signal)),
            prepared = self.prepare() => prepared,
        };
        let result = match result {
            Ok(Prepared::Ended(exit)) => Ok(self.end(exit)),
            Ok(Prepared::Ready(ready)) => self.carry_out(*ready, &mut interrupts).await,
            Err(error) => Err(error),
        };
        if let Err(error) = &result {
            self.journal.note_with(|| {
                let mut summary = ApplySummary::of(error.exit.code(), Summary::default());
                summary.error = Some((*error.body).clone());
                ApplyEvent::Summary(summary)
            });
        }
        match result {
            Err(error) if self.output.is_json() && self.streaming.get() => {
                let mut summary = ApplySummary::of(error.exit.code(), Summary::default());
                summary.error = Some(*error.body);
                self.output.document(&ApplyEvent::Summary(summary));
                Ok(error.exit)
            }
            result => result,
        }
    }

    /// Everything before the first write. Dropping it at any point has no
    /// consequence.
    async fn prepare(&self) -> Result<Prepared, CliError> {
        let Orders { service, exceptions, limits, approval, .. } = self.orders;
        let connection = connect(&self.subject.target()?, service).await?;
        self.output.remark(&connection.describe());
        let ledger = self.subject.open_ledger(service, exceptions, &connection, self.output);
        let mut proposal = self.propose(&connection, &ledger).await?;
        if let Some(stale) = self.show(&proposal, &connection)? {
            return Ok(Prepared::Ended(stale));
        }

        let plan = &proposal.plan;
        let refused = fail_on(plan, limits, self.output);
        if refused != Exit::Done {
            return Ok(Prepared::Ended(refused));
        }
        if plan.steps.is_empty() {
            // A dump that a person removed is struck all the same.
            ledger.record(&proposal, &[], self.output);
            let exit = if is_stuck(&proposal) { Exit::Refused } else { Exit::Done };
            return Ok(Prepared::Ended(exit.or(health(&proposal))));
        }
        if let Err(refusals) = guard::judge(plan, &approval.allowed(), self.subject.budget()) {
            self.output.error(&text::render_refusals(&refusals, self.output.error_paint));
            return Ok(self.refuse());
        }
        self.output.remark(&format!("This sends {}.\n", self.subject.cost(plan, &connection)));
        if !approval.auto_approve && !ask(self.output).await? {
            self.output.error("Not approved.\n");
            return Ok(self.refuse());
        }
        let checked = Checked::now();
        let observation = self.subject.observe(&connection, plan).await?;
        let standings = plan::assess(plan, &observation.live, &ledger.memory());
        let settled = match self.settle(&proposal, standings) {
            Ok(settled) => settled,
            Err(exit) => return Ok(Prepared::Ended(exit)),
        };
        proposal.capabilities = observation.capabilities;
        let missing = execution::find_missing_abilities(&connection.client, &proposal, &settled).await?;
        if !missing.is_empty() {
            let paint = self.output.error_paint;
            let message = format!("this service does not offer {}, which the plan needs", missing.join(" and "));
            let help = "make these changes in the console, or set `api: seed-2022` to have them refused when planning";
            self.output.error(&format!("{} {message}\n{} {help}\n", paint.red("error:"), paint.cyan("help:")));
            return Ok(self.refuse());
        }
        Ok(Prepared::Ready(Box::new(Ready { connection, proposal, settled, checked, ledger })))
    }

    /// Makes the plan, or takes the one that was made.
    async fn propose(&self, connection: &Connection, ledger: &Ledger) -> Result<Proposal, CliError> {
        match &self.subject {
            Subject::Manifest(manifest, purpose) => {
                let observation = observe(connection, &manifest.desired).await?;
                let exceptions = self.orders.exceptions;
                check_selection(exceptions, &manifest.desired, &observation)?;
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
    fn show(&self, proposal: &Proposal, connection: &Connection) -> Result<Option<Exit>, CliError> {
        let document = || self.subject.describe(&proposal.plan, connection);
        self.journal.note(&ApplyEvent::version());
        self.journal.note_with(|| ApplyEvent::Plan { plan: Box::new(document()) });
        if self.output.is_json() {
            self.output.document(&ApplyEvent::version());
            self.output.document(&ApplyEvent::Plan { plan: Box::new(document()) });
            self.streaming.set(true);
        } else {
            match &self.subject {
                Subject::Manifest(manifest, _) => {
                    show(proposal, &manifest.desired, self.orders.exceptions, self.output)
                }
                Subject::Saved(_) => {
                    let (detail, paint) = (self.output.detail(), self.output.paint);
                    self.output.result(&text::render_plan(&proposal.plan, &[], detail, paint));
                }
            }
        }
        let Some(expected) = self.expected else { return Ok(None) };
        let found = document();
        if found.digest() == expected {
            return Ok(None);
        }
        let paint = self.output.error_paint;
        self.output.error(&format!(
            "{} the plan has digest {}, and {expected} was approved\n{} the manifest or the project has changed since; \
             plan again and look at the difference\n",
            paint.red("stale:"),
            found.digest(),
            paint.cyan("help:"),
            expected = Escaped(expected),
        ));
        self.output.remark("Nothing was written.\n");
        Ok(Some(Exit::Stale))
    }

    async fn carry_out(&self, ready: Ready, interrupts: &mut Interrupts) -> Result<Exit, CliError> {
        let Ready { connection, proposal, settled, checked, ledger } = ready;
        let execution = execution::execute(
            &connection,
            &proposal,
            self.orders.service.parallelism,
            (settled, checked),
            interrupts,
            (self.output, &self.journal),
        )
        .await;
        ledger.record(&proposal, &execution.ending.outcomes, self.output);
        Ok(self.conclude(&connection, &proposal, &ledger, &execution, interrupts).await)
    }

    fn refuse(&self) -> Prepared {
        self.output.remark("Nothing was written.\n");
        Prepared::Ended(Exit::Refused)
    }

    /// Decides what of the plan is still to be done: what the plan was computed
    /// from must still be so, apart from what is done already.
    fn settle(&self, proposal: &Proposal, standings: Vec<Standing>) -> Result<BTreeMap<StepId, Settled>, Exit> {
        let mut settled = BTreeMap::new();
        let mut moved_on = false;
        for ((id, step), standing) in proposal.plan.iter().zip(standings) {
            match standing {
                Standing::Open(0) => {}
                Standing::Open(calls) => {
                    settled.insert(id, Settled::Begun(calls));
                }
                Standing::Done(found) => {
                    settled.insert(
                        id,
                        Settled::AlreadySo(match found {
                            Found::Plain => Done::Plain,
                            Found::Group(group) => Done::Group(group),
                            Found::Stream(stream) => Done::Stream(stream),
                        }),
                    );
                }
                Standing::Moved(moved) => {
                    let cause = Cause::of(&moved);
                    let (paint, text) = (self.output.error_paint, cause.to_string());
                    let address = text::shown(&step.address);
                    self.output.error(&format!("{} {address}: {}\n", paint.red("stale:"), Escaped(&text)));
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
        Err(Exit::Stale)
    }

    /// Ends a run that wrote nothing.
    fn end(&self, exit: Exit) -> Exit {
        let summary = || ApplyEvent::Summary(ApplySummary::of(exit.code(), Summary::default()));
        self.journal.note_with(summary);
        if self.output.is_json() {
            self.output.document(&summary());
        }
        exit
    }
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

/// Says whether something declared cannot be done, or was not read.
pub(super) fn is_stuck(proposal: &Proposal) -> bool {
    let plan = &proposal.plan;
    !(plan.refusals.is_empty() && plan.blocked.is_empty() && plan.held.is_empty() && plan.unread.is_empty())
}

pub(super) fn health(proposal: &Proposal) -> Exit {
    if proposal.plan.sick.is_empty() { Exit::Done } else { Exit::Unhealthy }
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
