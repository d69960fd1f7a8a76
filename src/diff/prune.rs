//! What `prune: owned` adds to a declaration: a removal for everything of ours
//! that is no longer declared.
//!
//! A section that is absent says nothing and is never pruned.

use std::collections::BTreeSet;

use super::change::Obstacle;
use super::ownership::{Owner, Ownership, stream_address};
use crate::model::{
    Address, Desired, DesiredDump, DesiredGroup, DesiredStream, DumpHandle, GroupName, Live, LiveDump, LiveGroup,
    Place, Prune, Removal, StreamName, TransferKind, Wanted,
};

/// A declaration with the removals of `prune: owned` in it.
#[derive(Debug, Clone)]
pub struct Pruned {
    /// The declaration.
    pub desired: Desired,
    /// Objects that are not removed, because the manifest suddenly declares
    /// nothing of their kind: that is more often a broken file than a wish.
    pub spared: Vec<Obstacle>,
}

/// Adds a removal for every live group and stream that carries this estate's
/// marker and is no longer declared, and for every live OBS dump that no
/// declared dump overlaps, in a group that carries the marker and says which
/// dumps it has. Where markers cannot be written, none was written by us, and
/// nothing is added.
#[must_use]
pub fn add_pruned(mut desired: Desired, live: &Live, ownership: &Ownership<'_>) -> Pruned {
    if desired.policy.prune != Prune::Owned || ownership.estate.is_none() || !ownership.tags_writable {
        return Pruned { desired, spared: Vec::new() };
    }
    let mut lost = find_lost(&desired, live, ownership);
    let spared = spare(&mut lost, &desired);
    let place = Place { file: "prune".into(), line: 1, column: 1 };
    for LostGroup { name, .. } in lost.groups {
        let (wanted, place) = (Wanted::Absent(Removal::Prune), place.clone());
        desired.groups.insert(name, DesiredGroup { wanted, protection: None, streams: None, dumps: None, place });
    }
    for (group, name) in lost.streams {
        if let Some(DesiredGroup { streams: Some(streams), .. }) = desired.groups.get_mut(&group) {
            let (wanted, place) = (Wanted::Absent(Removal::Prune), place.clone());
            streams.insert(name, DesiredStream { wanted, protection: None, place });
        }
    }
    for (group, dump) in lost.dumps {
        if let Some(DesiredGroup { dumps: Some(dumps), .. }) = desired.groups.get_mut(&group) {
            // A handle of the manifest's own that reads like an id stays what it is.
            dumps.entry(handle_of(dump)).or_insert_with(|| DesiredDump {
                streams: dump.stream_names(),
                wanted: Wanted::Absent(Removal::Prune),
                tombstone_bucket: dump.settings.obs_bucket_name.clone(),
                place: place.clone(),
            });
        }
    }
    Pruned { desired, spared }
}

/// Returns the handle of a live dump that the manifest has no name for.
pub(super) fn handle_of(dump: &LiveDump) -> DumpHandle {
    DumpHandle::from_service(dump.id.as_str())
}

/// What is ours and no longer declared.
struct Lost<'a> {
    groups: Vec<LostGroup>,
    streams: Vec<(GroupName, StreamName)>,
    dumps: Vec<(GroupName, &'a LiveDump)>,
}

struct LostGroup {
    name: GroupName,
    /// Whether streams that carry our marker would go with it.
    has_our_streams: bool,
}

