//! What is wrong, where, and what to do about it.
//!
//! A diagnostic carries the line it points at, so it can be shown long after
//! the text of the manifest is gone. Nothing here decides what is wrong.

use std::collections::BTreeSet;
use std::ops::Range;

use super::printable::printable;
use super::render;
use crate::model::Place;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is done before it is corrected.
    Error,
    /// Worth a look; work goes on.
    Warning,
}

/// Whether text may carry terminal colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Style {
    /// Characters only.
    #[default]
    Plain,
    /// With ANSI escape sequences, written by this program alone.
    Colour,
}

/// One line of a manifest and the part of it that is meant. Characters that
/// cannot be seen are already replaced, and a very long line is cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line without its end.
    pub line: String,
    /// The part that is meant, in bytes of `line`.
    pub span: Range<usize>,
}

/// Something else one has to know, with the place it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What to know.
    pub message: String,
    /// The place, if it is about one.
    pub place: Option<Place>,
    /// What stands there.
    pub excerpt: Option<Excerpt>,
}

/// One complaint or warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Stable code, one of [`code::ALL`](super::code::ALL).
    pub code: &'static str,
    /// What is wrong: a lowercase fragment without a final stop.
    pub message: String,
    /// Where, unless it is about a file that could not be read.
    pub place: Option<Place>,
    /// What stands there.
    pub excerpt: Option<Excerpt>,
    /// What else one has to know.
    pub notes: Vec<Note>,
    /// The way out.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Makes an error that is about no particular place.
    pub(super) fn error(code: &'static str, message: impl AsRef<str>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: printable(message.as_ref()),
            place: None,
            excerpt: None,
            notes: Vec::new(),
            help: None,
        }
    }

    /// Makes a warning that is about no particular place.
    pub(super) fn warning(code: &'static str, message: impl AsRef<str>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Adds the way out.
    pub(super) fn help(mut self, help: impl AsRef<str>) -> Self {
        self.help = Some(printable(help.as_ref()));
        self
    }

    /// Shows the diagnostic with its excerpt, notes and help.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        render::diagnostic(self, style)
    }
}

/// All that keeps a manifest from being used: at least one error, and the
/// warnings besides. Sorted by file, line and column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaints {
    diagnostics: Vec<Diagnostic>,
    omitted: usize,
}

impl Complaints {
    /// Sorts diagnostics; `None` when no error is among them.
    pub(super) fn gather(mut diagnostics: Vec<Diagnostic>, omitted: usize) -> Result<Vec<Diagnostic>, Self> {
        diagnostics.sort_by(|a, b| a.place.cmp(&b.place).then(a.severity.cmp(&b.severity)));
        if diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
            Err(Self { diagnostics, omitted })
        } else {
            Ok(diagnostics)
        }
    }

    /// Makes the complaints of whoever refuses and does not say why.
    pub(super) fn unexplained() -> Self {
        Self::single(Diagnostic::error(super::code::BAD_DATA, "the file was refused"))
    }

    /// Makes the complaints of one diagnostic.
    pub(super) fn single(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![diagnostic], omitted: 0 }
    }

    /// Puts the complaints about several files together; nothing where there are
    /// none.
    #[must_use]
    pub fn join(all: Vec<Self>) -> Option<Self> {
        let omitted = all.iter().map(|complaints| complaints.omitted).sum();
        let diagnostics = all.into_iter().flat_map(|complaints| complaints.diagnostics).collect();
        Self::gather(diagnostics, omitted).err()
    }

    /// Returns the complaints, to put others beside them.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// Returns how many errors were too many to keep.
    pub(super) fn omitted(&self) -> usize {
        self.omitted
    }

    /// Returns the complaints; there is at least one error.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Returns the message of the first error.
    #[must_use]
    pub fn first(&self) -> &str {
        self.errors().next().map_or("", |error| error.message.as_str())
    }

    /// Returns how many errors there are, those included that were too many to
    /// keep.
    #[must_use]
    pub fn count(&self) -> usize {
        self.errors().count() + self.omitted
    }

    /// Shows all complaints and counts them on the last line.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        let mut text = String::new();
        for diagnostic in &self.diagnostics {
            text.push_str(&diagnostic.render(style));
            text.push_str("\n\n");
        }
        text.push_str(&render::title(&self.summary(), style));
        text.push('\n');
        text
    }

    /// Returns the last line, such as `10 complaints in 3 files`.
    fn summary(&self) -> String {
        let files: BTreeSet<_> = self.errors().filter_map(|d| d.place.as_ref()).map(|place| &place.file).collect();
        let mut text = plural(self.count(), "complaint");
        if !files.is_empty() {
            text.push_str(" in ");
            text.push_str(&plural(files.len(), "file"));
        }
        if self.omitted > 0 {
            text.push_str(&format!(", of which the first {} are shown", self.errors().count()));
        }
        text
    }

    fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

impl std::fmt::Display for Complaints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.summary())
    }
}

impl std::error::Error for Complaints {}
