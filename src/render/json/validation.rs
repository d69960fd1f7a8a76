//! What `validate` found, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::FORMAT_VERSION;

/// The result of `validate`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Validation {
    format_version: &'static str,
    valid: bool,
    /// Declared objects, tombstones included.
    resources: usize,
    warnings: Vec<Complaint>,
}

/// One located complaint or warning.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Complaint {
    /// Stable code, such as `unknown-key`.
    pub code: String,
    /// One line.
    pub message: String,
    /// File as the user named it.
    pub file: Option<String>,
    /// Line, from 1.
    pub line: Option<u32>,
    /// Column, from 1.
    pub column: Option<u32>,
    /// The way out.
    pub help: Option<String>,
}

impl Validation {
    /// Builds the document of a valid manifest.
    #[must_use]
    pub fn passed(resources: usize, warnings: Vec<Complaint>) -> Self {
        Self { format_version: FORMAT_VERSION, valid: true, resources, warnings }
    }
}
