//! What must hold after every event, whatever went wrong (faults page section 2).

use std::collections::BTreeSet;

use ltsctl::apply::{Manner, Outcome};
use ltsctl::emulator::{Estate, JournalEntry};
use ltsctl::plan::{Call, Step};

use crate::run::{Ran, doomed};

/// O1: at most one live object per natural key. The emulator keys groups and
/// streams by name itself; a stream has one OBS dump.
pub(crate) fn check_world(estate: &Estate) -> Result<(), String> {
    for (name, group) in &estate.groups {
        for stream in group.streams.keys() {
            let covering = group.transfers.iter().filter(|transfer| transfer.streams.contains(stream)).count();
            if covering > 1 {
                return Err(format!("O1: {name}/{stream} has {covering} dumps"));
            }
        }
    }
    Ok(())
}

/// O2 and O5: every deletion was in the plan, and the report says what the
/// service did.
pub(crate) fn check_run(ran: &Ran, journal: &[JournalEntry], before: &Estate) -> Result<(), String> {
    check_deletions(&doomed(&ran.plan), journal)?;
    let Some(outcomes) = &ran.outcomes else {
        return check_silence(journal);
    };
    for (step, outcome) in ran.plan.steps.iter().zip(outcomes) {
        let committed = step.calls.iter().filter(|call| is_in(call, step, journal)).count();
        let wrong = match outcome {
            Outcome::Done(Manner::Answered | Manner::Found) => committed == 0,
            Outcome::NotStarted(_) | Outcome::Done(Manner::AlreadySo) => committed > 0 && step.calls.len() == 1,
            Outcome::Failed(_) => committed == step.calls.len(),
            Outcome::Unknown(_) | Outcome::Done(Manner::Unverified) => false,
        };
        if wrong {
            return Err(format!(
                "O5: {:?} {} is {outcome:?}, and the service has done {committed} of its {} calls\n{before:#?}",
                step.verb,
                step.address,
                step.calls.len()
            ));
        }
    }
    Ok(())
}

/// O2: nothing was deleted but what was planned.
pub(crate) fn check_deletions(doomed: &BTreeSet<String>, journal: &[JournalEntry]) -> Result<(), String> {
    for entry in journal.iter().filter(|entry| entry.method == "DELETE" && entry.committed) {
        let id = entry.path.rsplit(['/', '=']).next().unwrap_or_default();
        if !doomed.contains(id) {
            return Err(format!("O2: {} was deleted and is not in the plan", entry.path));
        }
    }
    Ok(())
}

/// Nothing was written.
pub(crate) fn check_silence(journal: &[JournalEntry]) -> Result<(), String> {
    match journal.iter().find(|entry| entry.committed) {
        Some(entry) => Err(format!("O5: {} {} was not to be sent", entry.method, entry.path)),
        None => Ok(()),
    }
}

/// O6: what a run may send: its lists twice, each write four times with as many
/// looks, and what the reads are repeated.
pub(crate) fn check_budget(sent: usize, ran: Option<&Ran>) -> Result<(), String> {
    let writes: usize = ran.map_or(0, |ran| ran.plan.steps.iter().map(|step| step.calls.len()).sum());
    let most = 2 * 2 * 3 * 4 + writes * (4 + 4 * 3) + 16;
    if sent > most { Err(format!("O6: {sent} requests for {writes} writes")) } else { Ok(()) }
}

/// Whether the journal shows that a call was executed.
fn is_in(call: &Call, step: &Step, journal: &[JournalEntry]) -> bool {
    let group = step.address.group().as_str();
    let done = |operation: &str, kind: &str, named: &dyn Fn(&str, &str) -> bool| {
        journal
            .iter()
            .filter(|entry| entry.committed && entry.operation == Some(operation))
            .any(|entry| entry.objects.iter().any(|object| object.kind == kind && named(&object.id, &object.name)))
    };
    let by_path = |operation: &str, id: &str| {
        journal.iter().any(|entry| entry.committed && entry.operation == Some(operation) && entry.path.contains(id))
    };
    match call {
        Call::CreateGroup { .. } => done("CreateLogGroup", "group", &|_, name| name == group),
        Call::UpdateGroup { group, .. } => by_path("UpdateLogGroup", group.as_str()),
        Call::DeleteGroup { group } => by_path("DeleteLogGroup", group.as_str()),
        Call::CreateStream { name: stream, .. } => done("CreateLogStream", "stream", &|_, name| {
            name == stream.as_str() || name.ends_with(&format!("/{stream}"))
        }),
        Call::UpdateStream { stream, .. } => by_path("UpdateLogStream", stream.as_str()),
        Call::DeleteStream { stream, .. } => by_path("DeleteLogStream", stream.as_str()),
        Call::CreateDump { streams, .. } => {
            let wanted: Vec<&str> = streams.keys().map(|name| name.as_str()).collect();
            done("CreateTransfer", "transfer", &|_, name| {
                let mut covered: Vec<&str> = name.split('+').collect();
                covered.sort_unstable();
                covered == wanted
            })
        }
        Call::UpdateDump { dump, .. } => done("UpdateTransfer", "transfer", &|id, _| id == dump.as_str()),
        Call::DeleteDump { dump } => by_path("DeleteTransfer", dump.as_str()),
        Call::AddTags { bearer, .. } | Call::RemoveTags { bearer, .. } => {
            let id = match bearer {
                ltsctl::model::Bearer::Group(id) => id.to_string(),
                ltsctl::model::Bearer::Stream(id) => id.to_string(),
            };
            journal
                .iter()
                .any(|entry| entry.committed && entry.path.contains("/tags/action") && entry.path.contains(&id))
        }
    }
}
