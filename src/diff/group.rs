//! Compares one declared group, and what is in it, with the live one.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::change::{Action, Change, Changes, Doomed, GroupChanges, GroupCreation, GroupDeletion, GroupUpdate};
use super::change::{Notice, Obstacle, Transfer, TransfersKnown};
use super::marks::Marks;
use super::ownership::{HandsOff, Owner, Ownership, UNREAD_TAGS, protection_of, stream_address};
use super::{dump, stream, tags};
use crate::model::{
    Acceptance, Address, Days, DesiredGroup, Field, GroupName, GroupSettings, Listing, Live, LiveGroup, Memory, Place,
    Removal, StreamId, StreamName, StreamTtl, Tags, Wanted,
};

/// What the comparisons inside one group share.
pub(super) struct Scene<'a> {
    pub(super) name: &'a GroupName,
    pub(super) declared: &'a DesiredGroup,
    pub(super) live: Option<&'a LiveGroup>,
    pub(super) ownership: &'a Ownership<'a>,
    /// Known drift that still holds.
    pub(super) accept: &'a [Acceptance],
    /// Dumps that were created where they cannot be listed.
    pub(super) memory: &'a Memory,
    /// Names that more than one live object bears.
    pub(super) ambiguous: &'a BTreeMap<Address, Arc<str>>,
    /// Retention of the group once the plan is done.
    pub(super) final_ttl: Option<Days>,
}

pub(super) fn compare(
    name: &GroupName,
    declared: &DesiredGroup,
    live: &Live,
    ownership: &Ownership<'_>,
    accept: &[Acceptance],
    memory: &Memory,
    changes: &mut Changes,
) {
    let address = Address::Group(name.clone());
    let live_group = live.groups.get(name);
    if let Some(reason) = live.ambiguous.get(&address) {
        let help = "delete or rename one of them in the console; nothing is done to either".to_owned();
        return obstruct(name, declared, reason.to_string(), help, changes);
    }
    if let (None, Some(reason)) = (live_group, &live.groups_doubt) {
        return for_each_address(name, declared, |address, _| {
            changes.unread.push(Notice { address, field: None, reason: reason.to_string() });
        });
    }
    match live_group.and_then(|group| ownership.hands_off(&address, group.settings.tags.as_ref())) {
        Some(HandsOff::Foreign(other)) => {
            let help = format!("remove it from this manifest, or take it over with `--take-over {address}`");
            return obstruct(name, declared, format!("belongs to estate `{other}`"), help, changes);
        }
        Some(HandsOff::Unread) => {
            return for_each_address(name, declared, |address, _| {
                let reason = match address {
                    Address::Group(_) => UNREAD_TAGS.to_owned(),
                    _ => format!("the tags of its group `{name}` were not understood"),
                };
                changes.unread.push(Notice { address, field: None, reason });
            });
        }
        None => {}
    }

    let wanted_ttl = declared.wanted.present().and_then(|settings| settings.ttl);
    let live_ttl = live_group.and_then(|group| group.settings.ttl);
    let scene = Scene {
        name,
        declared,
        live: live_group,
        ownership,
        accept,
        memory,
        ambiguous: &live.ambiguous,
        final_ttl: wanted_ttl.or(live_ttl),
    };
    let mut group_changes = GroupChanges {
        name: name.clone(),
        id: live_group.map(|group| group.id.clone()),
        ttl: live_ttl,
        marks: live_group.map(|group| Marks::of(&address, group.settings.tags.as_ref())).unwrap_or_default(),
        group: compare_itself(&scene, &address, changes),
        streams: Vec::new(),
        dumps: Vec::new(),
        stream_ids: BTreeMap::new(),
        stream_marks: BTreeMap::new(),
        transfers: live_group.map(transfers_of).unwrap_or_default(),
        transfers_known: live_group.map_or(TransfersKnown::Whole, |group| match &group.dumps {
            Listing::Complete(_) => TransfersKnown::Whole,
            Listing::Unread(reason, _) => TransfersKnown::Unread(reason.clone()),
            Listing::NotOffered => TransfersKnown::NotOffered,
        }),
        live_streams: live_group.map_or(Some(0), |group| group.streams.complete().map(BTreeMap::len)),
        stuck_dumps: BTreeMap::new(),
    };
    stream::compare_all(&scene, &mut group_changes, changes);
    dump::compare_all(&scene, &mut group_changes, changes);
    if group_changes.group.is_some() || !group_changes.streams.is_empty() || !group_changes.dumps.is_empty() {
        changes.groups.push(group_changes);
    }
}

