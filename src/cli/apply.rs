//! `ltsctl apply`: show, ask, execute, then prove convergence.

use std::collections::BTreeMap;
use std::future::Future;
use std::io::{self, BufRead as _, IsTerminal as _};

use super::args::{Approval, Input, Limits, Service};
use super::connect::{Connection, connect};
use super::convergence::{self, Verdict};
use super::error::CliError;
use super::execution::{self, Execution};
use super::exit::Exit;
use super::output::Output;
use super::plan::{fail_on, remark, show};
use super::session::{load, observe, propose};
use super::signals::Interrupts;
use crate::apply::{Cause, Stop};
use crate::manifest::Manifest;
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
    let run = Run { purpose, manifest: &manifest, service, limits, approval, output };
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
}

impl Run<'_> {
    async fn go(&self) -> Result<Exit, CliError> {
        let mut interrupts = Interrupts::listen()?;
        let connection = connect(&self.manifest.target, self.service).await?;
        self.output.remark(&connection.describe());
        let proposal = self.observe_and_propose(&connection).await?;
        self.show(&proposal, &connection);
        // From here on a stream of events has begun, and ends in a summary.
        match self.carry_out(&connection, &proposal, &mut interrupts).await {
            Ok(exit) => Ok(exit),
            Err(error) if self.output.is_json() => {
                let exit = error.exit;
                let mut summary = ApplySummary::of(exit.code(), Summary::default());
                summary.error = Some(error.body);
                self.output.document(&ApplyEvent::Summary(summary));
                Ok(exit)
            }
            Err(error) => Err(error),
        }
    }

    async fn observe_and_propose(&self, connection: &Connection) -> Result<Proposal, CliError> {
        let observation = observe(connection, &self.manifest.desired).await?;
        let proposal = propose(self.manifest, &observation, self.purpose, &self.service.take_over);
        remark(&proposal, &observation, self.output);
        Ok(proposal)
    }

    fn show(&self, proposal: &Proposal, connection: &Connection) {
        if self.output.is_json() {
            let reads = connection.client.usage().reads;
            let plan = PlanDocument::of(&proposal.plan, connection.target.clone(), reads);
            self.output.document(&ApplyEvent::version());
            self.output.document(&ApplyEvent::Plan { plan: Box::new(plan) });
        } else {
            show(proposal, connection, self.output);
        }
    }

    async fn carry_out(
        &self,
        connection: &Connection,
        proposal: &Proposal,
        interrupts: &mut Interrupts,
    ) -> Result<Exit, CliError> {
        let plan = &proposal.plan;
        let stuck = !(plan.blocked.is_empty() && plan.held.is_empty() && plan.unread.is_empty());
        let unhealthy = if plan.sick.is_empty() { Exit::Done } else { Exit::Unhealthy };
        let refused = fail_on(proposal, self.limits, self.output);
        if refused != Exit::Done {
            return Ok(self.end(refused, Summary::default(), None));
        }
        if plan.steps.is_empty() {
            let exit = if stuck { Exit::Refused } else { Exit::Done };
            return Ok(self.end(exit.or(unhealthy), Summary::default(), None));
        }
        let budget = match self.purpose {
            Purpose::Converge => BudgetRule::Enforced(self.manifest.desired.policy.max_deletes),
            Purpose::Destroy => BudgetRule::Exempt,
        };
        if let Err(refusals) = guard::judge(plan, &self.approval.allowed(), budget) {
            self.output.error(&text::render_refusals(&refusals, self.output.error_paint));
            self.output.remark("Nothing was written.\n");
            return Ok(self.end(Exit::Refused, Summary::default(), None));
        }
        if !self.approval.auto_approve && !self.ask()? {
            self.output.error("Not approved. Nothing was written.\n");
            return Ok(self.end(Exit::Refused, Summary::default(), None));
        }
        let withheld = match self.check_premises(connection, proposal).await? {
            Ok(withheld) => withheld,
            Err(exit) => return Ok(self.end(exit, Summary::default(), None)),
        };
        let missing = execution::find_missing_abilities(&connection.client, proposal).await?;
        if !missing.is_empty() {
            let message = format!("this service does not offer {}, which the plan needs", missing.join(" and "));
            self.output.error(&format!("{} {message}\n", self.output.error_paint.red("error:")));
            self.output.error(&format!(
                "{} make these changes in the console, or set `api: seed-2022` to have them refused when planning\n",
                self.output.error_paint.cyan("help:")
            ));
            self.output.remark("Nothing was written.\n");
            return Ok(self.end(Exit::Refused, Summary::default(), None));
        }
        let execution =
            execution::execute(connection, proposal, self.service.parallelism, withheld, interrupts, self.output).await;
        let exit = self.conclude(connection, proposal, &execution, stuck).await;
        Ok(exit.or(unhealthy))
    }

    /// Looks again before the first write: what the plan was computed from must
    /// still be so.
    async fn check_premises(
        &self,
        connection: &Connection,
        proposal: &Proposal,
    ) -> Result<Result<BTreeMap<StepId, Cause>, Exit>, CliError> {
        let observation = observe(connection, &self.manifest.desired).await?;
        let mut withheld = BTreeMap::new();
        for (id, step) in proposal.plan.iter() {
            if let Some(moved) = step.premises.iter().find_map(|premise| premise.check(&observation.live).err()) {
                let what = format!("{} {}: {} -> {}", moved.address, moved.field, moved.expected, moved.found);
                self.output.error(&format!(
                    "{} {} has changed since the plan was made: {}\n",
                    self.output.error_paint.red("stale:"),
                    text::shown(&step.address),
                    crate::escape::Escaped(&what)
                ));
                withheld.insert(id, Cause::Moved(what));
            }
        }
        if withheld.is_empty() || self.approval.keep_going {
            return Ok(Ok(withheld));
        }
        self.output.error(&format!(
            "{} plan again and look at the difference, or do the rest with `--keep-going`\n",
            self.output.error_paint.cyan("help:")
        ));
        self.output.remark("Nothing was written.\n");
        Ok(Err(Exit::Stale))
    }

    async fn conclude(&self, connection: &Connection, proposal: &Proposal, execution: &Execution, stuck: bool) -> Exit {
        let Execution { ending, tally, signal } = execution;
        self.output.error(&text::render_outcomes(&proposal.plan, &ending.outcomes, self.output.error_paint));
        let wrote = tally.done_steps > 0 || tally.unknown > 0;
        let complete = tally.failed + tally.unknown + tally.not_started == 0;
        let mut exit = match (complete, wrote, &ending.stop) {
            (_, _, Some(Stop::Authentication(_))) => Exit::Identity,
            (true, _, _) if stuck => Exit::Partly,
            (true, _, _) => Exit::Done,
            (false, true, _) => Exit::Partly,
            (false, false, _) if execution.only_moved() => Exit::Stale,
            (false, false, _) => Exit::Error,
        };
        let mut converged = None;
        if ending.stop.is_none() && signal.is_none() && wrote {
            let verdict = convergence::prove(connection, self.manifest, self.purpose, proposal, execution).await;
            converged = Some(matches!(verdict, Verdict::Converged));
            exit = exit.or(self.tell_verdict(verdict));
        }
        // Interrupted and partly done are equal in safety; the signal is what
        // the caller sent, so the signal is what it gets back.
        exit = signal.unwrap_or(exit);
        if !self.output.is_json() {
            if complete {
                self.output.result(&format!("{}\n", text::apply_line(tally.done)));
            } else {
                self.output.result(&text::render_tally(tally));
            }
            if complete && stuck {
                self.output.error("Some resources are blocked, held or unread; see the plan above.\n");
            }
        }
        let mut summary = ApplySummary::of(exit.code(), tally.done);
        summary.failed = tally.failed;
        summary.unknown = tally.unknown;
        summary.skipped = tally.not_started;
        summary.converged = converged;
        if self.output.is_json() {
            self.output.document(&ApplyEvent::Summary(summary));
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
                Exit::Unhealthy
            }
        }
    }

    fn ask(&self) -> Result<bool, CliError> {
        self.output.error("Do you want to apply these changes? Only `yes` is accepted: ");
        let mut answer = String::new();
        io::stdin()
            .lock()
            .read_line(&mut answer)
            .map_err(|error| CliError::usage(format!("the answer could not be read: {error}")))?;
        Ok(answer.trim() == "yes")
    }

    /// Ends a run that wrote nothing.
    fn end(&self, exit: Exit, done: Summary, converged: Option<bool>) -> Exit {
        if self.output.is_json() {
            let mut summary = ApplySummary::of(exit.code(), done);
            summary.converged = converged;
            self.output.document(&ApplyEvent::Summary(summary));
        }
        exit
    }
}
