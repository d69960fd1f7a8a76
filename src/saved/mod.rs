//! Plan ⇄ JSON: a plan that is kept in a file, reviewed, and applied exactly as
//! it was reviewed.
//!
//! The parts of the document that a plan can be made from again. They hold what
//! the plan holds and nothing else, so that no secret can be among them, and
//! whoever reads one gets the plan back or a complaint: ids are checked before
//! they can end up in a URL, what is not understood is refused, and the digest
//! says whether somebody changed what is going to be done.

mod age;
mod call;
mod digest;
mod fault;
mod field;
mod loss;
mod object;
mod premise;
mod read;
mod settings;
mod step;
mod target;

pub use age::{SnapshotNote, tell_age};
pub use digest::{Guards, digest};
pub use fault::Fault;
pub use field::to_json as value_to_json;
pub use loss::LogLinesDocument;
pub use premise::PremiseDocument;
pub use read::{SavedPlan, read};
pub(crate) use settings::{DumpSettingsDocument, read_ttl, write_ttl};
pub use step::{StepDocument, write_steps};
pub use target::{EmulatorDocument, TargetDocument};
