//! Known drift that is tolerated until a date.
//!
//! While a live value is the accepted one and the date has not come, the field
//! is taken out of the declaration: it is not managed, and no change follows.

use std::sync::Arc;

use crate::model::{Acceptance, Address, Desired, GroupSettings, Live, StreamSettings, Tags, TransferKind, Wanted};

/// Takes accepted fields out of the declaration. `today` is `YYYY-MM-DD`;
/// an entry holds up to and including its date.
#[must_use]
pub fn suppress(mut desired: Desired, live: &Live, today: &str) -> Desired {
    let entries: Vec<Acceptance> =
        std::mem::take(&mut desired.accept).into_iter().filter(|entry| entry.until.as_ref() >= today).collect();
    for entry in &entries {
        for (name, group) in &mut desired.groups {
            let Some(live_group) = live.groups.get(name) else { continue };
            let address = Address::Group(name.clone());
            if let Wanted::Present(settings) = &mut group.wanted
                && entry.address.matches(&address)
            {
                suppress_group(entry, settings, &live_group.settings);
            }
            let Some(live_streams) = live_group.streams.complete() else { continue };
            for (stream, declared) in group.streams.iter_mut().flatten() {
                let address = Address::Stream(name.clone(), stream.clone());
                if let (Wanted::Present(settings), Some(found)) = (&mut declared.wanted, live_streams.get(stream))
                    && entry.address.matches(&address)
                {
                    suppress_stream(entry, settings, &found.settings);
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
