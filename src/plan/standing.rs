//! How far a plan has come: which of its calls the project already shows, and
//! whether what the others were computed from still holds.
//!
//! A plan is applied again after a failure, after a kill, or a second time by
//! mistake, and somebody else may have done part of it. So every call is looked
//! for first: what shows is not sent again, and what it has changed is no news
//! to the premises of the rest. Anything else that differs from a premise has
//! been done by somebody who did not know of the plan, and stops it.

use std::collections::{BTreeMap, BTreeSet};

use super::premise::{Moved, Premise, Shift, names_of};
use super::step::{Call, Plan, Ref, Step};
use super::{effect, fields};
use crate::model::{
    Address, Bearer, DumpSettings, GroupId, GroupName, Health, Listing, Live, LiveGroup, Memory, StreamId, StreamName,
    Tags, TransferId, TransferKind,
};

/// How far one step has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Its first calls are done, as many as are counted here; the premises of
    /// the rest hold.
    Open(usize),
    /// All of its calls show in the project.
    Done(Found),
    /// What it was computed from has changed, or could not be read again.
    Moved(Moved),
}

/// What a step that is done has left in the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing that other steps refer to.
    Plain,
    /// A group with this id.
    Group(GroupId),
    /// A stream with this id.
    Stream(StreamId),
}

/// How far a whole plan has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Nothing of it is done, and everything it rests on holds.
    Valid,
    /// Some of it is done, and what the rest rests on holds.
    Partly,
    /// All of it is done.
    Applied,
    /// What a step rests on has changed.
    Stale,
    /// Something could not be read, so that nothing can be said.
    Unread,
}

impl Progress {
    /// Sums up the standings of all steps. What has changed for certain goes
    /// before what could not be read.
    #[must_use]
    pub fn of(standings: &[Standing]) -> Self {
        let moved = |shift: Shift| {
            standings.iter().any(|standing| matches!(standing, Standing::Moved(moved) if moved.certainty == shift))
        };
        let done = standings.iter().filter(|standing| matches!(standing, Standing::Done(_))).count();
        let begun = standings.iter().any(|standing| matches!(standing, Standing::Open(calls) if *calls > 0));
        if moved(Shift::Moved) {
            Self::Stale
        } else if moved(Shift::Unread) {
            Self::Unread
        } else if done == standings.len() && done > 0 {
            Self::Applied
        } else if done > 0 || begun {
            Self::Partly
        } else {
            Self::Valid
        }
    }

    /// Returns the word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Partly => "partly_applied",
            Self::Applied => "applied",
            Self::Stale => "stale",
            Self::Unread => "unread",
        }
    }
}

/// Says of every step of a plan how far it has come. `memory` stands in for a
/// list of dumps where there is none.
#[must_use]
pub fn assess(plan: &Plan, live: &Live, memory: &Memory) -> Vec<Standing> {
    let scene = Scene { live, memory };
    let shown: Vec<Shown> = plan.steps.iter().map(|step| scene.count_shown(step)).collect();
    let mut done: BTreeMap<&GroupName, Vec<(&Address, &Call)>> = BTreeMap::new();
    for (step, shown) in plan.steps.iter().zip(&shown) {
        let calls = step.calls.iter().take(shown.calls).map(|call| (&step.address, call));
        done.entry(step.address.group()).or_default().extend(calls);
    }
    let stand = |(step, shown): (&Step, Shown)| match shown.found {
        Some(found) => Standing::Done(found),
        None => {
            let done = done.get(step.address.group()).map_or(&[][..], Vec::as_slice);
            match step.premises.iter().find_map(|premise| find_moved(premise, done, live)) {
                Some(moved) => Standing::Moved(moved),
                None => Standing::Open(shown.calls),
            }
        }
    };
    plan.steps.iter().zip(shown).map(stand).collect()
}

/// Says what a step has not brought about, if anything; nothing where this
/// edition cannot show it. The field is the first one that is missing.
#[must_use]
pub fn find_missing(step: &Step, live: &Live) -> Option<Moved> {
    let is_shown = |call: &&Call| find_shown(&step.address, call, live).is_some();
    let call = step.calls.iter().find(|call| !is_shown(call) && is_visible(&step.address, call, live))?;
    let (field, expected) = describe(step, call);
    Some(Moved { address: step.address.clone(), field, expected, found: "not so".to_owned(), certainty: Shift::Moved })
}

