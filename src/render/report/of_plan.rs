//! A plan, and what came of it, as a report.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::value::{Entry, Line, Mark, Report, ReportKind, TargetReport, Weight};
use crate::apply::{Manner, Outcome};
use crate::diff::Obstacle;
use crate::model::Address;
use crate::plan::{ApiBudget, Plan, Step, Summary, Value, Verb, guard};
use crate::render::change::{ResourceChange, merge_steps};
use crate::render::text::summary_line;
use crate::render::words::{describe_cascade, describe_loss, replaced_fields};

/// What belongs to a plan and is not in it.
#[derive(Debug, Clone)]
pub struct PlanContext<'a> {
    /// Region and project.
    pub target: &'a str,
    /// The plan's digest.
    pub digest: &'a str,
    /// What applying it costs.
    pub cost: ApiBudget,
    /// What came of each step, after an apply.
    pub outcomes: Option<&'a [Outcome]>,
    /// The literal last line, where it is not the plan's own.
    pub headline: Option<String>,
    /// Requests sent so far.
    pub requests: u64,
    /// The exit code of the process.
    pub exit_code: u8,
    /// When it ended.
    pub at: Timestamp,
}

/// Makes the report of a plan, or of an apply where there are outcomes.
#[must_use]
pub fn report_plan(plan: &Plan, context: PlanContext<'_>) -> Report {
    let PlanContext { target, digest, cost, outcomes, headline, requests, exit_code, at } = context;
    let changes = merge_steps(plan);
    let position: BTreeMap<&Address, usize> =
        changes.iter().enumerate().map(|(index, change)| (change.address, index)).collect();
    let mut entries: Vec<Entry> = changes
        .iter()
        .map(|change| {
            let mut entry = describe(change);
            let mut waits: Vec<usize> = change
                .steps
                .iter()
                .flat_map(|(_, step)| &step.waits_for)
                .filter_map(|id| position.get(&plan.step(*id)?.address).copied())
                .filter(|index| position.get(change.address) != Some(index))
                .collect();
            waits.sort_unstable();
            waits.dedup();
            entry.waits_for = waits;
            entry.outcome = outcomes.map(|outcomes| worst(change, outcomes));
            entry
        })
        .collect();
    entries.extend(plan.refusals.iter().map(|veto| Entry {
        lines: vec![Line::text("reason", veto.to_string()), Line::text("help", veto.help())],
        address: "estate".to_owned(),
        kind: "estate",
        ..Entry::new(&Address::Group(crate::model::GroupName::from_service("")), Mark::Refused, Weight::Trouble)
    }));
    entries.extend(plan.blocked.iter().map(|obstacle| stuck(obstacle, Mark::Blocked)));
    entries.extend(plan.held.iter().map(|obstacle| stuck(obstacle, Mark::Held)));
    entries.extend(plan.unread.iter().map(|notice| Entry {
        lines: vec![Line::text("reason", notice.reason.clone())],
        ..Entry::new(&notice.address, Mark::Unread, Weight::Trouble)
    }));
    entries.extend(plan.sick.iter().map(|sick| Entry {
        lines: vec![Line::text("reason", format!("the service reports EXCEPTION for dump {}", sick.id))],
        ..Entry::new(&sick.address, Mark::Unhealthy, Weight::Trouble)
    }));
    entries.extend(plan.unverifiable.iter().map(|notice| Entry {
        lines: vec![Line::text(notice.field.map_or("reason", |field| field.as_str()), notice.reason.clone())],
        ..Entry::new(&notice.address, Mark::Unverifiable, Weight::Note)
    }));
    let target = TargetReport {
        target: target.to_owned(),
        headline: headline.unwrap_or_else(|| summary_line(plan)),
        digest: Some(digest.to_owned()),
        counts: count(plan, cost),
        entries,
        quiet: Vec::new(),
        permissions: guard::needed_permissions(plan).into_iter().map(|class| class.as_str()).collect(),
        warnings: plan.warnings.clone(),
        known: true,
        failure: None,
        requests,
    };
    let kind = if outcomes.is_some() { ReportKind::Apply } else { ReportKind::Plan };
    Report { kind, targets: vec![target], exit_code, at }
}

/// Makes the report of a run that ended before there was anything to say. `target` is
/// empty where it is not known which one it was about.
#[must_use]
pub fn report_failure(
    kind: ReportKind,
    target: &str,
    (message, help): (&str, Option<&str>),
    exit_code: u8,
    at: Timestamp,
) -> Report {
    Report { kind, targets: vec![report_failed_target(kind, target, message, help)], exit_code, at }
}

