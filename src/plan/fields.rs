//! Settings as lines of text, field by field.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::premise::Premise;
use super::step::{Call, FieldChange, Step};
use super::value::Value;
use crate::model::{DumpSettings, Field, Slot, StreamName, StreamTtl, Tags};

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

/// Demands that what people read of a step is what its calls do.
pub(super) fn check_shown(step: &Step, tell: &mut impl FnMut(&str)) {
    let new = |field, value: Value| FieldChange { field, before: None, after: Some(value) };
    let text = |value: &Option<Arc<str>>| value.as_ref().map(|text| Value::from(text.as_ref()));
    let mut expected: Vec<FieldChange> = Vec::new();
    let (mut added, mut removed) = (None, None);
    for call in &step.calls {
        match call {
            Call::CreateGroup { ttl, tags, enterprise_project_id, .. } => {
                expected.push(new(Field::TtlInDays, (*ttl).into()));
                expected.extend((!tags.is_empty()).then(|| new(Field::Tags, tags.clone().into())));
                expected.extend(text(enterprise_project_id).map(|value| new(Field::EnterpriseProjectId, value)));
            }
            Call::CreateStream { ttl, tags, enterprise_project_name, .. } => {
                let own = matches!(ttl, StreamTtl::Own(_)).then(|| new(Field::TtlInDays, (*ttl).into()));
                expected.extend(own);
                expected.extend((!tags.is_empty()).then(|| new(Field::Tags, tags.clone().into())));
                expected.extend(text(enterprise_project_name).map(|value| new(Field::EnterpriseProjectName, value)));
            }
            Call::UpdateGroup { ttl, .. } => {
                let before = seen(step, |premise| match premise {
                    Premise::GroupTtl(_, ttl) => ttl.map(Value::from),
                    _ => None,
                });
                expected.push(FieldChange { field: Field::TtlInDays, before, after: Some((*ttl).into()) });
            }
            Call::UpdateStream { ttl, .. } => {
                let before = seen(step, |premise| match premise {
                    Premise::StreamTtl(_, _, ttl) => ttl.map(Value::from),
                    _ => None,
                });
                expected.push(FieldChange { field: Field::TtlInDays, before, after: Some((*ttl).into()) });
            }
            Call::DeleteGroup { .. } => {
                let before = seen(step, |premise| match premise {
                    Premise::GroupTtl(_, ttl) => ttl.map(Value::from),
                    _ => None,
                });
                expected.extend(before.map(|before| FieldChange {
                    field: Field::TtlInDays,
                    before: Some(before),
                    after: None,
                }));
            }
            Call::DeleteStream { .. } => {}
            Call::CreateDump { streams, settings, .. } => {
                expected.extend(of_new_dump(&streams.keys().cloned().collect(), settings));
            }
            Call::UpdateDump { settings, .. } => {
                let lines = seen(step, |premise| match premise {
                    Premise::DumpIs { settings: before, .. } => Some(compare(before, settings)),
                    _ => None,
                });
                expected.extend(lines.into_iter().flatten());
            }
            Call::DeleteDump { .. } => {
                let lines = seen(step, |premise| match premise {
                    Premise::DumpIs { streams, settings, .. } => Some(of_old_dump(streams, settings)),
                    _ => None,
                });
                expected.extend(lines.into_iter().flatten());
            }
            Call::AddTags { tags, .. } => added = Some(tags),
            Call::RemoveTags { tags, .. } => removed = Some(tags),
        }
    }
    let mut shown: Vec<&FieldChange> = step.fields.iter().collect();
    if added.is_some() || removed.is_some() {
        let line = shown.iter().position(|line| line.field == Field::Tags).map(|position| shown.remove(position));
        let (before, after) = line.map_or((None, None), |line| (line.before.as_ref(), line.after.as_ref()));
        let adds = added.map(|tags| Value::Tags(tags.clone()));
        let removes = |key: &str| matches!(before, Some(Value::Tags(tags)) if tags.get(key).is_some());
        if after != adds.as_ref() || removed.into_iter().flat_map(Tags::iter).any(|(key, _)| !removes(key)) {
            tell("changes other tags than it shows");
        }
    }
    if !shown.into_iter().eq(&expected) {
        tell("does something else than it shows");
    }
}

fn seen<T>(step: &Step, find: impl FnMut(&Premise) -> Option<T>) -> Option<T> {
    step.premises.iter().find_map(find)
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
