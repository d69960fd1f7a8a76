//! What a comparison yields.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Marks, Owner, TagDelta};
use crate::model::{
    Address, BucketName, Days, DumpSettings, Field, GroupId, GroupName, Place, Removal, StreamId, StreamName,
    StreamTtl, Tags, TransferId, TransferKind,
};

/// Everything that differs, and everything that could not be compared.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Differences by group, in the order of names. A group in which nothing
    /// differs is not listed.
    pub groups: Vec<GroupChanges>,
    /// Objects that need something no plan can do.
    pub obstacles: Vec<Obstacle>,
    /// Objects whose live state was not read; nothing follows for them.
    pub unread: Vec<Notice>,
    /// Fields that this edition, or this program, cannot read back.
    pub unverifiable: Vec<Notice>,
    /// Tombstones of what is already gone: entries that can be removed.
    pub satisfied: Vec<Address>,
    /// Declared dumps that the service reports as failing.
    pub sick: Vec<Sick>,
    /// Things worth knowing that are no difference.
    pub warnings: Vec<String>,
    /// How many declared objects are as declared.
    pub unchanged: usize,
}

impl Changes {
    /// Takes note of something that should be gone and is: only a tombstone is
    /// an entry that can be removed for it.
    pub(super) fn note_absent(&mut self, removal: Removal, address: Address) {
        match removal {
            Removal::Tombstone => self.satisfied.push(address),
            Removal::Destroy | Removal::Prune => self.unchanged += 1,
        }
    }
}

/// The differences of one group and what is in it.
#[derive(Debug, Clone)]
pub struct GroupChanges {
    /// Name of the group.
    pub name: GroupName,
    /// Id of the live group, unless it has to be created.
    pub id: Option<GroupId>,
    /// Retention of the live group.
    pub ttl: Option<Days>,
    /// Whose the live group is, and whether it is protected.
    pub marks: Marks,
    /// Difference of the group itself.
    pub group: Option<Change>,
    /// Differences of its streams, by name.
    pub streams: Vec<Change>,
    /// Differences of its dumps: deletions and replacements included.
    pub dumps: Vec<Change>,
    /// Ids of the live streams that dumps or deletions of this group refer to.
    pub stream_ids: BTreeMap<StreamName, StreamId>,
    /// Whose the live streams are that dumps of this group refer to, and which
    /// of them are protected.
    pub stream_marks: BTreeMap<StreamName, Marks>,
    /// All live transfers of the group, in the order of their ids.
    pub transfers: Vec<Transfer>,
    /// Whether the transfers are all there are.
    pub transfers_known: TransfersKnown,
    /// How many streams the group has now, if they were read.
    pub live_streams: Option<usize>,
    /// Streams with a dump, in words, that this edition cannot delete. It would
    /// make the deletion of the stream and of the group fail.
    pub stuck_dumps: BTreeMap<StreamName, String>,
}

/// Whether the list of transfers can be relied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransfersKnown {
    /// All of them are known.
    Whole,
    /// The list was not read; the reason.
    Unread(Arc<str>),
    /// This edition has no such list.
    NotOffered,
}

/// A live transfer, as far as it matters to deletions.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// Its id.
    pub id: TransferId,
    /// Its destination.
    pub kind: TransferKind,
    /// Bucket, for an OBS dump.
    pub bucket: Option<BucketName>,
    /// Streams it covers.
    pub streams: BTreeSet<StreamName>,
}

/// One difference.
#[derive(Debug, Clone)]
pub struct Change {
    /// The object.
    pub address: Address,
    /// Where it is declared; nothing for a live object that nobody declares.
    pub place: Option<Place>,
    /// What differs.
    pub action: Action,
}

/// What differs, by kind and verb.
#[derive(Debug, Clone)]
pub enum Action {
    /// A group is declared and not there.
    CreateGroup(GroupCreation),
    /// A group is there, and different.
    UpdateGroup(GroupUpdate),
    /// A group is there and should not be.
    DeleteGroup(GroupDeletion),
    /// A stream is declared and not there.
    CreateStream(StreamCreation),
    /// A stream is there, and different.
    UpdateStream(StreamUpdate),
    /// A stream is there and should not be.
    DeleteStream(StreamDeletion),
    /// A dump is declared and not there, or cannot become what is declared.
    CreateDump(DumpCreation),
    /// A dump is there, and different.
    UpdateDump(Box<DumpUpdate>),
    /// A dump is there and should not be, or not as it is.
    DeleteDump(DumpDeletion),
}

/// A group to create.
#[derive(Debug, Clone)]
pub struct GroupCreation {
    /// Retention; nothing when the manifest does not say.
    pub ttl: Option<Days>,
    /// Tags, markers included.
    pub tags: Tags,
    /// Enterprise project.
    pub enterprise_project_id: Option<Arc<str>>,
}

/// A group to change.
#[derive(Debug, Clone)]
pub struct GroupUpdate {
    /// Its id.
    pub id: GroupId,
    /// Retention before and after, if it changes.
    pub ttl: Option<(Option<Days>, Days)>,
    /// Tags to add and to remove.
    pub tags: TagDelta,
    /// The enterprise project, live and declared, if they differ. It cannot be
    /// changed (facts page 6.4).
    pub enterprise_project_id: Option<(Option<Arc<str>>, Arc<str>)>,
    /// Whose it was, if it becomes ours by this change.
    pub adopted_from: Option<Owner>,
    /// Streams, declared or not, that follow the group's retention; nothing when
    /// the list was not read, or shows one of two that bear one name.
    pub followers: Option<BTreeSet<StreamName>>,
    /// Why the retention must not get shorter whatever is allowed, if it must
    /// not, and the way out: a follower is not this estate's, or nobody knows
    /// whose it is.
    pub off_limits: Option<(String, String)>,
}

