//! Where complaints are collected while a manifest is read.
//!
//! Nobody stops at the first mistake: checks report here and go on. A hostile
//! manifest can make as many mistakes as it has bytes, so only the first
//! thousand are kept and the rest are counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::diagnostic::{Complaints, Diagnostic, Excerpt, Note, Severity};
use super::printable::{hide_user_info, printable, stand_in};
use crate::model::Place;

/// Most diagnostics that are kept.
const MOST_KEPT: usize = 1000;

/// Most characters of a line on each side of the place that is meant.
const EXCERPT_REACH: usize = 400;

/// Most variables of one text that a complaint about it explains.
const MOST_EXPLANATIONS: usize = 3;

/// A part of one of the files that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    /// Index of the file.
    pub(super) file: u32,
    /// Line, from 1.
    pub(super) line: u32,
    /// Column in characters, from 1.
    pub(super) column: u32,
    /// First byte.
    pub(super) start: u32,
    /// Byte after the last.
    pub(super) end: u32,
}

/// A value and where it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said<T> {
    /// The value.
    pub(super) value: T,
    /// Where.
    pub(super) spot: Spot,
}

/// What else one has to know, with the place it is about, if it is about one.
type Remark = (Option<Spot>, String);

/// What is being complained about, before its places are turned into text.
#[must_use = "a complaint has to be reported"]
pub(super) struct Draft {
    severity: Severity,
    code: &'static str,
    spot: Spot,
    message: String,
    notes: Vec<Remark>,
    help: Option<String>,
}

impl Draft {
    /// Begins an error.
    pub(super) fn error(code: &'static str, spot: Spot, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, spot, message: message.into(), notes: Vec::new(), help: None }
    }

    /// Begins a warning.
    pub(super) fn warning(code: &'static str, spot: Spot, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, spot, message) }
    }

    /// Adds what else one has to know about another place.
    pub(super) fn note_at(mut self, spot: Spot, message: impl Into<String>) -> Self {
        self.notes.push((Some(spot), message.into()));
        self
    }

    /// Adds what else one has to know.
    pub(super) fn note(mut self, message: impl Into<String>) -> Self {
        self.notes.push((None, message.into()));
        self
    }

    /// Adds the way out.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the way out, if there is one.
    pub(super) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }
}

/// The collector, with the texts that excerpts are cut from.
pub(super) struct Sink<'s> {
    files: Vec<(Arc<str>, &'s str)>,
    diagnostics: Vec<Diagnostic>,
    omitted: usize,
    /// Where values come from that do not stand where they are used.
    explanations: BTreeMap<(u32, u32), Vec<Remark>>,
}

impl<'s> Sink<'s> {
    /// Begins with nothing to complain about.
    pub(super) fn new(files: Vec<(Arc<str>, &'s str)>) -> Self {
        Self { files, diagnostics: Vec::new(), omitted: 0, explanations: BTreeMap::new() }
    }

    /// Takes a complaint.
    pub(super) fn report(&mut self, draft: Draft) {
        if self.is_full() {
            self.omitted += usize::from(draft.severity == Severity::Error);
            return;
        }
        let explanations = self.explanations.get(&(draft.spot.file, draft.spot.start));
        let notes = draft
            .notes
            .iter()
            .chain(explanations.into_iter().flatten())
            .map(|(spot, message)| Note {
                message: printable(message),
                place: spot.map(|spot| self.place(spot)),
                excerpt: spot.and_then(|spot| self.excerpt(spot)),
            })
            .collect();
        let diagnostic = Diagnostic {
            severity: draft.severity,
            code: draft.code,
            message: printable(&draft.message),
            place: Some(self.place(draft.spot)),
            excerpt: self.excerpt(draft.spot),
            notes,
            help: draft.help.as_deref().map(printable),
        };
        self.diagnostics.push(diagnostic);
    }

    /// Takes a complaint about no particular place.
    pub(super) fn tell(&mut self, diagnostic: Diagnostic) {
        if self.is_full() {
            self.omitted += usize::from(diagnostic.severity == Severity::Error);
        } else {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Takes note of where a value comes from, for the complaints about it that
    /// may follow.
    pub(super) fn explain(&mut self, spot: Spot, place: Option<Spot>, message: String) {
        let notes = self.explanations.entry((spot.file, spot.start)).or_default();
        if notes.len() < MOST_EXPLANATIONS && !notes.iter().any(|(_, known)| *known == message) {
            notes.push((place, message));
        }
    }

    /// Says whether there is an error yet.
    pub(super) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Says whether more complaints would only be counted; what is costly to
    /// find out, such as a suggestion, is then left out.
    pub(super) fn is_full(&self) -> bool {
        self.diagnostics.len() >= MOST_KEPT
    }

    /// Returns the place for people of a spot.
    pub(super) fn place(&self, spot: Spot) -> Place {
        let file = self.files.get(spot.file as usize).map_or_else(|| Arc::from("?"), |(name, _)| Arc::clone(name));
        Place { file, line: spot.line, column: spot.column }
    }

    /// Returns the warnings, or all complaints when there is an error.
    pub(super) fn finish(self) -> Result<Vec<Diagnostic>, Complaints> {
        Complaints::gather(self.diagnostics, self.omitted)
    }

    /// Cuts out the line a spot begins on.
    fn excerpt(&self, spot: Spot) -> Option<Excerpt> {
        let (_, text) = self.files.get(spot.file as usize)?;
        let (start, end) = (spot.start as usize, spot.end as usize);
        let before = text.get(..start)?;
        let after = text.get(start..)?;
        let reach = |c: &char| !matches!(c, '\n' | '\r');
        let head: Vec<char> = before.chars().rev().take_while(reach).take(EXCERPT_REACH).collect();
        let mut line = String::new();
        if before.chars().rev().nth(EXCERPT_REACH).is_some() && head.len() == EXCERPT_REACH {
            line.push('…');
        }
        line.extend(head.into_iter().rev().map(stand_in));
        let from = line.len();
        let mut to = from;
        for (offset, c) in after.char_indices().take_while(|(_, c)| reach(c)).take(EXCERPT_REACH) {
            line.push(stand_in(c));
            if offset == 0 || start + offset < end {
                to = line.len();
            }
        }
        Some(Excerpt { line: hide_user_info(&line), span: from..to })
    }
}
