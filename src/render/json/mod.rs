//! One JSON document on stdout and nothing else (contract section 7).
//!
//! A minor version only adds; keys stand in a fixed order and lists in the
//! order of addresses, so that the same input gives the same bytes.

mod document;
mod event;
mod failure;
mod loss;
mod plan;
mod premise;
mod refusal;
mod validation;

pub use document::to_line;
pub use event::{ApplyEvent, ApplySummary};
pub use failure::{ErrorBody, Failure};
pub use plan::{PlanDocument, TargetDocument};
pub use validation::{Complaint, Validation};

/// Version of all documents.
pub const FORMAT_VERSION: &str = "1.0";
