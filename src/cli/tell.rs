//! What an apply tells in its reports, once it is over.

use super::apply::Run;
use super::connect::Connection;
use super::exit::Exit;
use super::output::Output;
use super::publish::Forms;
use crate::apply::Outcome;
use crate::effects::{Clock as _, SystemClock};
use crate::plan::{ApiBudget, Plan, Proposal};
use crate::render::json::{DebugBundle, PlanDocument, to_line};
use crate::render::report::{PlanContext, Report, ReportKind, TargetReport, report_plan};
use crate::render::text;

/// The plan as it was shown.
#[derive(Debug)]
pub(super) struct Shown {
    proposal: Proposal,
    document: PlanDocument,
    target: String,
    cost: ApiBudget,
    /// What is worth knowing of the manifest.
    warnings: Vec<String>,
}

/// How it ended.
#[derive(Debug, Default)]
pub(super) struct Told<'a> {
    /// What became of each step, where something was begun.
    pub(super) outcomes: Option<&'a [Outcome]>,
    /// The literal last line, where it is not the plan's.
    pub(super) headline: Option<String>,
    /// What was said about an end before the first write, or about what is left.
    pub(super) messages: Vec<String>,
    /// Requests sent.
    pub(super) requests: u64,
}

impl Run<'_> {
    /// Keeps a plan for the reports, if there are any.
    pub(super) fn keep_shown(&self, proposal: &Proposal, connection: &Connection) {
        if self.output.is_text_or_stream() && self.output.reports.is_empty() {
            return;
        }
        self.shown.replace(Some(Shown {
            proposal: proposal.clone(),
            document: self.subject.describe(&proposal.plan, connection),
            target: connection.target.name.clone(),
            cost: connection.cost(&proposal.plan),
            warnings: self.subject.warnings(),
        }));
    }

    /// Makes the reports of a run whose plan was shown. They are written when all
    /// targets are through.
    pub(super) fn tell(&self, exit: Exit, told: &Told<'_>) {
        let shown = self.shown.borrow();
        let Some(shown) = shown.as_ref() else { return };
        let paint = self.output.paint;
        let plan = text::render_plan(&shown.proposal.plan, &[], self.output.detail(), paint);
        let outcomes = text::render_outcomes(&shown.proposal.plan, told.outcomes.unwrap_or_default(), paint);
        let last = told.headline.as_ref().map(|line| format!("{line}\n")).unwrap_or_default();
        let steps = (&shown.proposal, told.outcomes.unwrap_or_default());
        let bundle = DebugBundle::of(exit.code(), shown.document.clone(), steps, told.messages.clone(), &[]);
        self.total.made.borrow_mut().push(Made {
            text: [plan, outcomes, last].concat(),
            json: to_line(&bundle).unwrap_or_default(),
            targets: report(&shown.proposal.plan, shown, exit, told),
        });
    }
}

/// The reports of one target.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) text: String,
    pub(super) json: String,
    pub(super) targets: Vec<TargetReport>,
}

/// Writes the reports of all targets, and prints the one that was asked for instead
/// of text. `last` is the last line where there are several.
pub(super) fn deliver_all(made: &[Made], (kind, last): (ReportKind, Option<&str>), exit: Exit, output: &Output) {
    let forms = Forms {
        text: &|_| {
            let last = last.map(|line| format!("{line}\n"));
            made.iter().map(|made| made.text.as_str()).chain(last.as_deref()).collect()
        },
        json: &|| match made {
            [one] => one.json.clone(),
            several => {
                let documents: Vec<&str> = several.iter().map(|made| made.json.as_str()).collect();
                format!("[{}]", documents.join(","))
            }
        },
        report: &|| Report {
            kind,
            targets: made.iter().flat_map(|made| made.targets.iter().cloned()).collect(),
            exit_code: exit.code(),
            at: SystemClock.now(),
        },
    };
    if output.is_text_or_stream() {
        output.publish(&forms);
    } else {
        output.deliver(&forms);
    }
}

fn report(plan: &Plan, shown: &Shown, exit: Exit, told: &Told<'_>) -> Vec<TargetReport> {
    let context = PlanContext {
        target: &shown.target,
        digest: shown.document.digest(),
        cost: shown.cost,
        outcomes: told.outcomes,
        headline: told.headline.clone(),
        requests: told.requests,
        exit_code: exit.code(),
        at: SystemClock.now(),
    };
    let mut targets = report_plan(plan, context).targets;
    for target in &mut targets {
        target.warnings.extend(shown.warnings.iter().cloned());
        // Whoever was carried out had what it needs.
        if told.outcomes.is_some() {
            target.permissions.clear();
        }
        if !told.messages.is_empty() {
            target.failure = Some((told.messages.join("; "), None));
        }
    }
    targets
}
