//! Compares the declared streams of one group with the live ones.

use std::collections::BTreeMap;

use super::change::{Action, Change, Changes, GroupChanges, Notice, Obstacle};
use super::change::{StreamCreation, StreamDeletion, StreamUpdate};
use super::group::{Scene, note_unverifiable, written_at};
use super::marks::Marks;
use super::ownership::{HandsOff, Owner, UNREAD_TAGS, protection_of, stream_address};
use super::tags;
use crate::model::{
    Address, DesiredStream, Field, Listing, LiveStream, StreamName, StreamSettings, StreamTtl, Tags, Wanted,
};

pub(super) fn compare_all(scene: &Scene<'_>, group: &mut GroupChanges, changes: &mut Changes) {
    let Some(declared) = &scene.declared.streams else { return };
    let nothing = BTreeMap::new();
    let live_streams = match scene.live.map(|group| &group.streams) {
        None => &nothing,
        Some(Listing::Complete(streams)) => streams,
        Some(Listing::Unread(reason, _)) => return unread(scene, declared, reason, changes),
        Some(Listing::NotOffered) => return unread(scene, declared, "this edition does not list streams", changes),
    };
    for (name, entry) in declared {
        let address = stream_address(scene.name, name);
        if let Some(reason) = scene.ambiguous.get(&address) {
            changes.obstacles.push(Obstacle {
                address,
                place: written_at(&entry.wanted, &entry.place),
                reason: reason.to_string(),
                help: "delete or rename one of them in the console; nothing is done to either".to_owned(),
            });
            continue;
        }
        if let Some(action) = compare(scene, &address, entry, live_streams.get(name), changes) {
            group.streams.push(Change { address, place: written_at(&entry.wanted, &entry.place), action });
        }
    }
}

fn compare(
    scene: &Scene<'_>,
    address: &Address,
    entry: &DesiredStream,
    live: Option<&LiveStream>,
    changes: &mut Changes,
) -> Option<Action> {
    match live.and_then(|live| scene.ownership.hands_off(address, live.settings.tags.as_ref())) {
        Some(HandsOff::Foreign(other)) => {
            changes.obstacles.push(Obstacle {
                address: address.clone(),
                place: written_at(&entry.wanted, &entry.place),
                reason: format!("belongs to estate `{other}`"),
                help: format!("remove it from this manifest, or take it over with `--take-over {address}`"),
            });
            return None;
        }
        Some(HandsOff::Unread) => {
            let address = address.clone();
            changes.unread.push(Notice { address, field: None, reason: UNREAD_TAGS.to_owned() });
            return None;
        }
        None => {}
    }
    match (&entry.wanted, live) {
        (Wanted::Absent(removal), None) => {
            changes.note_absent(*removal, address.clone());
            None
        }
        (Wanted::Absent(removal), Some(live)) => {
            let group_ttl = scene.live.and_then(|group| group.settings.ttl);
            Some(Action::DeleteStream(StreamDeletion {
                id: live.id.clone(),
                removal: *removal,
                marked: scene.ownership.owner(address, live.settings.tags.as_ref()) == Owner::Us,
                ttl: live.settings.ttl,
                effective: live.settings.ttl.unwrap_or(StreamTtl::Inherit).effective(group_ttl),
                tags: live.settings.tags.clone().unwrap_or_default(),
                held_by: held_by(scene, live, entry).map(Into::into),
            }))
        }
        (Wanted::Present(settings), None) => {
            let reserved = scene.ownership.reserved(address, entry.protection);
            Some(Action::CreateStream(StreamCreation {
                ttl: settings.ttl.unwrap_or(StreamTtl::Inherit),
                tags: tags::initial(settings.tags.as_ref(), &reserved),
                enterprise_project_name: settings.enterprise_project_name.clone(),
            }))
        }
        (Wanted::Present(settings), Some(live)) => {
            let update = update(scene, address, entry, settings, live, changes);
            if update.is_none() {
                changes.unchanged += 1;
            }
            update.map(Action::UpdateStream)
        }
    }
}

fn update(
    scene: &Scene<'_>,
    address: &Address,
    entry: &DesiredStream,
    wanted: &StreamSettings,
    live: &LiveStream,
    changes: &mut Changes,
) -> Option<StreamUpdate> {
    // Every field by name: a field that is forgotten here is never managed.
    let StreamSettings { ttl, tags: wanted_tags, enterprise_project_name } = wanted;
    if enterprise_project_name.is_some() {
        note_unverifiable(changes, address, Field::EnterpriseProjectName, "the service takes it on create only");
    }
    let no_tags = Tags::default();
    let live_tags = live.settings.tags.as_ref().unwrap_or(&no_tags);
    let reserved = scene.ownership.reserved(address, entry.protection);
    let delta = tags::compare(wanted_tags.as_ref(), &reserved, live_tags);
    let changed = match (ttl, live.settings.ttl) {
        (Some(wanted), Some(found)) => (*wanted != found).then_some((found, *wanted)),
        (Some(_), None) => {
            note_unverifiable(changes, address, Field::TtlInDays, "this edition does not show the ttl of a stream");
            None
        }
        (None, _) => None,
    };
    if changed.is_none() && delta.is_empty() {
        return None;
    }
    let group_ttl = scene.live.and_then(|group| group.settings.ttl);
    let before = live.settings.ttl.unwrap_or(StreamTtl::Inherit);
    let after = changed.map_or(before, |(_, wanted)| wanted);
    Some(StreamUpdate {
        id: live.id.clone(),
        marks: Marks::of(address, live.settings.tags.as_ref()),
        ttl: changed,
        effective: (before.effective(group_ttl), after.effective(scene.final_ttl)),
        adopted_from: {
            let marked = delta.add.get(super::ownership::MARKER_KEY).is_some();
            marked.then(|| scene.ownership.owner(address, live.settings.tags.as_ref()))
        },
        tags: delta,
    })
}

fn held_by(scene: &Scene<'_>, live: &LiveStream, entry: &DesiredStream) -> Option<String> {
    if let Some(reason) = protection_of(live.settings.tags.as_ref(), entry.protection) {
        return Some(reason.to_owned());
    }
    let group_tags = scene.live.and_then(|group| group.settings.tags.as_ref());
    protection_of(group_tags, scene.declared.protection).map(|_| format!("its group `{}` is protected", scene.name))
}

fn unread(scene: &Scene<'_>, declared: &BTreeMap<StreamName, DesiredStream>, reason: &str, changes: &mut Changes) {
    for name in declared.keys() {
        let address = stream_address(scene.name, name);
        changes.unread.push(Notice { address, field: None, reason: reason.to_owned() });
    }
}
