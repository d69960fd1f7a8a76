//! How a new value looks where an old one stood, or between its neighbours.

use super::super::write::{Tree, word};
use super::page::Page;
use crate::manifest::yaml::{Entry, Node, Value};

/// Writes a value on one line, in the quotes of the one that it replaces.
pub(super) fn restyle(old: &str, tree: &Tree) -> String {
    match (tree, old.bytes().next()) {
        (Tree::Text(text), Some(b'"')) => super::super::write::double_quoted(text),
        // Single quotes know no escapes.
        (Tree::Text(text), Some(b'\'')) if !word(text).contains('\\') || text.contains('\\') => {
            format!("'{}'", text.replace('\'', "''"))
        }
        _ => tree.flow(),
    }
}

/// Columns between one level and the next, as the file has them.
pub(super) fn step(page: Page<'_>, root: &Node<'_>, trail: &[&Entry<'_>]) -> usize {
    let columns: Vec<usize> = std::iter::once(root)
        .chain(trail.iter().map(|entry| &entry.node))
        .filter(|node| !page.is_flow(node))
        .filter_map(|node| node.entries().first())
        .filter_map(|entry| page.column(entry.key_spot.start as usize))
        .collect();
    let steps = columns.windows(2).filter_map(|pair| pair[1].checked_sub(pair[0]));
    steps.filter(|step| *step > 0).min().unwrap_or(2)
}

/// Says whether the first body of an entry without one is a block: as those
/// beside it, and for a stream in braces if there are none.
pub(super) fn wants_block(page: Page<'_>, siblings: &[Entry<'_>], section: &str) -> bool {
    let bodies = siblings.iter().map(|entry| &entry.node).filter(|node| matches!(node.value, Value::Map(_)));
    match section {
        "streams" => bodies.into_iter().any(|node| !page.is_flow(node)),
        _ => true,
    }
}
