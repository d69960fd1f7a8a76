//! The objects of a project in a shape that is easy to read and to write by
//! hand: what `GET` and `PUT /emulator/state` speak, and tests start from.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::state::{Group, Stream, Tags, Transfer, TransferKind, TransferStream, completed};

/// The objects of one project.
///
/// Seeding does not check what a request would be checked for: quotas, names,
/// two dumps of one stream. So a test can start from what should not be.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Estate {
    /// Groups by name.
    pub groups: BTreeMap<String, EstateGroup>,
}

/// A group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EstateGroup {
    /// 36 characters; made up where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name the console gave it since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Days; 7 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_in_days: Option<u32>,
    /// Milliseconds since 1970; now where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_time: Option<i64>,
    /// `0` where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise_project_id: Option<String>,
    /// Tags without those of the system.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Streams by name; `null` is a stream of which nothing is said.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub streams: BTreeMap<String, Option<EstateStream>>,
    /// Transfers of streams of this group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<EstateTransfer>,
}

/// A stream.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EstateStream {
    /// 36 characters; made up where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name the console gave it since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Days; the group's where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_in_days: Option<u32>,
    /// Milliseconds since 1970; now where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_time: Option<i64>,
    /// The group's where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise_project_id: Option<String>,
    /// Tags without those of the system.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// A transfer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EstateTransfer {
    /// 36 characters; made up where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `OBS`, `DIS` or `DMS`; `OBS` where it is left out.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The names of its streams.
    pub streams: Vec<String>,
    /// `ENABLE`, `DISABLE` or `EXCEPTION`; `ENABLE` where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `RAW` or `JSON`; `RAW` where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_format: Option<String>,
    /// Milliseconds since 1970; now where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_time: Option<i64>,
    /// What a read shows as `log_agency_transfer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agency: Option<Map<String, Value>>,
    /// Short for `detail.obs_bucket_name`; not written by `GET`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub obs_bucket_name: Option<String>,
    /// Short for `detail.obs_period` and `obs_period_unit`, such as `1hour`;
    /// `3hour` where neither is given. Not written by `GET`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Short for `detail.obs_dir_pre_fix_name`; not written by `GET`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dir_prefix_name: Option<String>,
    /// Short for `detail.obs_prefix_name`; not written by `GET`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix_name: Option<String>,
    /// What a read shows as `log_transfer_detail`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub detail: Map<String, Value>,
}

/// Why an estate cannot be put in place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EstateError {
    /// A transfer names a stream that is not in its group.
    #[error("a transfer of group `{group}` names the stream `{stream}`, which is not in that group")]
    NoStream {
        /// The group.
        group: String,
        /// The stream.
        stream: String,
    },
    /// A transfer is of no kind there is.
    #[error("`{0}` is no type of transfer: expected `OBS`, `DIS` or `DMS`")]
    NoKind(String),
    /// A period is none of the service's.
    #[error("`{0}` is no period: expected a number and `min` or `hour`, such as `1hour`")]
    NoPeriod(String),
    /// Two objects have one id.
    #[error("the id `{0}` is given twice")]
    TwiceTheId(String),
}

/// What an estate needs from outside to become objects.
pub(crate) struct Birth<'a> {
    pub(crate) region: &'a str,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
    pub(crate) fresh_id: &'a mut dyn FnMut() -> String,
    pub(crate) sequence: u64,
    pub(crate) ids: BTreeSet<String>,
}

impl Estate {
    pub(crate) fn of(groups: &[Group], transfers: &[Transfer]) -> Self {
        let shown = |group: &Group| {
            let own = transfers.iter().filter(|transfer| transfer.group_id == group.id);
            (group.name.clone(), EstateGroup::of(group, own.map(EstateTransfer::of).collect()))
        };
        Self { groups: groups.iter().map(shown).collect() }
    }

    pub(crate) fn build(&self, birth: &mut Birth<'_>) -> Result<(Vec<Group>, Vec<Transfer>), EstateError> {
        let (mut groups, mut transfers) = (Vec::new(), Vec::new());
        for (name, seed) in &self.groups {
            let group = seed.build(name, birth)?;
            for transfer in &seed.transfers {
                transfers.push(transfer.build(&group, birth)?);
            }
            groups.push(group);
        }
        Ok((groups, transfers))
    }
}

impl EstateGroup {
    fn of(group: &Group, transfers: Vec<EstateTransfer>) -> Self {
        Self {
            id: Some(group.id.clone()),
            alias: group.alias.clone(),
            ttl_in_days: Some(group.ttl_in_days),
            creation_time: Some(group.creation_time),
            enterprise_project_id: Some(group.enterprise_project_id.clone()),
            tags: group.tags.map().clone(),
            streams: group.streams.iter().map(|stream| (stream.name.clone(), Some(EstateStream::of(stream)))).collect(),
            transfers,
        }
    }

