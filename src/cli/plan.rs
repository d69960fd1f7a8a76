//! `ltsctl plan`: read, compare, order, show. Changes nothing.

use super::args::{Input, Limits, Service};
use super::connect::{Connection, connect};
use super::error::CliError;
use super::exit::Exit;
use super::ledger::Ledger;
use super::output::Output;
use super::session::{count_losses, load, observe, propose};
use super::signals::or_interrupted;
use crate::lts::Observation;
use crate::model::Desired;
use crate::plan::{Proposal, Purpose, guard};
use crate::render::json::PlanDocument;
use crate::render::text::{self, Detail};

pub(super) fn run(
    input: &Input,
    service: &Service,
    limits: &Limits,
    pending: Exit,
    output: &Output,
) -> Result<Exit, CliError> {
    let manifest = load(input, output)?;
    super::apply::block_on(or_interrupted(async {
        let connection = connect(&manifest.target, service).await?;
        output.remark(&connection.describe());
        let ledger = Ledger::open(&manifest, service, &connection, output);
        let observation = observe(&connection, &manifest.desired).await?;
        let mut proposal = propose(&manifest, &observation, Purpose::Converge, &service.take_over, &ledger.memory());
        count_losses(&connection, &observation, &mut proposal).await;
        remark(&proposal, &observation, output);
        show(&proposal, &manifest.desired, &connection, output);
        let mut exit = Exit::Done;
        if !proposal.plan.steps.is_empty() {
            exit = exit.or(pending);
        }
        // What must not be done at all is told here already; a class that only
        // needs a flag is no failure of the plan.
        let stuck = !(proposal.plan.blocked.is_empty() && proposal.plan.held.is_empty());
        if stuck || !proposal.plan.refusals.is_empty() || !proposal.plan.unread.is_empty() {
            exit = exit.or(Exit::Refused);
        }
        Ok(exit.or(fail_on(&proposal, limits, output)))
    }))
}

/// Shows a plan in the format that was asked for.
pub(super) fn show(proposal: &Proposal, desired: &Desired, connection: &Connection, output: &Output) {
    if output.is_json() {
        output.document(&PlanDocument::of(&proposal.plan, connection.target.clone(), connection.client.usage().reads));
    } else {
        let unchanged = match output.detail() {
            Detail::Verbose => proposal.unchanged(desired),
            Detail::Normal => Vec::new(),
        };
        output.result(&text::render_plan(&proposal.plan, &unchanged, output.detail(), output.paint));
    }
}

/// Tells what is worth knowing besides the plan.
pub(super) fn remark(proposal: &Proposal, observation: &Observation, output: &Output) {
    for warning in observation.warnings.iter().chain(&proposal.plan.warnings) {
        output.remark(&format!("{} {warning}\n", output.error_paint.yellow("warning:")));
    }
}

/// Compares the classes of a plan with `--fail-on`.
pub(super) fn fail_on(proposal: &Proposal, limits: &Limits, output: &Output) -> Exit {
    let found = guard::find_classes(&proposal.plan, &limits.fail_on());
    if found.is_empty() {
        return Exit::Done;
    }
    let found: Vec<&str> = found.into_iter().map(|class| class.as_str()).collect();
    let message = format!("the plan has changes of class {}, and `--fail-on` names them", found.join(", "));
    output.error(&format!("{} {message}\n", output.error_paint.red("error:")));
    Exit::Refused
}
