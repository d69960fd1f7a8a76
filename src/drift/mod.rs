//! (Desired, Live) → one verdict per object: what a person or a cron job is told
//! about a project that nobody is about to change.
//!
//! The comparison is the planner's own, without the question of what could be
//! done about a difference. What nobody declares and the manifest still speaks
//! of is looked for besides (`unmanaged.rs`). [`baseline`] says what is new since
//! an earlier report, [`origin`] whose doing a difference is.

pub mod baseline;
mod finding;
mod judge;
pub mod origin;
mod unmanaged;

pub use finding::{Accepted, Drift, Finding, Lapsed, Verdict};
pub use judge::{Look, agree, judge};
pub use origin::Origin;
