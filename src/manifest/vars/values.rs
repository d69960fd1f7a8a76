//! What variables mean, for whoever edits a text that uses them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::parse::{Source, without_mark};
use super::super::sink::Sink;
use super::super::yaml::{self, Budget, Node, Value};
use super::declared::{Known, Variables};
use super::given::{Given, override_values};
use super::reference::{Part, split};

/// The value of each variable that has one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Values(BTreeMap<String, String>);

impl Values {
    /// Finds out what the variables of a manifest mean. Whatever is wrong with the
    /// texts is told by whoever reads them as a manifest.
    pub(in super::super) fn of(sources: &[Source], given: &Given) -> Self {
        let files = sources.iter().chain(&given.files);
        let named = files.map(|source| (Arc::clone(&source.name), without_mark(&source.text))).collect();
        let (mut sink, mut budget) = (Sink::new(named), Budget::new());
        let mut roots = Vec::new();
        for (file, source) in (0u32..).zip(sources) {
            roots.extend(yaml::read(file, without_mark(&source.text), &mut budget, &mut sink));
        }
        let mut variables = Variables::declared(roots.iter(), Known::Whole, &mut sink);
        override_values(&mut variables, given, sources.len(), &mut budget, &mut sink);
        let value = |(name, variable): (String, super::declared::Variable)| Some((name, variable.value?.0.text));
        Self(variables.by_name.into_iter().filter_map(value).collect())
    }

    /// Returns what a text means; nothing where it uses a variable without a value.
    pub(in super::super) fn fill<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        if !text.contains("${") {
            return Some(Cow::Borrowed(text));
        }
        let mut filled = String::new();
        for part in split(text).ok()? {
            match part {
                Part::Text(part) => filled.push_str(part),
                Part::Variable(name) => filled.push_str(self.0.get(name)?),
            }
        }
        Some(Cow::Owned(filled))
    }
}

/// Returns the first variable that is used in a tree.
pub(in super::super) fn find_variable(node: &Node<'_>) -> Option<String> {
    match &node.value {
        Value::Scalar(scalar) => split(&scalar.text).ok()?.into_iter().find_map(|part| match part {
            Part::Variable(name) => Some(name.to_owned()),
            Part::Text(_) => None,
        }),
        Value::Refused => None,
        Value::List(items) => items.iter().find_map(find_variable),
        Value::Map(entries) => entries.iter().find_map(|entry| find_variable(&entry.node)),
    }
}
