//! For whatever shows test results: a target is a suite, an object a case.

use super::sink::{Sink, escape_markup};
use super::value::{Entry, Line, Report, TargetReport};

/// Renders a report as JUnit XML.
#[must_use]
pub fn render_junit(report: &Report) -> String {
    let mut out = Sink::new(escape_markup);
    out.literal("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ltsctl ");
    out.literal(report.kind.as_str()).literal("\">\n");
    for target in &report.targets {
        suite(&mut out, report, target);
    }
    out.literal("</testsuites>\n");
    out.finish()
}

fn suite(out: &mut Sink, report: &Report, target: &TargetReport) {
    let failures = target.entries.iter().filter(|entry| entry.is_failure()).count();
    out.literal("  <testsuite name=\"").text(&target.target);
    out.literal("\" timestamp=\"").text(&format!("{:.0}", report.at));
    out.literal("\" tests=\"").number(target.entries.len() as i128 + 1);
    out.literal("\" failures=\"").number(failures as i128);
    out.literal("\" errors=\"").number(i32::from(target.failure.is_some())).literal("\">\n");
    out.literal("    <testcase classname=\"run\" name=\"").text(&target.headline).literal("\"");
    match &target.failure {
        None => out.literal("/>\n"),
        Some((message, help)) => {
            out.literal(">\n      <error message=\"").text(message).literal("\">");
            out.text(help.as_deref().unwrap_or_default()).literal("</error>\n    </testcase>\n")
        }
    };
    for entry in &target.entries {
        case(out, entry);
    }
    out.literal("  </testsuite>\n");
}

fn case(out: &mut Sink, entry: &Entry) {
    out.literal("    <testcase classname=\"").text(entry.kind);
    out.literal("\" name=\"").text(&entry.address);
    if let Some(place) = &entry.place {
        out.literal("\" file=\"").text(&place.file).literal("\" line=\"").number(place.line);
    }
    if !entry.is_failure() {
        out.literal("\"/>\n");
        return;
    }
    let word = entry.outcome.as_ref().map_or(entry.mark.as_str(), |(word, _)| *word);
    out.literal("\">\n      <failure type=\"").text(entry.mark.as_str());
    out.literal("\" message=\"").text(&format!("{word}: {}", summary_of(entry))).literal("\">");
    for line in &entry.lines {
        match line {
            Line::Field { name, before, after } => {
                let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "(none)".to_owned());
                out.text(name).literal(": ").text(&shown(before)).literal(" -&gt; ").text(&shown(after))
            }
            Line::Text { label, text } => out.text(label).literal(": ").text(text),
        };
        out.literal("\n");
    }
    if let Some((_, Some(text))) = &entry.outcome {
        out.text(text).literal("\n");
    }
    out.literal("</failure>\n    </testcase>\n");
}

/// Returns one line about an object.
pub(super) fn summary_of(entry: &Entry) -> String {
    let first = entry.lines.iter().map(|line| match line {
        Line::Field { name, before, after } => {
            let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "(none)".to_owned());
            match entry.id {
                // A finding: what is there, against what is declared.
                Some(_) => format!("{name} is {}, declared {}", shown(before), shown(after)),
                None => format!("{name} {} -> {}", shown(before), shown(after)),
            }
        }
        Line::Text { text, .. } => text.clone(),
    });
    let failure = entry.outcome.as_ref().and_then(|(_, text)| text.clone());
    failure
        .or_else(|| first.into_iter().next())
        .map_or_else(|| entry.address.clone(), |text| format!("{}: {text}", entry.address))
}
