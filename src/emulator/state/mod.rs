//! The projects with their groups, streams, transfers and log lines, and what
//! may happen to them.
//!
//! Transitions are pure: they get ids and times, check everything before they
//! change anything, and leave a list of what they touched. They must never do
//! I/O, read a clock or make up an id.

mod change;
mod console;
mod group;
mod line;
mod stream;
mod tag;
#[cfg(test)]
mod tests;
mod transfer;
mod world;

pub(crate) use change::{Change, Key};
pub(crate) use console::{Edit, TransferEdit};
pub(crate) use group::{Group, GroupDraft};
pub(crate) use line::{Line, LineDraft, LineNumber};
pub(crate) use stream::{Stream, StreamDraft, StreamUpdate};
pub(crate) use tag::{TagAction, TagWrite, Taggable, Tags};
pub(crate) use transfer::{
    Bucket, Obstacle, Transfer, TransferDraft, TransferKind, TransferStream, TransferUpdate, completed,
};
pub(crate) use world::{Project, World};
