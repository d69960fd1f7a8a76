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
}

impl InitDocument {
    /// Builds the document.
    #[must_use]
    pub fn of(file: String) -> Self {
        Self { format_version: FORMAT_VERSION, file }
    }
}
