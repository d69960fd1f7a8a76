//! Steps as JSON.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::CallDocument;
use super::fault::Fault;
use super::field::FieldDocument;
use super::loss::{LogLinesDocument, LossDocument};
use super::object::ObjectDocument;
use super::premise::PremiseDocument;
use crate::model::Place;
use crate::plan::{Class, Plan, Premise, Step, StepId, Verb};

/// One step: everything that is needed to check and to execute it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepDocument {
    pub(super) object: ObjectDocument,
    /// `create`, `update` or `delete`.
    pub(super) action: String,
    pub(super) calls: Vec<CallDocument>,
    pub(super) fields: Vec<FieldDocument>,
    pub(super) classes: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) loss: Option<LossDocument>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    log_lines: Option<LogLinesDocument>,
    /// Positions in the plan's list of premises.
    pub(super) premises: Vec<u32>,
    /// Positions in the plan's list of steps.
    pub(super) waits_for: Vec<u32>,
    /// Id of the live object, unless it is created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<SourceDocument>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SourceDocument {
    file: String,
    line: u32,
    column: u32,
}

/// Writes the steps of a plan down, and the premises they refer to, each once.
#[must_use]
pub fn write_steps(plan: &Plan) -> (Vec<StepDocument>, Vec<PremiseDocument>) {
    let all = || plan.steps.iter().flat_map(|step| &step.premises).map(PremiseDocument::of);
    let mut premises: Vec<PremiseDocument> = all().collect();
    premises.sort();
    premises.dedup();
    let position = |premise: &Premise| {
        let found = premises.binary_search(&PremiseDocument::of(premise));
        // Every premise of a step is in the list that was just made of them.
        number(found.unwrap_or_else(|place| place))
    };
    let steps = plan.steps.iter().map(|step| StepDocument::of(step, position)).collect();
    (steps, premises)
}

impl StepDocument {
    fn of(step: &Step, position: impl Fn(&Premise) -> u32) -> Self {
        Self {
            object: ObjectDocument::of(&step.address),
            action: write_verb(step.verb).to_owned(),
            calls: step.calls.iter().map(CallDocument::of).collect(),
            fields: step.fields.iter().map(FieldDocument::of).collect(),
            classes: step.classes.iter().map(|class| class.as_str().to_owned()).collect(),
            reason: step.reason.clone(),
            loss: step.loss.as_ref().map(LossDocument::of),
            log_lines: step.loss.as_ref().and_then(|loss| loss.log_lines.as_ref()).map(LogLinesDocument::of),
            premises: step.premises.iter().map(position).collect(),
            waits_for: step.waits_for.iter().map(|id| id.0).collect(),
            id: step.live_id.as_ref().map(ToString::to_string),
            source: step.place.as_ref().map(|place| SourceDocument {
                file: place.file.to_string(),
                line: place.line,
                column: place.column,
            }),
        }
    }

    /// Reads a step. `steps` is how many the plan has.
    pub(super) fn read(&self, premises: &[Premise], steps: usize) -> Result<Step, Fault> {
        let premise =
            |position: &u32| premises.get(*position as usize).cloned().ok_or(Fault::Reference("a premise of a step"));
        let class = |text: &String| Class::parse(text).ok_or_else(|| Fault::value("classes", text, "a class"));
        let earlier = |position: &u32| match *position as usize {
            index if index < steps => Ok(StepId(*position)),
            _ => Err(Fault::Reference("`waits_for` of a step")),
        };
        Ok(Step {
            address: self.object.read(),
            verb: read_verb(&self.action)?,
            calls: self.calls.iter().map(CallDocument::read).collect::<Result<_, Fault>>()?,
            fields: self.fields.iter().map(FieldDocument::read).collect::<Result<_, Fault>>()?,
            classes: self.classes.iter().map(class).collect::<Result<_, Fault>>()?,
            reason: self.reason.clone(),
            loss: self.loss.as_ref().map(|loss| loss.read(self.log_lines.as_ref().map(LogLinesDocument::read))),
            premises: self.premises.iter().map(premise).collect::<Result<_, Fault>>()?,
            waits_for: self.waits_for.iter().map(earlier).collect::<Result<_, Fault>>()?,
            place: self.source.as_ref().map(|source| Place {
                file: source.file.as_str().into(),
                line: source.line,
                column: source.column,
            }),
            live_id: self.id.as_deref().map(Into::into),
        })
    }
}

fn write_verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "create",
        Verb::Update => "update",
        Verb::Delete => "delete",
    }
}

fn read_verb(text: &str) -> Result<Verb, Fault> {
    [Verb::Create, Verb::Update, Verb::Delete]
        .into_iter()
        .find(|verb| write_verb(*verb) == text)
        .ok_or_else(|| Fault::value("action", text, "an action"))
}

fn number(position: usize) -> u32 {
    // A plan of four billion premises does not fit into memory.
    u32::try_from(position).unwrap_or(u32::MAX)
}
