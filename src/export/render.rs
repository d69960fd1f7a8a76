//! Draft → text. What is left out is a comment where it would stand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use super::header;
use super::order::{Draft, Entry, GroupDraft, LeftOut, Order};
use super::refusal::Refusal;
use crate::manifest::write::{Layout, ObjectKind, Tree, comment, express, word};
use crate::model::{Address, GroupName};

/// Columns between one level and the next.
const STEP: usize = 2;

pub(super) fn render(draft: &Draft, order: &Order<'_>) -> Result<String, Refusal> {
    let mut lines = header::write(draft, order)?;
    if draft.groups.is_empty() {
        lines.push("groups: {}".to_owned());
    } else {
        lines.push("groups:".to_owned());
    }
    let mut left_out: BTreeMap<&GroupName, Vec<&LeftOut>> = BTreeMap::new();
    for left in &draft.left_out {
        left_out.entry(left.address.group()).or_default().push(left);
    }
    for name in draft.groups.keys().chain(left_out.keys().copied()).collect::<BTreeSet<_>>() {
        let left = left_out.get(name).map_or(&[][..], Vec::as_slice);
        let mut group = group(name, draft.groups.get(name), left);
        if draft.groups.is_empty() {
            // Below `{}` nothing is further in.
            group.iter_mut().for_each(|line| *line = line.trim_start().to_owned());
        }
        lines.extend(group);
    }
    lines.push(String::new());
    Ok(lines.join("\n"))
}

fn group(name: &GroupName, draft: Option<&GroupDraft>, left: &[&LeftOut]) -> Vec<String> {
    let address = Address::Group(name.clone());
    let mut lines = remarks(left.iter().filter(|left| left.address == address), STEP);
    let Some(GroupDraft { entry, streams, dumps }) = draft else { return lines };
    lines.push(format!("{}{}:", margin(STEP), word(name.as_str())));
    lines.extend(tree(entry, ObjectKind::Group).body(2 * STEP, STEP));
    let stream_of = |left: &&LeftOut| match &left.address {
        Address::Stream(_, name) => Some(name.clone()),
        _ => None,
    };
    let dump_of = |left: &&LeftOut| match &left.address {
        Address::Dump(_, handle) => Some(handle.clone()),
        _ => None,
    };
    lines.extend(section("streams", streams.as_ref(), ObjectKind::Stream, &sort(left, stream_of)));
    lines.extend(section("dumps", dumps.as_ref(), ObjectKind::Dump, &sort(left, dump_of)));
    lines
}

fn sort<'a, K: Ord>(left: &[&'a LeftOut], key: impl Fn(&&'a LeftOut) -> Option<K>) -> BTreeMap<K, Vec<&'a LeftOut>> {
    let mut sorted: BTreeMap<K, Vec<&LeftOut>> = BTreeMap::new();
    for (key, left) in left.iter().filter_map(|left| Some((key(left)?, left))) {
        sorted.entry(key).or_default().push(left);
    }
    sorted
}

fn section<K: Ord + Display>(
    title: &str,
    entries: Option<&BTreeMap<K, Entry>>,
    kind: ObjectKind,
    left: &BTreeMap<K, Vec<&LeftOut>>,
) -> Vec<String> {
    let Some(entries) = entries else { return Vec::new() };
    let mut lines = Vec::new();
    let header = if entries.is_empty() { format!("{title}: {{}}") } else { format!("{title}:") };
    lines.push(format!("{}{header}", margin(2 * STEP)));
    for key in entries.keys().chain(left.keys()).collect::<BTreeSet<_>>() {
        lines.extend(remarks(left.get(key).into_iter().flatten(), 3 * STEP));
        if let Some(entry) = entries.get(key) {
            lines.extend(tree(entry, kind).lines(&key.to_string(), 3 * STEP, STEP));
        }
    }
    lines
}

/// Puts the fields of an entry into a mapping.
pub(super) fn tree(entry: &Entry, kind: ObjectKind) -> Tree {
    let fields = entry.fields.iter();
    let fields =
        fields.filter_map(|(field, value)| Some((field.as_str().to_owned(), express(kind, *field, value).ok()?)));
    let fields: Vec<(String, Tree)> = fields.collect();
    match kind {
        _ if fields.is_empty() => Tree::Nothing,
        ObjectKind::Stream => Tree::Map(fields, Layout::Compact),
        ObjectKind::Group | ObjectKind::Dump => Tree::Map(fields, Layout::Open),
    }
}

fn remarks<'a>(left: impl Iterator<Item = &'a &'a LeftOut>, indent: usize) -> Vec<String> {
    left.map(|left| format!("{}{}", margin(indent), comment(&left.describe()))).collect()
}

fn margin(indent: usize) -> String {
    " ".repeat(indent)
}
