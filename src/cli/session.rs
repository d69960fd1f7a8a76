//! What plan, apply and destroy share: load, observe, propose.

use std::borrow::Cow;
use std::path::PathBuf;

use super::args::{Exceptions, Variables};
use super::connect::Connection;
use super::error::CliError;
use super::output::Output;
use crate::apply;
use crate::effects::{Clock as _, SystemClock};
use crate::lts::{self, Observation, Scope};
use crate::manifest::{self, Diagnostic, Given, Manifest, Style};
use crate::model::{Desired, Memory, Prune};
use crate::plan::{self, Plan, Proposal, Purpose, Request};
use crate::render::Paint;

/// Reads and checks the manifest, and shows its warnings.
pub(super) fn load(files: &[PathBuf], variables: &Variables, output: &Output) -> Result<Manifest, CliError> {
    let manifest = manifest::load_with(files, &given(variables)?)?;
    show_warnings(&manifest, output);
    Ok(manifest)
}

/// Reads what is given for variables.
pub(super) fn given(variables: &Variables) -> Result<Given, CliError> {
    Ok(Given::read(&variables.var_file, variables.var.clone())?)
}

/// Shows what is legal and probably not meant.
pub(super) fn show_warnings(manifest: &Manifest, output: &Output) {
    let style = match output.error_paint {
        Paint::Ansi => Style::Colour,
        Paint::Plain => Style::Plain,
    };
    for warning in &manifest.warnings {
        output.remark(&format!("{}\n\n", warning.render(style)));
    }
}

/// Says the warnings of a manifest in a line each, for reports.
pub(super) fn warnings_of(manifest: &Manifest) -> Vec<String> {
    let tell = |warning: &Diagnostic| match &warning.place {
        Some(place) => format!("{place}: {}", warning.message),
        None => warning.message.clone(),
    };
    manifest.warnings.iter().map(tell).collect()
}

/// Observes what a manifest speaks of.
pub(super) async fn observe(connection: &Connection, desired: &Desired) -> Result<Observation, lts::Error> {
    look(connection, Scope::Groups(desired.groups.keys().cloned().collect())).await
}

/// Observes what a plan is about.
pub(super) async fn observe_again(connection: &Connection, plan: &Plan) -> Result<Observation, lts::Error> {
    let groups =
        plan.steps.iter().map(|step| step.address.group()).chain(plan.sick.iter().map(|sick| sick.address.group()));
    look(connection, Scope::Groups(groups.cloned().collect())).await
}

async fn look(connection: &Connection, scope: Scope) -> Result<Observation, lts::Error> {
    let before = connection.client.usage().reads;
    let observation = lts::observe(&connection.client, &scope).await;
    connection.reads.set(connection.client.usage().reads - before);
    observation
}

/// Counts the log lines that a plan would lose, for whoever is asked to approve
/// it.
pub(super) async fn count_losses(connection: &Connection, observation: &Observation, proposal: &mut Proposal) {
    apply::count_losses(&connection.client, &mut proposal.plan, &observation.live, &SystemClock).await;
}

/// Makes a plan from a manifest and an observation, of what is selected.
pub(super) fn propose(
    manifest: &Manifest,
    observation: &Observation,
    purpose: Purpose,
    exceptions: &Exceptions,
    memory: &Memory,
) -> Proposal {
    let today = today();
    let request = Request { purpose, take_over: &exceptions.take_over, today: &today, memory };
    let selection = exceptions.selected.selection();
    let Observation { live, capabilities, .. } = observation;
    let desired = &manifest.desired;
    if selection.is_everything() {
        return plan::propose(desired, live, capabilities, request);
    }
    // A part of an estate never prunes (contract section 8).
    let mut desired = Cow::Borrowed(desired);
    let prunes = desired.policy.prune == Prune::Owned && purpose == Purpose::Converge;
    if prunes {
        desired.to_mut().policy.prune = Prune::None;
    }
    let whole = plan::propose(&desired, live, capabilities, request);
    let mut part = plan::select(whole, &desired, live, &selection);
    if prunes {
        part.plan.warnings.push("`prune: owned` is off for this run: only a part of the plan is selected".to_owned());
    }
    part
}

/// Returns today's date in UTC, `YYYY-MM-DD`.
pub(super) fn today() -> String {
    SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}
