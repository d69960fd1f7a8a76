//! Which log lines a plan loses, as far as the service can count them.
//!
//! Pure: it says what to ask and takes the answers in. A count is for the
//! person who decides; nothing is decided by it here, it is no premise, and the
//! digest of a plan does not cover it.

use std::collections::BTreeMap;
use std::fmt;

use super::step::{Loss, Plan, Step, StepId};
use crate::model::{GroupId, Live, LiveGroup, StreamId};

/// How many days back lines are counted: the longest range that a query of
/// every edition takes. `[SEED:1334]`
pub const COUNTED_DAYS: u32 = 30;

/// Most streams that are asked about for one plan. A count is one request, and
/// the rate limit is shared with the changes (S59).
pub const MOST_QUESTIONS: usize = 50;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// How many log lines of the last [`COUNTED_DAYS`] days are lost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogLines {
    /// Lines of the streams that were counted.
    pub counted: u64,
    /// Streams whose lines were counted.
    pub streams_counted: usize,
    /// Streams that lose lines, and how many is not known. Nothing is known of
    /// their number either where the list of streams was not read.
    pub streams_uncounted: usize,
    /// Why something is not known, if anything is not. Text of the service in
    /// it is escaped.
    pub reason: Option<String>,
}

/// One question to the service: how many lines a stream loses by a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The step.
    pub step: StepId,
    /// Group of the stream.
    pub group: GroupId,
    /// The stream.
    pub stream: StreamId,
    /// Days of log lines that stay, from 0 to one less than [`COUNTED_DAYS`].
    kept_days: u32,
}

impl Question {
    /// Returns the first and the last moment of what is lost, in milliseconds
    /// since 1970, UTC.
    #[must_use]
    pub fn window(&self, now_ms: i64) -> (i64, i64) {
        let back = |days: u32| now_ms.saturating_sub(i64::from(days) * DAY_MS);
        (back(COUNTED_DAYS), back(self.kept_days))
    }
}

/// Returns what to ask the service, in the order of the steps and of the names
/// of their streams: the same plan asks the same questions. A plan that loses
/// nothing asks none.
#[must_use]
pub fn ask(plan: &Plan, live: &Live) -> Vec<Question> {
    let steps = plan.iter().filter_map(|(id, step)| Some((id, step, countable(step)?)));
    let questions = steps.flat_map(|(id, step, loss)| {
        let group = live.groups.get(step.address.group());
        let found = group.into_iter().flat_map(move |group| ids_of(group, loss).map(|stream| (&group.id, stream)));
        found.map(move |(group, stream)| Question {
            step: id,
            group: group.clone(),
            stream: stream.clone(),
            kept_days: loss.kept_days,
        })
    });
    questions.take(MOST_QUESTIONS).collect()
}

/// Writes the answers into the losses of a plan: a number of lines, or why
/// there is none. Answers stand in the order of their questions.
pub fn note(plan: &mut Plan, live: &Live, questions: &[Question], answers: &[Result<u64, String>]) {
    let mut by_step: BTreeMap<StepId, LogLines> = BTreeMap::new();
    for (question, answer) in questions.iter().zip(answers) {
        let lines = by_step.entry(question.step).or_default();
        match answer {
            Ok(number) => {
                lines.counted = lines.counted.saturating_add(*number);
                lines.streams_counted += 1;
            }
            Err(reason) => {
                lines.reason.get_or_insert_with(|| reason.clone());
            }
        }
    }
    for (id, step) in (0u32..).map(StepId).zip(&mut plan.steps) {
        let Some(losing) = countable(step).map(|loss| loss.streams.len()) else { continue };
        let listed = live.groups.get(step.address.group()).is_some_and(|group| group.streams.complete().is_some());
        let mut lines = by_step.remove(&id).unwrap_or_default();
        lines.streams_uncounted = losing.saturating_sub(lines.streams_counted);
        if !listed {
            lines.reason.get_or_insert_with(|| "the streams of the group were not read".to_owned());
        } else if losing == 0 {
            continue;
        } else if lines.streams_uncounted > 0 {
            lines.reason.get_or_insert_with(|| format!("at most {MOST_QUESTIONS} streams are counted for one plan"));
        }
        if let Some(loss) = &mut step.loss {
            loss.log_lines = Some(lines);
        }
    }
}

/// Sums up what some steps lose; nothing where none of them loses a line of the
/// last [`COUNTED_DAYS`] days, or nobody has asked.
pub fn total<'a>(steps: impl Iterator<Item = &'a Step>) -> Option<LogLines> {
    steps.filter_map(|step| step.loss.as_ref()?.log_lines.as_ref()).fold(None, |sum, lines| {
        let mut sum: LogLines = sum.unwrap_or_default();
        sum.counted = sum.counted.saturating_add(lines.counted);
        sum.streams_counted = sum.streams_counted.saturating_add(lines.streams_counted);
        sum.streams_uncounted = sum.streams_uncounted.saturating_add(lines.streams_uncounted);
        sum.reason = sum.reason.or_else(|| lines.reason.clone());
        Some(sum)
    })
}

/// Returns the loss of a step, if lines of the days that can be counted are
/// among it.
fn countable(step: &Step) -> Option<&Loss> {
    step.loss.as_ref().filter(|loss| loss.kept_days < COUNTED_DAYS)
}

/// The ids of the streams that lose lines, in the order of their names.
fn ids_of<'a>(group: &'a LiveGroup, loss: &'a Loss) -> impl Iterator<Item = &'a StreamId> {
    let streams = group.streams.complete();
    loss.streams.iter().filter_map(move |name| streams?.get(name)).map(|stream| &stream.id)
}

impl fmt::Display for LogLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = COUNTED_DAYS;
        let reason = self.reason.as_deref().unwrap_or("not asked");
        let whole = self.streams_uncounted == 0 && self.reason.is_none();
        match (self.streams_counted, self.streams_uncounted) {
            (0, _) if !whole => write!(f, "an unknown number of log lines of the last {days} days ({reason})"),
            (counted, uncounted) => {
                let noun = if self.counted == 1 { "line" } else { "lines" };
                write!(f, "{} log {noun} of the last {days} days", group_digits(self.counted))?;
                if whole {
                    return Ok(());
                }
                let streams = if counted == 1 { "stream" } else { "streams" };
                write!(f, " in {counted} {streams}, and an unknown number in ")?;
                match uncounted {
                    0 => write!(f, "others ({reason})"),
                    more => write!(f, "{more} more ({reason})"),
                }
            }
        }
    }
}

/// Writes a number with a comma between each three digits.
fn group_digits(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
