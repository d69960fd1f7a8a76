//! Live ⇄ JSON: a project as it was at one moment, so that a plan can be made
//! without a network and without a credential.
//!
//! A snapshot says how completely every list was read, and whoever plans with
//! it gets exactly what was seen, or a complaint with its place: what is not
//! understood is refused, and a digest tells whether somebody changed it. It
//! holds what the live side holds and nothing else, so that no secret can be in
//! it.

mod document;
mod fault;
mod objects;
mod read;
mod taken;
mod target;
mod unique;

pub use document::SnapshotDocument;
pub use fault::Fault;
pub use read::read;
pub use taken::Snapshot;
pub use target::Expected;
