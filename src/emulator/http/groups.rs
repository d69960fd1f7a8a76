//! Groups: facts pages 5.3 to 5.6.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::refusal::Refusal;
use super::super::state::{GroupDraft, World};
use super::exchange::{Answer, Call};
use super::fields::Fields;
use super::view::{GroupView, SeedGroupView};

/// The enterprise project of a group that names none.
const DEFAULT_ENTERPRISE_PROJECT: &str = "0";

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let fields = Fields::parse(&call.body)?;
    let modern = world.profile.is_modern();
    let draft = GroupDraft {
        name: fields.required_name("log_group_name")?,
        ttl_in_days: fields.required_integer("ttl_in_days", world.config.ttl_as_text)?,
        alias: if modern { fields.alias("log_group_name_alias")? } else { None },
        tags: if modern { fields.tags()?.unwrap_or_default() } else { Vec::new() },
        enterprise_project_id: call
            .query("enterprise_project_id")
            .filter(|_| modern)
            .unwrap_or(DEFAULT_ENTERPRISE_PROJECT)
            .to_owned(),
    };
    world.create_group(&call.project, call.fresh_id.clone(), call.now_ms(), draft)?;
    Answer::json(201, &json!({ "log_group_id": call.fresh_id }))
}

pub(super) fn list(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let groups = &world.project(&call.project).groups;
    if world.profile.is_modern() {
        let views: Vec<_> = groups.iter().map(GroupView::of).collect();
        Answer::json(200, &BTreeMap::from([("log_groups", views)]))
    } else {
        let views: Vec<_> = groups.iter().map(SeedGroupView::of).collect();
        Answer::json(200, &BTreeMap::from([("log_groups", views)]))
    }
}

pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let fields = Fields::parse(&call.body)?;
    let ttl_in_days = fields.required_integer("ttl_in_days", world.config.ttl_as_text)?;
    let tags = fields.tags()?;
    let id = call.parameter("log_group_id");
    world.update_group(&call.project, id, ttl_in_days, tags.as_deref())?;
    let group = world.project(&call.project).group(id)?;
    let answer = json!({
        "creation_time": group.creation_time,
        "log_group_id": group.id,
        "log_group_name": group.name,
        "ttl_in_days": group.ttl_in_days,
    });
    Answer::json(200, &answer)
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    world.delete_group(&call.project, call.parameter("log_group_id"))?;
    Ok(Answer::empty(204))
}
