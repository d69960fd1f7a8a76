//! What is remembered of dumps where the API cannot list them.

use std::collections::{BTreeMap, BTreeSet};

use super::{DumpSettings, GroupName, StreamName};

/// Dumps that an earlier run created, by group. Nothing in it is verified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    dumps: BTreeMap<GroupName, BTreeMap<BTreeSet<StreamName>, DumpSettings>>,
    /// Dumps that a person says to have removed.
    struck: BTreeSet<(GroupName, BTreeSet<StreamName>)>,
}

impl Memory {
    /// Remembers a dump.
    pub fn insert(&mut self, group: GroupName, streams: BTreeSet<StreamName>, settings: DumpSettings) {
        self.dumps.entry(group).or_default().insert(streams, settings);
    }

    /// Forgets a dump that a person says to have removed.
    pub fn strike(&mut self, group: &GroupName, streams: &BTreeSet<StreamName>) {
        if let Some(dumps) = self.dumps.get_mut(group) {
            dumps.remove(streams);
        }
        self.struck.insert((group.clone(), streams.clone()));
    }

    /// Forgets all dumps of a group that is gone.
    pub fn forget_group(&mut self, group: &GroupName) {
        self.dumps.remove(group);
    }

    /// Says whether a person says to have removed a dump.
    #[must_use]
    pub fn is_struck(&self, group: &GroupName, streams: &BTreeSet<StreamName>) -> bool {
        self.struck.contains(&(group.clone(), streams.clone()))
    }

    /// Returns the remembered dumps of a group.
    pub fn of_group(&self, group: &GroupName) -> impl Iterator<Item = (&BTreeSet<StreamName>, &DumpSettings)> {
        self.dumps.get(group).into_iter().flatten()
    }

    /// Returns all remembered dumps, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&GroupName, &BTreeSet<StreamName>, &DumpSettings)> {
        self.dumps
            .iter()
            .flat_map(|(group, dumps)| dumps.iter().map(move |(streams, settings)| (group, streams, settings)))
    }
}
