//! What `verify` found, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::FORMAT_VERSION;
use crate::plan::{Plan, Progress, Shift, Standing, Step};
use crate::render::text::verb_word;

/// How far a saved plan has come.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Verification {
    format_version: &'static str,
    /// The exit code of the process.
    exit_code: u8,
    /// `valid`, `partly_applied`, `applied`, `stale`, or `unread` where a list
    /// could not be read.
    verdict: &'static str,
    /// Digest of the plan.
    digest: String,
    /// Its steps, in order.
    steps: Vec<StepStanding>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct StepStanding {
    address: String,
    /// `create`, `update` or `delete`.
    action: &'static str,
    /// `open`, `begun`, `done`, `moved` or `unread`.
    state: &'static str,
    /// What has changed, if anything.
    moved: Option<MovedDocument>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct MovedDocument {
    address: String,
    field: String,
    /// What the plan was computed from.
    expected: String,
    /// What is there now.
    found: String,
}

impl Verification {
    /// Builds the document.
    #[must_use]
    pub fn of(plan: &Plan, standings: &[Standing], progress: Progress, digest: &str, exit_code: u8) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            exit_code,
            verdict: progress.as_str(),
            digest: digest.to_owned(),
            steps: plan.steps.iter().zip(standings).map(|(step, standing)| StepStanding::of(step, standing)).collect(),
        }
    }
}

impl StepStanding {
    fn of(step: &Step, standing: &Standing) -> Self {
        let (state, moved) = match standing {
            Standing::Open(0) => ("open", None),
            Standing::Open(_) => ("begun", None),
            Standing::Done(_) => ("done", None),
            Standing::Moved(moved) if moved.certainty == Shift::Unread => ("unread", Some(moved)),
            Standing::Moved(moved) => ("moved", Some(moved)),
        };
        let moved = moved.map(|moved| MovedDocument {
            address: moved.address.to_string(),
            field: moved.field.clone(),
            expected: moved.expected.clone(),
            found: moved.found.clone(),
        });
        Self { address: step.address.to_string(), action: verb_word(step.verb), state, moved }
    }
}
