//! The tree against the table of keys: unknown, repeated and missing keys,
//! wrong types, words and forms. Every complaint of a file is found in one
//! pass; what is well-formed is left for [`document`](super::document) to
//! pick up.

use std::collections::BTreeMap;

use super::code;
use super::printable::quote;
use super::scalar::{Reading, describe};
use super::shape::{Items, Object, Presence, Rule, Shape, Takes};
use super::sink::{Draft, Sink, Spot};
use super::suggest::closest;
use super::yaml::{Entry, Node, Scalar, Value};
use crate::model::Tags;

/// A value and the key that says what it is for.
#[derive(Clone, Copy)]
struct Subject<'a> {
    /// How the value is called, in backticks where it is a key.
    label: &'a str,
    /// Where the key stands; complaints about absent values point there.
    key_spot: Spot,
}

/// Checks a whole file.
pub(super) fn check(root: &Node<'_>, shape: &'static Shape, sink: &mut Sink<'_>) {
    let subject = Subject { label: shape.what, key_spot: root.spot };
    check_table(root, shape, subject, sink);
}

fn check_value(node: &Node<'_>, takes: &Takes, subject: Subject<'_>, sink: &mut Sink<'_>) {
    if matches!(node.value, Value::Refused) {
        return;
    }
    if let Takes::Object(object) = takes {
        return check_object(node, object, subject, sink);
    }
    if is_null(node) {
        return complain_about_nothing(takes, subject, sink);
    }
    match takes {
        Takes::Table(shape) => check_table(node, shape, subject, sink),
        Takes::Entries(rule, inner) => check_entries(node, takes, rule, inner, subject, sink),
        Takes::Tags => check_tags(node, subject, sink),
        Takes::List(inner, items) => check_list(node, takes, inner, *items, subject, sink),
        Takes::OrWord(word, inner) => {
            let said = matches!(&node.value, Value::Scalar(scalar) if scalar.text == *word);
            let text = matches!(&node.value, Value::Scalar(scalar) if scalar.reading() == Reading::Text);
            match inner {
                _ if said => {}
                Takes::Integer(..) if !text => check_value(node, inner, subject, sink),
                Takes::Table(shape) if matches!(node.value, Value::Map(_)) => check_table(node, shape, subject, sink),
                _ => mismatch(node, takes, subject, sink),
            }
        }
        Takes::Integer(..) | Takes::Boolean | Takes::Word(_) | Takes::Name(_) | Takes::Text(_) | Takes::Anything => {
            match &node.value {
                Value::Scalar(scalar) => check_scalar(node, scalar, takes, subject, sink),
                _ => mismatch(node, takes, subject, sink),
            }
        }
        // Both are told before the value is looked at.
        Takes::Object(_) | Takes::Later(_) => {}
    }
}

fn check_object(node: &Node<'_>, object: &'static Object, subject: Subject<'_>, sink: &mut Sink<'_>) {
    let absent = node.get("ensure").is_some_and(|entry| is_word(&entry.node, "absent"));
    match (absent, object.present) {
        (true, _) => check_keys(node, object.absent, object.present, subject, sink),
        (false, Some(shape)) if is_null(node) => check_keys(node, shape, None, subject, sink),
        (false, Some(shape)) => check_table(node, shape, subject, sink),
        (false, None) => {
            let message = format!("{} of a log group that is to be deleted has to be a tombstone too", object.what);
            let draft = Draft::error(code::TOMBSTONE, subject.key_spot, message);
            sink.report(draft.help("write `ensure: absent` here as well, or remove the entry"));
        }
    }
}

fn check_table(node: &Node<'_>, shape: &'static Shape, subject: Subject<'_>, sink: &mut Sink<'_>) {
    match &node.value {
        Value::Map(_) => check_keys(node, shape, None, subject, sink),
        Value::Refused => {}
        _ => mismatch(node, &Takes::Table(shape), subject, sink),
    }
}

