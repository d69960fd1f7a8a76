//! Why nothing is imported.

use crate::export::Refusal;
use crate::manifest::edit;
use crate::model::{Address, Place};

/// Why nothing is imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The project says why.
    #[error(transparent)]
    Unexported(Refusal),
    /// Objects of other estates were asked for.
    #[error("not imported: {}", .0.join("; "))]
    AnotherEstate(Vec<String>),
    /// The manifest deletes what was asked for.
    #[error("`{address}` is a tombstone, at {place}")]
    Tombstone {
        /// The object.
        address: Address,
        /// Where.
        place: Place,
    },
    /// The manifest cannot be edited.
    #[error(transparent)]
    Unedited(edit::Refusal),
    /// The manifest would not plan as it should. A mistake of this program, or
    /// a rule of the manifest that the new entries break.
    #[error("the import would change the plan: {0}")]
    Disproved(String),
}

impl Fault {
    /// Returns the way out.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unexported(refusal) => refusal.help(),
            Self::AnotherEstate(_) => "name addresses without them; an estate manages its own objects only",
            Self::Tombstone { .. } => "remove the tombstone by hand, if the object is to stay",
            Self::Unedited(refusal) => refusal.help(),
            Self::Disproved(_) => "nothing was written; add the entries by hand, and look at `ltsctl plan`",
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Unexported(refusal)
    }
}

impl From<edit::Refusal> for Fault {
    fn from(refusal: edit::Refusal) -> Self {
        Self::Unedited(refusal)
    }
}
