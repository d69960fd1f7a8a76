//! Everything that is needed to find out what went wrong with an apply.

use schemars::JsonSchema;
use serde::Serialize;

use super::FORMAT_VERSION;
use super::failure::ErrorBody;
use super::plan::PlanDocument;
use crate::apply::Outcome;
use crate::lts::Exchange;
use crate::plan::Proposal;
use crate::render::text::verb_word;

/// What a run knew, did and saw. Neither headers nor bodies are in it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DebugBundle {
    format_version: &'static str,
    tool_version: &'static str,
    /// The exit code of the process.
    exit_code: u8,
    /// How the run ended.
    end: EndDocument,
    /// The plan that was applied or was to be; nothing when the run ended before
    /// there was one.
    plan: Option<PlanDocument>,
    /// What became of its steps, in order; empty when the run ended before its
    /// first write.
    outcomes: Vec<OutcomeDocument>,
    /// What the second look found left to do.
    left: Vec<String>,
    /// The latest exchanges with the service, in the order of their ends.
    exchanges: Vec<ExchangeDocument>,
}

/// How a run ended.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EndDocument {
    /// In a word.
    pub how: EndWord,
    /// What was said about it, line by line: what a guard refuses, what has
    /// moved, what failed.
    pub messages: Vec<String>,
    /// The failure that ended the run before its first write, if one did.
    pub error: Option<ErrorBody>,
}

/// How a run ended, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndWord {
    /// The plan was carried out, as far as `outcomes` says.
    CarriedOut,
    /// There was nothing to do, or nothing that can be done.
    NothingToDo,
    /// A guard refused the plan.
    Refused,
    /// Nobody approved it.
    NotApproved,
    /// What it was computed from has changed.
    Stale,
    /// Something failed before the first write.
    Failed,
    /// A signal came before the first write.
    Interrupted,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct OutcomeDocument {
    address: String,
    /// `create`, `update` or `delete`.
    action: &'static str,
    /// `done`, `failed`, `unknown` or `not_started`.
    outcome: &'static str,
    message: Option<String>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct ExchangeDocument {
    operation: String,
    /// Method and path.
    request: String,
    status: Option<u16>,
    error_code: Option<String>,
    request_id: Option<String>,
}

impl DebugBundle {
    /// Puts the bundle together.
    #[must_use]
    pub fn of(
        exit_code: u8,
        plan: PlanDocument,
        (proposal, outcomes): (&Proposal, &[Outcome]),
        left: Vec<String>,
        exchanges: &[Exchange],
    ) -> Self {
        let outcomes = proposal.plan.steps.iter().zip(outcomes).map(|(step, outcome)| {
            let (word, message) = match outcome {
                Outcome::Done(_) => ("done", None),
                Outcome::Failed(failure) => ("failed", Some(failure.to_string())),
                Outcome::Unknown(failure) => ("unknown", Some(failure.to_string())),
                Outcome::NotStarted(cause) => ("not_started", Some(cause.to_string())),
            };
            let action = verb_word(step.verb);
            OutcomeDocument { address: step.address.to_string(), action, outcome: word, message }
        });
        Self {
            format_version: FORMAT_VERSION,
            tool_version: env!("CARGO_PKG_VERSION"),
            exit_code,
            end: EndDocument { how: EndWord::CarriedOut, messages: Vec::new(), error: None },
            plan: Some(plan),
            outcomes: outcomes.collect(),
            left,
            exchanges: exchanges.iter().map(ExchangeDocument::of).collect(),
        }
    }

    /// Puts the bundle of a run together that ended before its first write.
    #[must_use]
    pub fn ended(exit_code: u8, plan: Option<PlanDocument>, end: EndDocument, exchanges: &[Exchange]) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            tool_version: env!("CARGO_PKG_VERSION"),
            exit_code,
            end,
            plan,
            outcomes: Vec::new(),
            left: Vec::new(),
            exchanges: exchanges.iter().map(ExchangeDocument::of).collect(),
        }
    }
}

impl ExchangeDocument {
    fn of(exchange: &Exchange) -> Self {
        let Exchange { operation, request, status, code, request_id } = exchange;
        Self {
            operation: operation.to_string(),
            request: request.clone(),
            status: *status,
            error_code: code.clone(),
            request_id: request_id.clone(),
        }
    }
}
