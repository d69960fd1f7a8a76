//! `ltsctl validate`: offline, never touches the network.

use super::args::Input;
use super::error::{CliError, to_complaint};
use super::exit::Exit;
use super::output::Output;
use super::session::load;
use crate::render::json::Validation;

pub(super) fn run(input: &Input, output: &Output) -> Result<Exit, CliError> {
    let manifest = load(&input.files, &input.variables, output)?;
    let resources = manifest.desired.count();
    if output.is_json() {
        let warnings = manifest.warnings.iter().map(to_complaint).collect();
        output.document(&Validation::passed(resources, warnings));
    } else {
        output.result(&format!("Valid. {resources} resources are declared.\n"));
    }
    Ok(Exit::Done)
}
