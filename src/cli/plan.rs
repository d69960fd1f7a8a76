//! `ltsctl plan`: read, compare, order, show. Changes nothing.

use std::path::Path;

use jiff::Timestamp;

use super::args::{Exceptions, Input, Limits, Service};
use super::connect::{Connection, connect};
use super::error::CliError;
use super::exit::Exit;
use super::ledger::Ledger;
use super::output::Output;
use super::planfile;
use super::publish::Forms;
use super::runtime::block_on_reading;
use super::session::{count_losses, observe, propose, warnings_of};
use super::targets::{OfTarget, combine, load_all, tell_failures};
use crate::effects::{Clock as _, SystemClock};
use crate::escape::Escaped;
use crate::lts::Observation;
use crate::manifest::Manifest;
use crate::model::{Address, Desired};
use crate::plan::{ApiBudget, Class, Plan, Proposal, Purpose, add_up, guard};
use crate::render::Paint;
use crate::render::json::{PlanDocument, PlansDocument, to_line};
use crate::render::report::{PlanContext, Report, ReportKind, report_plan};
use crate::render::text::{self, Detail};
use crate::saved::SnapshotNote;

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

/// A plan of one target, and what belongs to it.
struct Planned {
    proposal: Proposal,
    document: PlanDocument,
    cost: ApiBudget,
    requests: u64,
    exit: Exit,
    unchanged: Vec<Address>,
    /// What is worth knowing of the manifest and of the look at the project.
    warnings: Vec<String>,
}

pub(super) fn run(input: &Input, wish: &Wish<'_>, output: &Output) -> Result<Exit, CliError> {
    let manifests = load_all(&input.files, &input.variables, Some(&wish.exceptions.selected), output)?;
    if manifests.len() > 1 && wish.out.is_some() {
        return Err(CliError::usage("`--out` takes a plan of one target, and the files name several")
            .help("plan each target by itself, or take its plan out of `plan -o json`"));
    }
    block_on_reading(wish.service, output, async {
        let mut all = Vec::new();
        for manifest in &manifests {
            let result = look(manifest, wish, output).await;
            let name = result.as_ref().ok().map(|planned| planned.document.target().name.clone());
            all.push(OfTarget::of(name, result, &manifest.target));
        }
        if let [_] = all.as_slice() {
            let one = all.remove(0);
            return one.result.map(|planned| {
                let exit = planned.exit;
                deliver(&[OfTarget { name: one.name, result: Ok(planned) }], exit, output);
                exit
            });
        }
        all.extend(wish.exceptions.selected.conclude());
        let exit = combine(all.iter().map(|of| match &of.result {
            Ok(planned) => planned.exit,
            Err(error) => error.exit,
        }));
        deliver(&all, exit, output);
        tell_failures(&all, output);
        Ok(exit)
    })
}

/// Looks at one target and plans.
async fn look(manifest: &Manifest, wish: &Wish<'_>, output: &Output) -> Result<Planned, CliError> {
    let connection = connect(&manifest.target, wish.service).await?;
    look_at(&connection, manifest, wish, output).await.map_err(|error| error.of(&connection.target.name))
}

async fn look_at(
    connection: &Connection,
    manifest: &Manifest,
    wish: &Wish<'_>,
    output: &Output,
) -> Result<Planned, CliError> {
    let Wish { service, exceptions, out, .. } = *wish;
    output.remark(&connection.describe());
    let ledger = Ledger::open(manifest, service, exceptions, connection, output);
    let observation = observe(connection, &manifest.desired).await?;
    exceptions.selected.check(&manifest.desired, &observation)?;
    let mut proposal = propose(manifest, &observation, Purpose::Converge, exceptions, &ledger.memory());
    count_losses(connection, &observation, &mut proposal).await;
    remark(&proposal, &observation, output);
    let budget = manifest.desired.policy.max_deletes;
    let cost = connection.cost(&proposal.plan);
    let document = PlanDocument::of(&proposal.plan, connection.target.clone(), budget, cost);
    keep(&proposal.plan, &document, cost, out, output)?;
    let warnings = [warnings_of(manifest), observation.warnings].concat();
    let planned = Planned::of(proposal, document, cost, connection.requests(), &manifest.desired, wish, output);
    Ok(Planned { warnings, ..planned })
}

/// Keeps and shows a plan that was made elsewhere, and returns the exit code.
pub(super) fn conclude(
    proposal: Proposal,
    manifest: &Manifest,
    document: PlanDocument,
    cost: ApiBudget,
    wish: &Wish<'_>,
    output: &Output,
) -> Result<Exit, CliError> {
    keep(&proposal.plan, &document, cost, wish.out, output)?;
    let name = document.target().name.clone();
    let age = document.snapshot().map(SnapshotNote::describe);
    let warnings = age.into_iter().chain(warnings_of(manifest)).collect();
    let planned = Planned::of(proposal, document, cost, 0, &manifest.desired, wish, output);
    let planned = Planned { warnings, ..planned };
    let exit = planned.exit;
    deliver(&[OfTarget { name, result: Ok(planned) }], exit, output);
    Ok(exit)
}

impl Planned {
    fn of(
        proposal: Proposal,
        document: PlanDocument,
        cost: ApiBudget,
        requests: u64,
        desired: &Desired,
        wish: &Wish<'_>,
        output: &Output,
    ) -> Self {
        let exit = exit_of(&proposal.plan, wish.pending).or(fail_on(&proposal.plan, wish.limits, output));
        let unchanged = unchanged_of(&proposal, desired, wish.exceptions, output.detail());
        Self { proposal, document, cost, requests, exit, unchanged, warnings: Vec::new() }
    }
}

