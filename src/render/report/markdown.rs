//! For a comment on a pull request: what is lost first, details folded, short
//! enough for any forge, and never without the numbers.

use std::collections::BTreeMap;

use super::crowd;
use super::sink::{Sink, escape_line, escape_markdown, longest_run};
use super::value::{Entry, Line, Mark, Report, ReportKind, TargetReport, Weight};

/// Longest comment a forge takes, in characters.
pub const LONGEST_COMMENT: usize = 65_536;

/// Most characters for what is said of targets as a whole.
const HEADS: usize = 20_000;

/// Most targets that have a part of their own.
const CROWD: usize = 60;

/// Most warnings of a target, and most characters of each.
const WARNINGS: (usize, usize) = (5, 300);

/// Most characters that what is destroyed may take.
const LOSSES: usize = 40_000;

/// Renders a report in at most [`LONGEST_COMMENT`] characters.
///
/// It begins with a marker by which a later one finds it and takes its place.
#[must_use]
pub fn render_markdown(report: &Report) -> String {
    let heads: Vec<Sink> = report.targets.iter().map(|target| head(report, target)).collect();
    let heads_length: usize = heads.iter().map(Sink::length).sum();
    if heads_length > HEADS || report.targets.len() > CROWD {
        return crowd::render(report).finish();
    }
    let losses = share(LOSSES.saturating_sub(heads_length), report.targets.len());
    let mut out = begin(report);
    if report.targets.len() > 1 {
        out.part(roll_up(report));
    }
    for (target, head) in report.targets.iter().zip(heads) {
        out.part(head);
        out.part(losses_of(target, losses));
    }
    let foot = foot(report);
    let folds: Vec<Fold<'_>> = report.targets.iter().flat_map(fold_up).collect();
    // What a fold takes with nothing in it.
    let frames: usize = folds.iter().map(|fold| fold.render(report, 0).length() + FENCE).sum();
    let room = LONGEST_COMMENT.saturating_sub(out.length() + foot.length() + frames);
    for (fold, room) in folds.iter().zip(allot(room, &folds)) {
        out.part(fold.render(report, room));
    }
    out.part(foot);
    // Names may be longer than was reckoned with.
    if out.length() > LONGEST_COMMENT { crowd::render(report).finish() } else { out.finish() }
}

/// Entries of a target that are folded away.
struct Fold<'a> {
    title: &'static str,
    target: &'a TargetReport,
    entries: Vec<&'a Entry>,
}

/// What stands around the entries of a fold, if there are any: two fences and a line.
const FENCE: usize = 60;

/// Gives each fold its room: what is in the way comes before what changes, and that
/// before the notes.
fn allot(room: usize, folds: &[Fold<'_>]) -> Vec<usize> {
    let (mut left, mut rooms) = (room, vec![0; folds.len()]);
    for (title, _) in SECTIONS {
        let of: Vec<usize> = (0..folds.len()).filter(|index| folds[*index].title == title).collect();
        let wanted: Vec<usize> = of.iter().map(|index| folds[*index].length()).collect();
        for (index, share) in of.into_iter().zip(divide(left, &wanted)) {
            rooms[index] = share;
        }
        left = room.saturating_sub(rooms.iter().sum());
    }
    rooms
}

fn fold_up(target: &TargetReport) -> impl Iterator<Item = Fold<'_>> {
    let fold = |(title, weight)| Fold {
        title,
        target,
        entries: target.entries.iter().filter(|entry| entry.weight == weight).collect(),
    };
    SECTIONS.into_iter().map(fold).filter(|fold| !fold.entries.is_empty())
}

/// Divides room among those who want so much: who wants little gets it, and the
/// others get equal parts of the rest.
fn divide(room: usize, wanted: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|index| wanted.get(*index));
    let (mut shares, mut left) = (vec![0; wanted.len()], room);
    for (position, index) in order.iter().enumerate() {
        let share = left / (wanted.len() - position);
        if let (Some(slot), Some(wanted)) = (shares.get_mut(*index), wanted.get(*index)) {
            *slot = share.min(*wanted);
            left -= *slot;
        }
    }
    shares
}

/// The marker, by which a later comment finds this one.
pub(super) fn begin(report: &Report) -> Sink {
    let mut out = Sink::new(escape_markdown);
    out.literal("<!-- ltsctl ").part(mark_of(report)).literal(" -->\n");
    out
}

const SECTIONS: [(&str, Weight); 3] =
    [("In the way", Weight::Trouble), ("Changes", Weight::Change), ("Notes", Weight::Note)];

