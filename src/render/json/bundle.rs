//! Everything that is needed to find out what went wrong with an apply.

use schemars::JsonSchema;
use serde::Serialize;

use super::FORMAT_VERSION;
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
    /// The plan that was applied.
    plan: PlanDocument,
    /// What became of its steps, in order.
    outcomes: Vec<OutcomeDocument>,
    /// What the second look found left to do.
    left: Vec<String>,
    /// The latest exchanges with the service, in the order of their ends.
    exchanges: Vec<ExchangeDocument>,
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
            plan,
            outcomes: outcomes.collect(),
            left,
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