fn find_lost<'a>(desired: &Desired, live: &'a Live, ownership: &Ownership<'_>) -> Lost<'a> {
    let mut lost = Lost { groups: Vec::new(), streams: Vec::new(), dumps: Vec::new() };
    for (name, live_group) in &live.groups {
        let tags = live_group.settings.tags.as_ref();
        let address = Address::Group(name.clone());
        if ownership.hands_off(&address, tags).is_some() {
            continue;
        }
        let is_ours = || ownership.owner(&address, tags) == Owner::Us;
        match desired.groups.get(name) {
            None if is_ours() => {
                let has_our_streams = our_streams(name, live_group, ownership).next().is_some();
                lost.groups.push(LostGroup { name: name.clone(), has_our_streams });
            }
            Some(DesiredGroup { wanted: Wanted::Present(_), streams, dumps, .. }) => {
                if let (Some(declared), true) = (streams, live_group.streams.complete().is_some()) {
                    let ours = our_streams(name, live_group, ownership);
                    let gone = ours.filter(|stream| !declared.contains_key(*stream));
                    lost.streams.extend(gone.map(|stream| (name.clone(), stream.clone())));
                }
                if let Some(declared) = dumps.as_ref().filter(|_| is_ours()) {
                    let covered: BTreeSet<&StreamName> = declared.values().flat_map(|dump| &dump.streams).collect();
                    let dumps = live_group.dumps.complete().into_iter().flatten();
                    let gone = dumps.filter(|dump| {
                        dump.kind == TransferKind::Obs
                            && !dump.streams.values().any(|stream| covered.contains(stream))
                            && concerns_us(name, dump, live_group, ownership)
                    });
                    lost.dumps.extend(gone.map(|dump| (name.clone(), dump)));
                }
            }
            _ => {}
        }
    }
    lost
}

fn our_streams<'a>(
    group: &'a GroupName,
    live: &'a LiveGroup,
    ownership: &'a Ownership<'_>,
) -> impl Iterator<Item = &'a StreamName> {
    let streams = live.streams.seen().into_iter().flatten();
    let is_ours = move |name: &StreamName, tags| ownership.owner(&stream_address(group, name), tags) == Owner::Us;
    streams.filter(move |(name, stream)| is_ours(name, stream.settings.tags.as_ref())).map(|(name, _)| name)
}

/// A dump of nothing but other estates' streams is as little our business as
/// these streams are.
fn concerns_us(group: &GroupName, dump: &LiveDump, live: &LiveGroup, ownership: &Ownership<'_>) -> bool {
    dump.streams.values().any(|name| {
        let found = live.streams.seen().and_then(|streams| streams.get(name));
        found.is_none_or(|stream| {
            ownership.hands_off(&stream_address(group, name), stream.settings.tags.as_ref()).is_none()
        })
    })
}

/// Takes out what a manifest hardly means to delete, because it suddenly
/// declares nothing of its kind.
fn spare(lost: &mut Lost<'_>, desired: &Desired) -> Vec<Obstacle> {
    let mut groups = desired.groups.values();
    let declares_group = groups.any(|group| !group.wanted.is_absent());
    let mut streams = desired.groups.values().flat_map(|group| group.streams.iter().flatten());
    let declares_stream = streams.any(|(_, stream)| !stream.wanted.is_absent());
    let mut dumps = desired.groups.values().flat_map(|group| group.dumps.iter().flatten());
    let declares_dump = dumps.any(|(_, dump)| !dump.wanted.is_absent());
    let loses_streams = !lost.streams.is_empty() || lost.groups.iter().any(|group| group.has_our_streams);

    let kind = if !declares_group && !lost.groups.is_empty() {
        Some("log group")
    } else if !declares_stream && loses_streams {
        Some("log stream")
    } else {
        None
    };
    let mut spared = Vec::new();
    if let Some(kind) = kind {
        for LostGroup { name, has_our_streams } in lost.groups.drain(..) {
            let what = if has_our_streams { "it with its streams" } else { "it" };
            spared.push(spare_one(Address::Group(name), what, kind));
        }
        for (group, name) in lost.streams.drain(..) {
            spared.push(spare_one(Address::Stream(group, name), "it", kind));
        }
    }
    if kind.is_some() || !declares_dump {
        for (group, dump) in lost.dumps.drain(..) {
            let kind = kind.unwrap_or("OBS dump");
            spared.push(spare_one(Address::Dump(group, handle_of(dump)), "it", kind));
        }
    }
    spared
}

fn spare_one(address: Address, what: &str, kind: &str) -> Obstacle {
    let way_out = match &address {
        Address::Dump(..) => ", its streams and its bucket; or take `dumps` out of the group to leave it alone",
        _ => "",
    };
    Obstacle {
        address,
        place: None,
        reason: format!("`prune: owned` would delete {what}, and the manifest declares no {kind} at all any more"),
        help: format!("look for a broken or missing file; to delete it, declare it with `ensure: absent`{way_out}"),
    }
}
