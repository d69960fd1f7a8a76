//! What is wrong with a saved plan.

/// Why a text is not a plan that can be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is not the JSON it should be.
    #[error("is not a saved plan: {0}")]
    Malformed(String),
    /// It holds the plans of several targets.
    #[error("holds {0} plans; each of its `plans` is one by itself: `jq '.plans[0]'` takes the first one out")]
    Several(usize),
    /// A newer program with another major version wrote it.
    #[error("has format version `{0}`; this program reads `1.x`")]
    Version(String),
    /// A value in it is none that a plan can have.
    #[error("is damaged: {place}: `{value}` is not {expected}")]
    Value {
        /// What the value is for.
        place: &'static str,
        /// The value.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A number in it points to nothing.
    #[error("is damaged: {0} points to something that is not in the plan")]
    Reference(&'static str),
    /// What is going to be done is not what the digest was made of.
    #[error("was changed after it was written: its digest is {claimed}, and what is in it has {found}")]
    Digest {
        /// What the file says.
        claimed: String,
        /// What its content has.
        found: String,
    },
    /// What people read in it is not what is going to be done.
    #[error("was changed after it was written: `{0}` does not say what its steps do")]
    Misleading(String),
    /// A step is not what it says it is.
    #[error("was changed after it was written: {0}")]
    Dishonest(String),
}

impl Fault {
    pub(super) fn value(place: &'static str, value: &str, expected: &'static str) -> Self {
        Self::Value { place, value: value.to_owned(), expected }
    }
}
