//! A text → the snapshot it was made of.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::document::SnapshotDocument;
use super::fault::Fault;
use super::objects::{Completeness, GroupDocument, ListDocument, StreamDocument, TransferDocument};
use super::taken::Snapshot;
use crate::model::{
    Days, GroupId, GroupName, GroupSettings, Listing, Live, LiveDump, LiveGroup, LiveStream, StreamId, StreamName,
    StreamSettings, Tags, TransferId,
};
use crate::saved::read_ttl;

#[derive(Deserialize)]
struct Version {
    format_version: String,
}

/// Reads a snapshot.
///
/// # Errors
/// Returns the first thing that keeps the text from being one, with its place:
/// it is no snapshot, it is of a format that is not understood, it says what no
/// snapshot says, or it was changed after it was written.
pub fn read(text: &str) -> Result<Snapshot, Fault> {
    let malformed = |error: serde_json::Error| Fault::Malformed(error.to_string());
    // Said first: of another format nothing else may be understood.
    let version: Version = serde_json::from_str(text).map_err(malformed)?;
    if !version.format_version.starts_with("1.") {
        return Err(Fault::Version(version.format_version));
    }
    let document: SnapshotDocument = serde_json::from_str(text).map_err(malformed)?;
    let said: Value = serde_json::from_str(text).map_err(malformed)?;
    let understood = serde_json::to_value(&document).map_err(malformed)?;
    if let Some(place) = find_disagreement(&said, &understood) {
        return Err(Fault::Strange(place));
    }
    let found = document.find_digest();
    if found != document.digest {
        return Err(Fault::Digest { claimed: document.digest, found });
    }
    let snapshot = lower(&document)?;
    if snapshot.is_whole() != document.whole {
        return Err(Fault::value("whole", &document.whole.to_string(), "what the lists in it say"));
    }
    Ok(snapshot)
}

/// Returns the place of the first difference between what a text says and what
/// was understood of it.
fn find_disagreement(said: &Value, understood: &Value) -> Option<String> {
    let below = |step: String, rest: String| {
        if rest.is_empty() || rest.starts_with('[') { format!("{step}{rest}") } else { format!("{step}.{rest}") }
    };
    match (said, understood) {
        (Value::Object(said), Value::Object(understood)) => {
            let keys = said.keys().chain(understood.keys().filter(|key| !said.contains_key(*key)));
            keys.filter(|key| said.get(*key) != understood.get(*key)).find_map(|key| {
                match (said.get(key), understood.get(key)) {
                    (Some(said), Some(understood)) => {
                        find_disagreement(said, understood).map(|rest| below(key.clone(), rest))
                    }
                    _ => Some(key.clone()),
                }
            })
        }
        (Value::Array(said), Value::Array(understood)) if said.len() == understood.len() => {
            let pairs = said.iter().zip(understood).enumerate();
            let mut different = pairs.filter(|(_, (said, understood))| said != understood);
            different.find_map(|(index, (said, understood))| {
                find_disagreement(said, understood).map(|rest| below(format!("[{index}]"), rest))
            })
        }
        (said, understood) => (said != understood).then(String::new),
    }
}

fn lower(document: &SnapshotDocument) -> Result<Snapshot, Fault> {
    document.target.pin().map_err(|fault| Fault::value("target", &fault.to_string(), "a target"))?;
    let taken_at: Option<Timestamp> = document.taken_at.parse().ok();
    let taken_at = taken_at
        .filter(|time| time.to_string() == document.taken_at)
        .ok_or_else(|| Fault::value("taken_at", &document.taken_at, "a time in RFC 3339, UTC"))?;
    let mut live = Live { groups_doubt: document.groups_doubt.as_deref().map(Arc::from), ..Live::default() };
    for (index, group) in document.groups.iter().enumerate() {
        let place = format!("groups[{index}]");
        let name = GroupName::from_service(&group.name);
        let group = read_group(group, &place)?;
        append(&mut live.groups, name, group, || format!("{place}.name"))?;
    }
    for (index, entry) in document.ambiguous.iter().enumerate() {
        let reason = Arc::from(entry.reason.as_str());
        append(&mut live.ambiguous, entry.address(), reason, || format!("ambiguous[{index}]"))?;
    }
    Ok(Snapshot {
        target: document.target.clone(),
        taken_at,
        reads: document.reads,
        capabilities: document.capabilities.read(),
        live,
        warnings: document.warnings.clone(),
    })
}

/// Adds an entry, which has to come after those that are there.
fn append<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: V, place: impl Fn() -> String) -> Result<(), Fault> {
    if map.last_key_value().is_some_and(|(last, _)| *last >= key) {
        return Err(Fault::Order(place()));
    }
    map.insert(key, value);
    Ok(())
}

