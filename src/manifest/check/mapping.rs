//! Mappings and lists: keys that are unknown, repeated or missing.

use std::collections::BTreeMap;

use super::super::code;
use super::super::printable::quote;
use super::super::scalar::{Reading, describe};
use super::super::shape::{Items, Key, Presence, Rule, Shape, Takes};
use super::super::sink::{Draft, Sink, Spot};
use super::super::suggest::closest;
use super::super::yaml::{Entry, Node, Value};
use super::value::{Subject, check_value, is_null, mismatch};
use super::word::{A_TEXT, apply_rule, in_quotes, is_text, split_fault};
use crate::model::Tags;

/// Checks the keys of a mapping. `other` is the shape of the object if it were
/// no tombstone, to tell a misplaced key from an unknown one.
pub(super) fn check_keys(
    node: &Node<'_>,
    shape: &'static Shape,
    other: Option<&'static Shape>,
    subject: Subject<'_>,
    sink: &mut Sink<'_>,
) {
    let entries = node.entries();
    check_duplicates(entries, sink);
    for entry in entries {
        let name = entry.key.text.as_ref();
        let label = quote(name);
        match shape.key(name) {
            Some(key) => {
                let subject = Subject { label: &label, key_spot: entry.key_spot, presence: key.presence };
                check_value(&entry.node, &key.takes, subject, sink);
            }
            None if other.is_some_and(|other| other.key(name).is_some()) => {
                let message = format!("{label} has no place in {}", shape.what);
                let draft = Draft::error(code::TOMBSTONE, entry.key_spot, message);
                sink.report(draft.help(format!("a tombstone takes {} only", names(shape))));
            }
            None => {
                let message = format!("unknown key {label} in {}", shape.what);
                let help = match suggest(name, shape, sink) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("it takes {}", names(shape)),
                };
                sink.report(Draft::error(code::UNKNOWN_KEY, entry.key_spot, message).help(help));
            }
        }
    }
    let required = shape.keys.iter().filter(|key| key.presence == Presence::Required);
    let missing: Vec<&Key> = required.filter(|key| node.get(key.name).is_none()).collect();
    let (message, help) = match missing.as_slice() {
        [] => return,
        [key] => (
            format!("{} lacks the key `{}`", subject.label, key.name),
            Some(format!("`{}` takes {}", key.name, key.takes.expectation())),
        ),
        [head @ .., last] => {
            let head: Vec<String> = head.iter().map(|key| format!("`{}`", key.name)).collect();
            (format!("{} lacks the keys {} and `{}`", subject.label, head.join(", "), last.name), None)
        }
    };
    sink.report(Draft::error(code::MISSING_KEY, subject.key_spot, message).maybe_help(help));
}

