//! What bears tags.

use super::{GroupId, StreamId};

/// An object that bears tags. A dump bears none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bearer {
    /// A group.
    Group(GroupId),
    /// A stream.
    Stream(StreamId),
}