fn compare_itself(scene: &Scene<'_>, address: &Address, changes: &mut Changes) -> Option<Change> {
    let declared = scene.declared;
    let action = match (&declared.wanted, scene.live) {
        (Wanted::Absent(removal), None) => {
            changes.note_absent(*removal, address.clone());
            return None;
        }
        (Wanted::Present(settings), None) => {
            let reserved = scene.ownership.reserved(address, declared.protection);
            Action::CreateGroup(GroupCreation {
                ttl: settings.ttl,
                tags: tags::initial(settings.tags.as_ref(), &reserved),
                enterprise_project_id: settings.enterprise_project_id.clone(),
            })
        }
        (Wanted::Absent(removal), Some(live)) => match deletion(scene, address, *removal, live) {
            Ok(deletion) => Action::DeleteGroup(deletion),
            Err(obstacle) => {
                changes.obstacles.push(obstacle);
                return None;
            }
        },
        (Wanted::Present(settings), Some(live)) => match update(scene, address, settings, live, changes) {
            Some(update) => Action::UpdateGroup(update),
            None => {
                changes.unchanged += 1;
                return None;
            }
        },
    };
    Some(Change { address: address.clone(), place: written_at(&declared.wanted, &declared.place), action })
}

fn update(
    scene: &Scene<'_>,
    address: &Address,
    wanted: &GroupSettings,
    live: &LiveGroup,
    changes: &mut Changes,
) -> Option<GroupUpdate> {
    // Every field by name: a field that is forgotten here is never managed.
    let GroupSettings { ttl, tags: wanted_tags, enterprise_project_id } = wanted;
    let no_tags = Tags::default();
    let live_tags = live.settings.tags.as_ref().unwrap_or(&no_tags);
    let reserved = scene.ownership.reserved(address, scene.declared.protection);
    let delta = tags::compare(wanted_tags.as_ref(), &reserved, live_tags);
    let ttl = ttl.filter(|ttl| live.settings.ttl != Some(*ttl)).map(|ttl| (live.settings.ttl, ttl));
    if enterprise_project_id.is_some() && live.settings.enterprise_project_id.is_none() {
        let reason = "this edition does not show the enterprise project of a group";
        note_unverifiable(changes, address, Field::EnterpriseProjectId, reason);
    }
    let project = match (enterprise_project_id, &live.settings.enterprise_project_id) {
        (Some(wanted), Some(found)) if wanted != found => Some((Some(found.clone()), wanted.clone())),
        _ => None,
    };
    if ttl.is_none() && delta.is_empty() && project.is_none() {
        return None;
    }
    let marked = delta.add.get(super::ownership::MARKER_KEY).is_some();
    let adopted_from = marked.then(|| scene.ownership.owner(address, live.settings.tags.as_ref()));
    let followers = if ttl.is_some() { followers(scene, live) } else { Some(BTreeSet::new()) };
    Some(GroupUpdate {
        id: live.id.clone(),
        off_limits: followers.iter().flatten().find_map(|name| off_limits(scene, live, name)),
        followers,
        ttl,
        tags: delta,
        enterprise_project_id: project,
        adopted_from,
    })
}

