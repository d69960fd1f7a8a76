//! What `drift` found, as JSON; also the baseline of a later run.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{FORMAT_VERSION, TargetFailure};
use crate::drift::baseline::{Delta, Known, Novelty};
use crate::drift::{Drift, Finding, Origin, Verdict};
use crate::plan::Value;
use crate::saved::{TargetDocument, value_to_json};

/// The result of `drift`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DriftDocument {
    format_version: &'static str,
    tool_version: &'static str,
    /// Always `drift`.
    report: &'static str,
    /// The exit code of the process.
    exit_code: u8,
    /// When the project was looked at, RFC 3339, UTC.
    observed_at: String,
    /// The targets that were looked at.
    targets: Vec<TargetDocument>,
    /// Targets that could not be looked at.
    failures: Vec<TargetFailure>,
    summary: DriftSummary,
    findings: Vec<FindingDocument>,
    /// Known drift that is tolerated until a date.
    accepted: Vec<AcceptedDocument>,
    /// Findings of the baseline that are gone.
    resolved: Vec<KnownDocument>,
    /// Findings of the baseline that could not be looked for.
    unknown: Vec<KnownDocument>,
    /// Files that `--write` changed.
    written: Vec<WrittenDocument>,
    /// Objects that are as declared.
    in_sync: Vec<InSyncDocument>,
    warnings: Vec<String>,
}

