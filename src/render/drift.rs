//! Verdicts as text for people.

use std::fmt::Write as _;

use super::json::LookedAt;
use super::paint::Paint;
use super::text::{Detail, shown};
use crate::drift::baseline::{Age, Known, Novelty};
use crate::drift::{Accepted, Finding, Verdict};
use crate::escape::Escaped;

/// Which findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// All of them.
    All,
    /// Those that no earlier report has.
    New,
}

/// Whether findings are compared with an earlier report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// They are.
    WithBaseline,
    /// There is none.
    Without,
}

/// Renders what was found in some targets, and what it comes to as the last line.
/// `failed` is how many more targets could not be looked at.
#[must_use]
pub fn render_drift(
    looks: &[LookedAt],
    failed: usize,
    selection: Told,
    comparison: Comparison,
    detail: Detail,
    paint: Paint,
) -> String {
    let mut out = String::new();
    for look in looks {
        if looks.len() > 1 {
            let _ = writeln!(out, "{}", paint.bold(Escaped(&format!("target {}", look.target.name))));
        }
        render_target(&mut out, look, selection, comparison, detail, paint);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    if selection == Told::New {
        match looks.iter().map(|look| look.delta.count(Novelty::Open)).sum::<usize>() {
            0 => {}
            known => out.push_str(&format!("{known} known findings are not shown.\n")),
        }
    }
    let all = looks.len() + failed;
    match (looks.len(), failed) {
        (0, 1..) => out.push_str(&format!("Not known: none of {all} targets could be looked at.\n")),
        (_, 0) => out.push_str(&format!("{}\n", summary_line(looks))),
        _ => out.push_str(&format!("{} {failed} of {all} targets could not be looked at.\n", summary_line(looks))),
    }
    out
}

fn render_target(
    out: &mut String,
    look: &LookedAt,
    selection: Told,
    comparison: Comparison,
    detail: Detail,
    paint: Paint,
) {
    let aged = look.drift.findings.iter().zip(&look.delta.ages);
    let wanted = aged.filter(|(finding, age)| {
        (selection == Told::All || age.novelty.is_news())
            && (detail == Detail::Verbose || finding.verdict != Verdict::Unverifiable)
    });
    let mut last = None;
    for (finding, age) in wanted {
        let head = (&finding.address, finding.verdict);
        if last != Some(head) {
            let _ = writeln!(out, "{} {}", word(finding.verdict, paint), shown(&finding.address));
            last = Some(head);
        }
        render_finding(out, finding, comparison.age(age));
    }
    for Accepted { finding, until, reason } in &look.drift.accepted {
        let _ = writeln!(out, "{} {}", paint.cyan(format!("{:<12}", "accepted")), shown(&finding.address));
        render_values(out, finding);
        let _ = writeln!(out, "    until {until}: {}", Escaped(reason));
    }
    for known in &look.delta.resolved {
        render_known(out, &paint.green(format!("{:<12}", "resolved")), known);
    }
    for known in &look.delta.unknown {
        render_known(out, &paint.cyan(format!("{:<12}", "not known")), known);
    }
    if detail == Detail::Verbose {
        for address in &look.drift.in_sync {
            let _ = writeln!(out, "{} {}", paint.green(format!("{:<12}", "in sync")), shown(address));
        }
    } else {
        match look.drift.count(Verdict::Unverifiable) {
            0 => {}
            number => {
                let noun = if number == 1 { "field" } else { "fields" };
                let _ = writeln!(out, "{number} {noun} cannot be verified; `-v` lists them");
            }
        }
    }
}

impl Comparison {
    fn age(self, age: &Age) -> Option<&Age> {
        (self == Self::WithBaseline).then_some(age)
    }
}

fn word(verdict: Verdict, paint: Paint) -> String {
    let word = format!("{:<12}", verdict.as_str());
    match verdict {
        Verdict::Drifted => paint.yellow(word),
        Verdict::Missing | Verdict::Unhealthy => paint.red(word),
        Verdict::Unmanaged | Verdict::Unverifiable | Verdict::Unread => paint.cyan(word),
    }
}

fn render_finding(out: &mut String, finding: &Finding, age: Option<&Age>) {
    render_values(out, finding);
    if let Some(reason) = &finding.reason {
        let _ = writeln!(out, "    {}", Escaped(reason));
    }
    if let Some(lapsed) = &finding.lapsed {
        let _ = writeln!(out, "    was accepted until {}: {}", Escaped(&lapsed.until), Escaped(&lapsed.reason));
    }
    if let Some(origin) = finding.origin {
        let _ = writeln!(out, "    {origin}");
    }
    match age {
        Some(Age { novelty: Novelty::New, .. }) => out.push_str("    new\n"),
        Some(Age { novelty: Novelty::Open, since, .. }) => {
            let _ = writeln!(out, "    still open since {since:.0}");
        }
        Some(Age { novelty: Novelty::Changed, since, was }) => {
            let was = was.as_ref().and_then(Option::as_deref).unwrap_or("nothing");
            let _ = writeln!(out, "    changed: live was {}; open since {since:.0}", Escaped(was));
        }
        None => {}
    }
    if let Some(place) = &finding.place {
        let _ = writeln!(out, "    declared at {}", Escaped(&place.to_string()));
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(out, "    help: {}", Escaped(help));
    }
}

fn render_values(out: &mut String, finding: &Finding) {
    let Some(field) = finding.field else { return };
    let value = |value: &Option<crate::plan::Value>| value.as_ref().map_or("nothing".to_owned(), ToString::to_string);
    let values = match (&finding.declared, &finding.live) {
        (None, None) => String::new(),
        (declared, live) => format!("declared {}, live {}", value(declared), value(live)),
    };
    let line = format!("    {:<24} {values}", field.as_str());
    let _ = writeln!(out, "{}", Escaped(line.trim_end()));
}

fn render_known(out: &mut String, word: &str, known: &Known) {
    let field = known.field.as_ref().map_or(String::new(), |field| format!(" {field}"));
    let text = format!("{}{field}: {}, since {:.0}", known.address, known.verdict, known.since);
    let _ = writeln!(out, "{word} {}", Escaped(&text));
}

/// Returns the literal last line of a drift report.
#[must_use]
pub fn summary_line(looks: &[LookedAt]) -> String {
    let count = |verdict| looks.iter().map(|look| look.drift.count(verdict)).sum::<usize>();
    let in_sync: usize = looks.iter().map(|look| look.drift.in_sync.len()).sum();
    if looks.iter().all(|look| look.drift.is_clean()) {
        return format!("No drift. {in_sync} resources match the manifest.");
    }
    let mut parts = vec![
        format!("{} drifted", count(Verdict::Drifted)),
        format!("{} missing", count(Verdict::Missing)),
        format!("{} unmanaged", count(Verdict::Unmanaged)),
    ];
    for verdict in [Verdict::Unhealthy, Verdict::Unread] {
        match count(verdict) {
            0 => {}
            number => parts.push(format!("{number} {verdict}")),
        }
    }
    format!("Drift: {}.", parts.join(", "))
}
