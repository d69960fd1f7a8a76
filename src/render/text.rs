//! Plans, refusals and outcomes as text for people (contract section 6).

use std::fmt::Write as _;

use super::change::{ResourceChange, merge_steps};
use super::paint::Paint;
use super::words::{describe_cascade, describe_loss, replaced_fields};
use crate::apply::{Manner, Outcome, Tally};
use crate::diff::{Notice, Obstacle};
use crate::escape::Escaped;
use crate::lts::ErrorClass;
use crate::model::Address;
use crate::plan::guard::Refusal;
use crate::plan::{FieldChange, Loss, Plan, Summary, Value, Verb, guard};

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What changes, and what stands in the way.
    Normal,
    /// Also what stays, and what cannot be verified.
    Verbose,
}

/// How many things of one kind are listed unless all are asked for.
const FEW: usize = 5;

/// Renders a plan. `unchanged` are the addresses shown with `=` when verbose.
#[must_use]
pub fn render_plan(plan: &Plan, unchanged: &[Address], detail: Detail, paint: Paint) -> String {
    let mut out = String::new();
    for change in merge_steps(plan) {
        render_change(&mut out, &change, paint);
    }
    if detail == Detail::Verbose {
        for address in unchanged {
            line(&mut out, format_args!("= {}", shown(address)));
        }
    }
    for obstacle in plan.blocked.iter().chain(&plan.held) {
        render_obstacle(&mut out, obstacle, paint);
    }
    for notice in &plan.unread {
        line(&mut out, format_args!("{} {}", paint.cyan("?"), shown(&notice.address)));
        line(&mut out, format_args!("    not read: {}", Escaped(&notice.reason)));
    }
    let shown_notices = if detail == Detail::Verbose { usize::MAX } else { FEW };
    for notice in plan.unverifiable.iter().take(shown_notices) {
        render_unverifiable(&mut out, notice, paint);
    }
    if let Some(more) = plan.unverifiable.len().checked_sub(shown_notices).filter(|more| *more > 0) {
        line(&mut out, format_args!("{} {more} more fields cannot be verified; `-v` lists them", paint.cyan("?")));
    }
    for sick in &plan.sick {
        let bucket = sick.bucket.as_ref().map_or(String::new(), |bucket| format!(" to bucket `{bucket}`"));
        line(&mut out, format_args!("{} {}", paint.red("!"), shown(&sick.address)));
        line(
            &mut out,
            format_args!("    unhealthy: the service reports EXCEPTION for dump {}{}", sick.id, Escaped(&bucket)),
        );
        line(&mut out, format_args!("    help: check that the bucket exists and that its policy lets LTS write"));
    }
    for address in &plan.satisfied {
        line(&mut out, format_args!("note: {} is gone; its `ensure: absent` entry can be removed", shown(address)));
    }
    for veto in &plan.refusals {
        line(&mut out, format_args!("{} {veto}", paint.red("error:")));
        line(&mut out, format_args!("    help: {}", veto.help()));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    render_permissions(&mut out, plan);
    out.push_str(&summary_line(plan));
    out.push('\n');
    out
}

/// Returns the literal last line of a plan.
#[must_use]
pub fn summary_line(plan: &Plan) -> String {
    plan_line(plan.summary(), plan.is_clean(), plan.unchanged + plan.satisfied.len())
}

/// Returns the literal last line of one plan or several: what is done, or how many
/// resources match where nothing is to be done.
#[must_use]
pub fn plan_line(sum: Summary, clean: bool, matching: usize) -> String {
    if clean {
        return format!("No changes. {matching} resources match the manifest.");
    }
    let Summary { add, change, destroy } = sum;
    format!("Plan: {add} to add, {change} to change, {destroy} to destroy.")
}

/// Returns the literal last line of an apply.
#[must_use]
pub fn apply_line(done: Summary) -> String {
    let Summary { add, change, destroy } = done;
    format!("Apply complete! Resources: {add} added, {change} changed, {destroy} destroyed.")
}

/// Renders why a plan is not applied.
#[must_use]
pub fn render_refusals(refusals: &[Refusal], paint: Paint) -> String {
    let mut out = String::new();
    for refusal in refusals {
        let text = refusal.to_string();
        line(&mut out, format_args!("{} {}", paint.red("error:"), Escaped(&text)));
        if let Refusal::Class { steps, .. } = refusal {
            for (address, reason) in steps {
                let reason = reason.as_ref().map_or(String::new(), |reason| format!(": {}", Escaped(reason)));
                line(&mut out, format_args!("    {}{reason}", shown(address)));
            }
        }
        line(&mut out, format_args!("{} {}", paint.cyan("help:"), refusal.help()));
    }
    out
}

/// Renders the steps that were not done, and the few that were done in an
/// unusual way.
#[must_use]
pub fn render_outcomes(plan: &Plan, outcomes: &[Outcome], paint: Paint) -> String {
    let mut out = String::new();
    let already_so = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Done(Manner::AlreadySo))).count();
    if already_so > FEW {
        line(&mut out, format_args!("note: {already_so} of {} steps are done already", outcomes.len()));
    }
    for (step, outcome) in plan.steps.iter().zip(outcomes) {
        let address = shown(&step.address);
        let verb = verb_word(step.verb);
        match outcome {
            Outcome::Done(Manner::Answered | Manner::Found) => {}
            Outcome::Done(Manner::AlreadySo) if already_so > FEW => {}
            Outcome::Done(Manner::AlreadySo) => {
                line(&mut out, format_args!("note: {verb} {address}: is done already"));
            }
            Outcome::Done(Manner::Unverified) => {
                line(&mut out, format_args!("note: {verb} {address}: it exists already; this edition cannot show it"));
            }
            Outcome::Failed(failure) => {
                // Refused because of a dump: nothing was executed, and a person can clear the way.
                let word = if failure.class == ErrorClass::Dependent { "blocked:" } else { "failed:" };
                line(&mut out, format_args!("{} {verb} {address}: {failure}", paint.red(word)));
                if let Some(place) = &step.place {
                    line(&mut out, format_args!("    declared at {}", Escaped(&place.to_string())));
                }
                if let Some(help) = help_for(failure.class) {
                    line(&mut out, format_args!("    help: {help}"));
                }
            }
            Outcome::Unknown(failure) => {
                line(&mut out, format_args!("{} {verb} {address}: {failure}", paint.yellow("unknown:")));
            }
            Outcome::NotStarted(cause) => {
                let cause = cause.to_string();
                line(&mut out, format_args!("{} {verb} {address}: {}", paint.cyan("not started:"), Escaped(&cause)));
            }
        }
    }
    out
}

