//! From the planner's comparison to verdicts.

use std::collections::BTreeSet;

use super::finding::{Accepted, Drift, Finding, Lapsed, Verdict};
use super::unmanaged::find_unmanaged;
use crate::diff::{Notice, Obstacle};
use crate::model::{Acceptance, Address, Capabilities, Desired, Field, Live, Memory};
use crate::plan::{Plan, Proposal, Step, Value, Verb, compare};

/// What a verdict rests on.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// What is declared.
    pub desired: &'a Desired,
    /// What is there.
    pub live: &'a Live,
    /// What the service at hand can do.
    pub capabilities: &'a Capabilities,
    /// Dumps that were created where they cannot be listed.
    pub memory: &'a Memory,
    /// Today's date, `YYYY-MM-DD`.
    pub today: &'a str,
}

/// Judges a project. Nothing of it can be changed by what is returned: there are
/// no steps in it.
#[must_use]
pub fn judge(look: Look<'_>) -> Drift {
    let Look { desired, live, capabilities, memory, today } = look;
    let proposal = compare(desired, live, capabilities, today, memory);
    let mut findings = find(&proposal, live);
    let accepted = match desired.accept.iter().any(|entry| entry.until.as_ref() >= today) {
        false => Vec::new(),
        true => {
            let strict = Desired { accept: Vec::new(), ..desired.clone() };
            let all = find(&compare(&strict, live, capabilities, today, memory), live);
            find_accepted(all, &findings, desired, today)
        }
    };
    for finding in &mut findings {
        finding.lapsed = find_lapsed(finding, &desired.accept, today);
    }
    findings.extend(find_unmanaged(desired, live, capabilities));
    findings.sort_by(|one, two| one.key().cmp(&two.key()));
    findings.dedup_by(|one, two| one.key() == two.key());
    let concerned: BTreeSet<&Address> = findings.iter().map(|finding| &finding.address).collect();
    let mut in_sync = proposal.unchanged(desired);
    in_sync.retain(|address| !concerned.contains(address));
    Drift { findings, accepted, in_sync, warnings: proposal.plan.warnings }
}

/// Keeps of two looks at a project what both of them found. One list alone may
/// come late, empty or without an item (S24, S27, S28), and whoever is woken at
/// night for that turns the alarm off.
#[must_use]
pub fn agree(first: &Drift, second: Drift) -> Drift {
    let seen: BTreeSet<_> = first.findings.iter().map(Finding::key).collect();
    let (findings, fleeting): (Vec<_>, Vec<_>) =
        second.findings.into_iter().partition(|finding| !finding.verdict.is_drift() || seen.contains(&finding.key()));
    let gone: BTreeSet<_> =
        first.findings.iter().filter(|finding| finding.verdict.is_drift()).map(Finding::key).collect();
    let still: BTreeSet<_> = findings.iter().map(Finding::key).collect();
    let mut warnings = second.warnings;
    if !fleeting.is_empty() || !gone.is_subset(&still) {
        warnings
            .push("two looks at the project showed different things; only what both of them showed is told".to_owned());
    }
    Drift { findings, warnings, ..second }
}

fn find(proposal: &Proposal, live: &Live) -> Vec<Finding> {
    let Plan { steps, blocked, held, unread, unverifiable, sick, .. } = &proposal.plan;
    let replaced: BTreeSet<&Address> = addresses_of(steps, Verb::Delete);
    let created: BTreeSet<&Address> = addresses_of(steps, Verb::Create);
    let mut findings = Vec::new();
    for step in steps {
        let is_replaced = replaced.contains(&step.address) && created.contains(&step.address);
        match step.verb {
            // The creation tells which fields differ.
            Verb::Delete if is_replaced => {}
            Verb::Delete => findings.push(left_over(step)),
            Verb::Create if !is_replaced => {
                findings.push(placed(Finding::new(step.address.clone(), Verdict::Missing), step))
            }
            Verb::Create | Verb::Update => findings.extend(differences(step, steps)),
        }
    }
    findings.extend(blocked.iter().chain(held).map(|obstacle| stuck(obstacle, live)));
    findings.extend(unread.iter().map(|notice| unknown(notice, Verdict::Unread)));
    findings.extend(unverifiable.iter().map(|notice| unknown(notice, Verdict::Unverifiable)));
    findings.extend(sick.iter().map(|sick| {
        let bucket = sick.bucket.as_ref().map_or(String::new(), |bucket| format!(" to bucket `{bucket}`"));
        let mut finding = Finding::new(sick.address.clone(), Verdict::Unhealthy);
        finding.reason = Some(format!("the service reports EXCEPTION for dump {}{bucket}", sick.id));
        finding.help = Some(
            "check that the bucket exists in this region, that its policy lets LTS write, and that its key is enabled"
                .to_owned(),
        );
        finding
    }));
    findings
}

