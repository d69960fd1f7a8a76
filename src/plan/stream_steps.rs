//! The steps of the streams of one group.

use std::collections::BTreeSet;

use super::class::Class;
use super::group_steps::{EXCESS_HELP, NO_TAGS, NO_TAGS_HELP, adoption, push_tag_calls, tag_line};
use super::order::{Branch, Situation, Slots, new_step, shown};
use super::premise::Premise;
use super::step::{Call, FieldChange, Loss, Verb};
use crate::diff::{Action, Change, StreamCreation, StreamDeletion, StreamUpdate, TransfersKnown};
use crate::model::{Address, Bearer, Days, Field, Removal, StreamName, StreamTtl, TransferId};

pub(super) fn lay_deletions(branch: &mut Branch<'_>) {
    let changes = branch.changes;
    for change in &changes.streams {
        if let (Action::DeleteStream(deletion), Address::Stream(_, name)) = (&change.action, &change.address) {
            lay_deletion(branch, change, name, deletion);
        }
    }
}

fn lay_deletion(branch: &mut Branch<'_>, change: &Change, name: &StreamName, deletion: &StreamDeletion) {
    if let Some(reason) = &deletion.held_by {
        branch.stuck_streams.push(name.clone());
        return branch.hold(change, deletion.removal, reason);
    }
    let Some(group) = branch.changes.id.clone() else { return };
    if let TransfersKnown::Unread(reason) = &branch.changes.transfers_known {
        branch.stuck_streams.push(name.clone());
        return branch.block(
            change,
            format!("the transfers of its group could not be listed ({reason}), and a dump would make it fail"),
            "run again when the list of transfers can be read",
        );
    }
    if let Some(dump) = branch.changes.stuck_dumps.get(name) {
        branch.stuck_streams.push(name.clone());
        let reason = format!("{dump} would make it fail (LTS.0207), and this edition of the API cannot delete a dump");
        return branch.block(change, reason, "remove the dump in the console first (Log Transfer)");
    }
    let covering = branch.changes.transfers.iter().filter(|transfer| transfer.streams.contains(name));
    let (mut waits_for, mut going) = (Vec::new(), BTreeSet::<TransferId>::new());
    for transfer in covering {
        match branch.dump_deletions.get(&transfer.id) {
            Some(step) => {
                waits_for.push(*step);
                going.insert(transfer.id.clone());
            }
            None => {
                let bucket = transfer.bucket.as_ref().map_or(String::new(), |bucket| format!(" to bucket `{bucket}`"));
                let reason = format!(
                    "{} transfer {}{bucket} is not deleted by this plan and blocks the deletion (LTS.0207)",
                    transfer.kind, transfer.id
                );
                let help = branch.help_with(&transfer.id);
                branch.stuck_streams.push(name.clone());
                return branch.block(change, reason, help);
            }
        }
    }
    // Where the whole group goes, its dumps go first, all of them: should one
    // stay, so does the group, and better with its streams than without.
    if matches!(branch.changes.group.as_ref().map(|change| &change.action), Some(Action::DeleteGroup(_))) {
        waits_for = branch.dump_deletions.values().copied().collect();
    }
    waits_for.sort_unstable();
    let mut step = new_step(change, Verb::Delete);
    step.live_id = shown(deletion.id.as_str());
    step.classes.extend([Class::Delete, Class::DataLoss]);
    let unproven = branch.situation.estate_named
        && branch.situation.capabilities.tags.is_usable()
        && deletion.removal == Removal::Tombstone
        && !deletion.marked;
    if unproven {
        step.classes.insert(Class::Unmanaged);
    }
    step.reason = Some(match deletion.removal {
        Removal::Tombstone if unproven => "declared absent; it does not carry this estate's marker".to_owned(),
        Removal::Tombstone => "declared absent".to_owned(),
        Removal::Destroy => "destroyed on request".to_owned(),
        Removal::Prune => "carries this estate's marker and is no longer declared".to_owned(),
    });
    step.loss = Some(Loss {
        streams: BTreeSet::from([name.clone()]),
        days: deletion.effective.map(Days::get),
        ..Loss::default()
    });
    let group_name = branch.changes.name.clone();
    step.premises.push(Premise::StreamIs(group_name.clone(), name.clone(), deletion.id.clone()));
    // A retention that somebody has changed since says that it matters to them.
    step.premises.push(Premise::StreamTtl(group_name.clone(), name.clone(), deletion.ttl));
    step.premises.push(Premise::StreamTags(group_name.clone(), name.clone(), deletion.tags.clone()));
    step.premises.push(Premise::GroupMarks(group_name.clone(), branch.changes.marks.clone()));
    if branch.changes.transfers_known == TransfersKnown::Whole {
        step.premises.push(Premise::StreamFree(group_name, name.clone(), going));
    }
    step.waits_for = waits_for;
    step.calls.push(Call::DeleteStream { group, stream: deletion.id.clone() });
    let id = branch.push(step);
    branch.stream_steps.insert(name.clone(), id);
}

