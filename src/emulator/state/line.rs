//! Log lines as a stream keeps them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::refusal::Refusal;
use super::{Key, World};

/// One log line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// The cursor of paging: 19 digits, nanoseconds since 1970 `[SEED:1397]`,
    /// unique in its stream.
    pub(crate) line_num: u64,
    pub(crate) content: String,
    pub(crate) labels: BTreeMap<String, String>,
}

/// A line that is to be written.
#[derive(Debug, Clone)]
pub(crate) struct LineDraft {
    /// Its number, or the earliest it may get where it has none.
    pub(crate) line_num: LineNumber,
    pub(crate) content: String,
    pub(crate) labels: BTreeMap<String, String>,
}

/// How a line gets its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineNumber {
    /// This one, which replaces a line that has it.
    Given(u64),
    /// The first free one from here on.
    From(u64),
}

impl World {
    /// Writes lines to a stream and returns their numbers.
    ///
    /// # Errors
    /// LTS.0201, LTS.0208.
    pub(crate) fn ingest(
        &mut self,
        project: &str,
        group: &str,
        stream: &str,
        drafts: Vec<LineDraft>,
    ) -> Result<Vec<u64>, Refusal> {
        let found = self.project_mut(project).stream_mut(group, stream)?;
        let (id, name) = (found.id.clone(), found.name.clone());
        let mut numbers = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let (number, place) = place(&found.lines, draft.line_num);
            let line = Line { line_num: number, content: draft.content, labels: draft.labels };
            match place {
                Ok(index) => {
                    if let Some(slot) = found.lines.get_mut(index) {
                        *slot = line;
                    }
                }
                Err(index) => found.lines.insert(index, line),
            }
            numbers.push(number);
        }
        for number in &numbers {
            let key = Key::Line { project: project.to_owned(), stream: id.clone(), line_num: *number };
            self.touch(key, &name);
        }
        Ok(numbers)
    }
}

fn place(lines: &[Line], wanted: LineNumber) -> (u64, Result<usize, usize>) {
    let find = |number: u64| lines.binary_search_by_key(&number, |line| line.line_num);
    match wanted {
        LineNumber::Given(number) => (number, find(number)),
        LineNumber::From(mut number) => {
            let mut place = find(number);
            while let Ok(taken) = place {
                number += 1;
                let next = taken + 1;
                let free = lines.get(next).is_none_or(|line| line.line_num != number);
                place = if free { Err(next) } else { Ok(next) };
            }
            (number, place)
        }
    }
}
