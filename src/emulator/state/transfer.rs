//! Transfers, of which OBS dumps are one kind (facts pages 5.13 to 5.17).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::config::UnlistedBuckets;
use super::super::refusal::Refusal;
use super::super::rules;
use super::{Key, World};

/// A transfer of the lines of some streams of one group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Transfer {
    pub(crate) sequence: u64,
    pub(crate) id: String,
    pub(crate) group_id: String,
    pub(crate) streams: Vec<TransferStream>,
    pub(crate) kind: TransferKind,
    pub(crate) mode: String,
    pub(crate) storage_format: String,
    /// `ENABLE`, `DISABLE`, or `EXCEPTION`, which only the service sets.
    pub(crate) status: String,
    /// Milliseconds since 1970.
    pub(crate) create_time: i64,
    pub(crate) agency: Option<Map<String, Value>>,
    /// What a read shows as `log_transfer_detail`.
    pub(crate) detail: Map<String, Value>,
}

/// A stream as a transfer shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TransferStream {
    pub(crate) log_stream_id: String,
    pub(crate) log_stream_name: String,
}

/// Where a transfer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TransferKind {
    #[serde(rename = "OBS")]
    Obs,
    #[serde(rename = "DIS")]
    Dis,
    #[serde(rename = "DMS")]
    Dms,
}

/// What the registry knows of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bucket {
    pub(crate) state: BucketState,
}

/// What dumping into a bucket meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BucketState {
    Exists,
    Missing,
    /// The caller may not operate it: LTS.0018.
    Forbidden,
    /// It is encrypted, so that a dump has to bring a key.
    Encrypted,
}

/// A transfer that is to be; its values are checked already.
#[derive(Debug)]
pub(crate) struct TransferDraft {
    pub(crate) group_id: String,
    pub(crate) stream_ids: Vec<String>,
    pub(crate) kind: TransferKind,
    pub(crate) mode: String,
    pub(crate) storage_format: String,
    pub(crate) status: String,
    pub(crate) agency: Option<Map<String, Value>>,
    pub(crate) detail: Map<String, Value>,
}

/// What becomes of a transfer that is there.
#[derive(Debug)]
pub(crate) struct TransferUpdate {
    pub(crate) storage_format: String,
    pub(crate) status: String,
    /// The whole of it: what is left out is gone (facts page 5.16).
    pub(crate) detail: Map<String, Value>,
    /// The streams from now on, where the caller says so (C62).
    pub(crate) stream_ids: Option<Vec<String>>,
}

/// Why a transfer cannot be, in a form that both creation calls can word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Obstacle {
    NoGroup,
    NoStream(String),
    NoBucket(String),
    BucketForbidden,
    BucketNeedsKey(String),
    AlreadyDumped(String),
}

impl TransferKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Obs => "OBS",
            Self::Dis => "DIS",
            Self::Dms => "DMS",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Obs, Self::Dis, Self::Dms].into_iter().find(|kind| kind.as_str() == text)
    }

    /// The only mode a transfer of this kind can have.
    pub(crate) const fn mode(self) -> &'static str {
        match self {
            Self::Obs => "cycle",
            Self::Dis | Self::Dms => "realTime",
        }
    }
}

impl Transfer {
    pub(crate) fn covers(&self, stream: &str) -> bool {
        self.streams.iter().any(|covered| covered.log_stream_id == stream)
    }
}

impl From<Obstacle> for Refusal {
    /// Words an obstacle as `/transfers` does.
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::NoGroup => Self::no_group(),
            Obstacle::NoStream(_) => Self::no_stream(),
            Obstacle::NoBucket(bucket) => Self::no_bucket(&bucket),
            Obstacle::BucketForbidden => Self::bucket_forbidden(),
            Obstacle::BucketNeedsKey(bucket) => Self::no_bucket(&bucket)
                .worded(format!("obs bucket is encrypted, obs_encrypted_id is required: {bucket}")),
            Obstacle::AlreadyDumped(_) => Self::stream_already_has_transfer(),
        }
    }
}

impl World {
    /// Finds what stands in the way of a transfer: group, streams, bucket, then
    /// streams that have one of this kind already, in that order (facts page
    /// 10). Returns the streams with their names.
    ///
    /// `besides` is the transfer that is being changed, if one is.
    pub(crate) fn check_transfer(
        &self,
        project: &str,
        group: &str,
        stream_ids: &[String],
        kind: TransferKind,
        detail: &Map<String, Value>,
        besides: Option<&str>,
    ) -> Result<Vec<TransferStream>, Obstacle> {
        let found = self.project(project);
        let parent = found.group(group).map_err(|_| Obstacle::NoGroup)?;
        let mut streams = Vec::with_capacity(stream_ids.len());
        for id in stream_ids {
            let stream = parent.stream(id).map_err(|_| Obstacle::NoStream(id.clone()))?;
            streams.push(TransferStream { log_stream_id: id.clone(), log_stream_name: stream.name.clone() });
        }
        if kind == TransferKind::Obs {
            self.check_bucket(detail)?;
        }
        for transfer in found.transfers.iter().filter(|transfer| transfer.kind == kind) {
            if besides == Some(transfer.id.as_str()) {
                continue;
            }
            if let Some(taken) = stream_ids.iter().find(|id| transfer.covers(id)) {
                return Err(Obstacle::AlreadyDumped(taken.clone()));
            }
        }
        Ok(streams)
    }

