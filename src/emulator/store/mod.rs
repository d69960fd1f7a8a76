//! What survives a `kill -9`: everything that was acknowledged.
//!
//! Transitions happen in memory; what they touched is queued under the same
//! lock, written in batches, and no request is answered before the batch it
//! belongs to (or has seen) is on disk.

mod disk;
mod record;

pub use disk::has_data;
pub(crate) use disk::{Store, StoreError, Write};
pub(crate) use record::{directory_write, load, token_write, writes};
