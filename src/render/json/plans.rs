//! Plans of several targets as one document.

use schemars::JsonSchema;
use serde::Serialize;

use super::plan::PlanDocument;
use super::{ErrorBody, FORMAT_VERSION};
use crate::plan::Summary;
use crate::saved::TargetDocument;

/// What `plan -o json` prints where the manifests name several targets. Each of its
/// plans is a document that can be saved, shown and applied by itself.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlansDocument {
    format_version: &'static str,
    tool_version: &'static str,
    /// The exit code of the process.
    exit_code: u8,
    /// The targets that could be looked at.
    targets: Vec<TargetDocument>,
    /// One for each of them.
    plans: Vec<PlanDocument>,
    /// The others.
    failures: Vec<TargetFailure>,
    summary: SumDocument,
}

/// A target that could not be looked at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TargetFailure {
    /// What the manifest calls it.
    pub target: String,
    /// The exit code it would have had by itself.
    pub exit_code: u8,
    /// Why.
    pub error: ErrorBody,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct SumDocument {
    add: usize,
    change: usize,
    destroy: usize,
}

impl PlansDocument {
    /// Builds the document.
    #[must_use]
    pub fn of(plans: Vec<PlanDocument>, failures: Vec<TargetFailure>, sum: Summary, exit_code: u8) -> Self {
        let Summary { add, change, destroy } = sum;
        Self {
            format_version: FORMAT_VERSION,
            tool_version: env!("CARGO_PKG_VERSION"),
            exit_code,
            targets: plans.iter().map(|plan| plan.target().clone()).collect(),
            plans,
            failures,
            summary: SumDocument { add, change, destroy },
        }
    }
}
