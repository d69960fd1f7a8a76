//! Words, numbers and texts.

use super::super::code;
use super::super::printable::quote;
use super::super::rules::{PROSE, SETTING};
use super::super::scalar::{Reading, describe};
use super::super::shape::{MOST_LISTED, Rule, Takes};
use super::super::sink::{Draft, Sink, Spot};
use super::super::suggest::closest;
use super::super::yaml::{Node, Scalar};
use super::value::{Subject, mismatch};

/// What a tag takes, and whatever else is a text without further rules.
pub(super) const A_TEXT: Takes = Takes::Text(&PROSE);

/// Checks one word, number or text.
pub(super) fn check_scalar(
    node: &Node<'_>,
    scalar: &Scalar<'_>,
    takes: &Takes,
    subject: Subject<'_>,
    sink: &mut Sink<'_>,
) {
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
                let help = match near {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!("it takes {}", words.join(", ")),
                };
                let listed = near.is_none() && words.len() <= MOST_LISTED;
                sink.report(
                    Draft::error(code::UNKNOWN_VALUE, node.spot, message).maybe_help((!listed).then_some(help)),
                );
            }
        }
        Takes::Name(rule) => match scalar.reading() {
            Reading::Integer(_) | Reading::OddNumber => {
                apply_rule(&scalar.text, node.spot, rule, Some(subject.label), sink);
            }
            _ if is_text(node, scalar, takes, subject, sink) => {
                apply_rule(&scalar.text, node.spot, rule, Some(subject.label), sink);
            }
            _ => {}
        },
        Takes::Text(rule) => {
            if is_text(node, scalar, takes, subject, sink) {
                apply_rule(&scalar.text, node.spot, rule, Some(subject.label), sink);
            }
        }
        Takes::Anything => {
            if matches!(scalar.reading(), Reading::OldBoolean(_)) {
                is_text(node, scalar, &A_TEXT, subject, sink);
            }
        }
        Takes::Setting => match scalar.reading() {
            Reading::Null | Reading::Integer(_) | Reading::Boolean(_) => {}
            Reading::OddNumber | Reading::OldBoolean(_) | Reading::Text => {
                if is_text(node, scalar, takes, subject, sink) {
                    apply_rule(&scalar.text, node.spot, &SETTING, Some(subject.label), sink);
                }
            }
        },
        _ => mismatch(node, takes, subject, sink),
    }
}

/// Checks that a scalar is a text to every reader, and reports when it is not.
pub(super) fn is_text(
    node: &Node<'_>,
    scalar: &Scalar<'_>,
    takes: &Takes,
    subject: Subject<'_>,
    sink: &mut Sink<'_>,
) -> bool {
    match scalar.reading() {
        Reading::Text => match scalar.text.chars().find(|c| c.is_control()) {
            None => true,
            Some('\n') => {
                let draft =
                    Draft::error(code::CONTROL_CHARACTER, node.spot, format!("{} holds a line break", subject.label));
                sink.report(draft.help("write it on one line, or after `>-` on several"));
                false
            }
            Some(c) => {
                let message = format!("{} holds the control character U+{:04X}", subject.label, u32::from(c));
                sink.report(Draft::error(code::CONTROL_CHARACTER, node.spot, message));
                false
            }
        },
        Reading::OldBoolean(_) => {
            let (label, expected) = (subject.label, takes.expectation());
            let message = format!("{label} takes {expected}; {} is a boolean to some readers", quote(&scalar.text));
            sink.report(Draft::error(code::AMBIGUOUS_TEXT, node.spot, message).help(in_quotes(&scalar.text)));
            false
        }
        _ => {
            let message = format!("{} takes {}, not {}", subject.label, takes.expectation(), describe(node));
            sink.report(Draft::error(code::WRONG_TYPE, node.spot, message).help(in_quotes(&scalar.text)));
            false
        }
    }
}

/// Says how a word becomes a text.
pub(super) fn in_quotes(text: &str) -> String {
    // A number can be as long as the file.
    if text.len() <= 40 { format!("quote it: `\"{text}\"`") } else { "quote it".to_owned() }
}

/// Applies the rule of a name or a text. `label` is what it is called when
/// there is nothing to quote; a key has none.
pub(super) fn apply_rule(text: &str, spot: Spot, rule: &Rule, label: Option<&str>, sink: &mut Sink<'_>) {
    let Err(fault) = (rule.check)(text) else {
        return;
    };
    let (fault, help) = split_fault(&fault);
    let message = match (text, label) {
        ("", Some(label)) => format!("{label} is empty"),
        ("", None) => format!("the {} is empty", rule.what),
        _ => format!("{} {} {fault}", rule.what, quote(text)),
    };
    sink.report(Draft::error(rule.code, spot, message).maybe_help(help));
}

/// The model puts the way out behind a semicolon; here it has its own line.
pub(super) fn split_fault(fault: &str) -> (&str, Option<String>) {
    match fault.split_once("; ") {
        Some((fault, help)) => (fault, Some(help.to_owned())),
        None => (fault, None),
    }
}