/// Makes the part of a report that is about a target of which nothing is known.
#[must_use]
pub fn report_failed_target(kind: ReportKind, target: &str, message: &str, help: Option<&str>) -> TargetReport {
    TargetReport {
        target: target.to_owned(),
        headline: format!("The {} failed.", kind.as_str()),
        digest: None,
        counts: Vec::new(),
        entries: Vec::new(),
        quiet: Vec::new(),
        permissions: Vec::new(),
        warnings: Vec::new(),
        known: false,
        failure: Some((message.to_owned(), help.map(str::to_owned))),
        requests: 0,
    }
}

fn count(plan: &Plan, cost: ApiBudget) -> Vec<(&'static str, u64)> {
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let Summary { add, change, destroy } = plan.summary();
    vec![
        ("add", number(add)),
        ("change", number(change)),
        ("destroy", number(destroy)),
        ("unchanged", number(plan.unchanged)),
        ("blocked", number(plan.blocked.len())),
        ("held", number(plan.held.len())),
        ("unread", number(plan.unread.len())),
        ("unverifiable", number(plan.unverifiable.len())),
        ("unhealthy", number(plan.sick.len())),
        ("reads", cost.reads),
        ("writes", cost.writes),
    ]
}

fn describe(change: &ResourceChange<'_>) -> Entry {
    let mark = match change.symbol() {
        "-/+" => Mark::Replace,
        "+" => Mark::Create,
        "-" => Mark::Delete,
        _ => Mark::Update,
    };
    let classes: Vec<_> = change.classes().into_iter().collect();
    let weight =
        if classes.iter().any(|class| class.needs_permission()) { Weight::Destructive } else { Weight::Change };
    let mut entry = Entry::new(change.address, mark, weight);
    entry.lines = fields_of(change);
    entry.lines.extend(change.reasons().into_iter().map(|reason| Line::text("reason", reason)));
    for loss in change.steps.iter().filter_map(|(_, step)| step.loss.as_ref()) {
        entry.lines.extend(describe_loss(loss).into_iter().map(|text| Line::text("loss", text)));
        entry.lines.extend(describe_cascade(loss).map(|text| Line::text("deletes with it", text)));
    }
    let needed: Vec<&str> =
        classes.iter().filter(|class| class.needs_permission()).map(|class| class.as_str()).collect();
    if !needed.is_empty() {
        entry.lines.push(Line::text("needs", format!("--allow {}", needed.join(","))));
    }
    entry.classes = classes.into_iter().map(crate::plan::Class::as_str).collect();
    entry.place = change.steps.iter().find_map(|(_, step)| step.place.clone());
    entry
}

fn fields_of(change: &ResourceChange<'_>) -> Vec<Line> {
    let shown = |value: &Option<Value>| value.as_ref().map(ToString::to_string);
    let fields = match change.steps.as_slice() {
        [(_, old), (_, new)] if old.verb == Verb::Delete => replaced_fields(&old.fields, &new.fields),
        steps => steps
            .iter()
            .flat_map(|(_, step)| step.fields.iter().filter(|field| says_something(step, field)))
            .cloned()
            .collect(),
    };
    fields
        .iter()
        .map(|field| Line::Field {
            name: field.field.as_str(),
            before: shown(&field.before),
            after: shown(&field.after),
        })
        .collect()
}

/// What goes is told as it was, without what it never had.
fn says_something(step: &Step, field: &crate::plan::FieldChange) -> bool {
    match &field.before {
        None | Some(Value::Nothing) => step.verb != Verb::Delete,
        Some(Value::Text(text)) if text.is_empty() => step.verb != Verb::Delete,
        Some(_) => true,
    }
}

fn stuck(obstacle: &Obstacle, mark: Mark) -> Entry {
    let mut entry = Entry::new(&obstacle.address, mark, Weight::Trouble);
    entry.lines = vec![Line::text("reason", obstacle.reason.clone()), Line::text("help", obstacle.help.clone())];
    entry.place.clone_from(&obstacle.place);
    entry
}

/// What came of all steps of a change: the worst of it.
fn worst(change: &ResourceChange<'_>, outcomes: &[Outcome]) -> (&'static str, Option<String>) {
    let of_steps = change.steps.iter().filter_map(|(id, _)| outcomes.get(id.index()));
    let rank = |outcome: &&Outcome| match outcome {
        Outcome::Done(_) => 0,
        Outcome::NotStarted(_) => 1,
        Outcome::Failed(_) => 2,
        Outcome::Unknown(_) => 3,
    };
    match of_steps.max_by_key(rank) {
        Some(Outcome::Done(Manner::Unverified)) => {
            ("done", Some("it exists already; this edition cannot show it".to_owned()))
        }
        Some(Outcome::Done(_)) => ("done", None),
        Some(Outcome::Failed(failure)) => ("failed", Some(failure.to_string())),
        Some(Outcome::Unknown(failure)) => ("unknown", Some(failure.to_string())),
        Some(Outcome::NotStarted(cause)) => ("not started", Some(cause.to_string())),
        None => ("not started", None),
    }
}
