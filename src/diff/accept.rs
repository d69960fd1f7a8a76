//! Known drift that is tolerated until a date.
//!
//! While a live value is the accepted one and the date has not come, the field
//! is taken out of the declaration: it is not managed, and no change follows.
//! Two fields cannot be taken out. What is declared `protected: true` stays
//! protected by its declaration, and only the tag is not written; and a dump that
//! is accepted with other streams is declared with those, because its streams are
//! what it is known by.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ownership::PROTECTION_KEY;
use crate::model::{
    Acceptance, Address, Desired, DesiredDump, DumpHandle, GroupName, GroupSettings, Live, LiveDump, Protection,
    StreamName, StreamSettings, Tags, TransferKind, Wanted,
};

/// Takes accepted fields out of the declaration. `today` is `YYYY-MM-DD`;
/// an entry holds up to and including its date.
#[must_use]
pub fn suppress(mut desired: Desired, live: &Live, today: &str) -> Desired {
    let entries: Vec<Acceptance> =
        std::mem::take(&mut desired.accept).into_iter().filter(|entry| entry.until.as_ref() >= today).collect();
    // Dumps are found by their streams, which have to be the accepted ones first.
    for entry in entries.iter().filter(|entry| entry.field.as_ref() == "streams") {
        for (name, group) in &mut desired.groups {
            let live_dumps = live.groups.get(name).and_then(|group| group.dumps.complete());
            if let (Some(dumps), Some(live_dumps)) = (&mut group.dumps, live_dumps) {
                suppress_streams(entry, name, dumps, live_dumps);
            }
        }
    }
    for entry in &entries {
        for (name, group) in &mut desired.groups {
            let Some(live_group) = live.groups.get(name) else { continue };
            let address = Address::Group(name.clone());
            if let Wanted::Present(settings) = &mut group.wanted
                && entry.address.matches(&address)
            {
                suppress_group(entry, settings, &live_group.settings);
                suppress_protection(entry, &mut group.protection, live_group.settings.tags.as_ref());
            }
            let Some(live_streams) = live_group.streams.complete() else { continue };
            for (stream, declared) in group.streams.iter_mut().flatten() {
                let address = Address::Stream(name.clone(), stream.clone());
                if let (Wanted::Present(settings), Some(found)) = (&mut declared.wanted, live_streams.get(stream))
                    && entry.address.matches(&address)
                {
                    suppress_stream(entry, settings, &found.settings);
                    suppress_protection(entry, &mut declared.protection, found.settings.tags.as_ref());
                }
            }
            let Some(live_dumps) = live_group.dumps.complete() else { continue };
            for (handle, declared) in group.dumps.iter_mut().flatten() {
                let address = Address::Dump(name.clone(), handle.clone());
                let found = live_dumps
                    .iter()
                    .find(|dump| dump.kind == TransferKind::Obs && dump.stream_names() == declared.streams);
                if let (Wanted::Present(settings), Some(found)) = (&mut declared.wanted, found)
                    && entry.address.matches(&address)
                {
                    suppress_dump(entry, settings, &found.settings);
                }
            }
        }
    }
    desired.accept = entries;
    desired
}

fn suppress_group(entry: &Acceptance, wanted: &mut GroupSettings, found: &GroupSettings) {
    match entry.field.as_ref() {
        "enterprise_project_id" => {
            forget(&entry.value, &mut wanted.enterprise_project_id, found.enterprise_project_id.as_ref());
        }
        "ttl_in_days" => forget(&entry.value, &mut wanted.ttl, found.ttl.as_ref()),
        "tags" => forget(&entry.value, &mut wanted.tags, found.tags.as_ref().map(Tags::without_reserved).as_ref()),
        _ => {}
    }
}

/// The tag that is accepted stays as it is. A declaration that protects goes on
/// protecting.
fn suppress_protection(entry: &Acceptance, declared: &mut Option<Protection>, tags: Option<&Tags>) {
    let (true, Some(tags)) = (entry.field.as_ref() == "protected", tags) else { return };
    *declared = match (*declared, tags.get(PROTECTION_KEY).is_some(), entry.value.as_ref()) {
        (Some(Protection::Protected), false, "false") => Some(Protection::Untagged),
        (Some(Protection::Lifted), true, "true") => None,
        (declared, ..) => declared,
    };
}

/// Declares a dump with the streams it has, where these are the accepted ones, it
/// is the only live dump of any of its own, and no other declared dump wants them.
fn suppress_streams(
    entry: &Acceptance,
    group: &GroupName,
    dumps: &mut BTreeMap<DumpHandle, DesiredDump>,
    live: &[LiveDump],
) {
    let accepted: BTreeSet<&str> = entry.value.trim_matches(['[', ']']).split(',').map(str::trim).collect();
    let matching: Vec<DumpHandle> = dumps
        .iter()
        .filter(|(handle, dump)| {
            matches!(dump.wanted, Wanted::Present(_))
                && entry.address.matches(&Address::Dump(group.clone(), (*handle).clone()))
        })
        .map(|(handle, _)| handle.clone())
        .collect();
    for handle in matching {
        let Some(declared) = dumps.get(&handle) else { continue };
        let overlaps =
            |dump: &&LiveDump| dump.kind == TransferKind::Obs && !dump.stream_names().is_disjoint(&declared.streams);
        let mut overlapping = live.iter().filter(overlaps);
        let (Some(only), None) = (overlapping.next(), overlapping.next()) else { continue };
        let found = only.stream_names();
        let is_accepted = found.iter().map(StreamName::as_str).collect::<BTreeSet<_>>() == accepted;
        let is_free = dumps.iter().all(|(other, dump)| *other == handle || dump.streams.is_disjoint(&found));
        if is_accepted
            && is_free
            && let Some(declared) = dumps.get_mut(&handle)
        {
            declared.streams = found;
        }
    }
}

fn suppress_stream(entry: &Acceptance, wanted: &mut StreamSettings, found: &StreamSettings) {
    match entry.field.as_ref() {
        "ttl_in_days" => forget(&entry.value, &mut wanted.ttl, found.ttl.as_ref()),
        "tags" => forget(&entry.value, &mut wanted.tags, found.tags.as_ref().map(Tags::without_reserved).as_ref()),
        _ => {}
    }
}

fn suppress_dump(entry: &Acceptance, wanted: &mut crate::model::DumpSettings, found: &crate::model::DumpSettings) {
    let value = &entry.value;
    match entry.field.as_ref() {
        "obs_bucket_name" => forget(value, &mut wanted.obs_bucket_name, found.obs_bucket_name.as_ref()),
        "storage_format" => forget(value, &mut wanted.storage_format, found.storage_format.as_ref()),
        "period" => forget(value, &mut wanted.period, found.period.as_ref()),
        "switch_on" => forget(value, &mut wanted.switch_on, found.switch_on.as_ref()),
        "dir_prefix_name" => forget(value, &mut wanted.dir_prefix_name, found.dir_prefix_name.as_ref()),
        "prefix_name" => forget(value, &mut wanted.prefix_name, found.prefix_name.as_ref()),
        "time_zone" => forget(value, &mut wanted.time_zone, found.time_zone.as_ref()),
        "agency" => forget(value, &mut wanted.agency, found.agency.as_ref()),
        "encryption" => forget(value, &mut wanted.encryption, found.encryption.as_ref()),
        _ => {}
    }
}

fn forget<T: std::fmt::Display>(accepted: &Arc<str>, wanted: &mut Option<T>, found: Option<&T>) {
    if found.is_some_and(|found| found.to_string() == accepted.as_ref()) {
        *wanted = None;
    }
}