fn share(whole: usize, parts: usize) -> usize {
    whole / parts.max(1)
}

/// A comment of HTML must not end early: only what cannot end it is written.
fn mark_of(report: &Report) -> Sink {
    let mut sink = Sink::new(|text, out| {
        out.extend(text.chars().map(|c| if c.is_ascii_alphanumeric() || "./_".contains(c) { c } else { '_' }));
    });
    sink.text(&report.key().chars().take(1_000).collect::<String>());
    sink
}

pub(super) fn title(kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::Plan => "### ltsctl plan",
        ReportKind::Apply => "### ltsctl apply",
        ReportKind::Destroy => "### ltsctl destroy",
        ReportKind::Drift => "### ltsctl drift",
    }
}

fn roll_up(report: &Report) -> Sink {
    let mut out = Sink::new(escape_markdown);
    out.literal(title(report.kind)).literal(", ").number(report.targets.len() as i128).literal(" targets\n\n");
    for target in &report.targets {
        out.literal("- ").text(&target.target).literal(": ").text(&target.headline).literal("\n");
    }
    out.literal("\n");
    out
}

fn head(report: &Report, target: &TargetReport) -> Sink {
    let mut out = Sink::new(escape_markdown);
    out.literal(title(report.kind));
    if !target.target.is_empty() {
        out.literal(": ").text(&target.target);
    }
    out.literal("\n\n**").text(&target.headline).literal("**\n\n");
    if let Some((message, help)) = &target.failure {
        out.literal("**Failed:** ").text(message).literal("\n\n");
        if let Some(help) = help {
            out.literal("Way out: ").text(help).literal("\n\n");
        }
    }
    let told: Vec<&(&str, u64)> = target.counts.iter().filter(|(_, count)| *count > 0).collect();
    for (index, (name, count)) in told.iter().enumerate() {
        out.literal(if index == 0 { "" } else { " · " }).number(i128::from(*count)).literal(" ").text(name);
    }
    if !told.is_empty() {
        out.literal("\n\n");
    }
    if !target.permissions.is_empty() {
        out.literal("An apply needs ").text(&format!("--allow {}", target.permissions.join(","))).literal("\n\n");
    }
    let (most, longest) = WARNINGS;
    for warning in target.warnings.iter().take(most) {
        let cut: String = warning.chars().take(longest).collect();
        let mark = if cut.len() < warning.len() { "…" } else { "" };
        out.literal("**Warning:** ").text(&format!("{cut}{mark}")).literal("\n\n");
    }
    if target.warnings.len() > most {
        out.literal("and ").number((target.warnings.len() - most) as i128).literal(" more warnings\n\n");
    }
    out
}

/// What is destroyed, in as much detail as fits: all of it, or addresses, or
/// numbers for each group, or numbers. Something is cut only in the last but one,
/// and then the rest is counted.
fn losses_of(target: &TargetReport, room: usize) -> Sink {
    let entries: Vec<&Entry> = target.entries.iter().filter(|entry| entry.weight == Weight::Destructive).collect();
    let mut out = Sink::new(escape_markdown);
    if entries.is_empty() {
        return out;
    }
    out.literal("#### Deletions and losses: ").number(entries.len() as i128).literal("\n\n");
    let whole = block(&entries, describe);
    let addresses = block(&entries, heading);
    let fits = |part: &Sink| part.length() <= room;
    out.part(if fits(&whole) {
        whole
    } else if fits(&addresses) {
        addresses
    } else {
        by_group(&entries, room)
    });
    out
}

pub(super) fn by_group(entries: &[&Entry], room: usize) -> Sink {
    let mut groups: BTreeMap<&str, BTreeMap<(Mark, &str), usize>> = BTreeMap::new();
    for entry in entries {
        let group = entry.address.split('/').nth(1).unwrap_or_default();
        *groups.entry(group).or_default().entry((entry.mark, entry.kind)).or_default() += 1;
    }
    let mut out = Sink::new(escape_markdown);
    let mut told = 0;
    for (group, counts) in &groups {
        if out.length() > room {
            break;
        }
        out.literal("- ").text(group).literal(":");
        for ((mark, kind), count) in counts {
            out.literal(" ").text(&format!("{} {count} {kind}", mark.as_str()));
        }
        out.literal("\n");
        told += 1;
    }
    if told < groups.len() {
        out.literal("- and ").number((groups.len() - told) as i128).literal(" more groups\n");
    }
    out.literal("\n");
    out
}

