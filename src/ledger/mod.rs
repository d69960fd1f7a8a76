//! The ledger: a file that remembers which dumps were created where the API can
//! only create them (edition `seed-2022`).
//!
//! It makes a second plan empty and an edit visible. Safety never depends on
//! it: a lost ledger shows a dump as new, and the service answers that it
//! exists (LTS.0207). It holds no secret.

mod book;
mod document;

pub use book::{Book, Project};
pub use document::LedgerFault;
