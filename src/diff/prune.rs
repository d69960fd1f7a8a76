//! What `prune: owned` adds to a declaration: a removal for everything of ours
//! that is no longer declared.
//!
//! A section that is absent says nothing and is never pruned.

use super::change::Obstacle;
use super::ownership::{Owner, Ownership, stream_address};
use crate::model::{
    Address, Desired, DesiredGroup, DesiredStream, GroupName, Live, LiveGroup, Place, Prune, Removal, StreamName,
    Wanted,
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
/// marker and is no longer declared. Where markers cannot be written, none was
/// written by us, and nothing is added.
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
    Pruned { desired, spared }
}

/// What is ours and no longer declared.
struct Lost {
    groups: Vec<LostGroup>,
    streams: Vec<(GroupName, StreamName)>,
}

struct LostGroup {
    name: GroupName,
    /// Whether streams that carry our marker would go with it.
    has_our_streams: bool,
}

fn find_lost(desired: &Desired, live: &Live, ownership: &Ownership<'_>) -> Lost {
    let mut lost = Lost { groups: Vec::new(), streams: Vec::new() };
    for (name, live_group) in &live.groups {
        let tags = live_group.settings.tags.as_ref();
        let is_ours = || ownership.owner(&Address::Group(name.clone()), tags) == Owner::Us;
        match desired.groups.get(name) {
            None if is_ours() => {
                let has_our_streams = our_streams(name, live_group, ownership).next().is_some();
                lost.groups.push(LostGroup { name: name.clone(), has_our_streams });
            }
            Some(DesiredGroup { wanted: Wanted::Present(_), streams, .. }) => {
                if let (Some(declared), true) = (streams, live_group.streams.complete().is_some()) {
                    let ours = our_streams(name, live_group, ownership);
                    let gone = ours.filter(|stream| !declared.contains_key(*stream));
                    lost.streams.extend(gone.map(|stream| (name.clone(), stream.clone())));
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

/// Takes out what a manifest hardly means to delete, because it suddenly
/// declares nothing of its kind.
fn spare(lost: &mut Lost, desired: &Desired) -> Vec<Obstacle> {
    let mut groups = desired.groups.values();
    let declares_group = groups.any(|group| !group.wanted.is_absent());
    let mut streams = desired.groups.values().flat_map(|group| group.streams.iter().flatten());
    let declares_stream = streams.any(|(_, stream)| !stream.wanted.is_absent());
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
    spared
}

fn spare_one(address: Address, what: &str, kind: &str) -> Obstacle {
    Obstacle {
        address,
        place: None,
        reason: format!("`prune: owned` would delete {what}, and the manifest declares no {kind} at all any more"),
        help: "look for a broken or missing file; to delete it, declare it with `ensure: absent`".to_owned(),
    }
}
