//! Why nothing is written.

/// Why nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A list was not read in full; what is in it is not known.
    #[error("the project was not read in full: {}", .0.join("; "))]
    Unread(Vec<String>),
    /// Nothing in the project has an address that was asked for.
    #[error("no live object matches {}", .0.iter().map(|glob| format!("`{glob}`")).collect::<Vec<_>>().join(", "))]
    NotFound(Vec<String>),
    /// The embedded service keeps its data where the manifest may not point to.
    #[error("the data of the embedded service is outside of `{0}`, where a manifest cannot name it")]
    DataElsewhere(String),
    /// What was written is not what was meant. A mistake of this program.
    #[error("the manifest that was made does not say what the project is: {0}")]
    Disproved(String),
}

impl Refusal {
    /// Returns the way out.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unread(_) => {
                "run it again when the lists can be read, or name addresses that do not need what is unread"
            }
            Self::NotFound(_) => {
                "addresses are `groups/NAME`, `groups/NAME/streams/NAME`, `groups/NAME/dumps/ID` and globs of them; \
                 `groups/NAME/**` is a group with everything in it"
            }
            Self::DataElsewhere(_) => "name a manifest with `-f` whose folder holds the data",
            Self::Disproved(_) => "nothing was written; report this, it is a mistake of this program",
        }
    }
}
