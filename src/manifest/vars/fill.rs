//! Puts values into a tree.

use std::borrow::Cow;

use super::super::code;
use super::super::printable::quote;
use super::super::sink::{Draft, Sink, Spot};
use super::super::suggest::closest;
use super::super::yaml::{LARGEST_FILE, Node, Scalar, Value};
use super::declared::{Constant, Kind, Known, Origin, Variables};
use super::reference::{Malformed, Part, split};

/// Keys of the first level that are read before variables are known, and why.
const BEFORE: [(&str, &str); 3] = [
    ("version", "`version` says how the file is read, so that it takes no variable"),
    ("include", "`include` is followed before variables are known, so that it takes none"),
    ("vars", "a variable is not made of others"),
];

/// Fills the variables in that a file uses. What cannot be filled in is
/// complained about and refused. `filled` counts bytes over all files.
pub(in super::super) fn fill(root: &mut Node<'_>, variables: &Variables, filled: &mut usize, sink: &mut Sink<'_>) {
    let mut filling = Filling { variables, filled, sink };
    let Value::Map(entries) = &mut root.value else { return filling.fill(root) };
    for entry in entries {
        filling.refuse_key(&entry.key, entry.key_spot);
        match BEFORE.iter().find(|(key, _)| entry.key.text == *key) {
            Some((_, why)) => filling.refuse(&mut entry.node, why),
            None => filling.fill(&mut entry.node),
        }
    }
}

struct Filling<'a, 's> {
    variables: &'a Variables,
    filled: &'a mut usize,
    sink: &'a mut Sink<'s>,
}

impl Filling<'_, '_> {
    fn fill(&mut self, node: &mut Node<'_>) {
        let spot = node.spot;
        match &mut node.value {
            Value::Scalar(scalar) if scalar.text.contains("${") => {
                let value = match self.resolve(scalar, spot) {
                    Some(scalar) => Value::Scalar(scalar),
                    None => Value::Refused,
                };
                node.value = value;
            }
            Value::Scalar(_) | Value::Refused => {}
            Value::List(items) => items.iter_mut().for_each(|item| self.fill(item)),
            Value::Map(entries) => {
                for entry in entries {
                    self.refuse_key(&entry.key, entry.key_spot);
                    self.fill(&mut entry.node);
                }
            }
        }
    }

    /// A name is an identity, and the same in every environment.
    fn refuse_key(&mut self, key: &Scalar<'_>, spot: Spot) {
        if key.text.contains("${var.") {
            let message = "a variable cannot stand in a name; it stands in values only";
            let help = "write the name out, or declare what differs in a file of its own and `include` that";
            self.sink.report(Draft::error(code::BAD_VARIABLE, spot, message).help(help));
        }
    }

    fn refuse(&mut self, node: &mut Node<'_>, why: &str) {
        match &mut node.value {
            Value::Scalar(scalar) if scalar.text.contains("${") => {
                self.sink.report(Draft::error(code::BAD_VARIABLE, node.spot, why).help("write the value out"));
                node.value = Value::Refused;
            }
            Value::Scalar(_) | Value::Refused => {}
            Value::List(items) => items.iter_mut().for_each(|item| self.refuse(item, why)),
            Value::Map(entries) => entries.iter_mut().for_each(|entry| self.refuse(&mut entry.node, why)),
        }
    }

    /// Returns what a scalar becomes. One variable alone keeps its type; in a
    /// text it is a text.
    fn resolve(&mut self, scalar: &Scalar<'_>, spot: Spot) -> Option<Scalar<'static>> {
        let parts = match split(&scalar.text) {
            Ok(parts) => parts,
            Err(Malformed { message, help }) => {
                self.sink.report(Draft::error(code::BAD_VARIABLE, spot, message).help(help));
                return None;
            }
        };
        let mut text = String::new();
        let mut whole = false;
        for part in &parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Variable(name) => {
                    let constant = self.look_up(name, spot)?;
                    whole = parts.len() == 1 && constant.kind != Kind::Text;
                    text.push_str(&constant.text);
                }
            }
            *self.filled += text.len();
            if *self.filled > LARGEST_FILE {
                let message = format!("the variables of all files make more than {} MiB of text", LARGEST_FILE >> 20);
                self.sink.report(Draft::error(code::TOO_LARGE, spot, message));
                // Once is enough: whatever follows is refused in silence.
                *self.filled = usize::MAX / 2;
                return None;
            }
        }
        Some(Scalar { text: Cow::Owned(text), plain: whole })
    }

    fn look_up(&mut self, name: &str, spot: Spot) -> Option<Constant> {
        if *self.filled > LARGEST_FILE {
            return None;
        }
        let Some(variable) = self.variables.by_name.get(name) else {
            if self.variables.known == Known::Whole {
                let message = format!("the variable `{name}` is not declared");
                let help = match closest(name, self.variables.by_name.keys().map(String::as_str)) {
                    Some(near) => format!("did you mean `${{var.{near}}}`?"),
                    None => format!("declare it: `vars: {{{name}: VALUE}}`, or without a value if it must be given"),
                };
                self.sink.report(Draft::error(code::UNKNOWN_VARIABLE, spot, message).help(help));
            }
            return None;
        };
        let Some((constant, origin)) = &variable.value else {
            let message = format!("the variable `{name}` has no value");
            let draft = Draft::error(code::MISSING_VALUE, spot, message);
            let help = format!("give it one with `--var {name}=VALUE`, or in a file with `--var-file`");
            self.sink.report(draft.note_at(variable.declared, "it is declared here without one").help(help));
            return None;
        };
        let shown = quote(&constant.text);
        match origin {
            Origin::Place(place) => {
                self.sink.explain(spot, Some(*place), format!("`${{var.{name}}}` is {shown}, said here"));
            }
            Origin::Flag => {
                self.sink.explain(spot, None, format!("`${{var.{name}}}` is {shown}, said with `--var`"));
            }
        }
        Some(constant.clone())
    }
}
