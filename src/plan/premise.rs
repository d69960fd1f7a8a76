//! What a step was computed from.
//!
//! A premise names an object and what was seen of it, absences included. It is
//! checked against a fresh observation before the first write; one that has
//! moved stops the step, by name and field.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::Marks;
use crate::model::{
    Address, Days, DumpHandle, DumpSettings, GroupId, GroupName, Listing, Live, LiveDump, LiveGroup, LiveStream,
    StreamId, StreamName, StreamTtl, Tags, TransferId, TransferKind,
};

/// One thing a step relies on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Premise {
    /// No group has this name.
    GroupAbsent(GroupName),
    /// The group of this name is this one.
    GroupIs(GroupName, GroupId),
    /// The group has this retention.
    GroupTtl(GroupName, Option<Days>),
    /// The group has these tags.
    GroupTags(GroupName, Tags),
    /// The group belongs to this estate, or to none, and is protected or not.
    GroupMarks(GroupName, Marks),
    /// No stream but these follows the group's retention.
    GroupFollowers(GroupName, BTreeSet<StreamName>),
    /// The group holds these streams and transfers, and no others.
    GroupHolds {
        /// The group.
        group: GroupName,
        /// Its streams.
        streams: BTreeMap<StreamName, Held>,
        /// Its transfers of every kind; nothing where they cannot be listed.
        transfers: Option<BTreeSet<TransferId>>,
    },
    /// The group has no stream of this name.
    StreamAbsent(GroupName, StreamName),
    /// The stream of this name is this one.
    StreamIs(GroupName, StreamName, StreamId),
    /// The stream has this retention.
    StreamTtl(GroupName, StreamName, Option<StreamTtl>),
    /// The stream has these tags.
    StreamTags(GroupName, StreamName, Tags),
    /// The stream belongs to this estate, or to none, and is protected or not.
    StreamMarks(GroupName, StreamName, Marks),
    /// No transfer of any kind covers the stream, apart from these.
    StreamFree(GroupName, StreamName, BTreeSet<TransferId>),
    /// No OBS dump covers any of these streams, apart from these.
    Undumped {
        /// The group.
        group: GroupName,
        /// The streams.
        streams: BTreeSet<StreamName>,
        /// The dumps that this plan deletes first.
        except: BTreeSet<TransferId>,
    },
    /// The dump is there and looks like this.
    DumpIs {
        /// Its group.
        group: GroupName,
        /// Its id.
        id: TransferId,
        /// The streams it covers.
        streams: BTreeSet<StreamName>,
        /// Its settings.
        settings: Box<DumpSettings>,
    },
}

/// What is known of a stream that goes with its group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its id.
    pub id: StreamId,
    /// Its retention, as far as it is shown.
    pub ttl: Option<StreamTtl>,
    /// Its tags, which say whose it is and whether it is protected.
    pub tags: Tags,
}

/// A premise that no longer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The object that changed.
    pub address: Address,
    /// What of it changed.
    pub field: String,
    /// What the plan relied on.
    pub expected: String,
    /// What is there now.
    pub found: String,
    /// Whether it is known to have changed, or could not be read again.
    pub certainty: Shift,
}

/// Whether a premise is known to have moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// Something else is there now.
    Moved,
    /// What is there now could not be read.
    Unread,
}

