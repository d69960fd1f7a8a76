//! Settings as fields with values. Every field is named, so that a new one
//! cannot be forgotten.

use std::sync::Arc;

use super::value::FieldValue;
use crate::model::{DumpSettings, Field, GroupSettings, StreamSettings, StreamTtl};

/// Returns what settings of a group say, in the order of the manifest's
/// documentation. Tags are those that people gave.
#[must_use]
pub fn group_fields(settings: &GroupSettings) -> Vec<(Field, FieldValue)> {
    let GroupSettings { ttl, tags, enterprise_project_id } = settings;
    let fields = [
        (Field::TtlInDays, ttl.map(|days| FieldValue::Ttl(StreamTtl::Own(days)))),
        (Field::Tags, tags.as_ref().map(|tags| FieldValue::Tags(tags.without_reserved()))),
        (Field::EnterpriseProjectId, text(enterprise_project_id)),
    ];
    stated(fields)
}

/// Returns what settings of a stream say.
#[must_use]
pub fn stream_fields(settings: &StreamSettings) -> Vec<(Field, FieldValue)> {
    let StreamSettings { ttl, tags, enterprise_project_name } = settings;
    let fields = [
        (Field::TtlInDays, ttl.map(FieldValue::Ttl)),
        (Field::Tags, tags.as_ref().map(|tags| FieldValue::Tags(tags.without_reserved()))),
        (Field::EnterpriseProjectName, text(enterprise_project_name)),
    ];
    stated(fields)
}

/// Returns what settings of a dump say.
#[must_use]
pub fn dump_fields(settings: &DumpSettings) -> Vec<(Field, FieldValue)> {
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
    let word = |word: &str| FieldValue::Text(Arc::from(word));
    let fields = [
        (Field::ObsBucketName, obs_bucket_name.as_ref().map(|bucket| word(bucket.as_str()))),
        (Field::StorageFormat, storage_format.map(|format| word(format.as_str()))),
        (Field::Period, period.map(|period| word(period.as_str()))),
        (Field::SwitchOn, switch_on.map(FieldValue::Flag)),
        (Field::DirPrefixName, text(dir_prefix_name)),
        (Field::PrefixName, text(prefix_name)),
        (Field::TimeZone, time_zone.clone().map(FieldValue::TimeZone)),
        (Field::Encryption, encryption.clone().map(FieldValue::Encryption)),
        (Field::Agency, agency.clone().map(FieldValue::Agency)),
    ];
    stated(fields)
}

fn text(text: &Option<Arc<str>>) -> Option<FieldValue> {
    text.clone().map(FieldValue::Text)
}

fn stated<const N: usize>(fields: [(Field, Option<FieldValue>); N]) -> Vec<(Field, FieldValue)> {
    fields.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
}
