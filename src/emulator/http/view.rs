//! How objects look in answers, borrowed from the state: nothing is copied.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::super::state::{Group, Project, Stream, Tags, Transfer, TransferStream};

/// The system tag that every group and stream of today carries (facts page
/// 6.3).
const SYSTEM_TAG: &str = "_sys_enterprise_project_id";

/// A group in a list.
#[derive(Serialize)]
pub(crate) struct GroupView<'a> {
    creation_time: i64,
    log_group_id: &'a str,
    log_group_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_group_name_alias: Option<&'a str>,
    tag: TagView<'a>,
    ttl_in_days: u32,
}

/// A group of the seed's edition `[SEED:634-641]`: tags can be read, but there
/// is none of the system, and the example of a group without any has no `tag`.
#[derive(Serialize)]
pub(crate) struct SeedGroupView<'a> {
    creation_time: i64,
    log_group_id: &'a str,
    log_group_name: &'a str,
    #[serde(skip_serializing_if = "SeedTagView::is_empty")]
    tag: SeedTagView<'a>,
    ttl_in_days: u32,
}

/// A stream in a list (facts page 5.8).
#[derive(Serialize)]
pub(crate) struct StreamView<'a> {
    auth_web_tracking: bool,
    creation_time: i64,
    filter_count: u32,
    hot_cold_separation: bool,
    hot_storage_days: i32,
    is_favorite: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_group_id: Option<&'a str>,
    log_stream_id: &'a str,
    log_stream_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_stream_name_alias: Option<&'a str>,
    tag: TagView<'a>,
    ttl_in_days: i64,
    whether_log_storage: bool,
}

/// A stream of the seed's edition, whose ttl cannot be read `[SEED:1060-1067]`.
#[derive(Serialize)]
pub(crate) struct SeedStreamView<'a> {
    creation_time: i64,
    filter_count: u32,
    log_stream_id: &'a str,
    log_stream_name: &'a str,
    tag: SeedTagView<'a>,
}

/// A transfer, in lists and as the answer of everything done to it.
#[derive(Serialize)]
pub(crate) struct TransferView<'a> {
    log_group_id: &'a str,
    log_group_name: &'a str,
    log_streams: &'a [TransferStream],
    log_transfer_id: &'a str,
    log_transfer_info: TransferInfo<'a>,
}

#[derive(Serialize)]
struct TransferInfo<'a> {
    log_agency_transfer: Option<&'a Map<String, Value>>,
    log_create_time: i64,
    log_storage_format: &'a str,
    log_transfer_detail: &'a Map<String, Value>,
    log_transfer_mode: &'a str,
    log_transfer_status: &'a str,
    log_transfer_type: &'a str,
}

struct TagView<'a> {
    tags: &'a Tags,
    enterprise_project_id: &'a str,
}

struct SeedTagView<'a>(&'a Tags);

impl<'a> GroupView<'a> {
    pub(crate) fn of(group: &'a Group) -> Self {
        Self {
            creation_time: group.creation_time,
            log_group_id: &group.id,
            log_group_name: &group.name,
            log_group_name_alias: group.alias.as_deref(),
            tag: TagView { tags: &group.tags, enterprise_project_id: &group.enterprise_project_id },
            ttl_in_days: group.ttl_in_days,
        }
    }
}

impl<'a> SeedGroupView<'a> {
    pub(crate) fn of(group: &'a Group) -> Self {
        Self {
            creation_time: group.creation_time,
            log_group_id: &group.id,
            log_group_name: &group.name,
            tag: SeedTagView(&group.tags),
            ttl_in_days: group.ttl_in_days,
        }
    }
}

impl<'a> StreamView<'a> {
    pub(crate) fn of(stream: &'a Stream, group: Option<&'a Group>) -> Self {
        Self {
            auth_web_tracking: false,
            creation_time: stream.creation_time,
            filter_count: 0,
            hot_cold_separation: false,
            hot_storage_days: -1,
            is_favorite: false,
            log_group_id: group.map(|group| group.id.as_str()),
            log_stream_id: &stream.id,
            log_stream_name: &stream.name,
            log_stream_name_alias: stream.alias.as_deref(),
            tag: TagView { tags: &stream.tags, enterprise_project_id: &stream.enterprise_project_id },
            ttl_in_days: shown_ttl(stream),
            whether_log_storage: stream.whether_log_storage,
        }
    }
}

impl<'a> SeedStreamView<'a> {
    pub(crate) fn of(stream: &'a Stream) -> Self {
        Self {
            creation_time: stream.creation_time,
            filter_count: 0,
            log_stream_id: &stream.id,
            log_stream_name: &stream.name,
            tag: SeedTagView(&stream.tags),
        }
    }
}

impl<'a> TransferView<'a> {
    pub(crate) fn of(transfer: &'a Transfer, project: &'a Project) -> Self {
        Self {
            log_group_id: &transfer.group_id,
            log_group_name: project.group(&transfer.group_id).map_or("", |group| &group.name),
            log_streams: &transfer.streams,
            log_transfer_id: &transfer.id,
            log_transfer_info: TransferInfo {
                log_agency_transfer: transfer.agency.as_ref(),
                log_create_time: transfer.create_time,
                log_storage_format: &transfer.storage_format,
                log_transfer_detail: &transfer.detail,
                log_transfer_mode: &transfer.mode,
                log_transfer_status: &transfer.status,
                log_transfer_type: transfer.kind.as_str(),
            },
        }
    }
}

/// Returns a stream's ttl as it reads: -1 where it follows its group.
pub(crate) fn shown_ttl(stream: &Stream) -> i64 {
    stream.ttl_in_days.map_or(-1, i64::from)
}

impl Serialize for TagView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(SYSTEM_TAG, self.enterprise_project_id)?;
        for (key, value) in self.tags.read() {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl SeedTagView<'_> {
    fn is_empty(&self) -> bool {
        self.0.map().is_empty()
    }
}

impl Serialize for SeedTagView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.read())
    }
}
