//! From drift to the manifest: what is live becomes what is declared.

use super::super::parse::Source;
use super::super::vars::Given;
use super::super::write::FieldValue;
use super::change::{Changed, Edit, Refusal};
use super::run::edit;
use crate::model::{Address, Field};

/// A declared field whose live value is another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The declared object.
    pub address: Address,
    /// The field.
    pub field: Field,
    /// What is live: `adopt::find_live_value` finds it, and
    /// [`group_fields`](crate::manifest::write::group_fields) and its like make
    /// it of settings. `None` takes the declaration of the field away.
    pub live: Option<FieldValue>,
}

/// Writes live values into the manifest that declares something else, and
/// returns the files that change, with their text before and after, in the order
/// of `sources`. Nothing is written to disk.
///
/// `sources` are all files of the manifest, as
/// [`collect`](crate::manifest::collect) returns them: the proof reads all of
/// them together. `given` is what is given for their variables; what a variable says
/// is not written over. Tags are those that people gave; the marker and the
/// protection tag are no field of a manifest. What comes from `defaults` gets a
/// key of its own at its group.
///
/// # Errors
/// Returns the first difference that cannot be written, with its place; then
/// nothing is changed at all.
pub fn write_back(sources: &[Source], given: &Given, differences: &[Difference]) -> Result<Vec<Changed>, Refusal> {
    let edits: Vec<Edit> = differences
        .iter()
        .map(|Difference { address, field, live }| match live {
            Some(value) => Edit::Set { address: address.clone(), field: *field, value: value.clone() },
            None => Edit::Unset { address: address.clone(), field: *field },
        })
        .collect();
    edit(sources, given, &edits)
}
