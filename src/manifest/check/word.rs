//! Words, numbers and texts.

use super::super::code;
use super::super::printable::quote;
use super::super::scalar::{Reading, describe};
use super::super::shape::{MOST_LISTED, Rule, Takes};
use super::super::sink::{Draft, Sink, Spot};
use super::super::suggest::closest;
use super::super::yaml::{Node, Scalar};
use super::value::{Subject, mismatch};

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
                apply_rule(&scalar.text, node.spot, rule, subject.label, sink);
            }
            _ if is_text(node, scalar, &takes.expectation(), subject, sink) => {
                apply_rule(&scalar.text, node.spot, rule, subject.label, sink);
            }
            _ => {}
        },
        Takes::Text(rule) => {
            if is_text(node, scalar, &takes.expectation(), subject, sink) {
                apply_rule(&scalar.text, node.spot, rule, subject.label, sink);
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
pub(super) fn is_text(
    node: &Node<'_>,
    scalar: &Scalar<'_>,
    expected: &str,
    subject: Subject<'_>,
    sink: &mut Sink<'_>,
) -> bool {
    if scalar.text.contains("${var.") {
        let message = "variables (`${var.NAME}`) are not supported yet";
        sink.report(Draft::error(code::NOT_YET, node.spot, message).help("write the value out"));
        return false;
    }
    let help = format!("quote it: `\"{}\"`", scalar.text);
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

/// Applies the rule of a name or a text, which is called `label` when there is
/// nothing to quote.
pub(super) fn apply_rule(text: &str, spot: Spot, rule: &Rule, label: &str, sink: &mut Sink<'_>) {
    let Err(fault) = (rule.check)(text) else {
        return;
    };
    // The model puts the way out behind a semicolon; here it has its own line.
    let (fault, help) = match fault.split_once("; ") {
        Some((fault, help)) => (fault, Some(help.to_owned())),
        None => (fault.as_str(), None),
    };
    let message = match text {
        "" => format!("{label} is empty"),
        _ => format!("{} {} {fault}", rule.what, quote(text)),
    };
    sink.report(Draft::error(rule.code, spot, message).maybe_help(help));
}
