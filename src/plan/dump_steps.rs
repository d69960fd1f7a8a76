//! The steps of the dumps of one group.

use std::collections::{BTreeMap, BTreeSet};

use super::class::Class;
use super::fields;
use super::order::{Branch, list, new_step, shown};
use super::premise::Premise;
use super::step::{Call, Step, Verb};
use super::stream_steps;
use crate::diff::{Action, Cause, Change, DumpCreation, DumpDeletion, DumpUpdate, TransfersKnown};
use crate::model::{Ability, Address, DumpSettings, Field, Removal, Slot, StreamName, TransferId};

/// The dumps of a group that can be created, and the live ones that can be
/// deleted for them.
pub(super) struct Feasible {
    creations: BTreeSet<Address>,
    deletions: BTreeSet<TransferId>,
}

/// Finds out what can be done before anything is laid out: a live dump must not
/// be deleted for a new one that cannot be created, and the other way round.
pub(super) fn find_feasible(branch: &mut Branch<'_>) -> Feasible {
    let changes = branch.changes;
    let mut obstacles: BTreeMap<Address, (String, String)> = BTreeMap::new();
    let mut deletions: BTreeSet<TransferId> = BTreeSet::new();
    let creatable = creatable_streams(branch);
    for change in &changes.dumps {
        match &change.action {
            Action::CreateDump(creation) => {
                if let Some(obstacle) = find_obstacle(branch, creation, &creatable) {
                    obstacles.insert(change.address.clone(), obstacle);
                }
            }
            Action::DeleteDump(deletion) => match (&deletion.held_by, &deletion.off_limits, &deletion.cause) {
                (Some(reason), _, Cause::Removal(removal)) => branch.hold(change, *removal, reason),
                (Some(reason), _, Cause::ReplacedBy(_)) => branch.hold(change, Removal::Tombstone, reason),
                (None, Some((reason, help)), Cause::Removal(_)) => {
                    branch.block(change, reason.as_str(), help.as_str());
                }
                // What cannot be replaced is told at the dumps that would replace it.
                (None, Some(off_limits), Cause::ReplacedBy(heirs)) => {
                    for heir in heirs {
                        obstacles.entry(heir.clone()).or_insert_with(|| off_limits.clone());
                    }
                }
                (None, None, _) => {
                    deletions.insert(deletion.id.clone());
                }
            },
            _ => {}
        }
    }
    // An obstacle travels through the knot of dumps that share streams until
    // nothing changes any more.
    loop {
        let before = (obstacles.len(), deletions.len());
        for change in &changes.dumps {
            match &change.action {
                Action::DeleteDump(DumpDeletion { id, cause: Cause::ReplacedBy(heirs), .. })
                    if heirs.iter().any(|heir| obstacles.contains_key(heir)) =>
                {
                    deletions.remove(id);
                }
                Action::CreateDump(creation) => {
                    let mut first = creation.replaces.iter().chain(&creation.follows);
                    if let Some(stuck) = first.find(|id| !deletions.contains(*id)) {
                        obstacles.entry(change.address.clone()).or_insert_with(|| {
                            let reason = format!("live dump {stuck} has to go first, and cannot");
                            (reason, "clear the way for the other dumps that share its streams".to_owned())
                        });
                    }
                }
                _ => {}
            }
        }
        if before == (obstacles.len(), deletions.len()) {
            break;
        }
    }
    let mut creations = BTreeSet::new();
    for change in &changes.dumps {
        if let Action::CreateDump(_) = &change.action {
            match obstacles.remove(&change.address) {
                Some((reason, help)) => branch.block(change, reason, help),
                None => {
                    creations.insert(change.address.clone());
                }
            }
        }
    }
    Feasible { creations, deletions }
}

pub(super) fn lay_deletions(branch: &mut Branch<'_>, feasible: &Feasible) {
    let changes = branch.changes;
    for change in &changes.dumps {
        if let Action::DeleteDump(deletion) = &change.action
            && feasible.deletions.contains(&deletion.id)
        {
            let id = branch.push(deletion_step(branch, change, deletion));
            branch.dump_deletions.insert(deletion.id.clone(), id);
        }
    }
}

pub(super) fn lay_updates_and_creations(branch: &mut Branch<'_>, feasible: &Feasible) {
    let changes = branch.changes;
    for change in &changes.dumps {
        match &change.action {
            Action::UpdateDump(update) => lay_update(branch, change, update),
            Action::CreateDump(creation) if feasible.creations.contains(&change.address) => {
                lay_creation(branch, change, creation);
            }
            _ => {}
        }
    }
}

