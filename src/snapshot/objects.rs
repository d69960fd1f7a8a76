//! Groups, streams and transfers in the document.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::unique;
use crate::model::{
    Address, Days, Field, GroupName, GroupSettings, Health, Listing, LiveDump, LiveGroup, LiveStream, StreamName,
    StreamSettings, Tags, TransferKind,
};
use crate::saved::{DumpSettingsDocument, write_ttl};

/// A list, and how completely it was read.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListDocument<T> {
    pub(super) completeness: Completeness,
    /// Why it is unread, if it is.
    pub(super) reason: Option<String>,
    /// What was seen of it.
    pub(super) items: Vec<T>,
}

/// How completely a list was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Completeness {
    /// Everything is there.
    Complete,
    /// It failed, was refused, or may have been cut.
    Unread,
    /// This edition has no such list.
    NotOffered,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupDocument {
    pub(super) name: String,
    pub(super) id: String,
    /// Null where it is not shown.
    pub(super) ttl_in_days: Option<u32>,
    /// Null where they were not understood, or are not shown.
    #[serde(default, deserialize_with = "unique::maybe_texts")]
    pub(super) tags: Option<BTreeMap<String, String>>,
    pub(super) enterprise_project_id: Option<String>,
    /// Streams in the order of their names.
    pub(super) streams: ListDocument<StreamDocument>,
    /// Transfers in the order of their ids.
    pub(super) transfers: ListDocument<TransferDocument>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamDocument {
    pub(super) name: String,
    pub(super) id: String,
    /// -1 inherits; null where it is not shown.
    pub(super) ttl_in_days: Option<i64>,
    #[serde(default, deserialize_with = "unique::maybe_texts")]
    pub(super) tags: Option<BTreeMap<String, String>>,
    pub(super) enterprise_project_name: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TransferDocument {
    pub(super) id: String,
    /// `OBS`, `DIS`, `DMS`, or what the service says.
    pub(super) kind: String,
    /// Streams it covers, in the order of their ids.
    pub(super) streams: Vec<CoveredDocument>,
    pub(super) settings: DumpSettingsDocument,
    /// Fields with values that are not known, as the service spells them.
    #[serde(deserialize_with = "unique::texts")]
    pub(super) unreadable: BTreeMap<String, String>,
    pub(super) health: HealthDocument,
    /// Fields that are not managed, as JSON text.
    #[serde(deserialize_with = "unique::texts")]
    pub(super) carried: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CoveredDocument {
    pub(super) id: String,
    pub(super) name: String,
}

/// Whether a dump works.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum HealthDocument {
    Fine,
    Exception,
}

/// A name that more than one object bears.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AmbiguousDocument {
    pub(super) group: String,
    /// The stream, if it is not the group.
    pub(super) stream: Option<String>,
    pub(super) reason: String,
}

impl AmbiguousDocument {
    pub(super) fn address(&self) -> Address {
        let group = GroupName::from_service(&self.group);
        match &self.stream {
            None => Address::Group(group),
            Some(stream) => Address::Stream(group, StreamName::from_service(stream)),
        }
    }
}

impl<T> ListDocument<T> {
    fn of<L>(list: &Listing<L>, write: impl Fn(&L) -> Vec<T>) -> Self {
        match list {
            Listing::Complete(items) => {
                Self { completeness: Completeness::Complete, reason: None, items: write(items) }
            }
            Listing::Unread(reason, items) => {
                Self { completeness: Completeness::Unread, reason: Some(reason.to_string()), items: write(items) }
            }
            Listing::NotOffered => Self { completeness: Completeness::NotOffered, reason: None, items: Vec::new() },
        }
    }
}

impl GroupDocument {
    pub(super) fn of(name: &GroupName, group: &LiveGroup) -> Self {
        let LiveGroup { id, settings: GroupSettings { ttl, tags, enterprise_project_id }, streams, dumps } = group;
        Self {
            name: name.to_string(),
            id: id.to_string(),
            ttl_in_days: ttl.map(Days::get),
            tags: tags.as_ref().map(write_tags),
            enterprise_project_id: enterprise_project_id.as_deref().map(str::to_owned),
            streams: ListDocument::of(streams, |streams| {
                streams.iter().map(|(name, stream)| StreamDocument::of(name, stream)).collect()
            }),
            transfers: ListDocument::of(dumps, |dumps| dumps.iter().map(TransferDocument::of).collect()),
        }
    }
}

impl StreamDocument {
    fn of(name: &StreamName, stream: &LiveStream) -> Self {
        let LiveStream { id, settings: StreamSettings { ttl, tags, enterprise_project_name } } = stream;
        Self {
            name: name.to_string(),
            id: id.to_string(),
            ttl_in_days: ttl.map(write_ttl),
            tags: tags.as_ref().map(write_tags),
            enterprise_project_name: enterprise_project_name.as_deref().map(str::to_owned),
        }
    }
}

impl TransferDocument {
    fn of(dump: &LiveDump) -> Self {
        let LiveDump { id, kind, streams, settings, unreadable, health, carried } = dump;
        let covered = |(id, name): (&crate::model::StreamId, &StreamName)| CoveredDocument {
            id: id.to_string(),
            name: name.to_string(),
        };
        Self {
            id: id.to_string(),
            kind: kind.to_string(),
            streams: streams.iter().map(covered).collect(),
            settings: DumpSettingsDocument::of(settings),
            unreadable: unreadable.iter().map(|(field, text)| (field.to_string(), text.to_string())).collect(),
            health: match health {
                Health::Fine => HealthDocument::Fine,
                Health::Exception => HealthDocument::Exception,
            },
            carried: carried.iter().map(|(key, text)| (key.to_string(), text.to_string())).collect(),
        }
    }

    pub(super) fn kind(&self) -> TransferKind {
        match self.kind.as_str() {
            "OBS" => TransferKind::Obs,
            "DIS" => TransferKind::Dis,
            "DMS" => TransferKind::Dms,
            other => TransferKind::Other(other.into()),
        }
    }

    pub(super) fn health(&self) -> Health {
        match self.health {
            HealthDocument::Fine => Health::Fine,
            HealthDocument::Exception => Health::Exception,
        }
    }

    pub(super) fn field(text: &str) -> Option<Field> {
        Field::parse(text)
    }
}

fn write_tags(tags: &Tags) -> BTreeMap<String, String> {
    tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}
