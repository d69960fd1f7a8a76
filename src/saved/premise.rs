//! Premises as JSON: for people, and to be checked again.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::settings::{
    DumpSettingsDocument, read_group_id, read_ids, read_names, read_stream_id, read_transfer_id, read_ttl, write_ids,
    write_names, write_tags, write_ttl,
};
use crate::diff::Marks;
use crate::model::{Days, GroupName, StreamName, StreamTtl, Tags};
use crate::plan::{Held, Premise, describe_dump};

/// One thing a plan relies on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PremiseDocument {
    /// The object.
    address: String,
    /// What of it: `existence`, `id`, a field, or `content`.
    field: String,
    /// What was seen, for people.
    expected: String,
    /// The same, to be checked again.
    holds: PremiseBody,
}

/// What is checked, by kind. A name is that of the object; what is `null` was
/// not shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "premise", rename_all = "snake_case", deny_unknown_fields)]
enum PremiseBody {
    GroupAbsent {
        group: String,
    },
    GroupIs {
        group: String,
        id: String,
    },
    GroupTtl {
        group: String,
        ttl_in_days: Option<u32>,
    },
    GroupTags {
        group: String,
        tags: BTreeMap<String, String>,
    },
    /// No stream but these follows the retention of the group.
    GroupFollowers {
        group: String,
        streams: BTreeSet<String>,
    },
    GroupMarks {
        group: String,
        marks: MarksDocument,
    },
    /// The group holds these streams and transfers and no others.
    GroupHolds {
        group: String,
        streams: BTreeMap<String, HeldStream>,
        transfers: Option<BTreeSet<String>>,
    },
    StreamAbsent {
        group: String,
        stream: String,
    },
    StreamIs {
        group: String,
        stream: String,
        id: String,
    },
    /// -1 inherits.
    StreamTtl {
        group: String,
        stream: String,
        ttl_in_days: Option<i64>,
    },
    StreamTags {
        group: String,
        stream: String,
        tags: BTreeMap<String, String>,
    },
    StreamMarks {
        group: String,
        stream: String,
        marks: MarksDocument,
    },
    /// No transfer of any kind covers the stream, apart from these.
    StreamFree {
        group: String,
        stream: String,
        except: BTreeSet<String>,
    },
    /// No OBS dump covers these streams, apart from these dumps.
    Undumped {
        group: String,
        streams: BTreeSet<String>,
        except: BTreeSet<String>,
    },
    DumpIs {
        group: String,
        id: String,
        streams: BTreeSet<String>,
        settings: Box<DumpSettingsDocument>,
    },
}

/// Whose an object is, and whether it is protected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MarksDocument {
    estate: Option<String>,
    protected: bool,
}

/// A stream that goes with its group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct HeldStream {
    id: String,
    /// -1 inherits.
    ttl_in_days: Option<i64>,
    tags: BTreeMap<String, String>,
}

impl MarksDocument {
    fn of(marks: &Marks) -> Self {
        Self { estate: marks.estate.as_ref().map(ToString::to_string), protected: marks.protected }
    }

    fn read(&self) -> Marks {
        Marks { estate: self.estate.as_deref().map(Into::into), protected: self.protected }
    }
}

impl HeldStream {
    fn of(held: &Held) -> Self {
        let Held { id, ttl, tags } = held;
        Self { id: id.to_string(), ttl_in_days: ttl.map(write_ttl), tags: write_tags(tags) }
    }

    fn read(&self) -> Result<Held, Fault> {
        Ok(Held {
            id: read_stream_id(&self.id)?,
            ttl: self.ttl_in_days.map(read_ttl).transpose()?,
            tags: Tags::from_iter(&self.tags),
        })
    }
}

impl PremiseDocument {
    /// Writes a premise down.
    #[must_use]
    pub fn of(premise: &Premise) -> Self {
        let (field, expected) = describe(premise);
        let address = premise.address().to_string();
        Self { address, field: field.to_owned(), expected, holds: PremiseBody::of(premise) }
    }

    pub(super) fn read(&self) -> Result<Premise, Fault> {
        self.holds.read()
    }
}

impl PremiseBody {
    fn of(premise: &Premise) -> Self {
        let group = premise.address().group().to_string();
        match premise {
            Premise::GroupAbsent(_) => Self::GroupAbsent { group },
            Premise::GroupIs(_, id) => Self::GroupIs { group, id: id.to_string() },
            Premise::GroupTtl(_, ttl) => Self::GroupTtl { group, ttl_in_days: ttl.map(Days::get) },
            Premise::GroupTags(_, tags) => Self::GroupTags { group, tags: write_tags(tags) },
            Premise::GroupMarks(_, marks) => Self::GroupMarks { group, marks: MarksDocument::of(marks) },
            Premise::GroupFollowers(_, streams) => Self::GroupFollowers { group, streams: write_names(streams) },
            Premise::GroupHolds { streams, transfers, .. } => Self::GroupHolds {
                group,
                streams: streams.iter().map(|(name, held)| (name.to_string(), HeldStream::of(held))).collect(),
                transfers: transfers.as_ref().map(write_ids),
            },
            Premise::StreamAbsent(_, stream) => Self::StreamAbsent { group, stream: stream.to_string() },
            Premise::StreamIs(_, stream, id) => {
                Self::StreamIs { group, stream: stream.to_string(), id: id.to_string() }
            }
            Premise::StreamTtl(_, stream, ttl) => {
                Self::StreamTtl { group, stream: stream.to_string(), ttl_in_days: ttl.map(write_ttl) }
            }
            Premise::StreamTags(_, stream, tags) => {
                Self::StreamTags { group, stream: stream.to_string(), tags: write_tags(tags) }
            }
            Premise::StreamMarks(_, stream, marks) => {
                Self::StreamMarks { group, stream: stream.to_string(), marks: MarksDocument::of(marks) }
            }
            Premise::StreamFree(_, stream, except) => {
                Self::StreamFree { group, stream: stream.to_string(), except: write_ids(except) }
            }
            Premise::Undumped { streams, except, .. } => {
                Self::Undumped { group, streams: write_names(streams), except: write_ids(except) }
            }
            Premise::DumpIs { id, streams, settings, .. } => Self::DumpIs {
                group,
                id: id.to_string(),
                streams: write_names(streams),
                settings: Box::new(DumpSettingsDocument::of(settings)),
            },
        }
    }

