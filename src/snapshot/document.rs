//! The document: what is printed, and what is read.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::objects::{AmbiguousDocument, GroupDocument};
use super::taken::Snapshot;
use crate::model::{Ability, Address, Capabilities};
use crate::saved::TargetDocument;

/// Version of the document.
const FORMAT_VERSION: &str = "1.0";

/// A project at one moment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SnapshotDocument {
    pub(super) format_version: String,
    pub(super) tool_version: String,
    /// SHA-256 over everything else.
    pub(super) digest: String,
    /// When it was read, RFC 3339, UTC, to the second.
    pub(super) taken_at: String,
    /// Where it was read.
    pub(super) target: TargetDocument,
    /// How many requests the reading took.
    pub(super) reads: u64,
    /// Whether every list was read in full.
    pub(super) whole: bool,
    pub(super) capabilities: CapabilitiesDocument,
    /// Why the list of groups cannot be trusted to be whole, if it cannot.
    pub(super) groups_doubt: Option<String>,
    /// Groups in the order of their names.
    pub(super) groups: Vec<GroupDocument>,
    /// Names that more than one object bears.
    pub(super) ambiguous: Vec<AmbiguousDocument>,
    pub(super) warnings: Vec<String>,
}

/// What the service can do: `offered`, `presumed` or `missing`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CapabilitiesDocument {
    transfers: AbilityDocument,
    update_group: AbilityDocument,
    update_stream: AbilityDocument,
    tags: AbilityDocument,
    update_dump_streams: AbilityDocument,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum AbilityDocument {
    Offered,
    Presumed,
    Missing,
}

impl Snapshot {
    /// Builds the document.
    #[must_use]
    pub fn document(&self) -> SnapshotDocument {
        let mut document = SnapshotDocument {
            format_version: FORMAT_VERSION.to_owned(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            digest: String::new(),
            taken_at: self.taken_at.to_string(),
            target: self.target.clone(),
            reads: self.reads,
            whole: self.is_whole(),
            capabilities: CapabilitiesDocument::of(&self.capabilities),
            groups_doubt: self.live.groups_doubt.as_deref().map(str::to_owned),
            groups: self.live.groups.iter().map(|(name, group)| GroupDocument::of(name, group)).collect(),
            ambiguous: self.live.ambiguous.iter().filter_map(ambiguous).collect(),
            warnings: self.warnings.clone(),
        };
        document.digest = document.find_digest();
        document
    }
}

/// A dump has no name that another could bear.
fn ambiguous((address, reason): (&Address, &std::sync::Arc<str>)) -> Option<AmbiguousDocument> {
    let stream = match address {
        Address::Group(_) => None,
        Address::Stream(_, stream) => Some(stream.to_string()),
        Address::Dump(..) => return None,
    };
    Some(AmbiguousDocument { group: address.group().to_string(), stream, reason: reason.to_string() })
}

impl SnapshotDocument {
    /// Returns the document as the text of a file.
    ///
    /// # Errors
    /// Returns the serializer's complaint; for this type there is none.
    pub fn render(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// Returns the digest of everything but the digest: `sha256:` and 64
    /// hexadecimal digits.
    pub(super) fn find_digest(&self) -> String {
        let bare = Self { digest: String::new(), ..self.clone() };
        // No map here has a key that is no text: serializing cannot fail.
        let bytes = serde_json::to_vec(&bare).unwrap_or_default();
        let mut text = String::from("sha256:");
        for byte in Sha256::digest(&bytes) {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

impl CapabilitiesDocument {
    fn of(capabilities: &Capabilities) -> Self {
        let Capabilities { transfers, update_group, update_stream, tags, update_dump_streams } = *capabilities;
        let ability = |ability| match ability {
            Ability::Offered => AbilityDocument::Offered,
            Ability::Presumed => AbilityDocument::Presumed,
            Ability::Missing => AbilityDocument::Missing,
        };
        Self {
            transfers: ability(transfers),
            update_group: ability(update_group),
            update_stream: ability(update_stream),
            tags: ability(tags),
            update_dump_streams: ability(update_dump_streams),
        }
    }

    pub(super) fn read(&self) -> Capabilities {
        let ability = |ability| match ability {
            AbilityDocument::Offered => Ability::Offered,
            AbilityDocument::Presumed => Ability::Presumed,
            AbilityDocument::Missing => Ability::Missing,
        };
        Capabilities {
            transfers: ability(self.transfers),
            update_group: ability(self.update_group),
            update_stream: ability(self.update_stream),
            tags: ability(self.tags),
            update_dump_streams: ability(self.update_dump_streams),
        }
    }
}
