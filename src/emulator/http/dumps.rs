//! The creation of an OBS dump, as the document has it: facts page 5.13.

use serde_json::{Map, Value, json};

use super::super::config::{DumpErrors, Leniency};
use super::super::refusal::Refusal;
use super::super::rules;
use super::super::state::{Obstacle, TransferDraft, TransferKind, World};
use super::exchange::{Answer, Call};
use super::fields::{Fields, missing, wrong};

/// A body that is wrong in shape is refused with 400 in every edition; what is
/// wrong in substance follows [`DumpErrors`].
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let body = Body::read(&call.body, world)?;
    let id = call.fresh_id.clone();
    match make(world, call, body, id.clone()) {
        Ok(()) => Answer::json(201, &json!({ "log_dump_obs_id": id })),
        Err(mut refusal) => {
            if refusal.status == 400 && world.config.dump_errors == DumpErrors::Status200 {
                refusal.status = 200;
            }
            Err(refusal)
        }
    }
}

/// A body of the right shape, whose values are not judged yet.
struct Body {
    group_id: String,
    stream_ids: Vec<String>,
    bucket: String,
    kind: String,
    storage_format: String,
    switch_on: bool,
    prefix: String,
    folder: String,
    period: i64,
    unit: String,
}

impl Body {
    fn read(bytes: &[u8], world: &World) -> Result<Self, Refusal> {
        let fields = Fields::parse(bytes)?;
        let config = &world.config;
        let storage_format = match fields.text("storage_format")? {
            Some(format) => format,
            None if config.missing_storage_format == Leniency::Accept => "RAW",
            None => return Err(missing("storage_format")),
        };
        Ok(Self {
            group_id: fields.required_text("log_group_id")?.to_owned(),
            stream_ids: stream_ids(&fields)?,
            bucket: fields.required_text("obs_bucket_name")?.to_owned(),
            kind: fields.required_text("type")?.to_owned(),
            storage_format: storage_format.to_owned(),
            switch_on: fields.flag("switch_on", config.switch_on_as_text)?.unwrap_or(true),
            prefix: fields.text("prefix_name")?.unwrap_or_default().to_owned(),
            folder: fields.text("dir_prefix_name")?.unwrap_or_default().to_owned(),
            period: fields.required_integer("period", Leniency::Refuse)?,
            unit: fields.required_text("period_unit")?.to_owned(),
        })
    }

    /// What a read of `/transfers` shows of it.
    fn detail(&self) -> Map<String, Value> {
        let members: [(&str, Value); 5] = [
            ("obs_bucket_name", self.bucket.as_str().into()),
            ("obs_dir_pre_fix_name", self.folder.as_str().into()),
            ("obs_period", self.period.into()),
            ("obs_period_unit", self.unit.as_str().into()),
            ("obs_prefix_name", self.prefix.as_str().into()),
        ];
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Judges the values, in the order of the document's examples.
    fn check(&self) -> Result<(), Refusal> {
        if self.kind != "cycle" {
            return Err(Refusal::not_listed("type", "cycle"));
        }
        if !matches!(self.storage_format.as_str(), "RAW" | "JSON") {
            return Err(Refusal::not_listed("storage_format", "RAW, JSON"));
        }
        // A wrong unit would fail the combination too; the document has a
        // message of its own for it.
        if !matches!(self.unit.as_str(), "min" | "hour") {
            return Err(Refusal::not_listed("period_unit", "min, hour"));
        }
        if !rules::is_period(self.period, &self.unit) {
            return Err(Refusal::not_listed("period+period_unit", rules::PERIODS));
        }
        if !rules::is_file_prefix(&self.prefix) {
            return Err(Refusal::invalid_prefix("prefix_name"));
        }
        if !rules::is_folder_prefix(&self.folder) {
            return Err(Refusal::invalid_prefix("dir_prefix_name"));
        }
        Ok(())
    }
}

fn make(world: &mut World, call: &Call, body: Body, id: String) -> Result<(), Refusal> {
    let detail = body.detail();
    world
        .check_transfer(&call.project, &body.group_id, &body.stream_ids, TransferKind::Obs, &detail, None)
        .map_err(worded)?;
    body.check()?;
    let status = if body.switch_on { "ENABLE" } else { "DISABLE" };
    let draft = TransferDraft {
        group_id: body.group_id,
        stream_ids: body.stream_ids,
        kind: TransferKind::Obs,
        mode: body.kind,
        storage_format: body.storage_format,
        status: status.to_owned(),
        agency: None,
        detail,
    };
    world.create_transfer(&call.project, id, call.now_ms(), draft).map(drop).map_err(worded)
}

fn stream_ids(fields: &Fields) -> Result<Vec<String>, Refusal> {
    let list = fields.list("log_stream_ids")?.ok_or_else(|| missing("log_stream_ids"))?;
    let mut ids: Vec<String> = Vec::with_capacity(list.len());
    for item in list {
        let id = item.as_str().ok_or_else(|| wrong("log_stream_ids", "an array of strings"))?;
        if !ids.iter().any(|earlier| earlier == id) {
            ids.push(id.to_owned());
        }
    }
    if ids.is_empty() { Err(wrong("log_stream_ids", "one stream or more")) } else { Ok(ids) }
}

/// Words an obstacle as this call does `[SEED:2103-2134]`.
fn worded(obstacle: Obstacle) -> Refusal {
    let message = match &obstacle {
        Obstacle::NoGroup => Some("The log group does not existed".to_owned()),
        Obstacle::NoStream(id) => Some(format!("Log stream id does not exist: {id}")),
        Obstacle::AlreadyDumped(id) => Some(format!("Log stream id is associated by transfer: {id}")),
        Obstacle::NoBucket(_) | Obstacle::BucketForbidden | Obstacle::BucketNeedsKey(_) => None,
    };
    let refusal = Refusal::from(obstacle);
    match message {
        Some(message) => refusal.worded(message),
        None => refusal,
    }
}
