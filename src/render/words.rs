//! What text and reports say in the same words. Nothing here is escaped.

use crate::plan::{FieldChange, Loss};

/// Returns what is lost, one line for each kind of loss.
pub(super) fn describe_loss(loss: &Loss) -> Vec<String> {
    let mut lines = Vec::new();
    let streams = loss.streams.len();
    if streams > 0 {
        let days = loss.days.map_or("an unknown number of days".to_owned(), |days| match days {
            1 => "1 day".to_owned(),
            days => format!("up to {days} days"),
        });
        let noun = if streams == 1 { "stream loses" } else { "streams lose" };
        lines.push(format!("{streams} {noun} {days} of log lines"));
    }
    lines.extend(loss.log_lines.as_ref().map(ToString::to_string));
    lines
}

/// Returns what goes along with a group, if anything.
pub(super) fn describe_cascade(loss: &Loss) -> Option<String> {
    if loss.cascade.is_empty() {
        return None;
    }
    let names: Vec<&str> = loss.cascade.iter().map(crate::model::StreamName::as_str).collect();
    let undeclared = match (names.len(), loss.undeclared.len()) {
        (_, 0) => String::new(),
        (1, _) => ", which is not declared".to_owned(),
        (all, number) if all == number => ", none of them declared".to_owned(),
        (_, number) => format!(", {number} of them not declared"),
    };
    let noun = if names.len() == 1 { "stream" } else { "streams" };
    Some(format!("{} {noun}{undeclared}: {}", names.len(), names.join(", ")))
}

/// Returns the fields of a replacement: those that differ with both values, the
/// rest once.
pub(super) fn replaced_fields(old: &[FieldChange], new: &[FieldChange]) -> Vec<FieldChange> {
    let before = |field| old.iter().find(|line| line.field == field).and_then(|line| line.before.clone());
    new.iter()
        .map(|line| FieldChange { field: line.field, before: before(line.field), after: line.after.clone() })
        .filter(|line| line.before != line.after)
        .collect()
}
