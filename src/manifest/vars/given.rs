//! What `--var` and `--var-file` say.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use super::super::code;
use super::super::diagnostic::{Complaints, Diagnostic};
use super::super::parse::{Source, without_mark};
use super::super::printable::quote;
use super::super::read::read_plainly;
use super::super::scalar::describe;
use super::super::sink::{Draft, Sink, Spot};
use super::super::suggest::closest;
use super::super::yaml::{self, Budget, Entry, Scalar, Value};
use super::declared::{Constant, Kind, Known, Origin, Variables};

/// Values for variables that do not come from the manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// Files of values, a mapping each; a later one overrides an earlier one.
    pub files: Vec<Source>,
    /// Values by name, as they were typed. They override the files, and a later
    /// one overrides an earlier one.
    pub values: Vec<(String, String)>,
}

impl Given {
    /// Reads the files of values.
    ///
    /// # Errors
    /// Returns a complaint for each file that cannot be read.
    pub fn read(files: &[PathBuf], values: Vec<(String, String)>) -> Result<Self, Complaints> {
        Ok(Self { files: read_plainly(files)?, values })
    }
}

/// Lets what was given override what is declared. The files of values have
/// numbers from `first_file` on.
pub(in super::super) fn override_values(
    variables: &mut Variables,
    given: &Given,
    first_file: usize,
    budget: &mut Budget,
    sink: &mut Sink<'_>,
) {
    for (index, source) in given.files.iter().enumerate() {
        let file = u32::try_from(first_file + index).unwrap_or(u32::MAX);
        let Some(root) = yaml::read(file, without_mark(&source.text), budget, sink) else { continue };
        let Value::Map(entries) = &root.value else {
            if !matches!(root.value, Value::Refused) {
                let message = format!("a file of values is a mapping from names to values, not {}", describe(&root));
                sink.report(Draft::error(code::WRONG_TYPE, root.spot, message));
            }
            continue;
        };
        let mut seen: BTreeMap<&str, Spot> = BTreeMap::new();
        for entry in entries {
            if let Some(first) = seen.get(entry.key.text.as_ref()) {
                let message = format!("{} stands twice in one mapping", quote(&entry.key.text));
                let draft = Draft::error(code::DUPLICATE_KEY, entry.key_spot, message);
                sink.report(draft.note_at(*first, "it stands here first"));
                continue;
            }
            seen.insert(&entry.key.text, entry.key_spot);
            take_entry(variables, entry, sink);
        }
    }
    for (name, text) in &given.values {
        take_flag(variables, name, text, sink);
    }
}

fn take_entry(variables: &mut Variables, entry: &Entry<'_>, sink: &mut Sink<'_>) {
    let name = entry.key.text.as_ref();
    if !variables.by_name.contains_key(name) && variables.known == Known::Whole && !sink.is_full() {
        let message = format!("no manifest declares a variable {}", quote(name));
        let help = suggest(variables, name);
        sink.report(Draft::error(code::UNKNOWN_VARIABLE, entry.key_spot, message).help(help));
    }
    let Some(variable) = variables.by_name.get_mut(name) else { return };
    let constant = match &entry.node.value {
        Value::Refused => return,
        Value::Scalar(scalar) => Constant::of(scalar).filter(|constant| fault_of(constant).is_none()),
        Value::List(_) | Value::Map(_) => None,
    };
    let kind = variable.kind;
    match constant {
        Some(constant) if kind.is_none_or(|kind| kind == constant.kind) => {
            variable.value = Some((constant, Origin::Place(entry.node.spot)));
        }
        _ => {
            let expected = kind.map_or("a text, a whole number or a boolean", Kind::expectation);
            let message = format!("the variable `{name}` takes {expected}, not {}", describe(&entry.node));
            let help =
                matches!((kind, &entry.node.value), (None | Some(Kind::Text), Value::Scalar(scalar)) if scalar.plain)
                    .then(|| "quote what is meant as a text".to_owned());
            let draft = Draft::error(code::WRONG_TYPE, entry.node.spot, message);
            sink.report(draft.note_at(variable.declared, "it is declared here").maybe_help(help));
        }
    }
}

fn take_flag(variables: &mut Variables, name: &str, text: &str, sink: &mut Sink<'_>) {
    if !variables.by_name.contains_key(name) && variables.known == Known::Whole {
        let message = format!("`--var {name}=…` is of no use: no manifest declares a variable {}", quote(name));
        sink.tell(Diagnostic::error(code::UNKNOWN_VARIABLE, message).help(suggest(variables, name)));
    }
    let Some(variable) = variables.by_name.get_mut(name) else { return };
    let constant = match variable.kind {
        Some(Kind::Text) => Constant { text: text.to_owned(), kind: Kind::Text },
        Some(_) | None => guess(text),
    };
    let fault = match variable.kind {
        Some(kind) if kind != constant.kind => Some(format!("takes {}, not {}", kind.expectation(), quote(text))),
        _ => fault_of(&constant),
    };
    match fault {
        None => variable.value = Some((constant, Origin::Flag)),
        Some(fault) => {
            let message = format!("the variable `{name}` {fault}");
            let draft = Draft::error(code::WRONG_TYPE, variable.declared, message);
            sink.report(draft.note(format!("the value comes from `--var {name}=…`")));
        }
    }
}

/// Reads what was typed for a variable whose type is not declared, as YAML would
/// read it: quotes make a text of anything.
fn guess(text: &str) -> Constant {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return Constant { text: inner.to_owned(), kind: Kind::Text };
        }
    }
    let scalar = Scalar { text: Cow::Borrowed(text), plain: true };
    Constant::of(&scalar).unwrap_or_else(|| Constant { text: text.to_owned(), kind: Kind::Text })
}

/// Says what is wrong with a value, whatever its type.
pub(super) fn fault_of(constant: &Constant) -> Option<String> {
    (super::super::rules::SETTING.check)(&constant.text).err()
}

fn suggest(variables: &Variables, name: &str) -> String {
    match closest(name, variables.by_name.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "declare it under `vars:`; without a value it must be given".to_owned(),
    }
}
