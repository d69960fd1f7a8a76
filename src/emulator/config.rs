//! What of the emulator's behaviour can be switched, with faithful defaults.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::profile::Profile;

/// Everything that can be switched while the emulator runs.
///
/// Read and written by `GET`, `PUT` and `PATCH /emulator/config`; `PUT` starts
/// from the defaults of the profile, `PATCH` from the values in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How many groups a project and streams a group may have `[SEED:2306,2313]`.
    pub quotas: Quotas,
    /// The longest ttl of a group, in days: 7 in the seed's edition
    /// `[SEED:474]`, 365 today (facts page 6.2).
    pub max_group_ttl: u32,
    /// Cuts the list of transfers after that many entries, whatever `offset`
    /// says (facts page 5.15); `null` shows all.
    pub transfers_cut_at: Option<u32>,
    /// What `offset` and `limit` do to the list of transfers. Documents of
    /// 2022 to 2025 had them and the service did not honour them (C58).
    pub transfer_paging: TransferPaging,
    /// What a bucket is that nobody registered.
    pub unlisted_buckets: UnlistedBuckets,
    /// How long every answer of the service is held back, in milliseconds.
    pub latency_ms: u64,
    /// The status of a business error of `POST /log-dump/obs` (C20).
    pub dump_errors: DumpErrors,
    /// Whether `ttl_in_days` may come as a string (C2).
    pub ttl_as_text: Leniency,
    /// Whether `storage_format` may be left out, which then means RAW (C6).
    pub missing_storage_format: Leniency,
    /// Whether `switch_on` may come as a string (C7), as the document's own
    /// example sends it `[SEED:2093]`.
    pub switch_on_as_text: Leniency,
    /// How many reads still show a tag that has been removed (facts page 6.3).
    pub stale_tags_reads: u32,
    /// The longest range of a log query, in days: 30 in the seed's edition
    /// `[SEED:1336]`, 180 today (C9).
    pub max_query_days: u32,
    /// Operations that are held, by name, such as `CreateLogGroup`: their
    /// requests wait until a later configuration lets them go.
    pub gates: BTreeMap<String, Gate>,
    /// Operations the caller may not use, by name: 403 LTS.0003 (facts page
    /// 3.3), and of IAM 403 `Forbidden` (facts page 2.1).
    pub forbidden: BTreeSet<String>,
    /// Lists, by name, that come empty, whatever there is.
    pub empty_lists: BTreeSet<String>,
    /// Enterprise projects by name, for `enterprise_project_name` on the
    /// creation of a stream. A name that is not listed gets an id made from it.
    pub enterprise_projects: BTreeMap<String, String>,
}

/// How many objects there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quotas {
    /// Groups in a project; the next one is refused with LTS.0104.
    pub groups: u32,
    /// Streams in a group; the next one is refused with LTS.0206.
    pub streams: u32,
}

/// What `offset` and `limit` do to the list of transfers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferPaging {
    /// Nothing: the list is whole.
    Ignored,
    /// What they say, where they are sent.
    Honoured,
}

/// What a bucket is that nobody registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnlistedBuckets {
    /// It is there, so that every well-formed name works.
    Exists,
    /// It is not there: LTS.0416.
    Missing,
}

/// The status of a business error of `POST /log-dump/obs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DumpErrors {
    /// 200 with an error in the body `[SEED:2103-2184]`.
    #[serde(rename = "status_200")]
    Status200,
    /// 400, as the table of codes has it `[SEED:2308-2319]`.
    #[serde(rename = "status_400")]
    Status400,
}

/// Whether something the document is of two minds about is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leniency {
    /// It is taken.
    Accept,
    /// It is refused.
    Refuse,
}

/// Where a request is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// Before the service has done anything.
    Before,
    /// After everything is done and on disk, before the answer.
    After,
}

impl Config {
    /// Returns the defaults of a profile.
    #[must_use]
    pub fn for_profile(profile: Profile) -> Self {
        Self {
            quotas: Quotas { groups: 100, streams: 100 },
            max_group_ttl: if profile.is_modern() { 365 } else { 7 },
            transfers_cut_at: None,
            transfer_paging: TransferPaging::Ignored,
            unlisted_buckets: UnlistedBuckets::Exists,
            latency_ms: 0,
            dump_errors: if profile.is_modern() { DumpErrors::Status400 } else { DumpErrors::Status200 },
            ttl_as_text: Leniency::Refuse,
            missing_storage_format: Leniency::Refuse,
            switch_on_as_text: Leniency::Accept,
            stale_tags_reads: 0,
            max_query_days: if profile.is_modern() { 180 } else { 30 },
            gates: BTreeMap::new(),
            forbidden: BTreeSet::new(),
            empty_lists: BTreeSet::new(),
            enterprise_projects: BTreeMap::new(),
        }
    }

    /// Returns the names of operations that the configuration mentions.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &String> {
        self.gates.keys().chain(&self.forbidden).chain(&self.empty_lists)
    }

    /// Returns this configuration with the members of `patch` put over it, as
    /// JSON merge patches do.
    ///
    /// # Errors
    /// Says what of the patch is no configuration.
    pub(crate) fn patched(&self, patch: &Value) -> Result<Self, serde_json::Error> {
        let mut merged = serde_json::to_value(self)?;
        merge(&mut merged, patch);
        serde_json::from_value(merged)
    }
}

fn merge(target: &mut Value, patch: &Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (key, value) in patch {
                if value.is_null() {
                    target.remove(key);
                } else {
                    merge(target.entry(key.clone()).or_insert(Value::Null), value);
                }
            }
        }
        (target, patch) => *target = patch.clone(),
    }
}
