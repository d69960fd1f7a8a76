//! Settings as lines of text, field by field.

use super::step::FieldChange;
use crate::model::{DumpSettings, Field, StreamName};
use std::collections::BTreeSet;

/// Returns the fields in which two settings of a dump differ.
#[must_use]
pub(super) fn compare(before: &DumpSettings, after: &DumpSettings) -> Vec<FieldChange> {
    let before = lines(before);
    let after = lines(after);
    before
        .into_iter()
        .zip(after)
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| FieldChange { field, before, after })
        .collect()
}

/// Returns what a new dump will be.
#[must_use]
pub(super) fn of_new_dump(streams: &BTreeSet<StreamName>, settings: &DumpSettings) -> Vec<FieldChange> {
    let streams = FieldChange { field: Field::Streams, before: None, after: Some(join(streams)) };
    let stated = lines(settings).into_iter().filter(|(_, value)| value.is_some());
    std::iter::once(streams).chain(stated.map(|(field, after)| FieldChange { field, before: None, after })).collect()
}

/// Returns what a dump that goes was.
#[must_use]
pub(super) fn of_old_dump(streams: &BTreeSet<StreamName>, settings: &DumpSettings) -> Vec<FieldChange> {
    of_new_dump(streams, settings)
        .into_iter()
        .map(|line| FieldChange { field: line.field, before: line.after, after: None })
        .collect()
}

fn join(streams: &BTreeSet<StreamName>) -> String {
    let names: Vec<&str> = streams.iter().map(StreamName::as_str).collect();
    format!("[{}]", names.join(", "))
}

/// Every field by name, in the order of the manifest reference.
fn lines(settings: &DumpSettings) -> [(Field, Option<String>); 9] {
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
    } = settings;
    let text = |value: &Option<std::sync::Arc<str>>| {
        value.as_ref().map(|text| if text.is_empty() { "\"\"".to_owned() } else { text.to_string() })
    };
    [
        (Field::ObsBucketName, obs_bucket_name.as_ref().map(ToString::to_string)),
        (Field::StorageFormat, storage_format.as_ref().map(ToString::to_string)),
        (Field::Period, period.as_ref().map(ToString::to_string)),
        (Field::SwitchOn, switch_on.as_ref().map(ToString::to_string)),
        (Field::DirPrefixName, text(dir_prefix_name)),
        (Field::PrefixName, text(prefix_name)),
        (Field::TimeZone, time_zone.as_ref().map(ToString::to_string)),
        (Field::Encryption, encryption.as_ref().map(ToString::to_string)),
        (Field::Agency, agency.as_ref().map(ToString::to_string)),
    ]
}
