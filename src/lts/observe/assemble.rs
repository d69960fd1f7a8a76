//! From what was read to what is known. Pure.

use std::cell::LazyCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Observation;
use super::read::{Lists, StreamLists, StreamsOfGroup, TransferLists};
use crate::lts::{GroupEntry, Listed, StreamEntry};
use crate::model::{
    Ability, Address, Capabilities, GroupId, GroupName, Listing, Live, LiveDump, LiveGroup, LiveStream, StreamId,
    StreamName, Tags,
};

/// An observation, and what speaks against its list of groups.
#[derive(Debug)]
pub(super) struct Assembled {
    pub(super) observation: Observation,
    pub(super) contradiction: Option<Arc<str>>,
}

/// Puts the lists together.
pub(super) fn assemble(lists: Lists) -> Assembled {
    let Lists { groups, streams, transfers, capabilities, mut warnings } = lists;
    let mut builder = Builder { capabilities, ambiguous: BTreeMap::new(), contradiction: None };
    let groups_doubt = groups.doubt.clone();
    if let Some(doubt) = &groups_doubt {
        warnings.push(format!("the list of log groups cannot be trusted: {doubt}"));
    }
    let (bearers, known) = builder.groups(groups);
    let mut streams = builder.streams(streams, &bearers, &known, &mut warnings);
    let mut dumps = builder.dumps(transfers, &bearers, &known, &streams, &mut warnings);
    let unlisted = || Listing::Unread(Arc::from("not read"), BTreeMap::new());
    let live_groups = bearers.into_iter().map(|(name, entry)| {
        let group = LiveGroup {
            streams: streams.remove(&entry.id).unwrap_or_else(unlisted),
            dumps: dumps.remove(&entry.id).unwrap_or(Listing::NotOffered),
            settings: entry.settings,
            id: entry.id,
        };
        (name, group)
    });
    let groups = live_groups.collect();
    let live = Live { groups, ambiguous: builder.ambiguous, groups_doubt };
    Assembled { observation: Observation { live, capabilities, warnings }, contradiction: builder.contradiction }
}

struct Builder {
    capabilities: Capabilities,
    ambiguous: BTreeMap<Address, Arc<str>>,
    contradiction: Option<Arc<str>>,
}

type StreamListing = Listing<BTreeMap<StreamName, LiveStream>>;

impl Builder {
    /// Returns one group for each name, and the ids of all. Of several groups
    /// with one name the one with the lowest id is kept, for display only.
    fn groups(&mut self, list: Listed<GroupEntry>) -> (BTreeMap<GroupName, GroupEntry>, BTreeSet<GroupId>) {
        let by_id: BTreeMap<GroupId, GroupEntry> =
            list.items.into_iter().map(|entry| (entry.id.clone(), entry)).collect();
        let known = by_id.keys().cloned().collect();
        let mut bearers: BTreeMap<GroupName, GroupEntry> = BTreeMap::new();
        for (id, mut entry) in by_id {
            if let Some(first) = bearers.get(&entry.name) {
                let reason = format!("two log groups have this name: {} and {id}", first.id);
                self.ambiguous.insert(Address::Group(entry.name), Arc::from(reason));
                continue;
            }
            if entry.tag_is_absent && self.absent_tags_are_none() {
                entry.settings.tags = Some(Tags::default());
            }
            bearers.insert(entry.name.clone(), entry);
        }
        (bearers, known)
    }

    /// In the current edition an object without tags has no `tag`; the edition
    /// of 2022 does not show it at all in places (C52).
    fn absent_tags_are_none(&self) -> bool {
        self.capabilities.tags != Ability::Missing
    }

    fn streams(
        &mut self,
        lists: StreamLists,
        bearers: &BTreeMap<GroupName, GroupEntry>,
        known: &BTreeSet<GroupId>,
        warnings: &mut Vec<String>,
    ) -> BTreeMap<GroupId, StreamListing> {
        let mut listings = BTreeMap::new();
        match lists {
            StreamLists::Unread(reason) => {
                for entry in bearers.values() {
                    listings.insert(entry.id.clone(), Listing::Unread(reason.clone(), BTreeMap::new()));
                }
            }
            StreamLists::OfProject(list) => {
                let (mut by_group, doubt) = self.split(list, known);
                if let Some(doubt) = &doubt {
                    warnings.push(format!("log streams are unread: {doubt}"));
                }
                for (name, entry) in bearers {
                    let streams = self.name_streams(name, by_group.remove(&entry.id).unwrap_or_default());
                    listings.insert(entry.id.clone(), whole_unless(doubt.clone(), streams));
                }
            }
            StreamLists::ByGroup(mut by_group) => {
                for (name, entry) in bearers {
                    let listing = match by_group.remove(&entry.id) {
                        Some(StreamsOfGroup::Read(list)) => {
                            if let Some(doubt) = &list.doubt {
                                warnings.push(unread_streams(name, doubt));
                            }
                            whole_unless(list.doubt, self.name_streams(name, list.items))
                        }
                        Some(StreamsOfGroup::Gone) => {
                            let reason: Arc<str> =
                                Arc::from(format!("log group {} is listed, but the service says it is gone", entry.id));
                            self.contradict(&reason);
                            Listing::Unread(reason, BTreeMap::new())
                        }
                        Some(StreamsOfGroup::Unread(reason)) => {
                            warnings.push(unread_streams(name, &reason));
                            Listing::Unread(reason, BTreeMap::new())
                        }
                        None => {
                            let reason = "not read, because nothing is said about the group";
                            Listing::Unread(Arc::from(reason), BTreeMap::new())
                        }
                    };
                    listings.insert(entry.id.clone(), listing);
                }
            }
        }
        listings
    }

