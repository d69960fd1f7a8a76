//! Calls as JSON. What is not understood is refused: a call that is sent with
//! half of what was meant is another call.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::settings::{
    DumpSettingsDocument, read_group_id, read_stream_id, read_transfer_id, read_ttl, write_tags, write_ttl,
};
use crate::model::{Bearer, Days, GroupName, StreamName, Tags};
use crate::plan::{Call, Ref};

/// One request of a step. An id that is absent is that of an object which an
/// earlier step makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "operation", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum CallDocument {
    CreateGroup {
        log_group_name: String,
        ttl_in_days: u32,
        tags: BTreeMap<String, String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        enterprise_project_id: Option<String>,
    },
    UpdateGroup {
        log_group_id: String,
        ttl_in_days: u32,
    },
    DeleteGroup {
        log_group_id: String,
    },
    CreateStream {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log_group_id: Option<String>,
        log_stream_name: String,
        /// -1 inherits.
        ttl_in_days: i64,
        tags: BTreeMap<String, String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        enterprise_project_name: Option<String>,
    },
    UpdateStream {
        log_group_id: String,
        log_stream_id: String,
        /// -1 inherits.
        ttl_in_days: i64,
    },
    DeleteStream {
        log_group_id: String,
        log_stream_id: String,
    },
    CreateDump {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log_group_id: Option<String>,
        /// Ids by name; `null` where an earlier step makes the stream.
        log_streams: BTreeMap<String, Option<String>>,
        settings: DumpSettingsDocument,
    },
    UpdateDump {
        log_transfer_id: String,
        settings: DumpSettingsDocument,
        /// Detail fields sent back as they were, as JSON text.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        carried: BTreeMap<String, String>,
    },
    DeleteDump {
        log_transfer_id: String,
    },
    AddTags {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log_group_id: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log_stream_id: Option<String>,
        tags: BTreeMap<String, String>,
    },
    RemoveTags {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log_group_id: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log_stream_id: Option<String>,
        tags: BTreeMap<String, String>,
    },
}

impl CallDocument {
    pub(super) fn of(call: &Call) -> Self {
        let text = |text: &Option<Arc<str>>| text.as_ref().map(ToString::to_string);
        match call {
            Call::CreateGroup { name, ttl, tags, enterprise_project_id } => Self::CreateGroup {
                log_group_name: name.to_string(),
                ttl_in_days: ttl.get(),
                tags: write_tags(tags),
                enterprise_project_id: text(enterprise_project_id),
            },
            Call::UpdateGroup { group, ttl } => {
                Self::UpdateGroup { log_group_id: group.to_string(), ttl_in_days: ttl.get() }
            }
            Call::DeleteGroup { group } => Self::DeleteGroup { log_group_id: group.to_string() },
            Call::CreateStream { group, name, ttl, tags, enterprise_project_name } => Self::CreateStream {
                log_group_id: write_ref(group),
                log_stream_name: name.to_string(),
                ttl_in_days: write_ttl(*ttl),
                tags: write_tags(tags),
                enterprise_project_name: text(enterprise_project_name),
            },
            Call::UpdateStream { group, stream, ttl } => Self::UpdateStream {
                log_group_id: group.to_string(),
                log_stream_id: stream.to_string(),
                ttl_in_days: write_ttl(*ttl),
            },
            Call::DeleteStream { group, stream } => {
                Self::DeleteStream { log_group_id: group.to_string(), log_stream_id: stream.to_string() }
            }
            Call::CreateDump { group, streams, settings } => Self::CreateDump {
                log_group_id: write_ref(group),
                log_streams: streams.iter().map(|(name, id)| (name.to_string(), write_ref(id))).collect(),
                settings: DumpSettingsDocument::of(settings),
            },
            Call::UpdateDump { dump, settings, carried } => Self::UpdateDump {
                log_transfer_id: dump.to_string(),
                settings: DumpSettingsDocument::of(settings),
                carried: carried.iter().map(|(key, json)| (key.to_string(), json.to_string())).collect(),
            },
            Call::DeleteDump { dump } => Self::DeleteDump { log_transfer_id: dump.to_string() },
            Call::AddTags { bearer, tags } => {
                let (log_group_id, log_stream_id) = write_bearer(bearer);
                Self::AddTags { log_group_id, log_stream_id, tags: write_tags(tags) }
            }
            Call::RemoveTags { bearer, tags } => {
                let (log_group_id, log_stream_id) = write_bearer(bearer);
                Self::RemoveTags { log_group_id, log_stream_id, tags: write_tags(tags) }
            }
        }
    }

