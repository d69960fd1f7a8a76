//! Tags of groups and streams.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

/// A tag that the service or this program does not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TagFault {
    /// The key is empty.
    #[error("key is empty")]
    EmptyKey,
    /// The key has more than 128 characters (facts page 6.3).
    #[error("key is longer than 128 characters")]
    LongKey,
    /// The value has more than 255 characters (facts page 6.3).
    #[error("value is longer than 255 characters")]
    LongValue,
    /// The key or the value holds a character outside the service's set.
    #[error("contains {0:?}; letters, digits, spaces and `_ . : = + - @ /` are allowed")]
    Character(char),
    /// The key begins or ends with a space.
    #[error("key begins or ends with a space")]
    Padding,
    /// The key belongs to the service.
    #[error("key starts with `_sys_`, which is the service's own")]
    System,
    /// The key belongs to this program.
    #[error("key starts with `ltsctl-`, which marks ownership and protection")]
    Reserved,
}

/// Tags by key. The set of one object; order is the order of keys.
///
/// A clone shares the set until one of the two is changed: a plan keeps the
/// tags of every object several times over, and hardly ever changes them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tags(Arc<BTreeMap<Arc<str>, Arc<str>>>);

/// No tags; all empty sets share one.
impl Default for Tags {
    fn default() -> Self {
        static NONE: LazyLock<Tags> = LazyLock::new(|| Tags(Arc::new(BTreeMap::new())));
        NONE.clone()
    }
}

impl Tags {
    /// Most tags one object can have (facts page 6.3).
    pub const CAPACITY: usize = 20;
    /// Most tags a manifest may declare; two slots are kept for the marker and
    /// the protection tag.
    pub const DECLARABLE: usize = 18;
    /// Prefix of the keys the service writes itself.
    pub const SYSTEM_PREFIX: &'static str = "_sys_";
    /// Prefix of the keys this program writes itself.
    pub const RESERVED_PREFIX: &'static str = "ltsctl-";

    /// Checks one declared tag.
    ///
    /// # Errors
    /// Returns the first rule of facts page 6.3 that the tag breaks.
    pub fn check(key: &str, value: &str) -> Result<(), TagFault> {
        let legal = |c: char| c.is_alphanumeric() || " _.:=+-@".contains(c);
        if key.is_empty() {
            return Err(TagFault::EmptyKey);
        }
        if key.starts_with(Self::SYSTEM_PREFIX) {
            return Err(TagFault::System);
        }
        if key.starts_with(Self::RESERVED_PREFIX) {
            return Err(TagFault::Reserved);
        }
        if key.chars().count() > 128 {
            return Err(TagFault::LongKey);
        }
        if value.chars().count() > 255 {
            return Err(TagFault::LongValue);
        }
        if key.trim() != key {
            return Err(TagFault::Padding);
        }
        if let Some(c) = key.chars().find(|c| !legal(*c)) {
            return Err(TagFault::Character(c));
        }
        match value.chars().find(|c| !legal(*c) && *c != '/') {
            Some(c) => Err(TagFault::Character(c)),
            None => Ok(()),
        }
    }

    /// Sets one tag.
    pub fn insert(&mut self, key: &str, value: &str) {
        Arc::make_mut(&mut self.0).insert(Arc::from(key), Arc::from(value));
    }

    /// Removes one tag and says whether it was there.
    pub fn remove(&mut self, key: &str) -> bool {
        Arc::make_mut(&mut self.0).remove(key).is_some()
    }

    /// Returns the value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(AsRef::as_ref)
    }

    /// Returns how many tags there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether there is no tag.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the tags that people gave: all but this program's own.
    #[must_use]
    pub fn without_reserved(&self) -> Self {
        self.iter().filter(|(key, _)| !key.starts_with(Self::RESERVED_PREFIX)).collect()
    }

    /// Returns the tags in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value.as_ref()))
    }
}

impl<K: AsRef<str>, V: AsRef<str>> FromIterator<(K, V)> for Tags {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut set = BTreeMap::new();
        // One by one: for the few there are, that is faster than sorting first.
        for (key, value) in pairs {
            set.insert(Arc::from(key.as_ref()), Arc::from(value.as_ref()));
        }
        Self(Arc::new(set))
    }
}

impl fmt::Display for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (index, (key, value)) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{key}: {value}")?;
        }
        f.write_str("}")
    }
}

impl fmt::Debug for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
