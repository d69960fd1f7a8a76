//! What plan, apply and destroy share: load, observe, propose.

use std::path::PathBuf;

use super::args::Variables;
use super::connect::Connection;
use super::error::CliError;
use super::output::Output;
use crate::apply;
use crate::effects::{Clock as _, SystemClock};
use crate::lts::{self, Observation, Scope};
use crate::manifest::{self, Given, Manifest, Style};
use crate::model::{AddressGlob, Desired, Memory};
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

/// Makes a plan from a manifest and an observation.
pub(super) fn propose(
    manifest: &Manifest,
    observation: &Observation,
    purpose: Purpose,
    take_over: &[AddressGlob],
    memory: &Memory,
) -> Proposal {
    let today = today();
    let request = Request { purpose, take_over, today: &today, memory };
    plan::propose(&manifest.desired, &observation.live, &observation.capabilities, request)
}

/// Returns today's date in UTC, `YYYY-MM-DD`.
pub(super) fn today() -> String {
    SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}
