//! Live objects into a manifest that is there already.
//!
//! ```text
//! Live ──compose──> Draft ──less what is declared──> edits ──edit──> texts ──parse, propose──> no new change, or a refusal
//! ```
//!
//! What was written by hand stays as it is. Afterwards nothing is planned for
//! what was imported but the estate's marker, and nothing else than before for
//! everything else; otherwise nothing is returned. Nothing here does I/O.

mod difference;
mod fault;
mod follow;
mod proof;
mod run;

pub use difference::show_difference;
pub use fault::Fault;
pub use follow::follow;
pub use run::{Adoption, adopt};
