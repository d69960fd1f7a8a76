//! One JSON document on stdout and nothing else (contract section 7).
//!
//! A minor version only adds; keys stand in a fixed order and lists in the
//! order of addresses, so that the same input gives the same bytes.

mod bundle;
mod document;
mod drift;
mod event;
mod export;
mod failure;
mod first;
mod formatting;
mod import;
mod plan;
mod plans;
mod refusal;
mod validation;
mod verification;

pub use bundle::{DebugBundle, EndDocument, EndWord};
pub use document::to_line;
pub use drift::{DriftDocument, LookedAt, WrittenDocument, read_baseline, spell};
pub use event::{ApplyEvent, ApplySummary};
pub use export::ExportDocument;
pub use failure::{ErrorBody, Failure};
pub use first::InitDocument;
pub use formatting::Formatting;
pub use import::{Fate, ImportDocument};
pub use plan::PlanDocument;
pub use plans::{PlansDocument, TargetFailure};
pub use validation::{Complaint, Validation};
pub use verification::Verification;

/// Version of all documents.
pub const FORMAT_VERSION: &str = "1.0";
