//! Settings and ids as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::model::{
    Agency, BucketName, Days, DumpSettings, GroupId, Period, Slot, StorageFormat, StreamId, StreamName, StreamTtl,
    Tags, TimeZone, TransferId,
};

/// Settings of a dump. A key that is absent makes no statement; a block that is
/// `null` is unset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DumpSettingsDocument {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    obs_bucket_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    storage_format: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    switch_on: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dir_prefix_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prefix_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_zone: Option<SlotDocument<TimeZoneDocument>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encryption: Option<SlotDocument<EncryptionDocument>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agency: Option<SlotDocument<AgencyDocument>>,
}

/// A block that can be unset on purpose: `none`, or `is` with its value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum SlotDocument<T> {
    None,
    Is(T),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TimeZoneDocument {
    name: String,
    id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EncryptionDocument {
    kms_key_id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AgencyDocument {
    domain_id: String,
    domain_name: String,
    name: String,
    project_id: String,
}

impl DumpSettingsDocument {
    pub(crate) fn of(settings: &DumpSettings) -> Self {
        let DumpSettings {
            obs_bucket_name,
            storage_format,
            period,
            switch_on,
            dir_prefix_name,
            prefix_name,
            time_zone,
            encryption,
            agency,
        } = settings;
        let zone = |zone: &TimeZone| TimeZoneDocument { name: zone.name.to_string(), id: zone.id.to_string() };
        let key = |key: &Arc<str>| EncryptionDocument { kms_key_id: key.to_string() };
        let delegation = |agency: &Agency| AgencyDocument {
            domain_id: agency.domain_id.to_string(),
            domain_name: agency.domain_name.to_string(),
            name: agency.name.to_string(),
            project_id: agency.project_id.to_string(),
        };
        Self {
            obs_bucket_name: obs_bucket_name.as_ref().map(ToString::to_string),
            storage_format: storage_format.map(|format| format.to_string()),
            period: period.map(|period| period.to_string()),
            switch_on: *switch_on,
            dir_prefix_name: dir_prefix_name.as_ref().map(ToString::to_string),
            prefix_name: prefix_name.as_ref().map(ToString::to_string),
            time_zone: time_zone.as_ref().map(|slot| SlotDocument::of(slot, zone)),
            encryption: encryption.as_ref().map(|slot| SlotDocument::of(slot, key)),
            agency: agency.as_ref().map(|slot| SlotDocument::of(slot, delegation)),
        }
    }

    pub(crate) fn read(&self) -> Result<DumpSettings, Fault> {
        let format = |text: &String| {
            StorageFormat::parse(text).ok_or_else(|| Fault::value("storage_format", text, "a storage format"))
        };
        let period = |text: &String| Period::parse(text).ok_or_else(|| Fault::value("period", text, "a period"));
        let text = |text: &Option<String>| text.as_deref().map(Arc::from);
        let zone = |zone: &TimeZoneDocument| TimeZone { name: (*zone.name).into(), id: (*zone.id).into() };
        let delegation = |agency: &AgencyDocument| Agency {
            domain_id: (*agency.domain_id).into(),
            domain_name: (*agency.domain_name).into(),
            name: (*agency.name).into(),
            project_id: (*agency.project_id).into(),
        };
        Ok(DumpSettings {
            obs_bucket_name: self.obs_bucket_name.as_deref().map(BucketName::from_service),
            storage_format: self.storage_format.as_ref().map(format).transpose()?,
            period: self.period.as_ref().map(period).transpose()?,
            switch_on: self.switch_on,
            dir_prefix_name: text(&self.dir_prefix_name),
            prefix_name: text(&self.prefix_name),
            time_zone: self.time_zone.as_ref().map(|slot| slot.read(zone)),
            encryption: self.encryption.as_ref().map(|slot| slot.read(|key| Arc::from(key.kms_key_id.as_str()))),
            agency: self.agency.as_ref().map(|slot| slot.read(delegation)),
        })
    }
}

impl<T> SlotDocument<T> {
    fn of<M>(slot: &Slot<M>, write: impl Fn(&M) -> T) -> Self {
        match slot {
            Slot::Empty => Self::None,
            Slot::Filled(value) => Self::Is(write(value)),
        }
    }

    fn read<M>(&self, read: impl Fn(&T) -> M) -> Slot<M> {
        match self {
            Self::None => Slot::Empty,
            Self::Is(value) => Slot::Filled(read(value)),
        }
    }
}

/// Retention of a stream in the service's own spelling: -1 inherits.
pub(crate) fn write_ttl(ttl: StreamTtl) -> i64 {
    match ttl {
        StreamTtl::Inherit => -1,
        StreamTtl::Own(days) => i64::from(days.get()),
    }
}

pub(crate) fn read_ttl(ttl: i64) -> Result<StreamTtl, Fault> {
    match u32::try_from(ttl) {
        _ if ttl == -1 => Ok(StreamTtl::Inherit),
        Ok(days) => Ok(StreamTtl::Own(Days::from_service(days))),
        Err(_) => Err(Fault::value("ttl_in_days", &ttl.to_string(), "a retention")),
    }
}

pub(super) fn write_tags(tags: &Tags) -> BTreeMap<String, String> {
    tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

pub(super) fn write_names(names: &BTreeSet<StreamName>) -> BTreeSet<String> {
    names.iter().map(ToString::to_string).collect()
}

pub(super) fn read_names(names: &BTreeSet<String>) -> BTreeSet<StreamName> {
    names.iter().map(|name| StreamName::from_service(name)).collect()
}

pub(super) fn write_ids(ids: &BTreeSet<TransferId>) -> BTreeSet<String> {
    ids.iter().map(ToString::to_string).collect()
}

pub(super) fn read_ids(ids: &BTreeSet<String>) -> Result<BTreeSet<TransferId>, Fault> {
    ids.iter().map(|id| read_transfer_id(id)).collect()
}

pub(super) fn read_group_id(text: &str) -> Result<GroupId, Fault> {
    GroupId::parse(text).map_err(|_| Fault::value("log_group_id", text, "an id"))
}

pub(super) fn read_stream_id(text: &str) -> Result<StreamId, Fault> {
    StreamId::parse(text).map_err(|_| Fault::value("log_stream_id", text, "an id"))
}

pub(super) fn read_transfer_id(text: &str) -> Result<TransferId, Fault> {
    TransferId::parse(text).map_err(|_| Fault::value("log_transfer_id", text, "an id"))
}
