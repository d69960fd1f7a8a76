//! Calls with every id filled in.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::settle::Parent;
use crate::model::{
    Ability, Bearer, Days, DumpSettings, GroupId, GroupName, StreamId, StreamName, StreamTtl, Tags, TransferId,
};
use crate::plan::{Call, Ref};

/// A call that can be sent as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadyCall {
    /// See [`Call::CreateGroup`].
    CreateGroup {
        /// Its name.
        name: GroupName,
        /// Retention in days.
        ttl: Days,
        /// Tags, markers included.
        tags: Tags,
        /// Enterprise project.
        enterprise_project_id: Option<Arc<str>>,
    },
    /// See [`Call::UpdateGroup`].
    UpdateGroup {
        /// The group.
        group: GroupId,
        /// New retention in days.
        ttl: Days,
    },
    /// See [`Call::DeleteGroup`].
    DeleteGroup {
        /// The group.
        group: GroupId,
    },
    /// See [`Call::CreateStream`].
    CreateStream {
        /// Its group.
        group: GroupId,
        /// The group's name.
        group_name: GroupName,
        /// Its name.
        name: StreamName,
        /// Retention.
        ttl: StreamTtl,
        /// Tags, markers included.
        tags: Tags,
        /// Name of the enterprise project.
        enterprise_project_name: Option<Arc<str>>,
    },
    /// See [`Call::UpdateStream`].
    UpdateStream {
        /// Its group.
        group: GroupId,
        /// The stream.
        stream: StreamId,
        /// New retention.
        ttl: StreamTtl,
    },
    /// See [`Call::DeleteStream`].
    DeleteStream {
        /// Its group.
        group: GroupId,
        /// The stream.
        stream: StreamId,
    },
    /// See [`Call::CreateDump`].
    CreateDump {
        /// The group.
        group: GroupId,
        /// Its name.
        group_name: GroupName,
        /// Streams it covers.
        streams: BTreeMap<StreamId, StreamName>,
        /// Its settings.
        settings: Box<DumpSettings>,
        /// Whether transfers can be listed here, and created by their own call.
        transfers: Ability,
    },
    /// See [`Call::UpdateDump`].
    UpdateDump {
        /// The dump.
        dump: TransferId,
        /// All settings.
        settings: Box<DumpSettings>,
        /// Detail fields sent back as they were.
        carried: BTreeMap<Arc<str>, Arc<str>>,
    },
    /// See [`Call::DeleteDump`].
    DeleteDump {
        /// The dump.
        dump: TransferId,
    },
    /// See [`Call::AddTags`].
    AddTags {
        /// Group or stream.
        bearer: Bearer,
        /// Keys with their new values.
        tags: Tags,
    },
    /// See [`Call::RemoveTags`].
    RemoveTags {
        /// Group or stream.
        bearer: Bearer,
        /// Keys with their old values.
        tags: Tags,
    },
}

/// What a call leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// Nothing to remember.
    Plain,
    /// A group with this id.
    Group(GroupId),
    /// A stream with this id.
    Stream(StreamId),
    /// A dump with this id.
    Dump(TransferId),
}

impl ReadyCall {
    /// Says whether the call makes something.
    #[must_use]
    pub fn is_creation(&self) -> bool {
        matches!(self, Self::CreateGroup { .. } | Self::CreateStream { .. } | Self::CreateDump { .. })
    }

    /// Says whether the call removes an object.
    #[must_use]
    pub fn is_deletion(&self) -> bool {
        matches!(self, Self::DeleteGroup { .. } | Self::DeleteStream { .. } | Self::DeleteDump { .. })
    }

    /// Says whether its object cannot be looked at in this edition.
    #[must_use]
    pub fn is_unlistable(&self) -> bool {
        matches!(self, Self::CreateDump { transfers: Ability::Missing, .. })
    }
}

/// The ids of what this run created.
#[derive(Debug, Default)]
pub(super) struct Created {
    groups: BTreeMap<GroupName, GroupId>,
    streams: BTreeMap<(GroupName, StreamName), StreamId>,
}

impl Created {
    pub(super) fn remember(&mut self, group: &GroupName, call: &ReadyCall, done: &Done) {
        match (call, done) {
            (ReadyCall::CreateGroup { name, .. }, Done::Group(id)) => {
                self.groups.insert(name.clone(), id.clone());
            }
            (ReadyCall::CreateStream { name, .. }, Done::Stream(id)) => {
                self.streams.insert((group.clone(), name.clone()), id.clone());
            }
            _ => {}
        }
    }

    /// Says whether what a call is below was made by this run.
    pub(super) fn parent_of(&self, group_name: &GroupName, call: &ReadyCall) -> Parent {
        let new_stream = |name: &StreamName| self.streams.contains_key(&(group_name.clone(), name.clone()));
        let new = match call {
            ReadyCall::CreateStream { .. } => self.groups.contains_key(group_name),
            ReadyCall::CreateDump { streams, .. } => {
                self.groups.contains_key(group_name) || streams.values().any(new_stream)
            }
            _ => false,
        };
        if new { Parent::New } else { Parent::Old }
    }

    /// Fills in the ids of a call; nothing when one of them is not known, which
    /// a checked plan does not let happen.
    pub(super) fn fill_in(&self, group_name: &GroupName, call: &Call, transfers: Ability) -> Option<ReadyCall> {
        let group_id = |reference: &Ref<GroupId>| match reference {
            Ref::Live(id) => Some(id.clone()),
            Ref::Planned => self.groups.get(group_name).cloned(),
        };
        Some(match call.clone() {
            Call::CreateGroup { name, ttl, tags, enterprise_project_id } => {
                ReadyCall::CreateGroup { name, ttl, tags, enterprise_project_id }
            }
            Call::UpdateGroup { group, ttl } => ReadyCall::UpdateGroup { group, ttl },
            Call::DeleteGroup { group } => ReadyCall::DeleteGroup { group },
            Call::CreateStream { group, name, ttl, tags, enterprise_project_name } => {
                let group_name = group_name.clone();
                ReadyCall::CreateStream {
                    group: group_id(&group)?,
                    group_name,
                    name,
                    ttl,
                    tags,
                    enterprise_project_name,
                }
            }
            Call::UpdateStream { group, stream, ttl } => ReadyCall::UpdateStream { group, stream, ttl },
            Call::DeleteStream { group, stream } => ReadyCall::DeleteStream { group, stream },
            Call::CreateDump { group, streams, settings } => {
                let stream_id = |(name, reference): (StreamName, Ref<StreamId>)| match reference {
                    Ref::Live(id) => Some((id, name)),
                    Ref::Planned => {
                        let id = self.streams.get(&(group_name.clone(), name.clone()))?.clone();
                        Some((id, name))
                    }
                };
                ReadyCall::CreateDump {
                    group: group_id(&group)?,
                    group_name: group_name.clone(),
                    streams: streams.into_iter().map(stream_id).collect::<Option<_>>()?,
                    settings,
                    transfers,
                }
            }
            Call::UpdateDump { dump, settings, carried } => ReadyCall::UpdateDump { dump, settings, carried },
            Call::DeleteDump { dump } => ReadyCall::DeleteDump { dump },
            Call::AddTags { bearer, tags } => ReadyCall::AddTags { bearer, tags },
            Call::RemoveTags { bearer, tags } => ReadyCall::RemoveTags { bearer, tags },
        })
    }
}
