//! The files as one estate.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::super::document::{Document, DumpEntry, GroupEntry, StreamEntry};
use super::super::sink::{Said, Sink};
use super::merge::{Merged, merge};
use super::{dumps, limits, lint};
use crate::model::{
    Days, Desired, DesiredDump, DesiredGroup, DesiredStream, DumpHandle, GroupName, Place, StreamName, Target, Wanted,
};

/// What the files declare together, whether or not there were complaints.
#[derive(Debug)]
pub(in super::super) struct Resolved {
    pub(in super::super) target: Target,
    pub(in super::super) target_place: Option<Place>,
    pub(in super::super) desired: Desired,
    pub(in super::super) ledger: Option<PathBuf>,
}

/// Puts files together and judges what only shows in the whole.
pub(in super::super) fn resolve(documents: Vec<Document>, sink: &mut Sink<'_>) -> Resolved {
    let merged = merge(documents, sink);
    limits::check(&merged, sink);
    for group in &merged.groups {
        dumps::check(group, sink);
    }
    lint::check(&merged, sink);
    let target_place = merged.target.as_ref().map(|said| sink.place(said.spot));
    let Merged { estate, target, defaults, policy, ledger, accept, groups, .. } = merged;
    let default_ttl = defaults.and_then(|said| said.value.ttl);
    let desired = Desired {
        estate: estate.map(|said| said.value),
        policy: policy.map(|said| said.value.policy).unwrap_or_default(),
        accept,
        groups: groups.into_iter().map(|entry| group(entry, default_ttl.as_ref(), sink)).collect(),
    };
    Resolved {
        target: target.map(|said| said.value).unwrap_or_else(|| Target::Service(Default::default())),
        target_place,
        desired,
        ledger: ledger.map(|said| said.value),
    }
}

fn group(entry: GroupEntry, default_ttl: Option<&Said<Days>>, sink: &Sink<'_>) -> (GroupName, DesiredGroup) {
    let mut wanted = entry.wanted;
    if let Wanted::Present(settings) = &mut wanted {
        settings.ttl = settings.ttl.or(default_ttl.map(|said| said.value));
    }
    let group = DesiredGroup {
        wanted,
        protection: entry.protection,
        streams: entry.streams.map(|streams| collect(streams, |entry| stream(entry, sink))),
        dumps: entry.dumps.map(|dumps| collect(dumps, |entry| dump(entry, sink))),
        place: sink.place(entry.spot),
    };
    (entry.name, group)
}

fn stream(entry: StreamEntry, sink: &Sink<'_>) -> (StreamName, DesiredStream) {
    let place = sink.place(entry.spot);
    (entry.name, DesiredStream { wanted: entry.wanted, protection: entry.protection, place })
}

fn dump(entry: DumpEntry, sink: &Sink<'_>) -> (DumpHandle, DesiredDump) {
    let tombstone_bucket = if entry.wanted.is_absent() { entry.bucket } else { None };
    let dump = DesiredDump {
        streams: entry.streams.into_iter().map(|said| said.value).collect(),
        wanted: entry.wanted,
        tombstone_bucket,
        place: sink.place(entry.spot),
    };
    (entry.handle, dump)
}

/// Keys entries by name. Repeated names were complained about; the first one
/// stands.
fn collect<E, K: Ord, V>(entries: Vec<E>, read: impl Fn(E) -> (K, V)) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in entries.into_iter().map(read) {
        map.entry(key).or_insert(value);
    }
    map
}
