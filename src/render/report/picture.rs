//! The order of a plan as a picture: what comes first stands left, and a line
//! leads from each change to those that wait for it.

use std::collections::{BTreeMap, BTreeSet};

use super::sink::{Sink, escape_markup};
use super::value::{Entry, Mark, TargetReport};
use crate::escape::Escaped;

/// Most boxes that are drawn; of more, nobody would see anything.
const MOST: usize = 400;
const COLUMN: usize = 310;
const ROW: usize = 26;
/// Between the changes of one group and those of the next.
const GAP: usize = 8;
const WIDTH: usize = 250;
const HEIGHT: usize = 20;
/// The widest name that fits into its box beside the longest symbol, in
/// characters of a monospaced font; others count twice.
const LONGEST: usize = 28;

/// What there is to see of a plan.
pub(super) enum Picture {
    /// Nothing changes.
    Nothing,
    /// A box for every change.
    Whole(Sink),
    /// A box for everything that happens alike in one group; there are so many changes.
    Merged(Sink, usize),
    /// Even so there would be too many boxes for so many changes.
    TooMuch(usize),
}

/// A box.
struct Node<'a> {
    /// The address up to what is in the group.
    group: &'a str,
    column: usize,
    mark: Mark,
    /// What did not end well, in a word.
    undone: Option<&'static str>,
    /// What is shown of it.
    label: String,
    /// What it is called.
    title: String,
    /// Entry that it leads to.
    entry: usize,
    /// Positions of the boxes before it.
    waits_for: BTreeSet<usize>,
}

/// Draws what a plan does. Every box is a link to the entry with its number.
pub(super) fn draw(target: &TargetReport, first: usize) -> Picture {
    let columns = layers(&target.entries);
    let changes: Vec<(usize, &Entry)> =
        target.entries.iter().enumerate().filter(|(_, entry)| is_change(entry)).collect();
    if changes.is_empty() {
        return Picture::Nothing;
    }
    if changes.len() <= MOST {
        return Picture::Whole(paint(&place_each(&changes, &columns), first));
    }
    match merge(&changes, &columns) {
        nodes if nodes.len() <= MOST => Picture::Merged(paint(&nodes, first), changes.len()),
        _ => Picture::TooMuch(changes.len()),
    }
}

fn paint(nodes: &[Node<'_>], first: usize) -> Sink {
    let places = arrange(nodes);
    let width = places.iter().map(|(x, _)| x + COLUMN).max().unwrap_or_default();
    let height = places.iter().map(|(_, y)| y + ROW).max().unwrap_or_default() + 4;
    let mut out = Sink::new(escape_markup);
    // An image would have no links in it for those who cannot see it.
    out.literal("<svg role=\"group\" aria-label=\"order of the changes\" width=\"").number(width as i128);
    out.literal("\" height=\"").number(height as i128).literal("\" viewBox=\"0 0 ").number(width as i128).literal(" ");
    out.number(height as i128).literal("\">\n");
    for (node, to) in nodes.iter().zip(&places) {
        for from in node.waits_for.iter().filter_map(|other| places.get(*other)) {
            connect(&mut out, *from, *to);
        }
    }
    for (node, at) in nodes.iter().zip(&places) {
        draw_box(&mut out, first + node.entry, node, *at);
    }
    out.literal("</svg>\n");
    out
}

fn is_change(entry: &Entry) -> bool {
    matches!(entry.mark, Mark::Create | Mark::Update | Mark::Delete | Mark::Replace)
}

fn find_undone(entry: &Entry) -> Option<&'static str> {
    entry.outcome.as_ref().map(|(word, _)| *word).filter(|word| *word != "done")
}

fn place_each<'a>(changes: &[(usize, &'a Entry)], columns: &[usize]) -> Vec<Node<'a>> {
    let positions: BTreeMap<usize, usize> =
        changes.iter().enumerate().map(|(position, (index, _))| (*index, position)).collect();
    let node = |(index, entry): &(usize, &'a Entry)| Node {
        group: group_of(&entry.address),
        column: columns.get(*index).copied().unwrap_or_default(),
        mark: entry.mark,
        undone: find_undone(entry),
        label: short(&entry.address),
        title: entry.address.clone(),
        entry: *index,
        waits_for: entry.waits_for.iter().filter_map(|other| positions.get(other).copied()).collect(),
    };
    changes.iter().map(node).collect()
}

/// Makes one box of everything that happens alike in a group.
fn merge<'a>(changes: &[(usize, &'a Entry)], columns: &[usize]) -> Vec<Node<'a>> {
    let mut nodes: Vec<(Node<'a>, usize)> = Vec::new();
    let mut alike = BTreeMap::new();
    let mut boxes: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, entry) in changes {
        let column = columns.get(*index).copied().unwrap_or_default();
        let (group, undone) = (group_of(&entry.address), find_undone(entry));
        let key = (group, kind_of(&entry.address), column, entry.mark, undone);
        let position = *alike.entry(key).or_insert_with(|| {
            let (label, title) = (String::new(), entry.address.clone());
            let waits_for = BTreeSet::new();
            nodes.push((Node { group, column, mark: entry.mark, undone, label, title, entry: *index, waits_for }, 0));
            nodes.len() - 1
        });
        boxes.insert(*index, position);
        if let Some((_, count)) = nodes.get_mut(position) {
            *count += 1;
        }
    }
    for (index, entry) in changes {
        let Some(position) = boxes.get(index) else { continue };
        let before: Vec<usize> = entry.waits_for.iter().filter_map(|other| boxes.get(other).copied()).collect();
        if let Some((node, _)) = nodes.get_mut(*position) {
            node.waits_for.extend(before.into_iter().filter(|other| other != position));
        }
    }
    nodes.into_iter().map(|(node, count)| name(node, count)).collect()
}

