//! Collections in block style: a line for each key.

use super::super::write::Tree;
use super::super::yaml::{Entry, Node};
use super::page::{Page, Splice, start};

/// Puts a key into a block mapping: behind the last of the keys that come
/// before it, or else above all.
pub(super) fn insert(
    page: Page<'_>,
    (parent, node): (Option<&Entry<'_>>, &Node<'_>),
    (key, tree): (&str, &Tree),
    step: usize,
    rank: impl Fn(&str) -> usize,
) -> Option<Vec<Splice>> {
    let entries = node.entries();
    let first = entries.first()?;
    let column = page.column(first.key_spot.start as usize)?;
    let lines = tree.lines(key, column, step);
    let before = entries.iter().rfind(|entry| rank(&entry.key.text) <= rank(key));
    match (before, parent) {
        (Some(before), _) => Some(vec![below(page, page.entry_end(before)?, &lines)]),
        // Comments above the first key stay with it.
        (None, Some(parent)) => Some(vec![below(page, parent.key_spot.start as usize, &lines)]),
        (None, None) => {
            let at = page.line_start(first.key_spot.start as usize);
            let newline = page.newline(at);
            let text = lines.iter().map(|line| format!("{line}{newline}")).collect::<String>();
            Some(vec![Splice::insert(at, text)])
        }
    }
}

/// Puts lines below the line of a position.
pub(super) fn below(page: Page<'_>, at: usize, lines: &[String]) -> Splice {
    let newline = page.newline(at);
    let text = lines.iter().map(|line| format!("{newline}{line}")).collect::<String>();
    Splice::insert(page.line_end(at), text)
}

/// Takes the lines of an entry or an item out.
pub(super) fn remove(page: Page<'_>, first: usize, end: usize) -> Splice {
    Splice::delete(page.line_start(first), page.next_line(end))
}

/// Puts a value on the line of its key, where a block stood below it.
pub(super) fn collapse(page: Page<'_>, entry: &Entry<'_>, inline: &str) -> Option<Vec<Splice>> {
    let colon = page.colon(entry)?;
    let (first, end) = (start(&entry.node), page.end(&entry.node)?);
    Some(vec![Splice::insert(colon + 1, format!(" {inline}")), remove(page, first, end)])
}

/// Puts lines below a key, where a value stood beside it.
pub(super) fn expand(page: Page<'_>, entry: &Entry<'_>, lines: &[String]) -> Option<Vec<Splice>> {
    let colon = page.colon(entry)?;
    let below = below(page, colon, lines);
    Some(vec![Splice::delete(colon + 1, page.entry_end(entry)?), below])
}
