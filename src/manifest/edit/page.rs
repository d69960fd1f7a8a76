//! Where things stand in a text: lines, columns, and the ends of values. The
//! tree knows where each thing begins; where a collection ends is found here.

use super::super::yaml::{Entry, Node, Value};

/// A text that is being edited.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page<'s> {
    pub(super) text: &'s str,
}

impl<'s> Page<'s> {
    fn byte(self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    pub(super) fn slice(self, start: usize, end: usize) -> &'s str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Returns where the line of a position begins.
    pub(super) fn line_start(self, at: usize) -> usize {
        self.slice(0, at).rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Returns where the line of a position ends, before its line break.
    pub(super) fn line_end(self, at: usize) -> usize {
        let rest = self.slice(at, self.text.len());
        let end = rest.find('\n').map_or(self.text.len(), |newline| at + newline);
        if end > at && self.byte(end - 1) == Some(b'\r') { end - 1 } else { end }
    }

    /// Returns where the next line begins, or the end of the text.
    pub(super) fn next_line(self, at: usize) -> usize {
        self.slice(at, self.text.len()).find('\n').map_or(self.text.len(), |newline| at + newline + 1)
    }

    /// Returns the line break that is used around a position.
    pub(super) fn newline(self, at: usize) -> &'static str {
        let end = self.line_end(at);
        let rest = self.slice(end, self.text.len());
        let first = || self.text.find('\n').is_some_and(|newline| self.slice(0, newline).ends_with('\r'));
        if rest.starts_with("\r\n") || (rest.is_empty() && first()) { "\r\n" } else { "\n" }
    }

    /// Returns the column of what is the first on its line, from 0.
    pub(super) fn column(self, at: usize) -> Option<usize> {
        let margin = self.slice(self.line_start(at), at);
        margin.bytes().all(|byte| byte == b' ').then_some(margin.len())
    }

    /// Says whether two positions are on different lines.
    pub(super) fn is_broken(self, start: usize, end: usize) -> bool {
        self.slice(start, end).contains('\n')
    }

    /// Says whether a value is a collection in flow style.
    pub(super) fn is_flow(self, node: &Node<'_>) -> bool {
        matches!(node.value, Value::Map(_) | Value::List(_)) && matches!(self.byte(start(node)), Some(b'{' | b'['))
    }

    /// Says whether a value is not written at all.
    pub(super) fn is_implicit(node: &Node<'_>) -> bool {
        matches!(&node.value, Value::Scalar(scalar) if scalar.is_null()) && node.spot.start == node.spot.end
    }

    /// Returns where a scalar ends that begins at a position. What the tree
    /// says may include the white space behind it.
    fn scalar_end(self, start: usize, said: usize) -> usize {
        let quoted = |quote: char| {
            let mut characters = self.slice(start + 1, self.text.len()).char_indices().peekable();
            while let Some((offset, c)) = characters.next() {
                match c {
                    '\\' if quote == '"' => drop(characters.next()),
                    c if c == quote && quote == '\'' && characters.peek().is_some_and(|(_, next)| *next == quote) => {
                        characters.next();
                    }
                    c if c == quote => return start + 1 + offset + 1,
                    _ => {}
                }
            }
            said
        };
        match self.byte(start) {
            Some(b'"') => quoted('"'),
            Some(b'\'') => quoted('\''),
            _ => start + self.slice(start, said).trim_end().len(),
        }
    }

    pub(super) fn key_end(self, entry: &Entry<'_>) -> usize {
        self.scalar_end(entry.key_spot.start as usize, entry.key_spot.end as usize)
    }

    /// Returns where the colon of an entry is; a key of a flow mapping may have
    /// none.
    pub(super) fn colon(self, entry: &Entry<'_>) -> Option<usize> {
        let end = self.key_end(entry);
        let rest = self.slice(end, self.text.len());
        let at = end + (rest.len() - rest.trim_start_matches([' ', '\t']).len());
        (self.byte(at) == Some(b':')).then_some(at)
    }

    /// Returns where an entry ends: behind its value, its colon or its key.
    pub(super) fn entry_end(self, entry: &Entry<'_>) -> Option<usize> {
        if Self::is_implicit(&entry.node) {
            return Some(self.colon(entry).map_or_else(|| self.key_end(entry), |colon| colon + 1));
        }
        self.end(&entry.node)
    }

    /// Returns where a value ends.
    pub(super) fn end(self, node: &Node<'_>) -> Option<usize> {
        match &node.value {
            Value::Scalar(_) => Some(self.scalar_end(start(node), node.spot.end as usize)),
            Value::Refused => None,
            Value::Map(_) | Value::List(_) => {
                let last = self.items(node)?.last().map(|(_, end)| *end);
                if self.is_flow(node) { self.closing(last.unwrap_or(start(node) + 1)).map(|at| at + 1) } else { last }
            }
        }
    }

    /// Returns where the entries or items of a collection begin and end.
    pub(super) fn items(self, node: &Node<'_>) -> Option<Vec<(usize, usize)>> {
        match &node.value {
            Value::Map(entries) => {
                entries.iter().map(|entry| Some((entry.key_spot.start as usize, self.entry_end(entry)?))).collect()
            }
            Value::List(items) => items.iter().map(|item| Some((start(item), self.end(item)?))).collect(),
            Value::Scalar(_) | Value::Refused => None,
        }
    }

    /// Returns where a flow collection is closed, whose last part ends at a
    /// position.
    pub(super) fn closing(self, mut at: usize) -> Option<usize> {
        loop {
            match self.byte(at)? {
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => at += 1,
                b'#' => at = self.next_line(at),
                b'}' | b']' => return Some(at),
                _ => return None,
            }
        }
    }
}

/// Returns where a value begins.
pub(super) fn start(node: &Node<'_>) -> usize {
    node.spot.start as usize
}

/// A part of a text and what stands in its place afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Splice {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: String,
}

impl Splice {
    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { start: at, end: at, text: text.into() }
    }

    pub(super) fn delete(start: usize, end: usize) -> Self {
        Self { start, end, text: String::new() }
    }

    pub(super) fn replace(start: usize, end: usize, text: impl Into<String>) -> Self {
        Self { start, end, text: text.into() }
    }
}

/// Applies splices that do not overlap.
pub(super) fn apply(text: &str, mut splices: Vec<Splice>) -> String {
    splices.sort_by_key(|splice| (splice.start, splice.end));
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for Splice { start, end, text: new } in splices {
        out.push_str(text.get(at..start).unwrap_or_default());
        out.push_str(&new);
        at = end.max(at);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
