//! A YAML or JSON file that is no manifest -> a plain value, with every
//! complaint about it located as those about a manifest are.
//!
//! Whoever reads such a file judges the value; here is only known where its
//! parts stand.

use serde_json::{Map, Number, Value};

use super::code;
use super::diagnostic::Complaints;
use super::parse::{Source, without_mark};
use super::printable::quote;
use super::scalar::Reading;
use super::sink::{Draft, Sink, Spot};
use super::yaml::{self, Budget, Node, Scalar};

/// What its judge has against a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// Keys, and indices from 0, that lead to what is meant.
    pub path: Vec<String>,
    /// What is wrong: a lowercase fragment without a final stop.
    pub message: String,
    /// The way out.
    pub help: Option<String>,
}

/// Reads a source and has its value judged.
///
/// # Errors
/// Returns every complaint: those about the text, or else the judge's.
pub fn read_data<T>(source: &Source, judge: impl FnOnce(&Value) -> Result<T, Vec<Objection>>) -> Result<T, Complaints> {
    let text = without_mark(&source.text);
    let mut sink = Sink::new(vec![(source.name.clone(), text)]);
    let Some(root) = yaml::read_any(0, text, &mut Budget::new(), &mut sink) else { return Err(refused(sink)) };
    let value = root.as_ref().map_or(Value::Null, |root| to_value(root, &mut sink));
    if sink.has_errors() {
        return Err(refused(sink));
    }
    judge(&value).map_err(|objections| {
        let top = Spot { file: 0, line: 1, column: 1, start: 0, end: 0 };
        for Objection { path, message, help } in objections {
            let spot = root.as_ref().map_or(top, |root| find(root, &path));
            sink.report(Draft::error(code::BAD_DATA, spot, message).maybe_help(help));
        }
        refused(sink)
    })
}

fn refused(sink: Sink<'_>) -> Complaints {
    match sink.finish() {
        Err(complaints) => complaints,
        // A judge that refuses without a word.
        Ok(_) => Complaints::unexplained(),
    }
}

fn to_value(node: &Node<'_>, sink: &mut Sink<'_>) -> Value {
    match &node.value {
        yaml::Value::Scalar(scalar) => scalar_value(scalar),
        yaml::Value::List(items) => items.iter().map(|item| to_value(item, sink)).collect(),
        yaml::Value::Map(entries) => {
            let mut map = Map::new();
            for entry in entries {
                let value = to_value(&entry.node, sink);
                if map.insert(entry.key.text.clone().into_owned(), value).is_some() {
                    let message = format!("the key {} stands twice in this mapping", quote(&entry.key.text));
                    sink.report(Draft::error(code::DUPLICATE_KEY, entry.key_spot, message));
                }
            }
            Value::Object(map)
        }
        // It was complained about already.
        yaml::Value::Refused => Value::Null,
    }
}

fn scalar_value(scalar: &Scalar<'_>) -> Value {
    match scalar.reading() {
        Reading::Null => Value::Null,
        Reading::Boolean(flag) => flag.into(),
        Reading::Integer(number) => number.into(),
        // `0.5` is a number here; `012` and the like are for the judge to refuse.
        Reading::OddNumber if scalar.text.contains('.') => {
            let number = scalar.text.parse().ok().and_then(Number::from_f64);
            number.map_or_else(|| scalar.text.as_ref().into(), Value::Number)
        }
        Reading::OddNumber | Reading::OldBoolean(_) | Reading::Text => scalar.text.as_ref().into(),
    }
}

/// Returns the place of what a path leads to, or of the last that is there on
/// the way: the key where there is one.
fn find(root: &Node<'_>, path: &[String]) -> Spot {
    let (mut node, mut spot) = (root, root.spot);
    for step in path {
        if let Some(entry) = node.get(step) {
            (node, spot) = (&entry.node, entry.key_spot);
            continue;
        }
        let item = match &node.value {
            yaml::Value::List(items) => step.parse().ok().and_then(|index: usize| items.get(index)),
            _ => None,
        };
        match item {
            Some(item) => (node, spot) = (item, item.spot),
            None => break,
        }
    }
    spot
}