/// The way out of a refusal of the service.
fn help_for(class: ErrorClass) -> Option<&'static str> {
    Some(match class {
        ErrorClass::Dependent => {
            "a dump or another transfer still uses it: remove that in the console (Log Transfer), then run again"
        }
        ErrorClass::Quota => "raise the quota of the account, or delete what is not needed, then run again",
        ErrorClass::Invalid => "the service does not take this value here; correct the entry and run again",
        ErrorClass::Permission => "grant the permission the operation needs, then run again",
        ErrorClass::NotFound => "something it needs has gone meanwhile; plan again",
        ErrorClass::AlreadyExists => "the name or the stream is taken by something the list does not show; plan again",
        _ => return None,
    })
}

/// Renders the last lines of an apply that did not finish everything.
#[must_use]
pub fn render_tally(tally: &Tally) -> String {
    let Summary { add, change, destroy } = tally.done;
    format!(
        "Apply incomplete. Resources: {add} added, {change} changed, {destroy} destroyed; {} failed, {} unknown, {} not \
         started. Running the same command again is safe and continues.\n",
        tally.failed, tally.unknown, tally.not_started
    )
}

/// Returns the word for a verb.
#[must_use]
pub fn verb_word(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "create",
        Verb::Update => "update",
        Verb::Delete => "delete",
    }
}

