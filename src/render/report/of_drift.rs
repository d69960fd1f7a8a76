//! Verdicts as a report.

use jiff::Timestamp;

use super::value::{Entry, Line, Mark, Report, ReportKind, Seen, TargetReport, Weight};
use crate::drift::baseline::Novelty;
use crate::drift::{Finding, Verdict};
use crate::render::drift::{Told, summary_line};
use crate::render::json::LookedAt;

/// Makes the report of a look at some targets. `requests` is how many each of
/// them took.
#[must_use]
pub fn report_drift(looks: &[LookedAt], requests: &[u64], selection: Told, exit_code: u8, at: Timestamp) -> Report {
    let requests = requests.iter().copied().chain(std::iter::repeat(0));
    let targets = looks.iter().zip(requests).map(|(look, requests)| report_target(look, requests, selection)).collect();
    Report { kind: ReportKind::Drift, targets, exit_code, at }
}

fn report_target(look: &LookedAt, requests: u64, selection: Told) -> TargetReport {
    let LookedAt { target, drift, delta } = look;
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let mut counts = vec![("in_sync", number(drift.in_sync.len()))];
    counts.extend(Verdict::ALL.into_iter().map(|verdict| (verdict.as_str(), number(drift.count(verdict)))));
    counts.push(("accepted", number(drift.accepted.len())));
    counts.push(("new", number(delta.count(Novelty::New))));
    counts.push(("changed", number(delta.count(Novelty::Changed))));
    counts.push(("resolved", number(delta.resolved.len())));
    let (mut entries, mut quiet): (Vec<Entry>, Vec<Entry>) = (Vec::new(), Vec::new());
    for (finding, age) in drift.findings.iter().zip(&delta.ages) {
        let seen = Seen { since: age.since, state: age.novelty.as_str() };
        let mut entry = describe(finding, mark_of(finding.verdict));
        entry.id = Some(finding.id(&target.name));
        entry.seen = Some(seen);
        let shown = selection == Told::All || age.novelty.is_news();
        if shown { entries.push(entry) } else { quiet.push(entry) }
    }
    counts.push(("not_shown", number(quiet.len())));
    for accepted in &drift.accepted {
        let mut entry = describe(&accepted.finding, Mark::Accepted);
        entry.weight = Weight::Note;
        entry.lines.push(Line::text("accepted", format!("until {}: {}", accepted.until, accepted.reason)));
        entries.push(entry);
    }
    TargetReport {
        target: target.name.clone(),
        headline: summary_line(std::slice::from_ref(look)),
        digest: None,
        counts,
        entries,
        quiet,
        permissions: Vec::new(),
        warnings: drift.warnings.clone(),
        known: true,
        failure: None,
        requests,
    }
}

fn mark_of(verdict: Verdict) -> Mark {
    match verdict {
        Verdict::Drifted => Mark::Drifted,
        Verdict::Missing => Mark::Missing,
        Verdict::Unmanaged => Mark::Unmanaged,
        Verdict::Unhealthy => Mark::Unhealthy,
        Verdict::Unverifiable => Mark::Unverifiable,
        Verdict::Unread => Mark::Unread,
    }
}

fn describe(finding: &Finding, mark: Mark) -> Entry {
    let weight = match finding.verdict {
        Verdict::Missing | Verdict::Unhealthy | Verdict::Unread => Weight::Trouble,
        Verdict::Drifted | Verdict::Unmanaged => Weight::Change,
        Verdict::Unverifiable => Weight::Note,
    };
    let mut entry = Entry::new(&finding.address, mark, weight);
    if let Some(field) = finding.field {
        let shown = |value: &Option<crate::plan::Value>| value.as_ref().map(ToString::to_string);
        entry.lines.push(Line::Field {
            name: field.as_str(),
            before: shown(&finding.live),
            after: shown(&finding.declared),
        });
    }
    entry.lines.extend(finding.reason.iter().map(|reason| Line::text("reason", reason.clone())));
    entry.lines.extend(
        finding
            .lapsed
            .iter()
            .map(|lapsed| Line::text("was accepted", format!("until {}: {}", lapsed.until, lapsed.reason))),
    );
    entry.lines.extend(finding.origin.map(|origin| Line::text("moved", origin.as_str())));
    entry.lines.extend(finding.help.iter().map(|help| Line::text("help", help.clone())));
    entry.place.clone_from(&finding.place);
    entry
}
