//! Compares the declared dumps of one group with the live ones.
//!
//! A dump has no name in the API. It is the streams it covers: a stream has at
//! most one OBS dump (facts page 6.5), so the live dumps of a group partition
//! its streams, and so do the declared ones. A live dump that overlaps a
//! declared one is the same dump, changed; where the two partitions differ,
//! dumps split, merge or swap streams, and every live dump of such a knot is
//! deleted before the declared ones are created.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Action, Cause, Change, Changes, DumpCreation, DumpDeletion, DumpUpdate};
use super::change::{GroupChanges, Notice, Obstacle, Sick, TransfersKnown};
use super::group::{Scene, note_unverifiable};
use crate::model::{
    Address, DesiredDump, DumpHandle, DumpSettings, Field, Health, LiveDump, Removal, StreamName, TransferId,
    TransferKind, Wanted,
};

/// A live OBS dump while it is being matched.
struct Candidate<'a> {
    dump: &'a LiveDump,
    streams: BTreeSet<StreamName>,
    cause: Option<Cause>,
    /// The address under which its deletion is shown.
    shown_as: Option<Address>,
}

pub(super) fn compare_all(scene: &Scene<'_>, group: &mut GroupChanges, changes: &mut Changes) {
    let Some(declared) = &scene.declared.dumps else { return };
    if let TransfersKnown::Unread(reason) = &group.transfers_known {
        for handle in declared.keys() {
            let address = Address::Dump(scene.name.clone(), handle.clone());
            changes.unread.push(Notice { address, field: None, reason: reason.to_string() });
        }
        return;
    }
    let mut candidates = candidates(scene, group);
    claim_removals(scene, declared, &mut candidates, group, changes);
    for (handle, entry) in declared {
        if let Wanted::Present(settings) = &entry.wanted {
            match_declared(scene, handle, entry, settings, &mut candidates, group, changes);
        }
    }
    for candidate in &candidates {
        if let Some(deletion) = deletion(scene, declared, &candidates, candidate) {
            group.dumps.push(deletion);
        }
    }
    // Deletions were found after creations; addresses bring them back together.
    group.dumps.sort_by(|one, two| one.address.cmp(&two.address));
    remember_stream_ids(scene, group);
}

fn candidates<'a>(scene: &Scene<'a>, group: &GroupChanges) -> Vec<Candidate<'a>> {
    let dumps = scene.live.and_then(|live| live.dumps.complete()).into_iter().flatten();
    dumps
        .zip(&group.transfers)
        .filter(|(dump, _)| dump.kind == TransferKind::Obs)
        .map(|(dump, transfer)| Candidate { dump, streams: transfer.streams.clone(), cause: None, shown_as: None })
        .collect()
}

fn claim_removals(
    scene: &Scene<'_>,
    declared: &BTreeMap<DumpHandle, DesiredDump>,
    candidates: &mut [Candidate<'_>],
    group: &mut GroupChanges,
    changes: &mut Changes,
) {
    for (handle, entry) in declared {
        let Wanted::Absent(removal) = entry.wanted else { continue };
        let address = Address::Dump(scene.name.clone(), handle.clone());
        if scene.live.is_some_and(|live| live.dumps.seen().is_none()) {
            group.stuck_dumps.extend(entry.streams.iter().map(|stream| (stream.clone(), address.clone())));
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
                Removal::Tombstone | Removal::Prune => {
                    candidate.streams == entry.streams && entry.tombstone_bucket == *bucket
                }
                Removal::Destroy => !candidate.streams.is_disjoint(&entry.streams),
            };
            if same {
                candidate.cause = Some(Cause::Removal(removal));
                candidate.shown_as = (!found).then(|| address.clone());
                found = true;
            }
        }
        if !found {
            changes.satisfied.push(address);
        }
    }
}

