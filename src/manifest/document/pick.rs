//! Values out of a checked tree. What is malformed reads as if it were not
//! there.

use std::path::{Path, PathBuf};

use super::super::scalar::Reading;
use super::super::sink::{Said, Spot};
use super::super::yaml::{Entry, Node, Value};

/// Joins a path that [`rules::INNER_PATH`](super::super::rules::INNER_PATH) allowed
/// to the folder it is confined to.
pub(super) fn inner_path(folder: &Path, path: &str) -> PathBuf {
    let parts = path.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | ".."));
    parts.fold(folder.to_path_buf(), |folder, part| folder.join(part))
}

/// Returns the value of a key with the place of the key.
pub(super) fn said<T>(node: &Node<'_>, key: &str, read: impl Fn(&Node<'_>) -> Option<T>) -> Option<Said<T>> {
    let entry = node.get(key)?;
    read(&entry.node).map(|value| Said { value, spot: entry.key_spot })
}

/// Returns the value of a key with the place of the value.
pub(super) fn said_there<T>(node: &Node<'_>, key: &str, read: impl Fn(&Node<'_>) -> Option<T>) -> Option<Said<T>> {
    let entry = node.get(key)?;
    read(&entry.node).map(|value| Said { value, spot: value_spot(entry) })
}

/// Returns the value of a key.
pub(super) fn value<T>(node: &Node<'_>, key: &str, read: impl Fn(&Node<'_>) -> Option<T>) -> Option<T> {
    node.get(key).and_then(|entry| read(&entry.node))
}

fn value_spot(entry: &Entry<'_>) -> Spot {
    match entry.node.value {
        Value::Scalar(_) => entry.node.spot,
        _ => entry.key_spot,
    }
}

pub(super) fn items<'n, 's>(node: &'n Node<'s>) -> &'n [Node<'s>] {
    match &node.value {
        Value::List(items) => items,
        _ => &[],
    }
}

pub(super) fn text<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    match &node.value {
        Value::Scalar(scalar) => Some(&scalar.text),
        _ => None,
    }
}

/// Returns a name: a text, or a number as it is written.
pub(super) fn name<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    match &node.value {
        Value::Scalar(scalar) => match scalar.reading() {
            Reading::Text | Reading::Integer(_) | Reading::OddNumber => Some(&scalar.text),
            Reading::Null | Reading::Boolean(_) | Reading::OldBoolean(_) => None,
        },
        Value::List(_) | Value::Map(_) | Value::Refused => None,
    }
}

pub(super) fn integer(node: &Node<'_>) -> Option<i64> {
    match &node.value {
        Value::Scalar(scalar) => match scalar.reading() {
            Reading::Integer(number) => Some(number),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn boolean(node: &Node<'_>) -> Option<bool> {
    match &node.value {
        Value::Scalar(scalar) => match scalar.reading() {
            Reading::Boolean(value) => Some(value),
            _ => None,
        },
        _ => None,
    }
}
