//! Compares the settings of a declared dump with the live ones, field by field.

use crate::model::{DumpSettings, Field};

/// What differs between a declared dump and the live one.
pub(super) struct Difference {
    pub(super) fields: Vec<Field>,
    pub(super) unverifiable: Vec<Field>,
}

/// Compares every field by name: one that is forgotten here is never managed.
pub(super) fn compare(wanted: &DumpSettings, found: &DumpSettings) -> Difference {
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
    } = wanted;
    let mut difference = Difference { fields: Vec::new(), unverifiable: Vec::new() };
    let mut weigh = |field: Field, same: Option<bool>| match same {
        Some(true) => {}
        Some(false) => difference.fields.push(field),
        None => difference.unverifiable.push(field),
    };
    weigh(Field::ObsBucketName, same(obs_bucket_name, &found.obs_bucket_name));
    weigh(Field::StorageFormat, same(storage_format, &found.storage_format));
    weigh(Field::Period, same(period, &found.period));
    weigh(Field::SwitchOn, same(switch_on, &found.switch_on));
    weigh(Field::DirPrefixName, same(dir_prefix_name, &found.dir_prefix_name));
    weigh(Field::PrefixName, same(prefix_name, &found.prefix_name));
    weigh(Field::TimeZone, same(time_zone, &found.time_zone));
    weigh(Field::Encryption, same(encryption, &found.encryption));
    weigh(Field::Agency, same(agency, &found.agency));
    difference
}

/// Says whether a declared field is as declared; nothing when the live side
/// makes no statement.
fn same<T: PartialEq>(wanted: &Option<T>, found: &Option<T>) -> Option<bool> {
    match (wanted, found) {
        (None, _) => Some(true),
        (Some(wanted), Some(found)) => Some(wanted == found),
        (Some(_), None) => None,
    }
}

/// Puts what is declared on top of what is there.
pub(super) fn overlay(wanted: &DumpSettings, live: &DumpSettings) -> DumpSettings {
    let wanted = wanted.clone();
    let live = live.clone();
    DumpSettings {
        obs_bucket_name: wanted.obs_bucket_name.or(live.obs_bucket_name),
        storage_format: wanted.storage_format.or(live.storage_format),
        period: wanted.period.or(live.period),
        switch_on: wanted.switch_on.or(live.switch_on),
        dir_prefix_name: wanted.dir_prefix_name.or(live.dir_prefix_name),
        prefix_name: wanted.prefix_name.or(live.prefix_name),
        time_zone: wanted.time_zone.or(live.time_zone),
        encryption: wanted.encryption.or(live.encryption),
        agency: wanted.agency.or(live.agency),
    }
}
