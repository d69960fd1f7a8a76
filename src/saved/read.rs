//! A document → the plan it was made of.

use serde::Deserialize;

use super::age::SnapshotNote;
use super::digest::{Guards, digest};
use super::fault::Fault;
use super::premise::PremiseDocument;
use super::step::StepDocument;
use super::target::TargetDocument;
use crate::diff::{Notice, Obstacle, Sick};
use crate::model::{Address, BucketName, DeleteBudget, DumpHandle, Field, GroupName, Place, StreamName, TransferId};
use crate::plan::honesty::find_lies;
use crate::plan::{ApiBudget, Plan, Premise, Veto};

/// A plan as it was saved.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedPlan {
    /// The plan.
    pub plan: Plan,
    /// Where it applies.
    pub target: TargetDocument,
    /// How much one apply of it may delete.
    pub budget: DeleteBudget,
    /// What applying it was taken to cost.
    pub cost: ApiBudget,
    /// What it is known by.
    pub digest: String,
    /// The snapshot it was made from, if it was.
    pub snapshot: Option<SnapshotNote>,
}

/// The parts of the document that the plan is made of again; the rest repeats
/// them for people.
#[derive(Deserialize)]
struct Document {
    format_version: String,
    target: TargetDocument,
    digest: String,
    premises: Vec<PremiseDocument>,
    steps: Vec<StepDocument>,
    refusals: Vec<RefusalEntry>,
    blocked: Vec<ObstacleEntry>,
    held: Vec<ObstacleEntry>,
    unknown: Vec<NoticeEntry>,
    unverifiable: Vec<NoticeEntry>,
    health: Vec<HealthEntry>,
    removable: Vec<String>,
    warnings: Vec<String>,
    summary: SummaryEntry,
    delete_budget: BudgetEntry,
    api_budget: CostEntry,
    snapshot: Option<SnapshotNote>,
}

#[derive(Deserialize)]
struct RefusalEntry {
    code: String,
}

#[derive(Deserialize)]
struct ObstacleEntry {
    address: String,
    reason: String,
    help: String,
    source: Option<SourceEntry>,
}

#[derive(Deserialize)]
struct SourceEntry {
    file: String,
    line: u32,
    column: u32,
}

#[derive(Deserialize)]
struct NoticeEntry {
    address: String,
    field: Option<String>,
    reason: String,
}

#[derive(Deserialize)]
struct HealthEntry {
    address: String,
    id: String,
    obs_bucket_name: Option<String>,
}

#[derive(Deserialize)]
struct SummaryEntry {
    unchanged: usize,
}

#[derive(Deserialize)]
struct BudgetEntry {
    count: u32,
    percent: u32,
    live_in_scope: usize,
}

#[derive(Deserialize)]
struct CostEntry {
    observation: u64,
    estimated_seconds: Option<u64>,
}

/// More reads than any observation takes.
const MOST_READS: u64 = 1_000_000;
/// Longest time, in seconds, that an estimate is believed.
const WEEK: u64 = 7 * 24 * 3600;