/// Checks the keys of a mapping. `other` is the shape of the object if it were
/// no tombstone, to tell a misplaced key from an unknown one.
fn check_keys(
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
        match shape.key(name).map(|key| &key.takes) {
            Some(Takes::Later(way_out)) => {
                let draft = Draft::error(code::NOT_YET, entry.key_spot, format!("{label} is not supported yet"));
                sink.report(draft.help(*way_out));
            }
            Some(takes) => {
                let subject = Subject { label: &label, key_spot: entry.key_spot };
                check_value(&entry.node, takes, subject, sink);
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
    for key in shape.keys.iter().filter(|key| key.presence == Presence::Required) {
        if node.get(key.name).is_none() {
            let message = format!("{} lacks the key `{}`", subject.label, key.name);
            let help = format!("it takes {}", key.takes.expectation());
            sink.report(Draft::error(code::MISSING_KEY, subject.key_spot, message).help(help));
        }
    }
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

fn check_entries(
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
        apply_rule(&entry.key.text, entry.key_spot, rule, sink);
        let label = quote(&entry.key.text);
        check_value(&entry.node, inner, Subject { label: &label, key_spot: entry.key_spot }, sink);
    }
}

/// A name such as `no` or `null` is another key to other readers of YAML.
fn check_key_word(entry: &Entry<'_>, sink: &mut Sink<'_>) {
    if matches!(entry.key.reading(), Reading::Null | Reading::Boolean(_) | Reading::OldBoolean(_)) {
        let message = format!("the key {} is not a text to every reader of YAML", quote(&entry.key.text));
        let draft = Draft::error(code::AMBIGUOUS_TEXT, entry.key_spot, message);
        sink.report(draft.help(format!("quote it: `\"{}\"`", entry.key.text)));
    }
}

fn check_tags(node: &Node<'_>, subject: Subject<'_>, sink: &mut Sink<'_>) {
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
        let subject = Subject { label: &label, key_spot: entry.key_spot };
        match &entry.node.value {
            Value::Refused => {}
            Value::Scalar(scalar) if is_null(&entry.node) => {
                let message = format!("{label} has no value");
                let help = format!("write `\"\"` for an empty one, or `\"{}\"`", printable_or_null(scalar));
                sink.report(Draft::error(code::MISSING_VALUE, entry.key_spot, message).help(help));
            }
            Value::Scalar(scalar) => {
                if is_text(&entry.node, scalar, "a text", subject, sink)
                    && let Err(fault) = Tags::check(&entry.key.text, &scalar.text)
                {
                    sink.report(Draft::error(code::BAD_TAG, entry.key_spot, format!("{label}: {fault}")));
                }
            }
            Value::List(_) | Value::Map(_) => {
                let message = format!("{label} takes a text, not {}", describe(&entry.node));
                sink.report(Draft::error(code::WRONG_TYPE, entry.node.spot, message));
            }
        }
    }
}

fn printable_or_null<'a>(scalar: &'a Scalar<'_>) -> &'a str {
    if scalar.text.is_empty() { "null" } else { &scalar.text }
}

fn check_list(node: &Node<'_>, takes: &Takes, inner: &Takes, rule: Items, subject: Subject<'_>, sink: &mut Sink<'_>) {
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
        check_value(item, inner, Subject { label: &label, key_spot: item.spot }, sink);
        let (Items::Distinct, Value::Scalar(scalar)) = (rule, &item.value) else {
            continue;
        };
        if let Some(first) = seen.get(scalar.text.as_ref()) {
            let message = format!("{} stands twice in {}", quote(&scalar.text), subject.label);
            let draft = Draft::error(code::DUPLICATE_KEY, item.spot, message);
            sink.report(draft.note_at(*first, "it stands here first"));
        } else {
            seen.insert(scalar.text.as_ref(), item.spot);
        }
    }
}

fn check_scalar(node: &Node<'_>, scalar: &Scalar<'_>, takes: &Takes, subject: Subject<'_>, sink: &mut Sink<'_>) {
    match takes {
        Takes::Integer(least, most) => match scalar.reading() {
            Reading::Integer(number) if (*least..=*most).contains(&number) => {}
            Reading::Integer(number) => {
                let message = format!("{} takes {}, not {number}", subject.label, takes.expectation());
                sink.report(Draft::error(code::OUT_OF_RANGE, node.spot, message));
            }
            _ => mismatch(node, takes, subject, sink),
        },
        Takes::Boolean if matches!(scalar.reading(), Reading::Boolean(_)) => {}
        Takes::Word(words) => {
            if !words.contains(&scalar.text.as_ref()) {
                let message = format!("{} takes {}, not {}", subject.label, takes.expectation(), describe(node));
                let near = if sink.is_full() { None } else { closest(&scalar.text, words.iter().copied()) };
                let help = near.map(|word| format!("did you mean `{word}`?"));
                sink.report(Draft::error(code::UNKNOWN_VALUE, node.spot, message).maybe_help(help));
            }
        }
        Takes::Name(rule) => match scalar.reading() {
            Reading::Integer(_) | Reading::OddNumber => apply_rule(&scalar.text, node.spot, rule, sink),
            _ if is_text(node, scalar, &takes.expectation(), subject, sink) => {
                apply_rule(&scalar.text, node.spot, rule, sink);
            }
            _ => {}
        },
        Takes::Text(rule) => {
            if is_text(node, scalar, &takes.expectation(), subject, sink) {
                apply_rule(&scalar.text, node.spot, rule, sink);
            }
        }
        Takes::Anything => {
            if matches!(scalar.reading(), Reading::OldBoolean(_)) {
                is_text(node, scalar, "a text", subject, sink);
            }
        }
        _ => mismatch(node, takes, subject, sink),
    }
}