fn check_duplicates(entries: &[Entry<'_>], sink: &mut Sink<'_>) {
    let mut seen: BTreeMap<&str, Spot> = BTreeMap::new();
    for entry in entries {
        let name = entry.key.text.as_ref();
        if let Some(first) = seen.get(name) {
            let message = format!("{} stands twice in one mapping", quote(name));
            let draft = Draft::error(code::DUPLICATE_KEY, entry.key_spot, message);
            sink.report(draft.note_at(*first, "it stands here first"));
        } else {
            seen.insert(name, entry.key_spot);
        }
    }
}

/// Checks a mapping from names to values.
pub(super) fn check_entries(
    node: &Node<'_>,
    takes: &Takes,
    rule: &Rule,
    inner: &Takes,
    subject: Subject<'_>,
    sink: &mut Sink<'_>,
) {
    let Value::Map(entries) = &node.value else {
        return mismatch(node, takes, subject, sink);
    };
    check_duplicates(entries, sink);
    for entry in entries {
        check_key_word(entry, sink);
        apply_rule(&entry.key.text, entry.key_spot, rule, None, sink);
        let label = quote(&entry.key.text);
        let subject = Subject { label: &label, key_spot: entry.key_spot, presence: Presence::Optional };
        check_value(&entry.node, inner, subject, sink);
    }
}

/// A name such as `no` or `null` is another key to other readers of YAML.
fn check_key_word(entry: &Entry<'_>, sink: &mut Sink<'_>) {
    if matches!(entry.key.reading(), Reading::Null | Reading::Boolean(_) | Reading::OldBoolean(_)) {
        let message = format!("the key {} is not a text to every reader of YAML", quote(&entry.key.text));
        let draft = Draft::error(code::AMBIGUOUS_TEXT, entry.key_spot, message);
        sink.report(draft.help(in_quotes(&entry.key.text)));
    }
}

/// Checks tags, one by one and in number.
pub(super) fn check_tags(node: &Node<'_>, subject: Subject<'_>, sink: &mut Sink<'_>) {
    let Value::Map(entries) = &node.value else {
        return mismatch(node, &Takes::Tags, subject, sink);
    };
    check_duplicates(entries, sink);
    for (index, entry) in entries.iter().enumerate() {
        if index == Tags::DECLARABLE {
            let message = format!("{} tags are more than the {} one object may declare", entries.len(), index);
            let draft = Draft::error(code::OUT_OF_RANGE, entry.key_spot, message);
            sink.report(draft.note("the service takes 20; two are kept for the marker and the protection tag"));
        }
        check_key_word(entry, sink);
        let label = format!("the tag {}", quote(&entry.key.text));
        let subject = Subject { label: &label, key_spot: entry.key_spot, presence: Presence::Optional };
        match &entry.node.value {
            Value::Refused => {}
            Value::Scalar(_) if is_null(&entry.node) => {
                let message = format!("{label} has no value");
                let help = "write `\"\"` for an empty one, and quote a word that is meant";
                sink.report(Draft::error(code::MISSING_VALUE, entry.key_spot, message).help(help));
            }
            Value::Scalar(scalar) => {
                if is_text(&entry.node, scalar, &A_TEXT, subject, sink)
                    && let Err(fault) = Tags::check(&entry.key.text, &scalar.text)
                {
                    let fault = fault.to_string();
                    let (fault, help) = split_fault(&fault);
                    let draft = Draft::error(code::BAD_TAG, entry.key_spot, format!("{label}: {fault}"));
                    sink.report(draft.maybe_help(help));
                }
            }
            Value::List(_) | Value::Map(_) => {
                let message = format!("{label} takes a text, not {}", describe(&entry.node));
                sink.report(Draft::error(code::WRONG_TYPE, entry.node.spot, message));
            }
        }
    }
}

/// Checks a list.
pub(super) fn check_list(
    node: &Node<'_>,
    takes: &Takes,
    inner: &Takes,
    rule: Items,
    subject: Subject<'_>,
    sink: &mut Sink<'_>,
) {
    let Value::List(items) = &node.value else {
        return mismatch(node, takes, subject, sink);
    };
    if rule == Items::Distinct && items.is_empty() {
        let message = format!("{} is empty", subject.label);
        sink.report(Draft::error(code::OUT_OF_RANGE, node.spot, message).help("name at least one"));
    }
    let label = format!("an item of {}", subject.label);
    let mut seen: BTreeMap<&str, Spot> = BTreeMap::new();
    for item in items {
        check_value(item, inner, Subject { label: &label, key_spot: item.spot, presence: Presence::Optional }, sink);
        let (Items::Distinct, Value::Scalar(scalar)) = (rule, &item.value) else {
            continue;
        };
        if let Some(first) = seen.get(scalar.text.as_ref()) {
            let message = format!("{} stands twice in {}", quote(&scalar.text), subject.label);
            let draft = Draft::error(code::DUPLICATE_ITEM, item.spot, message);
            sink.report(draft.note_at(*first, "it stands here first"));
        } else {
            seen.insert(scalar.text.as_ref(), item.spot);
        }
    }
}

fn suggest(name: &str, shape: &'static Shape, sink: &Sink<'_>) -> Option<&'static str> {
    if sink.is_full() {
        return None;
    }
    closest(name, shape.keys.iter().map(|key| key.name))
}

/// Lists the keys of a shape.
pub(super) fn names(shape: &Shape) -> String {
    shape.keys.iter().map(|key| format!("`{}`", key.name)).collect::<Vec<_>>().join(", ")
}
