//! The value of a field, for people and for JSON alike.

use std::collections::BTreeSet;
use std::fmt;

use crate::model::{Agency, Days, StreamName, StreamTtl, Tags, TimeZone};

/// The value of a field of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number of days.
    Days(u32),
    /// Text.
    Text(String),
    /// `true` or `false`.
    Flag(bool),
    /// Names of streams.
    Streams(BTreeSet<StreamName>),
    /// Tags.
    Tags(Tags),
    /// A time zone.
    TimeZone(TimeZone),
    /// A delegation.
    Agency(Agency),
    /// An optional block that is explicitly empty.
    Nothing,
}

impl From<Days> for Value {
    fn from(days: Days) -> Self {
        Self::Days(days.get())
    }
}

impl From<StreamTtl> for Value {
    fn from(ttl: StreamTtl) -> Self {
        match ttl {
            StreamTtl::Inherit => Self::Text("inherit".to_owned()),
            StreamTtl::Own(days) => days.into(),
        }
    }
}

impl From<Tags> for Value {
    fn from(tags: Tags) -> Self {
        Self::Tags(tags)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => days.fmt(f),
            Self::Text(text) if text.is_empty() => f.write_str("\"\""),
            Self::Text(text) => f.write_str(text),
            Self::Flag(flag) => flag.fmt(f),
            Self::Streams(names) => {
                let names: Vec<&str> = names.iter().map(StreamName::as_str).collect();
                write!(f, "[{}]", names.join(", "))
            }
            Self::Tags(tags) => tags.fmt(f),
            Self::TimeZone(zone) => zone.fmt(f),
            Self::Agency(agency) => agency.fmt(f),
            Self::Nothing => f.write_str("none"),
        }
    }
}