/// Streams that get a retention of their own, before the group's may get
/// shorter.
pub(super) fn lay_updates_before_group(branch: &mut Branch<'_>) {
    lay_updates(branch, |update| !starts_to_inherit(update));
}

/// Streams that give their own retention up, after the group's may have got
/// longer.
pub(super) fn lay_updates_after_group(branch: &mut Branch<'_>) {
    lay_updates(branch, starts_to_inherit);
}

fn starts_to_inherit(update: &StreamUpdate) -> bool {
    matches!(update.ttl, Some((_, StreamTtl::Inherit)))
}

fn lay_updates(branch: &mut Branch<'_>, belongs: impl Fn(&StreamUpdate) -> bool) {
    let changes = branch.changes;
    for change in &changes.streams {
        if let (Action::UpdateStream(update), Address::Stream(_, name)) = (&change.action, &change.address)
            && belongs(update)
        {
            lay_update(branch, change, name, update);
        }
    }
}

fn lay_update(branch: &mut Branch<'_>, change: &Change, name: &StreamName, update: &StreamUpdate) {
    let Some(group) = branch.changes.id.clone() else { return };
    let group_name = branch.changes.name.clone();
    if let Some((found, wanted)) = update.ttl
        && !branch.situation.capabilities.update_stream.is_usable()
    {
        return branch.block(
            change,
            format!("this edition of the API cannot change a log stream: ttl_in_days {found} -> {wanted}"),
            format!(
                "change it in the console (group `{group_name}`, stream `{name}`, Modify), or set the manifest back to \
                 {found}"
            ),
        );
    }
    if !update.tags.is_empty() && !branch.situation.capabilities.tags.is_usable() {
        return branch.block(change, NO_TAGS, NO_TAGS_HELP);
    }
    if let Some(excess) = update.tags.excess {
        return branch.block(change, format!("it would have {excess} tags, and can have 20"), EXCESS_HELP);
    }
    let group_changes = matches!(
        branch.changes.group.as_ref().map(|change| &change.action),
        Some(Action::UpdateGroup(group)) if group.ttl.is_some()
    );
    if starts_to_inherit(update) && group_changes && branch.group_step.is_none() {
        let reason = format!("waits for the ttl_in_days of groups/{group_name}, which is blocked");
        return branch.block(change, reason, "unblock the group, or keep the stream's own `ttl_in_days`");
    }
    let mut step = new_step(change, Verb::Update);
    step.live_id = shown(update.id.as_str());
    step.classes.insert(Class::Update);
    step.premises.push(Premise::StreamIs(group_name.clone(), name.clone(), update.id.clone()));
    if let Some((before, after)) = update.ttl {
        step.fields.push(FieldChange {
            field: Field::TtlInDays,
            before: Some(before.into()),
            after: Some(after.into()),
        });
        step.premises.push(Premise::StreamTtl(group_name.clone(), name.clone(), Some(before)));
        step.calls.push(Call::UpdateStream { group, stream: update.id.clone(), ttl: after });
        if after == StreamTtl::Inherit || before == StreamTtl::Inherit {
            // What it inherits, before or after, is part of what was decided.
            step.premises.push(Premise::GroupTtl(group_name.clone(), branch.changes.ttl));
        }
        if after == StreamTtl::Inherit {
            step.waits_for.extend(branch.group_step);
        }
    }
    if let (before, Some(after)) = update.effective
        && before.is_none_or(|before| after < before)
        && update.ttl.is_some()
    {
        step.classes.insert(Class::DataLoss);
        step.reason = Some(format!("log lines older than {after} days are deleted and cannot be recovered"));
        let days = before.map(|before| before.get() - after.get());
        let streams = BTreeSet::from([name.clone()]);
        step.loss = Some(Loss { streams, days, kept_days: after.get(), ..Loss::default() });
    }
    push_tag_calls(&mut step.calls, &Bearer::Stream(update.id.clone()), &update.tags);
    step.fields.extend(tag_line(&update.tags));
    // All tags say whose it is as well.
    step.premises.push(if update.tags.is_empty() {
        Premise::StreamMarks(group_name.clone(), name.clone(), update.marks.clone())
    } else {
        Premise::StreamTags(group_name.clone(), name.clone(), update.tags.live.clone())
    });
    step.premises.push(Premise::GroupMarks(group_name, branch.changes.marks.clone()));
    if let Some(owner) = &update.adopted_from {
        step.reason.get_or_insert_with(|| adoption(owner));
    }
    let id = branch.push(step);
    branch.stream_steps.insert(name.clone(), id);
    if update.ttl.is_some() {
        branch.retention_steps.push(id);
    }
}

