//! What deletions rest on, and how old it is.
//!
//! The premises of a plan are checked before its first write. A deletion that
//! comes later than [`FRESH`] rests on a look at its group that is younger, and
//! the deletion of a group on one of its own. Between the look and the request
//! there is always a moment; it is kept short, and what it was computed from is
//! looked at again when the request could not be sent in time.

use std::collections::BTreeMap;
use std::time::Duration;

use super::call::ReadyCall;
use crate::model::{Address, GroupName, Live};
use crate::plan::{Call, Found, Moved, Step, expect_after, find_shown};

/// For this long something that was seen may be relied on.
pub(super) const FRESH: Duration = Duration::from_secs(30);

/// The latest looks at groups. Times are counted from the check of the premises.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    looks: BTreeMap<GroupName, (Live, Duration)>,
}

/// What has to happen before a call may be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing; a deletion is sent before this time, or not at all.
    Nothing(Option<Duration>),
    /// A look at its group that was made already has to be heeded.
    Heed(Duration),
    /// Somebody has to look at its group.
    Look,
}

/// What a look says of a deletion.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// What it rests on is as it was.
    Holds,
    /// Somebody else has done it.
    Done(Found),
    /// What it rests on has changed.
    Moved(Moved),
}

impl Evidence {
    /// Says what has to happen before a call may be sent.
    pub(super) fn need(&self, call: &ReadyCall, group: &GroupName, now: Duration) -> Need {
        if !call.is_deletion() {
            return Need::Nothing(None);
        }
        if matches!(call, ReadyCall::DeleteGroup { .. }) {
            return Need::Look;
        }
        match self.looks.get(group) {
            _ if now <= FRESH => Need::Nothing(Some(FRESH)),
            Some((_, at)) if now.saturating_sub(*at) <= FRESH => Need::Heed(*at),
            _ => Need::Look,
        }
    }

    /// Keeps a look at a group.
    pub(super) fn keep(&mut self, group: GroupName, live: Live, at: Duration) {
        self.looks.insert(group, (live, at));
    }

    /// Judges a deletion by the latest look at its group. `done` are the calls of
    /// this run in that group, with the addresses of their steps.
    pub(super) fn judge(&self, step: &Step, call: &Call, done: &[(&Address, &Call)]) -> Judgement {
        // Without a look nothing is known, and every premise says so.
        let nothing = Live { groups_doubt: Some("not looked at".into()), ..Live::default() };
        let live = self.looks.get(step.address.group()).map_or(&nothing, |(live, _)| live);
        if let Some(found) = find_shown(&step.address, call, live) {
            return Judgement::Done(found);
        }
        let moved = step.premises.iter().find_map(|premise| {
            let expected = expect_after(premise, done);
            expected.as_ref().unwrap_or(premise).check(live).err()
        });
        moved.map_or(Judgement::Holds, Judgement::Moved)
    }
}
