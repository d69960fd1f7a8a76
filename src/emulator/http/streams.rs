//! Streams: facts pages 5.7 to 5.11.

use std::collections::BTreeMap;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::super::config::{Config, Leniency};
use super::super::refusal::Refusal;
use super::super::rules;
use super::super::state::{StreamDraft, StreamUpdate, World};
use super::exchange::{Answer, Call};
use super::fields::{Fields, wrong};
use super::view::{SeedStreamView, StreamView, shown_ttl};

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let fields = Fields::parse(&call.body)?;
    let modern = world.profile.is_modern();
    let draft = StreamDraft {
        name: fields.required_name("log_stream_name")?,
        ttl_in_days: fields.integer("ttl_in_days", world.config.ttl_as_text)?,
        enterprise_project_id: enterprise_project(&world.config, &fields)?,
        alias: if modern { fields.alias("log_stream_name_alias")? } else { None },
        tags: if modern { fields.tags()?.unwrap_or_default() } else { Vec::new() },
    };
    let group = call.parameter("log_group_id");
    world.create_stream(&call.project, group, call.fresh_id.clone(), call.now_ms(), draft)?;
    Answer::json(201, &json!({ "log_stream_id": call.fresh_id }))
}

pub(super) fn list(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let streams = &world.project(&call.project).group(call.parameter("log_group_id"))?.streams;
    if world.profile.is_modern() {
        let views: Vec<_> = streams.iter().map(|stream| StreamView::of(stream, None)).collect();
        Answer::json(200, &BTreeMap::from([("log_streams", views)]))
    } else {
        let views: Vec<_> = streams.iter().map(SeedStreamView::of).collect();
        Answer::json(200, &BTreeMap::from([("log_streams", views)]))
    }
}

/// Lists the streams of all groups. Both filters go by exact name; a name that
/// nothing has gives an empty list (facts page 5.9 knows of no error for it).
pub(super) fn list_all(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let (group_name, stream_name) = (call.query("log_group_name"), call.query("log_stream_name"));
    let groups = &world.project(&call.project).groups;
    let views: Vec<_> = groups
        .iter()
        .filter(|group| group_name.is_none_or(|name| name == group.name))
        .flat_map(|group| group.streams.iter().map(move |stream| (group, stream)))
        .filter(|(_, stream)| stream_name.is_none_or(|name| name == stream.name))
        .map(|(group, stream)| StreamView::of(stream, Some(group)))
        .collect();
    Answer::json(200, &BTreeMap::from([("log_streams", views)]))
}

/// The answer says *topic* where everything else says stream.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let fields = Fields::parse(&call.body)?;
    let update = StreamUpdate {
        ttl_in_days: fields.required_integer("ttl_in_days", world.config.ttl_as_text)?,
        whether_log_storage: fields.flag("whether_log_storage", Leniency::Refuse)?,
        tags: fields.tags()?,
    };
    let (group, id) = (call.parameter("log_group_id"), call.parameter("log_stream_id"));
    world.update_stream(&call.project, group, id, &update)?;
    let stream = world.project(&call.project).stream(group, id)?;
    let answer = json!({
        "creation_time": stream.creation_time,
        "log_topic_id": stream.id,
        "log_topic_name": stream.name,
        "ttl_in_days": shown_ttl(stream),
    });
    Answer::json(200, &answer)
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    world.delete_stream(&call.project, call.parameter("log_group_id"), call.parameter("log_stream_id"))?;
    Ok(Answer::empty(204))
}

/// Finds the id of a named enterprise project. There is no registry of them
/// here, so a name nobody configured gets an id that depends on the name only.
fn enterprise_project(config: &Config, fields: &Fields) -> Result<Option<String>, Refusal> {
    let name = match fields.text("enterprise_project_name")? {
        None | Some("") => return Ok(None),
        Some(name) => name,
    };
    if !rules::is_enterprise_project_name(name) {
        return Err(wrong("enterprise_project_name", "1 to 255 letters, digits, `_`, `-`, and not `default`"));
    }
    if let Some(id) = config.enterprise_projects.get(name) {
        return Ok(Some(id.clone()));
    }
    let hex: String = Sha256::digest(name).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Ok(Some(format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])))
}
