//! A plan as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::FORMAT_VERSION;
use super::loss::LogLinesDocument;
use super::premise::PremiseDocument;
use super::refusal::RefusalDocument;
use crate::diff::{Notice, Obstacle};
use crate::model::Place;
use crate::plan::{Loss, Plan, StepId, Value};
use crate::render::change::{ResourceChange, merge_steps};

/// Where a plan applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TargetDocument {
    /// Name by which changes refer to it: `region/project_id`.
    pub name: String,
    /// Region.
    pub region: String,
    /// Project.
    pub project_id: String,
    /// Name of the project, if it is known.
    pub project_name: Option<String>,
    /// Account, if it is known.
    pub domain_id: Option<String>,
    /// Origin of LTS, or `emulator` for the embedded service.
    pub endpoint: String,
}

/// A plan, whole.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanDocument {
    format_version: &'static str,
    tool_version: &'static str,
    /// Where it applies.
    target: TargetDocument,
    /// The same, as a list.
    targets: Vec<TargetDocument>,
    /// SHA-256 over target, changes, classes and premises.
    digest: String,
    /// What it was computed from.
    premises: Vec<PremiseDocument>,
    resource_changes: Vec<ChangeDocument>,
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
    api_budget: BudgetDocument,
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
    /// Reads of an apply: the check of the premises and the proof afterwards.
    reads: u64,
    /// Writes of an apply.
    writes: u64,
    /// Seconds at the known rate; null while no rate limit is known.
    estimated_seconds: Option<u64>,
}

/// What the digest covers: not line numbers, health, estimates or the version
/// of this program.
#[derive(Serialize)]
struct DigestScope<'a> {
    target: &'a TargetDocument,
    premises: &'a [PremiseDocument],
    changes: Vec<DigestChange<'a>>,
}

#[derive(Serialize)]
struct DigestChange<'a> {
    address: &'a str,
    change: &'a ChangeBody,
    classes: &'a [&'static str],
    depends_on: &'a [String],
}

impl PlanDocument {
    /// Builds the document. `reads` is the number of requests that one
    /// observation of this target takes.
    #[must_use]
    pub fn of(plan: &Plan, target: TargetDocument, reads: u64) -> Self {
        let name = target.name.clone();
        let mut premises: Vec<PremiseDocument> =
            plan.steps.iter().flat_map(|step| &step.premises).map(PremiseDocument::of).collect();
        premises.sort();
        premises.dedup();
        let resource_changes: Vec<ChangeDocument> =
            merge_steps(plan).iter().map(|change| ChangeDocument::of(plan, change, &name)).collect();
        let summary = plan.summary();
        let writes = plan.steps.iter().map(|step| step.calls.len() as u64).sum();
        let obstacle = |obstacle: &Obstacle| ObstacleDocument::of(obstacle, &name);
        let notice = |notice: &Notice| NoticeDocument::of(notice, &name);
        Self {
            format_version: FORMAT_VERSION,
            tool_version: env!("CARGO_PKG_VERSION"),
            digest: digest(&target, &premises, &resource_changes),
            targets: vec![target.clone()],
            target,
            premises,
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
            api_budget: BudgetDocument {
                reads: if writes == 0 { 0 } else { 2 * reads },
                writes,
                estimated_seconds: None,
            },
            resource_changes,
        }
    }

    /// Returns the digest: `sha256:` and 64 hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
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

fn digest(target: &TargetDocument, premises: &[PremiseDocument], changes: &[ChangeDocument]) -> String {
    let changes = changes
        .iter()
        .map(|change| DigestChange {
            address: &change.address,
            change: &change.change,
            classes: &change.classes,
            depends_on: &change.depends_on,
        })
        .collect();
    // These types have no map with keys that are not text, and no number that
    // JSON cannot hold: serializing them cannot fail.
    let bytes = serde_json::to_vec(&DigestScope { target, premises, changes }).unwrap_or_default();
    let mut text = String::from("sha256:");
    for byte in Sha256::digest(&bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Days(days) => Json::from(*days),
        Value::Text(text) => Json::from(text.as_str()),
        Value::Flag(flag) => Json::from(*flag),
        Value::Streams(names) => names.iter().map(|name| Json::from(name.as_str())).collect(),
        Value::Tags(tags) => tags.iter().map(|(key, value)| (key.to_owned(), Json::from(value))).collect(),
        Value::TimeZone(zone) => serde_json::json!({"name": zone.name.as_ref(), "id": zone.id.as_ref()}),
        Value::Agency(agency) => serde_json::json!({
            "domain_id": agency.domain_id.as_ref(),
            "domain_name": agency.domain_name.as_ref(),
            "name": agency.name.as_ref(),
            "project_id": agency.project_id.as_ref(),
        }),
        Value::Nothing => Json::from("none"),
    }
}