/// A dump that goes leaves a gap in the archive, unless all its streams really
/// go in the same plan. Whether they do is known when their steps are laid.
pub(super) fn class_gaps(branch: &mut Branch<'_>) {
    let group_goes =
        branch.group_step.and_then(|id| branch.plan.step(id)).is_some_and(|step| step.verb == Verb::Delete);
    for transfer in &branch.changes.transfers {
        let Some(id) = branch.dump_deletions.get(&transfer.id) else { continue };
        let goes = |name: &StreamName| {
            let step = branch.stream_steps.get(name).and_then(|id| branch.plan.step(*id));
            group_goes || step.is_some_and(|step| step.verb == Verb::Delete)
        };
        if !transfer.streams.iter().all(goes)
            && let Some(step) = branch.plan.steps.get_mut(id.index())
        {
            step.classes.insert(Class::ArchiveGap);
        }
    }
}

fn deletion_step(branch: &Branch<'_>, change: &Change, deletion: &DumpDeletion) -> Step {
    let mut step = new_step(change, Verb::Delete);
    step.live_id = shown(deletion.id.as_str());
    step.fields = fields::of_old_dump(&deletion.streams, &deletion.before);
    match &deletion.cause {
        Cause::ReplacedBy(heirs) => {
            step.classes.extend([Class::Replace, Class::ArchiveGap]);
            // The creation says why, where one dump simply takes the place of one.
            let one_for_one = heirs.len() == 1 && heirs.contains(&change.address);
            step.reason = (!one_for_one).then(|| format!("its streams are taken over by {}", list(heirs)));
        }
        Cause::Removal(removal) => {
            step.classes.insert(Class::Delete);
            // A dump carries no marker, so nothing proves that it is ours; least
            // of all a twin beside the one that is declared.
            if *removal != Removal::Destroy || change.place.is_none() {
                step.classes.insert(Class::Unmanaged);
            }
            step.reason = Some(match removal {
                Removal::Tombstone => "declared absent".to_owned(),
                Removal::Destroy => "destroyed on request".to_owned(),
                Removal::Prune => {
                    "its group is owned by this estate, and no declared dump covers its streams".to_owned()
                }
            });
        }
    }
    if !deletion.undeclared.is_empty() {
        step.classes.insert(Class::Unmanaged);
    }
    step.premises.push(Premise::DumpIs {
        group: branch.changes.name.clone(),
        id: deletion.id.clone(),
        streams: deletion.streams.clone(),
        settings: deletion.before.clone(),
    });
    push_marks(branch, &deletion.streams, &mut step);
    step.calls.push(Call::DeleteDump { dump: deletion.id.clone() });
    step
}

fn lay_update(branch: &mut Branch<'_>, change: &Change, update: &DumpUpdate) {
    if let Some((field, shown)) = update.unknown.iter().next() {
        return branch.block(
            change,
            format!("the service shows `{field}: {shown}`, which is unknown, and an update has to send it back"),
            format!("declare `{field}` to replace the value, or make the change in the console"),
        );
    }
    let mut step = new_step(change, Verb::Update);
    step.live_id = shown(update.id.as_str());
    step.classes.insert(Class::Update);
    step.fields = fields::compare(&update.before, &update.after);
    if update.fields.contains(&Field::SwitchOn) && update.after.switch_on == Some(false) {
        step.classes.insert(Class::ArchiveGap);
        step.reason = Some("log lines written while it is off never reach OBS".to_owned());
    }
    step.premises.push(Premise::DumpIs {
        group: branch.changes.name.clone(),
        id: update.id.clone(),
        streams: update.streams.clone(),
        settings: update.before.clone(),
    });
    push_marks(branch, &update.streams, &mut step);
    step.calls.push(Call::UpdateDump {
        dump: update.id.clone(),
        settings: update.after.clone(),
        carried: update.carried.clone(),
    });
    branch.push(step);
}

