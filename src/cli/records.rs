//! Files that a run leaves behind: the journal as it goes on, the bundle at its
//! end. Safety never depends on them, and no secret is in them.

use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use super::error::CliError;
use super::exit::Exit;
use super::output::Output;
use crate::render::json::{ApplyEvent, DebugBundle, to_line};

/// The events of a run as lines of a file, if one was named. It is appended to,
/// so that the runs of one job stand one after the other.
#[derive(Debug)]
pub(super) struct Journal(Option<RefCell<File>>);

impl Journal {
    /// Opens the journal.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, CliError> {
        let Some(path) = path else { return Ok(Self(None)) };
        match OpenOptions::new().create(true).append(true).open(path) {
            Ok(file) => Ok(Self(Some(RefCell::new(file)))),
            Err(error) => {
                let message = format!("cannot write the journal to `{}`: {error}", path.display());
                Err(CliError::new(Exit::Error, "settings", message).help("name a file that can be written to"))
            }
        }
    }

    /// Writes an event down.
    pub(super) fn note(&self, event: &ApplyEvent) {
        let Some(file) = &self.0 else { return };
        // A disk that is full must not stop a run half-way.
        if let Ok(line) = to_line(event) {
            let _ = writeln!(file.borrow_mut(), "{line}");
        }
    }

    /// Writes an event down that takes some making.
    pub(super) fn note_with(&self, event: impl FnOnce() -> ApplyEvent) {
        if self.0.is_some() {
            self.note(&event());
        }
    }
}

/// Writes the debug bundle; one that cannot be written is a warning.
pub(super) fn write_bundle(path: &Path, bundle: &DebugBundle, output: &Output) {
    let written = to_line(bundle)
        .map_err(|error| error.to_string())
        .and_then(|line| std::fs::write(path, line + "\n").map_err(|error| error.to_string()));
    match written {
        Ok(()) => output.remark(&format!("Plan, outcomes and exchanges are in {}.\n", path.display())),
        Err(error) => {
            output.error(&format!("warning: the debug bundle `{}` could not be written: {error}\n", path.display()));
        }
    }
}
