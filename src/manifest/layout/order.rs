//! Which order entries come in: that of the table of keys, where it knows them.

use super::super::shape::{Shape, Takes};
use super::super::yaml::{Entry, Node, Value};

/// What the table of keys says about a place of the tree.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// A mapping with these keys.
    Table(&'static Shape),
    /// Whatever a key takes.
    Taken(&'static Takes),
    /// The table does not know it.
    Unknown,
}

impl Place {
    /// Returns the place of the value of a key.
    pub(super) fn below(self, node: &Node<'_>, key: &str) -> Self {
        match (self.shape(node), self.takes()) {
            (Some(shape), _) => shape.key(key).map_or(Self::Unknown, |key| Self::Taken(&key.takes)),
            (None, Some(Takes::Entries(_, inner))) => Self::Taken(inner),
            _ => Self::Unknown,
        }
    }

    /// Returns the place of the items of a list.
    pub(super) fn item(self) -> Self {
        match self.takes() {
            Some(Takes::List(inner, _)) => Self::Taken(inner),
            _ => Self::Unknown,
        }
    }

    /// Returns the entries of a mapping in their order. What the table does not
    /// know comes last, as it came.
    pub(super) fn sort<'n, 's>(self, node: &'n Node<'s>) -> Vec<&'n Entry<'s>> {
        let mut entries: Vec<&Entry<'_>> = node.entries().iter().collect();
        if let Some(shape) = self.shape(node) {
            entries.sort_by_key(|entry| rank(shape, &entry.key.text));
        }
        entries
    }

    /// Returns the rank of a key among the others of its mapping.
    pub(super) fn rank(self, node: &Node<'_>, key: &str) -> usize {
        self.shape(node).map_or(0, |shape| rank(shape, key))
    }

    fn takes(self) -> Option<&'static Takes> {
        match self {
            Self::Taken(Takes::OrWord(_, inner)) => Some(inner),
            Self::Taken(takes) => Some(takes),
            Self::Table(_) | Self::Unknown => None,
        }
    }

    fn shape(self, node: &Node<'_>) -> Option<&'static Shape> {
        match (self, self.takes()) {
            (Self::Table(shape), _) => Some(shape),
            (_, Some(Takes::Table(shape))) => Some(shape),
            (_, Some(Takes::Object(object))) => {
                let is_absent = |value: &Value<'_>| matches!(value, Value::Scalar(scalar) if scalar.text == "absent");
                let absent = node.get("ensure").is_some_and(|entry| is_absent(&entry.node.value));
                Some(if absent { object.absent } else { object.present })
            }
            _ => None,
        }
    }
}

fn rank(shape: &Shape, key: &str) -> usize {
    shape.keys.iter().position(|known| known.name == key).unwrap_or(usize::MAX)
}
