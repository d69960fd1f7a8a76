//! A comment about so many targets, or so long messages, that not everything fits:
//! the sums, a line for each target as far as there is room, the worst first, and
//! what is destroyed.

use std::collections::BTreeMap;

use super::markdown::{begin, by_group, title};
use super::sink::{Sink, escape_markdown};
use super::value::{Entry, Line, Report, TargetReport, Weight};

/// Most characters that lines of targets take.
const LINES: usize = 24_000;

/// Most characters that what is destroyed takes.
const LOSSES: usize = 36_000;

/// Most characters of one message.
const MESSAGE: usize = 400;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Failed,
    Stuck,
    Destroys,
    Changes,
    Quiet,
}

pub(super) fn render(report: &Report) -> Sink {
    let mut out = begin(report);
    out.literal(title(report.kind)).literal(", ").number(report.targets.len() as i128).literal(" targets\n\n");
    out.part(sums(report));
    let destroyed: usize = report.targets.iter().map(|target| losses_of(target).len()).sum();
    if destroyed > 0 {
        out.literal("#### Deletions and losses: ").number(destroyed as i128).literal("\n\n");
    }
    let mut ranked: Vec<(Rank, &TargetReport)> = report.targets.iter().map(|target| (rank(target), target)).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let end = out.length() + LINES;
    let mut rest: BTreeMap<Rank, usize> = BTreeMap::new();
    for (rank, target) in &ranked {
        let line = line(target);
        if rest.is_empty() && out.length() + line.length() <= end {
            out.part(line);
        } else {
            *rest.entry(*rank).or_default() += 1;
        }
    }
    out.part(tell_rest(&rest)).literal("\n");
    out.part(losses(&ranked));
    out.literal("Exit code ").number(report.exit_code).literal("\n");
    out
}

fn rank(target: &TargetReport) -> Rank {
    if !target.known {
        Rank::Failed
    } else if target.failure.is_some() || find_trouble(target).next().is_some() {
        Rank::Stuck
    } else if !losses_of(target).is_empty() {
        Rank::Destroys
    } else if target.entries.is_empty() {
        Rank::Quiet
    } else {
        Rank::Changes
    }
}

fn find_trouble(target: &TargetReport) -> impl Iterator<Item = &Entry> {
    target.entries.iter().filter(|entry| entry.weight == Weight::Trouble)
}

fn losses_of(target: &TargetReport) -> Vec<&Entry> {
    target.entries.iter().filter(|entry| entry.weight == Weight::Destructive).collect()
}

fn sums(report: &Report) -> Sink {
    let mut sums: Vec<(&str, u64)> = Vec::new();
    for (name, count) in report.targets.iter().flat_map(|target| &target.counts).filter(|(_, count)| *count > 0) {
        match sums.iter_mut().find(|(known, _)| known == name) {
            Some((_, sum)) => *sum = sum.saturating_add(*count),
            None => sums.push((name, *count)),
        }
    }
    let mut out = Sink::new(escape_markdown);
    for (index, (name, sum)) in sums.iter().enumerate() {
        out.literal(if index == 0 { "" } else { " · " }).number(i128::from(*sum)).literal(" ").text(name);
    }
    if !sums.is_empty() {
        out.literal("\n\n");
    }
    out
}

fn line(target: &TargetReport) -> Sink {
    let mut out = Sink::new(escape_markdown);
    out.literal("- ").text(&target.target).literal(": ").text(&cap(&target.headline));
    if !target.permissions.is_empty() {
        out.literal(", needs ").text(&format!("--allow {}", target.permissions.join(",")));
    }
    if let Some((message, _)) = &target.failure {
        out.literal(" **Failed:** ").text(&cap(message));
    }
    if let Some(entry) = find_trouble(target).next() {
        let reason = entry.lines.iter().find_map(|line| match line {
            Line::Text { text, .. } => Some(cap(text)),
            Line::Field { .. } => None,
        });
        out.literal(", ").number(find_trouble(target).count() as i128).literal(" in the way: ");
        out.text(&format!("{} {}", entry.mark.as_str(), entry.address));
        if let Some(reason) = reason {
            out.literal(" ").text(&reason);
        }
    }
    if !target.warnings.is_empty() {
        out.literal(", warnings: ").number(target.warnings.len() as i128);
    }
    out.literal("\n");
    out
}

fn cap(text: &str) -> String {
    match text.char_indices().nth(MESSAGE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn tell_rest(rest: &BTreeMap<Rank, usize>) -> Sink {
    let mut out = Sink::new(escape_markdown);
    if rest.is_empty() {
        return out;
    }
    out.literal("- and ").number(rest.values().sum::<usize>() as i128).literal(" more targets:");
    for (index, (rank, count)) in rest.iter().enumerate() {
        out.literal(if index == 0 { " " } else { ", " }).number(*count as i128).literal(match rank {
            Rank::Failed => " failed",
            Rank::Stuck => " with something in the way",
            Rank::Destroys => " with deletions or losses",
            Rank::Changes => " with something to say",
            Rank::Quiet => " with nothing to say",
        });
    }
    out.literal("\n");
    out
}

/// By group, in the room that all of them share.
fn losses(ranked: &[(Rank, &TargetReport)]) -> Sink {
    let destroying: Vec<(&TargetReport, Vec<&Entry>)> = ranked
        .iter()
        .map(|(_, target)| (*target, losses_of(target)))
        .filter(|(_, losses)| !losses.is_empty())
        .collect();
    let mut out = Sink::new(escape_markdown);
    let mut told = 0;
    for (target, losses) in &destroying {
        let mut part = Sink::new(escape_markdown);
        part.literal("Deletions and losses in ").text(&target.target).literal(": ").number(losses.len() as i128);
        part.literal("\n\n").part(by_group(losses, (LOSSES / destroying.len()).min(8_000)));
        if out.length() + part.length() > LOSSES {
            break;
        }
        out.part(part);
        told += 1;
    }
    if told < destroying.len() {
        out.literal("Those of ").number((destroying.len() - told) as i128);
        out.literal(" more targets do not fit here; they are in the numbers above.\n\n");
    }
    out
}