/// Returns an address that a terminal cannot be hurt with.
#[must_use]
pub fn shown(address: &Address) -> String {
    Escaped(&address.to_string()).to_string()
}

fn render_change(out: &mut String, change: &ResourceChange<'_>, paint: Paint) {
    let symbol = match change.symbol() {
        "+" => paint.green("+"),
        "~" => paint.yellow("~"),
        other => paint.red(other),
    };
    line(out, format_args!("{symbol} {}", shown(change.address)));
    match change.steps.as_slice() {
        [(_, old), (_, new)] if old.verb == Verb::Delete => {
            for field in replaced_fields(&old.fields, &new.fields) {
                render_field(out, &field);
            }
        }
        steps => {
            for (_, step) in steps {
                let gone = step.verb == Verb::Delete;
                step.fields
                    .iter()
                    .for_each(|field| if gone { render_gone(out, field) } else { render_field(out, field) });
            }
        }
    }
    for reason in change.reasons() {
        line(out, format_args!("    reason: {}", Escaped(reason)));
    }
    for loss in change.steps.iter().filter_map(|(_, step)| step.loss.as_ref()) {
        render_loss(out, loss);
    }
    let needed: Vec<&str> =
        change.classes().into_iter().filter(|class| class.needs_permission()).map(|class| class.as_str()).collect();
    if !needed.is_empty() {
        line(out, format_args!("    needs: --allow {}", needed.join(",")));
    }
}

fn render_field(out: &mut String, field: &FieldChange) {
    let FieldChange { field, before, after } = field;
    let value = match (before, after) {
        (Some(before), Some(after)) => format!("{before} -> {after}"),
        (None, Some(after)) => after.to_string(),
        (Some(before), None) => format!("{before} -> (none)"),
        (None, None) => return,
    };
    line(out, format_args!("    {:<24} {}", field.as_str(), Escaped(&value)));
}

/// What goes is shown as it was, without what it never had.
fn render_gone(out: &mut String, field: &FieldChange) {
    match &field.before {
        None | Some(Value::Nothing) => {}
        Some(Value::Text(text)) if text.is_empty() => {}
        Some(before) => {
            let before = before.to_string();
            line(out, format_args!("    {:<24} {}", field.field.as_str(), Escaped(&before)));
        }
    }
}

fn render_loss(out: &mut String, loss: &Loss) {
    for text in describe_loss(loss) {
        line(out, format_args!("    loss: {}", Escaped(&text)));
    }
    if let Some(text) = describe_cascade(loss) {
        line(out, format_args!("    deletes with it: {}", Escaped(&text)));
    }
}

fn render_obstacle(out: &mut String, obstacle: &Obstacle, paint: Paint) {
    line(out, format_args!("{} {}", paint.red("!"), shown(&obstacle.address)));
    line(out, format_args!("    blocked: {}", Escaped(&obstacle.reason)));
    line(out, format_args!("    help: {}", Escaped(&obstacle.help)));
    if let Some(place) = &obstacle.place {
        line(out, format_args!("    declared at {}", Escaped(&place.to_string())));
    }
}

fn render_unverifiable(out: &mut String, notice: &Notice, paint: Paint) {
    let field = notice.field.map_or("", |field| field.as_str());
    line(out, format_args!("{} {} {field}", paint.cyan("?"), shown(&notice.address)));
    line(out, format_args!("    unverifiable: {}", Escaped(&notice.reason)));
}

fn render_permissions(out: &mut String, plan: &Plan) {
    let needed: Vec<&str> = guard::needed_permissions(plan).into_iter().map(|class| class.as_str()).collect();
    if !needed.is_empty() {
        line(out, format_args!("apply needs: --allow {}", needed.join(",")));
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}