fn match_declared(
    scene: &Scene<'_>,
    handle: &DumpHandle,
    entry: &DesiredDump,
    settings: &DumpSettings,
    candidates: &mut [Candidate<'_>],
    group: &mut GroupChanges,
    changes: &mut Changes,
) {
    let address = Address::Dump(scene.name.clone(), handle.clone());
    let overlapping: Vec<usize> = (0..candidates.len())
        .filter(|index| {
            let candidate = &candidates[*index];
            !matches!(candidate.cause, Some(Cause::Removal(_))) && !candidate.streams.is_disjoint(&entry.streams)
        })
        .collect();
    if let Some((one, two, stream)) = find_twins(&overlapping, candidates) {
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
        if live.health == Health::Exception {
            let bucket = live.settings.obs_bucket_name.clone();
            changes.sick.push(Sick { address: address.clone(), id: live.id.clone(), bucket });
        }
        let difference = compare(settings, live);
        for field in &difference.unverifiable {
            let shown = live.unreadable.get(field).map_or("", |text| text);
            note_unverifiable(changes, &address, *field, &format!("the service shows `{shown}`, which is unknown"));
        }
        if difference.fields.is_empty() {
            changes.unchanged += 1;
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
    let creation = DumpCreation { streams: entry.streams.clone(), settings: Box::new(settings), replaces, because };
    group.dumps.push(Change { address, place: Some(entry.place.clone()), action: Action::CreateDump(creation) });
}

fn find_twins(overlapping: &[usize], candidates: &[Candidate<'_>]) -> Option<(TransferId, TransferId, StreamName)> {
    overlapping.iter().enumerate().find_map(|(position, one)| {
        let one = &candidates[*one];
        candidates.iter().enumerate().find_map(|(index, two)| {
            let other = index != overlapping[position];
            let shared = one.streams.intersection(&two.streams).next().filter(|_| other)?;
            Some((one.dump.id.clone(), two.dump.id.clone(), shared.clone()))
        })
    })
}

fn deletion(
    scene: &Scene<'_>,
    declared: &BTreeMap<DumpHandle, DesiredDump>,
    candidates: &[Candidate<'_>],
    candidate: &Candidate<'_>,
) -> Option<Change> {
    let cause = candidate.cause.clone()?;
    let handle = DumpHandle::from_service(candidate.dump.id.as_str());
    let address = candidate.shown_as.clone().unwrap_or_else(|| Address::Dump(scene.name.clone(), handle));
    let place = match &address {
        Address::Dump(_, handle) => declared.get(handle).map(|entry| entry.place.clone()),
        _ => None,
    };
    let covered_after = |stream: &StreamName| {
        let declared = declared.values().any(|dump| dump.wanted.present().is_some() && dump.streams.contains(stream));
        let kept = candidates.iter().any(|other| other.cause.is_none() && other.streams.contains(stream));
        declared || kept
    };
    let entry_of = |stream: &StreamName| scene.declared.streams.as_ref().and_then(|streams| streams.get(stream));
    let group_goes = scene.declared.wanted.is_absent();
    let goes = |stream: &StreamName| group_goes || entry_of(stream).is_some_and(|entry| entry.wanted.is_absent());
    let staying: BTreeSet<StreamName> = candidate.streams.iter().filter(|stream| !goes(stream)).cloned().collect();
    let named = |stream: &StreamName| declared.values().any(|dump| dump.streams.contains(stream));
    let undeclared = staying
        .iter()
        .filter(|stream| !covered_after(stream) && entry_of(stream).is_none() && !named(stream))
        .cloned()
        .collect();
    let action = Action::DeleteDump(DumpDeletion {
        id: candidate.dump.id.clone(),
        cause,
        streams: candidate.streams.clone(),
        bucket: candidate.dump.settings.obs_bucket_name.clone(),
        before: Box::new(candidate.dump.settings.clone()),
        staying,
        undeclared,
    });
    Some(Change { address, place, action })
}

/// The ids of live streams that new dumps name.
fn remember_stream_ids(scene: &Scene<'_>, group: &mut GroupChanges) {
    let Some(live) = scene.live.and_then(|live| live.streams.complete()) else { return };
    for change in &group.dumps {
        if let Action::CreateDump(creation) = &change.action {
            for name in &creation.streams {
                if let Some(stream) = live.get(name) {
                    group.stream_ids.insert(name.clone(), stream.id.clone());
                }
            }
        }
    }
}

struct Difference {
    fields: Vec<Field>,
    unverifiable: Vec<Field>,
}

/// Compares every field by name: one that is forgotten here is never managed.
fn compare(wanted: &DumpSettings, live: &LiveDump) -> Difference {
    let DumpSettings {
        obs_bucket_name,
        storage_format,
        period,
        switch_on,
        dir_prefix_name,
        prefix_name,
        time_zone,
        encryption,
        agency,
    } = wanted;
    let found = &live.settings;
    let mut difference = Difference { fields: Vec::new(), unverifiable: Vec::new() };
    let mut weigh = |field: Field, same: Option<bool>| match same {
        Some(true) => {}
        Some(false) => difference.fields.push(field),
        None => difference.unverifiable.push(field),
    };
    weigh(Field::ObsBucketName, same(obs_bucket_name, &found.obs_bucket_name));
    weigh(Field::StorageFormat, same(storage_format, &found.storage_format));
    weigh(Field::Period, same(period, &found.period));
    weigh(Field::SwitchOn, same(switch_on, &found.switch_on));
    weigh(Field::DirPrefixName, same(dir_prefix_name, &found.dir_prefix_name));
    weigh(Field::PrefixName, same(prefix_name, &found.prefix_name));
    weigh(Field::TimeZone, same(time_zone, &found.time_zone));
    weigh(Field::Encryption, same(encryption, &found.encryption));
    weigh(Field::Agency, same(agency, &found.agency));
    difference
}

/// Says whether a declared field is as declared; nothing when the live side
/// makes no statement.
fn same<T: PartialEq>(wanted: &Option<T>, found: &Option<T>) -> Option<bool> {
    match (wanted, found) {
        (None, _) => Some(true),
        (Some(wanted), Some(found)) => Some(wanted == found),
        (Some(_), None) => None,
    }
}

fn overlay(wanted: &DumpSettings, live: &DumpSettings) -> DumpSettings {
    let wanted = wanted.clone();
    let live = live.clone();
    DumpSettings {
        obs_bucket_name: wanted.obs_bucket_name.or(live.obs_bucket_name),
        storage_format: wanted.storage_format.or(live.storage_format),
        period: wanted.period.or(live.period),
        switch_on: wanted.switch_on.or(live.switch_on),
        dir_prefix_name: wanted.dir_prefix_name.or(live.dir_prefix_name),
        prefix_name: wanted.prefix_name.or(live.prefix_name),
        time_zone: wanted.time_zone.or(live.time_zone),
        encryption: wanted.encryption.or(live.encryption),
        agency: wanted.agency.or(live.agency),
    }
}

fn console_help(scene: &Scene<'_>, streams: &BTreeSet<StreamName>) -> String {
    let names: Vec<&str> = streams.iter().map(StreamName::as_str).collect();
    format!(
        "remove it in the console: Log Transfer, group `{}`, stream `{}`; then take the entry out of the manifest",
        scene.name,
        names.join("`, `")
    )
}
