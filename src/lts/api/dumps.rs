//! Rows 13 to 17: OBS dumps, which the later API calls transfers.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use serde::Serialize;
use serde_json::value::RawValue;

use super::super::request::{Answer, Call};
use super::super::wire::TransferList;
use super::super::{Client, Error, Listed, Operation, TransferEntry};
use super::read_transfer;
use super::shared::{created_id, listed};
use crate::model::{DumpSettings, GroupId, GroupName, Slot, StreamId, StreamName, TransferId};

/// Body of row 13. `[SEED:2030]`
#[derive(Serialize)]
struct DumpBody<'a> {
    log_group_id: &'a str,
    log_stream_ids: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    obs_bucket_name: Option<&'a str>,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    storage_format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    switch_on: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dir_prefix_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period_unit: Option<&'static str>,
}

/// Body of row 14 (facts page 5.14).
#[derive(Serialize)]
struct TransferBody<'a> {
    log_group_id: &'a str,
    log_streams: Vec<StreamBody<'a>>,
    log_transfer_info: InfoBody<'a>,
}

/// Body of row 16 (facts page 5.16).
#[derive(Serialize)]
struct UpdateBody<'a> {
    log_transfer_id: &'a str,
    log_transfer_info: InfoBody<'a>,
}

#[derive(Serialize)]
struct StreamBody<'a> {
    log_stream_id: &'a str,
    log_stream_name: &'a str,
}

#[derive(Serialize)]
struct InfoBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    log_transfer_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_transfer_mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_storage_format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_transfer_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_agency_transfer: Option<AgencyBody<'a>>,
    log_transfer_detail: BTreeMap<&'a str, Box<RawValue>>,
}

#[derive(Serialize)]
struct AgencyBody<'a> {
    agency_domain_id: &'a str,
    agency_domain_name: &'a str,
    agency_name: &'a str,
    agency_project_id: &'a str,
    /// The delegated side is this client's own account and project.
    #[serde(skip_serializing_if = "Option::is_none")]
    be_agency_domain_id: Option<&'a str>,
    be_agency_project_id: &'a str,
}

/// Reads the answer to a list of transfers.
///
/// # Errors
/// `Unusable` when it is not what it should be.
pub(in crate::lts) fn read_transfers(answer: &Answer) -> Result<Listed<TransferEntry>, Error> {
    let list: TransferList<'_> = answer.read()?;
    listed(answer, list.transfers, "transfers", read_transfer)
}

impl Client {
    /// Creates a dump in the current edition (row 14).
    ///
    /// # Errors
    /// `AlreadyExists` (LTS.0207: a stream has a dump), `NotFound` (LTS.0201,
    /// LTS.0208), `Invalid` (LTS.0416: no such bucket), `Permission` (LTS.0018),
    /// and whatever a write can fail with.
    pub async fn create_dump(
        &self,
        group: &GroupId,
        streams: &BTreeMap<StreamId, StreamName>,
        settings: &DumpSettings,
    ) -> Result<TransferId, Error> {
        let identity = self.identity();
        let agency = match &settings.agency {
            Some(Slot::Filled(agency)) => Some(AgencyBody {
                agency_domain_id: &agency.domain_id,
                agency_domain_name: &agency.domain_name,
                agency_name: &agency.name,
                agency_project_id: &agency.project_id,
                be_agency_domain_id: identity.domain_id.as_ref().map(|id| id.as_str()),
                be_agency_project_id: identity.project_id.as_str(),
            }),
            Some(Slot::Empty) | None => None,
        };
        let body = TransferBody {
            log_group_id: group.as_str(),
            log_streams: streams
                .iter()
                .map(|(id, name)| StreamBody { log_stream_id: id.as_str(), log_stream_name: name.as_str() })
                .collect(),
            log_transfer_info: InfoBody {
                log_transfer_type: Some("OBS"),
                log_transfer_mode: Some("cycle"),
                log_agency_transfer: agency,
                ..info(settings, stated(detail(settings)))
            },
        };
        let call = Call::new(Operation::CreateTransfer, Method::POST, self.path(format_args!("transfers")));
        let answer = self.call(call.with_body(&body)).await?;
        created_id(&answer, |created| vec![&created.transfer_id, &created.dump_id], TransferId::parse)
    }

    /// Creates a dump in the edition of 2022 (row 13), which knows neither
    /// time zone nor encryption nor agency. `[SEED:2013]`
    ///
    /// # Errors
    /// As [`Client::create_dump`]; refusals come with status 200 (C20).
    pub async fn create_dump_seed(
        &self,
        group: &GroupId,
        streams: &BTreeMap<StreamId, StreamName>,
        settings: &DumpSettings,
    ) -> Result<TransferId, Error> {
        let parts = settings.period.map(crate::model::Period::parts);
        let body = DumpBody {
            log_group_id: group.as_str(),
            log_stream_ids: streams.keys().map(StreamId::as_str).collect(),
            obs_bucket_name: settings.obs_bucket_name.as_ref().map(|name| name.as_str()),
            r#type: "cycle",
            storage_format: settings.storage_format.map(crate::model::StorageFormat::as_str),
            switch_on: settings.switch_on,
            prefix_name: filled(settings.prefix_name.as_ref()),
            dir_prefix_name: filled(settings.dir_prefix_name.as_ref()),
            period: parts.map(|(length, _)| length),
            period_unit: parts.map(|(_, unit)| unit),
        };
        let call = Call::new(Operation::CreateDump, Method::POST, self.path(format_args!("log-dump/obs")));
        let answer = self.call(call.with_body(&body)).await?;
        created_id(
            &answer,
            |created| vec![&created.dump_id, &created.observed_dump_id, &created.transfer_id],
            TransferId::parse,
        )
    }

