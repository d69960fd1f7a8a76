//! What stands above the groups: the target, the estate, and the limits that
//! the project has outgrown.

use std::path::Path;

use super::order::{Draft, Order};
use super::refusal::Refusal;
use crate::manifest::write::{FieldValue, Layout, Tree, comment, word};
use crate::model::{Edition, EmulatorTarget, Field, Quotas, ServiceTarget, StreamTtl, Target};

/// Longest retention of a group that an explicit `api: seed-2022` takes.
/// `[SEED:474]`
const SEED_GROUP_TTL: u32 = 7;

/// Writes the lines above `groups:`.
pub(super) fn write(draft: &Draft, order: &Order<'_>) -> Result<Vec<String>, Refusal> {
    let mut lines: Vec<String> = draft.remarks.iter().map(|remark| comment(remark)).collect();
    lines.push("version: 1".to_owned());
    lines.extend(order.estate.map(|estate| format!("estate: {}", word(estate.as_str()))));
    let target = match order.target {
        Target::Service(target) => service(target),
        Target::Emulator(target) => emulator(target, order.folder)?,
    };
    if !target.is_empty() {
        lines.extend(open(target).lines("target", 0, 2));
    }
    let policy = policy(draft, order);
    if !policy.is_empty() {
        lines.extend(open(policy).lines("policy", 0, 2));
    }
    Ok(lines)
}

type Entries = Vec<(String, Tree)>;

fn open(entries: Entries) -> Tree {
    Tree::Map(entries, Layout::Open)
}

fn compact(entries: Entries) -> Tree {
    Tree::Map(entries, Layout::Compact)
}

fn said(key: &str, text: Option<&str>) -> Option<(String, Tree)> {
    text.map(|text| (key.to_owned(), Tree::text(text)))
}

fn service(target: &ServiceTarget) -> Entries {
    let ServiceTarget { region, project_id, project_name, domain_id, edition, lts, iam } = target;
    let endpoints: Entries = [
        said("lts", lts.as_ref().map(|endpoint| endpoint.origin())),
        said("iam", iam.as_ref().map(|endpoint| endpoint.origin())),
    ]
    .into_iter()
    .flatten()
    .collect();
    [
        said("region", region.as_ref().map(|region| region.as_str())),
        said("project_id", project_id.as_ref().map(|id| id.as_str())),
        said("project_name", project_name.as_deref()),
        said("domain_id", domain_id.as_ref().map(|id| id.as_str())),
        said_edition(*edition),
        (!endpoints.is_empty()).then(|| ("endpoints".to_owned(), compact(endpoints))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn said_edition(edition: Edition) -> Option<(String, Tree)> {
    said("api", (edition != Edition::Auto).then_some(edition.as_str()))
}

fn emulator(target: &EmulatorTarget, folder: &Path) -> Result<Entries, Refusal> {
    let EmulatorTarget { profile, edition, data } = target;
    let elsewhere = || Refusal::DataElsewhere(folder.display().to_string());
    let inner = data.strip_prefix(folder).map_err(|_| elsewhere())?;
    let parts: Option<Vec<&str>> = inner.components().map(|part| part.as_os_str().to_str()).collect();
    let data = parts.ok_or_else(elsewhere)?.join("/");
    let entries = vec![("profile".to_owned(), Tree::text(profile.as_str())), ("data".to_owned(), Tree::text(&data))];
    let entries = vec![("emulator".to_owned(), compact(entries))];
    Ok(entries.into_iter().chain(said_edition(*edition)).collect())
}

/// What the project has more of than a manifest may declare unasked.
fn policy(draft: &Draft, order: &Order<'_>) -> Entries {
    let usual = Quotas::default();
    let more = |key: &str, count: usize, usual: u32| {
        (count > usual as usize).then(|| (key.to_owned(), Tree::Word(count.to_string())))
    };
    let streams = draft.groups.values().filter_map(|group| group.streams.as_ref()).map(|streams| streams.len()).max();
    let quotas: Entries =
        [more("groups", draft.groups.len(), usual.groups), more("streams", streams.unwrap_or_default(), usual.streams)]
            .into_iter()
            .flatten()
            .collect();
    let edition = match order.target {
        Target::Service(target) => target.edition,
        Target::Emulator(target) => target.edition,
    };
    let longest =
        draft.groups.values().flat_map(|group| &group.entry.fields).filter_map(|(field, value)| match (field, value) {
            (Field::TtlInDays, FieldValue::Ttl(StreamTtl::Own(days))) => Some(days.get()),
            _ => None,
        });
    let longest = longest.max().filter(|longest| edition == Edition::Seed2022 && *longest > SEED_GROUP_TTL);
    [
        (!quotas.is_empty()).then(|| ("quotas".to_owned(), compact(quotas))),
        longest.map(|longest| ("max_group_ttl".to_owned(), Tree::Word(longest.to_string()))),
    ]
    .into_iter()
    .flatten()
    .collect()
}
