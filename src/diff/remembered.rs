//! Dumps where the API can only create them: what an earlier run created is
//! remembered, and stands in for what cannot be listed. Everything known from
//! it is unverified.

use std::collections::BTreeSet;

use super::change::{Changes, GroupChanges, Obstacle};
use super::dump_settings::compare;
use super::group::{Scene, note_unverifiable};
use crate::model::{Address, DesiredDump, DumpSettings, Field, StreamName};

/// Whether a declared dump has been dealt with.
pub(super) enum Settled {
    /// It is remembered: as declared, or an obstacle.
    Yes,
    /// Nothing is remembered of it.
    No,
}

/// Every remembered dump would make the deletion of its streams and of its
/// group fail.
pub(super) fn note_evidence(scene: &Scene<'_>, group: &mut GroupChanges) {
    for (streams, _) in scene.memory.of_group(scene.name) {
        for stream in streams {
            let what = format!("the dump of [{}] that the ledger remembers", join_names(streams));
            group.stuck_dumps.entry(stream.clone()).or_insert(what);
        }
    }
}

/// Compares a declared dump with what is remembered.
pub(super) fn settle(
    scene: &Scene<'_>,
    address: &Address,
    entry: &DesiredDump,
    wanted: &DumpSettings,
    changes: &mut Changes,
) -> Settled {
    let overlapping = scene.memory.of_group(scene.name).find(|(streams, _)| !streams.is_disjoint(&entry.streams));
    let Some((streams, found)) = overlapping else { return Settled::No };
    let difference = if *streams == entry.streams {
        describe_difference(wanted, found)
    } else {
        stream_difference(streams, &entry.streams)
    };
    match difference {
        None => {
            changes.unchanged += 1;
            let reason = "remembered by the ledger; this edition of the API does not list dumps";
            note_unverifiable(changes, address, Field::Streams, reason);
        }
        Some(difference) => changes.obstacles.push(Obstacle {
            address: address.clone(),
            place: Some(entry.place.clone()),
            reason: format!("this edition of the API cannot change a dump: {difference}"),
            help: format!(
                "remove the dump in the console (Log Transfer, group `{}`, stream `{}`), then run again with \
                 `--dump-removed {address}`",
                scene.name,
                join_names(streams)
            ),
        }),
    }
    Settled::Yes
}

fn describe_difference(wanted: &DumpSettings, found: &DumpSettings) -> Option<String> {
    let fields = compare(wanted, found).fields;
    let names: Vec<&str> = fields.iter().map(|field| field.as_str()).collect();
    (!names.is_empty()).then(|| format!("`{}` differs from what was created", names.join("`, `")))
}

fn stream_difference(found: &BTreeSet<StreamName>, wanted: &BTreeSet<StreamName>) -> Option<String> {
    Some(format!("streams [{}] -> [{}]", join_names(found), join_names(wanted)))
}

pub(super) fn join_names(streams: &BTreeSet<StreamName>) -> String {
    let names: Vec<&str> = streams.iter().map(StreamName::as_str).collect();
    names.join(", ")
}
