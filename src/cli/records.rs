//! Files that a run leaves behind: the journal as it goes on, the bundle at its
//! end. Safety never depends on them, and no secret is in them.

use std::cell::{Cell, RefCell};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::args::Records;
use super::error::CliError;
use super::exit::Exit;
use super::output::{Output, write_complaint};
use crate::lts::Trace;
use crate::render::json::{ApplyEvent, DebugBundle, EndDocument, EndWord, PlanDocument, to_line};

/// The events of a run as lines of a file, if one was named. It is appended to,
/// so that the runs of one job stand one after the other.
#[derive(Debug)]
pub(super) struct Journal(Option<Pages>);

#[derive(Debug)]
struct Pages {
    file: RefCell<File>,
    path: PathBuf,
    /// Whether the reader was told that lines are missing.
    torn: Cell<bool>,
}

impl Journal {
    /// Opens the journal.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, CliError> {
        let Some(path) = path else { return Ok(Self(None)) };
        match OpenOptions::new().create(true).append(true).open(path) {
            Ok(file) => {
                Ok(Self(Some(Pages { file: RefCell::new(file), path: path.to_owned(), torn: Cell::new(false) })))
            }
            Err(error) => {
                let message = format!("cannot write the journal to `{}`: {error}", path.display());
                Err(CliError::new(Exit::Error, "settings", message).help("name a file that can be written to"))
            }
        }
    }

    /// Writes an event down. A disk that is full must not stop a run half-way:
    /// it is a warning, once.
    pub(super) fn note(&self, event: &ApplyEvent) {
        let Some(pages) = &self.0 else { return };
        let written = to_line(event)
            .map_err(|error| error.to_string())
            .and_then(|line| writeln!(pages.file.borrow_mut(), "{line}").map_err(|error| error.to_string()));
        if let Err(error) = written
            && !pages.torn.replace(true)
        {
            let path = pages.path.display();
            write_complaint(&format!(
                "warning: the journal `{path}` is incomplete, it could not be written: {error}\n"
            ));
        }
    }

    /// Writes an event down that takes some making.
    pub(super) fn note_with(&self, event: impl FnOnce() -> ApplyEvent) {
        if self.0.is_some() {
            self.note(&event());
        }
    }
}

/// Writes the bundle of a run that ended before its first write, if one was asked for.
pub(super) fn write_end(
    records: &Records,
    exit: Exit,
    plan: Option<PlanDocument>,
    end: EndDocument,
    trace: &Trace,
    output: &Output,
) {
    let told = if plan.is_some() { "Plan and exchanges" } else { "The exchanges" };
    if records.debug_bundle.is_some() {
        write(records, &DebugBundle::ended(exit.code(), plan, end, &trace.exchanges()), told, output);
    }
}

/// Describes a failure as the end of a run.
pub(super) fn describe_failure(error: &CliError) -> EndDocument {
    let how = match error.exit {
        Exit::Refused => EndWord::Refused,
        Exit::Stale => EndWord::Stale,
        Exit::Interrupted | Exit::Terminated => EndWord::Interrupted,
        _ => EndWord::Failed,
    };
    EndDocument { how, messages: vec![error.body.message.clone()], error: Some((*error.body).clone()) }
}

/// Passes a result on. A run that failed before it began leaves a bundle, too,
/// if one was asked for.
pub(super) fn keep_failure<T>(result: Result<T, CliError>, records: &Records, output: &Output) -> Result<T, CliError> {
    if let Err(error) = &result {
        write_end(records, error.exit, None, describe_failure(error), &Trace::default(), output);
    }
    result
}

/// Writes the bundle of a run that was carried out, if one was asked for.
pub(super) fn write_bundle(records: &Records, bundle: impl FnOnce() -> DebugBundle, output: &Output) {
    if records.debug_bundle.is_some() {
        write(records, &bundle(), "Plan, outcomes and exchanges", output);
    }
}

/// Writes a bundle below those of the targets before; one that cannot be written is
/// a warning.
fn write(records: &Records, bundle: &DebugBundle, told: &str, output: &Output) {
    let Some(path) = &records.debug_bundle else { return };
    let written = to_line(bundle).map_err(|error| error.to_string()).and_then(|line| {
        let mut bundles = records.bundles.borrow_mut();
        bundles.push_str(&line);
        bundles.push('\n');
        std::fs::write(path, &*bundles).map_err(|error| error.to_string())
    });
    match written {
        Ok(()) => output.remark(&format!("{told} are in {}.\n", path.display())),
        Err(error) => {
            output.error(&format!("warning: the debug bundle `{}` could not be written: {error}\n", path.display()));
        }
    }
}
