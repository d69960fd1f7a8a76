//! The ledger as a file. A lost or unwritable one is a warning: safety never
//! depends on it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::args::{Exceptions, Service};
use super::connect::Connection;
use super::output::Output;
use crate::apply::{Manner, Outcome};
use crate::ledger::{Book, Project};
use crate::manifest::Manifest;
use crate::model::{Ability, Address, Memory, Slot};
use crate::plan::{Call, Proposal};
use crate::saved::TargetDocument;

/// What one run remembers.
#[derive(Debug)]
pub(super) struct Ledger {
    file: Option<PathBuf>,
    project: Project,
    book: RefCell<Book>,
    memory: RefCell<Memory>,
}

impl Ledger {
    /// Opens the ledger that the command line or the manifest names, and
    /// strikes the dumps that a person has removed.
    pub(super) fn open(
        manifest: &Manifest,
        service: &Service,
        exceptions: &Exceptions,
        connection: &Connection,
        output: &Output,
    ) -> Self {
        Self::open_at(manifest, service, exceptions, &connection.target, output)
    }

    /// Opens it for a project that may not be at hand.
    pub(super) fn open_at(
        manifest: &Manifest,
        service: &Service,
        exceptions: &Exceptions,
        target: &TargetDocument,
        output: &Output,
    ) -> Self {
        let file = service.ledger.clone().or_else(|| manifest.ledger.clone());
        let ledger = Self::of_project(file, target, output);
        for (group, entry) in &manifest.desired.groups {
            for (handle, dump) in entry.dumps.iter().flatten() {
                let address = Address::Dump(group.clone(), handle.clone());
                if exceptions.dump_removed.iter().any(|glob| glob.matches(&address)) {
                    ledger.memory.borrow_mut().strike(group, &dump.streams);
                }
            }
        }
        ledger
    }

    /// Opens a ledger by its file. A saved plan names none: it must not be able
    /// to say which file is written.
    pub(super) fn open_file(file: Option<PathBuf>, connection: &Connection, output: &Output) -> Self {
        Self::of_project(file, &connection.target, output)
    }

    fn of_project(file: Option<PathBuf>, target: &TargetDocument, output: &Output) -> Self {
        let project = Project { endpoint: target.endpoint.clone(), project_id: target.project_id.clone() };
        let book = file.as_ref().map(|file| read(file, output)).unwrap_or_default();
        let memory = book.of_project(&project);
        Self { file, project, book: RefCell::new(book), memory: RefCell::new(memory) }
    }

    /// Returns what is remembered now.
    pub(super) fn memory(&self) -> Memory {
        self.memory.borrow().clone()
    }

    /// Remembers the dumps that an apply created, and writes the file.
    pub(super) fn record(&self, proposal: &Proposal, outcomes: &[Outcome], output: &Output) {
        if proposal.capabilities.transfers != Ability::Missing {
            return;
        }
        let mut memory = self.memory.borrow_mut();
        for (step, outcome) in proposal.plan.steps.iter().zip(outcomes) {
            // One that was there already has settings that nobody here sent.
            let by_us = matches!(outcome, Outcome::Done(Manner::Answered | Manner::Found));
            for call in step.calls.iter().filter(|_| by_us) {
                match call {
                    Call::CreateDump { streams, settings, .. } => {
                        let mut settings = settings.as_ref().clone();
                        // What is not sent is empty or unset on the other side.
                        settings.dir_prefix_name.get_or_insert_with(|| Arc::from(""));
                        settings.prefix_name.get_or_insert_with(|| Arc::from(""));
                        settings.time_zone.get_or_insert(Slot::Empty);
                        settings.encryption.get_or_insert(Slot::Empty);
                        settings.agency.get_or_insert(Slot::Empty);
                        let streams: BTreeSet<_> = streams.keys().cloned().collect();
                        memory.insert(step.address.group().clone(), streams, settings);
                    }
                    Call::DeleteGroup { .. } => memory.forget_group(step.address.group()),
                    _ => {}
                }
            }
        }
        let Some(file) = &self.file else { return };
        let mut book = self.book.borrow_mut();
        book.replace(self.project.clone(), memory.clone());
        if let Err(error) = write(file, &book.render()) {
            output.error(&format!("warning: the ledger `{}` could not be written: {error}\n", file.display()));
        }
    }
}

fn read(file: &PathBuf, output: &Output) -> Book {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            output.error(&format!("warning: the ledger `{}` could not be read: {error}\n", file.display()));
            String::new()
        }
    };
    Book::parse(&text).unwrap_or_else(|fault| {
        output.error(&format!("warning: `{}` {fault}; it is not used\n", file.display()));
        Book::default()
    })
}

/// Writes beside the file first, so that a kill leaves the old one or the new.
fn write(file: &PathBuf, text: &str) -> std::io::Result<()> {
    let mut beside = file.clone().into_os_string();
    beside.push(".new");
    std::fs::write(&beside, text)?;
    std::fs::rename(&beside, file)
}
