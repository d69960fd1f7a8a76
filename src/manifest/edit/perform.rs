//! One goal, reached step by step.

use std::sync::Arc;

use super::super::sink::{Sink, Spot};
use super::super::vars::Values;
use super::super::yaml::{self, Node};
use super::goal::{Goal, Hindrance, Work};
use super::page::{Page, apply};

/// Most steps to one goal: each tag of an object and each stream of a dump is
/// one or two.
const MOST_STEPS: usize = 1000;

/// Returns the text in which a goal is reached, or what keeps it from being reached.
pub(super) fn perform(text: &str, goal: &Goal, values: &Values) -> Result<String, Hindrance> {
    let mut text = text.to_owned();
    for _ in 0..MOST_STEPS {
        let top = Spot { file: 0, line: 1, column: 1, start: 0, end: 0 };
        let next =
            with_tree(&text, |root| Work { page: Page { text: &text }, root, values }.next(goal)).ok_or(top)??;
        match next {
            None => return Ok(text),
            Some(splices) => text = apply(&text, splices),
        }
    }
    Err(Spot { file: 0, line: 1, column: 1, start: 0, end: 0 }.into())
}

/// Reads a text and looks at its tree, if it has one.
pub(super) fn with_tree<T>(text: &str, look: impl FnOnce(&Node<'_>) -> T) -> Option<T> {
    let mut sink = Sink::new(vec![(Arc::from(""), text)]);
    let root = yaml::read(0, text, &mut yaml::Budget::new(), &mut sink)?;
    Some(look(&root))
}
