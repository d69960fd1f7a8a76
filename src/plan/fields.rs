//! Settings as lines of text, field by field.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::step::FieldChange;
use super::value::Value;
use crate::model::{DumpSettings, Field, Slot, StreamName};

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
pub fn of_new_dump(streams: &BTreeSet<StreamName>, settings: &DumpSettings) -> Vec<FieldChange> {
    let streams = FieldChange { field: Field::Streams, before: None, after: Some(Value::Streams(streams.clone())) };
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

/// Says whether everything that one side states is so on the other.
#[must_use]
pub(super) fn states(wanted: &DumpSettings, found: &DumpSettings) -> bool {
    lines(wanted).iter().zip(&lines(found)).all(|((_, wanted), (_, found))| wanted.is_none() || wanted == found)
}

/// Every field by name, in the order of the manifest reference.
fn lines(settings: &DumpSettings) -> [(Field, Option<Value>); 9] {
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
    let text = |value: &Option<Arc<str>>| value.as_ref().map(|text| Value::from(text.as_ref()));
    [
        (Field::ObsBucketName, obs_bucket_name.as_ref().map(|bucket| bucket.as_str().into())),
        (Field::StorageFormat, storage_format.map(|format| format.as_str().into())),
        (Field::Period, period.map(|period| period.as_str().into())),
        (Field::SwitchOn, switch_on.map(Value::Flag)),
        (Field::DirPrefixName, text(dir_prefix_name)),
        (Field::PrefixName, text(prefix_name)),
        (Field::TimeZone, slot(time_zone, |zone| Value::TimeZone(zone.clone()))),
        (Field::Encryption, slot(encryption, |key| key.as_ref().into())),
        (Field::Agency, slot(agency, |agency| Value::Agency(agency.clone()))),
    ]
}

fn slot<T>(slot: &Option<Slot<T>>, show: impl Fn(&T) -> Value) -> Option<Value> {
    slot.as_ref().map(|slot| match slot {
        Slot::Empty => Value::Nothing,
        Slot::Filled(value) => show(value),
    })
}
