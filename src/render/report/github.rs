//! For GitHub Actions: outputs of a step, and annotations on the lines of the
//! manifest. The summary of a step is the Markdown report.

use super::junit::summary_of;
use super::sink::{Sink, escape_command, escape_line};
use super::value::{Report, Weight};

/// Most annotations that a step may have of one kind; more are not shown.
const MOST: usize = 10;

/// Renders the outputs of a step, for the file that `GITHUB_OUTPUT` names.
#[must_use]
pub fn render_outputs(report: &Report) -> String {
    let sum = |name: &str| -> u64 {
        let counts = report.targets.iter().flat_map(|target| &target.counts);
        counts.filter(|(other, _)| *other == name).map(|(_, count)| *count).sum()
    };
    let mut names: Vec<&'static str> = Vec::new();
    for (name, _) in report.targets.iter().flat_map(|target| &target.counts) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let mut out = Sink::new(escape_line);
    out.literal("exit_code=").number(report.exit_code).literal("\n");
    for name in names {
        out.literal(name).literal("=").number(sum(name)).literal("\n");
    }
    let lines: Vec<String> = match report.targets.as_slice() {
        [target] => vec![target.headline.clone()],
        several => several.iter().map(|target| format!("{}: {}", target.target, target.headline)).collect(),
    };
    out.literal("headline=").text(&lines.join(" ")).literal("\n");
    if let [target] = report.targets.as_slice()
        && let Some(digest) = &target.digest
    {
        out.literal("digest=").text(digest).literal("\n");
    }
    out.finish()
}

/// Renders the workflow commands that put findings next to the lines that
/// declare them.
#[must_use]
pub fn render_annotations(report: &Report) -> String {
    let mut out = Sink::new(escape_command);
    for target in &report.targets {
        if let Some((message, _)) = &target.failure {
            out.literal("::error title=ltsctl::");
            if !target.target.is_empty() {
                out.text(&target.target).literal(": ");
            }
            out.text(message).literal("\n");
        }
        for weight in [Weight::Destructive, Weight::Trouble, Weight::Change] {
            let entries = target
                .entries
                .iter()
                .filter(|entry| entry.weight == weight && (entry.is_failure() || weight == Weight::Destructive));
            for entry in entries.take(MOST) {
                out.literal(if weight == Weight::Change { "::warning title=ltsctl" } else { "::error title=ltsctl" });
                out.literal(" ").text(entry.mark.as_str());
                if let Some(place) = &entry.place {
                    out.literal(",file=").text(&place.file).literal(",line=").number(place.line);
                    out.literal(",col=").number(place.column);
                }
                out.literal("::").text(&summary_of(entry)).literal("\n");
            }
        }
    }
    out.finish()
}
