//! What differs between two sets of tags.

use super::ownership::ReservedTags;
use crate::model::Tags;

/// Tags to add (or to give another value) and keys to remove.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagDelta {
    /// Keys with their new values.
    pub add: Tags,
    /// Keys with their old values.
    pub remove: Tags,
    /// The whole live set this was computed from.
    pub live: Tags,
    /// Whether adding first would exceed what an object can carry; only then
    /// are keys removed before others are added.
    pub crowded: bool,
    /// How many tags the object would have, if that is more than it can.
    pub excess: Option<usize>,
}

impl TagDelta {
    /// Says whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }

    /// Returns the live values of the keys that change or go.
    #[must_use]
    pub fn before(&self) -> Tags {
        let touched = |key: &str| self.add.get(key).is_some() || self.remove.get(key).is_some();
        self.live.iter().filter(|(key, _)| touched(key)).collect()
    }
}

/// Compares the declared set, if there is one, and this program's own tags with
/// the live set. A declared set is exact, apart from the keys of the service
/// and of this program.
pub(super) fn compare(declared: Option<&Tags>, reserved: &ReservedTags, live: &Tags) -> TagDelta {
    let mut delta = TagDelta { live: live.clone(), ..TagDelta::default() };
    for (key, value) in declared.into_iter().flat_map(Tags::iter) {
        if live.get(key) != Some(value) {
            delta.add.insert(key, value);
        }
    }
    for (key, wish) in reserved.wishes() {
        match (wish, live.get(key)) {
            (Some(value), found) if found != Some(value) => delta.add.insert(key, value),
            (None, Some(old)) => delta.remove.insert(key, old),
            _ => {}
        }
    }
    if let Some(declared) = declared {
        for (key, value) in live.iter() {
            if declared.get(key).is_none() && !key.starts_with(Tags::RESERVED_PREFIX) {
                delta.remove.insert(key, value);
            }
        }
    }
    let new_keys = delta.add.iter().filter(|(key, _)| live.get(key).is_none()).count();
    delta.crowded = live.len() + new_keys > Tags::CAPACITY;
    let after = live.len() + new_keys - delta.remove.len();
    delta.excess = (after > Tags::CAPACITY).then_some(after);
    delta
}

/// Returns the tags of an object that has to be created.
pub(super) fn initial(declared: Option<&Tags>, reserved: &ReservedTags) -> Tags {
    let mut tags = declared.cloned().unwrap_or_default();
    for (key, wish) in reserved.wishes() {
        if let Some(value) = wish {
            tags.insert(key, value);
        }
    }
    tags
}
