//! One value of any kind, and what to say when it is of the wrong one.

use super::super::code;
use super::super::scalar::{Reading, describe};
use super::super::shape::{Object, Presence, Shape, Stands, Takes};
use super::super::sink::{Draft, Sink, Spot};
use super::super::yaml::{Node, Value};
use super::mapping::{check_entries, check_keys, check_list, check_tags, names};
use super::word::check_scalar;

/// A value and the key that says what it is for.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// How the value is called, in backticks where it is a key.
    pub(super) label: &'a str,
    /// Where the key stands; complaints about absent values point there.
    pub(super) key_spot: Spot,
    /// Whether the key could be left out.
    pub(super) presence: Presence,
}

/// Checks a whole file.
pub(in super::super) fn check(root: &Node<'_>, shape: &'static Shape, sink: &mut Sink<'_>) {
    let subject = Subject { label: shape.what, key_spot: root.spot, presence: Presence::Required };
    check_table(root, shape, subject, sink);
}

/// Checks a value against what its key takes.
pub(super) fn check_value(node: &Node<'_>, takes: &Takes, subject: Subject<'_>, sink: &mut Sink<'_>) {
    if matches!(node.value, Value::Refused) {
        return;
    }
    if let Takes::Object(object) = takes {
        return check_object(node, object, subject, sink);
    }
    if is_null(node) && !matches!(takes, Takes::Setting) {
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
        Takes::Integer(..)
        | Takes::Boolean
        | Takes::Word(_)
        | Takes::Name(_)
        | Takes::Text(_)
        | Takes::Anything
        | Takes::Setting => match &node.value {
            Value::Scalar(scalar) => check_scalar(node, scalar, takes, subject, sink),
            _ => mismatch(node, takes, subject, sink),
        },
        // Told before the value is looked at.
        Takes::Object(_) => {}
    }
}

fn check_object(node: &Node<'_>, object: &'static Object, subject: Subject<'_>, sink: &mut Sink<'_>) {
    let absent = node.get("ensure").is_some_and(|entry| is_word(&entry.node, "absent"));
    match object.stands {
        _ if absent => check_keys(node, object.absent, Some(object.present), subject, sink),
        Stands::Free if is_null(node) => check_keys(node, object.present, None, subject, sink),
        Stands::Free if !matches!(node.value, Value::Map(_)) => mismatch(node, &Takes::Object(object), subject, sink),
        Stands::Free => check_keys(node, object.present, None, subject, sink),
        Stands::UnderTombstone => {
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

/// Reports a value of another kind than the key takes.
pub(super) fn mismatch(node: &Node<'_>, takes: &Takes, subject: Subject<'_>, sink: &mut Sink<'_>) {
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
        (Takes::Table(shape) | Takes::OrWord(_, Takes::Table(shape)), _) => {
            Some(format!("its keys are {}", names(shape)))
        }
        (Takes::List(..), Some((_, Reading::Text))) => Some("put it in brackets: `[…]`".to_owned()),
        _ => None,
    };
    sink.report(Draft::error(code::WRONG_TYPE, node.spot, message).maybe_help(help));
}

fn complain_about_nothing(takes: &Takes, subject: Subject<'_>, sink: &mut Sink<'_>) {
    let message = format!("{} has no value", subject.label);
    let help = match takes {
        _ if subject.presence == Presence::Required => format!("it takes {}", takes.expectation()),
        Takes::Entries(..) | Takes::Tags => "write `{}` to say that there are none, or remove the key".to_owned(),
        Takes::OrWord("none", _) => "write `none` to unset it, or remove the key to leave it alone".to_owned(),
        _ => format!("write {}, or remove the key", takes.expectation()),
    };
    sink.report(Draft::error(code::MISSING_VALUE, subject.key_spot, message).help(help));
}

pub(super) fn is_null(node: &Node<'_>) -> bool {
    matches!(&node.value, Value::Scalar(scalar) if scalar.is_null())
}

fn is_word(node: &Node<'_>, word: &str) -> bool {
    matches!(&node.value, Value::Scalar(scalar) if scalar.text == word)
}
