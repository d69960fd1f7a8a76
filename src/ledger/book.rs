//! The entries of all projects, and the part that belongs to one.

use std::collections::BTreeMap;

use super::document::{self, LedgerFault};
use crate::model::Memory;

/// The project an entry belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Project {
    /// Origin of LTS, or `emulator`.
    pub endpoint: String,
    /// Id of the project.
    pub project_id: String,
}

/// All entries of a ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book(BTreeMap<Project, Memory>);

impl Book {
    /// Reads a ledger. Empty text is an empty ledger.
    ///
    /// # Errors
    /// Returns what keeps the text from being a ledger.
    pub fn parse(text: &str) -> Result<Self, LedgerFault> {
        document::parse(text).map(Self)
    }

    /// Returns the ledger as text: the same entries give the same bytes.
    #[must_use]
    pub fn render(&self) -> String {
        document::render(&self.0)
    }

    /// Returns what is remembered of a project.
    #[must_use]
    pub fn of_project(&self, project: &Project) -> Memory {
        self.0.get(project).cloned().unwrap_or_default()
    }

    /// Replaces what is remembered of a project.
    pub fn replace(&mut self, project: Project, memory: Memory) {
        self.0.insert(project, memory);
    }
}
