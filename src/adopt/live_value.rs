//! The live value of a declared field, as a manifest says it.

use crate::diff::ownership::PROTECTION_KEY;
use crate::manifest::write::{FieldValue, dump_fields, group_fields, stream_fields};
use crate::model::{Address, Desired, Field, Live, LiveDump, Tags, TransferKind};

/// Returns what is live of a field of a declared object, for whoever writes it
/// into the manifest with [`write_back`](crate::manifest::edit::write_back). A
/// dump is found by the streams that its entry covers.
///
/// Nothing is returned where nothing can be said: the object is not there or
/// not alone, its list was not read in full, or this edition does not show the
/// field.
#[must_use]
pub fn find_live_value(desired: &Desired, live: &Live, address: &Address, field: Field) -> Option<FieldValue> {
    if live.ambiguous.contains_key(address) {
        return None;
    }
    let group = live.groups.get(address.group())?;
    match address {
        Address::Group(_) => of_bearer(group_fields(&group.settings), group.settings.tags.as_ref(), field),
        Address::Stream(_, name) => {
            let settings = &group.streams.complete()?.get(name)?.settings;
            of_bearer(stream_fields(settings), settings.tags.as_ref(), field)
        }
        Address::Dump(name, handle) => {
            let declared = desired.groups.get(name)?.dumps.as_ref()?.get(handle)?;
            let overlaps = |dump: &&LiveDump| {
                dump.kind == TransferKind::Obs && !dump.stream_names().is_disjoint(&declared.streams)
            };
            let mut dumps = group.dumps.complete()?.iter().filter(overlaps);
            let (Some(dump), None) = (dumps.next(), dumps.next()) else { return None };
            match field {
                Field::Streams => Some(FieldValue::Streams(dump.stream_names())),
                _ => pick(dump_fields(&dump.settings), field),
            }
        }
    }
}

fn of_bearer(fields: Vec<(Field, FieldValue)>, tags: Option<&Tags>, field: Field) -> Option<FieldValue> {
    match field {
        Field::Protected => tags.map(|tags| FieldValue::Flag(tags.get(PROTECTION_KEY).is_some())),
        _ => pick(fields, field),
    }
}

fn pick(fields: Vec<(Field, FieldValue)>, field: Field) -> Option<FieldValue> {
    fields.into_iter().find(|(other, _)| *other == field).map(|(_, value)| value)
}
