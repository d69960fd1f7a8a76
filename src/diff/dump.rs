//! Compares the declared dumps of one group with the live ones.
//!
//! A dump has no name in the API. It is the streams it covers: a stream has at
//! most one OBS dump (facts page 6.5), so the live dumps of a group partition
//! its streams, and so do the declared ones. A live dump that overlaps a
//! declared one is the same dump, changed; where the two partitions differ,
//! dumps split, merge or swap streams, and every live dump of such a knot is
//! deleted before the declared ones are created.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Action, Cause, Change, Changes, DumpCreation, DumpUpdate};
use super::change::{GroupChanges, Notice, Obstacle, Sick, TransfersKnown};
use super::dump_removal::{claim_removals, covered_afterwards, deletion, off_limits};
use super::dump_settings::{compare, overlay};
use super::group::{Scene, note_unverifiable};
use super::marks::Marks;
use super::ownership::{HandsOff, stream_address};
use super::remembered::{self, Settled};
use crate::model::{
    Address, DesiredDump, DumpHandle, DumpSettings, Field, Health, LiveDump, StreamName, TransferId, TransferKind,
    Wanted,
};

/// A live OBS dump while it is being matched.
pub(super) struct Candidate<'a> {
    pub(super) dump: &'a LiveDump,
    pub(super) streams: BTreeSet<StreamName>,
    pub(super) cause: Option<Cause>,
    /// The address under which its deletion is shown.
    pub(super) shown_as: Option<Address>,
}

pub(super) fn compare_all(scene: &Scene<'_>, group: &mut GroupChanges, changes: &mut Changes) {
    // Evidence of a dump counts whether or not the manifest speaks of dumps.
    let unlisted = group.transfers_known == TransfersKnown::NotOffered;
    if unlisted {
        remembered::note_evidence(scene, group);
    }
    let Some(declared) = &scene.declared.dumps else { return };
    if let TransfersKnown::Unread(reason) = &group.transfers_known {
        for handle in declared.keys() {
            let address = Address::Dump(scene.name.clone(), handle.clone());
            changes.unread.push(Notice { address, field: None, reason: reason.to_string() });
        }
        return;
    }
    let mut candidates = candidates(scene, group);
    let index = index_by_stream(&candidates);
    claim_removals(scene, declared, &mut candidates, group, changes);
    for (handle, entry) in declared {
        if let Wanted::Present(settings) = &entry.wanted {
            let address = Address::Dump(scene.name.clone(), handle.clone());
            if unlisted && matches!(remembered::settle(scene, &address, entry, settings, changes), Settled::Yes) {
                continue;
            }
            match_declared(scene, (handle, entry, settings), &mut candidates, &index, group, changes);
        }
    }
    let covered = covered_afterwards(declared, &candidates);
    for candidate in &candidates {
        if let Some(deletion) = deletion(scene, declared, &covered, candidate) {
            group.dumps.push(deletion);
        }
    }
    // Deletions were found after creations; addresses bring them back together.
    group.dumps.sort_by(|one, two| one.address.cmp(&two.address));
    remember_streams(scene, group);
}

fn candidates<'a>(scene: &Scene<'a>, group: &GroupChanges) -> Vec<Candidate<'a>> {
    let dumps = scene.live.and_then(|live| live.dumps.complete()).into_iter().flatten();
    dumps
        .zip(&group.transfers)
        .filter(|(dump, _)| dump.kind == TransferKind::Obs)
        .map(|(dump, transfer)| Candidate { dump, streams: transfer.streams.clone(), cause: None, shown_as: None })
        .collect()
}

/// The live dumps of each stream, by position; more than one is a twin.
type Index = BTreeMap<StreamName, Vec<usize>>;

