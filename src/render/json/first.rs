//! What `init` wrote, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::FORMAT_VERSION;

/// The result of `init`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InitDocument {
    format_version: &'static str,
    /// The file that was written.
    file: String,
    /// How many log groups, log streams and OBS dumps it declares of the live project;
    /// nothing where it was not made of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<usize>,
    /// What is not declared, and what else one has to know.
    warnings: Vec<String>,
}

impl InitDocument {
    /// Builds the document.
    #[must_use]
    pub fn of(file: String, resources: Option<usize>, warnings: Vec<String>) -> Self {
        Self { format_version: FORMAT_VERSION, file, resources, warnings }
    }
}
