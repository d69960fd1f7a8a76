//! Collections in flow style: `{a: 1, b: 2}` and `[a, b]`, on one line or on
//! several.

use super::page::{Page, Splice};

/// Puts an item into a flow collection that begins at `open` and whose items
/// begin and end at `items`.
pub(super) fn insert(page: Page<'_>, open: usize, items: &[(usize, usize)], text: &str) -> Option<Vec<Splice>> {
    let (Some((first, _)), Some((last, end))) = (items.first(), items.last()) else {
        let close = page.closing(open + 1)?;
        let inside = page.slice(open + 1, close);
        let splice = match inside.trim().is_empty() && !inside.contains('\n') {
            true => Splice::replace(open + 1, close, text),
            false => Splice::insert(open + 1, text),
        };
        return Some(vec![splice]);
    };
    match page.column(*first) {
        // One on each line: the new one comes first, so that no other line
        // needs a comma it does not have.
        Some(column) if page.is_broken(open, *last) => {
            let (newline, margin) = (page.newline(*first), " ".repeat(column));
            Some(vec![Splice::insert(*first, format!("{text},{newline}{margin}"))])
        }
        _ => Some(vec![Splice::insert(*end, format!(", {text}"))]),
    }
}

/// Takes an item out of a flow collection.
pub(super) fn remove(page: Page<'_>, open: usize, items: &[(usize, usize)], index: usize) -> Option<Vec<Splice>> {
    let (start, end) = *items.get(index)?;
    let close = page.closing(items.last()?.1)?;
    let before = index.checked_sub(1).and_then(|index| items.get(index)).map(|(_, end)| *end);
    let after = items.get(index + 1).map(|(start, _)| *start);
    // Behind the item and its comma.
    let rest = page.slice(end, close);
    let comma = if rest.trim_start().starts_with(',') { end + rest.find(',')? + 1 } else { end };
    let line_rest = page.slice(comma, page.line_end(comma)).trim_start();
    let alone = page.column(start).is_some() && (line_rest.is_empty() || line_rest.starts_with('#'));
    let splice = match (before, after) {
        _ if alone && page.line_end(comma) < close => Splice::delete(page.line_start(start), page.next_line(comma)),
        (None, None) if page.slice(open + 1, close).contains('#') => Splice::delete(start, comma),
        (None, None) => Splice::delete(open + 1, close),
        (Some(before), _) if !page.is_broken(before, start) => Splice::delete(before, end),
        (_, Some(after)) if !page.is_broken(end, after) => Splice::delete(start, after),
        _ => Splice::delete(start, comma),
    };
    Some(vec![splice])
}
