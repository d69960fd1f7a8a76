//! `include`: further files of the same estate, named by the file that needs
//! them. Found here before anything is checked, because what is declared is
//! only known when all files are.

use super::parse::without_mark;
use super::rules;
use super::sink::{Sink, Spot};
use super::yaml::{self, Budget, Value};

/// A pattern of an `include`, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pub(super) text: String,
    pub(super) spot: Spot,
}

/// Returns what a file includes. What is malformed is left out; the checks of
/// the file tell it.
pub(super) fn find_patterns(text: &str) -> Vec<Pattern> {
    let text = without_mark(text);
    // Nearly no file includes anything, and to read one twice takes its time. A
    // key that is spelled with escapes is in quotes and has a backslash.
    if !text.contains("include") && !text.contains('\\') {
        return Vec::new();
    }
    let mut unheard = Sink::new(Vec::new());
    let Some(Some(root)) = yaml::read_any(0, text, &mut Budget::new(), &mut unheard) else { return Vec::new() };
    let Some(Value::List(items)) = root.get("include").map(|entry| &entry.node.value) else { return Vec::new() };
    let patterns = items.iter().filter_map(|item| match &item.value {
        Value::Scalar(scalar) if (rules::INCLUDE.check)(&scalar.text).is_ok() => {
            Some(Pattern { text: scalar.text.clone().into_owned(), spot: item.spot })
        }
        _ => None,
    });
    patterns.collect()
}
