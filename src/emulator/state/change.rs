//! What a transition touched: the unit of the store and of the journal.

/// The place of one stored object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Config,
    Bucket {
        name: String,
    },
    Group {
        project: String,
        group: String,
    },
    Stream {
        project: String,
        group: String,
        stream: String,
    },
    Transfer {
        project: String,
        transfer: String,
    },
    Line {
        project: String,
        stream: String,
        line_num: u64,
    },
    /// All lines of a stream, where they all go.
    Lines {
        project: String,
        stream: String,
    },
}

/// One touched object, with the name it has or had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) key: Key,
    pub(crate) name: String,
}
