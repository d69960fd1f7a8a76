//! The parts of an address, apart: a name that the service keeps may hold
//! anything, so that the text of an address cannot be taken apart again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Address, DumpHandle, GroupName, StreamName};

/// Names an object by its parts: a group, a stream of it, or a dump of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ObjectDocument {
    group: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stream: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dump: Option<String>,
}

impl ObjectDocument {
    pub(super) fn of(address: &Address) -> Self {
        let group = address.group().to_string();
        match address {
            Address::Group(_) => Self { group, stream: None, dump: None },
            Address::Stream(_, name) => Self { group, stream: Some(name.to_string()), dump: None },
            Address::Dump(_, handle) => Self { group, stream: None, dump: Some(handle.to_string()) },
        }
    }

    pub(super) fn read(&self) -> Address {
        let group = GroupName::from_service(&self.group);
        match (&self.stream, &self.dump) {
            (_, Some(handle)) => Address::Dump(group, DumpHandle::from_service(handle)),
            (Some(name), None) => Address::Stream(group, StreamName::from_service(name)),
            (None, None) => Address::Group(group),
        }
    }
}
