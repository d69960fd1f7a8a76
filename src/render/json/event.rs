//! What `apply -o json` streams: one event a line.

use schemars::JsonSchema;
use serde::Serialize;

use super::plan::PlanDocument;
use super::{ErrorBody, FORMAT_VERSION};
use crate::plan::Summary;

/// One line of the stream.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ApplyEvent {
    /// Always the first line.
    Version {
        /// Version of the documents.
        format_version: &'static str,
        /// Version of the program.
        tool_version: &'static str,
    },
    /// What is going to be done.
    Plan {
        /// The plan, whole.
        plan: Box<PlanDocument>,
    },
    /// A step begins.
    StepStart {
        /// Its object.
        address: String,
        /// `create`, `update` or `delete`.
        action: &'static str,
    },
    /// A step is done.
    StepDone {
        /// Its object.
        address: String,
        /// `create`, `update` or `delete`.
        action: &'static str,
        /// `answered`, `found`, `already_so` or `unverified`.
        manner: &'static str,
    },
    /// A step failed, or its outcome is unknown.
    StepFailed {
        /// Its object.
        address: String,
        /// `create`, `update` or `delete`.
        action: &'static str,
        /// Whether it may have been executed.
        may_have_happened: bool,
        /// One line.
        message: String,
    },
    /// A step was not started.
    StepSkipped {
        /// Its object.
        address: String,
        /// `create`, `update` or `delete`.
        action: &'static str,
        /// Why.
        message: String,
    },
    /// Always the last line.
    Summary(ApplySummary),
}

/// How an apply ended.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ApplySummary {
    /// Target that it is about; null in the last one of several, which is about all of
    /// them, and where the target never became known.
    pub target: Option<String>,
    /// The exit code of the process; of one of several targets, what it would be for
    /// that target alone.
    pub exit_code: u8,
    /// Objects created.
    pub added: usize,
    /// Objects changed.
    pub changed: usize,
    /// Objects destroyed.
    pub destroyed: usize,
    /// Steps that failed.
    pub failed: usize,
    /// Steps of unknown outcome.
    pub unknown: usize,
    /// Steps not started.
    pub skipped: usize,
    /// Whether the second look found nothing left to do; null if there was
    /// none.
    pub converged: Option<bool>,
    /// Why it ended early, if it did.
    pub error: Option<ErrorBody>,
}

impl ApplySummary {
    /// Starts a summary from what was done.
    #[must_use]
    pub fn of(exit_code: u8, done: Summary) -> Self {
        Self {
            target: None,
            exit_code,
            added: done.add,
            changed: done.change,
            destroyed: done.destroy,
            failed: 0,
            unknown: 0,
            skipped: 0,
            converged: None,
            error: None,
        }
    }
}

impl ApplyEvent {
    /// Returns the first line of every stream.
    #[must_use]
    pub fn version() -> Self {
        Self::Version { format_version: FORMAT_VERSION, tool_version: env!("CARGO_PKG_VERSION") }
    }
}
