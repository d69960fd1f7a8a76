//! A failure as JSON: one document too, usage errors included.

use schemars::JsonSchema;
use serde::Serialize;

use super::FORMAT_VERSION;
use super::validation::Complaint;

/// A command that failed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Failure {
    format_version: &'static str,
    exit_code: u8,
    error: ErrorBody,
}

/// What failed, why, and the way out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ErrorBody {
    /// Class: `usage`, `manifest`, `settings`, `authentication`, `identity`,
    /// `service`, `emulator`, `plan`, `snapshot`, `export`, `import`, `file`,
    /// `interrupted`, `internal`.
    pub class: &'static str,
    /// Code of the service or of this program, if there is one.
    pub code: Option<String>,
    /// One line.
    pub message: String,
    /// The way out.
    pub help: Option<String>,
    /// Complaints about a manifest, if it is about one.
    pub complaints: Vec<Complaint>,
}

impl Failure {
    /// Builds the document.
    #[must_use]
    pub fn of(exit_code: u8, error: ErrorBody) -> Self {
        Self { format_version: FORMAT_VERSION, exit_code, error }
    }
}
