//! The steps of a group itself.

use std::collections::BTreeSet;

use super::class::Class;
use super::order::{Branch, new_step, shown};
use super::premise::{Held, Premise};
use super::step::{Call, FieldChange, Loss, Verb};
use crate::diff::{Action, Doomed, GroupCreation, GroupDeletion, GroupUpdate, Owner, TagDelta, TransfersKnown};
use crate::model::{Address, Bearer, Days, Field, Removal, StreamName, StreamTtl};

pub(super) fn lay_creation(branch: &mut Branch<'_>, creation: &GroupCreation) {
    let Some(change) = &branch.changes.group else { return };
    let Some(ttl) = creation.ttl else {
        branch.group_available = false;
        return branch.block(
            change,
            "a log group cannot be created without `ttl_in_days`",
            "declare `ttl_in_days`, or a default for all groups under `defaults`",
        );
    };
    if !creation.tags.is_empty() && !branch.situation.capabilities.tags.is_usable() {
        branch.group_available = false;
        return branch.block(change, NO_TAGS, NO_TAGS_HELP);
    }
    let mut step = new_step(change, Verb::Create);
    step.fields.push(FieldChange { field: Field::TtlInDays, before: None, after: Some(ttl.into()) });
    if !creation.tags.is_empty() {
        step.fields.push(FieldChange { field: Field::Tags, before: None, after: Some(creation.tags.clone().into()) });
    }
    if let Some(project) = &creation.enterprise_project_id {
        let after = Some(project.as_ref().into());
        step.fields.push(FieldChange { field: Field::EnterpriseProjectId, before: None, after });
    }
    step.classes.insert(Class::Create);
    step.premises.push(Premise::GroupAbsent(branch.changes.name.clone()));
    step.waits_for.extend(branch.group_slots.take());
    step.calls.push(Call::CreateGroup {
        name: branch.changes.name.clone(),
        ttl,
        tags: creation.tags.clone(),
        enterprise_project_id: creation.enterprise_project_id.clone(),
    });
    branch.group_step = Some(branch.push(step));
}

pub(super) fn lay_update(branch: &mut Branch<'_>, update: &GroupUpdate) {
    let Some(change) = &branch.changes.group else { return };
    let name = &branch.changes.name;
    if let Some((found, wanted)) = &update.enterprise_project_id {
        let found = found.as_deref().unwrap_or("unknown");
        return branch.block(
            change,
            format!("its enterprise project is `{found}`, not `{wanted}`, and cannot be changed"),
            format!("set `enterprise_project_id: \"{found}\"`, or create another group and move the producers to it"),
        );
    }
    if let Some((found, wanted)) = update.ttl
        && !branch.situation.capabilities.update_group.is_usable()
    {
        return branch.block(
            change,
            format!("this edition of the API cannot change a log group: ttl_in_days {} -> {wanted}", show(found)),
            format!(
                "change it in the console (Log Management, group `{name}`, Modify), or set the manifest back to {}",
                show(found)
            ),
        );
    }
    if !update.tags.is_empty() && !branch.situation.capabilities.tags.is_usable() {
        return branch.block(change, NO_TAGS, NO_TAGS_HELP);
    }
    if let Some(excess) = update.tags.excess {
        return branch.block(change, format!("it would have {excess} tags, and can have 20"), EXCESS_HELP);
    }
    let shortens = update.ttl.is_some_and(|(before, after)| before.is_none_or(|before| after < before));
    if shortens && update.followers.is_none() {
        let (why, help) = match branch.changes.live_streams {
            None => ("its streams could not be listed", "run again when the list of streams can be read"),
            Some(_) => ("two of its streams have one name", "delete or rename one of them in the console"),
        };
        return branch.block(change, format!("{why}, so what a shorter retention deletes is not known"), help);
    }
    if let Some((reason, help)) = update.off_limits.as_ref().filter(|_| shortens) {
        return branch.block(change, reason.as_str(), help.as_str());
    }
    let mut step = new_step(change, Verb::Update);
    step.live_id = shown(update.id.as_str());
    step.classes.insert(Class::Update);
    step.premises.push(Premise::GroupIs(name.clone(), update.id.clone()));
    if let Some((before, after)) = update.ttl {
        step.fields.push(FieldChange {
            field: Field::TtlInDays,
            before: before.map(Into::into),
            after: Some(after.into()),
        });
        step.premises.push(Premise::GroupTtl(name.clone(), before));
        step.calls.push(Call::UpdateGroup { group: update.id.clone(), ttl: after });
        if before.is_none_or(|before| after < before) {
            step.premises.extend(known_followers(branch, update));
            let losers = losers(branch, update);
            if losers.as_ref().is_none_or(|losers| !losers.is_empty()) || branch.changes.live_streams == Some(0) {
                step.classes.insert(Class::DataLoss);
                step.reason = Some(format!("log lines older than {after} days are deleted and cannot be recovered"));
                let streams = losers.unwrap_or_default();
                let days = before.map(|before| before.get() - after.get());
                step.loss = Some(Loss { streams, days, kept_days: after.get(), ..Loss::default() });
            }
        }
        if before.is_none_or(|before| after < before) {
            // Streams that get their own retention must have it before the
            // group's gets shorter, or they lose what they are about to keep.
            step.waits_for.extend(branch.retention_steps.iter().copied());
        }
    }
    push_tag_calls(&mut step.calls, &Bearer::Group(update.id.clone()), &update.tags);
    step.fields.extend(tag_line(&update.tags));
    // All tags say whose it is as well.
    step.premises.push(if update.tags.is_empty() {
        Premise::GroupMarks(name.clone(), branch.changes.marks.clone())
    } else {
        Premise::GroupTags(name.clone(), update.tags.live.clone())
    });
    if let Some(owner) = &update.adopted_from {
        step.reason.get_or_insert_with(|| adoption(owner));
    }
    branch.group_step = Some(branch.push(step));
}

