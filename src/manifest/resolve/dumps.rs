//! Dumps against the streams of their group, and against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::super::code;
use super::super::document::{DumpEntry, GroupEntry};
use super::super::sink::{Draft, Said, Sink, Spot};
use super::super::suggest::closest;
use crate::model::{BucketName, StreamName};

/// Most declared streams among which a misspelt one is looked for.
const MOST_COMPARED: usize = 1000;

/// Checks the dumps of one group.
pub(super) fn check(group: &GroupEntry, sink: &mut Sink<'_>) {
    let Some(dumps) = &group.dumps else {
        return;
    };
    if let Some(streams) = group.streams.as_ref().filter(|_| !group.wanted.is_absent()) {
        let declared = streams.iter().map(|stream| (&stream.name, (stream.spot, stream.wanted.is_absent()))).collect();
        for dump in present(dumps) {
            for stream in &dump.streams {
                check_reference(stream, &declared, group, sink);
            }
        }
    }
    check_sharing(dumps, sink);
    check_contradictions(dumps, sink);
}

fn present(dumps: &[DumpEntry]) -> impl Iterator<Item = &DumpEntry> {
    dumps.iter().filter(|dump| !dump.wanted.is_absent())
}

/// Checks that a covered stream is declared to exist. A group without
/// `streams:` says nothing about its streams, and its dumps cover live ones.
fn check_reference(
    stream: &Said<StreamName>,
    declared: &BTreeMap<&StreamName, (Spot, bool)>,
    group: &GroupEntry,
    sink: &mut Sink<'_>,
) {
    match declared.get(&stream.value) {
        Some((_, false)) => {}
        Some((tombstone, true)) => {
            let message = format!("log stream `{}` is to be deleted, so no dump can cover it", stream.value);
            let draft = Draft::error(code::DOOMED_STREAM, stream.spot, message);
            sink.report(draft.note_at(*tombstone, "its tombstone is here"));
        }
        None => {
            let message = format!("`groups/{}` declares no log stream `{}`", group.name, stream.value);
            let few = !sink.is_full() && declared.len() <= MOST_COMPARED;
            let near =
                if few { closest(stream.value.as_str(), declared.keys().map(|name| name.as_str())) } else { None };
            let help = match near {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("declare it under `streams:`, as `{}:`", stream.value),
            };
            sink.report(Draft::error(code::UNKNOWN_STREAM, stream.spot, message).help(help));
        }
    }
}

/// A stream has at most one OBS dump (facts page 6.5).
fn check_sharing(dumps: &[DumpEntry], sink: &mut Sink<'_>) {
    let mut owners: BTreeMap<&StreamName, (&DumpEntry, Spot)> = BTreeMap::new();
    for dump in present(dumps) {
        for stream in &dump.streams {
            match owners.get(&stream.value) {
                Some((owner, _)) if owner.handle == dump.handle => {}
                Some((owner, first)) => {
                    let message = format!(
                        "log stream `{}` is covered by dump `{}` already; a stream has at most one OBS dump",
                        stream.value, owner.handle
                    );
                    let draft = Draft::error(code::SHARED_STREAM, stream.spot, message);
                    sink.report(draft.note_at(*first, format!("dump `{}` covers it here", owner.handle)));
                }
                None => {
                    owners.insert(&stream.value, (dump, stream.spot));
                }
            }
        }
    }
}

/// A tombstone names its dump by streams and bucket; so does whoever declares
/// the same dump to exist, or to be deleted once more.
fn check_contradictions(dumps: &[DumpEntry], sink: &mut Sink<'_>) {
    let mut seen: BTreeMap<(BTreeSet<&StreamName>, &BucketName), &DumpEntry> = BTreeMap::new();
    for dump in dumps {
        let streams: BTreeSet<&StreamName> = dump.streams.iter().map(|said| &said.value).collect();
        let Some(bucket) = dump.bucket.as_ref().filter(|_| !streams.is_empty()) else {
            continue;
        };
        match seen.get(&(streams.clone(), bucket)) {
            // Two that are to exist share their streams, which is told above.
            Some(other) if !other.wanted.is_absent() && !dump.wanted.is_absent() => {}
            Some(other) if other.handle == dump.handle => {}
            Some(other) => {
                let message =
                    format!("dumps `{}` and `{}` name the same streams and bucket", other.handle, dump.handle);
                let draft = Draft::error(code::DUMP_BOTH_WAYS, dump.spot, message);
                sink.report(
                    draft.note_at(other.spot, "the other one is here").help("keep one: a dump exists or it does not"),
                );
            }
            None => {
                seen.insert((streams, bucket), dump);
            }
        }
    }
}