/// Keeps a plan in a file, if one was named, and tells what it costs.
fn keep(
    plan: &Plan,
    document: &PlanDocument,
    cost: ApiBudget,
    out: Option<&Path>,
    output: &Output,
) -> Result<(), CliError> {
    if let Some(path) = out {
        planfile::write(path, document)?;
        let path = path.display().to_string();
        output.remark(&format!(
            "Saved to {path}, {}. `ltsctl apply {path}` does exactly this.\n",
            document.digest(),
            path = Escaped(&path)
        ));
    }
    if !plan.steps.is_empty() {
        output.remark(&format!("An apply sends {cost}.\n"));
    }
    Ok(())
}

fn deliver(all: &[OfTarget<Planned>], exit: Exit, output: &Output) {
    // Of no target there is nothing to show but the sum.
    let several = all.len() != 1;
    let planned = || all.iter().filter_map(|of| of.result.as_ref().ok());
    let sum = || add_up(planned().map(|planned| planned.proposal.plan.summary()));
    output.deliver(&Forms {
        text: &|paint| {
            let mut text = String::new();
            for of in all {
                if several {
                    text.push_str(&format!("{}\n", paint.bold(of.heading())));
                }
                match &of.result {
                    Ok(Planned { proposal, unchanged, .. }) => {
                        text.push_str(&text::render_plan(&proposal.plan, unchanged, output.detail(), paint));
                    }
                    Err(_) => text.push_str("not known\n"),
                }
                if several {
                    text.push('\n');
                }
            }
            if several {
                text.push_str(&format!(
                    "{}\n",
                    text::plan_line(sum(), all.iter().all(is_clean), planned().map(matching).sum())
                ));
            }
            text
        },
        json: &|| match all {
            [OfTarget { result: Ok(planned), .. }] => to_line(&planned.document).unwrap_or_default(),
            _ => {
                let plans = planned().map(|planned| planned.document.clone()).collect();
                let failures = all.iter().filter_map(OfTarget::failure).collect();
                to_line(&PlansDocument::of(plans, failures, sum(), exit.code())).unwrap_or_default()
            }
        },
        report: &|| {
            let at = SystemClock.now();
            let target = |of: &OfTarget<Planned>| match &of.result {
                Ok(planned) => {
                    let mut report = report_plan(&planned.proposal.plan, context(planned, exit, at));
                    report.targets.iter_mut().for_each(|target| target.warnings.extend(planned.warnings.clone()));
                    report.targets
                }
                Err(_) => of.failed_report(ReportKind::Plan).into_iter().collect(),
            };
            let targets = all.iter().flat_map(target).collect();
            Report { kind: ReportKind::Plan, targets, exit_code: exit.code(), at }
        },
    });
}

fn context(planned: &Planned, exit: Exit, at: Timestamp) -> PlanContext<'_> {
    PlanContext {
        target: &planned.document.target().name,
        digest: planned.document.digest(),
        cost: planned.cost,
        outcomes: None,
        headline: None,
        requests: planned.requests,
        exit_code: exit.code(),
        at,
    }
}

fn is_clean(of: &OfTarget<Planned>) -> bool {
    of.result.as_ref().is_ok_and(|planned| planned.proposal.plan.is_clean())
}

fn matching(planned: &Planned) -> usize {
    planned.proposal.plan.unchanged + planned.proposal.plan.satisfied.len()
}

/// Returns the exit code of a plan. What must not be done at all is told here
/// already; a class that only needs a flag is no failure of the plan.
pub(super) fn exit_of(plan: &Plan, pending: Exit) -> Exit {
    let stuck =
        !(plan.refusals.is_empty() && plan.blocked.is_empty() && plan.held.is_empty() && plan.unread.is_empty());
    let changes = if plan.steps.is_empty() { Exit::Done } else { pending };
    if stuck { changes.or(Exit::Refused) } else { changes }
}

/// Renders a plan as text.
pub(super) fn render(
    proposal: &Proposal,
    desired: &Desired,
    exceptions: &Exceptions,
    detail: Detail,
    paint: Paint,
) -> String {
    text::render_plan(&proposal.plan, &unchanged_of(proposal, desired, exceptions, detail), detail, paint)
}

/// The addresses shown as unchanged: those that were selected, where all is shown.
fn unchanged_of(proposal: &Proposal, desired: &Desired, exceptions: &Exceptions, detail: Detail) -> Vec<Address> {
    match detail {
        Detail::Verbose => {
            let selection = exceptions.selected.selection();
            let mut unchanged = proposal.unchanged(desired);
            unchanged.retain(|address| selection.covers(address));
            unchanged
        }
        Detail::Normal => Vec::new(),
    }
}

/// Tells what is worth knowing besides the plan.
pub(super) fn remark(proposal: &Proposal, observation: &Observation, output: &Output) {
    for warning in observation.warnings.iter().chain(&proposal.plan.warnings) {
        output.remark(&format!("{} {warning}\n", output.error_paint.yellow("warning:")));
    }
}

/// Compares the classes of a plan with `--fail-on`, and tells what it names.
pub(super) fn fail_on(plan: &Plan, limits: &Limits, output: &Output) -> Exit {
    let Some(message) = find_named(plan, limits) else { return Exit::Done };
    output.error(&format!("{} {message}\n", output.error_paint.red("error:")));
    Exit::Refused
}

/// Says which classes of a plan `--fail-on` names, if any.
pub(super) fn find_named(plan: &Plan, limits: &Limits) -> Option<String> {
    let found: Vec<&str> = guard::find_classes(plan, &limits.fail_on()).into_iter().map(Class::as_str).collect();
    (!found.is_empty())
        .then(|| format!("the plan has changes of class {}, and `--fail-on` names them", found.join(", ")))
}
