//! `ltsctl schema`: the schemas of what goes in and what comes out.

use super::args::SchemaName;
use super::error::CliError;
use super::exit::Exit;
use super::output::Output;
use crate::manifest;
use crate::render::json::{ApplyEvent, DebugBundle, Failure, Formatting, PlanDocument, Validation, Verification};

pub(super) fn run(name: SchemaName, output: &Output) -> Result<Exit, CliError> {
    let schema = match name {
        SchemaName::Manifest => manifest::schema(),
        SchemaName::Plan => schemars::schema_for!(PlanDocument).to_value(),
        SchemaName::Event => schemars::schema_for!(ApplyEvent).to_value(),
        SchemaName::Error => schemars::schema_for!(Failure).to_value(),
        SchemaName::Validation => schemars::schema_for!(Validation).to_value(),
        SchemaName::Bundle => schemars::schema_for!(DebugBundle).to_value(),
        SchemaName::Formatting => schemars::schema_for!(Formatting).to_value(),
        SchemaName::Verification => schemars::schema_for!(Verification).to_value(),
    };
    let text = serde_json::to_string_pretty(&schema).map_err(|error| CliError::internal(error.to_string()))?;
    output.result(&format!("{text}\n"));
    Ok(Exit::Done)
}