/// Streams whose retention moves with the group's. A declared stream that gets
/// its own retention, or gives it up, is a change of its own.
fn followers(scene: &Scene<'_>, live: &LiveGroup) -> Option<BTreeSet<StreamName>> {
    let streams = live.streams.complete().filter(|_| find_twins(scene).is_none())?;
    let declared = scene.declared.streams.as_ref();
    let follows = |name: &StreamName, now: Option<StreamTtl>, tags: Option<&Tags>| {
        // A stream that is left alone keeps following, whatever is declared.
        let left_alone = scene.ownership.hands_off(&stream_address(scene.name, name), tags).is_some();
        let entry = declared.and_then(|streams| streams.get(name)).filter(|_| !left_alone);
        let wanted = entry.and_then(|stream| stream.wanted.present());
        let after = wanted.and_then(|settings| settings.ttl).or(now).unwrap_or(StreamTtl::Inherit);
        after == StreamTtl::Inherit && matches!(now, None | Some(StreamTtl::Inherit))
    };
    let list =
        streams.iter().filter(|(name, stream)| follows(name, stream.settings.ttl, stream.settings.tags.as_ref()));
    Some(list.map(|(name, _)| name.clone()).collect())
}

/// What keeps a stream from losing log lines by what we do to its group.
fn off_limits(scene: &Scene<'_>, live: &LiveGroup, name: &StreamName) -> Option<(String, String)> {
    let address = stream_address(scene.name, name);
    let stream = live.streams.complete()?.get(name)?;
    Some(match scene.ownership.hands_off(&address, stream.settings.tags.as_ref())? {
        HandsOff::Foreign(other) => (
            format!("its stream `{name}` belongs to estate `{other}` and would lose log lines by a shorter retention"),
            format!("have its estate give it a retention of its own, or take it over with `--take-over {address}`"),
        ),
        HandsOff::Unread => (
            format!("its stream `{name}` would lose log lines by a shorter retention: {UNREAD_TAGS}"),
            "look at the tags of the stream in the console".to_owned(),
        ),
    })
}

fn deletion(
    scene: &Scene<'_>,
    address: &Address,
    removal: Removal,
    live: &LiveGroup,
) -> Result<GroupDeletion, Obstacle> {
    let declared_streams = scene.declared.streams.as_ref();
    let mut declared_names: BTreeSet<StreamName> =
        declared_streams.into_iter().flatten().map(|(name, _)| name.clone()).collect();
    let mut held_by = protection_of(live.settings.tags.as_ref(), scene.declared.protection).map(str::to_owned);
    // A protected group stays, so that nothing in it is in danger.
    let stays = held_by.is_some();
    if let Some((name, reason)) = find_twins(scene).filter(|_| !stays) {
        return Err(Obstacle {
            address: address.clone(),
            place: written_at(&scene.declared.wanted, &scene.declared.place),
            reason: format!("a deletion would take both of its streams `{name}` along: {reason}"),
            help: "delete or rename one of them in the console; nothing is done to either".to_owned(),
        });
    }
    let mut streams = live.streams.complete().map(|_| BTreeMap::new());
    for (name, stream) in live.streams.complete().into_iter().flatten() {
        let stream_address = stream_address(scene.name, name);
        let tags = stream.settings.tags.as_ref();
        if let Some(hands_off) = scene.ownership.hands_off(&stream_address, tags).filter(|_| !stays) {
            let (reason, help) = match hands_off {
                HandsOff::Foreign(other) => (
                    format!("its stream `{name}` belongs to estate `{other}` and would be deleted with it"),
                    format!("keep the group, or take the stream over with `--take-over {stream_address}`"),
                ),
                HandsOff::Unread => (
                    format!("its stream `{name}` would be deleted with it: {UNREAD_TAGS}"),
                    "look at the tags of the stream in the console".to_owned(),
                ),
            };
            let place = written_at(&scene.declared.wanted, &scene.declared.place);
            return Err(Obstacle { address: address.clone(), place, reason, help });
        }
        let declared = declared_streams.and_then(|streams| streams.get(name)).and_then(|stream| stream.protection);
        if held_by.is_none() && protection_of(tags, declared).is_some() {
            held_by = Some(format!("its stream `{name}` is protected"));
        }
        // A group that is no longer declared took its streams out of the manifest
        // with it: the marker says that they were in it.
        if removal == Removal::Prune && scene.ownership.owner(&stream_address, tags) == Owner::Us {
            declared_names.insert(name.clone());
        }
        if let Some(streams) = &mut streams {
            let effective = stream.settings.ttl.unwrap_or(StreamTtl::Inherit).effective(live.settings.ttl);
            let tags = tags.cloned().unwrap_or_default();
            streams.insert(name.clone(), Doomed { id: stream.id.clone(), effective, ttl: stream.settings.ttl, tags });
        }
    }
    Ok(GroupDeletion {
        id: live.id.clone(),
        removal,
        marked: scene.ownership.owner(address, live.settings.tags.as_ref()) == Owner::Us,
        ttl: live.settings.ttl,
        tags: live.settings.tags.clone().unwrap_or_default(),
        streams,
        declared: declared_names,
        held_by: held_by.map(Into::into),
    })
}