pub(super) fn lay_deletion(branch: &mut Branch<'_>, deletion: &GroupDeletion) {
    let Some(change) = &branch.changes.group else { return };
    let name = &branch.changes.name;
    if let Some(reason) = &deletion.held_by {
        return branch.hold(change, deletion.removal, reason);
    }
    let Some(streams) = &deletion.streams else {
        return branch.block(
            change,
            "its streams could not be listed, so what a deletion takes with it is not known",
            "run again when the list of streams can be read",
        );
    };
    if let TransfersKnown::Unread(reason) = &branch.changes.transfers_known {
        return branch.block(
            change,
            format!("its transfers could not be listed ({reason}), and a dump would make the deletion fail"),
            "run again when the list of transfers can be read",
        );
    }
    if let Some(dump) = branch.changes.stuck_dumps.values().next() {
        let reason = format!("{dump} would make it fail (LTS.0105), and this edition of the API cannot delete a dump");
        return branch.block(change, reason, "remove the dump in the console first (Log Transfer)");
    }
    let foreign = branch.changes.transfers.iter().find(|dump| !branch.dump_deletions.contains_key(&dump.id));
    if let Some(transfer) = foreign {
        let bucket = transfer.bucket.as_ref().map_or(String::new(), |bucket| format!(" to bucket `{bucket}`"));
        return branch.block(
            change,
            format!(
                "{} transfer {}{bucket} is not deleted by this plan and blocks the deletion (LTS.0105)",
                transfer.kind, transfer.id
            ),
            branch.help_with(&transfer.id),
        );
    }
    if let Some(stream) = branch.stuck_streams.first() {
        let reason = format!("its stream `{stream}` cannot be deleted (see groups/{name}/streams/{stream})");
        return branch.block(change, reason, "clear the way for the stream first");
    }
    let cascade: BTreeSet<StreamName> =
        streams.keys().filter(|stream| !branch.stream_steps.contains_key(*stream)).cloned().collect();
    let undeclared: BTreeSet<StreamName> = cascade.difference(&deletion.declared).cloned().collect();
    let mut step = new_step(change, Verb::Delete);
    step.live_id = shown(deletion.id.as_str());
    step.classes.extend([Class::Delete, Class::DataLoss]);
    let unproven = branch.situation.estate_named
        && branch.situation.capabilities.tags.is_usable()
        && deletion.removal == Removal::Tombstone
        && !deletion.marked;
    if unproven || !undeclared.is_empty() {
        step.classes.insert(Class::Unmanaged);
    }
    step.reason = Some(match deletion.removal {
        Removal::Tombstone if unproven => "declared absent; it does not carry this estate's marker".to_owned(),
        Removal::Tombstone => "declared absent".to_owned(),
        Removal::Destroy => "destroyed on request".to_owned(),
        Removal::Prune => "carries this estate's marker and is no longer declared".to_owned(),
    });
    step.fields.extend(deletion.ttl.map(|ttl| FieldChange {
        field: Field::TtlInDays,
        before: Some(ttl.into()),
        after: None,
    }));
    step.loss = Some(Loss {
        streams: cascade.clone(),
        days: cascade
            .iter()
            .filter_map(|stream| streams.get(stream))
            .filter_map(|stream| stream.effective)
            .map(Days::get)
            .max(),
        cascade,
        undeclared,
        ..Loss::default()
    });
    let transfers = match branch.changes.transfers_known {
        TransfersKnown::Whole => Some(branch.changes.transfers.iter().map(|dump| dump.id.clone()).collect()),
        _ => None,
    };
    step.premises.push(Premise::GroupIs(name.clone(), deletion.id.clone()));
    // A retention that somebody has changed since says that it matters to them.
    step.premises.push(Premise::GroupTtl(name.clone(), deletion.ttl));
    step.premises.push(Premise::GroupTags(name.clone(), deletion.tags.clone()));
    step.premises.push(Premise::GroupHolds {
        group: name.clone(),
        streams: streams
            .iter()
            .map(|(name, stream)| {
                let Doomed { id, ttl, tags, .. } = stream;
                (name.clone(), Held { id: id.clone(), ttl: *ttl, tags: tags.clone() })
            })
            .collect(),
        transfers,
    });
    step.waits_for.extend(branch.dump_deletions.values().copied());
    step.waits_for.extend(branch.stream_steps.values().copied());
    step.waits_for.sort_unstable();
    step.calls.push(Call::DeleteGroup { group: deletion.id.clone() });
    let id = branch.push(step);
    branch.group_step = Some(id);
    branch.group_slots.release(id);
}

