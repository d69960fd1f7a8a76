//! What was imported, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::FORMAT_VERSION;
use crate::adopt::Adoption;
use crate::saved::TargetDocument;

/// The result of `import`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ImportDocument {
    format_version: &'static str,
    tool_version: &'static str,
    /// Where it was read.
    target: TargetDocument,
    /// Objects that the manifest declares now, or would without `--check`.
    imported: Vec<String>,
    /// Objects that were asked for and are declared already.
    declared_already: Vec<String>,
    /// Imported objects that the next apply marks as the estate's.
    to_be_marked: Vec<String>,
    warnings: Vec<String>,
    /// Files that change.
    files: Vec<FileDocument>,
    /// Whether they were written.
    written: bool,
}

/// What became of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They were written.
    Written,
    /// They were only shown.
    Shown,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct FileDocument {
    file: String,
    /// Unified diff.
    diff: String,
}

impl ImportDocument {
    /// Builds the document; `diffs` are the files with their differences.
    #[must_use]
    pub fn of(adoption: &Adoption, target: TargetDocument, diffs: Vec<(String, String)>, fate: Fate) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            tool_version: env!("CARGO_PKG_VERSION"),
            target,
            imported: adoption.imported.iter().map(ToString::to_string).collect(),
            declared_already: adoption.declared.iter().map(ToString::to_string).collect(),
            to_be_marked: adoption.marked.iter().map(ToString::to_string).collect(),
            warnings: adoption.warnings.clone(),
            files: diffs.into_iter().map(|(file, diff)| FileDocument { file, diff }).collect(),
            written: fate == Fate::Written,
        }
    }
}