fn addresses_of(steps: &[Step], verb: Verb) -> BTreeSet<&Address> {
    steps.iter().filter(|step| step.verb == verb).map(|step| &step.address).collect()
}

fn placed(finding: Finding, step: &Step) -> Finding {
    Finding { place: step.place.clone(), ..finding }
}

/// Something that is there and should not be.
fn left_over(step: &Step) -> Finding {
    let finding = placed(Finding::new(step.address.clone(), Verdict::Drifted), step);
    Finding { reason: step.reason.clone(), ..finding }
}

/// One finding for each field that differs. Of a replacement only the creation
/// is asked, with what the deletion shows of before.
fn differences(step: &Step, steps: &[Step]) -> Vec<Finding> {
    let is_its_end = |other: &&Step| other.verb == Verb::Delete && other.address == step.address;
    let gone = if step.verb == Verb::Create { steps.iter().find(is_its_end) } else { None };
    let before = |field: Field| -> Option<Value> {
        gone?.fields.iter().find(|change| change.field == field).and_then(|change| change.before.clone())
    };
    let fields = step.fields.iter().map(|change| (change.field, change.before.clone(), change.after.clone()));
    let mut findings: Vec<Finding> = fields
        .map(|(field, live, declared)| (field, live.or_else(|| before(field)), declared))
        .filter(|(_, live, declared)| live != declared)
        .map(|(field, live, declared)| {
            let finding = placed(Finding::new(step.address.clone(), Verdict::Drifted), step);
            Finding { field: Some(field), declared, live, reason: step.reason.clone(), ..finding }
        })
        .collect();
    if findings.is_empty() {
        findings.push(left_over(step));
    }
    findings
}

/// Something that differs in a way no plan can change.
fn stuck(obstacle: &Obstacle, live: &Live) -> Finding {
    let verdict = if is_absent(&obstacle.address, live) { Verdict::Missing } else { Verdict::Drifted };
    let mut finding = Finding::new(obstacle.address.clone(), verdict);
    finding.reason = Some(obstacle.reason.clone());
    finding.help = Some(obstacle.help.clone());
    finding.place.clone_from(&obstacle.place);
    finding
}

/// Says whether an object is known not to be there.
fn is_absent(address: &Address, live: &Live) -> bool {
    let Some(group) = live.groups.get(address.group()) else { return live.groups_doubt.is_none() };
    match address {
        Address::Group(_) | Address::Dump(..) => false,
        Address::Stream(_, name) => group.streams.complete().is_some_and(|streams| !streams.contains_key(name)),
    }
}

fn unknown(notice: &Notice, verdict: Verdict) -> Finding {
    let finding = Finding::new(notice.address.clone(), verdict);
    Finding { field: notice.field, reason: Some(notice.reason.clone()), ..finding }
}

/// What is found only where nothing is accepted, with the entry that covers it.
fn find_accepted(all: Vec<Finding>, found: &[Finding], desired: &Desired, today: &str) -> Vec<Accepted> {
    let found: BTreeSet<_> = found.iter().map(Finding::key).collect();
    let mut accepted: Vec<Accepted> = all
        .into_iter()
        .filter(|finding| !found.contains(&finding.key()))
        .filter_map(|finding| {
            let covers = |entry: &&Acceptance| entry.until.as_ref() >= today && concerns(entry, &finding);
            let entry = desired.accept.iter().find(covers)?;
            Some(Accepted { until: entry.until.clone(), reason: entry.reason.clone(), finding })
        })
        .collect();
    accepted.sort_by(|one, two| one.finding.key().cmp(&two.finding.key()));
    accepted
}

/// Returns the entry that covered a finding until its date passed.
fn find_lapsed(finding: &Finding, entries: &[Acceptance], today: &str) -> Option<Lapsed> {
    let lapsed = entries.iter().filter(|entry| entry.until.as_ref() < today);
    let same_value = |entry: &&Acceptance| {
        finding.verdict == Verdict::Unhealthy
            || finding.live.as_ref().is_some_and(|live| live.to_string() == entry.value.as_ref())
    };
    let entry = lapsed.filter(|entry| concerns(entry, finding)).find(same_value)?;
    Some(Lapsed { until: entry.until.clone(), reason: entry.reason.clone() })
}

fn concerns(entry: &Acceptance, finding: &Finding) -> bool {
    let field = match finding.verdict {
        Verdict::Unhealthy => "status",
        _ => finding.field.map_or("", Field::as_str),
    };
    entry.field.as_ref() == field && entry.address.matches(&finding.address)
}