    pub(super) fn read(&self) -> Result<Call, Fault> {
        let text = |text: &Option<String>| text.as_deref().map(Arc::from);
        Ok(match self {
            Self::CreateGroup { log_group_name, ttl_in_days, tags, enterprise_project_id } => Call::CreateGroup {
                name: GroupName::parse(log_group_name)
                    .map_err(|_| Fault::value("log_group_name", log_group_name, "a name for a new log group"))?,
                ttl: Days::declare(i64::from(*ttl_in_days))
                    .map_err(|_| Fault::value("ttl_in_days", &ttl_in_days.to_string(), "a retention"))?,
                tags: Tags::from_iter(tags),
                enterprise_project_id: text(enterprise_project_id),
            },
            Self::UpdateGroup { log_group_id, ttl_in_days } => {
                Call::UpdateGroup { group: read_group_id(log_group_id)?, ttl: Days::from_service(*ttl_in_days) }
            }
            Self::DeleteGroup { log_group_id } => Call::DeleteGroup { group: read_group_id(log_group_id)? },
            Self::CreateStream { log_group_id, log_stream_name, ttl_in_days, tags, enterprise_project_name } => {
                Call::CreateStream {
                    group: read_ref(log_group_id, read_group_id)?,
                    name: StreamName::parse(log_stream_name)
                        .map_err(|_| Fault::value("log_stream_name", log_stream_name, "a name for a new log stream"))?,
                    ttl: read_ttl(*ttl_in_days)?,
                    tags: Tags::from_iter(tags),
                    enterprise_project_name: text(enterprise_project_name),
                }
            }
            Self::UpdateStream { log_group_id, log_stream_id, ttl_in_days } => Call::UpdateStream {
                group: read_group_id(log_group_id)?,
                stream: read_stream_id(log_stream_id)?,
                ttl: read_ttl(*ttl_in_days)?,
            },
            Self::DeleteStream { log_group_id, log_stream_id } => {
                Call::DeleteStream { group: read_group_id(log_group_id)?, stream: read_stream_id(log_stream_id)? }
            }
            Self::CreateDump { log_group_id, log_streams, settings } => Call::CreateDump {
                group: read_ref(log_group_id, read_group_id)?,
                streams: log_streams
                    .iter()
                    .map(|(name, id)| Ok((StreamName::from_service(name), read_ref(id, read_stream_id)?)))
                    .collect::<Result<_, Fault>>()?,
                settings: Box::new(settings.read()?),
            },
            Self::UpdateDump { log_transfer_id, settings, carried } => Call::UpdateDump {
                dump: read_transfer_id(log_transfer_id)?,
                settings: Box::new(settings.read()?),
                carried: read_carried(carried)?,
            },
            Self::DeleteDump { log_transfer_id } => Call::DeleteDump { dump: read_transfer_id(log_transfer_id)? },
            Self::AddTags { log_group_id, log_stream_id, tags } => {
                Call::AddTags { bearer: read_bearer(log_group_id, log_stream_id)?, tags: Tags::from_iter(tags) }
            }
            Self::RemoveTags { log_group_id, log_stream_id, tags } => {
                Call::RemoveTags { bearer: read_bearer(log_group_id, log_stream_id)?, tags: Tags::from_iter(tags) }
            }
        })
    }
}

fn write_ref<Id: ToString>(reference: &Ref<Id>) -> Option<String> {
    match reference {
        Ref::Live(id) => Some(id.to_string()),
        Ref::Planned => None,
    }
}

fn read_ref<Id>(text: &Option<String>, read: impl Fn(&str) -> Result<Id, Fault>) -> Result<Ref<Id>, Fault> {
    text.as_deref().map_or(Ok(Ref::Planned), |text| read(text).map(Ref::Live))
}

fn write_bearer(bearer: &Bearer) -> (Option<String>, Option<String>) {
    match bearer {
        Bearer::Group(id) => (Some(id.to_string()), None),
        Bearer::Stream(id) => (None, Some(id.to_string())),
    }
}

fn read_bearer(group: &Option<String>, stream: &Option<String>) -> Result<Bearer, Fault> {
    match (group, stream) {
        (Some(group), None) => read_group_id(group).map(Bearer::Group),
        (None, Some(stream)) => read_stream_id(stream).map(Bearer::Stream),
        _ => Err(Fault::Reference("the bearer of tags")),
    }
}

/// What is sent back unseen must at least be JSON, or the body would not be.
fn read_carried(carried: &BTreeMap<String, String>) -> Result<BTreeMap<Arc<str>, Arc<str>>, Fault> {
    carried
        .iter()
        .map(|(key, json)| match serde_json::from_str::<serde::de::IgnoredAny>(json) {
            Ok(_) => Ok((Arc::from(key.as_str()), Arc::from(json.as_str()))),
            Err(_) => Err(Fault::value("carried", json, "a detail field as it was read")),
        })
        .collect()
}
