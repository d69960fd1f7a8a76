//! The canonical layout of a manifest: text -> text that means the same.
//!
//! ```text
//! text ──yaml──> tree ──build──> blocks, with their comments ──render──> text ──prove──> text
//! ```
//!
//! Keys of the language come in the order of the table of keys; what people named
//! stays in theirs. A comment goes where its entry goes. Quotes stay, a collection
//! in braces on one line stays on one line, one over several lines becomes a
//! block. What would mean anything else afterwards is refused.

mod block;
mod build;
mod comments;
mod format;
mod order;
mod proof;
mod render;
mod scalars;
#[cfg(test)]
mod tests;

pub use format::{demand_manifest, format, looks_like_manifest};
