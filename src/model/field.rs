//! The comparable fields, under the service's own names.

use std::fmt;

/// A field of a group, a stream or a dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// `ttl_in_days` of a group or stream.
    TtlInDays,
    /// `tags` of a group or stream.
    Tags,
    /// `enterprise_project_id` of a group.
    EnterpriseProjectId,
    /// `enterprise_project_name` of a stream.
    EnterpriseProjectName,
    /// The protection tag.
    Protected,
    /// The set of streams of a dump.
    Streams,
    /// `obs_bucket_name` of a dump.
    ObsBucketName,
    /// `storage_format` of a dump.
    StorageFormat,
    /// `period` of a dump.
    Period,
    /// `switch_on` of a dump.
    SwitchOn,
    /// `dir_prefix_name` of a dump.
    DirPrefixName,
    /// `prefix_name` of a dump.
    PrefixName,
    /// `time_zone` of a dump.
    TimeZone,
    /// `encryption` of a dump.
    Encryption,
    /// `agency` of a dump.
    Agency,
}

impl Field {
    /// All fields.
    pub const ALL: [Self; 15] = [
        Self::TtlInDays,
        Self::Tags,
        Self::EnterpriseProjectId,
        Self::EnterpriseProjectName,
        Self::Protected,
        Self::Streams,
        Self::ObsBucketName,
        Self::StorageFormat,
        Self::Period,
        Self::SwitchOn,
        Self::DirPrefixName,
        Self::PrefixName,
        Self::TimeZone,
        Self::Encryption,
        Self::Agency,
    ];

    /// Reads the key of the manifest.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == text)
    }

    /// Returns the key of the manifest.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TtlInDays => "ttl_in_days",
            Self::Tags => "tags",
            Self::EnterpriseProjectId => "enterprise_project_id",
            Self::EnterpriseProjectName => "enterprise_project_name",
            Self::Protected => "protected",
            Self::Streams => "streams",
            Self::ObsBucketName => "obs_bucket_name",
            Self::StorageFormat => "storage_format",
            Self::Period => "period",
            Self::SwitchOn => "switch_on",
            Self::DirPrefixName => "dir_prefix_name",
            Self::PrefixName => "prefix_name",
            Self::TimeZone => "time_zone",
            Self::Encryption => "encryption",
            Self::Agency => "agency",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
