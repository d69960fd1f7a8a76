//! What was asked and what came of it.
//!
//! The journal must never hold a secret: no header and no body is kept.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;

use super::state::{Change, Key};

/// How many requests are remembered; the oldest are forgotten first.
const CAPACITY: usize = 100_000;

/// One request to `/v1`, `/v2` or `/v3`; entries are in the order of answering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JournalEntry {
    /// Counts from 1, without gaps, also across [`super::Emulator::clear_journal`].
    pub sequence: u64,
    /// When it was answered.
    pub time: Timestamp,
    /// The HTTP method.
    pub method: String,
    /// Path and query as they came over the wire.
    pub path: String,
    /// The operation's name, such as `CreateLogGroup`; none for an unknown one.
    pub operation: Option<&'static str>,
    /// The HTTP status of the answer that was made; 0 where a fault left none.
    /// It may have been lost on its way.
    pub status: u16,
    /// The code of a refusal, such as `LTS.0101`.
    pub error_code: Option<String>,
    /// What was wrong with the request, where the answer does not say.
    pub detail: Option<String>,
    /// The id in the answer's `X-Request-Id` or `X-IAM-Trace-Id`.
    pub request_id: String,
    /// What the request changed.
    pub objects: Vec<JournalObject>,
    /// Whether it changed anything. This is what happened, whatever the answer
    /// said and whether or not it arrived.
    pub committed: bool,
    /// The faults that struck it.
    pub faults: Vec<JournalFault>,
}

/// A fault that struck a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JournalFault {
    /// The name of its rule, or `rule N` from 1.
    pub rule: String,
    /// Its kind, such as `commit_then_drop`.
    pub kind: &'static str,
}

/// An object that a request changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JournalObject {
    /// `group`, `stream`, `transfer`, `lines`.
    pub kind: &'static str,
    /// The object's id.
    pub id: String,
    /// Its name; for a transfer, the names of its streams joined with `+`.
    pub name: String,
}

/// The requests since the start or the last clearing.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<JournalEntry>,
    last: u64,
}

impl Journal {
    pub(crate) fn push(&mut self, mut entry: JournalEntry) {
        self.last += 1;
        entry.sequence = self.last;
        if self.entries.len() == CAPACITY {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// Returns the entries after the given sequence number.
    pub(crate) fn since(&self, sequence: u64) -> Vec<JournalEntry> {
        self.entries.iter().filter(|entry| entry.sequence > sequence).cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

impl JournalObject {
    pub(crate) fn of(change: &Change) -> Option<Self> {
        let (kind, id) = match &change.key {
            Key::Group { group, .. } => ("group", group),
            Key::Stream { stream, .. } => ("stream", stream),
            Key::Transfer { transfer, .. } => ("transfer", transfer),
            Key::Lines { stream, .. } => ("lines", stream),
            Key::Config | Key::Bucket { .. } | Key::Line { .. } => return None,
        };
        Some(Self { kind, id: id.clone(), name: change.name.clone() })
    }
}
