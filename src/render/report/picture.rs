//! The order of a plan as a picture: what comes first stands left, and a line
//! leads from each change to those that wait for it.

use std::collections::BTreeMap;

use super::sink::{Sink, escape_markup};
use super::value::{Entry, Mark, TargetReport};

/// Most changes that are drawn; of more, nobody would see anything.
const MOST: usize = 400;
const COLUMN: usize = 250;
const ROW: usize = 26;
const WIDTH: usize = 210;
const HEIGHT: usize = 20;
/// Most characters of a name in its box.
const LONGEST: usize = 30;

/// Draws what a plan does, or nothing where there is nothing to draw. Every box
/// is a link to the entry with the same number.
pub(super) fn draw(target: &TargetReport, first: usize) -> Option<Sink> {
    let changes: Vec<(usize, &Entry)> =
        target.entries.iter().enumerate().filter(|(_, entry)| is_change(entry)).collect();
    if changes.is_empty() || changes.len() > MOST {
        return None;
    }
    let columns = layers(&target.entries);
    let mut rows: BTreeMap<usize, usize> = BTreeMap::new();
    let mut places: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (index, _) in &changes {
        let column = columns.get(*index).copied().unwrap_or_default();
        let row = rows.entry(column).or_default();
        places.insert(*index, (column, *row));
        *row += 1;
    }
    let width = (rows.keys().max().copied().unwrap_or_default() + 1) * COLUMN;
    let height = rows.values().max().copied().unwrap_or_default() * ROW + 10;
    let mut out = Sink::new(escape_markup);
    out.literal("<svg role=\"img\" aria-label=\"order of the changes\" width=\"").number(width as i128);
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
    let x1 = from.0 * COLUMN + WIDTH + 5;
    let y1 = from.1 * ROW + 5 + HEIGHT / 2;
    let x2 = to.0 * COLUMN + 5;
    let y2 = to.1 * ROW + 5 + HEIGHT / 2;
    let middle = usize::midpoint(x1, x2);
    out.literal("<path class=\"edge\" d=\"M").number(x1 as i128).literal(" ").number(y1 as i128);
    out.literal(" C").number(middle as i128).literal(" ").number(y1 as i128).literal(" ").number(middle as i128);
    out.literal(" ").number(y2 as i128).literal(" ").number(x2 as i128).literal(" ").number(y2 as i128);
    out.literal("\"/>\n");
}

fn node(out: &mut Sink, number: usize, entry: &Entry, (column, row): (usize, usize)) {
    let (x, y) = (column * COLUMN + 5, row * ROW + 5);
    out.literal("<a href=\"#e").number(number as i128).literal("\"><g class=\"").literal(entry.mark.as_str());
    if entry.outcome.as_ref().is_some_and(|(word, _)| *word != "done") {
        out.literal(" undone");
    }
    out.literal("\"><title>").text(entry.mark.symbol()).literal(" ").text(&entry.address).literal("</title>");
    out.literal("<rect x=\"").number(x as i128).literal("\" y=\"").number(y as i128).literal("\" width=\"");
    out.number(WIDTH as i128).literal("\" height=\"").number(HEIGHT as i128).literal("\" rx=\"4\"/>");
    out.literal("<text x=\"").number(x as i128 + 7).literal("\" y=\"").number(y as i128 + 14).literal("\">");
    out.text(entry.mark.symbol()).literal(" ").text(&short(&entry.address)).literal("</text></g></a>\n");
}

/// The end of an address says most.
fn short(address: &str) -> String {
    let name = address.strip_prefix("groups/").unwrap_or(address).replace("/streams/", " / ").replace("/dumps/", " ⇥ ");
    let length = name.chars().count();
    if length <= LONGEST {
        return name;
    }
    let tail: String = name.chars().skip(length - LONGEST + 1).collect();
    format!("…{tail}")
}
