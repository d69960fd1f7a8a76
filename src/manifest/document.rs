//! One file as it was typed: model types with their places, before files are
//! put together.
//!
//! Nothing is complained about here. What is malformed was reported by
//! [`check`](super::check) and is left out, so that the rest can still be
//! judged.

mod group;
mod settings;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) use self::group::{DumpEntry, GroupEntry, StreamEntry};
pub(super) use self::settings::{DefaultsSaid, PolicySaid, TargetSaid};
use super::scalar::Reading;
use super::sink::{Said, Sink, Spot};
use super::yaml::{Entry, Node, Value};
use crate::model::{Acceptance, AddressGlob, EstateName};

/// One file.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) estate: Option<Said<EstateName>>,
    pub(super) target: Option<Said<TargetSaid>>,
    pub(super) defaults: Option<Said<DefaultsSaid>>,
    pub(super) policy: Option<Said<PolicySaid>>,
    pub(super) ledger: Option<Said<PathBuf>>,
    pub(super) accept: Vec<Acceptance>,
    pub(super) groups: Vec<GroupEntry>,
    /// Whether there is a `groups` section at all.
    pub(super) has_groups: bool,
}

/// Picks up what a checked file declares. Paths are resolved against `folder`,
/// the folder the file is in.
pub(super) fn lower(root: &Node<'_>, folder: &Path, sink: &Sink<'_>) -> Document {
    let accept = root.get("accept").map_or(&[][..], |entry| items(&entry.node));
    let groups = root.get("groups");
    Document {
        estate: said(root, "estate", |node| EstateName::parse(text(node)?).ok()),
        target: said(root, "target", |node| Some(settings::target(node, folder))),
        defaults: said(root, "defaults", |node| Some(settings::defaults(node))),
        policy: said(root, "policy", |node| Some(settings::policy(node))),
        ledger: said(root, "ledger", |node| Some(inner_path(folder, text(node)?))),
        accept: accept.iter().filter_map(|node| acceptance(node, sink)).collect(),
        groups: groups.map_or(&[][..], |entry| entry.node.entries()).iter().filter_map(group::group).collect(),
        has_groups: groups.is_some(),
    }
}

fn acceptance(node: &Node<'_>, sink: &Sink<'_>) -> Option<Acceptance> {
    let field = |key: &str| node.get(key).and_then(|entry| text(&entry.node)).map(Arc::from);
    Some(Acceptance {
        address: AddressGlob::parse(&field("address")?).ok()?,
        field: field("field")?,
        value: field("value")?,
        reason: field("reason")?,
        until: field("until")?,
        place: sink.place(node.spot),
    })
}

/// Joins a path that [`rules::INNER_PATH`](super::rules::INNER_PATH) allowed
/// to the folder it is confined to.
fn inner_path(folder: &Path, path: &str) -> PathBuf {
    let parts = path.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | ".."));
    parts.fold(folder.to_path_buf(), |folder, part| folder.join(part))
}

/// Returns the value of a key with the place of the key.
fn said<T>(node: &Node<'_>, key: &str, read: impl Fn(&Node<'_>) -> Option<T>) -> Option<Said<T>> {
    let entry = node.get(key)?;
    read(&entry.node).map(|value| Said { value, spot: entry.key_spot })
}

/// Returns the value of a key with the place of the value.
fn said_there<T>(node: &Node<'_>, key: &str, read: impl Fn(&Node<'_>) -> Option<T>) -> Option<Said<T>> {
    let entry = node.get(key)?;
    read(&entry.node).map(|value| Said { value, spot: value_spot(entry) })
}

/// Returns the value of a key.
fn value<T>(node: &Node<'_>, key: &str, read: impl Fn(&Node<'_>) -> Option<T>) -> Option<T> {
    node.get(key).and_then(|entry| read(&entry.node))
}

fn value_spot(entry: &Entry<'_>) -> Spot {
    match entry.node.value {
        Value::Scalar(_) => entry.node.spot,
        _ => entry.key_spot,
    }
}

fn items<'n, 's>(node: &'n Node<'s>) -> &'n [Node<'s>] {
    match &node.value {
        Value::List(items) => items,
        _ => &[],
    }
}

fn text<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    match &node.value {
        Value::Scalar(scalar) => Some(&scalar.text),
        _ => None,
    }
}

fn integer(node: &Node<'_>) -> Option<i64> {
    match &node.value {
        Value::Scalar(scalar) => match scalar.reading() {
            Reading::Integer(number) => Some(number),
            _ => None,
        },
        _ => None,
    }
}

fn boolean(node: &Node<'_>) -> Option<bool> {
    match &node.value {
        Value::Scalar(scalar) => match scalar.reading() {
            Reading::Boolean(value) => Some(value),
            _ => None,
        },
        _ => None,
    }
}
