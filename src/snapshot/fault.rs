//! What is wrong with a snapshot.

/// Why a text is not a snapshot that can be planned with. Its words fit after
/// the name of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is not the JSON it should be; the place is in the text.
    #[error("is not a snapshot: {0}")]
    Malformed(String),
    /// A newer program with another major version wrote it.
    #[error("has format version `{0}`; this program reads `1.x`")]
    Version(String),
    /// A value in it is none that a project can have.
    #[error("is damaged: `{place}` is {value:?}, which is not {expected}")]
    Value {
        /// Keys and positions that lead to it.
        place: String,
        /// The value.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// Something stands twice, or not in its order.
    #[error("is damaged: `{0}` does not come after the one before it")]
    Order(String),
    /// It says more, or less, than this program understands.
    #[error("says something that this program does not understand, or leaves something out: `{0}`")]
    Strange(String),
    /// It was edited.
    #[error("was changed after it was written: its digest is {claimed}, and what is in it has {found}")]
    Digest {
        /// What the file says.
        claimed: String,
        /// What its content has.
        found: String,
    },
}

impl Fault {
    pub(super) fn value(place: impl Into<String>, value: &str, expected: &'static str) -> Self {
        Self::Value { place: place.into(), value: value.to_owned(), expected }
    }
}
