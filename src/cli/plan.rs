//! `ltsctl plan`: read, compare, order, show. Changes nothing.

use std::path::Path;

use super::args::{Exceptions, Input, Limits, Service};
use super::connect::connect;
use super::error::CliError;
use super::exit::Exit;
use super::ledger::Ledger;
use super::output::Output;
use super::planfile;
use super::session::{check_selection, count_losses, load, observe, propose};
use super::signals::or_interrupted;
use crate::escape::Escaped;
use crate::lts::Observation;
use crate::model::Desired;
use crate::plan::{Plan, Proposal, Purpose, guard};
use crate::render::json::PlanDocument;
use crate::render::text::{self, Detail};

/// What `plan` is asked for besides a manifest.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    pub(super) service: &'a Service,
    pub(super) exceptions: &'a Exceptions,
    pub(super) limits: &'a Limits,
    /// Exit code when changes are pending.
    pub(super) pending: Exit,
    /// File to keep the plan in.
    pub(super) out: Option<&'a Path>,
}

pub(super) fn run(input: &Input, wish: &Wish<'_>, output: &Output) -> Result<Exit, CliError> {
    let manifest = load(&input.files, &input.variables, output)?;
    let Wish { service, exceptions, limits, pending, out } = *wish;
    super::apply::block_on(or_interrupted(async {
        let connection = connect(&manifest.target, service).await?;
        output.remark(&connection.describe());
        let ledger = Ledger::open(&manifest, service, exceptions, &connection, output);
        let observation = observe(&connection, &manifest.desired).await?;
        check_selection(exceptions, &manifest.desired, &observation)?;
        let mut proposal = propose(&manifest, &observation, Purpose::Converge, exceptions, &ledger.memory());
        count_losses(&connection, &observation, &mut proposal).await;
        remark(&proposal, &observation, output);
        let budget = manifest.desired.policy.max_deletes;
        let describe =
            || PlanDocument::of(&proposal.plan, connection.target.clone(), budget, connection.cost(&proposal.plan));
        if let Some(path) = out {
            let document = describe();
            planfile::write(path, &document)?;
            let path = path.display().to_string();
            output.remark(&format!(
                "Saved to {path}, {}. `ltsctl apply {path}` does exactly this.\n",
                document.digest(),
                path = Escaped(&path)
            ));
        }
        if !proposal.plan.steps.is_empty() {
            output.remark(&format!("An apply sends {}.\n", connection.cost(&proposal.plan)));
        }
        if output.is_json() {
            output.document(&describe());
        } else {
            show(&proposal, &manifest.desired, exceptions, output);
        }
        Ok(exit_of(&proposal.plan, pending).or(fail_on(&proposal.plan, limits, output)))
    }))
}

/// Returns the exit code of a plan. What must not be done at all is told here
/// already; a class that only needs a flag is no failure of the plan.
pub(super) fn exit_of(plan: &Plan, pending: Exit) -> Exit {
    let stuck =
        !(plan.refusals.is_empty() && plan.blocked.is_empty() && plan.held.is_empty() && plan.unread.is_empty());
    let changes = if plan.steps.is_empty() { Exit::Done } else { pending };
    if stuck { changes.or(Exit::Refused) } else { changes }
}

/// Shows a plan as text.
pub(super) fn show(proposal: &Proposal, desired: &Desired, exceptions: &Exceptions, output: &Output) {
    let mut unchanged = match output.detail() {
        Detail::Verbose => proposal.unchanged(desired),
        Detail::Normal => Vec::new(),
    };
    let selection = exceptions.selected.selection();
    unchanged.retain(|address| selection.covers(address));
    output.result(&text::render_plan(&proposal.plan, &unchanged, output.detail(), output.paint));
}

/// Tells what is worth knowing besides the plan.
pub(super) fn remark(proposal: &Proposal, observation: &Observation, output: &Output) {
    for warning in observation.warnings.iter().chain(&proposal.plan.warnings) {
        output.remark(&format!("{} {warning}\n", output.error_paint.yellow("warning:")));
    }
}

/// Compares the classes of a plan with `--fail-on`.
pub(super) fn fail_on(plan: &Plan, limits: &Limits, output: &Output) -> Exit {
    let found = guard::find_classes(plan, &limits.fail_on());
    if found.is_empty() {
        return Exit::Done;
    }
    let found: Vec<&str> = found.into_iter().map(|class| class.as_str()).collect();
    let message = format!("the plan has changes of class {}, and `--fail-on` names them", found.join(", "));
    output.error(&format!("{} {message}\n", output.error_paint.red("error:")));
    Exit::Refused
}