/// Checks that a scalar is a text to every reader, and reports when it is not.
fn is_text(node: &Node<'_>, scalar: &Scalar<'_>, expected: &str, subject: Subject<'_>, sink: &mut Sink<'_>) -> bool {
    if scalar.text.contains("${var.") {
        let message = "variables (`${var.NAME}`) are not supported yet";
        sink.report(Draft::error(code::NOT_YET, node.spot, message).help("write the value out"));
        return false;
    }
    let help = format!("quote it: `\"{}\"`", scalar.text);
    match scalar.reading() {
        Reading::Text => match scalar.text.chars().find(|c| c.is_control()) {
            None => true,
            Some(c) => {
                let message = format!("{} holds the control character U+{:04X}", subject.label, u32::from(c));
                sink.report(Draft::error(code::CONTROL_CHARACTER, node.spot, message));
                false
            }
        },
        Reading::OldBoolean(_) => {
            let message = format!(
                "{} takes {expected}; {} is a boolean to some readers of YAML",
                subject.label,
                quote(&scalar.text)
            );
            sink.report(Draft::error(code::AMBIGUOUS_TEXT, node.spot, message).help(help));
            false
        }
        _ => {
            let message = format!("{} takes {expected}, not {}", subject.label, describe(node));
            sink.report(Draft::error(code::WRONG_TYPE, node.spot, message).help(help));
            false
        }
    }
}

fn apply_rule(text: &str, spot: Spot, rule: &Rule, sink: &mut Sink<'_>) {
    if let Err(fault) = (rule.check)(text) {
        sink.report(Draft::error(rule.code, spot, format!("{} {} {fault}", rule.what, quote(text))));
    }
}

fn mismatch(node: &Node<'_>, takes: &Takes, subject: Subject<'_>, sink: &mut Sink<'_>) {
    let message = format!("{} takes {}, not {}", subject.label, takes.expectation(), describe(node));
    let reading = match &node.value {
        Value::Scalar(scalar) => Some((scalar, scalar.reading())),
        _ => None,
    };
    let wants_number = matches!(takes, Takes::Integer(..) | Takes::OrWord(_, Takes::Integer(..)));
    let help = match (takes, reading) {
        (Takes::Boolean, Some((_, Reading::OldBoolean(value)))) => Some(format!("write `{value}`")),
        (Takes::Boolean, Some((scalar, Reading::Text))) => match scalar.text.as_ref() {
            "true" | "false" => Some("remove the quotes".to_owned()),
            "y" | "Y" => Some("write `true`".to_owned()),
            "n" | "N" => Some("write `false`".to_owned()),
            _ => None,
        },
        (_, Some((_, Reading::OddNumber))) if wants_number => {
            Some("write a decimal number without leading zeros, prefix, fraction, exponent or underscores".to_owned())
        }
        (_, Some((scalar, Reading::Text))) if wants_number && scalar.text.parse::<u32>().is_ok() => {
            Some("remove the quotes".to_owned())
        }
        (Takes::List(..), Some((_, Reading::Text))) => Some("put it in brackets: `[…]`".to_owned()),
        _ => None,
    };
    sink.report(Draft::error(code::WRONG_TYPE, node.spot, message).maybe_help(help));
}

fn complain_about_nothing(takes: &Takes, subject: Subject<'_>, sink: &mut Sink<'_>) {
    let message = format!("{} has no value", subject.label);
    let help = match takes {
        Takes::Entries(..) | Takes::Tags => "write `{}` to say that there are none, or remove the key".to_owned(),
        Takes::List(..) => "write `[…]`, or remove the key".to_owned(),
        Takes::OrWord("none", _) => "write `none` to unset it, or remove the key to leave it alone".to_owned(),
        _ => format!("write {}, or remove the key", takes.expectation()),
    };
    sink.report(Draft::error(code::MISSING_VALUE, subject.key_spot, message).help(help));
}

fn suggest(name: &str, shape: &'static Shape, sink: &Sink<'_>) -> Option<&'static str> {
    if sink.is_full() {
        return None;
    }
    let known = shape.keys.iter().filter(|key| !matches!(key.takes, Takes::Later(_))).map(|key| key.name);
    closest(name, known)
}

fn names(shape: &Shape) -> String {
    let known = shape.keys.iter().filter(|key| !matches!(key.takes, Takes::Later(_)));
    known.map(|key| format!("`{}`", key.name)).collect::<Vec<_>>().join(", ")
}

fn is_null(node: &Node<'_>) -> bool {
    matches!(&node.value, Value::Scalar(scalar) if scalar.is_null())
}

fn is_word(node: &Node<'_>, word: &str) -> bool {
    matches!(&node.value, Value::Scalar(scalar) if scalar.text == word)
}
