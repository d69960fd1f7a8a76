//! What `vars` says in all files.

use std::collections::BTreeMap;

use super::super::code;
use super::super::rules::VARIABLE_NAME;
use super::super::scalar::Reading;
use super::super::sink::{Draft, Sink, Spot};
use super::super::yaml::{Node, Scalar, Value};

/// The type of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Boolean,
}

impl Kind {
    /// Says what such a variable takes, for a sentence that ends with it.
    pub(super) fn expectation(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Integer => "a whole number",
            Self::Boolean => "`true` or `false`",
        }
    }
}

/// A value as it is written, and its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Constant {
    pub(super) text: String,
    pub(super) kind: Kind,
}

impl Constant {
    /// Reads a scalar; nothing where it is no value of a variable.
    pub(super) fn of(scalar: &Scalar<'_>) -> Option<Self> {
        let kind = match scalar.reading() {
            Reading::Text => Kind::Text,
            Reading::Integer(_) => Kind::Integer,
            Reading::Boolean(_) => Kind::Boolean,
            Reading::Null | Reading::OldBoolean(_) | Reading::OddNumber => return None,
        };
        Some(Self { text: scalar.text.clone().into_owned(), kind })
    }
}

/// Where a value was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// In a file.
    Place(Spot),
    /// With `--var`.
    Flag,
}

/// One variable.
#[derive(Debug)]
pub(super) struct Variable {
    /// Where it is declared first.
    pub(super) declared: Spot,
    /// Its type, where the declaration has a value.
    pub(super) kind: Option<Kind>,
    /// Its value, and where that was said; nothing where one must be given.
    pub(super) value: Option<(Constant, Origin)>,
}

/// Whether all that the files declare is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Known {
    Whole,
    /// A file could not be read: who is not declared here may be declared there.
    Part,
}

/// All variables, by name.
#[derive(Debug)]
pub(in super::super) struct Variables {
    pub(super) by_name: BTreeMap<String, Variable>,
    pub(super) known: Known,
}

impl Variables {
    /// Picks up what files declare. What is malformed is left out; the checks of
    /// the file tell it.
    pub(in super::super) fn declared<'n, 's: 'n>(
        roots: impl Iterator<Item = &'n Node<'s>>,
        known: Known,
        sink: &mut Sink<'_>,
    ) -> Self {
        let mut by_name: BTreeMap<String, Variable> = BTreeMap::new();
        for entry in roots.filter_map(|root| root.get("vars")).flat_map(|entry| entry.node.entries()) {
            let name = entry.key.text.as_ref();
            if (VARIABLE_NAME.check)(name).is_err() {
                continue;
            }
            let constant = match &entry.node.value {
                Value::Scalar(scalar) if scalar.is_null() => None,
                // Told where it is checked; a use of it is not to be told again.
                Value::Scalar(scalar) => Some(
                    Constant::of(scalar)
                        .unwrap_or_else(|| Constant { text: scalar.text.clone().into_owned(), kind: Kind::Text }),
                ),
                Value::List(_) | Value::Map(_) | Value::Refused => None,
            };
            let kind = constant.as_ref().map(|constant| constant.kind);
            let value = constant.map(|constant| (constant, Origin::Place(entry.node.spot)));
            match by_name.get(name) {
                // Within one file this is a repeated key, told already.
                Some(first) if first.declared.file == entry.key_spot.file => {}
                Some(first) => {
                    let same = |variable: &Variable| variable.value.as_ref().map(|(constant, _)| constant.clone());
                    if same(first) != value.as_ref().map(|(constant, _)| constant.clone()) {
                        let message = format!("the variable `{name}` is declared twice, and differently");
                        let draft = Draft::error(code::DECLARED_TWICE, entry.key_spot, message);
                        sink.report(
                            draft.note_at(first.declared, "it is declared here first").help("declare it in one file"),
                        );
                    }
                }
                None => {
                    by_name.insert(name.to_owned(), Variable { declared: entry.key_spot, kind, value });
                }
            }
        }
        Self { by_name, known }
    }
}
