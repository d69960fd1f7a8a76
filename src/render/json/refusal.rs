//! Refusals known when planning, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::plan::Veto;

/// Why nothing at all of a plan is applied.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct RefusalDocument {
    /// `prune-without-tags`.
    code: &'static str,
    reason: String,
    help: &'static str,
}

impl RefusalDocument {
    pub(super) fn of(veto: Veto) -> Self {
        Self { code: veto.code(), reason: veto.to_string(), help: veto.help() }
    }
}
