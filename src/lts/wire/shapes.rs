//! The answers, key by key. Rows are those of facts page section 4.

use super::record::record;
use super::{Items, Scalar, TagMap};

record! {
    /// A group of row 4. `[SEED:634]`
    GroupItem {
        id: Scalar<'de> = "log_group_id",
        name: Scalar<'de> = "log_group_name",
        ttl: Scalar<'de> = "ttl_in_days",
        tag: TagMap<'de> = "tag",
    }
}

record! {
    /// The answer of row 4.
    GroupList { groups: Items<GroupItem<'de>> = "log_groups" }
}

record! {
    /// A stream of row 8 or 9. `[SEED:1060]`
    StreamItem {
        id: Scalar<'de> = "log_stream_id",
        name: Scalar<'de> = "log_stream_name",
        /// Row 9 only.
        group_id: Scalar<'de> = "log_group_id",
        ttl: Scalar<'de> = "ttl_in_days",
        tag: TagMap<'de> = "tag",
    }
}

record! {
    /// The answer of rows 8 and 9.
    StreamList { streams: Items<StreamItem<'de>> = "log_streams" }
}

record! {
    /// A stream of a transfer.
    TransferStream { id: Scalar<'de> = "log_stream_id", name: Scalar<'de> = "log_stream_name" }
}

record! {
    /// Cross-account delegation of a transfer.
    AgencyItem {
        domain_id: Scalar<'de> = "agency_domain_id",
        domain_name: Scalar<'de> = "agency_domain_name",
        name: Scalar<'de> = "agency_name",
        project_id: Scalar<'de> = "agency_project_id",
    }
}

record! {
    /// `log_transfer_info` (facts page 5.14).
    TransferInfo {
        kind: Scalar<'de> = "log_transfer_type",
        format: Scalar<'de> = "log_storage_format",
        status: Scalar<'de> = "log_transfer_status",
        agency: AgencyItem<'de> = "log_agency_transfer",
        detail: Detail<'de> = "log_transfer_detail",
    }
}

record! {
    /// A transfer of row 15.
    TransferItem {
        id: Scalar<'de> = "log_transfer_id",
        group_id: Scalar<'de> = "log_group_id",
        streams: Items<TransferStream<'de>> = "log_streams",
        info: TransferInfo<'de> = "log_transfer_info",
    }
}

record! {
    /// The answer of row 15.
    TransferList { transfers: Items<TransferItem<'de>> = "log_transfers" }
}

record! {
    /// The answer to a create of any kind. The id of a dump goes by three
    /// names (C21).
    Created {
        group_id: Scalar<'de> = "log_group_id",
        stream_id: Scalar<'de> = "log_stream_id",
        transfer_id: Scalar<'de> = "log_transfer_id",
        dump_id: Scalar<'de> = "log_dump_obs_id",
        observed_dump_id: Scalar<'de> = "log_dump_observ_id",
    }
}

record! {
    /// A project of row 2.
    ProjectItem {
        id: Scalar<'de> = "id",
        name: Scalar<'de> = "name",
        domain_id: Scalar<'de> = "domain_id",
        domain: DomainItem<'de> = "domain",
    }
}

record! {
    /// The account of a project, where a token names it.
    DomainItem { id: Scalar<'de> = "id", name: Scalar<'de> = "name" }
}

record! {
    /// The answer of row 2.
    ProjectList { projects: Items<ProjectItem<'de>> = "projects" }
}

record! {
    /// What is of interest in a token. `[SEED:368]`
    TokenItem {
        issued_at: Scalar<'de> = "issued_at",
        expires_at: Scalar<'de> = "expires_at",
        project: ProjectItem<'de> = "project",
    }
}

record! {
    /// The answer of row 1.
    TokenBody { token: TokenItem<'de> = "token" }
}

record! {
    /// A line of row 12.
    LogLine {
        content: Scalar<'de> = "content",
        line_num: Scalar<'de> = "line_num",
        labels: TagMap<'de> = "labels",
    }
}

record! {
    /// The answer of row 12.
    LogLines { count: Scalar<'de> = "count", logs: Items<LogLine<'de>> = "logs" }
}

/// `log_transfer_detail`: every key with its JSON text, because an update has
/// to send back what this program does not manage.
#[derive(Debug, Default)]
pub(crate) struct Detail<'de>(pub(crate) std::collections::BTreeMap<String, &'de serde_json::value::RawValue>);

impl<'de> super::Fields<'de> for Detail<'de> {
    fn take<A: serde::de::MapAccess<'de>>(&mut self, key: &str, entries: &mut A) -> Result<(), A::Error> {
        let value = entries.next_value()?;
        self.0.insert(key.to_owned(), value);
        Ok(())
    }
}

impl<'de> serde::Deserialize<'de> for Detail<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::record::fields(deserializer)
    }
}

impl Detail<'_> {
    /// Returns a value of the detail.
    pub(crate) fn scalar(&self, key: &str) -> Scalar<'_> {
        self.0.get(key).and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
    }
}