    /// Sorts the streams of a project by their groups. A stream without a group
    /// could be anywhere.
    fn split(
        &mut self,
        list: Listed<StreamEntry>,
        known: &BTreeSet<GroupId>,
    ) -> (BTreeMap<GroupId, Vec<StreamEntry>>, Option<Arc<str>>) {
        let mut doubt = list.doubt;
        let mut by_group: BTreeMap<GroupId, Vec<StreamEntry>> =
            known.iter().map(|group| (group.clone(), Vec::new())).collect();
        for entry in list.items {
            match &entry.group {
                Some(group) => match by_group.get_mut(group) {
                    Some(streams) => streams.push(entry),
                    None => {
                        let reason = format!("log stream {} is in log group {group}, which is not listed", entry.id);
                        self.contradict(&reason);
                    }
                },
                None => {
                    doubt.get_or_insert_with(|| {
                        Arc::from(format!("log stream {} is listed without its group", entry.id))
                    });
                }
            }
        }
        (by_group, doubt)
    }

    fn name_streams(&mut self, group: &GroupName, entries: Vec<StreamEntry>) -> BTreeMap<StreamName, LiveStream> {
        let mut streams: BTreeMap<StreamName, LiveStream> = BTreeMap::new();
        for mut entry in entries {
            if entry.tag_is_absent && self.absent_tags_are_none() {
                entry.settings.tags = Some(Tags::default());
            }
            let stream = LiveStream { id: entry.id, settings: entry.settings };
            match streams.entry(entry.name) {
                Entry::Vacant(place) => {
                    place.insert(stream);
                }
                // A list that shows one stream twice shows one stream.
                Entry::Occupied(place) if place.get().id == stream.id => {}
                Entry::Occupied(mut place) => {
                    // Which one comes first in the list must not matter.
                    let (first, second) = (place.get().id.clone(), stream.id.clone());
                    let (first, second) = if first < second { (first, second) } else { (second, first) };
                    let reason = format!("two log streams have this name: {first} and {second}");
                    let address = Address::Stream(group.clone(), place.key().clone());
                    self.ambiguous.insert(address, Arc::from(reason));
                    if stream.id == first {
                        place.insert(stream);
                    }
                }
            }
        }
        streams
    }

    fn dumps(
        &mut self,
        lists: TransferLists,
        bearers: &BTreeMap<GroupName, GroupEntry>,
        known: &BTreeSet<GroupId>,
        streams: &BTreeMap<GroupId, StreamListing>,
        warnings: &mut Vec<String>,
    ) -> BTreeMap<GroupId, Listing<Vec<LiveDump>>> {
        let (entries, doubt, mut doubts) = match lists {
            TransferLists::NotOffered => return BTreeMap::new(),
            TransferLists::Unread(reason) => (Vec::new(), Some(reason), BTreeMap::new()),
            TransferLists::Read { entries, doubt, doubts } => {
                if let Some(doubt) = &doubt {
                    warnings.push(format!("OBS dumps are unread: {doubt}"));
                }
                (entries, doubt, doubts)
            }
        };
        let mut by_group: BTreeMap<GroupId, BTreeMap<_, LiveDump>> = BTreeMap::new();
        for entry in entries {
            if known.contains(&entry.group) {
                by_group.entry(entry.group).or_default().insert(entry.dump.id.clone(), entry.dump);
            } else {
                let reason = format!("transfer {} is in log group {}, which is not listed", entry.dump.id, entry.group);
                self.contradict(&reason);
            }
        }
        let mut listings = BTreeMap::new();
        for (name, entry) in bearers {
            let mut dumps: Vec<LiveDump> = by_group.remove(&entry.id).unwrap_or_default().into_values().collect();
            show_current_names(&mut dumps, streams.get(&entry.id));
            let own_doubt = doubts.remove(&entry.id);
            if let Some(reason) = &own_doubt {
                warnings.push(format!("OBS dumps of log group {name:?} are unread: {reason}"));
            }
            listings.insert(entry.id.clone(), whole_unless(doubt.clone().or(own_doubt), dumps));
        }
        listings
    }

    fn contradict(&mut self, reason: &str) {
        self.contradiction.get_or_insert_with(|| Arc::from(reason));
    }
}

fn unread_streams(group: &GroupName, reason: &str) -> String {
    format!("the log streams of log group {group:?} are unread: {reason}")
}

fn whole_unless<T>(doubt: Option<Arc<str>>, content: T) -> Listing<T> {
    match doubt {
        None => Listing::Complete(content),
        Some(reason) => Listing::Unread(reason, content),
    }
}

/// The list of streams says what a stream is called; a transfer repeats it, and
/// does so later than a console that renames.
fn show_current_names(dumps: &mut [LiveDump], streams: Option<&StreamListing>) {
    let Some(streams) = streams.and_then(Listing::seen).filter(|_| !dumps.is_empty()) else { return };
    // Hardly ever is a name an old one; only then are the streams sorted by id.
    let names: LazyCell<BTreeMap<&StreamId, &StreamName>, _> =
        LazyCell::new(|| streams.iter().map(|(name, stream)| (&stream.id, name)).collect());
    for (id, name) in dumps.iter_mut().flat_map(|dump| &mut dump.streams) {
        if streams.get(name).is_some_and(|stream| stream.id == *id) {
            continue;
        }
        if let Some(current) = names.get(id) {
            *name = (*current).clone();
        }
    }
}
