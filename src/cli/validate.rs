//! `ltsctl validate`: offline, never touches the network.

use super::args::Input;
use super::error::{CliError, to_complaint};
use super::exit::Exit;
use super::output::Output;
use super::targets::load_all;
use crate::render::json::Validation;

pub(super) fn run(input: &Input, output: &Output) -> Result<Exit, CliError> {
    let manifests = load_all(&input.files, &input.variables, None, output)?;
    let resources = manifests.iter().map(|manifest| manifest.desired.count()).sum();
    if output.is_json() {
        let warnings = manifests.iter().flat_map(|manifest| &manifest.warnings).map(to_complaint).collect();
        output.document(&Validation::passed(resources, warnings));
    } else {
        output.result(&format!("Valid. {resources} resources are declared.\n"));
    }
    Ok(Exit::Done)
}
