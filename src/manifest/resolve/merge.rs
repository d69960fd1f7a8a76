//! Several files as one estate: each address and each setting is declared in
//! one place, or in the same words in several.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::super::code;
use super::super::document::{DefaultsSaid, Document, GroupEntry, PolicySaid, TargetSaid};
use super::super::printable::quote;
use super::super::sink::{Draft, Said, Sink, Spot};
use crate::model::{Acceptance, EstateName, Target};

/// All files together.
#[derive(Debug)]
pub(super) struct Merged {
    pub(super) estate: Option<Said<EstateName>>,
    pub(super) target: Option<Said<Target>>,
    pub(super) defaults: Option<Said<DefaultsSaid>>,
    pub(super) policy: Option<Said<PolicySaid>>,
    pub(super) ledger: Option<Said<PathBuf>>,
    pub(super) accept: Vec<Acceptance>,
    /// In the order of the files; no name twice.
    pub(super) groups: Vec<GroupEntry>,
    /// Whether any file has a `groups` section.
    pub(super) has_groups: bool,
}

/// Merges files, in their order.
pub(super) fn merge(documents: Vec<Document>, sink: &mut Sink<'_>) -> Merged {
    let mut merged = Merged {
        estate: None,
        target: None,
        defaults: None,
        policy: None,
        ledger: None,
        accept: Vec::new(),
        groups: Vec::new(),
        has_groups: false,
    };
    let mut addresses: BTreeMap<String, Spot> = BTreeMap::new();
    for document in documents {
        let Document { estate, target, defaults, policy, ledger, accept, groups, has_groups } = document;
        let target = target.map(|said| Said { spot: said.spot, value: decide(said.value, sink) });
        settle(&mut merged.estate, estate, |a, b| a == b, "estate", sink);
        // Files that mean different targets make different estates.
        merged.target = merged.target.or(target);
        settle(&mut merged.defaults, defaults, same_defaults, "defaults", sink);
        settle(&mut merged.policy, policy, |a, b| a.policy == b.policy, "policy", sink);
        settle(&mut merged.ledger, ledger, |a, b| a == b, "ledger", sink);
        merged.accept.extend(accept);
        merged.has_groups |= has_groups;
        for group in groups {
            let name = group.name.as_str();
            match addresses.get(name) {
                // Within one file this is a repeated key, told already.
                Some(first) if first.file == group.spot.file => {}
                Some(first) => {
                    let message = format!("`groups/{name}` is declared twice");
                    let draft = Draft::error(code::DECLARED_TWICE, group.spot, message);
                    sink.report(draft.note_at(*first, "it is declared here first").help("declare a group in one file"));
                }
                None => {
                    addresses.insert(name.to_owned(), group.spot);
                    merged.groups.push(group);
                }
            }
        }
    }
    merged
}

/// Decides which kind of target is meant.
fn decide(said: TargetSaid, sink: &mut Sink<'_>) -> Target {
    if let (Some(id), Some(name)) = (said.project_id, said.project_name) {
        let message = "`project_id` and `project_name` exclude each other";
        let (first, second) = if id.start < name.start { (id, name) } else { (name, id) };
        let draft = Draft::error(code::MIXED_TARGET, second, message);
        sink.report(draft.note_at(first, "the project is named here already").help("keep the id: it cannot be reused"));
    }
    if let (Some(emulator), Some(key)) = (&said.emulator, &said.first_service_key) {
        let message = format!("{} and `emulator` exclude each other", quote(key.value));
        let draft = Draft::error(code::MIXED_TARGET, key.spot, message);
        sink.report(
            draft
                .note_at(emulator.spot, "the embedded service is the target")
                .help("the embedded service has no region, project or endpoints; only `api` goes with it"),
        );
    }
    said.meant()
}

fn settle<T>(
    kept: &mut Option<Said<T>>,
    said: Option<Said<T>>,
    same: impl Fn(&T, &T) -> bool,
    key: &str,
    sink: &mut Sink<'_>,
) {
    match (&kept, said) {
        (Some(first), Some(second)) if !same(&first.value, &second.value) => {
            let message = format!("`{key}` is declared twice, and differently");
            let draft = Draft::error(code::DECLARED_TWICE, second.spot, message);
            sink.report(draft.note_at(first.spot, "it is declared here first").help("declare it in one file"));
        }
        (None, said) => *kept = said,
        _ => {}
    }
}

fn same_defaults(a: &DefaultsSaid, b: &DefaultsSaid) -> bool {
    a.ttl.as_ref().map(|said| said.value) == b.ttl.as_ref().map(|said| said.value)
}
