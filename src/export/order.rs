//! What is asked for, and what comes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::manifest::Manifest;
use crate::manifest::write::FieldValue;
use crate::model::{Address, AddressGlob, DumpHandle, EstateName, Field, GroupName, StreamName, Target};

/// Which objects are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Selection<'a> {
    /// The whole project.
    Everything,
    /// What one of these matches. A dump brings its streams along, and whatever
    /// is in a group brings the group's entry, without its settings.
    Matching(&'a [AddressGlob]),
}

impl Selection<'_> {
    /// Says whether an address is asked for.
    #[must_use]
    pub fn selects(&self, address: &Address) -> bool {
        match self {
            Self::Everything => true,
            Self::Matching(globs) => globs.iter().any(|glob| glob.matches(address)),
        }
    }

    /// Says whether anything of a kind in a group can be asked for.
    pub(super) fn reaches(&self, group: &GroupName, kind: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Matching(globs) => globs.iter().any(|glob| glob.reaches(group, kind)),
        }
    }
}

/// What an export is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// Where the project is, as the manifest is going to say it.
    pub target: &'a Target,
    /// Folder that the manifest is meant for; `emulator.data` is relative to it.
    pub folder: &'a Path,
    /// Owner whose objects they are. Without one, objects of no estate.
    pub estate: Option<&'a EstateName>,
    /// Which objects.
    pub selection: Selection<'a>,
    /// What becomes of objects that no estate owns, where there is one.
    pub ownerless: Ownerless,
}

/// One object as a manifest is going to declare it: all that can be said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Fields in the order of the manifest's documentation.
    pub fields: Vec<(Field, FieldValue)>,
}

/// One group with what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupDraft {
    /// The group's own settings; none where only something in it was asked for.
    pub entry: Entry,
    /// Streams by name; `None` says nothing about streams.
    pub streams: Option<BTreeMap<StreamName, Entry>>,
    /// Dumps by handle; `None` says nothing about dumps.
    pub dumps: Option<BTreeMap<DumpHandle, Entry>>,
}

/// What becomes of objects that no estate owns, where the manifest is an
/// estate's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownerless {
    /// They are left out: to declare one is to mark it, which is a change.
    LeftOut,
    /// They are declared, and the next apply marks them.
    Declared,
}

/// Why something cannot be declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// It belongs to another estate.
    AnotherEstate,
    /// Anything else.
    Other,
}

/// Something that was asked for and cannot be declared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// The object; a dump by the id of its transfer.
    pub address: Address,
    /// The field, if it is not the whole object.
    pub field: Option<Field>,
    /// Why.
    pub cause: Cause,
    /// Why, in words. Text of the service in it is not escaped.
    pub reason: String,
}

/// What a manifest is going to declare.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Groups by name.
    pub groups: BTreeMap<GroupName, GroupDraft>,
    /// What it is not going to declare.
    pub left_out: BTreeSet<LeftOut>,
    /// What else one has to know.
    pub remarks: Vec<String>,
}

impl Draft {
    /// Counts groups, streams and dumps.
    #[must_use]
    pub fn count(&self) -> (usize, usize, usize) {
        let streams = self.groups.values().map(|group| group.streams.as_ref().map_or(0, BTreeMap::len)).sum();
        let dumps = self.groups.values().map(|group| group.dumps.as_ref().map_or(0, BTreeMap::len)).sum();
        (self.groups.len(), streams, dumps)
    }
}

/// A manifest that was proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its text.
    pub text: String,
    /// What it declares, and what it leaves out.
    pub draft: Draft,
    /// The text as the parser reads it.
    pub manifest: Manifest,
    /// How many objects the next apply marks as the estate's, and changes in no other
    /// way.
    pub marked: usize,
}

impl LeftOut {
    /// Says what is left out and why, on one line. Text of the service in it is
    /// not escaped.
    #[must_use]
    pub fn describe(&self) -> String {
        let Self { address, field, reason, .. } = self;
        match field {
            None => format!("not declared: {address} {reason}"),
            Some(field) => format!("not declared: `{field}` of {address} {reason}"),
        }
    }
}
