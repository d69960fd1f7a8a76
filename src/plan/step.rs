//! A plan is data: steps with everything that is needed to show, check and
//! execute them, so that execution makes no choice of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::class::Classes;
use super::loss::LogLines;
use super::policy::Veto;
use super::premise::Premise;
use super::value::Value;
use crate::diff::ownership::MARKER_KEY;
use crate::diff::{Notice, Obstacle, Sick};
use crate::model::{
    Address, Bearer, Days, DumpSettings, Field, GroupId, GroupName, Place, StreamId, StreamName, StreamTtl, Tags,
    TransferId,
};

/// Position of a step in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub u32);

impl StepId {
    /// Returns the position as an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Step {
    /// Says whether it writes the estate's marker and nothing else.
    #[must_use]
    pub fn only_marks(&self) -> bool {
        let marks = |call: &Call| match call {
            Call::AddTags { tags, .. } => tags.iter().all(|(key, _)| key == MARKER_KEY),
            _ => false,
        };
        !self.calls.is_empty() && self.calls.iter().all(marks)
    }
}

/// What a step does to its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Makes it.
    Create,
    /// Changes it in place.
    Update,
    /// Removes it.
    Delete,
}

/// An object by its live id, or one that an earlier step of the plan makes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ref<Id> {
    /// It is there, under this id.
    Live(Id),
    /// It will be there: created under its name by a step this one waits for.
    Planned,
}

/// One request of a step. The calls of a step are sent one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// POST groups.
    CreateGroup {
        /// Its name.
        name: GroupName,
        /// Retention in days.
        ttl: Days,
        /// Tags, markers included.
        tags: Tags,
        /// Enterprise project.
        enterprise_project_id: Option<Arc<str>>,
    },
    /// POST groups/{id}.
    UpdateGroup {
        /// The group.
        group: GroupId,
        /// New retention in days.
        ttl: Days,
    },
    /// DELETE groups/{id}; takes its streams with it.
    DeleteGroup {
        /// The group.
        group: GroupId,
    },
    /// POST groups/{id}/streams.
    CreateStream {
        /// Its group.
        group: Ref<GroupId>,
        /// Its name.
        name: StreamName,
        /// Retention.
        ttl: StreamTtl,
        /// Tags, markers included.
        tags: Tags,
        /// Name of the enterprise project.
        enterprise_project_name: Option<Arc<str>>,
    },
    /// PUT groups/{id}/streams-ttl/{id}.
    UpdateStream {
        /// Its group.
        group: GroupId,
        /// The stream.
        stream: StreamId,
        /// New retention.
        ttl: StreamTtl,
    },
    /// DELETE groups/{id}/streams/{id}.
    DeleteStream {
        /// Its group.
        group: GroupId,
        /// The stream.
        stream: StreamId,
    },
    /// POST transfers, or POST log-dump/obs where that is all there is.
    CreateDump {
        /// The group.
        group: Ref<GroupId>,
        /// Streams it covers.
        streams: BTreeMap<StreamName, Ref<StreamId>>,
        /// Its settings.
        settings: Box<DumpSettings>,
    },
    /// PUT transfers.
    UpdateDump {
        /// The dump.
        dump: TransferId,
        /// All settings: the call replaces the whole detail.
        settings: Box<DumpSettings>,
        /// Detail fields sent back as they were, in JSON text by key.
        carried: BTreeMap<Arc<str>, Arc<str>>,
    },
    /// DELETE transfers.
    DeleteDump {
        /// The dump.
        dump: TransferId,
    },
    /// POST tags/action with `create`.
    AddTags {
        /// Group or stream.
        bearer: Bearer,
        /// Keys with their new values.
        tags: Tags,
    },
    /// POST tags/action with `delete`.
    RemoveTags {
        /// Group or stream.
        bearer: Bearer,
        /// Keys with their old values.
        tags: Tags,
    },
}

/// The change of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field.
    pub field: Field,
    /// Live value, if there is one.
    pub before: Option<Value>,
    /// Value after the step, if there is one.
    pub after: Option<Value>,
}

