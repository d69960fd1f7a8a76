//! What `fmt` did, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::FORMAT_VERSION;

/// The result of `fmt`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Formatting {
    format_version: &'static str,
    /// The exit code of the process.
    exit_code: u8,
    /// Files that were laid out anew, or would be under `--check`, as they were
    /// named.
    changed: Vec<String>,
    /// How many files were laid out already.
    unchanged: usize,
}

impl Formatting {
    /// Builds the document.
    #[must_use]
    pub fn of(changed: Vec<String>, unchanged: usize, exit_code: u8) -> Self {
        Self { format_version: FORMAT_VERSION, exit_code, changed, unchanged }
    }
}