    fn read(&self) -> Result<Premise, Fault> {
        let group_name = |text: &String| GroupName::from_service(text);
        let stream_name = |text: &String| StreamName::from_service(text);
        Ok(match self {
            Self::GroupAbsent { group } => Premise::GroupAbsent(group_name(group)),
            Self::GroupIs { group, id } => Premise::GroupIs(group_name(group), read_group_id(id)?),
            Self::GroupTtl { group, ttl_in_days } => {
                Premise::GroupTtl(group_name(group), ttl_in_days.map(Days::from_service))
            }
            Self::GroupTags { group, tags } => Premise::GroupTags(group_name(group), Tags::from_iter(tags)),
            Self::GroupFollowers { group, streams } => Premise::GroupFollowers(group_name(group), read_names(streams)),
            Self::GroupHolds { group, streams, transfers } => Premise::GroupHolds {
                group: group_name(group),
                streams: streams
                    .iter()
                    .map(|(name, held)| Ok((stream_name(name), held.read()?)))
                    .collect::<Result<_, Fault>>()?,
                transfers: transfers.as_ref().map(read_ids).transpose()?,
            },
            Self::StreamAbsent { group, stream } => Premise::StreamAbsent(group_name(group), stream_name(stream)),
            Self::StreamIs { group, stream, id } => {
                Premise::StreamIs(group_name(group), stream_name(stream), read_stream_id(id)?)
            }
            Self::StreamTtl { group, stream, ttl_in_days } => {
                let ttl: Option<StreamTtl> = ttl_in_days.map(read_ttl).transpose()?;
                Premise::StreamTtl(group_name(group), stream_name(stream), ttl)
            }
            Self::StreamTags { group, stream, tags } => {
                Premise::StreamTags(group_name(group), stream_name(stream), Tags::from_iter(tags))
            }
            Self::GroupMarks { group, marks } => Premise::GroupMarks(group_name(group), marks.read()),
            Self::StreamMarks { group, stream, marks } => {
                Premise::StreamMarks(group_name(group), stream_name(stream), marks.read())
            }
            Self::StreamFree { group, stream, except } => {
                Premise::StreamFree(group_name(group), stream_name(stream), read_ids(except)?)
            }
            Self::Undumped { group, streams, except } => {
                Premise::Undumped { group: group_name(group), streams: read_names(streams), except: read_ids(except)? }
            }
            Self::DumpIs { group, id, streams, settings } => Premise::DumpIs {
                group: group_name(group),
                id: read_transfer_id(id)?,
                streams: read_names(streams),
                settings: Box::new(settings.read()?),
            },
        })
    }
}

/// Says in words what of an object a premise is about, and what was seen.
fn describe(premise: &Premise) -> (&'static str, String) {
    match premise {
        Premise::GroupAbsent(_) | Premise::StreamAbsent(..) => ("existence", "absent".to_owned()),
        Premise::GroupIs(_, id) => ("id", id.to_string()),
        Premise::StreamIs(_, _, id) => ("id", id.to_string()),
        Premise::GroupTtl(_, ttl) => ("ttl_in_days", ttl.map_or("unreadable".to_owned(), |ttl| ttl.to_string())),
        Premise::StreamTtl(_, _, ttl) => ("ttl_in_days", ttl.map_or("unreadable".to_owned(), |ttl| ttl.to_string())),
        Premise::GroupFollowers(_, streams) => ("followers", join(streams.iter())),
        Premise::GroupMarks(_, marks) | Premise::StreamMarks(_, _, marks) => ("owner", marks.to_string()),
        Premise::GroupTags(_, tags) | Premise::StreamTags(_, _, tags) => ("tags", tags.to_string()),
        Premise::GroupHolds { streams, transfers, .. } => {
            let streams: Vec<String> = streams.iter().map(|(name, held)| format!("{name}={}", held.id)).collect();
            let transfers = transfers.as_ref().map_or("not listed".to_owned(), |ids| join(ids.iter()));
            ("content", format!("streams [{}], transfers [{transfers}]", streams.join(", ")))
        }
        Premise::StreamFree(_, _, except) => ("transfers", format!("none but [{}]", join(except.iter()))),
        Premise::Undumped { streams, except, .. } => {
            ("dumps", format!("none for [{}] but [{}]", join(streams.iter()), join(except.iter())))
        }
        Premise::DumpIs { streams, settings, .. } => {
            let lines = describe_dump(streams, settings);
            let shown = lines.iter().filter_map(|line| Some(format!("{}={}", line.field, line.after.as_ref()?)));
            ("settings", shown.collect::<Vec<String>>().join("; "))
        }
    }
}

fn join<T: ToString>(items: impl Iterator<Item = T>) -> String {
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    items.join(", ")
}
