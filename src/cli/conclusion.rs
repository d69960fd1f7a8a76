//! The end of an apply: what became of each step, the proof, the exit code.

use super::apply::{Run, health, is_stuck};
use super::connect::Connection;
use super::convergence::Verdict;
use super::execution::Execution;
use super::exit::Exit;
use super::ledger::Ledger;
use super::records;
use super::signals::Interrupts;
use super::tell::Told;
use crate::apply::Stop;
use crate::escape::Escaped;
use crate::lts::ErrorClass;
use crate::plan::Proposal;
use crate::render::json::{ApplyEvent, DebugBundle};
use crate::render::text;

impl Run<'_> {
    /// Tells what was done, looks again, and returns the exit code.
    pub(super) async fn conclude(
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
        let mut left = Vec::new();
        if ending.stop.is_none() && signal.is_none() && (ending.wrote || complete) {
            let memory = ledger.memory();
            let made = (proposal, execution);
            tokio::select! {
                biased;
                late = interrupts.next() => signal = Some(late),
                proof = self.subject.prove(connection, &self.orders.exceptions, made, &memory) => {
                    converged = Some(matches!(proof.verdict, Verdict::Converged));
                    health = if proof.healthy.unwrap_or(health == Exit::Done) { Exit::Done } else { Exit::Unhealthy };
                    exit = exit.or(self.tell_verdict(&proof.verdict));
                    left.extend(proof.verdict.left());
                }
            }
        }
        // Interrupted and partly done are equal in safety; the signal is what
        // the caller sent, so the signal is what it gets back.
        let exit = signal.unwrap_or(exit.or(health));
        self.total.add(tally, ending.wrote);
        if matches!(ending.stop, Some(Stop::Deadline(_))) {
            self.total.set_late();
        }
        let mut summary = self.summary(exit, tally.done);
        summary.failed = tally.failed;
        summary.unknown = tally.unknown;
        summary.skipped = tally.not_started;
        summary.converged = converged;
        let summary = ApplyEvent::Summary(summary);
        self.journal.note(&summary);
        let last_line =
            if complete { text::apply_line(tally.done) } else { text::render_tally(tally).trim_end().to_owned() };
        if self.output.is_json() {
            self.output.document(&summary);
        } else if self.output.is_text() {
            self.output.result(&format!("{last_line}\n"));
        }
        self.tell(
            exit,
            &Told {
                outcomes: Some(&ending.outcomes),
                headline: Some(last_line),
                messages: left.clone(),
                requests: connection.requests(),
            },
        );
        let bundle = || {
            let plan = self.subject.describe(&proposal.plan, connection);
            let steps = (proposal, &ending.outcomes[..]);
            DebugBundle::of(exit.code(), plan, steps, left, &connection.client.exchanges())
        };
        records::write_bundle(&self.orders.records, bundle, self.output);
        if complete && stuck {
            self.output.error("Some resources are blocked, held or unread; see the plan above.\n");
        }
        exit
    }

    fn tell_verdict(&self, verdict: &Verdict) -> Exit {
        match verdict {
            Verdict::Converged => Exit::Done,
            Verdict::Left(lines) => {
                self.output.error(&format!("{} the apply did not converge:\n", self.output.error_paint.red("error:")));
                for line in lines {
                    self.output.error(&format!("    {}\n", Escaped(line)));
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
}