    fn build(&self, name: &str, birth: &mut Birth<'_>) -> Result<Group, EstateError> {
        let mut group = Group {
            sequence: birth.next(),
            id: birth.id(self.id.as_deref())?,
            name: name.to_owned(),
            alias: self.alias.clone(),
            ttl_in_days: self.ttl_in_days.unwrap_or(7),
            creation_time: self.creation_time.unwrap_or(birth.now),
            enterprise_project_id: self.enterprise_project_id.clone().unwrap_or_else(|| "0".to_owned()),
            tags: Tags::from(self.tags.clone()),
            streams: Vec::new(),
        };
        for (name, seed) in &self.streams {
            let seed = seed.clone().unwrap_or_default();
            group.streams.push(Stream {
                sequence: birth.next(),
                id: birth.id(seed.id.as_deref())?,
                name: name.clone(),
                alias: seed.alias,
                ttl_in_days: seed.ttl_in_days,
                creation_time: seed.creation_time.unwrap_or(birth.now),
                enterprise_project_id: seed
                    .enterprise_project_id
                    .unwrap_or_else(|| group.enterprise_project_id.clone()),
                whether_log_storage: true,
                tags: Tags::from(seed.tags),
                lines: Vec::new(),
            });
        }
        Ok(group)
    }
}

impl EstateStream {
    fn of(stream: &Stream) -> Self {
        Self {
            id: Some(stream.id.clone()),
            alias: stream.alias.clone(),
            ttl_in_days: stream.ttl_in_days,
            creation_time: Some(stream.creation_time),
            enterprise_project_id: Some(stream.enterprise_project_id.clone()),
            tags: stream.tags.map().clone(),
        }
    }
}

impl EstateTransfer {
    fn of(transfer: &Transfer) -> Self {
        Self {
            id: Some(transfer.id.clone()),
            kind: Some(transfer.kind.as_str().to_owned()),
            streams: transfer.streams.iter().map(|stream| stream.log_stream_name.clone()).collect(),
            status: Some(transfer.status.clone()),
            storage_format: Some(transfer.storage_format.clone()),
            create_time: Some(transfer.create_time),
            agency: transfer.agency.clone(),
            detail: transfer.detail.clone(),
            ..Self::default()
        }
    }

    pub(crate) fn build(&self, group: &Group, birth: &mut Birth<'_>) -> Result<Transfer, EstateError> {
        let kind = self.kind.as_deref().unwrap_or("OBS");
        let kind = TransferKind::parse(kind).ok_or_else(|| EstateError::NoKind(kind.to_owned()))?;
        let mut streams = Vec::with_capacity(self.streams.len());
        for name in &self.streams {
            let found = group.streams.iter().find(|stream| stream.name == *name);
            let found =
                found.ok_or_else(|| EstateError::NoStream { group: group.name.clone(), stream: name.clone() })?;
            streams.push(TransferStream { log_stream_id: found.id.clone(), log_stream_name: name.clone() });
        }
        let detail = if kind == TransferKind::Obs { self.obs_detail()? } else { self.detail.clone() };
        Ok(Transfer {
            sequence: birth.next(),
            id: birth.id(self.id.as_deref())?,
            group_id: group.id.clone(),
            streams,
            kind,
            mode: kind.mode().to_owned(),
            storage_format: self.storage_format.clone().unwrap_or_else(|| "RAW".to_owned()),
            status: self.status.clone().unwrap_or_else(|| "ENABLE".to_owned()),
            create_time: self.create_time.unwrap_or(birth.now),
            agency: self.agency.clone(),
            detail: completed(detail, kind, birth.region),
        })
    }

    fn obs_detail(&self) -> Result<Map<String, Value>, EstateError> {
        let mut detail = self.detail.clone();
        let texts = [
            ("obs_bucket_name", &self.obs_bucket_name),
            ("obs_dir_pre_fix_name", &self.dir_prefix_name),
            ("obs_prefix_name", &self.prefix_name),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                detail.insert(name.to_owned(), text.as_str().into());
            }
        }
        if self.period.is_some() || !detail.contains_key("obs_period") {
            let period = self.period.as_deref().unwrap_or("3hour");
            let unit = period.trim_start_matches(|letter: char| letter.is_ascii_digit());
            let number = period.strip_suffix(unit).and_then(|number| number.parse::<u32>().ok());
            let number = number
                .filter(|_| matches!(unit, "min" | "hour"))
                .ok_or_else(|| EstateError::NoPeriod(period.to_owned()))?;
            detail.insert("obs_period".to_owned(), number.into());
            detail.insert("obs_period_unit".to_owned(), unit.into());
        }
        Ok(detail)
    }
}

impl Birth<'_> {
    fn next(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    fn id(&mut self, given: Option<&str>) -> Result<String, EstateError> {
        let id = given.map_or_else(|| (self.fresh_id)(), str::to_owned);
        if self.ids.insert(id.clone()) { Ok(id) } else { Err(EstateError::TwiceTheId(id)) }
    }
}
