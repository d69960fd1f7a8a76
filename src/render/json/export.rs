//! A manifest of the live project, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::FORMAT_VERSION;
use crate::export::{Export, LeftOut};
use crate::saved::TargetDocument;

/// The result of `export`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ExportDocument {
    format_version: &'static str,
    tool_version: &'static str,
    /// Where it was read.
    target: TargetDocument,
    /// Owner of what is declared, if there is one.
    estate: Option<String>,
    summary: ExportSummary,
    /// What was asked for and cannot be declared.
    left_out: Vec<LeftOutDocument>,
    warnings: Vec<String>,
    /// File it was written to; null where it is only in this document.
    file: Option<String>,
    /// The manifest. It was proved to plan empty.
    manifest: String,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct ExportSummary {
    groups: usize,
    streams: usize,
    dumps: usize,
    left_out: usize,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct LeftOutDocument {
    /// Address; a dump that is left out by the id of its transfer.
    address: String,
    /// Field, if it is not the whole object.
    field: Option<&'static str>,
    reason: String,
}

impl ExportDocument {
    /// Builds the document.
    #[must_use]
    pub fn of(export: &Export, target: TargetDocument, warnings: Vec<String>, file: Option<String>) -> Self {
        let (groups, streams, dumps) = export.draft.count();
        Self {
            format_version: FORMAT_VERSION,
            tool_version: env!("CARGO_PKG_VERSION"),
            target,
            estate: export.manifest.desired.estate.as_ref().map(ToString::to_string),
            summary: ExportSummary { groups, streams, dumps, left_out: export.draft.left_out.len() },
            left_out: export.draft.left_out.iter().map(LeftOutDocument::of).collect(),
            warnings,
            file,
            manifest: export.text.clone(),
        }
    }
}

impl LeftOutDocument {
    fn of(left: &LeftOut) -> Self {
        Self {
            address: left.address.to_string(),
            field: left.field.map(|field| field.as_str()),
            reason: left.reason.clone(),
        }
    }
}