/// Reads a saved plan.
///
/// # Errors
/// Returns the first thing that keeps the text from being one: it is no plan,
/// it is of a format that is not understood, or it was changed after it was
/// written.
pub fn read(text: &str) -> Result<SavedPlan, Fault> {
    // Said first: of another format nothing else may be understood.
    let version: Version = serde_json::from_str(text).map_err(|error| Fault::Malformed(error.to_string()))?;
    if !version.format_version.starts_with("1.") {
        return Err(Fault::Version(version.format_version));
    }
    if let Some(plans) = version.plans {
        return Err(Fault::Several(plans.len()));
    }
    let document: Document = serde_json::from_str(text).map_err(|error| Fault::Malformed(error.to_string()))?;
    debug_assert_eq!(document.format_version, version.format_version);
    let guards = Guards {
        count: document.delete_budget.count,
        percent: document.delete_budget.percent,
        refusals: document.refusals.iter().map(|refusal| refusal.code.as_str()).collect(),
    };
    let found = digest(&document.target, &document.premises, &document.steps, guards);
    if found != document.digest {
        return Err(Fault::Digest { claimed: document.digest, found });
    }
    let premises: Vec<Premise> = document.premises.iter().map(PremiseDocument::read).collect::<Result<_, Fault>>()?;
    let number = document.steps.len();
    let plan = Plan {
        steps: document.steps.iter().map(|step| step.read(&premises, number)).collect::<Result<_, Fault>>()?,
        refusals: document.refusals.iter().map(RefusalEntry::read).collect::<Result<_, Fault>>()?,
        blocked: document.blocked.into_iter().map(ObstacleEntry::read).collect::<Result<_, Fault>>()?,
        held: document.held.into_iter().map(ObstacleEntry::read).collect::<Result<_, Fault>>()?,
        unread: document.unknown.into_iter().map(NoticeEntry::read).collect::<Result<_, Fault>>()?,
        unverifiable: document.unverifiable.into_iter().map(NoticeEntry::read).collect::<Result<_, Fault>>()?,
        satisfied: document.removable.iter().map(|text| read_address(text)).collect::<Result<_, Fault>>()?,
        sick: document.health.into_iter().map(HealthEntry::read).collect::<Result<_, Fault>>()?,
        warnings: document.warnings,
        unchanged: document.summary.unchanged,
        live_in_scope: document.delete_budget.live_in_scope,
    };
    if let Some(lie) = find_lies(&plan).into_iter().next() {
        return Err(Fault::Dishonest(lie));
    }
    let cost = ApiBudget::of(&plan, document.api_budget.observation.min(MOST_READS), None);
    Ok(SavedPlan {
        plan,
        target: document.target,
        budget: DeleteBudget { count: document.delete_budget.count, percent: document.delete_budget.percent },
        cost: ApiBudget {
            estimated_seconds: document.api_budget.estimated_seconds.map(|seconds| seconds.min(WEEK)),
            ..cost
        },
        digest: document.digest,
        snapshot: document.snapshot.map(SnapshotNote::check).transpose()?,
    })
}

#[derive(Deserialize)]
struct Version {
    format_version: String,
    /// The document of several targets has them instead of steps.
    plans: Option<Vec<serde::de::IgnoredAny>>,
}

impl RefusalEntry {
    fn read(&self) -> Result<Veto, Fault> {
        Veto::parse(&self.code).ok_or_else(|| Fault::value("refusals.code", &self.code, "a refusal"))
    }
}

impl ObstacleEntry {
    fn read(self) -> Result<Obstacle, Fault> {
        Ok(Obstacle {
            address: read_address(&self.address)?,
            place: self.source.map(|source| Place {
                file: source.file.into(),
                line: source.line,
                column: source.column,
            }),
            reason: self.reason,
            help: self.help,
        })
    }
}

impl NoticeEntry {
    fn read(self) -> Result<Notice, Fault> {
        let field = |text: String| Field::parse(&text).ok_or_else(|| Fault::value("field", &text, "a field"));
        Ok(Notice {
            address: read_address(&self.address)?,
            field: self.field.map(field).transpose()?,
            reason: self.reason,
        })
    }
}

impl HealthEntry {
    fn read(self) -> Result<Sick, Fault> {
        Ok(Sick {
            address: read_address(&self.address)?,
            id: TransferId::parse(&self.id).map_err(|_| Fault::value("health.id", &self.id, "an id"))?,
            bucket: self.obs_bucket_name.as_deref().map(BucketName::from_service),
        })
    }
}

/// Reads the text of an address, for display: nothing is done to what it names.
fn read_address(text: &str) -> Result<Address, Fault> {
    let rest = text.strip_prefix("groups/").ok_or_else(|| Fault::value("address", text, "an address"))?;
    let part = |separator: &str| rest.split_once(separator);
    Ok(match (part("/streams/"), part("/dumps/")) {
        (Some((group, name)), _) => Address::Stream(GroupName::from_service(group), StreamName::from_service(name)),
        (None, Some((group, handle))) => {
            Address::Dump(GroupName::from_service(group), DumpHandle::from_service(handle))
        }
        (None, None) => Address::Group(GroupName::from_service(rest)),
    })
}
