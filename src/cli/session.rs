//! What plan, apply and destroy share: load, connect, observe, plan.

use super::args::Input;
use super::connect::Connection;
use super::error::CliError;
use super::output::Output;
use crate::diff::{self, Ownership, accept, ownership, teardown};
use crate::lts::{self, Observation, Scope};
use crate::manifest::{self, Manifest, Style};
use crate::model::{Address, AddressGlob, Capabilities, Desired};
use crate::plan::{self, Plan, Situation};
use crate::render::Paint;

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The project becomes what the manifest declares.
    Converge,
    /// What the manifest declares goes.
    Destroy,
}

/// A plan, and what it was made from.
#[derive(Debug)]
pub(super) struct Proposal {
    pub(super) plan: Plan,
    pub(super) capabilities: Capabilities,
    /// Declared objects in which nothing differs.
    pub(super) unchanged: Vec<Address>,
}

/// Reads and checks the manifest, and shows its warnings.
pub(super) fn load(input: &Input, output: &Output) -> Result<Manifest, CliError> {
    let sources = manifest::collect(&input.files)?;
    let manifest = manifest::parse(&sources)?;
    let style = match output.error_paint {
        Paint::Ansi => Style::Colour,
        Paint::Plain => Style::Plain,
    };
    for warning in &manifest.warnings {
        output.remark(&warning.render(style));
    }
    Ok(manifest)
}

/// Observes the project.
pub(super) async fn observe(connection: &Connection, desired: &Desired) -> Result<Observation, lts::Error> {
    let scope = Scope::Groups(desired.groups.keys().cloned().collect());
    lts::observe(&connection.client, &scope).await
}

/// Makes a plan from a manifest and an observation. Pure, but for the debug
/// check by the independent judge.
pub(super) fn propose(
    manifest: &Manifest,
    observation: &Observation,
    purpose: Purpose,
    take_over: &[AddressGlob],
    today: &str,
) -> Proposal {
    let Observation { live, capabilities, .. } = observation;
    let desired = manifest.desired.clone();
    let desired = match purpose {
        Purpose::Converge => accept::suppress(desired, live, today),
        Purpose::Destroy => teardown::tear_down(desired),
    };
    let owner = Ownership::new(&manifest.desired, capabilities, take_over);
    let desired = match purpose {
        Purpose::Converge => ownership::add_pruned(desired, live, &owner),
        Purpose::Destroy => desired,
    };
    let changes = diff::diff(&desired, live, &owner);
    let plan = plan::plan(changes, &Situation::of(&desired, live, capabilities));
    debug_assert_eq!(plan::check::find_faults(&plan, &desired, live), Vec::<String>::new());
    let unchanged = find_unchanged(&desired, &plan);
    Proposal { plan, capabilities: *capabilities, unchanged }
}

fn find_unchanged(desired: &Desired, plan: &Plan) -> Vec<Address> {
    let mut concerned: std::collections::BTreeSet<&Address> = plan.steps.iter().map(|step| &step.address).collect();
    concerned.extend(plan.blocked.iter().chain(&plan.held).map(|obstacle| &obstacle.address));
    concerned.extend(plan.unread.iter().map(|notice| &notice.address));
    concerned.extend(&plan.satisfied);
    let mut all = Vec::new();
    for (group, entry) in &desired.groups {
        all.push(Address::Group(group.clone()));
        all.extend(entry.streams.iter().flatten().map(|(name, _)| Address::Stream(group.clone(), name.clone())));
        all.extend(entry.dumps.iter().flatten().map(|(handle, _)| Address::Dump(group.clone(), handle.clone())));
    }
    all.retain(|address| !concerned.contains(address));
    all
}
