//! Reading a transfer: everything of it that an update has to send back, and
//! no guess at a value this program does not know.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::TransferEntry;
use super::super::wire::{Items, Scalar, TransferInfo, TransferItem, TransferStream};
use crate::model::{
    Agency, BucketName, DumpSettings, Field, GroupId, Health, LiveDump, Period, Slot, StorageFormat, StreamId,
    StreamName, TimeZone, TransferId, TransferKind,
};

/// Keys of the detail that are managed, or that are the service's own.
const NOT_CARRIED: [&str; 10] = [
    "obs_period",
    "obs_period_unit",
    "obs_bucket_name",
    "obs_dir_pre_fix_name",
    "obs_prefix_name",
    "obs_encrypted_enable",
    "obs_encrypted_id",
    "obs_time_zone",
    "obs_time_zone_id",
    "obs_transfer_path",
];

/// Reads a transfer, unless it does not say which one it is, what it covers or
/// where it is.
pub(in crate::lts) fn read_transfer(item: &TransferItem<'_>) -> Option<TransferEntry> {
    let id = TransferId::parse(item.id.text()?).ok()?;
    let group = GroupId::parse(item.group_id.text()?).ok()?;
    let streams = match &item.streams {
        Items::Missing => return None,
        Items::Listed(streams) => streams.iter().map(read_stream).collect::<Option<BTreeMap<_, _>>>()?,
    };
    let kind = match item.info.kind.filled()? {
        "OBS" => TransferKind::Obs,
        "DIS" => TransferKind::Dis,
        "DMS" => TransferKind::Dms,
        other => TransferKind::Other(Arc::from(other)),
    };
    let mut reading = Reading::default();
    let settings = match kind {
        TransferKind::Obs => reading.settings(&item.info),
        TransferKind::Dis | TransferKind::Dms | TransferKind::Other(_) => {
            DumpSettings { switch_on: reading.switch(&item.info.status), ..DumpSettings::default() }
        }
    };
    let carried = match kind {
        TransferKind::Obs => carried(&item.info),
        TransferKind::Dis | TransferKind::Dms | TransferKind::Other(_) => BTreeMap::new(),
    };
    let Reading { unreadable, health } = reading;
    let health = health.unwrap_or(Health::Fine);
    Some(TransferEntry { group, dump: LiveDump { id, kind, streams, settings, unreadable, health, carried } })
}

/// A stream that lost its name is shown by its id.
fn read_stream(stream: &TransferStream<'_>) -> Option<(StreamId, StreamName)> {
    let id = StreamId::parse(stream.id.text()?).ok()?;
    let name = StreamName::from_service(stream.name.filled().unwrap_or(id.as_str()));
    Some((id, name))
}

fn carried(info: &TransferInfo<'_>) -> BTreeMap<Arc<str>, Arc<str>> {
    info.detail
        .0
        .iter()
        .filter(|(key, raw)| !NOT_CARRIED.contains(&key.as_str()) && raw.get() != "null")
        .map(|(key, raw)| (Arc::from(key.as_str()), Arc::from(raw.get())))
        .collect()
}

/// What is noticed besides the values.
#[derive(Debug, Default)]
struct Reading {
    unreadable: BTreeMap<Field, Arc<str>>,
    health: Option<Health>,
}

impl Reading {
    fn settings(&mut self, info: &TransferInfo<'_>) -> DumpSettings {
        let detail = &info.detail;
        let prefix = |key: &str| Some(Arc::from(detail.scalar(key).text().unwrap_or_default()));
        DumpSettings {
            obs_bucket_name: detail.scalar("obs_bucket_name").filled().map(BucketName::from_service),
            storage_format: self.known(Field::StorageFormat, &info.format, StorageFormat::parse),
            period: self.period(&detail.scalar("obs_period"), &detail.scalar("obs_period_unit")),
            switch_on: self.switch(&info.status),
            dir_prefix_name: prefix("obs_dir_pre_fix_name"),
            prefix_name: prefix("obs_prefix_name"),
            time_zone: self.time_zone(&detail.scalar("obs_time_zone"), &detail.scalar("obs_time_zone_id")),
            encryption: self.encryption(&detail.scalar("obs_encrypted_enable"), &detail.scalar("obs_encrypted_id")),
            agency: Some(agency(info)),
        }
    }

    fn known<T>(&mut self, field: Field, value: &Scalar<'_>, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let known = value.text().and_then(parse);
        if known.is_none() {
            self.give_up(field, &value.spelled());
        }
        known
    }

    fn period(&mut self, length: &Scalar<'_>, unit: &Scalar<'_>) -> Option<Period> {
        let known = length.integer().zip(unit.text()).and_then(|(length, unit)| Period::from_parts(length, unit));
        if known.is_none() {
            self.give_up(Field::Period, &format!("{}{}", length.spelled(), unit.spelled()));
        }
        known
    }

    /// EXCEPTION is a dump that should run and does not (facts page section 7).
    fn switch(&mut self, status: &Scalar<'_>) -> Option<bool> {
        match status.text() {
            Some("ENABLE") => Some(true),
            Some("DISABLE") => Some(false),
            Some("EXCEPTION") => {
                self.health = Some(Health::Exception);
                Some(true)
            }
            _ => {
                self.give_up(Field::SwitchOn, &status.spelled());
                None
            }
        }
    }

    fn time_zone(&mut self, name: &Scalar<'_>, id: &Scalar<'_>) -> Option<Slot<TimeZone>> {
        match (name.filled(), id.filled()) {
            (None, None) => Some(Slot::Empty),
            (Some(name), Some(id)) => Some(Slot::Filled(TimeZone { name: Arc::from(name), id: Arc::from(id) })),
            _ => {
                self.give_up(Field::TimeZone, &format!("{}/{}", name.spelled(), id.spelled()));
                None
            }
        }
    }

    /// A key that is left behind on a dump without encryption is not used.
    fn encryption(&mut self, enabled: &Scalar<'_>, key: &Scalar<'_>) -> Option<Slot<Arc<str>>> {
        match (enabled.flag(), key.filled()) {
            (Some(false), _) | (None, None) => Some(Slot::Empty),
            (Some(true) | None, Some(key)) => Some(Slot::Filled(Arc::from(key))),
            (Some(true), None) => {
                self.give_up(Field::Encryption, "enabled without a key");
                None
            }
        }
    }

    fn give_up(&mut self, field: Field, spelled: &str) {
        self.unreadable.insert(field, Arc::from(spelled));
    }
}

fn agency(info: &TransferInfo<'_>) -> Slot<Agency> {
    let part = |scalar: &Scalar<'_>| -> Arc<str> { Arc::from(scalar.text().unwrap_or_default()) };
    let read = &info.agency;
    let agency = Agency {
        domain_id: part(&read.domain_id),
        domain_name: part(&read.domain_name),
        name: part(&read.name),
        project_id: part(&read.project_id),
    };
    let parts = [&agency.domain_id, &agency.domain_name, &agency.name, &agency.project_id];
    if parts.into_iter().all(|part| part.is_empty()) { Slot::Empty } else { Slot::Filled(agency) }
}
