//! Text -> [`Desired`](crate::model::Desired), every complaint located.
//!
//! ```text
//! files ──collect──> Source ──yaml──> tree ──vars──> tree ──check──> (complaints)
//!                                                     └──document──> one file ──resolve──> Manifest
//! ```
//!
//! [`collect`] and [`load`] are the only parts that touch the file system, and
//! follow `include`; [`parse`] is pure. Nothing stops at the first mistake: all errors of all files are
//! reported at once, each with file, line, column, the line itself and, where
//! one is close, what was probably meant. The language is one table, `keys`,
//! from which both the checks and the JSON [`schema`](fn@schema) are made.
//!
//! A manifest never reads the environment, runs a program or fetches anything.

mod beside;
mod check;
pub mod code;
mod data;
mod diagnostic;
mod document;
pub mod edit;
mod estates;
mod glob;
mod include;
mod inside;
mod keys;
mod layout;
mod load;
mod parse;
mod printable;
mod read;
mod render;
mod resolve;
mod rules;
mod scalar;
mod schema;
mod shape;
mod sink;
mod suggest;
#[cfg(test)]
mod tests;
mod vars;
mod wholeness;
pub mod write;
mod yaml;

pub use data::{Objection, read_data};
pub use diagnostic::{Complaints, Diagnostic, Excerpt, Note, Severity, Style};
pub use layout::{demand_manifest, format, looks_like_manifest};
pub use load::{load, load_all, load_with};
pub use parse::{Manifest, Source, parse, parse_whole};
pub use read::{collect, collect_manifests};
pub use schema::schema;
pub use vars::Given;
pub use wholeness::{Part, Wholeness};
