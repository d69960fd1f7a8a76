//! Manifest text -> manifest text: a value set, an entry added or removed, and
//! every other byte as it was.
//!
//! ```text
//! sources, edits ──> for each: tree ──goal──> splices ──> text
//!                └─> intended Desired ══ parse(text) ?  ──> changed files, or a refusal
//! ```
//!
//! Whoever edits a person's file keeps the comments, the order, the quotes, the
//! indentation and the line ends. The tree with its places says where to cut;
//! what is cut out and put in is a few bytes. Afterwards the text is read by
//! the parser that everybody uses, and has to mean exactly what the edits
//! mean; otherwise nothing is returned. Pure: no file is read or written.

mod block;
mod change;
mod flow;
mod goal;
mod intend;
mod page;
mod perform;
mod run;
mod style;
mod write_back;

pub use change::{Changed, Edit, Refusal};
pub use run::edit;
pub use write_back::{Difference, write_back};
