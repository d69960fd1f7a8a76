//! The live dumps that go: which of them a tombstone or the end of an estate
//! means, and what keeps one from going.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::change::{Action, Cause, Change, Changes, DumpDeletion, GroupChanges, Obstacle};
use super::dump::Candidate;
use super::group::{Scene, written_at};
use super::ownership::{HandsOff, UNREAD_TAGS, protection_of, stream_address};
use super::prune::handle_of;
use super::remembered::join_names;
use crate::model::{Address, DesiredDump, DumpHandle, Removal, StreamName, Wanted};

pub(super) fn claim_removals(
    scene: &Scene<'_>,
    declared: &BTreeMap<DumpHandle, DesiredDump>,
    candidates: &mut [Candidate<'_>],
    group: &mut GroupChanges,
    changes: &mut Changes,
) {
    let mut missing = Vec::new();
    for (handle, entry) in declared {
        let Wanted::Absent(removal) = entry.wanted else { continue };
        let address = Address::Dump(scene.name.clone(), handle.clone());
        if scene.live.is_some_and(|live| live.dumps.seen().is_none()) {
            if scene.memory.is_struck(scene.name, &entry.streams) {
                changes.note_absent(removal, address);
                continue;
            }
            group.stuck_dumps.extend(entry.streams.iter().map(|stream| (stream.clone(), address.to_string())));
            changes.obstacles.push(Obstacle {
                address,
                place: Some(entry.place.clone()),
                reason: "this edition of the API can create dumps, but neither list nor delete them".to_owned(),
                help: console_help(scene, &entry.streams),
            });
            continue;
        }
        let mut found = false;
        for candidate in candidates.iter_mut().filter(|candidate| candidate.cause.is_none()) {
            let bucket = &candidate.dump.settings.obs_bucket_name;
            let same = match removal {
                // A tombstone names streams and bucket, and both must match: a
                // dump that somebody made since is not the one that was meant.
                Removal::Tombstone => candidate.streams == entry.streams && entry.tombstone_bucket == *bucket,
                // Prune speaks of the one it saw.
                Removal::Prune => handle_of(candidate.dump) == *handle,
                Removal::Destroy => !candidate.streams.is_disjoint(&entry.streams),
            };
            if same {
                candidate.cause = Some(Cause::Removal(removal));
                candidate.shown_as = (!found).then(|| address.clone());
                found = true;
            }
        }
        if !found {
            missing.push((address, entry, removal));
        }
    }
    // Which dumps nobody means is known when every entry has had its say.
    for (address, entry, removal) in missing {
        let others = find_others(declared, candidates, entry);
        if removal == Removal::Tombstone && !others.is_empty() {
            changes.warnings.extend(others.into_iter().map(|other| describe_mismatch(&address, entry, other)));
        } else {
            changes.note_absent(removal, address);
        }
    }
}

/// The live dumps that cover streams of a tombstone, are not the one it names,
/// and are meant by no other entry.
fn find_others<'c, 'a>(
    declared: &BTreeMap<DumpHandle, DesiredDump>,
    candidates: &'c [Candidate<'a>],
    entry: &DesiredDump,
) -> Vec<&'c Candidate<'a>> {
    let wanted = || declared.values().filter(|other| other.wanted.present().is_some());
    let nobodys = |candidate: &&Candidate<'_>| {
        candidate.cause.is_none() && wanted().all(|other| other.streams.is_disjoint(&candidate.streams))
    };
    let overlapping = candidates.iter().filter(|candidate| !candidate.streams.is_disjoint(&entry.streams));
    overlapping.filter(nobodys).collect()
}

fn describe_mismatch(address: &Address, entry: &DesiredDump, other: &Candidate<'_>) -> String {
    let bucket = other.dump.settings.obs_bucket_name.as_ref();
    let differs = match (other.streams == entry.streams, entry.tombstone_bucket.as_ref() == bucket) {
        (true, _) => "another bucket",
        (false, true) => "other streams",
        (false, false) => "other streams and another bucket",
    };
    let bucket = bucket.map_or_else(|| "a bucket that is not shown".to_owned(), |bucket| format!("bucket `{bucket}`"));
    format!(
        "{address} removes nothing: live dump {} has {differs} (streams [{}], {bucket}); name these in the entry if that \
         dump is to go, or take the entry out",
        other.dump.id,
        join_names(&other.streams)
    )
}

/// The streams that some dump covers once the plan is done, and those that the
/// manifest names in a dump of any kind.
pub(super) struct Covered<'a> {
    afterwards: BTreeSet<&'a StreamName>,
    named: BTreeSet<&'a StreamName>,
}

