//! What this program's own tags say of an object: whose it is, and whether it
//! is protected.

use std::fmt;
use std::sync::Arc;

use super::ownership::{PROTECTION_KEY, find_estate};
use crate::model::{Address, Tags};

/// Whose an object is, and whether it is protected. What a step may do rests on
/// both, so that both are premises of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marks {
    /// The estate that a valid marker names.
    pub estate: Option<Arc<str>>,
    /// Whether the protection tag is there.
    pub protected: bool,
}

impl Marks {
    /// Reads the marks of a group or stream. Where tags are not shown there are
    /// none.
    #[must_use]
    pub fn of(address: &Address, tags: Option<&Tags>) -> Self {
        // Most objects in a project carry no tag at all.
        let Some(tags) = tags.filter(|tags| !tags.is_empty()) else { return Self::default() };
        Self { estate: find_estate(address, tags).map(Arc::from), protected: tags.get(PROTECTION_KEY).is_some() }
    }
}

impl fmt::Display for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.estate {
            Some(estate) => write!(f, "of estate `{estate}`")?,
            None => f.write_str("of no estate")?,
        }
        f.write_str(if self.protected { ", protected" } else { ", not protected" })
    }
}
