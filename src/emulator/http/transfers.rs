//! Transfers: facts pages 5.14 to 5.17.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::config::{Leniency, TransferPaging};
use super::super::refusal::Refusal;
use super::super::rules;
use super::super::state::{Transfer, TransferDraft, TransferKind, TransferUpdate, World};
use super::exchange::{Answer, Call};
use super::fields::{Fields, missing, wrong};
use super::view::TransferView;

/// How many streams one transfer may cover (facts page 5.14).
const MAX_STREAMS: usize = 1000;

/// What a detail holds of a string, by kind of transfer.
const OBS_TEXTS: [&str; 8] = [
    "obs_bucket_name",
    "obs_dir_pre_fix_name",
    "obs_encrypted_id",
    "obs_eps_id",
    "obs_period_unit",
    "obs_prefix_name",
    "obs_time_zone",
    "obs_time_zone_id",
];
const STREAMING_TEXTS: [&str; 4] = ["dis_id", "dis_name", "kafka_id", "kafka_topic"];
const COMMON_TEXTS: [&str; 2] = ["cloud_project_id", "invalid_field_value"];
const LISTS: [&str; 4] = ["lts_tags", "stream_tags", "struct_fields", "tags"];
const AGENCY_TEXTS: [&str; 6] = [
    "agency_domain_id",
    "agency_domain_name",
    "agency_name",
    "agency_project_id",
    "be_agency_domain_id",
    "be_agency_project_id",
];

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let fields = Fields::parse(&call.body)?;
    let info = fields.required_object("log_transfer_info")?;
    let kind = info.required_word("log_transfer_type", &["OBS", "DIS", "DMS"])?;
    let kind = TransferKind::parse(kind).ok_or_else(|| missing("log_transfer_type"))?;
    let draft = TransferDraft {
        group_id: fields.required_text("log_group_id")?.to_owned(),
        stream_ids: streams(&fields)?.ok_or_else(|| missing("log_streams"))?,
        kind,
        mode: info.required_word("log_transfer_mode", &[kind.mode()])?.to_owned(),
        storage_format: info.required_word("log_storage_format", &["RAW", "JSON"])?.to_owned(),
        status: status(&info)?,
        agency: agency(&info)?,
        detail: detail(&info.required_object("log_transfer_detail")?, kind)?,
    };
    let id = call.fresh_id.clone();
    world.create_transfer(&call.project, id.clone(), call.now_ms(), draft)?;
    show(world, call, &id)
}

/// Lists transfers; filters go by exact name. Without paging the list is whole
/// (C58), unless it is configured to be cut.
pub(super) fn list(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let project = world.project(&call.project);
    let kind = match call.query("log_transfer_type") {
        Some(text) => Some(TransferKind::parse(text).ok_or_else(Refusal::transfer_type)?),
        None => None,
    };
    let group = match call.query("log_group_name") {
        Some(name) => Some(project.groups.iter().find(|group| group.name == name).ok_or_else(Refusal::no_group)?),
        None => None,
    };
    let stream = call.query("log_stream_name");
    let wanted = |transfer: &&Transfer| {
        kind.is_none_or(|kind| transfer.kind == kind)
            && group.is_none_or(|group| transfer.group_id == group.id)
            && stream.is_none_or(|name| transfer.streams.iter().any(|covered| covered.log_stream_name == name))
    };
    let (offset, limit) = page(world, call)?;
    let views: Vec<_> = project
        .transfers
        .iter()
        .filter(wanted)
        .skip(offset)
        .take(limit)
        .map(|transfer| TransferView::of(transfer, project))
        .collect();
    Answer::json(200, &BTreeMap::from([("log_transfers", views)]))
}

pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let fields = Fields::parse(&call.body)?;
    let id = match fields.text("log_transfer_id")? {
        Some(id) if rules::is_object_id(id) => id.to_owned(),
        _ => return Err(Refusal::invalid_transfer_id()),
    };
    let info = fields.required_object("log_transfer_info")?;
    let sent = info.required_object("log_transfer_detail")?;
    let storage_format = info.required_word("log_storage_format", &["RAW", "JSON"])?.to_owned();
    let status = status(&info)?;
    let project = world.project(&call.project);
    let found = project.transfers.iter().find(|transfer| transfer.id == id).ok_or_else(Refusal::no_transfer)?;
    if fields.text("log_group_id")?.is_some_and(|group| group != found.group_id) {
        return Err(Refusal::invalid_body("a transfer stays in its group"));
    }
    let detail = detail(&sent, found.kind)?;
    let update = TransferUpdate { storage_format, status, detail, stream_ids: streams(&fields)? };
    world.update_transfer(&call.project, &id, update)?;
    show(world, call, &id)
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = call.query("log_transfer_id").ok_or_else(Refusal::invalid_transfer_id)?.to_owned();
    let gone = world.delete_transfer(&call.project, &id)?;
    Answer::json(200, &TransferView::of(&gone, world.project(&call.project)))
}

fn show(world: &World, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let project = world.project(&call.project);
    let found = project.transfers.iter().find(|transfer| transfer.id == id).ok_or_else(Refusal::no_transfer)?;
    Answer::json(200, &TransferView::of(found, project))
}

