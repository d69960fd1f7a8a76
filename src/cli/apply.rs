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
use super::signals::Interrupts;
use super::subject::Subject;
use super::targets::{OfTarget, combine, load_all, name_of, tell_failures};
use super::tell::{Made, Shown, Told, deliver_all};
use super::waits::telling_waits;
use crate::escape::Escaped;
use crate::lts::Trace;
use crate::manifest::Manifest;
use crate::plan::{Proposal, Purpose, Summary};
use crate::render::json::{ApplyEvent, ApplySummary, EndDocument, PlanDocument, to_line};
use crate::render::report::ReportKind;

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
            let manifests = keep_failure(loaded, &orders.records, output)?;
            if manifests.len() > 1 && expected.is_some() {
                return Err(CliError::usage(
                    "`--expect-digest` approves the plan of one target, and the files name several",
                )
                .help("save each plan with `plan --out`, and apply the files"));
            }
            go_through(&manifests, Purpose::Converge, expected, orders, output)
        }
    }
}

/// Applies manifests to their targets, one after the other. A failure of one keeps
/// nobody from the next.
pub(super) fn go_through(
    manifests: &[Manifest],
    purpose: Purpose,
    expected: Option<&str>,
    orders: &Orders,
    output: &Output,
) -> Result<Exit, CliError> {
    if let [manifest] = manifests {
        return go(Subject::Manifest(manifest, purpose), expected, orders, output);
    }
    let made = RefCell::new(Vec::new());
    let mut all = Vec::new();
    for manifest in manifests {
        let name = name_of(&manifest.target);
        output.remark(&format!("{}\n", output.error_paint.bold(format!("target {}", Escaped(&name)))));
        let result = go_once(Subject::Manifest(manifest, purpose), None, orders, output, &made);
        let of = OfTarget::of(None, result, &manifest.target);
        made.borrow_mut().extend(make_failed(&of));
        let stopped = matches!(&of.result, Ok(Exit::Interrupted | Exit::Terminated))
            || of.result.as_ref().is_err_and(|error| matches!(error.exit, Exit::Interrupted | Exit::Terminated));
        all.push(of);
        if stopped {
            break;
        }
    }
    if let Some(of) = orders.exceptions.selected.conclude() {
        made.borrow_mut().extend(make_failed(&of));
        all.push(of);
    }
    tell_failures(&all, output);
    let exit = combine(all.iter().map(|of| match &of.result {
        Ok(exit) => *exit,
        Err(error) => error.exit,
    }));
    if output.is_json() {
        output.document(&ApplyEvent::Summary(ApplySummary::of(exit.code(), Summary::default())));
    }
    deliver_all(&made.borrow(), exit, output);
    Ok(exit)
}

/// Makes the reports of a target of which nothing is known, if it is one.
fn make_failed(of: &OfTarget<Exit>) -> Option<Made> {
    let target = of.failed_report(ReportKind::Apply)?;
    let json = of.failure().and_then(|failure| to_line(&failure).ok()).unwrap_or_default();
    Some(Made { text: format!("{}: not known\n", of.heading()), json, targets: vec![target] })
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
fn go(subject: Subject<'_>, expected: Option<&str>, orders: &Orders, output: &Output) -> Result<Exit, CliError> {
    let made = RefCell::new(Vec::new());
    let exit = go_once(subject, expected, orders, output, &made)?;
    deliver_all(&made.borrow(), exit, output);
    Ok(exit)
}

fn go_once(
    subject: Subject<'_>,
    expected: Option<&str>,
    orders: &Orders,
    output: &Output,
    made: &RefCell<Vec<Made>>,
) -> Result<Exit, CliError> {
    // A file that cannot be written is told before anything is sent.
    let journal = keep_failure(Journal::open(orders.records.journal.as_deref()), &orders.records, output)?;
    let (streaming, plan, shown) = (Cell::new(false), RefCell::new(None), RefCell::new(None));
    let run = Run { subject, expected, orders, output, journal, streaming, trace: Trace::default(), plan, shown, made };
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
    /// The reports of all targets so far.
    pub(super) made: &'a RefCell<Vec<Made>>,
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
        self.journal.note_with(|| {
            let mut summary = ApplySummary::of(error.exit.code(), Summary::default());
            summary.error = Some((*error.body).clone());
            ApplyEvent::Summary(summary)
        });
        self.keep_end(error.exit, || records::describe_failure(&error));
        if self.output.is_json() && self.streaming.get() {
            let mut summary = ApplySummary::of(error.exit.code(), Summary::default());
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

    /// Ends a run that wrote nothing.
    fn end(&self, end: End) -> Exit {
        let End { exit, how, messages } = end;
        let summary = || ApplyEvent::Summary(ApplySummary::of(exit.code(), Summary::default()));
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
