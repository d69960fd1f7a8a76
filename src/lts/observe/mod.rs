//! From the lists of the service to one [`Live`](crate::model::Live) value.
//!
//! Three reads in the current edition, whatever the size; one and a list for
//! each group in scope in the edition of 2022. What could not be read is said
//! to be unread, never taken for absent.

mod assemble;
mod read;
mod run;
mod shards;

pub use run::{Observation, Scope, observe};
