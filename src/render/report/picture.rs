//! The order of a plan as a picture: what comes first stands left, and a line
//! leads from each change to those that wait for it.

use std::collections::BTreeMap;

use super::sink::{Sink, escape_markup};
use super::value::{Entry, Mark, TargetReport};
use crate::escape::Escaped;

/// Most changes that are drawn; of more, nobody would see anything.
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

/// Draws what a plan does, or nothing where there is nothing to draw. Every box
/// is a link to the entry with the same number.
pub(super) fn draw(target: &TargetReport, first: usize) -> Option<Sink> {
    let changes: Vec<(usize, &Entry)> =
        target.entries.iter().enumerate().filter(|(_, entry)| is_change(entry)).collect();
    if changes.is_empty() || changes.len() > MOST {
        return None;
    }
    let places = arrange(&changes, &layers(&target.entries));
    let width = places.values().map(|(x, _)| x + COLUMN).max().unwrap_or_default();
    let height = places.values().map(|(_, y)| y + ROW).max().unwrap_or_default() + 4;
    let mut out = Sink::new(escape_markup);
    // An image would have no links in it for those who cannot see it.
    out.literal("<svg role=\"group\" aria-label=\"order of the changes\" width=\"").number(width as i128);
    out.literal("\" height=\"").number(height as i128).literal("\" viewBox=\"0 0 ").number(width as i128).literal(" ");
    out.number(height as i128).literal("\">\n");
    for (index, entry) in &changes {
        let Some(to) = places.get(index) else { continue };
        for from in entry.waits_for.iter().filter_map(|other| places.get(other)) {
            connect(&mut out, *from, *to);
        }
    }
    for (index, entry) in &changes {
        if let Some(at) = places.get(index) {
            node(&mut out, first + index, entry, *at);
        }
    }
    out.literal("</svg>\n");
    Some(out)
}

fn is_change(entry: &Entry) -> bool {
    matches!(entry.mark, Mark::Create | Mark::Update | Mark::Delete | Mark::Replace)
}

/// Left upper corners, in pixels. The changes of a group stand together, so that
/// lines stay short.
fn arrange(changes: &[(usize, &Entry)], columns: &[usize]) -> BTreeMap<usize, (usize, usize)> {
    let mut places = BTreeMap::new();
    let mut ends: BTreeMap<usize, usize> = BTreeMap::new();
    let (mut group, mut top) = (None, 5);
    for (index, entry) in changes {
        let of = Some(group_of(&entry.address));
        if group != of {
            group = of;
            top = ends.values().max().map_or(top, |end| end + GAP);
            ends.clear();
        }
        let column = columns.get(*index).copied().unwrap_or_default();
        let end = ends.entry(column).or_insert(top);
        places.insert(*index, (column * COLUMN + 5, *end));
        *end += ROW;
    }
    places
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

fn node(out: &mut Sink, number: usize, entry: &Entry, (x, y): (usize, usize)) {
    let undone = entry.outcome.as_ref().map(|(word, _)| *word).filter(|word| *word != "done");
    // The title is what the link is called, and what is shown of a name that was cut.
    out.literal("<a href=\"#e").number(number as i128).literal("\"><title>").literal(entry.mark.as_str()).literal(" ");
    out.text(&entry.address);
    if let Some(word) = undone {
        out.literal(", ").text(word);
    }
    out.literal("</title><g class=\"").literal(entry.mark.as_str());
    if undone.is_some() {
        out.literal(" undone");
    }
    out.literal("\"><rect x=\"").number(x as i128).literal("\" y=\"").number(y as i128).literal("\" width=\"");
    out.number(WIDTH as i128).literal("\" height=\"").number(HEIGHT as i128).literal("\" rx=\"4\"/>");
    out.literal("<text x=\"").number(x as i128 + 7).literal("\" y=\"").number(y as i128 + 14).literal("\">");
    out.text(entry.mark.symbol()).literal(" ").text(&short(&entry.address)).literal("</text></g></a>\n");
}

/// The end of an address says most. It is escaped before it is measured.
fn short(address: &str) -> String {
    let name = address.strip_prefix("groups/").unwrap_or(address).replace("/streams/", " / ").replace("/dumps/", " ⇥ ");
    let name = Escaped(&name).to_string();
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