pub(super) const NO_TAGS: &str = "this edition of the API can read tags, but not write them";
pub(super) const NO_TAGS_HELP: &str = "remove `tags` from the entry, or make the live tags equal in the console";

/// The way out of too many tags.
pub(super) const EXCESS_HELP: &str = "remove a tag in the console, or declare `tags` so that what is not needed goes";

/// Says whose an object was that becomes ours.
pub(super) fn adoption(owner: &Owner) -> String {
    match owner {
        Owner::Estate(name) => format!("taken over from estate `{name}`"),
        Owner::Nobody | Owner::Us => "adopts an object that has no owner yet".to_owned(),
    }
}

/// Appends the calls that turn the live tags into the wanted ones: add before
/// remove, so that there is no moment without a managed key, unless there is no
/// room for that.
pub(super) fn push_tag_calls(calls: &mut Vec<Call>, bearer: &Bearer, delta: &TagDelta) {
    let add = (!delta.add.is_empty()).then(|| Call::AddTags { bearer: bearer.clone(), tags: delta.add.clone() });
    let remove =
        (!delta.remove.is_empty()).then(|| Call::RemoveTags { bearer: bearer.clone(), tags: delta.remove.clone() });
    if delta.crowded {
        calls.extend(remove.into_iter().chain(add));
    } else {
        calls.extend(add.into_iter().chain(remove));
    }
}

/// Returns the line that shows what happens to the tags.
pub(super) fn tag_line(delta: &TagDelta) -> Option<FieldChange> {
    let show = |tags: &crate::model::Tags| (!tags.is_empty()).then(|| tags.clone().into());
    let line = FieldChange { field: Field::Tags, before: show(&delta.before()), after: show(&delta.add) };
    (!delta.is_empty()).then_some(line)
}

/// A stream that nobody knew of must not lose log lines by a shorter retention.
fn known_followers(branch: &Branch<'_>, update: &GroupUpdate) -> Option<Premise> {
    let followers = update.followers.as_ref()?.iter().cloned();
    let leaving = branch.changes.streams.iter().filter_map(|change| match (&change.action, &change.address) {
        (Action::UpdateStream(update), Address::Stream(_, name)) => {
            matches!(update.ttl, Some((StreamTtl::Inherit, _))).then(|| name.clone())
        }
        _ => None,
    });
    Some(Premise::GroupFollowers(branch.changes.name.clone(), followers.chain(leaving).collect()))
}

/// Streams that lose log lines by a shorter retention of their group: those
/// that follow it, and those whose own retention cannot be set first.
fn losers(branch: &Branch<'_>, update: &GroupUpdate) -> Option<BTreeSet<StreamName>> {
    let mut losers = update.followers.clone()?;
    for change in &branch.changes.streams {
        if let (Action::UpdateStream(update), Address::Stream(_, name)) = (&change.action, &change.address)
            && matches!(update.ttl, Some((StreamTtl::Inherit, _)))
            && !branch.stream_steps.contains_key(name)
        {
            losers.insert(name.clone());
        }
    }
    Some(losers)
}

fn show(days: Option<Days>) -> String {
    days.map_or_else(|| "unknown".to_owned(), |days| days.to_string())
}