fn name(node: Node<'_>, count: usize) -> Node<'_> {
    if count == 1 {
        return Node { label: short(&node.title), ..node };
    }
    let what = format!("{count} {}", kind_of(&node.title));
    let label = short_of(&[node.group.strip_prefix("groups/").unwrap_or(node.group), " / ", &what].concat());
    Node { label, title: format!("{what} of {}", node.group), ..node }
}

fn kind_of(address: &str) -> &'static str {
    match address.get(group_of(address).len()..) {
        Some(rest) if rest.starts_with("/streams/") => "log streams",
        Some(rest) if rest.starts_with("/dumps/") => "OBS dumps",
        _ => "log groups",
    }
}

/// Left upper corners, in pixels. The changes of a group stand together, so that
/// lines stay short.
fn arrange<'a>(nodes: &'a [Node<'a>]) -> Vec<(usize, usize)> {
    let mut ends: BTreeMap<usize, usize> = BTreeMap::new();
    let (mut group, mut top) = (None, 5);
    let place = |node: &'a Node<'a>| {
        if group != Some(node.group) {
            group = Some(node.group);
            top = ends.values().max().map_or(top, |end| end + GAP);
            ends.clear();
        }
        let end = ends.entry(node.column).or_insert(top);
        let at = (node.column * COLUMN + 5, *end);
        *end += ROW;
        at
    };
    nodes.iter().map(place).collect()
}

/// The address up to what is in the group. A name that looks like more of an
/// address moves a box, and nothing else.
fn group_of(address: &str) -> &str {
    let end = ["/streams/", "/dumps/"].iter().filter_map(|part| address.find(part)).min();
    end.and_then(|end| address.get(..end)).unwrap_or(address)
}

/// The longest way to each entry from one that waits for nothing.
fn layers(entries: &[Entry]) -> Vec<usize> {
    let mut layers = vec![0; entries.len()];
    // A plan has no cycles between steps; between objects there may be one, and as many
    // rounds as there are kinds of objects are enough to be seen.
    for _ in 0..8 {
        let mut moved = false;
        for (index, entry) in entries.iter().enumerate() {
            let after =
                entry.waits_for.iter().filter_map(|other| layers.get(*other)).max().map_or(0, |layer| layer + 1);
            let after = after.min(7);
            if let Some(layer) = layers.get_mut(index)
                && *layer < after
            {
                *layer = after;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    layers
}

fn connect(out: &mut Sink, from: (usize, usize), to: (usize, usize)) {
    let (x1, y1) = (from.0 + WIDTH, from.1 + HEIGHT / 2);
    let (x2, y2) = (to.0, to.1 + HEIGHT / 2);
    let middle = usize::midpoint(x1, x2);
    out.literal("<path class=\"edge\" d=\"M").number(x1 as i128).literal(" ").number(y1 as i128);
    out.literal(" C").number(middle as i128).literal(" ").number(y1 as i128).literal(" ").number(middle as i128);
    out.literal(" ").number(y2 as i128).literal(" ").number(x2 as i128).literal(" ").number(y2 as i128);
    out.literal("\"/>\n");
}

fn draw_box(out: &mut Sink, number: usize, node: &Node<'_>, (x, y): (usize, usize)) {
    // The title is what the link is called, and what is shown of a name that was cut.
    out.literal("<a href=\"#e").number(number as i128).literal("\"><title>").literal(node.mark.as_str()).literal(" ");
    out.text(&node.title);
    if let Some(word) = node.undone {
        out.literal(", ").text(word);
    }
    out.literal("</title><g class=\"").literal(node.mark.as_str());
    if node.undone.is_some() {
        out.literal(" undone");
    }
    out.literal("\"><rect x=\"").number(x as i128).literal("\" y=\"").number(y as i128).literal("\" width=\"");
    out.number(WIDTH as i128).literal("\" height=\"").number(HEIGHT as i128).literal("\" rx=\"4\"/>");
    out.literal("<text x=\"").number(x as i128 + 7).literal("\" y=\"").number(y as i128 + 14).literal("\">");
    out.text(node.mark.symbol()).literal(" ").text(&node.label).literal("</text></g></a>\n");
}

/// The end of an address says most. It is escaped before it is measured.
fn short(address: &str) -> String {
    let name = address.strip_prefix("groups/").unwrap_or(address).replace("/streams/", " / ").replace("/dumps/", " ⇥ ");
    short_of(&name)
}

fn short_of(name: &str) -> String {
    let name = Escaped(name).to_string();
    if name.chars().map(cells).sum::<usize>() <= LONGEST {
        return name;
    }
    let mut room = LONGEST - 1;
    let mut start = name.len();
    for (position, c) in name.char_indices().rev() {
        let Some(left) = room.checked_sub(cells(c)) else { break };
        (room, start) = (left, position);
    }
    format!("…{}", name.get(start..).unwrap_or_default())
}

/// Letters of Chinese are twice as wide as those of the alphabet.
fn cells(c: char) -> usize {
    if c < '\u{1100}' || c == '⇥' { 1 } else { 2 }
}