/// What is lost with a step, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loss {
    /// Streams that lose log lines: all of theirs, or those past a shorter
    /// retention.
    pub streams: BTreeSet<StreamName>,
    /// Days of log lines that can be lost at most, if known.
    pub days: Option<u32>,
    /// Days of log lines that stay; 0 where all go.
    pub kept_days: u32,
    /// How many log lines are lost, once somebody has counted them; nothing
    /// where none of the days that can be counted is lost.
    pub log_lines: Option<LogLines>,
    /// Streams deleted along with their group.
    pub cascade: BTreeSet<StreamName>,
    /// Those of the cascade that the manifest does not declare.
    pub undeclared: BTreeSet<StreamName>,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The object.
    pub address: Address,
    /// What happens to it.
    pub verb: Verb,
    /// The requests, in order; never empty.
    pub calls: Vec<Call>,
    /// Fields that change.
    pub fields: Vec<FieldChange>,
    /// What kind of consequence it has.
    pub classes: Classes,
    /// Why, for everything that is not an ordinary create or update.
    pub reason: Option<String>,
    /// What is lost.
    pub loss: Option<Loss>,
    /// What it was computed from.
    pub premises: Vec<Premise>,
    /// Steps that must be done before.
    pub waits_for: Vec<StepId>,
    /// Where the object is declared.
    pub place: Option<Place>,
    /// Id of the live object, unless it is created.
    pub live_id: Option<Arc<str>>,
}

/// What one plan does, in numbers: the words of the last line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Objects that are created; a replacement counts.
    pub add: usize,
    /// Objects that are changed in place.
    pub change: usize,
    /// Objects that are deleted; a replacement and a cascade count.
    pub destroy: usize,
}

/// The whole plan, with everything that is not a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Steps in an order in which they can be done one after the other.
    pub steps: Vec<Step>,
    /// Why nothing at all is done, whatever is allowed.
    pub refusals: Vec<Veto>,
    /// Objects that need something that cannot be done, with the way out.
    pub blocked: Vec<Obstacle>,
    /// Objects that are protected from the deletion asked for.
    pub held: Vec<Obstacle>,
    /// Objects whose state was not read.
    pub unread: Vec<Notice>,
    /// Fields that cannot be read back.
    pub unverifiable: Vec<Notice>,
    /// Tombstones that have done their work.
    pub satisfied: Vec<Address>,
    /// Declared dumps that are failing.
    pub sick: Vec<Sick>,
    /// Things worth knowing before approval.
    pub warnings: Vec<String>,
    /// Declared objects that are as declared.
    pub unchanged: usize,
    /// Live groups and streams of the declared groups: what the percentage of
    /// the deletion budget is taken of.
    pub live_in_scope: usize,
}

impl Plan {
    /// Returns a step.
    #[must_use]
    pub fn step(&self, id: StepId) -> Option<&Step> {
        self.steps.get(id.index())
    }

    /// Returns all steps with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (StepId, &Step)> {
        (0u32..).map(StepId).zip(&self.steps)
    }

    /// Says whether there is nothing to do and nothing in the way.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let Self { steps, refusals, blocked, held, unread, .. } = self;
        steps.is_empty() && refusals.is_empty() && blocked.is_empty() && held.is_empty() && unread.is_empty()
    }

    /// Returns the objects that are blocked, held or unread.
    pub fn obstructed(&self) -> impl Iterator<Item = &Address> {
        let stuck = self.blocked.iter().chain(&self.held).map(|obstacle| &obstacle.address);
        stuck.chain(self.unread.iter().map(|notice| &notice.address))
    }

    /// Counts what the plan does.
    #[must_use]
    pub fn summary(&self) -> Summary {
        count(self.steps.iter())
    }

    /// Returns how many groups and streams go, cascaded ones included,
    /// replaced dumps not: what the deletion budget counts.
    #[must_use]
    pub fn deletions(&self) -> usize {
        let counted = self.steps.iter().filter(|step| step.verb == Verb::Delete);
        counted.filter(|step| !matches!(step.address, Address::Dump(..))).map(|step| 1 + cascaded(step)).sum()
    }
}

/// Adds up what several plans do.
pub fn add_up(sums: impl Iterator<Item = Summary>) -> Summary {
    sums.fold(Summary::default(), |sum, one| Summary {
        add: sum.add + one.add,
        change: sum.change + one.change,
        destroy: sum.destroy + one.destroy,
    })
}

/// Counts what some steps do.
pub fn count<'a>(steps: impl Iterator<Item = &'a Step>) -> Summary {
    let mut summary = Summary::default();
    for step in steps {
        match step.verb {
            Verb::Create => summary.add += 1,
            Verb::Update => summary.change += 1,
            Verb::Delete => summary.destroy += 1 + cascaded(step),
        }
    }
    summary
}

fn cascaded(step: &Step) -> usize {
    step.loss.as_ref().map_or(0, |loss| loss.cascade.len())
}
