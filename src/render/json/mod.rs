//! One JSON document on stdout and nothing else (contract section 7).
//!
//! A minor version only adds; keys stand in a fixed order and lists in the
//! order of addresses, so that the same input gives the same bytes.

mod event;
mod failure;
mod plan;
mod premise;
mod validation;

pub use event::{ApplyEvent, ApplySummary};
pub use failure::{ErrorBody, Failure};
pub use plan::{PlanDocument, TargetDocument};
pub use validation::{Complaint, Validation};

/// Version of all documents.
pub const FORMAT_VERSION: &str = "1.0";

/// Serializes a document; one line, keys in the order of its type.
///
/// # Errors
/// Returns the serializer's complaint; for the types of this module there is
/// none.
pub fn to_line(document: &impl serde::Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(document)
}
