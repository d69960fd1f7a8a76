//! What somebody else, or the service itself, does to the objects of a project
//! between two requests.

use std::collections::{BTreeMap, BTreeSet};

use super::super::estate::Birth;
use super::super::state::{Edit, Group, GroupDraft, StreamDraft, TransferEdit, World};
use super::kind::{EditGroup, EditStream, Fault, NewGroup, NewStream, ObjectsOf, StreamName, TagEdits};

/// The ttl of a group that nobody says anything about, in days.
const TTL: i64 = 7;

/// Does what a fault is to do to the objects of a project. None where it finds
/// nothing to do it to, or the service would not let anybody do it.
pub(crate) fn interfere(
    fault: &Fault,
    world: &mut World,
    project: &str,
    now: i64,
    fresh_id: &mut dyn FnMut() -> String,
) -> Option<()> {
    match fault {
        Fault::Exception(dumps) => break_dumps(world, project, dumps),
        Fault::EditGroup(edit) => edit_group(world, project, edit),
        Fault::EditStream(edit) => edit_stream(world, project, edit),
        Fault::CreateGroup(new) => create_group(world, project, fresh_id(), now, new),
        Fault::CreateStream(new) => create_stream(world, project, fresh_id(), now, new),
        Fault::CreateTransfer(new) => {
            let region = world.region.clone();
            let ids = BTreeSet::new();
            let mut birth = Birth { region: &region, now, fresh_id, sequence: world.last_sequence(), ids };
            let transfer = new.transfer.build(group(world, project, &new.group)?, &mut birth).ok()?;
            world.add_transfer(project, transfer);
            Some(())
        }
        Fault::DeleteGroup(gone) => {
            let id = group(world, project, &gone.group)?.id.clone();
            world.delete_group(project, &id).ok()
        }
        Fault::DeleteStream(gone) => {
            let (group, stream) = stream(world, project, &gone.group, &gone.stream)?;
            world.delete_stream(project, &group, &stream).ok()
        }
        Fault::DeleteTransfer(gone) => delete_transfers(world, project, gone),
        _ => None,
    }
}

fn break_dumps(world: &mut World, project: &str, dumps: &ObjectsOf) -> Option<()> {
    let working: Vec<String> = transfers(world, project, &dumps.group, dumps.stream.as_deref())?
        .into_iter()
        .filter(|(_, status)| status != "EXCEPTION")
        .map(|(id, _)| id)
        .collect();
    for id in &working {
        let edit = TransferEdit { status: Some("EXCEPTION".to_owned()), detail: None };
        world.edit_transfer(project, id, edit).ok()?;
    }
    (!working.is_empty()).then_some(())
}

fn edit_group(world: &mut World, project: &str, edit: &EditGroup) -> Option<()> {
    let found = group(world, project, &edit.group)?;
    let tags = edited_tags(found.tags.map(), &edit.tags);
    let id = found.id.clone();
    let edit = Edit { ttl_in_days: edit.ttl_in_days, alias: edit.alias.clone(), tags };
    world.edit_group(project, &id, edit).ok()
}

fn edit_stream(world: &mut World, project: &str, edit: &EditStream) -> Option<()> {
    let (group, id) = stream(world, project, &edit.group, &edit.stream)?;
    let tags = edited_tags(world.project(project).stream(&group, &id).ok()?.tags.map(), &edit.tags);
    let edit = Edit { ttl_in_days: edit.ttl_in_days, alias: edit.alias.clone(), tags };
    world.edit_stream(project, &group, &id, edit).ok()
}

fn create_group(world: &mut World, project: &str, id: String, now: i64, new: &NewGroup) -> Option<()> {
    let draft = GroupDraft {
        name: new.group.clone(),
        alias: None,
        ttl_in_days: new.ttl_in_days.unwrap_or(TTL),
        enterprise_project_id: "0".to_owned(),
        tags: Vec::new(),
    };
    world.create_group(project, id, now, draft).ok()
}

fn create_stream(world: &mut World, project: &str, id: String, now: i64, new: &NewStream) -> Option<()> {
    let group = group(world, project, &new.group)?.id.clone();
    let draft = StreamDraft {
        name: new.stream.clone(),
        alias: None,
        ttl_in_days: new.ttl_in_days,
        enterprise_project_id: None,
        tags: Vec::new(),
    };
    world.create_stream(project, &group, id, now, draft).ok()
}

fn delete_transfers(world: &mut World, project: &str, gone: &StreamName) -> Option<()> {
    let found = transfers(world, project, &gone.group, Some(&gone.stream))?;
    for (id, _) in &found {
        world.delete_transfer(project, id).ok()?;
    }
    (!found.is_empty()).then_some(())
}

fn group<'a>(world: &'a World, project: &str, name: &str) -> Option<&'a Group> {
    world.project(project).groups.iter().find(|group| group.name == name)
}

/// Returns the ids of a stream and its group.
fn stream(world: &World, project: &str, group: &str, name: &str) -> Option<(String, String)> {
    let parent = self::group(world, project, group)?;
    let stream = parent.streams.iter().find(|stream| stream.name == name)?;
    Some((parent.id.clone(), stream.id.clone()))
}

/// Returns ids and statuses of the transfers of a group, or of one of its
/// streams.
fn transfers(world: &World, project: &str, group: &str, stream: Option<&str>) -> Option<Vec<(String, String)>> {
    let parent = self::group(world, project, group)?;
    let found = world.project(project).transfers.iter().filter(|transfer| {
        let mut names = transfer.streams.iter().map(|stream| stream.log_stream_name.as_str());
        transfer.group_id == parent.id && stream.is_none_or(|stream| names.any(|name| name == stream))
    });
    Some(found.map(|transfer| (transfer.id.clone(), transfer.status.clone())).collect())
}

/// Returns all tags from now on, if any is edited.
fn edited_tags(tags: &BTreeMap<String, String>, edits: &TagEdits) -> Option<BTreeMap<String, String>> {
    if edits.is_empty() {
        return None;
    }
    let mut tags = tags.clone();
    for (key, value) in edits {
        match value {
            Some(value) => tags.insert(key.clone(), value.clone()),
            None => tags.remove(key),
        };
    }
    Some(tags)
}