    fn check_bucket(&self, detail: &Map<String, Value>) -> Result<(), Obstacle> {
        let text = |field: &str| detail.get(field).and_then(Value::as_str).unwrap_or_default();
        let name = text("obs_bucket_name");
        let state = match self.buckets.get(name) {
            Some(bucket) => bucket.state,
            None if self.config.unlisted_buckets == UnlistedBuckets::Missing => BucketState::Missing,
            None if rules::is_bucket_name(name) => BucketState::Exists,
            None => BucketState::Missing,
        };
        match state {
            BucketState::Exists => Ok(()),
            BucketState::Missing => Err(Obstacle::NoBucket(name.to_owned())),
            BucketState::Forbidden => Err(Obstacle::BucketForbidden),
            BucketState::Encrypted if text("obs_encrypted_id").is_empty() => {
                Err(Obstacle::BucketNeedsKey(name.to_owned()))
            }
            BucketState::Encrypted => Ok(()),
        }
    }

    /// Makes a transfer.
    ///
    /// # Errors
    /// What [`World::check_transfer`] finds.
    pub(crate) fn create_transfer(
        &mut self,
        project: &str,
        id: String,
        now: i64,
        draft: TransferDraft,
    ) -> Result<&Transfer, Obstacle> {
        let streams =
            self.check_transfer(project, &draft.group_id, &draft.stream_ids, draft.kind, &draft.detail, None)?;
        let sequence = self.next_sequence();
        self.touch_transfer(project, &id, &streams);
        let detail = completed(draft.detail, draft.kind, &self.region);
        let transfer = Transfer {
            sequence,
            id,
            group_id: draft.group_id,
            streams,
            kind: draft.kind,
            mode: draft.mode,
            storage_format: draft.storage_format,
            status: draft.status,
            create_time: now,
            agency: draft.agency,
            detail,
        };
        let transfers = &mut self.project_mut(project).transfers;
        let index = transfers.len();
        transfers.push(transfer);
        Ok(&transfers[index])
    }

    /// Changes a transfer; its detail is replaced as a whole.
    ///
    /// # Errors
    /// LTS.0405, then what [`World::check_transfer`] finds.
    pub(crate) fn update_transfer(
        &mut self,
        project: &str,
        id: &str,
        update: TransferUpdate,
    ) -> Result<&Transfer, Refusal> {
        let found = self.project(project).transfers.iter().find(|transfer| transfer.id == id);
        let found = found.ok_or_else(Refusal::no_transfer)?;
        let kind = found.kind;
        let stream_ids = update
            .stream_ids
            .unwrap_or_else(|| found.streams.iter().map(|stream| stream.log_stream_id.clone()).collect());
        let streams = self.check_transfer(project, &found.group_id, &stream_ids, kind, &update.detail, Some(id))?;
        self.touch_transfer(project, id, &streams);
        let detail = completed(update.detail, kind, &self.region);
        let transfers = &mut self.project_mut(project).transfers;
        let transfer = transfers.iter_mut().find(|transfer| transfer.id == id).ok_or_else(Refusal::no_transfer)?;
        transfer.streams = streams;
        transfer.storage_format = update.storage_format;
        transfer.status = update.status;
        transfer.detail = detail;
        Ok(transfer)
    }

    /// Deletes a transfer and returns it. Bucket and objects stay.
    ///
    /// # Errors
    /// LTS.0405.
    pub(crate) fn delete_transfer(&mut self, project: &str, id: &str) -> Result<Transfer, Refusal> {
        let transfers = &mut self.project_mut(project).transfers;
        let index = transfers.iter().position(|transfer| transfer.id == id).ok_or_else(Refusal::no_transfer)?;
        let gone = transfers.remove(index);
        self.touch_transfer(project, id, &gone.streams);
        Ok(gone)
    }

    pub(super) fn touch_transfer(&mut self, project: &str, id: &str, streams: &[TransferStream]) {
        let names: Vec<&str> = streams.iter().map(|stream| stream.log_stream_name.as_str()).collect();
        let key = Key::Transfer { project: project.to_owned(), transfer: id.to_owned() };
        self.touch(key, &names.join("+"));
    }
}

/// Returns a detail with what the service fills in: the path, and the empty
/// values of what was not sent (facts page 5.14).
pub(crate) fn completed(mut detail: Map<String, Value>, kind: TransferKind, region: &str) -> Map<String, Value> {
    if kind == TransferKind::Obs {
        let bucket = detail.get("obs_bucket_name").and_then(Value::as_str).unwrap_or_default();
        let path = format!("/{bucket}/LogTanks/{region}/");
        detail.insert("obs_transfer_path".to_owned(), path.into());
        for field in ["obs_dir_pre_fix_name", "obs_prefix_name", "obs_encrypted_id"] {
            detail.entry(field.to_owned()).or_insert_with(|| "".into());
        }
        detail.entry("obs_encrypted_enable".to_owned()).or_insert(false.into());
    }
    detail
}
