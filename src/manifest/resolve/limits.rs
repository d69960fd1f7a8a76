//! Quotas and the retention a region takes.

use super::super::code;
use super::super::sink::{Draft, Said, Sink};
use super::merge::Merged;
use crate::model::{Days, Edition, Policy, Target};

/// Longest retention of a group in the document of 2022-08-15. `[SEED:474]`
const SEED_GROUP_TTL: u32 = 7;

/// Checks what is declared against what the account and the region take.
pub(super) fn check(merged: &Merged, sink: &mut Sink<'_>) {
    let policy = merged.policy.as_ref().map(|said| said.value.policy.clone()).unwrap_or_default();
    check_quotas(merged, &policy, sink);
    check_retention(merged, &policy, sink);
}

fn check_quotas(merged: &Merged, policy: &Policy, sink: &mut Sink<'_>) {
    let groups: Vec<_> = merged.groups.iter().filter(|group| !group.wanted.is_absent()).collect();
    if let Some(group) = groups.get(policy.quotas.groups as usize) {
        let message = format!(
            "{} log groups are declared, but the account may have {} (`policy.quotas.groups`)",
            groups.len(),
            policy.quotas.groups
        );
        let help = "raise the quota with a ticket and write it down in `policy`: `quotas: {groups: N}`";
        sink.report(Draft::error(code::QUOTA, group.spot, message).help(help));
    }
    for group in groups {
        let streams: Vec<_> = group.streams.iter().flatten().filter(|stream| !stream.wanted.is_absent()).collect();
        if let Some(stream) = streams.get(policy.quotas.streams as usize) {
            let message = format!(
                "{} log streams are declared in `groups/{}`, but a group may have {} (`policy.quotas.streams`)",
                streams.len(),
                group.name,
                policy.quotas.streams
            );
            let help = "raise the quota with a ticket and write it down in `policy`: `quotas: {streams: N}`";
            sink.report(Draft::error(code::QUOTA, stream.spot, message).help(help));
        }
    }
}

/// Checks group retentions where a limit is known. Everywhere else the service
/// decides (facts page 6.2).
fn check_retention(merged: &Merged, policy: &Policy, sink: &mut Sink<'_>) {
    let edition = merged.target.as_ref().map(|said| match &said.value {
        Target::Service(target) => target.edition,
        Target::Emulator(target) => target.edition,
    });
    let (limit, source) = match (policy.max_group_ttl, edition) {
        (Some(limit), _) => (limit, "`policy.max_group_ttl`"),
        (None, Some(Edition::Seed2022)) => (SEED_GROUP_TTL, "the limit of `api: seed-2022`"),
        _ => return,
    };
    let source_spot = match policy.max_group_ttl {
        Some(_) => merged.policy.as_ref().and_then(|said| said.value.max_group_ttl),
        None => merged.target.as_ref().map(|said| said.spot),
    };
    let mut complain = |ttl: &Said<Days>, whose: String| {
        if ttl.value.get() > limit {
            let message = format!("{whose} keeps logs for {} days, more than {limit}, {source}", ttl.value);
            let mut draft = Draft::error(code::TTL_LIMIT, ttl.spot, message);
            if let Some(spot) = source_spot {
                draft = draft.note_at(spot, "the limit comes from here");
            }
            sink.report(draft.help("if this region takes more, say so: `policy: {max_group_ttl: N}`"));
        }
    };
    let present = || merged.groups.iter().filter(|group| !group.wanted.is_absent());
    for group in present() {
        if let Some(ttl) = &group.ttl {
            complain(ttl, format!("`groups/{}`", group.name));
        }
    }
    let default = merged.defaults.as_ref().and_then(|said| said.value.ttl.as_ref());
    if let Some(ttl) = default
        && present().any(|group| group.ttl.is_none())
    {
        complain(ttl, "`defaults`".to_owned());
    }
}