/// Returns what a call has left in the project, if it shows there.
#[must_use]
pub fn find_shown(address: &Address, call: &Call, live: &Live) -> Option<Found> {
    Scene { live, memory: &Memory::default() }.find(address, call)
}

/// Says whether the service reports a dump as failing that the plan touches or
/// knows to be failing.
#[must_use]
pub fn has_sick(plan: &Plan, live: &Live) -> bool {
    let known: BTreeSet<&TransferId> = plan.sick.iter().map(|sick| &sick.id).collect();
    let calls = || plan.steps.iter().flat_map(|step| step.calls.iter().map(|call| (step.address.group(), call)));
    live.groups.iter().any(|(name, group)| {
        let failing = group.dumps.complete().into_iter().flatten().filter(|dump| dump.health == Health::Exception);
        failing.into_iter().any(|dump| {
            let covered = names_of(group, dump);
            let touches = |(owner, call): (&GroupName, &Call)| match call {
                Call::UpdateDump { dump: id, .. } => *id == dump.id,
                Call::CreateDump { streams, .. } => owner == name && streams.keys().any(|name| covered.contains(name)),
                _ => false,
            };
            known.contains(&dump.id) || calls().any(touches)
        })
    })
}

/// What a call is to bring about, as field and value.
fn describe(step: &Step, call: &Call) -> (String, String) {
    let of_field = |wanted: &str| step.fields.iter().find(|line| line.field.as_str() == wanted);
    let shown = |wanted: &str| {
        let value = of_field(wanted).and_then(|line| line.after.as_ref());
        value.map_or_else(|| "as planned".to_owned(), ToString::to_string)
    };
    let (field, expected) = match call {
        Call::CreateGroup { .. } | Call::CreateStream { .. } | Call::CreateDump { .. } => {
            ("existence", "there, as planned".to_owned())
        }
        Call::DeleteGroup { .. } | Call::DeleteStream { .. } | Call::DeleteDump { .. } => {
            ("existence", "absent".to_owned())
        }
        Call::UpdateGroup { .. } | Call::UpdateStream { .. } => ("ttl_in_days", shown("ttl_in_days")),
        Call::UpdateDump { .. } => ("settings", "as planned".to_owned()),
        Call::AddTags { .. } | Call::RemoveTags { .. } => ("tags", shown("tags")),
    };
    (field.to_owned(), expected)
}

/// Says whether the edition at hand shows what a call does at all.
fn is_visible(address: &Address, call: &Call, live: &Live) -> bool {
    let group = live.groups.get(address.group());
    match call {
        Call::CreateDump { .. } | Call::UpdateDump { .. } | Call::DeleteDump { .. } => {
            group.is_none_or(|group| !matches!(group.dumps, Listing::NotOffered))
        }
        _ => true,
    }
}

/// The leading calls of a step that the project shows.
struct Shown {
    calls: usize,
    /// What the step has left, if that is all of them.
    found: Option<Found>,
}

fn find_moved(premise: &Premise, done: &[(&Address, &Call)], live: &Live) -> Option<Moved> {
    let moved = premise.check(live).err()?;
    // What this very plan has changed has not moved.
    match effect::expect_after(premise, done) {
        Some(adjusted) => adjusted.check(live).err(),
        None => Some(moved),
    }
}

struct Scene<'a> {
    live: &'a Live,
    memory: &'a Memory,
}

