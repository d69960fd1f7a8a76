//! What is lost, as JSON. Counts of log lines stand apart: they are no part of
//! what is going to be done.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::settings::{read_names, write_names};
use crate::plan::loss::COUNTED_DAYS;
use crate::plan::{LogLines, Loss};

/// What is lost with a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LossDocument {
    streams: BTreeSet<String>,
    days: Option<u32>,
    kept_days: u32,
    cascade: BTreeSet<String>,
    undeclared: BTreeSet<String>,
}

/// How many log lines a change loses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogLinesDocument {
    /// How many days back lines were counted.
    days: u32,
    /// Lines of the streams that were counted.
    counted: u64,
    streams_counted: usize,
    /// Streams that lose lines, and how many is not known.
    streams_uncounted: usize,
    /// Why something is not known; null where everything was counted.
    reason: Option<String>,
}

impl LossDocument {
    pub(super) fn of(loss: &Loss) -> Self {
        let Loss { streams, days, kept_days, cascade, undeclared, log_lines: _ } = loss;
        Self {
            streams: write_names(streams),
            days: *days,
            kept_days: *kept_days,
            cascade: write_names(cascade),
            undeclared: write_names(undeclared),
        }
    }

    pub(super) fn read(&self, log_lines: Option<LogLines>) -> Loss {
        Loss {
            streams: read_names(&self.streams),
            days: self.days,
            kept_days: self.kept_days,
            cascade: read_names(&self.cascade),
            undeclared: read_names(&self.undeclared),
            log_lines,
        }
    }
}

impl LogLinesDocument {
    /// Writes a count down.
    #[must_use]
    pub fn of(lines: &LogLines) -> Self {
        let LogLines { counted, streams_counted, streams_uncounted, reason } = lines;
        Self {
            days: COUNTED_DAYS,
            counted: *counted,
            streams_counted: *streams_counted,
            streams_uncounted: *streams_uncounted,
            reason: reason.clone(),
        }
    }

    pub(super) fn read(&self) -> LogLines {
        LogLines {
            counted: self.counted,
            streams_counted: self.streams_counted,
            streams_uncounted: self.streams_uncounted,
            reason: self.reason.clone(),
        }
    }
}
