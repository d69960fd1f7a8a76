//! What there was a while ago, for lists that are stale.
//!
//! Kept only while a rule needs it, and only as long as that rule looks back.
//! What did not change is shared between moments; log lines are left out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use super::super::state::{Change, Group, Key, Project, Transfer, World};
use super::engine::ago;
use super::kind::Fault;
use super::rule::Faults;

/// Most moments that are kept, however far a rule looks back.
const MOST_MOMENTS: usize = 10_000;

/// The latest states, oldest first.
#[derive(Debug)]
pub(crate) struct History {
    /// How far back anybody looks, in seconds.
    reach: u32,
    moments: VecDeque<Moment>,
}

#[derive(Debug)]
struct Moment {
    since: Timestamp,
    projects: BTreeMap<String, Arc<Past>>,
}

/// A project as it was.
#[derive(Debug, Default)]
struct Past {
    groups: Vec<Arc<Group>>,
    transfers: Vec<Arc<Transfer>>,
}

impl History {
    /// Returns an empty history if some rule looks back.
    pub(super) fn for_rules(faults: &Faults) -> Option<Self> {
        let reach = faults.rules.iter().filter_map(|rule| match &rule.fault {
            Fault::Stale(stale) => Some(stale.seconds),
            Fault::Reappear(reappear) => Some(reappear.seconds),
            _ => None,
        });
        reach.max().map(|reach| Self { reach, moments: VecDeque::new() })
    }

    /// Remembers the state from now on, of which only `changes` differ from
    /// the one before.
    pub(crate) fn remember(&mut self, world: &World, changes: &[Change], now: Timestamp) {
        let touched = Touched::by(changes);
        let before = self.moments.back();
        let projects = world.projects.iter().map(|(name, project)| {
            let known = before.and_then(|moment| moment.projects.get(name));
            let past = match known {
                Some(known) if !touched.projects.contains(name.as_str()) => Arc::clone(known),
                known => Arc::new(Past::of(project, known.map(AsRef::as_ref), &touched)),
            };
            (name.clone(), past)
        });
        let moment = Moment { since: now, projects: projects.collect() };
        self.moments.push_back(moment);
        let horizon = ago(now, self.reach);
        while self.moments.len() > MOST_MOMENTS || self.moments.get(1).is_some_and(|next| next.since <= horizon) {
            self.moments.pop_front();
        }
    }

    /// Returns the state of so many seconds ago, or the oldest that is known.
    pub(super) fn at(&self, world: &World, now: Timestamp, seconds: u32) -> World {
        let moment = ago(now, seconds);
        let past = self.moments.iter().rev().find(|candidate| candidate.since <= moment);
        match past.or(self.moments.front()) {
            Some(past) => past.world(world),
            None => world.with_projects(BTreeMap::new()),
        }
    }

    /// Returns the states of the last seconds, latest first.
    pub(super) fn since(&self, now: Timestamp, seconds: u32) -> impl Iterator<Item = impl Fn(&World) -> World> {
        let horizon = ago(now, seconds);
        let mut reached = false;
        let recent = self.moments.iter().rev().take_while(move |moment| {
            // The state in which the horizon lies counts as well.
            !std::mem::replace(&mut reached, moment.since <= horizon)
        });
        recent.map(|moment| |world: &World| moment.world(world))
    }
}

impl Moment {
    fn world(&self, world: &World) -> World {
        let projects = self.projects.iter().map(|(name, past)| {
            let groups = past.groups.iter().map(|group| group.without_lines()).collect();
            let transfers = past.transfers.iter().map(|transfer| Transfer::clone(transfer)).collect();
            (name.clone(), Project { groups, transfers })
        });
        world.with_projects(projects.collect())
    }
}

impl Past {
    fn of(project: &Project, before: Option<&Self>, touched: &Touched<'_>) -> Self {
        let groups_before: BTreeMap<&str, &Arc<Group>> =
            before.into_iter().flat_map(|past| &past.groups).map(|group| (group.id.as_str(), group)).collect();
        let transfers_before: BTreeMap<&str, &Arc<Transfer>> = before
            .into_iter()
            .flat_map(|past| &past.transfers)
            .map(|transfer| (transfer.id.as_str(), transfer))
            .collect();
        let group = |group: &Group| match groups_before.get(group.id.as_str()) {
            Some(known) if !touched.groups.contains(group.id.as_str()) => Arc::clone(known),
            _ => Arc::new(group.without_lines()),
        };
        let transfer = |transfer: &Transfer| match transfers_before.get(transfer.id.as_str()) {
            Some(known) if !touched.transfers.contains(transfer.id.as_str()) => Arc::clone(known),
            _ => Arc::new(transfer.clone()),
        };
        Self {
            groups: project.groups.iter().map(group).collect(),
            transfers: project.transfers.iter().map(transfer).collect(),
        }
    }
}

/// What a change touched.
#[derive(Default)]
struct Touched<'a> {
    projects: BTreeSet<&'a str>,
    groups: BTreeSet<&'a str>,
    transfers: BTreeSet<&'a str>,
}

impl<'a> Touched<'a> {
    fn by(changes: &'a [Change]) -> Self {
        let mut touched = Self::default();
        for change in changes {
            match &change.key {
                Key::Group { project, group } | Key::Stream { project, group, .. } => {
                    touched.projects.insert(project);
                    touched.groups.insert(group);
                }
                Key::Transfer { project, transfer } => {
                    touched.projects.insert(project);
                    touched.transfers.insert(transfer);
                }
                Key::Config | Key::Bucket { .. } | Key::Line { .. } | Key::Lines { .. } => {}
            }
        }
        touched
    }
}
