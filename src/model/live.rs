//! The live side: what the service showed, and what it did not.
//!
//! *Absent*, *unread* and *not offered* are different answers and have
//! different types: nothing is ever created or deleted from a list that was
//! not read in full.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::{DumpSettings, Field, GroupId, GroupName, GroupSettings, StreamId, StreamName, StreamSettings, TransferId};

/// The answer to a list request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing<T> {
    /// Everything there is.
    Complete(T),
    /// The list failed, was refused, or may have been cut; the reason in words.
    /// What was seen of it, if anything, is kept for display only.
    Unread(Arc<str>, T),
    /// This edition has no such list.
    NotOffered,
}

impl<T> Listing<T> {
    /// Returns the content if all of it was read.
    pub fn complete(&self) -> Option<&T> {
        match self {
            Self::Complete(content) => Some(content),
            Self::Unread(..) | Self::NotOffered => None,
        }
    }

    /// Returns what was seen, complete or not.
    pub fn seen(&self) -> Option<&T> {
        match self {
            Self::Complete(content) | Self::Unread(_, content) => Some(content),
            Self::NotOffered => None,
        }
    }
}

/// A live stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveStream {
    /// Its id.
    pub id: StreamId,
    /// What can be read of it.
    pub settings: StreamSettings,
}

/// The destination of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransferKind {
    /// An OBS dump, the only kind this program manages.
    Obs,
    /// A stream of the Data Ingestion Service; seen, never touched.
    Dis,
    /// A Kafka topic; seen, never touched.
    Dms,
    /// Something newer than this program; seen, never touched.
    Other(Arc<str>),
}

impl fmt::Display for TransferKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Obs => "OBS",
            Self::Dis => "DIS",
            Self::Dms => "DMS",
            Self::Other(kind) => kind,
        })
    }
}

/// Whether a live dump works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Nothing is wrong that the service shows.
    Fine,
    /// The service reports EXCEPTION: enabled, but failing.
    Exception,
}

/// A live transfer of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveDump {
    /// Its id.
    pub id: TransferId,
    /// Its destination.
    pub kind: TransferKind,
    /// The streams it covers, by id, with the names the service shows.
    pub streams: BTreeMap<StreamId, StreamName>,
    /// What can be read of it.
    pub settings: DumpSettings,
    /// Fields whose value this program does not know, as the service spells
    /// them. They are unverifiable, not drift.
    pub unreadable: BTreeMap<Field, Arc<str>>,
    /// Whether it works.
    pub health: Health,
    /// Fields of the service's detail that this program does not manage, in
    /// JSON text by key. An update sends them back, because it replaces the
    /// whole detail (facts page 5.16).
    pub carried: BTreeMap<Arc<str>, Arc<str>>,
}

impl LiveDump {
    /// Returns the names of the streams it covers.
    #[must_use]
    pub fn stream_names(&self) -> BTreeSet<StreamName> {
        self.streams.values().cloned().collect()
    }
}

/// A live group with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveGroup {
    /// Its id.
    pub id: GroupId,
    /// What can be read of it.
    pub settings: GroupSettings,
    /// Its streams.
    pub streams: Listing<BTreeMap<StreamName, LiveStream>>,
    /// Its transfers, of every kind, in the order of their ids.
    pub dumps: Listing<Vec<LiveDump>>,
}

/// The live state of one project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Live {
    /// Groups by name.
    pub groups: BTreeMap<GroupName, LiveGroup>,
    /// Names that more than one live object bears, with the reason in words;
    /// nothing is done to them.
    pub ambiguous: BTreeMap<super::Address, Arc<str>>,
    /// Why the list of groups cannot be trusted to be whole, if it cannot: a
    /// group that is missing from it is then unread, not absent.
    pub groups_doubt: Option<Arc<str>>,
}