/// A group to delete.
#[derive(Debug, Clone)]
pub struct GroupDeletion {
    /// Its id.
    pub id: GroupId,
    /// Why.
    pub removal: Removal,
    /// Whether its marker is this estate's.
    pub marked: bool,
    /// Its retention.
    pub ttl: Option<Days>,
    /// Every live stream with its id and the retention that applies; nothing
    /// when the list was not read.
    pub streams: Option<BTreeMap<StreamName, Doomed>>,
    /// Its tags.
    pub tags: Tags,
    /// The streams the manifest declares, present or absent; where the group is
    /// no longer declared, those that carry this estate's marker.
    pub declared: BTreeSet<StreamName>,
    /// What protects the group or something in it, in words.
    pub held_by: Option<Arc<str>>,
}

/// A stream that goes with its group.
#[derive(Debug, Clone)]
pub struct Doomed {
    /// Its id.
    pub id: StreamId,
    /// The retention that applies.
    pub effective: Option<Days>,
    /// Its retention as it is shown.
    pub ttl: Option<StreamTtl>,
    /// Its tags.
    pub tags: Tags,
}

/// A stream to create.
#[derive(Debug, Clone)]
pub struct StreamCreation {
    /// Retention; inherited when the manifest does not say.
    pub ttl: StreamTtl,
    /// Tags, markers included.
    pub tags: Tags,
    /// Name of the enterprise project.
    pub enterprise_project_name: Option<Arc<str>>,
}

/// A stream to change.
#[derive(Debug, Clone)]
pub struct StreamUpdate {
    /// Its id.
    pub id: StreamId,
    /// Retention before and after, if it changes.
    pub ttl: Option<(StreamTtl, StreamTtl)>,
    /// Whose it is, and whether it is protected.
    pub marks: Marks,
    /// The days that really apply, before and after the whole plan.
    pub effective: (Option<Days>, Option<Days>),
    /// Tags to add and to remove.
    pub tags: TagDelta,
    /// Whose it was, if it becomes ours by this change.
    pub adopted_from: Option<Owner>,
}

/// A stream to delete.
#[derive(Debug, Clone)]
pub struct StreamDeletion {
    /// Its id.
    pub id: StreamId,
    /// Why.
    pub removal: Removal,
    /// Whether its marker is this estate's.
    pub marked: bool,
    /// Its retention as it is shown.
    pub ttl: Option<StreamTtl>,
    /// The days of log lines that go with it.
    pub effective: Option<Days>,
    /// Its tags.
    pub tags: Tags,
    /// What protects it, in words.
    pub held_by: Option<Arc<str>>,
}

/// A dump to create.
#[derive(Debug, Clone)]
pub struct DumpCreation {
    /// Streams it covers.
    pub streams: BTreeSet<StreamName>,
    /// Settings as declared.
    pub settings: Box<DumpSettings>,
    /// Live dumps that must be gone first, because a stream carries one OBS
    /// dump at most (LTS.0207).
    pub replaces: BTreeSet<TransferId>,
    /// Live dumps on its streams that go for reasons of their own, and must be
    /// gone first, too.
    pub follows: BTreeSet<TransferId>,
    /// The fields that make an update impossible, if it replaces.
    pub because: Vec<Field>,
}

/// A dump to change in place.
#[derive(Debug, Clone)]
pub struct DumpUpdate {
    /// Its id.
    pub id: TransferId,
    /// Streams it covers.
    pub streams: BTreeSet<StreamName>,
    /// Settings as they are.
    pub before: Box<DumpSettings>,
    /// Settings as they will be: the live ones with the declared ones on top,
    /// because the call replaces the whole detail.
    pub after: Box<DumpSettings>,
    /// Fields that differ.
    pub fields: Vec<Field>,
    /// Detail fields that are sent back as they were, in JSON text by key.
    pub carried: BTreeMap<Arc<str>, Arc<str>>,
    /// Fields with a value this program does not know and the manifest does
    /// not replace: sending them back is impossible.
    pub unknown: BTreeMap<Field, Arc<str>>,
}

/// A dump to delete.
#[derive(Debug, Clone)]
pub struct DumpDeletion {
    /// Its id.
    pub id: TransferId,
    /// Why.
    pub cause: Cause,
    /// Streams it covers.
    pub streams: BTreeSet<StreamName>,
    /// Bucket it writes to.
    pub bucket: Option<BucketName>,
    /// Settings as they are.
    pub before: Box<DumpSettings>,
    /// Streams that stay, are covered by no dump afterwards, and are not
    /// declared.
    pub undeclared: BTreeSet<StreamName>,
    /// What protects it, in words.
    pub held_by: Option<Arc<str>>,
    /// Why it stays whatever is allowed, if it does, and the way out: a stream
    /// it covers is not this estate's, or nobody knows whose it is.
    pub off_limits: Option<(String, String)>,
}

/// Why a live dump is deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// It is to go.
    Removal(Removal),
    /// Others take its streams over.
    ReplacedBy(Vec<Address>),
}

/// An object that needs something no plan can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The object.
    pub address: Address,
    /// Where it is declared.
    pub place: Option<Place>,
    /// What is in the way.
    pub reason: String,
    /// What the user can do.
    pub help: String,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The object.
    pub address: Address,
    /// The field, if it is about one.
    pub field: Option<Field>,
    /// Why.
    pub reason: String,
}

/// A declared dump that the service reports as failing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sick {
    /// The dump.
    pub address: Address,
    /// Its id.
    pub id: TransferId,
    /// Bucket it writes to.
    pub bucket: Option<BucketName>,
}
