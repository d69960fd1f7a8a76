//! `ltsctl apply`: show, ask, execute, then prove convergence.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::io::{self, BufRead as _, IsTerminal as _};

use super::args::{Approval, Input, Limits, Service};
use super::connect::{Connection, connect};
use super::convergence::{self, Verdict};
use super::error::CliError;
use super::execution::{self, Execution};
use super::exit::Exit;
use super::ledger::Ledger;
use super::output::Output;
use super::plan::{fail_on, remark, show};
use super::session::{count_losses, load, observe, propose};
use super::signals::Interrupts;
use crate::apply::{Cause, Done, Settled, Stop};
use crate::lts::ErrorClass;
use crate::manifest::Manifest;
use crate::model::{Address, Live};
use crate::plan::guard::{self, BudgetRule};
use crate::plan::{Proposal, Purpose, StepId, Summary};
use crate::render::json::{ApplyEvent, ApplySummary, PlanDocument};
use crate::render::text;

pub(super) fn run(
    input: &Input,
    service: &Service,
    limits: &Limits,
    approval: &Approval,
    output: &Output,
) -> Result<Exit, CliError> {
    run_for(Purpose::Converge, input, service, limits, approval, output)
}

pub(super) fn run_for(
    purpose: Purpose,
    input: &Input,
    service: &Service,
    limits: &Limits,
    approval: &Approval,
    output: &Output,
) -> Result<Exit, CliError> {
    if !approval.auto_approve && !io::stdin().is_terminal() {
        return Err(CliError::usage("there is no terminal to ask for approval on")
            .help("look at `ltsctl plan`, then approve with `--auto-approve`"));
    }
    let manifest = load(input, output)?;
    let run = Run { purpose, manifest: &manifest, service, limits, approval, output, streaming: Cell::new(false) };
    block_on(run.go())
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

struct Run<'a> {
    purpose: Purpose,
    manifest: &'a Manifest,
    service: &'a Service,
    limits: &'a Limits,
    approval: &'a Approval,
    output: &'a Output,
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
        let connection = connect(&self.manifest.target, self.service).await?;
        self.output.remark(&connection.describe());
        let observation = observe(&connection, &self.manifest.desired).await?;
        let ledger = Ledger::open(self.manifest, self.service, &connection, self.output);
        let mut proposal =
            propose(self.manifest, &observation, self.purpose, &self.service.take_over, &ledger.memory());
        count_losses(&connection, &observation, &mut proposal).await;
        remark(&proposal, &observation, self.output);
        self.show(&proposal, &connection);

        let plan = &proposal.plan;
        let refused = fail_on(&proposal, self.limits, self.output);
        if refused != Exit::Done {
            return Ok(Prepared::Ended(refused));
        }
        if plan.steps.is_empty() {
            // A dump that a person removed is struck all the same.
            ledger.record(&proposal, &[], self.output);
            let exit = if is_stuck(&proposal) { Exit::Refused } else { Exit::Done };
            return Ok(Prepared::Ended(exit.or(health(&proposal))));
        }
        let budget = match self.purpose {
            Purpose::Converge => BudgetRule::Enforced(self.manifest.desired.policy.max_deletes),
            Purpose::Destroy => BudgetRule::Exempt,
        };
        if let Err(refusals) = guard::judge(plan, &self.approval.allowed(), budget) {
            self.output.error(&text::render_refusals(&refusals, self.output.error_paint));
            return Ok(self.refuse());
        }
        if !self.approval.auto_approve && !ask(self.output).await? {
            self.output.error("Not approved.\n");
            return Ok(self.refuse());
        }
        let settled = match self.check_premises(&connection, &proposal, &ledger).await? {
            Ok(settled) => settled,
            Err(exit) => return Ok(Prepared::Ended(exit)),
        };
        let missing = execution::find_missing_abilities(&connection.client, &proposal).await?;
        if !missing.is_empty() {
            let paint = self.output.error_paint;
            let message = format!("this service does not offer {}, which the plan needs", missing.join(" and "));
            let help = "make these changes in the console, or set `api: seed-2022` to have them refused when planning";
            self.output.error(&format!("{} {message}\n{} {help}\n", paint.red("error:"), paint.cyan("help:")));
            return Ok(self.refuse());
        }
        Ok(Prepared::Ready(Box::new(Ready { connection, proposal, settled, ledger })))
    }

    fn show(&self, proposal: &Proposal, connection: &Connection) {
        if self.output.is_json() {
            let reads = connection.client.usage().reads;
            let plan = PlanDocument::of(&proposal.plan, connection.target.clone(), reads);
            self.output.document(&ApplyEvent::version());
            self.output.document(&ApplyEvent::Plan { plan: Box::new(plan) });
            self.streaming.set(true);
        } else {
            show(proposal, &self.manifest.desired, connection, self.output);
        }
    }

    async fn carry_out(&self, ready: Ready, interrupts: &mut Interrupts) -> Result<Exit, CliError> {
        let Ready { connection, proposal, settled, ledger } = ready;
        let execution =
            execution::execute(&connection, &proposal, self.service.parallelism, settled, interrupts, self.output)
                .await;
        ledger.record(&proposal, &execution.ending.outcomes, self.output);
        Ok(self.conclude(&connection, &proposal, &ledger, &execution, interrupts).await)
    }

    fn refuse(&self) -> Prepared {
        self.output.remark("Nothing was written.\n");
        Prepared::Ended(Exit::Refused)
    }

    /// Looks again before the first write: what the plan was computed from must
    /// still be so.
    async fn check_premises(
        &self,
        connection: &Connection,
        proposal: &Proposal,
        ledger: &Ledger,
    ) -> Result<Result<BTreeMap<StepId, Settled>, Exit>, CliError> {
        let observation = observe(connection, &self.manifest.desired).await?;
        let again = propose(self.manifest, &observation, self.purpose, &self.service.take_over, &ledger.memory());
        let still_needed: BTreeSet<&Address> = again.plan.steps.iter().map(|step| &step.address).collect();
        let still_blocked: BTreeSet<&Address> = again.plan.obstructed().collect();
        let mut settled = BTreeMap::new();
        let mut moved_on = false;
        for (id, step) in proposal.plan.iter() {
            let Some(moved) = step.premises.iter().find_map(|premise| premise.check(&observation.live).err()) else {
                continue;
            };
            // Somebody else has brought it about meanwhile: that is no reason
            // to stop.
            if !still_needed.contains(&step.address) && !still_blocked.contains(&step.address) {
                settled.insert(id, Settled::AlreadySo(find_done(&step.address, &observation.live)));
                continue;
            }
            let cause = Cause::of(&moved);
            let (paint, text) = (self.output.error_paint, cause.to_string());
            let address = text::shown(&step.address);
            self.output.error(&format!("{} {address}: {}\n", paint.red("stale:"), crate::escape::Escaped(&text)));
            moved_on |= matches!(cause, Cause::Moved(_));
            settled.insert(id, Settled::Withheld(cause));
        }
        // What could not be read stops its own branch; what has moved stops the
        // run, unless the user wants the rest.
        if !moved_on || self.approval.keep_going {
            return Ok(Ok(settled));
        }
        self.output.error(&format!(
            "{} plan again and look at the difference, or do the rest with `--keep-going`\n",
            self.output.error_paint.cyan("help:")
        ));
        self.output.remark("Nothing was written.\n");
        Ok(Err(Exit::Stale))
    }

    async fn conclude(
        &self,
        connection: &Connection,
        proposal: &Proposal,
        ledger: &Ledger,
        execution: &Execution,
        interrupts: &mut Interrupts,
    ) -> Exit {
        let Execution { ending, tally, signal } = execution;
        let stuck = is_stuck(proposal);
        self.output.error(&text::render_outcomes(&proposal.plan, &ending.outcomes, self.output.error_paint));
        let complete = tally.failed + tally.unknown + tally.not_started == 0;
        let mut exit = match (complete, ending.wrote, &ending.stop) {
            (_, _, Some(Stop::Authentication(_))) => Exit::Identity,
            (true, _, _) if stuck => Exit::Partly,
            (true, _, _) => Exit::Done,
            (false, true, _) => Exit::Partly,
            (false, false, _) if execution.only_moved() => Exit::Stale,
            (false, false, _) if execution.only_blocked() => Exit::Refused,
            (false, false, _) => Exit::Error,
        };
        let mut health = health(proposal);
        let (mut converged, mut signal) = (None, *signal);
        if ending.stop.is_none() && signal.is_none() && (ending.wrote || complete) {
            let memory = ledger.memory();
            let made = (proposal, execution);
            tokio::select! {
                biased;
                late = interrupts.next() => signal = Some(late),
                proof = convergence::prove(connection, self.manifest, self.purpose, made, &memory) => {
                    converged = Some(matches!(proof.verdict, Verdict::Converged));
                    health = if proof.healthy.unwrap_or(health == Exit::Done) { Exit::Done } else { Exit::Unhealthy };
                    exit = exit.or(self.tell_verdict(proof.verdict));
                }
            }
        }
        // Interrupted and partly done are equal in safety; the signal is what
        // the caller sent, so the signal is what it gets back.
        let exit = signal.unwrap_or(exit.or(health));
        if self.output.is_json() {
            let mut summary = ApplySummary::of(exit.code(), tally.done);
            summary.failed = tally.failed;
            summary.unknown = tally.unknown;
            summary.skipped = tally.not_started;
            summary.converged = converged;
            self.output.document(&ApplyEvent::Summary(summary));
        } else if complete {
            self.output.result(&format!("{}\n", text::apply_line(tally.done)));
        } else {
            self.output.result(&text::render_tally(tally));
        }
        if complete && stuck {
            self.output.error("Some resources are blocked, held or unread; see the plan above.\n");
        }
        exit
    }

    fn tell_verdict(&self, verdict: Verdict) -> Exit {
        match verdict {
            Verdict::Converged => Exit::Done,
            Verdict::Left(lines) => {
                self.output.error(&format!("{} the apply did not converge:\n", self.output.error_paint.red("error:")));
                for line in lines {
                    self.output.error(&format!("    {}\n", crate::escape::Escaped(&line)));
                }
                self.output.error(&format!(
                    "{} the service accepted the change and does not show it; plan again in a minute, and report it if \
                     it stays\n",
                    self.output.error_paint.cyan("help:")
                ));
                Exit::Unhealthy
            }
            Verdict::Unseen(error) => {
                self.output.error(&format!(
                    "{} everything was answered, but the second look failed: {error}\n",
                    self.output.error_paint.red("error:")
                ));
                match error.class {
                    ErrorClass::Authentication | ErrorClass::Identity => Exit::Identity,
                    ErrorClass::DeadlineExceeded => Exit::Partly,
                    _ => Exit::Unhealthy,
                }
            }
        }
    }

    /// Ends a run that wrote nothing.
    fn end(&self, exit: Exit) -> Exit {
        if self.output.is_json() {
            self.output.document(&ApplyEvent::Summary(ApplySummary::of(exit.code(), Summary::default())));
        }
        exit
    }
}

/// Returns what an object that is there already leaves behind for others.
fn find_done(address: &Address, live: &Live) -> Done {
    let group = live.groups.get(address.group());
    match address {
        Address::Group(_) => group.map(|group| Done::Group(group.id.clone())),
        Address::Stream(_, name) => {
            group.and_then(|group| group.streams.complete()?.get(name)).map(|stream| Done::Stream(stream.id.clone()))
        }
        Address::Dump(..) => None,
    }
    .unwrap_or(Done::Plain)
}

/// Says whether something declared cannot be done, or was not read.
fn is_stuck(proposal: &Proposal) -> bool {
    let plan = &proposal.plan;
    !(plan.refusals.is_empty() && plan.blocked.is_empty() && plan.held.is_empty() && plan.unread.is_empty())
}

fn health(proposal: &Proposal) -> Exit {
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
