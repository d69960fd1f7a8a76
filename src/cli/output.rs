//! The one door to stdout and stderr. A closed pipe is a quiet end.

use std::cell::RefCell;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use super::args::{ColorChoice, Common, OutputFormat, Verbosity};
use super::publish::ReportFile;
use crate::render::Paint;
use crate::render::text::Detail;

/// Where results and remarks go, and how they look.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) format: OutputFormat,
    pub(super) paint: Paint,
    pub(super) error_paint: Paint,
    pub(super) verbosity: Verbosity,
    /// Where else the result goes.
    pub(super) reports: Vec<ReportFile>,
    /// What a later run is to be compared with: a failure does not replace it.
    pub(super) baseline: Option<PathBuf>,
    /// The line on stderr that is written over, as it stands.
    live: RefCell<String>,
}

impl Output {
    pub(super) fn new(
        common: &Common,
        (reports, baseline): (Vec<ReportFile>, Option<PathBuf>),
        colour: ColourEnvironment,
    ) -> Self {
        let paint = |terminal: bool| {
            let on = match common.color {
                ColorChoice::Always => true,
                ColorChoice::Never => false,
                ColorChoice::Auto => match colour {
                    ColourEnvironment::Forbidden => false,
                    ColourEnvironment::Forced => true,
                    ColourEnvironment::Unsaid => terminal,
                },
            };
            if on { Paint::Ansi } else { Paint::Plain }
        };
        Self {
            format: common.output,
            paint: paint(io::stdout().is_terminal()),
            error_paint: paint(io::stderr().is_terminal()),
            verbosity: common.verbosity(),
            reports,
            baseline,
            live: RefCell::default(),
        }
    }

    pub(super) fn detail(&self) -> Detail {
        if self.verbosity == Verbosity::Verbose { Detail::Verbose } else { Detail::Normal }
    }

    /// Writes a result.
    pub(super) fn result(&self, text: &str) {
        write_result(text);
    }

    /// Writes one JSON document or event as a line.
    pub(super) fn document(&self, document: &impl serde::Serialize) {
        if let Ok(line) = crate::render::json::to_line(document) {
            self.result(&format!("{line}\n"));
        }
    }

    /// Writes a remark, unless the user wants none.
    pub(super) fn remark(&self, text: &str) {
        if self.verbosity != Verbosity::Quiet {
            write_quietly(&mut io::stderr().lock(), text);
        }
    }

    /// Writes a line that is written over by the next one.
    pub(super) fn show_live(&self, line: &str) {
        self.remark(&format!("\r\x1b[K{line}"));
        self.live.replace(line.to_owned());
    }

    /// Wipes the line that is written over, if there is one.
    pub(super) fn end_live(&self) {
        if !self.live.replace(String::new()).is_empty() {
            self.remark("\r\x1b[K");
        }
    }

    /// Writes a remark in between, above the line that is written over.
    pub(super) fn aside(&self, line: &str) {
        let live = self.live.borrow();
        let text = if live.is_empty() { format!("{line}\n") } else { format!("\r\x1b[K{line}\n{live}") };
        self.remark(&text);
    }

    /// Writes something that must be seen.
    pub(super) fn error(&self, text: &str) {
        write_quietly(&mut io::stderr().lock(), text);
    }

    /// Says whether the result is told as it comes: text, or one event a line.
    pub(super) fn is_text_or_stream(&self) -> bool {
        self.is_text() || self.is_json()
    }

    /// Says whether the result is for a person at a terminal.
    pub(super) fn is_text(&self) -> bool {
        self.format == OutputFormat::Text
    }

    pub(super) fn is_json(&self) -> bool {
        self.format == OutputFormat::Json
    }
}

/// What the environment says about colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColourEnvironment {
    /// `NO_COLOR` is set.
    Forbidden,
    /// `CLICOLOR_FORCE` is set.
    Forced,
    /// Neither.
    Unsaid,
}

/// Writes to stdout.
pub(super) fn write_result(text: &str) {
    write_quietly(&mut io::stdout().lock(), text);
}

/// Writes to stderr.
pub(super) fn write_complaint(text: &str) {
    write_quietly(&mut io::stderr().lock(), text);
}

/// A reader that closes the pipe has seen enough; anything else that goes wrong
/// while writing cannot be told to anybody.
fn write_quietly(sink: &mut impl io::Write, text: &str) {
    let _ = sink.write_all(text.as_bytes()).and_then(|()| sink.flush());
}
