//! How much a client may do at once, how long it may take, and what it did.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::{Deadline, Operation};

/// Bounds of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most requests under way at a time; 0 counts as 1.
    pub parallelism: usize,
    /// Longest time one request may take, from its first byte to the last byte
    /// of the answer.
    pub request_timeout: Duration,
    /// When the whole run must be over.
    pub deadline: Option<Deadline>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { parallelism: 10, request_timeout: Duration::from_secs(60), deadline: None }
    }
}

/// What a client sent and received so far. Repetitions count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Requests to IAM.
    pub identity: u64,
    /// Requests to LTS that change nothing, without those for log lines.
    pub reads: u64,
    /// Requests to LTS for log lines and their number.
    pub queries: u64,
    /// Requests to LTS that change something.
    pub writes: u64,
    /// Requests that repeated one which had failed.
    pub retries: u64,
    /// Answers that were throttled.
    pub throttled: u64,
    /// Bytes of the answers' bodies.
    pub bytes_received: u64,
}

/// Counts what [`Usage`] reports.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    identity: AtomicU64,
    reads: AtomicU64,
    queries: AtomicU64,
    writes: AtomicU64,
    retries: AtomicU64,
    throttled: AtomicU64,
    bytes_received: AtomicU64,
}

impl Meter {
    pub(crate) fn sent(&self, call: &super::request::Call) {
        let counter = if call.operation.is_identity() {
            &self.identity
        } else if call.operation == Operation::QueryLogs {
            &self.queries
        } else if call.kind.is_write() {
            &self.writes
        } else {
            &self.reads
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn retried(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn throttled(&self) {
        self.throttled.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.bytes_received.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(crate) fn usage(&self) -> Usage {
        Usage {
            identity: self.identity.load(Ordering::Relaxed),
            reads: self.reads.load(Ordering::Relaxed),
            queries: self.queries.load(Ordering::Relaxed),
            writes: self.writes.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            throttled: self.throttled.load(Ordering::Relaxed),
            bytes_received: self.bytes_received.load(Ordering::Relaxed),
        }
    }
}
