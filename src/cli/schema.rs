//! `ltsctl schema`: the schemas of what goes in and what comes out.

use super::args::SchemaName;
use super::error::CliError;
use super::exit::Exit;
use super::output::Output;
use crate::render::json::{
    ApplyEvent, DebugBundle, DriftDocument, ExportDocument, Failure, Formatting, ImportDocument, InitDocument,
    PlanDocument, PlansDocument, Validation, Verification,
};
use crate::snapshot::SnapshotDocument;
use crate::{emulator, manifest};

pub(super) fn run(name: SchemaName, output: &Output) -> Result<Exit, CliError> {
    let schema = match name {
        SchemaName::Manifest => manifest::schema(),
        SchemaName::Faults => emulator::faults_schema(),
        SchemaName::Plan => schemars::schema_for!(PlanDocument).to_value(),
        SchemaName::Plans => schemars::schema_for!(PlansDocument).to_value(),
        SchemaName::Event => schemars::schema_for!(ApplyEvent).to_value(),
        SchemaName::Drift => schemars::schema_for!(DriftDocument).to_value(),
        SchemaName::Init => schemars::schema_for!(InitDocument).to_value(),
        SchemaName::Error => schemars::schema_for!(Failure).to_value(),
        SchemaName::Validation => schemars::schema_for!(Validation).to_value(),
        SchemaName::Bundle => schemars::schema_for!(DebugBundle).to_value(),
        SchemaName::Export => schemars::schema_for!(ExportDocument).to_value(),
        SchemaName::Snapshot => schemars::schema_for!(SnapshotDocument).to_value(),
        SchemaName::Import => schemars::schema_for!(ImportDocument).to_value(),
        SchemaName::Formatting => schemars::schema_for!(Formatting).to_value(),
        SchemaName::Verification => schemars::schema_for!(Verification).to_value(),
    };
    let text = serde_json::to_string_pretty(&schema).map_err(|error| CliError::internal(error.to_string()))?;
    output.result(&format!("{text}\n"));
    Ok(Exit::Done)
}