fn index_by_stream(candidates: &[Candidate<'_>]) -> Index {
    let mut index = Index::new();
    for (position, candidate) in candidates.iter().enumerate() {
        for stream in &candidate.streams {
            index.entry(stream.clone()).or_default().push(position);
        }
    }
    index
}

fn match_declared(
    scene: &Scene<'_>,
    (handle, entry, settings): (&DumpHandle, &DesiredDump, &DumpSettings),
    candidates: &mut [Candidate<'_>],
    index: &Index,
    group: &mut GroupChanges,
    changes: &mut Changes,
) {
    let address = Address::Dump(scene.name.clone(), handle.clone());
    if let Some((stream, reason)) = entry.streams.iter().find_map(|name| Some((name, find_trouble(scene, name)?))) {
        changes.obstacles.push(Obstacle {
            address,
            place: Some(entry.place.clone()),
            reason: format!("its stream `{stream}` {reason}"),
            help: format!("see groups/{}/streams/{stream}", scene.name),
        });
        return;
    }
    let stays = |position: &usize| !matches!(candidates[*position].cause, Some(Cause::Removal(_)));
    let positions: BTreeSet<usize> =
        entry.streams.iter().filter_map(|stream| index.get(stream)).flatten().copied().collect();
    let overlapping: Vec<usize> = positions.iter().copied().filter(stays).collect();
    if let Some((one, two, stream)) = find_twins(&overlapping, candidates, index) {
        changes.obstacles.push(Obstacle {
            address,
            place: Some(entry.place.clone()),
            reason: format!("stream `{stream}` has two OBS dumps: {one} and {two}"),
            help: "delete the one that is not wanted in the console; this program does not choose".to_owned(),
        });
        return;
    }
    let mut because = Vec::new();
    if let [only] = overlapping.as_slice()
        && candidates[*only].streams == entry.streams
    {
        let live = candidates[*only].dump;
        if live.health == Health::Exception && !is_accepted(scene, &address) {
            let bucket = live.settings.obs_bucket_name.clone();
            changes.sick.push(Sick { address: address.clone(), id: live.id.clone(), bucket });
        }
        let difference = compare(settings, &live.settings);
        for field in &difference.unverifiable {
            let shown = live.unreadable.get(field).map_or("", |text| text);
            note_unverifiable(changes, &address, *field, &format!("the service shows `{shown}`, which is unknown"));
        }
        if difference.fields.is_empty() {
            changes.unchanged += 1;
            return;
        }
        if let Some((reason, help)) = off_limits(scene, &candidates[*only]) {
            changes.obstacles.push(Obstacle { address, place: Some(entry.place.clone()), reason, help });
            return;
        }
        if !difference.fields.contains(&Field::Agency) {
            let update = DumpUpdate {
                id: live.id.clone(),
                streams: entry.streams.clone(),
                before: Box::new(live.settings.clone()),
                after: Box::new(overlay(settings, &live.settings)),
                unknown: live
                    .unreadable
                    .iter()
                    .filter(|(field, _)| !difference.fields.contains(field))
                    .map(|(field, text)| (*field, text.clone()))
                    .collect(),
                fields: difference.fields,
                carried: live.carried.clone(),
            };
            let action = Action::UpdateDump(Box::new(update));
            group.dumps.push(Change { address, place: Some(entry.place.clone()), action });
            return;
        }
        because.extend(difference.fields.iter().copied().filter(|field| *field == Field::Agency));
    } else if !overlapping.is_empty() {
        because.push(Field::Streams);
    }
    let predecessor = match overlapping.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    let mut replaces = BTreeSet::<TransferId>::new();
    for index in overlapping {
        let candidate = &mut candidates[index];
        replaces.insert(candidate.dump.id.clone());
        match &mut candidate.cause {
            Some(Cause::ReplacedBy(heirs)) => heirs.push(address.clone()),
            _ => candidate.cause = Some(Cause::ReplacedBy(vec![address.clone()])),
        }
    }
    // The first live dump without an address of its own is shown as this one,
    // so that an ordinary replacement reads `-/+` at one address.
    if let Some(first) =
        candidates.iter_mut().find(|candidate| replaces.contains(&candidate.dump.id) && candidate.shown_as.is_none())
    {
        first.shown_as = Some(address.clone());
    }
    // What the manifest does not say is kept from the one dump it replaces.
    let predecessor = predecessor.map(|index| &candidates[index].dump.settings);
    let settings = predecessor.map_or_else(|| settings.clone(), |live| overlay(settings, live));
    let removed = |position: &&usize| matches!(candidates[**position].cause, Some(Cause::Removal(_)));
    let follows = positions.iter().filter(removed).map(|position| candidates[*position].dump.id.clone()).collect();
    let streams = entry.streams.clone();
    let creation = DumpCreation { streams, settings: Box::new(settings), replaces, follows, because };
    group.dumps.push(Change { address, place: Some(entry.place.clone()), action: Action::CreateDump(creation) });
}

/// Two live dumps that share a stream. One that goes by a tombstone settles the
/// matter and does not count.
fn find_twins(
    overlapping: &[usize],
    candidates: &[Candidate<'_>],
    index: &Index,
) -> Option<(TransferId, TransferId, StreamName)> {
    let stays = |position: &&usize| !matches!(candidates[**position].cause, Some(Cause::Removal(_)));
    overlapping.iter().flat_map(|position| &candidates[*position].streams).find_map(|stream| {
        let mut staying = index.get(stream)?.iter().filter(stays);
        let (one, two) = (staying.next()?, staying.next()?);
        Some((candidates[*one].dump.id.clone(), candidates[*two].dump.id.clone(), stream.clone()))
    })
}

/// What keeps a stream from being dumped on behalf of this estate, if anything.
fn find_trouble(scene: &Scene<'_>, name: &StreamName) -> Option<String> {
    let address = stream_address(scene.name, name);
    if scene.ambiguous.contains_key(&address) {
        return Some("is there twice".to_owned());
    }
    let stream = scene.live?.streams.complete()?.get(name)?;
    scene.ownership.hands_off(&address, stream.settings.tags.as_ref()).map(|hands_off| match hands_off {
        HandsOff::Foreign(other) => format!("belongs to estate `{other}`"),
        HandsOff::Unread => "has tags that were not understood, so whose it is is not known".to_owned(),
    })
}

/// Known trouble of a dump is tolerated like known drift.
fn is_accepted(scene: &Scene<'_>, address: &Address) -> bool {
    scene.accept.iter().any(|entry| {
        entry.field.as_ref() == "status" && entry.value.as_ref() == "EXCEPTION" && entry.address.matches(address)
    })
}

/// Takes the ids and marks of the live streams along that the changes speak of.
fn remember_streams(scene: &Scene<'_>, group: &mut GroupChanges) {
    let Some(live) = scene.live.and_then(|live| live.streams.complete()) else { return };
    for change in &group.dumps {
        let streams = match &change.action {
            Action::CreateDump(creation) => &creation.streams,
            Action::UpdateDump(update) => &update.streams,
            Action::DeleteDump(deletion) => &deletion.streams,
            _ => continue,
        };
        for (name, stream) in streams.iter().filter_map(|name| Some((name, live.get(name)?))) {
            if matches!(change.action, Action::CreateDump(_)) {
                group.stream_ids.insert(name.clone(), stream.id.clone());
            }
            let marks = Marks::of(&stream_address(scene.name, name), stream.settings.tags.as_ref());
            group.stream_marks.insert(name.clone(), marks);
        }
    }
}
