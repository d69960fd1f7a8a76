//! Live → manifest: the way back.
//!
//! ```text
//! Live ──compose──> Draft ──render──> text ──parse, propose──> an empty plan, or a refusal
//! ```
//!
//! Everything that can be read is declared, so that everything is watched. What
//! a manifest cannot say is left out by name and with the reason, as a comment at
//! its place. Nothing is written that is not proved: the text is read by the
//! parser that everybody uses, and planned against the observation it came
//! from; a plan that is not empty is a refusal. Nothing here does I/O.

mod compose;
mod dumps;
mod header;
mod order;
mod proof;
mod refusal;
mod render;
mod scene;

pub use compose::compose;
pub use dumps::name_freely;
pub use order::{Cause, Draft, Entry, Export, GroupDraft, LeftOut, Order, Ownerless, Selection};
pub use proof::{export, find_difference};
pub use refusal::Refusal;