fn lay_creation(branch: &mut Branch<'_>, change: &Change, creation: &DumpCreation) {
    let group_name = branch.changes.name.clone();
    if !branch.group_available {
        return branch.block(change, format!("waits for groups/{group_name}, which is blocked"), "unblock the group");
    }
    let mut streams = BTreeMap::new();
    let mut step = new_step(change, Verb::Create);
    for name in &creation.streams {
        let Some(reference) = branch.stream_ref(name) else {
            let reason = format!("waits for groups/{group_name}/streams/{name}, which is not there");
            return branch.block(change, reason, "declare the stream, or unblock it");
        };
        if !branch.changes.stream_ids.contains_key(name) {
            step.waits_for.extend(branch.stream_steps.get(name));
        }
        streams.insert(name.clone(), reference);
    }
    let first = || creation.replaces.iter().chain(&creation.follows);
    step.waits_for.extend(first().filter_map(|id| branch.dump_deletions.get(id)));
    step.waits_for.sort_unstable();
    // A new dump has to be told whether it runs, even where nobody cares later.
    let mut settings = creation.settings.clone();
    settings.switch_on.get_or_insert(true);
    step.fields = fields::of_new_dump(&creation.streams, &settings);
    if creation.replaces.is_empty() {
        step.classes.insert(Class::Create);
    } else {
        step.classes.extend([Class::Replace, Class::ArchiveGap]);
        let because: Vec<&str> = creation.because.iter().map(|field| field.as_str()).collect();
        step.reason = Some(format!("`{}` of a dump cannot be changed in place", because.join("`, `")));
    }
    // That a group which this plan makes is not there yet is its own step's
    // premise: when the plan is resumed, the group may be there already.
    step.premises.extend(branch.changes.id.clone().map(|id| Premise::GroupIs(group_name.clone(), id)));
    for (name, id) in creation.streams.iter().filter_map(|name| Some((name, branch.changes.stream_ids.get(name)?))) {
        step.premises.push(Premise::StreamIs(group_name.clone(), name.clone(), id.clone()));
    }
    push_marks(branch, &creation.streams, &mut step);
    if branch.changes.transfers_known == TransfersKnown::Whole {
        step.premises.push(Premise::Undumped {
            group: group_name,
            streams: creation.streams.clone(),
            except: first().cloned().collect(),
        });
    }
    step.calls.push(Call::CreateDump { group: branch.group_ref(), streams, settings });
    branch.push(step);
}

/// A dump is a child of its group and of its streams: whose they are, and
/// whether they are protected, decides what may be done to it.
fn push_marks(branch: &Branch<'_>, streams: &BTreeSet<StreamName>, step: &mut Step) {
    let changes = branch.changes;
    if changes.id.is_some() {
        step.premises.push(Premise::GroupMarks(changes.name.clone(), changes.marks.clone()));
    }
    for (name, marks) in streams.iter().filter_map(|name| Some((name, changes.stream_marks.get(name)?))) {
        step.premises.push(Premise::StreamMarks(changes.name.clone(), name.clone(), marks.clone()));
    }
}

/// What keeps a dump from being created, if anything, with the way out.
fn find_obstacle(
    branch: &Branch<'_>,
    creation: &DumpCreation,
    creatable: &BTreeSet<&StreamName>,
) -> Option<(String, String)> {
    let DumpSettings { obs_bucket_name, storage_format, period, time_zone, encryption, agency, .. } =
        creation.settings.as_ref();
    let missing = [
        (obs_bucket_name.is_none(), Field::ObsBucketName),
        (storage_format.is_none(), Field::StorageFormat),
        (period.is_none(), Field::Period),
    ];
    if let Some((_, field)) = missing.iter().find(|(missing, _)| *missing) {
        return Some((format!("a dump cannot be created without `{field}`"), format!("declare `{field}`")));
    }
    if branch.situation.capabilities.transfers == Ability::Missing {
        let unsupported = [
            (matches!(time_zone, Some(Slot::Filled(_))), Field::TimeZone),
            (matches!(encryption, Some(Slot::Filled(_))), Field::Encryption),
            (matches!(agency, Some(Slot::Filled(_))), Field::Agency),
        ];
        if let Some((_, field)) = unsupported.iter().find(|(declared, _)| *declared) {
            let reason = format!("this edition of the API cannot set `{field}` of a dump");
            return Some((reason, format!("remove `{field}` from the entry, or create the dump in the console")));
        }
    }
    let there = |name: &StreamName| branch.changes.stream_ids.contains_key(name) || creatable.contains(name);
    let absent = creation.streams.iter().find(|name| !there(name))?;
    let (reason, help) = match branch.changes.live_streams {
        Some(_) => (
            format!("its stream `{absent}` is neither there nor created by this plan"),
            "declare the stream under `streams`, or correct the name",
        ),
        None => (
            format!("the streams of its group were not read, so the id of `{absent}` is not known"),
            "run again when the list of streams can be read",
        ),
    };
    Some((reason, help.to_owned()))
}

/// The streams of the group that this plan can create.
fn creatable_streams<'a>(branch: &Branch<'a>) -> BTreeSet<&'a StreamName> {
    let (changes, situation) = (branch.changes, branch.situation);
    changes
        .streams
        .iter()
        .filter_map(|change| match (&change.action, &change.address) {
            (Action::CreateStream(creation), Address::Stream(_, name))
                if stream_steps::is_creatable(creation, situation) =>
            {
                Some(name)
            }
            _ => None,
        })
        .collect()
}
