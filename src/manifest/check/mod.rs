//! The tree against the table of keys: unknown, repeated and missing keys,
//! wrong types, words and forms. Every complaint of a file is found in one
//! pass; what is well-formed is left for [`document`](super::document) to
//! pick up.

mod mapping;
mod value;
mod word;

pub(super) use value::check;
