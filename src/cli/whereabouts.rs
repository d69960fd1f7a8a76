//! Which project is meant, for commands that need no manifest: the target of
//! `-f`, or what the environment says.

use std::path::{Path, PathBuf};

use super::args::Whereabouts;
use super::connect::Connection;
use super::error::CliError;
use super::session::given;
use crate::manifest;
use crate::model::{EstateName, ServiceTarget, Target};

/// A target, and what a manifest that has it says besides.
#[derive(Debug)]
pub(super) struct Located {
    pub(super) target: Target,
    pub(super) estate: Option<EstateName>,
    /// Folder that paths in the target are relative to.
    pub(super) folder: PathBuf,
}

/// Finds out which project is meant.
pub(super) fn locate(whereabouts: &Whereabouts) -> Result<Located, CliError> {
    if whereabouts.files.is_empty() {
        let target = Target::Service(ServiceTarget::default());
        return Ok(Located { target, estate: None, folder: PathBuf::new() });
    }
    let manifest = manifest::load_with(&whereabouts.files, &given(&whereabouts.variables)?)?;
    let file = manifest.target_place.as_ref().map(|place| Path::new(&*place.file));
    let folder = file.and_then(Path::parent).map(Path::to_path_buf).unwrap_or_default();
    Ok(Located { target: manifest.target, estate: manifest.desired.estate, folder })
}

impl Located {
    /// Returns the target with the project and region that were found, so that
    /// it says by itself which one it is.
    pub(super) fn pinned(&self, connection: &Connection) -> Target {
        match &self.target {
            Target::Emulator(emulator) => Target::Emulator(emulator.clone()),
            Target::Service(target) => Target::Service(ServiceTarget {
                region: Some(connection.identity.region.clone()),
                project_id: Some(connection.identity.project_id.clone()),
                // An id cannot be given to another project, and a name can.
                project_name: None,
                ..target.clone()
            }),
        }
    }
}
