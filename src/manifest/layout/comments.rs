//! The comments of a text, in their order.

use super::super::yaml::find_comments;
use super::block::{Behind, Line};

/// The comments that have not found their place yet.
pub(super) struct Comments<'t> {
    text: &'t str,
    all: Vec<Comment>,
    next: usize,
}

struct Comment {
    start: usize,
    end: usize,
    /// Spaces before it, where nothing else stands on its line.
    column: Option<usize>,
}

impl<'t> Comments<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let comment = |range: std::ops::Range<usize>| {
            let before = &text[line_start(text, range.start)..range.start];
            let column = before.trim().is_empty().then(|| before.chars().count());
            Comment { start: range.start, end: range.end, column }
        };
        Self { text, all: find_comments(text).into_iter().map(comment).collect(), next: 0 }
    }

    /// Takes the comments before a place.
    pub(super) fn take_before(&mut self, place: usize) -> Vec<Line> {
        self.take_while(|comment| comment.start < place)
    }

    /// Gives back comments that were taken last.
    pub(super) fn give_back(&mut self, count: usize) {
        self.next = self.next.saturating_sub(count);
    }

    /// Takes the comments before a place that are indented at least as far.
    pub(super) fn take_indented(&mut self, place: usize, least: usize) -> Vec<Line> {
        self.take_while(|comment| comment.start < place && comment.column.is_some_and(|column| column >= least))
    }

    /// Takes the comment that stands on the line on which something ends.
    pub(super) fn take_behind(&mut self, end: usize) -> Option<Behind> {
        let comment = self.all.get(self.next).filter(|comment| comment.start >= end)?;
        let between = self.text.get(end..comment.start)?;
        if !between.chars().all(|c| matches!(c, ' ' | '\t' | ',' | ':')) {
            return None;
        }
        self.next += 1;
        let spaces = between.trim_end_matches([' ', '\t']);
        let space = &between[spaces.len()..];
        let gap = if space.contains('\t') { 1 } else { space.len().max(1) };
        Some(Behind { gap, text: self.shown(comment).to_owned() })
    }

    fn take_while(&mut self, fits: impl Fn(&Comment) -> bool) -> Vec<Line> {
        let mut lines = Vec::new();
        while let Some(comment) = self.all.get(self.next).filter(|comment| fits(comment)) {
            let spaced = comment.column.is_some() && is_spaced(self.text, comment.start);
            lines.push(Line { text: self.shown(comment).to_owned(), spaced });
            self.next += 1;
        }
        lines
    }

    fn shown(&self, comment: &Comment) -> &'t str {
        self.text[comment.start..comment.end].trim_end()
    }
}

/// Returns where the line of a place begins.
pub(super) fn line_start(text: &str, place: usize) -> usize {
    text[..place].rfind('\n').map_or(0, |end| end + 1)
}

/// Says whether an empty line stands before the line of a place.
pub(super) fn is_spaced(text: &str, place: usize) -> bool {
    let start = line_start(text, place);
    // Only what is the first on its line has a line before it.
    let first = text[start..place].chars().all(|c| matches!(c, ' ' | '\t' | '-' | '?'));
    let before = text[..start].strip_suffix('\n');
    first && before.is_some_and(|before| before[line_start(before, before.len())..].trim().is_empty())
}