impl Premise {
    /// Checks the premise against a fresh observation.
    ///
    /// # Errors
    /// Returns what has moved. A list that could not be read counts as moved:
    /// what is not known to hold is not relied on.
    pub fn check(&self, live: &Live) -> Result<(), Moved> {
        match self {
            Self::GroupAbsent(name) => match (live.groups.get(name), &live.groups_doubt) {
                (Some(group), _) => Err(self.moved("existence", "absent", &format!("present, id {}", group.id))),
                (None, Some(doubt)) => Err(self.unread("existence", doubt)),
                (None, None) => Ok(()),
            },
            Self::GroupIs(name, id) => match live.groups.get(name) {
                Some(group) => self.compare("id", id, &group.id),
                None => Err(self.absent(live, &format!("present, id {id}"), "absent")),
            },
            Self::GroupTtl(name, ttl) => {
                let group = self.group(name, live)?;
                self.compare_shown("ttl_in_days", ttl, &group.settings.ttl, show_days)
            }
            Self::GroupTags(name, tags) => {
                let group = self.group(name, live)?;
                self.compare("tags", tags, &group.settings.tags.clone().unwrap_or_default())
            }
            Self::GroupMarks(name, marks) => {
                let group = self.group(name, live)?;
                self.compare("owner", marks, &Marks::of(&self.address(), group.settings.tags.as_ref()))
            }
            Self::GroupFollowers(name, known) => {
                let streams = self.streams(self.group(name, live)?)?;
                let follows = |stream: &LiveStream| !matches!(stream.settings.ttl, Some(StreamTtl::Own(_)));
                match streams.iter().find(|(name, stream)| follows(stream) && !known.contains(*name)) {
                    Some((stream, _)) => Err(self.moved("streams", "known followers", &format!("also `{stream}`"))),
                    None => Ok(()),
                }
            }
            Self::GroupHolds { group, streams, transfers } => self.check_content(group, streams, transfers, live),
            Self::StreamAbsent(group, name) => match live.groups.get(group) {
                None => Ok(()),
                Some(live_group) => match self.streams(live_group)?.get(name) {
                    None => Ok(()),
                    Some(stream) => Err(self.moved("existence", "absent", &format!("present, id {}", stream.id))),
                },
            },
            Self::StreamIs(group, name, id) => {
                let stream = self.stream(group, name, live)?;
                self.compare("id", id, &stream.id)
            }
            Self::StreamTtl(group, name, ttl) => {
                let stream = self.stream(group, name, live)?;
                self.compare_shown("ttl_in_days", ttl, &stream.settings.ttl, show_ttl)
            }
            Self::StreamTags(group, name, tags) => {
                let stream = self.stream(group, name, live)?;
                self.compare("tags", tags, &stream.settings.tags.clone().unwrap_or_default())
            }
            Self::StreamMarks(group, name, marks) => {
                let stream = self.stream(group, name, live)?;
                self.compare("owner", marks, &Marks::of(&self.address(), stream.settings.tags.as_ref()))
            }
            Self::StreamFree(group, name, except) => {
                let streams = BTreeSet::from([name.clone()]);
                self.check_free(group, &streams, except, live, |_| true)
            }
            Self::Undumped { group, streams, except } => {
                self.check_free(group, streams, except, live, |kind| *kind == TransferKind::Obs)
            }
            Self::DumpIs { group, id, streams, settings } => {
                let live_group = self.group(group, live)?;
                let dump = self.dumps(live_group)?.iter().find(|dump| dump.id == *id);
                let dump = dump.ok_or_else(|| self.moved("existence", &format!("present, id {id}"), "absent"))?;
                let covered = names_of(live_group, dump);
                if covered != *streams {
                    return Err(self.moved("streams", &show_names(streams), &show_names(&covered)));
                }
                match first_difference(settings, &dump.settings) {
                    Some((field, expected, found)) => Err(self.moved(field, &expected, &found)),
                    None => Ok(()),
                }
            }
        }
    }

    /// Returns the object the premise is about.
    #[must_use]
    pub fn address(&self) -> Address {
        match self {
            Self::GroupAbsent(group)
            | Self::GroupIs(group, _)
            | Self::GroupTtl(group, _)
            | Self::GroupTags(group, _)
            | Self::GroupMarks(group, _)
            | Self::GroupFollowers(group, _)
            | Self::GroupHolds { group, .. }
            | Self::Undumped { group, .. } => Address::Group(group.clone()),
            Self::StreamAbsent(group, stream)
            | Self::StreamIs(group, stream, _)
            | Self::StreamTtl(group, stream, _)
            | Self::StreamTags(group, stream, _)
            | Self::StreamMarks(group, stream, _)
            | Self::StreamFree(group, stream, _) => Address::Stream(group.clone(), stream.clone()),
            Self::DumpIs { group, id, .. } => Address::Dump(group.clone(), DumpHandle::from_service(id.as_str())),
        }
    }

    fn moved(&self, field: &str, expected: &str, found: &str) -> Moved {
        Moved {
            address: self.address(),
            field: field.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
            certainty: Shift::Moved,
        }
    }

    fn unread(&self, field: &str, reason: &str) -> Moved {
        Moved { certainty: Shift::Unread, ..self.moved(field, "as planned", &format!("not read: {reason}")) }
    }

    fn compare<T: PartialEq + std::fmt::Display>(&self, field: &str, expected: &T, found: &T) -> Result<(), Moved> {
        self.compare_shown(field, expected, found, T::to_string)
    }

    fn compare_shown<T: PartialEq>(
        &self,
        field: &str,
        expected: &T,
        found: &T,
        show: impl Fn(&T) -> String,
    ) -> Result<(), Moved> {
        if expected == found { Ok(()) } else { Err(self.moved(field, &show(expected), &show(found))) }
    }

