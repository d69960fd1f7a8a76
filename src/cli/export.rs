//! `ltsctl export`: a manifest of the live project. Changes nothing there.

use std::fs;
use std::path::Path;

use super::args::{Destination, Service, Wanted, Whereabouts};
use super::connect::{Connection, connect};
use super::error::CliError;
use super::exit::Exit;
use super::file;
use super::output::Output;
use super::runtime::block_on_reading;
use super::whereabouts::{Located, locate};
use crate::escape::Escaped;
use crate::export::{self, Export, Order, Ownerless, Refusal, Selection};
use crate::lts::{self, Observation, Scope};
use crate::model::Target;
use crate::render::json::ExportDocument;

pub(super) fn run(
    wanted: &Wanted,
    whereabouts: &Whereabouts,
    destination: &Destination,
    service: &Service,
    output: &Output,
) -> Result<Exit, CliError> {
    let located = locate(whereabouts)?;
    if let Some(path) = &destination.out {
        file::demand_free(path, destination.overwrite())?;
    }
    let located = Located { estate: wanted.estate.clone().or(located.estate), ..located };
    let selection = match wanted.addresses.as_slice() {
        [] => Selection::Everything,
        globs => Selection::Matching(globs),
    };
    block_on_reading(service, output, async {
        let Found { connection, export, mut warnings } =
            look(&located, (selection, Ownerless::LeftOut), service, output).await?;
        warnings.extend(warn_of_folder(&located, destination.out.as_deref()));
        for warning in &warnings {
            output.remark(&format!("{} {warning}\n", output.error_paint.yellow("warning:")));
        }
        if let Some(path) = &destination.out {
            file::write(path, &export.text, destination.overwrite())?;
        }
        let file = destination.out.as_ref().map(|path| path.display().to_string());
        if output.is_json() {
            output.document(&ExportDocument::of(&export, connection.target.clone(), warnings, file));
        } else {
            output.result(&tell(&export, file.as_deref()));
        }
        Ok(Exit::Done)
    })
}

/// A project as a manifest.
pub(super) struct Found {
    pub(super) connection: Connection,
    pub(super) export: Export,
    /// What is left out, and what else one has to know.
    pub(super) warnings: Vec<String>,
}

/// Looks at a project, and makes a manifest of it.
pub(super) async fn look(
    located: &Located,
    (selection, ownerless): (Selection<'_>, Ownerless),
    service: &Service,
    output: &Output,
) -> Result<Found, CliError> {
    let connection = connect(&located.target, service).await?;
    output.remark(&connection.describe());
    let observation = lts::observe(&connection.client, &Scope::Everything).await?;
    let target = located.pinned(&connection);
    let (folder, estate) = (located.folder.as_path(), located.estate.as_ref());
    let order = Order { target: &target, folder, estate, selection, ownerless };
    let export = export::export(&observation.live, &observation.capabilities, &order)?;
    let warnings = warnings_of(&export, &observation);
    Ok(Found { connection, export, warnings })
}

fn warnings_of(export: &Export, observation: &Observation) -> Vec<String> {
    let left_out = export.draft.left_out.iter().map(|left| Escaped(&left.describe()).to_string());
    left_out.chain(export.draft.remarks.iter().cloned()).chain(observation.warnings.iter().cloned()).collect()
}

/// A manifest names the data of the embedded service relative to itself.
fn warn_of_folder(located: &Located, out: Option<&Path>) -> Option<String> {
    let here = |folder: &Path| fs::canonicalize(if folder == Path::new("") { Path::new(".") } else { folder }).ok();
    let folder = out.and_then(Path::parent).filter(|_| matches!(located.target, Target::Emulator(_)))?;
    let place = Escaped(&located.folder.display().to_string()).to_string();
    (here(folder) != here(&located.folder)).then(|| {
        format!(
            "the data of the embedded service is named relative to `{place}`; the manifest is meant for that folder"
        )
    })
}

fn tell(export: &Export, file: Option<&str>) -> String {
    let Some(file) = file else { return export.text.clone() };
    format!("Exported to {}: {}.\n", Escaped(file), count(export))
}

/// Says how much there is in an export.
pub(super) fn count(export: &Export) -> String {
    let (groups, streams, dumps) = export.draft.count();
    format!("{groups} log groups, {streams} log streams, {dumps} OBS dumps; {} left out", export.draft.left_out.len())
}

impl From<Refusal> for CliError {
    fn from(refusal: Refusal) -> Self {
        Self::new(Exit::Error, "export", refusal.to_string()).help(refusal.help())
    }
}