/// Two live streams of the group with one name, and why nothing is done to them.
fn find_twins<'a>(scene: &Scene<'a>) -> Option<(&'a StreamName, &'a str)> {
    scene.ambiguous.iter().find_map(|(address, reason)| match address {
        Address::Stream(group, stream) if group == scene.name => Some((stream, reason.as_ref())),
        _ => None,
    })
}

fn transfers_of(live: &LiveGroup) -> Vec<Transfer> {
    let dumps = live.dumps.seen().map_or(&[][..], Vec::as_slice);
    if dumps.is_empty() {
        return Vec::new();
    }
    // The list of streams knows the names; a transfer may show an older one,
    // which is rare enough to sort the streams by id only then.
    let streams = live.streams.seen();
    let names: LazyCell<BTreeMap<_, _>, _> =
        LazyCell::new(|| streams.into_iter().flatten().map(|(name, stream)| (&stream.id, name)).collect());
    let is_current = |id: &StreamId, shown: &StreamName| {
        streams.and_then(|streams| streams.get(shown)).is_some_and(|stream| stream.id == *id)
    };
    let name_of = |id: &StreamId, shown: &StreamName| {
        if is_current(id, shown) { shown.clone() } else { names.get(id).copied().unwrap_or(shown).clone() }
    };
    dumps
        .iter()
        .map(|dump| Transfer {
            id: dump.id.clone(),
            kind: dump.kind.clone(),
            bucket: dump.settings.obs_bucket_name.clone(),
            streams: dump.streams.iter().map(|(id, shown)| name_of(id, shown)).collect::<BTreeSet<_>>(),
        })
        .collect()
}

fn obstruct(name: &GroupName, declared: &DesiredGroup, reason: String, help: String, changes: &mut Changes) {
    for_each_address(name, declared, |address, place| {
        let (reason, help) = match address {
            Address::Group(_) => (reason.clone(), help.clone()),
            _ => (format!("waits for groups/{name}, which is blocked"), help.clone()),
        };
        changes.obstacles.push(Obstacle { address, place, reason, help });
    });
}

fn for_each_address(name: &GroupName, declared: &DesiredGroup, mut visit: impl FnMut(Address, Option<Place>)) {
    visit(Address::Group(name.clone()), written_at(&declared.wanted, &declared.place));
    for (stream, entry) in declared.streams.iter().flatten() {
        visit(Address::Stream(name.clone(), stream.clone()), written_at(&entry.wanted, &entry.place));
    }
    for (handle, entry) in declared.dumps.iter().flatten() {
        visit(Address::Dump(name.clone(), handle.clone()), written_at(&entry.wanted, &entry.place));
    }
}

/// Where an entry is written; a removal that prune added is written nowhere.
pub(super) fn written_at<T>(wanted: &Wanted<T>, place: &Place) -> Option<Place> {
    (!matches!(wanted, Wanted::Absent(Removal::Prune))).then(|| place.clone())
}

/// Says that a declared field cannot be read back here.
pub(super) fn note_unverifiable(changes: &mut Changes, address: &Address, field: Field, reason: &str) {
    changes.unverifiable.push(Notice { address: address.clone(), field: Some(field), reason: reason.to_owned() });
}
