//! Lost log lines as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::plan::LogLines;
use crate::plan::loss::COUNTED_DAYS;

/// How many log lines a change loses.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct LogLinesDocument {
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

impl LogLinesDocument {
    pub(super) fn of(lines: &LogLines) -> Self {
        let LogLines { counted, streams_counted, streams_uncounted, reason } = lines;
        Self {
            days: COUNTED_DAYS,
            counted: *counted,
            streams_counted: *streams_counted,
            streams_uncounted: *streams_uncounted,
            reason: reason.clone(),
        }
    }
}