/// The verdicts in numbers.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
struct DriftSummary {
    in_sync: usize,
    drifted: usize,
    missing: usize,
    unmanaged: usize,
    unhealthy: usize,
    unverifiable: usize,
    unread: usize,
    accepted: usize,
    /// Findings that the baseline does not have; all of them without one.
    new: usize,
    /// Findings that the baseline has with another live value.
    changed: usize,
    resolved: usize,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct FindingDocument {
    /// 16 hexadecimal digits, the same in every report that has the finding.
    id: String,
    target: String,
    address: String,
    /// `log_group`, `log_stream` or `obs_dump`.
    kind: &'static str,
    /// `drifted`, `missing`, `unmanaged`, `unhealthy`, `unverifiable` or `unread`.
    verdict: &'static str,
    field: Option<&'static str>,
    declared: Option<Json>,
    live: Option<Json>,
    reason: Option<String>,
    help: Option<String>,
    /// `new`, `open` or `changed` (open, with another live value), against the baseline.
    state: &'static str,
    /// When it was first seen, RFC 3339, UTC.
    since: String,
    /// `yours`, `theirs` or `both`; null without `--base-manifest`.
    origin: Option<&'static str>,
    /// The acceptance that covered it until its date passed.
    acceptance_lapsed: Option<LapsedDocument>,
    source: Option<SourceDocument>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct LapsedDocument {
    until: String,
    reason: String,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct SourceDocument {
    file: String,
    line: u32,
    column: u32,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct AcceptedDocument {
    target: String,
    address: String,
    field: Option<&'static str>,
    declared: Option<Json>,
    live: Option<Json>,
    /// Last day on which it is tolerated.
    until: String,
    reason: String,
}

/// A file that was changed to say what is live.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WrittenDocument {
    /// The file.
    pub file: String,
    /// What was changed, as a unified diff.
    pub diff: String,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct InSyncDocument {
    target: String,
    address: String,
}

/// A finding as an earlier report has it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct KnownDocument {
    id: String,
    target: String,
    address: String,
    verdict: String,
    field: Option<String>,
    since: String,
    /// What was live then.
    #[serde(default, deserialize_with = "read_said", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Json>")]
    live: Option<Option<Json>>,
}

/// A look at one target.
#[derive(Debug, Clone)]
pub struct LookedAt {
    /// The target.
    pub target: TargetDocument,
    /// What was found there.
    pub drift: Drift,
    /// What of it is new.
    pub delta: Delta,
}

impl DriftDocument {
    /// Builds the document.
    #[must_use]
    pub fn of(looks: &[LookedAt], failures: Vec<TargetFailure>, observed_at: Timestamp, exit_code: u8) -> Self {
        let mut document = Self {
            format_version: FORMAT_VERSION,
            tool_version: env!("CARGO_PKG_VERSION"),
            report: "drift",
            exit_code,
            observed_at: observed_at.to_string(),
            targets: looks.iter().map(|look| look.target.clone()).collect(),
            failures,
            summary: DriftSummary::default(),
            findings: Vec::new(),
            accepted: Vec::new(),
            resolved: Vec::new(),
            unknown: Vec::new(),
            written: Vec::new(),
            in_sync: Vec::new(),
            warnings: Vec::new(),
        };
        looks.iter().for_each(|look| document.add(look));
        document
    }

    /// Adds what was written.
    #[must_use]
    pub fn with_written(self, written: Vec<WrittenDocument>) -> Self {
        Self { written, ..self }
    }

    /// Adds what was known of targets that were not looked at: it is still to be looked
    /// for.
    #[must_use]
    pub fn with_unknown<'k>(mut self, known: impl Iterator<Item = &'k Known>) -> Self {
        self.unknown.extend(known.map(KnownDocument::of));
        self
    }

    fn add(&mut self, LookedAt { target, drift, delta }: &LookedAt) {
        let target = &target.name;
        let count = |verdict| drift.count(verdict);
        self.summary.in_sync += drift.in_sync.len();
        self.summary.drifted += count(Verdict::Drifted);
        self.summary.missing += count(Verdict::Missing);
        self.summary.unmanaged += count(Verdict::Unmanaged);
        self.summary.unhealthy += count(Verdict::Unhealthy);
        self.summary.unverifiable += count(Verdict::Unverifiable);
        self.summary.unread += count(Verdict::Unread);
        self.summary.accepted += drift.accepted.len();
        self.summary.new += delta.count(Novelty::New);
        self.summary.changed += delta.count(Novelty::Changed);
        self.summary.resolved += delta.resolved.len();
        let aged = drift.findings.iter().zip(&delta.ages);
        self.findings.extend(aged.map(|(finding, age)| {
            FindingDocument {
                id: finding.id(target),
                target: target.clone(),
                address: finding.address.to_string(),
                kind: finding.address.kind(),
                verdict: finding.verdict.as_str(),
                field: finding.field.map(crate::model::Field::as_str),
                declared: finding.declared.as_ref().map(value_to_json),
                live: finding.live.as_ref().map(value_to_json),
                reason: finding.reason.clone(),
                help: finding.help.clone(),
                state: age.novelty.as_str(),
                since: age.since.to_string(),
                origin: finding.origin.map(Origin::as_str),
                acceptance_lapsed: finding.lapsed.as_ref().map(|lapsed| LapsedDocument {
                    until: lapsed.until.to_string(),
                    reason: lapsed.reason.to_string(),
                }),
                source: finding.place.as_ref().map(|place| SourceDocument {
                    file: place.file.to_string(),
                    line: place.line,
                    column: place.column,
                }),
            }
        }));
        self.accepted.extend(drift.accepted.iter().map(|accepted| {
            let Finding { address, field, declared, live, .. } = &accepted.finding;
            AcceptedDocument {
                target: target.clone(),
                address: address.to_string(),
                field: field.map(crate::model::Field::as_str),
                declared: declared.as_ref().map(value_to_json),
                live: live.as_ref().map(value_to_json),
                until: accepted.until.to_string(),
                reason: accepted.reason.to_string(),
            }
        }));
        self.resolved.extend(delta.resolved.iter().map(KnownDocument::of));
        self.unknown.extend(delta.unknown.iter().map(KnownDocument::of));
        self.in_sync.extend(
            drift.in_sync.iter().map(|address| InSyncDocument { target: target.clone(), address: address.to_string() }),
        );
        self.warnings.extend(drift.warnings.iter().cloned());
    }
}

impl KnownDocument {
    fn of(known: &Known) -> Self {
        Self {
            id: known.id.clone(),
            target: known.target.clone(),
            address: known.address.clone(),
            verdict: known.verdict.as_str().to_owned(),
            field: known.field.clone(),
            since: known.since.to_string(),
            live: known.live.as_ref().map(|live| live.as_ref().and_then(|live| serde_json::from_str(live).ok())),
        }
    }

    fn read(self) -> Option<Known> {
        Some(Known {
            id: self.id,
            target: self.target,
            address: self.address,
            verdict: Verdict::parse(&self.verdict)?,
            field: self.field,
            since: self.since.parse().ok()?,
            live: self.live.map(|live| live.as_ref().map(Json::to_string)),
        })
    }
}

/// The parts of an earlier report that a later one is compared with.
#[derive(Deserialize)]
struct Earlier {
    format_version: String,
    report: String,
    findings: Vec<KnownDocument>,
    /// What could not be looked for then is still to be looked for.
    #[serde(default)]
    unknown: Vec<KnownDocument>,
}

/// Reads a key that is there, be its value null.
fn read_said<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Json>>, D::Error> {
    Option::<Json>::deserialize(deserializer).map(Some)
}

/// Spells a value as reports do, for comparing with an earlier one.
#[must_use]
pub fn spell(value: &Value) -> String {
    value_to_json(value).to_string()
}

/// Reads what an earlier report found. Findings of a kind that this program does
/// not know are left out.
///
/// # Errors
/// Returns what keeps the text from being a drift report.
pub fn read_baseline(text: &str) -> Result<Vec<Known>, String> {
    let earlier: Earlier = serde_json::from_str(text).map_err(|error| format!("is not a drift report: {error}"))?;
    if earlier.report != "drift" || !earlier.format_version.starts_with("1.") {
        return Err(format!(
            "is not a drift report of format 1.x, but `{}` {}",
            earlier.report, earlier.format_version
        ));
    }
    Ok(earlier.findings.into_iter().chain(earlier.unknown).filter_map(KnownDocument::read).collect())
}
