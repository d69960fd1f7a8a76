//! One file, section by section.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::sink::{Said, Sink};
use super::super::yaml::Node;
use super::group::{self, GroupEntry};
use super::pick::{boolean, inner_path, items, said, text, value};
use super::settings::{self, DefaultsSaid, PolicySaid, TargetSaid};
use crate::model::{Acceptance, AddressGlob, EstateName};

/// One file.
#[derive(Debug, Clone)]
pub(in super::super) struct Document {
    pub(in super::super) estate: Option<Said<EstateName>>,
    pub(in super::super) target: Option<Said<TargetSaid>>,
    pub(in super::super) defaults: Option<Said<DefaultsSaid>>,
    pub(in super::super) policy: Option<Said<PolicySaid>>,
    pub(in super::super) ledger: Option<Said<PathBuf>>,
    pub(in super::super) accept: Vec<Acceptance>,
    pub(in super::super) groups: Vec<GroupEntry>,
    /// Whether there is a `groups` section at all.
    pub(in super::super) has_groups: bool,
}

/// Picks up what a checked file declares. Paths are resolved against `folder`,
/// the folder the file is in.
pub(in super::super) fn lower(root: &Node<'_>, folder: &Path, sink: &Sink<'_>) -> Document {
    let accept = root.get("accept").map_or(&[][..], |entry| items(&entry.node));
    let groups = root.get("groups");
    Document {
        estate: said(root, "estate", |node| EstateName::parse(text(node)?).ok()),
        target: said(root, "target", |node| Some(settings::target(node, folder))),
        defaults: said(root, "defaults", |node| Some(settings::defaults(node))),
        policy: said(root, "policy", |node| Some(settings::policy(node))),
        ledger: said(root, "ledger", |node| Some(inner_path(folder, text(node)?))),
        accept: accept.iter().filter_map(|node| acceptance(node, sink)).collect(),
        groups: groups.map_or(&[][..], |entry| entry.node.entries()).iter().filter_map(group::group).collect(),
        has_groups: groups.is_some(),
    }
}

fn acceptance(node: &Node<'_>, sink: &Sink<'_>) -> Option<Acceptance> {
    let field = |key: &str| node.get(key).and_then(|entry| text(&entry.node)).map(Arc::from);
    Some(Acceptance {
        address: AddressGlob::parse(&field("address")?).ok()?,
        field: field("field")?,
        value: value(node, "value", plain_text)?,
        reason: field("reason")?,
        until: field("until")?,
        place: sink.place(node.spot),
    })
}

/// Returns a value as the plan would print it: a boolean has one spelling
/// there, and three in YAML.
fn plain_text(node: &Node<'_>) -> Option<Arc<str>> {
    match boolean(node) {
        Some(value) => Some(Arc::from(if value { "true" } else { "false" })),
        None => text(node).map(Arc::from),
    }
}