    /// Lists transfers of every kind, of the project or of one group by name.
    /// A list of exactly 100 may have been cut (facts page 5.15).
    ///
    /// # Errors
    /// `Unsupported` where the edition has no such operation, `NotFound`
    /// (LTS.0201) for an unknown group, and whatever a read can fail with.
    pub async fn list_transfers(&self, group: Option<&GroupName>) -> Result<Listed<TransferEntry>, Error> {
        read_transfers(&self.fetch_transfers(group).await?)
    }

    /// Does the first half of [`Client::list_transfers`]: the answer as it is,
    /// so that it can be read while the next one is under way.
    pub(in crate::lts) async fn fetch_transfers(&self, group: Option<&GroupName>) -> Result<Answer, Error> {
        let call = Call::new(Operation::ListTransfers, Method::GET, self.path(format_args!("transfers")));
        let call = match group {
            Some(group) => call.with_query("log_group_name", group.as_str()),
            None => call,
        };
        self.call(call).await
    }

    /// Updates a dump. The whole detail is replaced, so that `settings` are all
    /// of the dump's, and `carried` are the fields this program does not manage,
    /// as JSON text. The agency cannot be changed (facts page 5.16).
    ///
    /// # Errors
    /// `NotFound` (LTS.0405), `Invalid` (LTS.0416), and whatever a write can
    /// fail with.
    pub async fn update_dump(
        &self,
        dump: &TransferId,
        settings: &DumpSettings,
        carried: &BTreeMap<Arc<str>, Arc<str>>,
    ) -> Result<(), Error> {
        let mut fields = detail(settings);
        for (key, text) in carried {
            // What came as JSON goes back as the same JSON.
            if let Ok(raw) = RawValue::from_string(text.to_string()) {
                fields.entry(key).or_insert(raw);
            }
        }
        let body = UpdateBody { log_transfer_id: dump.as_str(), log_transfer_info: info(settings, fields) };
        let call = Call::new(Operation::UpdateTransfer, Method::PUT, self.path(format_args!("transfers")));
        self.call(call.with_body(&body)).await.map(|_| ())
    }

    /// Deletes a transfer; the bucket and what is in it stay (facts page 5.17).
    ///
    /// # Errors
    /// `NotFound` (LTS.0405), and whatever a write can fail with.
    pub async fn delete_dump(&self, dump: &TransferId) -> Result<(), Error> {
        let call = Call::new(Operation::DeleteTransfer, Method::DELETE, self.path(format_args!("transfers")));
        self.call(call.with_query("log_transfer_id", dump.as_str())).await.map(|_| ())
    }
}

fn info<'a>(settings: &DumpSettings, detail: BTreeMap<&'a str, Box<RawValue>>) -> InfoBody<'a> {
    InfoBody {
        log_transfer_type: None,
        log_transfer_mode: None,
        log_storage_format: settings.storage_format.map(crate::model::StorageFormat::as_str),
        log_transfer_status: settings.switch_on.map(|on| if on { "ENABLE" } else { "DISABLE" }),
        log_agency_transfer: None,
        log_transfer_detail: detail,
    }
}

/// Returns the managed fields of the detail. `obs_transfer_path` is the
/// service's and never sent. Empty fields are sent empty on purpose: that is
/// how a value is taken away.
fn detail(settings: &DumpSettings) -> BTreeMap<&'static str, Box<RawValue>> {
    let mut fields = BTreeMap::new();
    let mut put = |key: &'static str, value: Option<Result<Box<RawValue>, serde_json::Error>>| {
        if let Some(Ok(raw)) = value {
            fields.insert(key, raw);
        }
    };
    let text = |value: &str| serde_json::value::to_raw_value(value);
    if let Some((length, unit)) = settings.period.map(crate::model::Period::parts) {
        put("obs_period", Some(serde_json::value::to_raw_value(&length)));
        put("obs_period_unit", Some(text(unit)));
    }
    put("obs_bucket_name", settings.obs_bucket_name.as_ref().map(|name| text(name.as_str())));
    // Spelled like this (C54).
    put("obs_dir_pre_fix_name", settings.dir_prefix_name.as_deref().map(text));
    put("obs_prefix_name", settings.prefix_name.as_deref().map(text));
    match &settings.encryption {
        None => {}
        Some(Slot::Empty) => put("obs_encrypted_enable", Some(serde_json::value::to_raw_value(&false))),
        Some(Slot::Filled(key)) => {
            put("obs_encrypted_enable", Some(serde_json::value::to_raw_value(&true)));
            put("obs_encrypted_id", Some(text(key)));
        }
    }
    match &settings.time_zone {
        None => {}
        Some(Slot::Empty) => {
            put("obs_time_zone", Some(text("")));
            put("obs_time_zone_id", Some(text("")));
        }
        Some(Slot::Filled(zone)) => {
            put("obs_time_zone", Some(text(&zone.name)));
            put("obs_time_zone_id", Some(text(&zone.id)));
        }
    }
    fields
}

/// Leaves out what is empty: on a create that is what an absent field means.
fn stated(mut detail: BTreeMap<&'static str, Box<RawValue>>) -> BTreeMap<&'static str, Box<RawValue>> {
    detail.retain(|_, raw| !matches!(raw.get(), "\"\"" | "false"));
    detail
}

fn filled(text: Option<&Arc<str>>) -> Option<&str> {
    text.map(AsRef::as_ref).filter(|text: &&str| !text.is_empty())
}
