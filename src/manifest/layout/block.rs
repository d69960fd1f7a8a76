//! A manifest between its tree and its text.

/// A comment that has a line of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    /// Whether an empty line stands before it.
    pub(super) spaced: bool,
}

/// A comment behind something, with what stands between the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Behind {
    pub(super) gap: usize,
    pub(super) text: String,
}

/// A key with its value, or an item of a list.
#[derive(Debug)]
pub(super) struct Entry {
    /// Comments above it.
    pub(super) above: Vec<Line>,
    /// Whether an empty line stands right before it.
    pub(super) spaced: bool,
    /// `key:`, or `-`.
    pub(super) head: String,
    pub(super) body: Body,
    pub(super) behind: Option<Behind>,
}

/// What an entry holds.
#[derive(Debug)]
pub(super) enum Body {
    Nothing,
    /// On one line.
    Inline(String),
    /// A text over several lines, which YAML joins.
    Folded(Vec<String>),
    /// A block scalar: its header, and its lines without their indentation.
    Literal(String, Vec<String>),
    /// Keys, or items.
    Block(Block),
}

/// Entries below each other.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) entries: Vec<Entry>,
    /// Comments below the last entry.
    pub(super) below: Vec<Line>,
}
