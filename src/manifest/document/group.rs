//! Groups, streams and dumps of one file.

use std::sync::Arc;

use super::super::sink::{Said, Spot};
use super::super::yaml::{Entry, Node, Value};
use super::pick::{boolean, integer, items, name, said_there, text, value};
use crate::model::{
    Agency, BucketName, Days, DumpHandle, DumpSettings, GroupName, GroupSettings, Period, Protection, Removal, Slot,
    StorageFormat, StreamName, StreamSettings, StreamTtl, Tags, TimeZone, Wanted,
};

/// A declared group.
#[derive(Debug, Clone)]
pub(in super::super) struct GroupEntry {
    pub(in super::super) name: GroupName,
    pub(in super::super) spot: Spot,
    pub(in super::super) wanted: Wanted<GroupSettings>,
    /// Its own retention, with the place of the number.
    pub(in super::super) ttl: Option<Said<Days>>,
    pub(in super::super) protection: Option<Protection>,
    pub(in super::super) streams: Option<Vec<StreamEntry>>,
    pub(in super::super) dumps: Option<Vec<DumpEntry>>,
}

/// A declared stream.
#[derive(Debug, Clone)]
pub(in super::super) struct StreamEntry {
    pub(in super::super) name: StreamName,
    pub(in super::super) spot: Spot,
    pub(in super::super) wanted: Wanted<StreamSettings>,
    pub(in super::super) protection: Option<Protection>,
}

/// A declared dump.
#[derive(Debug, Clone)]
pub(in super::super) struct DumpEntry {
    pub(in super::super) handle: DumpHandle,
    pub(in super::super) spot: Spot,
    pub(in super::super) streams: Vec<Said<StreamName>>,
    pub(in super::super) wanted: Wanted<DumpSettings>,
    /// Its bucket, whether it is to exist or not.
    pub(in super::super) bucket: Option<BucketName>,
    /// Place of its folder prefix.
    pub(in super::super) folder: Option<Said<Arc<str>>>,
}

pub(super) fn group(entry: &Entry<'_>) -> Option<GroupEntry> {
    let node = &entry.node;
    let wanted = unless_absent(node, || GroupSettings {
        ttl: value(node, "ttl_in_days", days),
        tags: value(node, "tags", tags),
        enterprise_project_id: value(node, "enterprise_project_id", shared_text),
    });
    Some(GroupEntry {
        name: GroupName::parse(&entry.key.text).ok()?,
        spot: entry.key_spot,
        wanted,
        ttl: said_there(node, "ttl_in_days", days),
        protection: value(node, "protected", protection),
        streams: section(node, "streams", stream),
        dumps: section(node, "dumps", dump),
    })
}

fn stream(entry: &Entry<'_>) -> Option<StreamEntry> {
    let node = &entry.node;
    let wanted = unless_absent(node, || StreamSettings {
        ttl: value(node, "ttl_in_days", stream_ttl),
        tags: value(node, "tags", tags),
        enterprise_project_name: value(node, "enterprise_project_name", shared_text),
    });
    Some(StreamEntry {
        name: StreamName::parse(&entry.key.text).ok()?,
        spot: entry.key_spot,
        wanted,
        protection: value(node, "protected", protection),
    })
}

fn dump(entry: &Entry<'_>) -> Option<DumpEntry> {
    let node = &entry.node;
    let bucket = value(node, "obs_bucket_name", |node| BucketName::parse(text(node)?).ok());
    let wanted = unless_absent(node, || DumpSettings {
        obs_bucket_name: bucket.clone(),
        storage_format: value(node, "storage_format", |node| StorageFormat::parse(text(node)?)),
        period: value(node, "period", |node| Period::parse(text(node)?)),
        switch_on: value(node, "switch_on", boolean),
        dir_prefix_name: value(node, "dir_prefix_name", shared_text),
        prefix_name: value(node, "prefix_name", shared_text),
        time_zone: value(node, "time_zone", |node| slot(node, time_zone)),
        encryption: value(node, "encryption", |node| slot(node, |node| value(node, "kms_key_id", shared_text))),
        agency: value(node, "agency", |node| slot(node, agency)),
    });
    let streams = node.get("streams").map_or(&[][..], |entry| items(&entry.node));
    let named = |node: &Node<'_>| {
        let name = StreamName::parse(name(node)?).ok()?;
        Some(Said { value: name, spot: node.spot })
    };
    Some(DumpEntry {
        handle: DumpHandle::parse(&entry.key.text).ok()?,
        spot: entry.key_spot,
        streams: streams.iter().filter_map(named).collect(),
        wanted,
        bucket,
        folder: said_there(node, "dir_prefix_name", shared_text),
    })
}

fn section<T>(node: &Node<'_>, key: &str, read: impl Fn(&Entry<'_>) -> Option<T>) -> Option<Vec<T>> {
    match &node.get(key)?.node.value {
        Value::Map(entries) => Some(entries.iter().filter_map(read).collect()),
        // Malformed: as if it were not there, lest every reference into it is complained about too.
        Value::Scalar(_) | Value::List(_) | Value::Refused => None,
    }
}

fn unless_absent<T>(node: &Node<'_>, settings: impl FnOnce() -> T) -> Wanted<T> {
    match value(node, "ensure", |node| text(node).map(|word| word == "absent")) {
        Some(true) => Wanted::Absent(Removal::Tombstone),
        _ => Wanted::Present(settings()),
    }
}

fn days(node: &Node<'_>) -> Option<Days> {
    Days::declare(integer(node)?).ok()
}

fn stream_ttl(node: &Node<'_>) -> Option<StreamTtl> {
    if text(node) == Some("inherit") { Some(StreamTtl::Inherit) } else { days(node).map(StreamTtl::Own) }
}

fn tags(node: &Node<'_>) -> Option<Tags> {
    let pairs = node.entries().iter().filter_map(|entry| Some((entry.key.text.as_ref(), text(&entry.node)?)));
    Some(pairs.collect())
}

fn protection(node: &Node<'_>) -> Option<Protection> {
    boolean(node).map(|protected| if protected { Protection::Protected } else { Protection::Lifted })
}

fn shared_text(node: &Node<'_>) -> Option<Arc<str>> {
    text(node).map(Arc::from)
}

/// Reads an optional block, which the word `none` unsets.
fn slot<T>(node: &Node<'_>, read: impl Fn(&Node<'_>) -> Option<T>) -> Option<Slot<T>> {
    if text(node) == Some("none") { Some(Slot::Empty) } else { read(node).map(Slot::Filled) }
}

fn time_zone(node: &Node<'_>) -> Option<TimeZone> {
    Some(TimeZone { name: value(node, "name", shared_text)?, id: value(node, "id", shared_text)? })
}

fn agency(node: &Node<'_>) -> Option<Agency> {
    Some(Agency {
        domain_id: value(node, "domain_id", shared_text)?,
        domain_name: value(node, "domain_name", shared_text)?,
        name: value(node, "name", shared_text)?,
        project_id: value(node, "project_id", shared_text)?,
    })
}
