//! `ltsctl plan --live SNAPSHOT`: a plan without a network and without a
//! credential, from a project as it was.

use std::path::Path;

use secrecy::SecretString;

use super::args::Input;
use super::error::CliError;
use super::exit::Exit;
use super::ledger::Ledger;
use super::output::Output;
use super::plan::{Wish, conclude, remark};
use super::session::{load, propose};
use super::settings::read_environment;
use super::snapshot;
use crate::effects::{Clock as _, SystemClock};
use crate::lts::{self, Environment, Observation, ProjectPin};
use crate::model::{ProjectId, Region, ServiceTarget, Target};
use crate::plan::{ApiBudget, Purpose, loss};
use crate::render::json::PlanDocument;
use crate::saved::{SnapshotNote, TargetDocument, tell_age};
use crate::snapshot::{Expected, Snapshot};

/// Why nothing is known of lost log lines.
const NOT_COUNTED: &str = "not counted: the plan was made from a snapshot";

pub(super) fn run(input: &Input, live: &Path, wish: &Wish<'_>, output: &Output) -> Result<Exit, CliError> {
    let manifest = load(&input.files, &input.variables, output)?;
    let snapshot = snapshot::read(live)?;
    let target = demand_same(&manifest.target, &snapshot, live)?;
    let age = snapshot.age_seconds(SystemClock.now());
    output.remark(&format!(
        "Project {} in {}, as it was {} ago, at {}.\n",
        target.project_id,
        target.region,
        tell_age(age),
        snapshot.taken_at
    ));
    let ledger = Ledger::open_at(&manifest, wish.service, wish.exceptions, &target, output);
    let note = SnapshotNote { taken_at: snapshot.taken_at.to_string(), age_seconds: age };
    let (reads, live) = (snapshot.reads, snapshot.live);
    let observation = Observation { live, capabilities: snapshot.capabilities, warnings: snapshot.warnings };
    wish.exceptions.selected.check(&manifest.desired, &observation)?;
    let mut proposal = propose(&manifest, &observation, Purpose::Converge, wish.exceptions, &ledger.memory());
    let questions = loss::ask(&proposal.plan, &observation.live);
    let answers: Vec<_> = questions.iter().map(|_| Err(NOT_COUNTED.to_owned())).collect();
    loss::note(&mut proposal.plan, &observation.live, &questions, &answers);
    remark(&proposal, &observation, output);
    let cost = ApiBudget::of(&proposal.plan, reads, None);
    let budget = manifest.desired.policy.max_deletes;
    let document = PlanDocument::of(&proposal.plan, target, budget, cost).from_snapshot(note);
    conclude(proposal, &manifest, document, cost, wish, output)
}

/// Makes sure that the snapshot is of the project that the manifest and the
/// environment mean, and returns the target as the manifest says it.
fn demand_same(target: &Target, snapshot: &Snapshot, path: &Path) -> Result<TargetDocument, CliError> {
    let (expected, edition) = match target {
        Target::Service(target) => (expect(target, snapshot)?, target.edition),
        Target::Emulator(target) => (Expected { edition: target.edition, ..Expected::default() }, target.edition),
    };
    let found = match (target, &snapshot.target.emulator) {
        (Target::Service(_), None) => snapshot.find_mismatch(&expected),
        (Target::Service(_), Some(_)) => Some(("service", "a service".to_owned(), "the embedded one".to_owned())),
        (Target::Emulator(_), None) => {
            Some(("service", "the embedded one".to_owned(), snapshot.target.endpoint.clone()))
        }
        (Target::Emulator(meant), Some(found)) => {
            let (meant, data) = (meant.profile.as_str(), meant.data.to_string_lossy());
            match found {
                _ if found.profile != meant => Some(("profile", meant.to_owned(), found.profile.clone())),
                _ if found.data != data => Some(("embedded service", data.into_owned(), found.data.clone())),
                _ => snapshot.find_mismatch(&expected),
            }
        }
    };
    match found {
        Some((what, meant, found)) => {
            let message = format!(
                "`{}` is a snapshot of another project: the {what} is `{found}`, and `{meant}` is meant",
                path.display()
            );
            let help = "take a snapshot of the project that the manifest is for, or name the manifest of this one";
            Err(CliError::new(Exit::Identity, "identity", message).help(help))
        }
        None => Ok(TargetDocument { api: edition.as_str().to_owned(), ..snapshot.target.clone() }),
    }
}

/// Says what is known of the project, by the same rules by which a connection
/// would be made. The credential is not looked at, and nothing is sent.
fn expect(target: &ServiceTarget, snapshot: &Snapshot) -> Result<Expected, CliError> {
    let told = read_environment();
    let environment = Environment {
        auth_token: Some(SecretString::from("none")),
        region_name: told.region_name,
        project_id: told.project_id,
        project_name: told.project_name,
        cloud: told.cloud,
        auth_url: told.auth_url,
        trusted_endpoints: told.trusted_endpoints,
        ..Environment::default()
    };
    // What nobody says is what the snapshot says.
    let mut target = target.clone();
    if target.region.is_none() && environment.region_name.is_none() {
        target.region = Region::parse(&snapshot.target.region);
    }
    let unnamed = target.project_id.is_none() && target.project_name.is_none();
    if unnamed && environment.project_id.is_none() && environment.project_name.is_none() {
        target.project_id = ProjectId::parse(&snapshot.target.project_id).ok();
    }
    let settings = lts::resolve(&target, &environment)?;
    let (project_id, project_name) = match settings.project {
        ProjectPin::Id(id) => (Some(id), None),
        ProjectPin::Name(name) => (None, Some(name.to_string())),
        ProjectPin::Both(id, name) => (Some(id), Some(name.to_string())),
    };
    Ok(Expected {
        region: Some(settings.region),
        project_id,
        project_name,
        domain_id: settings.domain_pin,
        endpoint: Some(settings.lts),
        edition: settings.edition,
    })
}
