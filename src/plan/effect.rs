//! What the calls of a plan do to the premises of its other steps.
//!
//! A premise says what was seen before anything was done. Once a call of the
//! same plan is done, something else is to be expected; this is the only place
//! that knows what.

use super::premise::Premise;
use super::step::Call;
use crate::diff::Marks;
use crate::model::{Address, Bearer, GroupName, StreamName, StreamTtl, Tags};

/// Returns what a premise has become by calls that are done, each with the
/// address of its step; nothing if none of them concerns it.
#[must_use]
pub fn expect_after(premise: &Premise, done: &[(&Address, &Call)]) -> Option<Premise> {
    let mut expected = premise.clone();
    for (address, call) in done {
        change(&mut expected, address, call);
    }
    (expected != *premise).then_some(expected)
}

fn change(premise: &mut Premise, address: &Address, call: &Call) {
    match (premise, call) {
        (Premise::GroupTtl(group, ttl), Call::UpdateGroup { ttl: new, .. }) if group == address.group() => {
            *ttl = Some(*new);
        }
        (Premise::StreamTtl(group, stream, ttl), Call::UpdateStream { ttl: new, .. })
            if is_stream(address, group, stream) =>
        {
            *ttl = Some(*new);
        }
        (Premise::GroupMarks(group, marks), call) if *address == Address::Group(group.clone()) => {
            change_marks(marks, address, call, |bearer| matches!(bearer, Bearer::Group(_)));
        }
        (Premise::StreamMarks(group, stream, marks), call) if is_stream(address, group, stream) => {
            change_marks(marks, address, call, |bearer| matches!(bearer, Bearer::Stream(_)));
        }
        (Premise::GroupTags(group, tags), call) if *address == Address::Group(group.clone()) => {
            change_tags(tags, call, |bearer| matches!(bearer, Bearer::Group(_)));
        }
        (Premise::StreamTags(group, stream, tags), call) if is_stream(address, group, stream) => {
            change_tags(tags, call, |bearer| matches!(bearer, Bearer::Stream(_)));
        }
        // A stream that this plan made, or told to, follows its group as well.
        (
            Premise::GroupFollowers(group, followers),
            Call::CreateStream { ttl: StreamTtl::Inherit, .. } | Call::UpdateStream { ttl: StreamTtl::Inherit, .. },
        ) => {
            if let Address::Stream(owner, name) = address
                && owner == group
            {
                followers.insert(name.clone());
            }
        }
        (Premise::DumpIs { id, settings, .. }, Call::UpdateDump { dump, settings: new, .. }) if id == dump => {
            settings.clone_from(new);
        }
        _ => {}
    }
}

/// A call that writes one of this program's own tags changes what it says.
fn change_marks(marks: &mut Marks, address: &Address, call: &Call, concerns: impl Fn(&Bearer) -> bool) {
    match call {
        Call::AddTags { bearer, tags } if concerns(bearer) => {
            let added = Marks::of(address, Some(tags));
            if added.estate.is_some() {
                marks.estate = added.estate;
            }
            marks.protected |= added.protected;
        }
        Call::RemoveTags { bearer, tags } if concerns(bearer) => {
            let removed = Marks::of(address, Some(tags));
            if removed.estate.is_some() {
                marks.estate = None;
            }
            marks.protected &= !removed.protected;
        }
        _ => {}
    }
}

fn is_stream(address: &Address, group: &GroupName, stream: &StreamName) -> bool {
    matches!(address, Address::Stream(owner, name) if owner == group && name == stream)
}

fn change_tags(tags: &mut Tags, call: &Call, concerns: impl Fn(&Bearer) -> bool) {
    match call {
        Call::AddTags { bearer, tags: added } if concerns(bearer) => {
            added.iter().for_each(|(key, value)| tags.insert(key, value));
        }
        Call::RemoveTags { bearer, tags: removed } if concerns(bearer) => {
            removed.iter().for_each(|(key, _)| {
                tags.remove(key);
            });
        }
        _ => {}
    }
}
