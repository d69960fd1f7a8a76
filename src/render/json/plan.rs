//! A plan as JSON.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::FORMAT_VERSION;
use super::refusal::RefusalDocument;
use crate::diff::{Notice, Obstacle};
use crate::model::{DeleteBudget, Place};
use crate::plan::{ApiBudget, Loss, Plan, StepId};
use crate::render::change::{ResourceChange, merge_steps};
use crate::saved::{
    self, Guards, LogLinesDocument, PremiseDocument, SnapshotNote, StepDocument, TargetDocument,
    value_to_json as to_json,
};

/// A plan, whole.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanDocument {
    format_version: &'static str,
    tool_version: &'static str,
    /// Where it applies.
    target: TargetDocument,
    /// The same, as a list.
    targets: Vec<TargetDocument>,
    /// SHA-256 over target, steps, classes, premises, budget and refusals.
    digest: String,
    /// What it was computed from.
    premises: Vec<PremiseDocument>,
    resource_changes: Vec<ChangeDocument>,
    /// What is executed, in an order in which it can be.
    steps: Vec<StepDocument>,
    /// Why nothing at all of it is applied, whatever is allowed.
    refusals: Vec<RefusalDocument>,
    /// Objects that need something that cannot be done.
    blocked: Vec<ObstacleDocument>,
    /// Objects that are protected from the deletion asked for.
    held: Vec<ObstacleDocument>,
    /// Objects whose state was not read.
    unknown: Vec<NoticeDocument>,
    /// Fields that cannot be read back.
    unverifiable: Vec<NoticeDocument>,
    /// Declared dumps that are failing.
    health: Vec<HealthDocument>,
    /// Tombstones that have done their work.
    removable: Vec<String>,
    warnings: Vec<String>,
    summary: SummaryDocument,
    /// How much one apply may delete.
    delete_budget: DeleteBudgetDocument,
    api_budget: BudgetDocument,
    /// The snapshot it was made from; absent where the project itself was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<SnapshotNote>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct DeleteBudgetDocument {
    /// Most groups and streams.
    count: u32,
    /// Most per cent of the live ones in scope, from 10 on.
    percent: u32,
    /// Live groups and streams in scope.
    live_in_scope: usize,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct ChangeDocument {
    address: String,
    /// Name of the target.
    target: String,
    /// `log_group`, `log_stream` or `obs_dump`.
    kind: &'static str,
    change: ChangeBody,
    classes: Vec<&'static str>,
    reason: Option<String>,
    loss: Option<LossDocument>,
    /// Addresses of the changes that come first.
    depends_on: Vec<String>,
    /// Number of requests.
    api_calls: usize,
    source: Option<SourceDocument>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct ChangeBody {
    /// `create`, `update`, `delete`, or `delete` and `create`.
    actions: Vec<&'static str>,
    /// Fields before.
    before: Option<BTreeMap<&'static str, Json>>,
    /// Fields after.
    after: Option<BTreeMap<&'static str, Json>>,
    changed_fields: Vec<&'static str>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct LossDocument {
    streams: usize,
    days: Option<u32>,
    cascade: Vec<String>,
    undeclared: Vec<String>,
    /// Log lines that go; null where all of the last 30 days stay.
    log_lines: Option<LogLinesDocument>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct SourceDocument {
    file: String,
    line: u32,
    column: u32,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct ObstacleDocument {
    address: String,
    target: String,
    reason: String,
    help: String,
    source: Option<SourceDocument>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct NoticeDocument {
    address: String,
    target: String,
    field: Option<&'static str>,
    reason: String,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct HealthDocument {
    address: String,
    target: String,
    id: String,
    status: &'static str,
    obs_bucket_name: Option<String>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct SummaryDocument {
    add: usize,
    change: usize,
    destroy: usize,
    unchanged: usize,
    blocked: usize,
    held: usize,
    unknown: usize,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct BudgetDocument {
    /// Reads of one observation.
    observation: u64,
    /// Reads of an apply: the check of the premises and the proof afterwards.
    reads: u64,
    /// Writes of an apply.
    writes: u64,
    /// Seconds at the known rate; null while no rate limit is known.
    estimated_seconds: Option<u64>,
}

impl PlanDocument {
    /// Builds the document.
    #[must_use]
    pub fn of(plan: &Plan, target: TargetDocument, budget: DeleteBudget, cost: ApiBudget) -> Self {
        let name = target.name.clone();
        let (steps, premises) = saved::write_steps(plan);
        let resource_changes: Vec<ChangeDocument> =
            merge_steps(plan).iter().map(|change| ChangeDocument::of(plan, change, &name)).collect();
        let summary = plan.summary();
        let obstacle = |obstacle: &Obstacle| ObstacleDocument::of(obstacle, &name);
        let notice = |notice: &Notice| NoticeDocument::of(notice, &name);
        Self {
            format_version: FORMAT_VERSION,
            tool_version: env!("CARGO_PKG_VERSION"),
            digest: saved::digest(
                &target,
                &premises,
                &steps,
                Guards {
                    count: budget.count,
                    percent: budget.percent,
                    refusals: plan.refusals.iter().map(|veto| veto.code()).collect(),
                },
            ),
            targets: vec![target.clone()],
            target,
            premises,
            steps,
            refusals: plan.refusals.iter().copied().map(RefusalDocument::of).collect(),
            blocked: plan.blocked.iter().map(obstacle).collect(),
            held: plan.held.iter().map(obstacle).collect(),
            unknown: plan.unread.iter().map(notice).collect(),
            unverifiable: plan.unverifiable.iter().map(notice).collect(),
            health: plan
                .sick
                .iter()
                .map(|sick| HealthDocument {
                    address: sick.address.to_string(),
                    target: name.clone(),
                    id: sick.id.to_string(),
                    status: "EXCEPTION",
                    obs_bucket_name: sick.bucket.as_ref().map(ToString::to_string),
                })
                .collect(),
            removable: plan.satisfied.iter().map(ToString::to_string).collect(),
            warnings: plan.warnings.clone(),
            summary: SummaryDocument {
                add: summary.add,
                change: summary.change,
                destroy: summary.destroy,
                unchanged: plan.unchanged,
                blocked: plan.blocked.len(),
                held: plan.held.len(),
                unknown: plan.unread.len(),
            },
            delete_budget: DeleteBudgetDocument {
                count: budget.count,
                percent: budget.percent,
                live_in_scope: plan.live_in_scope,
            },
            api_budget: BudgetDocument {
                observation: cost.observation,
                reads: cost.reads,
                writes: cost.writes,
                estimated_seconds: cost.estimated_seconds,
            },
            resource_changes,
            snapshot: None,
        }
    }

    /// Returns where it applies.
    #[must_use]
    pub fn target(&self) -> &TargetDocument {
        &self.target
    }

    /// Notes that it was made from a snapshot. Its digest is that of the same
    /// plan made from the project.
    #[must_use]
    pub fn from_snapshot(self, note: SnapshotNote) -> Self {
        Self { snapshot: Some(note), ..self }
    }

    /// Returns the snapshot it was made from, if it was.
    #[must_use]
    pub fn snapshot(&self) -> Option<&SnapshotNote> {
        self.snapshot.as_ref()
    }

    /// Returns the digest: `sha256:` and 64 hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Returns the first part of a document read from a file that does not say
    /// what this one says, though people read it: its key. A newer program may
    /// say more, and gives another version.
    #[must_use]
    pub fn find_disagreement(&self, read: &Json) -> Option<String> {
        let Ok(Json::Object(ours)) = serde_json::to_value(self) else { return Some("document".to_owned()) };
        let differs = |key: &str, own: &Json| !read.get(key).is_some_and(|read| includes(read, own));
        ours.iter().find(|(key, own)| *key != "tool_version" && differs(key, own)).map(|(key, _)| key.clone())
    }
}

/// Says whether one value says everything that another says.
fn includes(whole: &Json, part: &Json) -> bool {
    match (whole, part) {
        (Json::Object(whole), Json::Object(part)) => {
            part.iter().all(|(key, value)| whole.get(key).is_some_and(|found| includes(found, value)))
        }
        (Json::Array(whole), Json::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(whole, part)| includes(whole, part))
        }
        (whole, part) => whole == part,
    }
}

impl ChangeDocument {
    fn of(plan: &Plan, change: &ResourceChange<'_>, target: &str) -> Self {
        let (mut before, mut after, mut changed) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        for line in change.steps.iter().flat_map(|(_, step)| &step.fields) {
            let key = line.field.as_str();
            before.extend(line.before.as_ref().map(|value| (key, to_json(value))));
            after.extend(line.after.as_ref().map(|value| (key, to_json(value))));
            if !changed.contains(&key) {
                changed.push(key);
            }
        }
        changed.retain(|key| before.get(key) != after.get(key));
        let actions = change.actions();
        let some = |map: BTreeMap<_, _>, exists: bool| exists.then_some(map);
        let own: Vec<StepId> = change.steps.iter().map(|(id, _)| *id).collect();
        let mut depends_on: Vec<String> = change
            .steps
            .iter()
            .flat_map(|(_, step)| &step.waits_for)
            .filter(|id| !own.contains(id))
            .filter_map(|id| plan.step(*id).map(|step| step.address.to_string()))
            .collect();
        depends_on.sort();
        depends_on.dedup();
        let reasons = change.reasons().join("; ");
        Self {
            address: change.address.to_string(),
            target: target.to_owned(),
            kind: change.address.kind(),
            change: ChangeBody {
                before: some(before, actions != ["create"]),
                after: some(after, actions != ["delete"]),
                actions,
                changed_fields: changed,
            },
            classes: change.classes().into_iter().map(|class| class.as_str()).collect(),
            reason: (!reasons.is_empty()).then_some(reasons),
            loss: change.steps.iter().find_map(|(_, step)| step.loss.as_ref()).map(LossDocument::of),
            depends_on,
            api_calls: change.steps.iter().map(|(_, step)| step.calls.len()).sum(),
            source: change.steps.iter().find_map(|(_, step)| step.place.as_ref()).map(SourceDocument::of),
        }
    }
}

impl LossDocument {
    fn of(loss: &Loss) -> Self {
        Self {
            streams: loss.streams.len(),
            days: loss.days,
            cascade: loss.cascade.iter().map(ToString::to_string).collect(),
            undeclared: loss.undeclared.iter().map(ToString::to_string).collect(),
            log_lines: loss.log_lines.as_ref().map(LogLinesDocument::of),
        }
    }
}

impl SourceDocument {
    fn of(place: &Place) -> Self {
        Self { file: place.file.to_string(), line: place.line, column: place.column }
    }
}

impl ObstacleDocument {
    fn of(obstacle: &Obstacle, target: &str) -> Self {
        Self {
            address: obstacle.address.to_string(),
            target: target.to_owned(),
            reason: obstacle.reason.clone(),
            help: obstacle.help.clone(),
            source: obstacle.place.as_ref().map(SourceDocument::of),
        }
    }
}

impl NoticeDocument {
    fn of(notice: &Notice, target: &str) -> Self {
        Self {
            address: notice.address.to_string(),
            target: target.to_owned(),
            field: notice.field.map(|field| field.as_str()),
            reason: notice.reason.clone(),
        }
    }
}
