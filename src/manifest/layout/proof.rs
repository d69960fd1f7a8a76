//! Whether two texts mean the same and hold the same comments.

use super::super::sink::Sink;
use super::super::yaml::{self, Budget, Node, Value, find_comments};
use super::order::Place;

/// Says whether a text has the tree and the comments of another.
pub(super) fn is_same(before: &str, root: &Node<'_>, after: &str, place: Place) -> bool {
    let mut unheard = Sink::new(Vec::new());
    let Some(Some(again)) = yaml::read_any(0, after, &mut Budget::new(), &mut unheard) else { return false };
    !unheard.has_errors() && same(root, &again, place) && words(before) == words(after)
}

fn same(one: &Node<'_>, other: &Node<'_>, place: Place) -> bool {
    match (&one.value, &other.value) {
        (Value::Scalar(one), Value::Scalar(other)) => one.text == other.text && one.plain == other.plain,
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other, place.item()))
        }
        (Value::Map(_), Value::Map(_)) => {
            let (first, second) = (place.sort(one), place.sort(other));
            first.len() == second.len()
                && first.iter().zip(&second).all(|(a, b)| {
                    a.key.text == b.key.text
                        && a.key.plain == b.key.plain
                        && same(&a.node, &b.node, place.below(one, &a.key.text))
                })
        }
        _ => false,
    }
}

/// All words of all comments; where they stand is for the eye to judge.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> =
        find_comments(text).into_iter().flat_map(|range| text[range].split_whitespace()).collect();
    words.sort_unstable();
    words
}