pub(super) fn covered_afterwards<'a>(
    declared: &'a BTreeMap<DumpHandle, DesiredDump>,
    candidates: &'a [Candidate<'_>],
) -> Covered<'a> {
    let wanted = declared.values().filter(|dump| dump.wanted.present().is_some()).flat_map(|dump| &dump.streams);
    let kept = candidates.iter().filter(|other| other.cause.is_none()).flat_map(|other| &other.streams);
    Covered {
        afterwards: wanted.chain(kept).collect(),
        named: declared.values().flat_map(|dump| &dump.streams).collect(),
    }
}

pub(super) fn deletion(
    scene: &Scene<'_>,
    declared: &BTreeMap<DumpHandle, DesiredDump>,
    covered: &Covered<'_>,
    candidate: &Candidate<'_>,
) -> Option<Change> {
    let cause = candidate.cause.clone()?;
    let unnamed = || Address::Dump(scene.name.clone(), handle_of(candidate.dump));
    let address = candidate.shown_as.clone().unwrap_or_else(unnamed);
    let place = match &address {
        Address::Dump(_, handle) => declared.get(handle).and_then(|entry| written_at(&entry.wanted, &entry.place)),
        _ => None,
    };
    let entry_of = |stream: &StreamName| scene.declared.streams.as_ref().and_then(|streams| streams.get(stream));
    let group_goes = scene.declared.wanted.is_absent();
    let goes = |stream: &StreamName| group_goes || entry_of(stream).is_some_and(|entry| entry.wanted.is_absent());
    let staying: BTreeSet<StreamName> = candidate.streams.iter().filter(|stream| !goes(stream)).cloned().collect();
    let undeclared = staying
        .iter()
        .filter(|stream| !covered.afterwards.contains(stream) && !covered.named.contains(stream))
        .filter(|stream| entry_of(stream).is_none())
        .cloned()
        .collect();
    let action = Action::DeleteDump(DumpDeletion {
        id: candidate.dump.id.clone(),
        cause,
        streams: candidate.streams.clone(),
        bucket: candidate.dump.settings.obs_bucket_name.clone(),
        before: Box::new(candidate.dump.settings.clone()),
        held_by: held_by(scene, candidate),
        off_limits: off_limits(scene, candidate),
        undeclared,
    });
    Some(Change { address, place, action })
}

/// A dump is a child of its group and of its streams: what protects them
/// protects it from removal.
fn held_by(scene: &Scene<'_>, candidate: &Candidate<'_>) -> Option<Arc<str>> {
    let Some(Cause::Removal(_)) = candidate.cause else { return None };
    let live = scene.live?;
    if protection_of(live.settings.tags.as_ref(), scene.declared.protection).is_some() {
        return Some(format!("its group `{}` is protected", scene.name).into());
    }
    let protected = candidate.streams.iter().find(|name| {
        let declared = scene.declared.streams.as_ref().and_then(|streams| streams.get(*name));
        let found = live.streams.complete().and_then(|streams| streams.get(*name));
        let tags = found.and_then(|stream| stream.settings.tags.as_ref());
        protection_of(tags, declared.and_then(|stream| stream.protection)).is_some()
    })?;
    Some(format!("its stream `{protected}` is protected").into())
}

/// A stream that is not ours keeps its dump, whoever made that: estates do not
/// touch each other's objects.
pub(super) fn off_limits(scene: &Scene<'_>, candidate: &Candidate<'_>) -> Option<(String, String)> {
    let live = scene.live?;
    for name in &candidate.streams {
        let Some(stream) = live.streams.seen().and_then(|streams| streams.get(name)) else {
            if live.streams.complete().is_some() {
                continue;
            }
            return Some((
                format!(
                    "its stream `{name}` could not be read, so whose it is and whether it is protected is not known"
                ),
                "run again when the list of streams can be read".to_owned(),
            ));
        };
        let address = stream_address(scene.name, name);
        let Some(hands_off) = scene.ownership.hands_off(&address, stream.settings.tags.as_ref()) else { continue };
        let dump = &candidate.dump.id;
        return Some(match hands_off {
            HandsOff::Foreign(other) => (
                format!("live dump {dump} covers stream `{name}`, which belongs to estate `{other}`"),
                format!("leave that dump as it is, or take the stream over with `--take-over {address}`"),
            ),
            HandsOff::Unread => (
                format!("live dump {dump} covers stream `{name}`: {UNREAD_TAGS}"),
                "look at the tags of the stream in the console".to_owned(),
            ),
        });
    }
    None
}

fn console_help(scene: &Scene<'_>, streams: &BTreeSet<StreamName>) -> String {
    let names: Vec<&str> = streams.iter().map(StreamName::as_str).collect();
    format!(
        "remove it in the console: Log Transfer, group `{}`, stream `{}`; then run once with `--dump-removed`, and take \
         the entry out of the manifest",
        scene.name,
        names.join("`, `")
    )
}
