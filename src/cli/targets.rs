//! Several targets in one run: one after the other, and a failure of one keeps
//! nobody from looking at the next.

use std::path::PathBuf;

use super::args::{Selected, Variables};
use super::error::CliError;
use super::exit::Exit;
use super::output::Output;
use super::session::{given, show_warnings};
use super::settings::read_job_index;
use super::shard::take;
use crate::escape::Escaped;
use crate::manifest::{self, Manifest};
use crate::model::{EmulatorTarget, ServiceTarget, Target};
use crate::render::json::TargetFailure;
use crate::render::report::{ReportKind, TargetReport, report_failed_target};

/// What came of one target.
#[derive(Debug)]
pub(super) struct OfTarget<T> {
    /// What it is called: what the manifest says, until the service has said more.
    pub(super) name: String,
    pub(super) result: Result<T, CliError>,
}

/// Reads one manifest for each target that the inputs name, or those of the shard that
/// is selected, and shows the warnings.
pub(super) fn load_all(
    files: &[PathBuf],
    variables: &Variables,
    selected: Option<&Selected>,
    output: &Output,
) -> Result<Vec<Manifest>, CliError> {
    let shard = selected.and_then(|selected| selected.shard);
    let shard = shard.map(|shard| shard.settle(read_job_index().as_deref())).transpose()?;
    let mut manifests = manifest::load_all(files, &given(variables)?)?;
    if let Some(selected) = selected {
        selected.look_in(&manifests);
    }
    if let (Some((index, of)), Some(selected)) = (shard, selected) {
        // Nobody looks at all of them, who could say that an address means nothing.
        selected.demand_declared()?;
        let all = manifests.len();
        manifests = take(manifests, (index, of));
        output.remark(&format!("Shard {index}/{of}: {} of {all} targets.\n", manifests.len()));
    }
    manifests.iter().for_each(|manifest| show_warnings(manifest, output));
    Ok(manifests)
}

/// Calls a target as the manifest does.
pub(super) fn name_of(target: &Target) -> String {
    match target {
        Target::Emulator(EmulatorTarget { data, .. }) => format!("emulator in {}", data.display()),
        Target::Service(ServiceTarget { region, project_id, project_name, .. }) => {
            let region = region.as_ref().map_or_else(String::new, ToString::to_string);
            let id = project_id.as_ref().map(ToString::to_string);
            let project = id.or_else(|| project_name.as_ref().map(ToString::to_string)).unwrap_or_default();
            format!("{region}/{project}")
        }
    }
}

impl<T> OfTarget<T> {
    /// Names a result: as the service does, as the error does, or else as the manifest
    /// does.
    pub(super) fn of(name: Option<String>, result: Result<T, CliError>, target: &Target) -> Self {
        let failed = || result.as_ref().err().and_then(|error| error.target.clone());
        let name = name.or_else(failed).unwrap_or_else(|| name_of(target));
        Self { name, result }
    }

    /// Returns the heading of its part of a text.
    pub(super) fn heading(&self) -> String {
        format!("target {}", Escaped(&self.name))
    }

    /// Returns the failure, for a document.
    pub(super) fn failure(&self) -> Option<TargetFailure> {
        let error = self.result.as_ref().err()?;
        Some(TargetFailure { target: self.name.clone(), exit_code: error.exit.code(), error: (*error.body).clone() })
    }

    /// Returns the failure, for a report.
    pub(super) fn failed_report(&self, kind: ReportKind) -> Option<TargetReport> {
        let error = self.result.as_ref().err()?;
        Some(report_failed_target(kind, &self.name, &error.body.message, error.body.help.as_deref()))
    }
}

/// Returns the exit code of all targets together.
pub(super) fn combine(exits: impl Iterator<Item = Exit>) -> Exit {
    exits.fold(Exit::Done, Exit::or)
}

/// Tells on stderr which targets failed. A single one is the caller's to tell.
pub(super) fn tell_failures<T>(all: &[OfTarget<T>], output: &Output) {
    for of in all {
        if let Err(error) = &of.result {
            let paint = output.error_paint;
            let (heading, message) = (of.heading(), Escaped(&error.body.message));
            output.error(&format!("{} {heading}: {message}\n", paint.red("error:")));
            if let Some(help) = &error.body.help {
                output.error(&format!("{} {}\n", paint.cyan("help:"), Escaped(help)));
            }
        }
    }
}
