//! What is there, is in the manifest's scope, and is declared by nobody.
//!
//! A section that is present says what there is of its kind; a marker says whose
//! a group is. Everything else in the project is none of this estate's business
//! (contract section 8).

use std::collections::BTreeSet;

use super::finding::{Finding, Verdict};
use crate::diff::{Owner, Ownership};
use crate::model::{
    Address, Capabilities, Desired, DesiredGroup, DumpHandle, GroupName, Live, LiveDump, LiveGroup, StreamName,
    TransferKind, Wanted,
};

pub(super) fn find_unmanaged(desired: &Desired, live: &Live, capabilities: &Capabilities) -> Vec<Finding> {
    let ownership = Ownership::new(desired, capabilities, &[]);
    let mut findings = Vec::new();
    for (name, group) in &live.groups {
        let address = Address::Group(name.clone());
        let owner = ownership.owner(&address, group.settings.tags.as_ref());
        match desired.groups.get(name) {
            None if owner == Owner::Us => {
                findings.push(unmanaged(address, "it carries this estate's marker, and is not declared".to_owned()));
            }
            Some(DesiredGroup { wanted: Wanted::Present(_), streams, dumps, .. }) => {
                if matches!(owner, Owner::Estate(_)) {
                    continue;
                }
                let declared = streams.as_ref().map(|streams| streams.keys().collect::<BTreeSet<_>>());
                findings.extend(extra_streams(name, declared, group, &ownership));
                if let Some(dumps) = dumps {
                    let covered = dumps.values().flat_map(|dump| &dump.streams).collect();
                    findings.extend(extra_dumps(name, &covered, group));
                }
            }
            _ => {}
        }
    }
    findings
}

/// Streams that a present section leaves out, except another estate's.
fn extra_streams(
    group: &GroupName,
    declared: Option<BTreeSet<&StreamName>>,
    live: &LiveGroup,
    ownership: &Ownership<'_>,
) -> Vec<Finding> {
    let (Some(declared), Some(streams)) = (declared, live.streams.complete()) else { return Vec::new() };
    let extras = streams.iter().filter(|(name, _)| !declared.contains(name));
    extras
        .filter_map(|(name, stream)| {
            let address = Address::Stream(group.clone(), name.clone());
            let owner = ownership.owner(&address, stream.settings.tags.as_ref());
            let reason = match owner {
                Owner::Estate(_) => return None,
                Owner::Us => "it carries this estate's marker, and is not declared",
                Owner::Nobody => "its group declares its streams, and this is none of them",
            };
            Some(unmanaged(address, reason.to_owned()))
        })
        .collect()
}

/// OBS dumps that a present section leaves out. A dump that shares a stream with
/// a declared one is that dump, changed.
fn extra_dumps(group: &GroupName, covered: &BTreeSet<&StreamName>, live: &LiveGroup) -> Vec<Finding> {
    let dumps = live.dumps.complete().into_iter().flatten();
    let is_extra = |dump: &&LiveDump| {
        dump.kind == TransferKind::Obs && !dump.streams.values().any(|stream| covered.contains(stream))
    };
    dumps
        .filter(is_extra)
        .map(|dump| {
            let address = Address::Dump(group.clone(), DumpHandle::from_service(dump.id.as_str()));
            let streams: Vec<String> = dump.stream_names().iter().map(ToString::to_string).collect();
            let bucket =
                dump.settings.obs_bucket_name.as_ref().map_or(String::new(), |bucket| format!(" to bucket `{bucket}`"));
            unmanaged(address, format!("an OBS dump of {}{bucket} that its group does not declare", streams.join(", ")))
        })
        .collect()
}

fn unmanaged(address: Address, reason: String) -> Finding {
    Finding { reason: Some(reason), ..Finding::new(address, Verdict::Unmanaged) }
}