/// A fenced block. Its fence is longer than any in it.
fn block(entries: &[&Entry], describe: impl Fn(&mut Sink, &Entry)) -> Sink {
    let mut inner = Sink::new(escape_line);
    for entry in entries {
        describe(&mut inner, entry);
    }
    fence(inner)
}

fn fence(inner: Sink) -> Sink {
    let inner = inner.finish();
    let ticks = longest_run(&inner, '`').max(2) + 1;
    let mut out = Sink::new(|text, out| out.push_str(text));
    out.text(&"`".repeat(ticks)).literal("diff\n").text(&inner).text(&"`".repeat(ticks)).literal("\n\n");
    out
}

impl Fold<'_> {
    /// Returns how many characters all entries take.
    fn length(&self) -> usize {
        self.entries.iter().map(|entry| describe_one(entry).length()).sum()
    }

    fn render(&self, report: &Report, room: usize) -> Sink {
        let Self { title, target, entries } = self;
        let mut inner = Sink::new(escape_line);
        let mut told = 0;
        let mut length = 0;
        for entry in entries {
            let one = describe_one(entry);
            length += one.length();
            if length > room {
                break;
            }
            inner.part(one);
            told += 1;
        }
        let mut out = Sink::new(escape_markdown);
        out.literal("<details><summary>").literal(title).literal(": ").number(entries.len() as i128);
        if report.targets.len() > 1 {
            // Within HTML a code span is none.
            let mut name = Sink::new(super::sink::escape_markup);
            name.literal(" (").text(&target.target).literal(")");
            out.part(name);
        }
        out.literal("</summary>\n\n");
        if told > 0 {
            out.part(fence(inner));
        }
        if told < entries.len() {
            out.literal(if told > 0 { "and " } else { "" })
                .number((entries.len() - told) as i128)
                .literal(" more that do not fit into a comment\n\n");
        }
        out.literal("</details>\n\n");
        out
    }
}

fn describe_one(entry: &Entry) -> Sink {
    let mut one = Sink::new(escape_line);
    describe(&mut one, entry);
    one
}

fn heading(sink: &mut Sink, entry: &Entry) {
    let symbol = match entry.mark {
        Mark::Delete | Mark::Replace => "- ",
        Mark::Create => "+ ",
        Mark::Update | Mark::Drifted | Mark::Unmanaged | Mark::Missing | Mark::Unhealthy => "! ",
        _ => "  ",
    };
    sink.literal(symbol).text(entry.mark.as_str()).literal(" ").text(&entry.address);
    if let Some((word, _)) = &entry.outcome {
        sink.literal(": ").text(word);
    }
    if let Some(seen) = &entry.seen {
        match seen.state {
            "new" => sink.literal(" (new)"),
            "changed" => sink.literal(" (changed, open since ").text(&format!("{:.0}", seen.since)).literal(")"),
            _ => sink.literal(" (open since ").text(&format!("{:.0}", seen.since)).literal(")"),
        };
    }
    sink.literal("\n");
}

fn describe(sink: &mut Sink, entry: &Entry) {
    heading(sink, entry);
    for line in &entry.lines {
        sink.literal("      ");
        match line {
            Line::Field { name, before, after } => {
                let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "(none)".to_owned());
                sink.text(name).literal(" ");
                match (before, after, entry.mark) {
                    (_, _, Mark::Drifted | Mark::Accepted) => {
                        sink.literal("declared ").text(&shown(after)).literal(", live ").text(&shown(before))
                    }
                    (None, Some(after), _) => sink.text(after),
                    (Some(before), None, Mark::Delete) => sink.text(before),
                    _ => sink.text(&shown(before)).literal(" -> ").text(&shown(after)),
                };
            }
            Line::Text { label, text } => {
                sink.text(label).literal(": ").text(text);
            }
        }
        sink.literal("\n");
    }
    if let Some((_, Some(text))) = &entry.outcome {
        sink.literal("      ").text(text).literal("\n");
    }
    if let Some(place) = &entry.place {
        sink.literal("      declared at ").text(&place.to_string()).literal("\n");
    }
}

fn foot(report: &Report) -> Sink {
    let mut out = Sink::new(escape_markdown);
    for target in &report.targets {
        if let Some(digest) = &target.digest {
            out.literal("Digest ");
            if report.targets.len() > 1 {
                out.literal("of ").text(&target.target).literal(" ");
            }
            out.text(digest).literal("\n\n");
        }
    }
    out.literal("Exit code ").number(report.exit_code).literal("\n");
    out
}