fn page(world: &World, call: &Call) -> Result<(usize, usize), Refusal> {
    if let Some(cut) = world.config.transfers_cut_at {
        return Ok((0, cut as usize));
    }
    if world.config.transfer_paging == TransferPaging::Ignored {
        return Ok((0, usize::MAX));
    }
    let number = |name: &str, most: usize, absent: usize| match call.query(name) {
        None => Ok(absent),
        Some(text) => match text.parse() {
            Ok(number) if number <= most => Ok(number),
            _ => Err(wrong(name, &format!("a number from 0 to {most}"))),
        },
    };
    Ok((number("offset", 1024, 0)?, number("limit", 100, usize::MAX)?))
}

fn streams(fields: &Fields) -> Result<Option<Vec<String>>, Refusal> {
    let Some(list) = fields.list("log_streams")? else { return Ok(None) };
    if !(1..=MAX_STREAMS).contains(&list.len()) {
        return Err(wrong("log_streams", &format!("1 to {MAX_STREAMS} streams")));
    }
    let mut ids: Vec<String> = Vec::with_capacity(list.len());
    for item in list {
        let Value::Object(map) = item else { return Err(wrong("log_streams", "an array of objects")) };
        let id = Fields::from(map.clone()).required_text("log_stream_id")?.to_owned();
        if ids.contains(&id) {
            return Err(wrong("log_streams", "an array in which no stream comes twice"));
        }
        ids.push(id);
    }
    Ok(Some(ids))
}

/// `EXCEPTION` is in the enumeration of the documents, but only the service
/// sets it.
fn status(info: &Fields) -> Result<String, Refusal> {
    Ok(info.required_word("log_transfer_status", &["ENABLE", "DISABLE"])?.to_owned())
}

fn agency(info: &Fields) -> Result<Option<Map<String, Value>>, Refusal> {
    let Some(sent) = info.object("log_agency_transfer")? else { return Ok(None) };
    let mut agency = Map::new();
    for name in AGENCY_TEXTS {
        if let Some(text) = sent.text(name)? {
            agency.insert(name.to_owned(), text.into());
        }
    }
    for name in AGENCY_TEXTS.iter().take(4) {
        if !agency.contains_key(*name) {
            return Err(missing(name));
        }
    }
    Ok(Some(agency))
}

/// Reads a detail: what of it a transfer of this kind keeps.
fn detail(sent: &Fields, kind: TransferKind) -> Result<Map<String, Value>, Refusal> {
    let mut kept = Map::new();
    let texts: &[&str] = if kind == TransferKind::Obs { &OBS_TEXTS } else { &STREAMING_TEXTS };
    for name in texts.iter().chain(&COMMON_TEXTS) {
        if let Some(text) = sent.text(name)? {
            kept.insert((*name).to_owned(), text.into());
        }
    }
    for name in LISTS {
        if let Some(list) = sent.list(name)? {
            if !list.iter().all(Value::is_string) {
                return Err(wrong(name, "an array of strings"));
            }
            kept.insert(name.to_owned(), list.into());
        }
    }
    match kind {
        TransferKind::Obs => check_obs(sent, &mut kept)?,
        TransferKind::Dis => check_present(sent, &["dis_id", "dis_name"])?,
        TransferKind::Dms => check_present(sent, &["kafka_id", "kafka_topic"])?,
    }
    Ok(kept)
}

fn check_present(sent: &Fields, names: &[&str]) -> Result<(), Refusal> {
    names.iter().try_for_each(|name| sent.required_text(name).map(drop))
}

fn check_obs(sent: &Fields, kept: &mut Map<String, Value>) -> Result<(), Refusal> {
    let bucket = sent.required_text("obs_bucket_name")?;
    if !(3..=63).contains(&bucket.len()) {
        return Err(wrong("obs_bucket_name", "3 to 63 characters long"));
    }
    let period = sent.required_integer("obs_period", Leniency::Refuse)?;
    let unit = sent.required_text("obs_period_unit")?;
    if !rules::is_period(period, unit) {
        return Err(wrong("obs_period` + `obs_period_unit", &format!("one of {}", rules::PERIODS)));
    }
    kept.insert("obs_period".to_owned(), period.into());
    if !rules::is_file_prefix(sent.text("obs_prefix_name")?.unwrap_or_default()) {
        return Err(wrong("obs_prefix_name", "up to 64 of `a-zA-Z0-9._-`"));
    }
    if !rules::is_folder_prefix(sent.text("obs_dir_pre_fix_name")?.unwrap_or_default()) {
        return Err(wrong("obs_dir_pre_fix_name", "a path of up to 64 of `a-zA-Z0-9._-`"));
    }
    let sent_zone = |name: &str| sent.text(name).map(|text| !text.unwrap_or_default().is_empty());
    if sent_zone("obs_time_zone")? != sent_zone("obs_time_zone_id")? {
        return Err(wrong("obs_time_zone", "sent together with `obs_time_zone_id`, or neither"));
    }
    let encrypted = sent.flag("obs_encrypted_enable", Leniency::Refuse)?;
    let key = sent.text("obs_encrypted_id")?.unwrap_or_default();
    if encrypted == Some(true) && key.is_empty() {
        return Err(missing("obs_encrypted_id"));
    }
    if let Some(encrypted) = encrypted {
        kept.insert("obs_encrypted_enable".to_owned(), encrypted.into());
    }
    Ok(())
}