    fn group<'a>(&self, name: &GroupName, live: &'a Live) -> Result<&'a LiveGroup, Moved> {
        live.groups.get(name).ok_or_else(|| self.absent(live, "present", "its group is absent"))
    }

    /// A group that a doubtful list does not show is unread, not absent.
    fn absent(&self, live: &Live, expected: &str, found: &str) -> Moved {
        match &live.groups_doubt {
            Some(doubt) => self.unread("existence", doubt),
            None => self.moved("existence", expected, found),
        }
    }

    fn streams<'a>(&self, group: &'a LiveGroup) -> Result<&'a BTreeMap<StreamName, LiveStream>, Moved> {
        self.whole("streams", &group.streams)
    }

    fn dumps<'a>(&self, group: &'a LiveGroup) -> Result<&'a [LiveDump], Moved> {
        self.whole("dumps", &group.dumps).map(Vec::as_slice)
    }

    fn whole<'a, T>(&self, field: &str, list: &'a Listing<T>) -> Result<&'a T, Moved> {
        match list {
            Listing::Complete(content) => Ok(content),
            Listing::Unread(reason, _) => Err(self.unread(field, reason)),
            Listing::NotOffered => Err(self.unread(field, "this edition has no such list")),
        }
    }

    fn stream<'a>(&self, group: &GroupName, name: &StreamName, live: &'a Live) -> Result<&'a LiveStream, Moved> {
        let stream = self.streams(self.group(group, live)?)?.get(name);
        stream.ok_or_else(|| self.moved("existence", "present", "absent"))
    }

    fn check_content(
        &self,
        group: &GroupName,
        streams: &BTreeMap<StreamName, Held>,
        transfers: &Option<BTreeSet<TransferId>>,
        live: &Live,
    ) -> Result<(), Moved> {
        let live_group = self.group(group, live)?;
        for (name, stream) in self.streams(live_group)? {
            let Some(known) = streams.get(name).filter(|known| known.id == stream.id) else {
                let found = format!("also `{name}`, id {}", stream.id);
                return Err(self.moved("streams", &format!("{} known streams", streams.len()), &found));
            };
            let of_it = |what: &dyn std::fmt::Display| format!("`{name}` is {what}");
            let tags = stream.settings.tags.clone().unwrap_or_default();
            self.compare_shown("tags", &known.tags, &tags, |tags| of_it(tags))?;
            self.compare_shown("ttl_in_days", &known.ttl, &stream.settings.ttl, |ttl| of_it(&show_ttl(ttl)))?;
        }
        let Some(transfers) = transfers else { return Ok(()) };
        match self.dumps(live_group)?.iter().find(|dump| !transfers.contains(&dump.id)) {
            Some(dump) => {
                let found = format!("also {} transfer {}", dump.kind, dump.id);
                Err(self.moved("dumps", &format!("{} known transfers", transfers.len()), &found))
            }
            None => Ok(()),
        }
    }

    fn check_free(
        &self,
        group: &GroupName,
        streams: &BTreeSet<StreamName>,
        except: &BTreeSet<TransferId>,
        live: &Live,
        counts: impl Fn(&TransferKind) -> bool,
    ) -> Result<(), Moved> {
        let Some(live_group) = live.groups.get(group) else { return Ok(()) };
        if live_group.dumps.seen().is_none() {
            return Ok(());
        }
        let foreign = self.dumps(live_group)?.iter().find(|dump| {
            counts(&dump.kind) && !except.contains(&dump.id) && !names_of(live_group, dump).is_disjoint(streams)
        });
        match foreign {
            Some(dump) => {
                let found = format!("{} transfer {} covers it", dump.kind, dump.id);
                Err(self.moved("dumps", "no transfer but those of the plan", &found))
            }
            None => Ok(()),
        }
    }
}

/// The streams a dump covers, under the names the list of streams shows.
pub(super) fn names_of(group: &LiveGroup, dump: &LiveDump) -> BTreeSet<StreamName> {
    let streams = group.streams.seen();
    let name_of = |id: &StreamId, shown: &StreamName| {
        // The name that is shown is nearly always the right one.
        if streams.and_then(|streams| streams.get(shown)).is_some_and(|stream| stream.id == *id) {
            return shown.clone();
        }
        let found = streams.and_then(|streams| streams.iter().find(|(_, stream)| stream.id == *id));
        found.map_or_else(|| shown.clone(), |(name, _)| name.clone())
    };
    dump.streams.iter().map(|(id, shown)| name_of(id, shown)).collect()
}

fn first_difference(expected: &DumpSettings, found: &DumpSettings) -> Option<(&'static str, String, String)> {
    super::fields::compare(expected, found)
        .into_iter()
        .map(|change| {
            let show = |value: Option<super::Value>| value.map_or_else(|| "unreadable".to_owned(), |v| v.to_string());
            (change.field.as_str(), show(change.before), show(change.after))
        })
        .next()
}

fn show_days(days: &Option<Days>) -> String {
    days.map_or_else(|| "unreadable".to_owned(), |days| days.to_string())
}

fn show_ttl(ttl: &Option<StreamTtl>) -> String {
    ttl.map_or_else(|| "unreadable".to_owned(), |ttl| ttl.to_string())
}

fn show_names(names: &BTreeSet<StreamName>) -> String {
    let names: Vec<&str> = names.iter().map(StreamName::as_str).collect();
    format!("[{}]", names.join(", "))
}
