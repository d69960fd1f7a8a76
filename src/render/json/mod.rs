//! One JSON document on stdout and nothing else (contract section 7).
//!
//! A minor version only adds; keys stand in a fixed order and lists in the
//! order of addresses, so that the same input gives the same bytes.

mod bundle;
mod document;
mod event;
mod failure;
mod formatting;
mod plan;
mod refusal;
mod validation;
mod verification;

pub use bundle::DebugBundle;
pub use document::to_line;
pub use event::{ApplyEvent, ApplySummary};
pub use failure::{ErrorBody, Failure};
pub use formatting::Formatting;
pub use plan::PlanDocument;
pub use validation::{Complaint, Validation};
pub use verification::Verification;

/// Version of all documents.
pub const FORMAT_VERSION: &str = "1.0";