pub(super) fn lay_creations(branch: &mut Branch<'_>) {
    let changes = branch.changes;
    let quota = branch.situation.policy.quotas.streams as usize;
    let mut slots = Slots::new(quota, changes.live_streams.unwrap_or(0));
    for change in &changes.streams {
        if let (Action::DeleteStream(_), Address::Stream(_, name)) = (&change.action, &change.address)
            && let Some(step) = branch.stream_steps.get(name)
        {
            slots.release(*step);
        }
    }
    for change in &changes.streams {
        if let (Action::CreateStream(creation), Address::Stream(_, name)) = (&change.action, &change.address) {
            lay_creation(branch, change, name, creation, &mut slots);
        }
    }
    if slots.overdrawn > 0 {
        branch.plan.warnings.push(format!(
            "{} of the new streams of groups/{} exceed the quota of {quota} streams in a group; the service may refuse \
             them (LTS.0206). Raise the quota and `policy.quotas.streams`, or delete streams",
            slots.overdrawn, changes.name
        ));
    }
}

fn lay_creation(
    branch: &mut Branch<'_>,
    change: &Change,
    name: &StreamName,
    creation: &StreamCreation,
    slots: &mut Slots,
) {
    let group_name = branch.changes.name.clone();
    if !branch.group_available {
        return branch.block(change, format!("waits for groups/{group_name}, which is blocked"), "unblock the group");
    }
    if !is_creatable(creation, branch.situation) {
        return branch.block(change, NO_TAGS, NO_TAGS_HELP);
    }
    let mut step = new_step(change, Verb::Create);
    step.classes.insert(Class::Create);
    if let StreamTtl::Own(days) = creation.ttl {
        step.fields.push(FieldChange { field: Field::TtlInDays, before: None, after: Some(days.into()) });
    }
    if !creation.tags.is_empty() {
        step.fields.push(FieldChange { field: Field::Tags, before: None, after: Some(creation.tags.clone().into()) });
    }
    if let Some(project) = &creation.enterprise_project_name {
        let after = Some(project.as_ref().into());
        step.fields.push(FieldChange { field: Field::EnterpriseProjectName, before: None, after });
    }
    if let Some(id) = &branch.changes.id {
        step.premises.push(Premise::GroupIs(group_name.clone(), id.clone()));
        step.premises.push(Premise::GroupMarks(group_name.clone(), branch.changes.marks.clone()));
    } else {
        step.waits_for.extend(branch.group_step);
    }
    step.waits_for.extend(slots.take());
    step.premises.push(Premise::StreamAbsent(group_name, name.clone()));
    step.calls.push(Call::CreateStream {
        group: branch.group_ref(),
        name: name.clone(),
        ttl: creation.ttl,
        tags: creation.tags.clone(),
        enterprise_project_name: creation.enterprise_project_name.clone(),
    });
    let id = branch.push(step);
    branch.stream_steps.insert(name.clone(), id);
}

/// Says whether the edition at hand can create a stream as declared.
pub(super) fn is_creatable(creation: &StreamCreation, situation: &Situation<'_>) -> bool {
    creation.tags.is_empty() || situation.capabilities.tags.is_usable()
}
