//! One file as it was typed: model types with their places, before files are
//! put together.
//!
//! Nothing is complained about here. What is malformed was reported by
//! [`check`](super::check) and is left out, so that the rest can still be
//! judged.

mod file;
mod group;
mod pick;
mod settings;

pub(super) use file::{Document, lower};
pub(super) use group::{DumpEntry, GroupEntry, StreamEntry};
pub(super) use settings::{DefaultsSaid, PolicySaid, TargetSaid};
