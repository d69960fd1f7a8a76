//! (Desired, Live) → Changes: what differs, and nothing else.
//!
//! A pure function that cannot fail. It decides *identity* (which live object
//! is which declared one) and *difference*; whether a difference may be acted
//! on, in which order and under which guard is the planner's business.
//!
//! What is not ours, or is tolerated until a date, is taken out of the inputs
//! before they are compared ([`ownership`], [`prune`], [`accept`]); the output is never
//! filtered.

pub mod accept;
mod change;
mod compare;
mod dump;
mod dump_removal;
mod dump_settings;
mod group;
mod marks;
pub mod ownership;
pub mod prune;
mod remembered;
mod stream;
mod tags;
pub mod teardown;

pub use change::{
    Action, Cause, Change, Changes, Doomed, DumpCreation, DumpDeletion, DumpUpdate, GroupChanges, GroupCreation,
    GroupDeletion, GroupUpdate, Notice, Obstacle, Sick, StreamCreation, StreamDeletion, StreamUpdate, Transfer,
    TransfersKnown,
};
pub use compare::diff;
pub use marks::Marks;
pub use ownership::{Owner, Ownership};
pub use tags::TagDelta;
