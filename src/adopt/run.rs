//! What is imported, and how it is written.

use std::collections::BTreeSet;

use super::fault::Fault;
use super::proof::prove;
use crate::export::{Cause, GroupDraft, Ownerless, Selection, compose, name_freely};
use crate::manifest::edit::{Changed, Edit, Refusal, edit};
use crate::manifest::write::FieldValue;
use crate::manifest::{Given, Source, parse_whole};
use crate::model::{
    Address, AddressGlob, Capabilities, DesiredGroup, DumpHandle, Field, GroupName, Live, StreamName, Wanted,
};

/// An import that was proved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adoption {
    /// Objects that are declared now, in order.
    pub imported: BTreeSet<Address>,
    /// Objects that were asked for and are declared already.
    pub declared: BTreeSet<Address>,
    /// Those of the imported objects that the next apply marks as the estate's.
    pub marked: BTreeSet<Address>,
    /// What cannot be declared, and what else one has to know. Not escaped.
    pub warnings: Vec<String>,
    /// Files that change.
    pub changed: Vec<Changed>,
}

/// Declares live objects in a manifest. `given` is what is given for its variables.
///
/// # Errors
/// Returns why nothing is imported; see [`Fault`].
pub fn adopt(
    sources: &[Source],
    given: &Given,
    live: &Live,
    capabilities: &Capabilities,
    globs: &[AddressGlob],
) -> Result<Adoption, Fault> {
    let manifest = parse_whole(sources, given).map_err(Refusal::Unreadable)?;
    let estate = manifest.desired.estate.as_ref();
    let draft = compose(live, capabilities, estate, Selection::Matching(globs), Ownerless::Declared)?;
    let foreign = draft.left_out.iter().filter(|left| left.cause == Cause::AnotherEstate);
    let foreign: Vec<String> = foreign.map(|left| format!("{} {}", left.address, left.reason)).collect();
    if !foreign.is_empty() {
        return Err(Fault::AnotherEstate(foreign));
    }
    let mut adoption = Adoption::default();
    adoption.warnings.extend(draft.left_out.iter().map(|left| left.describe()));
    adoption.warnings.extend(draft.remarks.iter().cloned());
    let mut edits = Vec::new();
    for (name, group) in &draft.groups {
        let declared = manifest.desired.groups.get(name);
        if let Some(DesiredGroup { wanted: Wanted::Absent(_), place, .. }) = declared {
            return Err(Fault::Tombstone { address: Address::Group(name.clone()), place: place.clone() });
        }
        let itself = Selection::Matching(globs).selects(&Address::Group(name.clone()));
        add_group(name, (group, itself), declared, &mut edits, &mut adoption)?;
    }
    adoption.changed = edit(sources, given, &edits)?;
    adoption.marked = prove(sources, given, &adoption, live, capabilities)?;
    if !adoption.marked.is_empty() {
        let number = adoption.marked.len();
        adoption.warnings.push(format!("the next apply writes the marker of the estate on {number} of them"));
    }
    Ok(adoption)
}

fn add_group(
    name: &GroupName,
    (group, itself): (&GroupDraft, bool),
    declared: Option<&DesiredGroup>,
    edits: &mut Vec<Edit>,
    adoption: &mut Adoption,
) -> Result<(), Fault> {
    let add = |adoption: &mut Adoption, edits: &mut Vec<Edit>, address: Address, fields: &[(Field, FieldValue)]| {
        adoption.imported.insert(address.clone());
        edits.push(Edit::Add { address, fields: fields.to_vec() });
    };
    let address = Address::Group(name.clone());
    match declared {
        None => add(adoption, edits, address, &group.entry.fields),
        Some(_) if itself => drop(adoption.declared.insert(address)),
        Some(_) => {}
    }
    for (stream, entry) in group.streams.iter().flatten() {
        let address = Address::Stream(name.clone(), stream.clone());
        match declared.and_then(|group| group.streams.as_ref()?.get(stream)) {
            None => add(adoption, edits, address, &entry.fields),
            Some(found) if found.wanted.is_absent() => {
                return Err(Fault::Tombstone { address, place: found.place.clone() });
            }
            Some(_) => drop(adoption.declared.insert(address)),
        }
    }
    let mut taken: BTreeSet<DumpHandle> = declared
        .and_then(|group| group.dumps.as_ref())
        .into_iter()
        .flatten()
        .map(|(handle, _)| handle.clone())
        .collect();
    for (handle, entry) in group.dumps.iter().flatten() {
        // A dump is the streams it covers.
        let covered = entry.fields.iter().find_map(|(_, value)| match value {
            FieldValue::Streams(streams) => Some(streams),
            _ => None,
        });
        let same = |streams: &BTreeSet<StreamName>| covered.is_some_and(|covered| !covered.is_disjoint(streams));
        let known = declared.and_then(|group| group.dumps.as_ref()?.iter().find(|(_, dump)| same(&dump.streams)));
        match known {
            Some((handle, dump)) if dump.wanted.is_absent() => {
                let address = Address::Dump(name.clone(), handle.clone());
                return Err(Fault::Tombstone { address, place: dump.place.clone() });
            }
            Some((handle, _)) => drop(adoption.declared.insert(Address::Dump(name.clone(), handle.clone()))),
            None => {
                let handle = name_freely(handle.as_str(), |handle| taken.contains(handle));
                taken.insert(handle.clone());
                add(adoption, edits, Address::Dump(name.clone(), handle), &entry.fields);
            }
        }
    }
    Ok(())
}
