//! The desired side: what a manifest declares.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::{
    Acceptance, BucketName, DumpHandle, DumpSettings, EstateName, GroupName, GroupSettings, Policy, StreamName,
    StreamSettings,
};

/// Where something is declared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// File as the user named it.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// What is wanted of a declared object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted<T> {
    /// It exists, like this.
    Present(T),
    /// It does not exist, and why it should not.
    Absent(Removal),
}

/// Why a declared object is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// The manifest names it with `ensure: absent`.
    Tombstone,
    /// The user asked to destroy what the manifest declares.
    Destroy,
    /// It carries this estate's marker and is no longer declared.
    Prune,
}

impl<T> Wanted<T> {
    /// Returns the settings of an object that is to exist.
    pub fn present(&self) -> Option<&T> {
        match self {
            Self::Present(settings) => Some(settings),
            Self::Absent(_) => None,
        }
    }

    /// Says whether this is a tombstone.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent(_))
    }
}

/// What the `protected` key says; without the key nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// `true`: never deleted, even if the entry disappears.
    Protected,
    /// `true`, and that the tag is missing is accepted: it protects while it is
    /// declared, and no tag is written.
    Untagged,
    /// `false`: the protection is lifted.
    Lifted,
}

/// A declared stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredStream {
    /// Settings, or a tombstone.
    pub wanted: Wanted<StreamSettings>,
    /// What is said of its protection.
    pub protection: Option<Protection>,
    /// Where it is declared.
    pub place: Place,
}

/// A declared dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredDump {
    /// Streams it covers; never empty. This is its identity.
    pub streams: BTreeSet<StreamName>,
    /// Settings, or a tombstone. Bucket, format and period of a present dump
    /// are always stated.
    pub wanted: Wanted<DumpSettings>,
    /// Bucket of a tombstone, which must match before anything is deleted.
    pub tombstone_bucket: Option<BucketName>,
    /// Where it is declared.
    pub place: Place,
}

/// A declared group. `None` for a section means that the manifest says nothing
/// about that kind in this group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredGroup {
    /// Settings, or a tombstone.
    pub wanted: Wanted<GroupSettings>,
    /// What is said of its protection.
    pub protection: Option<Protection>,
    /// Streams by name.
    pub streams: Option<BTreeMap<StreamName, DesiredStream>>,
    /// Dumps by handle.
    pub dumps: Option<BTreeMap<DumpHandle, DesiredDump>>,
    /// Where it is declared.
    pub place: Place,
}

/// Everything one manifest declares for one target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Desired {
    /// Owner that is written into tags, if any.
    pub estate: Option<EstateName>,
    /// Rules the estate sets for itself.
    pub policy: Policy,
    /// Known drift.
    pub accept: Vec<Acceptance>,
    /// Groups by name.
    pub groups: BTreeMap<GroupName, DesiredGroup>,
}

impl Desired {
    /// Returns how many objects are declared, tombstones included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.groups
            .values()
            .map(|g| 1 + g.streams.as_ref().map_or(0, BTreeMap::len) + g.dumps.as_ref().map_or(0, BTreeMap::len))
            .sum()
    }
}