fn read_group(group: &GroupDocument, place: &str) -> Result<LiveGroup, Fault> {
    let id = GroupId::parse(&group.id).map_err(|_| Fault::value(format!("{place}.id"), &group.id, "an id"))?;
    let streams = read_list(&group.streams, &format!("{place}.streams"), |items, place| {
        let mut streams = BTreeMap::new();
        for (index, stream) in items.iter().enumerate() {
            let place = format!("{place}[{index}]");
            let name = StreamName::from_service(&stream.name);
            append(&mut streams, name, read_stream(stream, &place)?, || format!("{place}.name"))?;
        }
        Ok(streams)
    })?;
    let dumps = read_list(&group.transfers, &format!("{place}.transfers"), |items, place| {
        let mut dumps: Vec<LiveDump> = Vec::new();
        for (index, transfer) in items.iter().enumerate() {
            let place = format!("{place}[{index}]");
            let dump = read_transfer(transfer, &place)?;
            if dumps.last().is_some_and(|last| last.id >= dump.id) {
                return Err(Fault::Order(format!("{place}.id")));
            }
            dumps.push(dump);
        }
        Ok(dumps)
    })?;
    let settings = GroupSettings {
        ttl: group.ttl_in_days.map(Days::from_service),
        tags: group.tags.as_ref().map(Tags::from_iter),
        enterprise_project_id: group.enterprise_project_id.as_deref().map(Arc::from),
    };
    Ok(LiveGroup { id, settings, streams, dumps })
}

fn read_list<T, L>(
    list: &ListDocument<T>,
    place: &str,
    read: impl Fn(&[T], &str) -> Result<L, Fault>,
) -> Result<Listing<L>, Fault> {
    let items = |items| read(items, &format!("{place}.items"));
    match (list.completeness, &list.reason) {
        (Completeness::Complete, None) => Ok(Listing::Complete(items(&list.items)?)),
        (Completeness::Unread, Some(reason)) => Ok(Listing::Unread(Arc::from(reason.as_str()), items(&list.items)?)),
        (Completeness::NotOffered, None) if list.items.is_empty() => Ok(Listing::NotOffered),
        (_, reason) => {
            let value = reason.as_deref().unwrap_or("null");
            Err(Fault::value(format!("{place}.reason"), value, "what goes with the completeness of the list"))
        }
    }
}

fn read_stream(stream: &StreamDocument, place: &str) -> Result<LiveStream, Fault> {
    let id = StreamId::parse(&stream.id).map_err(|_| Fault::value(format!("{place}.id"), &stream.id, "an id"))?;
    let ttl = stream.ttl_in_days.map(|days| {
        read_ttl(days).map_err(|_| Fault::value(format!("{place}.ttl_in_days"), &days.to_string(), "a retention"))
    });
    let settings = StreamSettings {
        ttl: ttl.transpose()?,
        tags: stream.tags.as_ref().map(Tags::from_iter),
        enterprise_project_name: stream.enterprise_project_name.as_deref().map(Arc::from),
    };
    Ok(LiveStream { id, settings })
}

fn read_transfer(transfer: &TransferDocument, place: &str) -> Result<LiveDump, Fault> {
    let id = |text: &str, place: String| TransferId::parse(text).map_err(|_| Fault::value(place, text, "an id"));
    let mut streams = BTreeMap::new();
    for (index, covered) in transfer.streams.iter().enumerate() {
        let place = format!("{place}.streams[{index}].id");
        let id = StreamId::parse(&covered.id).map_err(|_| Fault::value(place.clone(), &covered.id, "an id"))?;
        append(&mut streams, id, StreamName::from_service(&covered.name), || place.clone())?;
    }
    let mut unreadable = BTreeMap::new();
    for (key, text) in &transfer.unreadable {
        let field = TransferDocument::field(key)
            .ok_or_else(|| Fault::value(format!("{place}.unreadable"), key, "a field of a dump"))?;
        unreadable.insert(field, Arc::from(text.as_str()));
    }
    for (key, text) in &transfer.carried {
        // An update sends it to the service as it is.
        if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
            return Err(Fault::value(format!("{place}.carried.{key}"), text, "JSON"));
        }
    }
    let settings = transfer
        .settings
        .read()
        .map_err(|fault| Fault::value(format!("{place}.settings"), &fault.to_string(), "the settings of a dump"))?;
    Ok(LiveDump {
        id: id(&transfer.id, format!("{place}.id"))?,
        kind: transfer.kind(),
        streams,
        settings,
        unreadable,
        health: transfer.health(),
        carried: transfer
            .carried
            .iter()
            .map(|(key, text)| (Arc::from(key.as_str()), Arc::from(text.as_str())))
            .collect(),
    })
}
