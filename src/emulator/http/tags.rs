//! Tags: facts page 5.18.

use super::super::refusal::Refusal;
use super::super::state::{TagAction, Taggable, World};
use super::exchange::{Answer, Call};
use super::fields::{Fields, missing, wrong};

pub(super) fn act(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let kind = match call.parameter("resource_type") {
        "groups" => Taggable::Group,
        "topics" => Taggable::Stream,
        _ => return Err(wrong("resource_type", "`groups` or `topics`")),
    };
    let fields = Fields::parse(&call.body)?;
    let action = match fields.text("action")? {
        Some("create") => TagAction::Create,
        Some("delete") => TagAction::Delete,
        _ => return Err(Refusal::tag_action()),
    };
    // `is_open` is required in the documents and left out by real clients (C57).
    let writes = match action {
        TagAction::Create => fields.tags()?,
        TagAction::Delete => fields.tag_keys()?,
    };
    let writes = writes.filter(|writes| !writes.is_empty()).ok_or_else(|| missing("tags"))?;
    world.change_tags(&call.project, kind, call.parameter("resource_id"), action, &writes)?;
    let status = if kind == Taggable::Stream && action == TagAction::Delete { 201 } else { 200 };
    Ok(Answer::empty(status))
}