impl Scene<'_> {
    fn count_shown(&self, step: &Step) -> Shown {
        let mut last = Found::Plain;
        for (position, call) in step.calls.iter().enumerate() {
            match self.find(&step.address, call) {
                Some(Found::Plain) => {}
                Some(found) => last = found,
                None => return Shown { calls: position, found: None },
            }
        }
        Shown { calls: step.calls.len(), found: Some(last) }
    }

    /// Returns what a call has left in the project, if it shows there.
    fn find(&self, address: &Address, call: &Call) -> Option<Found> {
        let plain_if = |so: bool| so.then_some(Found::Plain);
        let name = address.group();
        let group = || self.group(name);
        match call {
            Call::CreateGroup { ttl, tags, enterprise_project_id, .. } => {
                let group = group()?;
                let settings = &group.settings;
                let same_project = match (enterprise_project_id, &settings.enterprise_project_id) {
                    (Some(wanted), Some(found)) => wanted == found,
                    _ => true,
                };
                let same = settings.ttl.is_none_or(|found| found == *ttl) && has(settings.tags.as_ref(), tags);
                (same && same_project).then(|| Found::Group(group.id.clone()))
            }
            Call::UpdateGroup { group: id, ttl } => {
                let group = group()?;
                plain_if(group.id == *id && group.settings.ttl == Some(*ttl))
            }
            Call::DeleteGroup { group: id } => {
                let gone = !self.live.groups.contains_key(name) && self.live.groups_doubt.is_none();
                plain_if(gone && !self.live.groups.values().any(|other| other.id == *id))
            }
            Call::CreateStream { group: parent, name: stream, ttl, tags, .. } => {
                let group = group().filter(|group| is_same(parent, &group.id))?;
                let found = group.streams.complete()?.get(stream)?;
                let twin = self.live.ambiguous.contains_key(address);
                let same_ttl = found.settings.ttl.is_none_or(|found| found == *ttl);
                (!twin && same_ttl && has(found.settings.tags.as_ref(), tags)).then(|| Found::Stream(found.id.clone()))
            }
            Call::UpdateStream { group: parent, stream, ttl } => {
                let streams = group().filter(|group| group.id == *parent)?.streams.complete()?;
                plain_if(streams.values().any(|found| found.id == *stream && found.settings.ttl == Some(*ttl)))
            }
            Call::DeleteStream { stream, .. } => match self.live.groups.get(name) {
                None => plain_if(self.live.groups_doubt.is_none()),
                Some(group) => {
                    let streams = group.streams.complete()?;
                    let under_its_name = match address {
                        Address::Stream(_, name) => streams.contains_key(name),
                        _ => false,
                    };
                    plain_if(!under_its_name && !streams.values().any(|found| found.id == *stream))
                }
            },
            Call::CreateDump { group: parent, streams, settings } => {
                let group = group().filter(|group| is_same(parent, &group.id))?;
                plain_if(self.has_dump(name, group, streams, settings))
            }
            Call::UpdateDump { dump, settings, .. } => {
                let found = group()?.dumps.complete()?.iter().find(|found| found.id == *dump)?;
                plain_if(fields::compare(settings, &found.settings).is_empty())
            }
            Call::DeleteDump { dump } => match self.live.groups.get(name) {
                None => plain_if(self.live.groups_doubt.is_none()),
                Some(group) => plain_if(!group.dumps.complete()?.iter().any(|found| found.id == *dump)),
            },
            Call::AddTags { bearer, tags } => {
                let live = self.tags_of(address, bearer)?;
                plain_if(has(Some(live), tags))
            }
            Call::RemoveTags { bearer, tags } => {
                let live = self.tags_of(address, bearer)?;
                plain_if(tags.iter().all(|(key, _)| live.get(key).is_none()))
            }
        }
    }

    /// The group of a name, unless several have it.
    fn group(&self, name: &GroupName) -> Option<&LiveGroup> {
        let twin = self.live.ambiguous.contains_key(&Address::Group(name.clone()));
        self.live.groups.get(name).filter(|_| !twin)
    }

    fn has_dump(
        &self,
        name: &GroupName,
        group: &LiveGroup,
        streams: &BTreeMap<StreamName, Ref<StreamId>>,
        settings: &DumpSettings,
    ) -> bool {
        match &group.dumps {
            Listing::Complete(dumps) => dumps.iter().any(|dump| {
                dump.kind == TransferKind::Obs
                    && names_of(group, dump).iter().eq(streams.keys())
                    && fields::states(settings, &dump.settings)
            }),
            Listing::Unread(..) => false,
            Listing::NotOffered => self
                .memory
                .of_group(name)
                .any(|(covered, found)| covered.iter().eq(streams.keys()) && fields::states(settings, found)),
        }
    }

    fn tags_of(&self, address: &Address, bearer: &Bearer) -> Option<&Tags> {
        let group = self.group(address.group())?;
        match bearer {
            Bearer::Group(id) => (group.id == *id).then_some(group.settings.tags.as_ref())?,
            Bearer::Stream(id) => {
                let stream = group.streams.complete()?.values().find(|stream| stream.id == *id)?;
                stream.settings.tags.as_ref()
            }
        }
    }
}

fn is_same<Id: PartialEq>(reference: &Ref<Id>, found: &Id) -> bool {
    match reference {
        Ref::Live(id) => id == found,
        Ref::Planned => true,
    }
}

/// Says whether an object has all tags of a set. Where tags are not shown,
/// nothing speaks against it.
fn has(found: Option<&Tags>, wanted: &Tags) -> bool {
    found.is_none_or(|found| wanted.iter().all(|(key, value)| found.get(key) == Some(value)))
}
