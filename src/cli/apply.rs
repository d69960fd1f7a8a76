//! `ltsctl apply`: show, ask, execute, then prove convergence.

use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal as _};

use super::args::{self, Approval};
use super::error::CliError;
use super::execution;
use super::exit::Exit;
use super::orders::Orders;
use super::output::Output;
use super::planfile;
use super::prepare::{End, Prepared, Ready};
use super::records::{self, Journal, keep_failure};
use super::runtime::block_on;
use super::several::go_through;
use super::signals::Interrupts;
use super::subject::Subject;
use super::targets::load_all;
use super::tell::{Shown, Told, deliver_all};
use super::total::Total;
use super::waits::telling_waits;
use crate::lts::Trace;
use crate::plan::{Proposal, Purpose, Summary};
use crate::render::json::{ApplyEvent, ApplySummary, EndDocument, PlanDocument};

pub(super) fn run(subject: &args::Subject, orders: &Orders, output: &Output) -> Result<Exit, CliError> {
    demand_approval(&orders.approval)?;
    let expected = subject.expect_digest.as_deref();
    match &subject.plan {
        Some(path) => {
            let file = planfile::read(path).and_then(|file| file.expect(expected).map(|()| file));
            let file = keep_failure(file, &orders.records, output)?;
            go(Subject::Saved(&file), None, orders, output)
        }
        None => {
            let loaded = load_all(&subject.files, &subject.variables, Some(&orders.exceptions.selected), output);
            let declared = |manifests| orders.exceptions.selected.demand_declared().map(|()| manifests);
            let manifests = keep_failure(loaded.and_then(declared), &orders.records, output)?;
            if manifests.len() > 1 && expected.is_some() {
                return Err(CliError::usage(
                    "`--expect-digest` approves the plan of one target, and the files name several",
                )
                .help("plan the files of each target by themselves with `plan -f PATH --out FILE`, and apply the saved plans"));
            }
            go_through(&manifests, Purpose::Converge, expected, orders, output)
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
    orders: &Orders,
    output: &Output,
) -> Result<Exit, CliError> {
    let (total, kind) = (Total::default(), subject.kind());
    let exit = go_once(subject, expected, orders, output, &total)?;
    let made = total.made.borrow();
    if !made.is_empty() {
        deliver_all(&made, (kind, None), exit, output);
    }
    Ok(exit)
}

/// Applies one subject of several, and adds what came of it to the total.
pub(super) fn go_once(
    subject: Subject<'_>,
    expected: Option<&str>,
    orders: &Orders,
    output: &Output,
    total: &Total,
) -> Result<Exit, CliError> {
    // A file that cannot be written is told before anything is sent.
    let journal = keep_failure(Journal::open(orders.records.journal.as_deref()), &orders.records, output)?;
    let (streaming, plan, shown) = (Cell::new(false), RefCell::new(None), RefCell::new(None));
    let (trace, name) = (Trace::default(), RefCell::new(None));
    let run = Run { subject, expected, orders, output, journal, streaming, trace, name, plan, shown, total };
    block_on(telling_waits(&orders.service.rates, output, run.go()))
}

pub(super) struct Run<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) expected: Option<&'a str>,
    pub(super) orders: &'a Orders,
    pub(super) output: &'a Output,
    pub(super) journal: Journal,
    /// Whether the stream of events has begun; it must end in a summary then.
    pub(super) streaming: Cell<bool>,
    /// What is exchanged with the service, also by a connection that fails.
    pub(super) trace: Trace,
    /// The plan as it is shown, where a bundle is to hold it.
    pub(super) plan: RefCell<Option<PlanDocument>>,
    /// The plan as it is shown, where a report is to be made of it.
    pub(super) shown: RefCell<Option<Shown>>,
    /// What the service calls the target, once it is known.
    pub(super) name: RefCell<Option<String>>,
    /// What all targets have come to so far.
    pub(super) total: &'a Total,
}

impl Run<'_> {
    async fn go(&self) -> Result<Exit, CliError> {
        let mut interrupts = Interrupts::listen()?;
        let result = tokio::select! {
            biased;
            signal = interrupts.next() => Err(CliError::interrupted(signal)),
            prepared = self.prepare() => prepared,
        };
        let error = match result {
            Ok(Prepared::Ended(end)) => return Ok(self.end(end)),
            Ok(Prepared::Ready(ready)) => return Ok(self.carry_out(*ready, &mut interrupts).await),
            Err(error) => error,
        };
        if error.is_late {
            self.total.set_late();
        }
        self.journal.note_with(|| {
            let mut summary = self.summary(error.exit, Summary::default());
            summary.error = Some((*error.body).clone());
            ApplyEvent::Summary(summary)
        });
        self.keep_end(error.exit, || records::describe_failure(&error));
        if self.output.is_json() && self.streaming.get() {
            let mut summary = self.summary(error.exit, Summary::default());
            let message = error.body.message.clone();
            summary.error = Some(*error.body);
            self.output.document(&ApplyEvent::Summary(summary));
            self.tell(error.exit, &Told { messages: vec![message], ..Told::default() });
            return Ok(error.exit);
        }
        Err(error)
    }

    async fn carry_out(&self, ready: Ready, interrupts: &mut Interrupts) -> Exit {
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
        self.conclude(&connection, &proposal, &ledger, &execution, interrupts).await
    }

    /// Starts the summary of this target.
    pub(super) fn summary(&self, exit: Exit, done: Summary) -> ApplySummary {
        ApplySummary { target: self.name.borrow().clone(), ..ApplySummary::of(exit.code(), done) }
    }

    /// Ends a run that wrote nothing.
    fn end(&self, end: End) -> Exit {
        let End { exit, how, messages } = end;
        let summary = || ApplyEvent::Summary(self.summary(exit, Summary::default()));
        self.journal.note_with(summary);
        if self.output.is_json() {
            self.output.document(&summary());
        }
        let requests = u64::try_from(self.trace.exchanges().len()).unwrap_or(u64::MAX);
        self.tell(exit, &Told { messages: messages.clone(), requests, ..Told::default() });
        self.keep_end(exit, || EndDocument { how, messages, error: None });
        exit
    }

    /// Writes the bundle of a run that wrote nothing else.
    fn keep_end(&self, exit: Exit, end: impl FnOnce() -> EndDocument) {
        let records = &self.orders.records;
        if records.debug_bundle.is_some() {
            records::write_end(records, exit, self.plan.take(), end(), &self.trace, self.output);
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
