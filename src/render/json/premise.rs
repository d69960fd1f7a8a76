//! Premises as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::plan::Premise;

/// One thing a plan relies on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(super) struct PremiseDocument {
    /// The object.
    address: String,
    /// What of it: `existence`, `id`, a field, or `content`.
    field: String,
    /// What was seen.
    expected: String,
}

impl PremiseDocument {
    pub(super) fn of(premise: &Premise) -> Self {
        let (field, expected) = match premise {
            Premise::GroupAbsent(_) | Premise::StreamAbsent(..) => ("existence", "absent".to_owned()),
            Premise::GroupIs(_, id) => ("id", id.to_string()),
            Premise::StreamIs(_, _, id) => ("id", id.to_string()),
            Premise::GroupTtl(_, ttl) => ("ttl_in_days", ttl.map_or("unreadable".to_owned(), |ttl| ttl.to_string())),
            Premise::StreamTtl(_, _, ttl) => {
                ("ttl_in_days", ttl.map_or("unreadable".to_owned(), |ttl| ttl.to_string()))
            }
            Premise::GroupFollowers(_, streams) => ("followers", join(streams.iter())),
            Premise::GroupTags(_, tags) | Premise::StreamTags(_, _, tags) => ("tags", tags.to_string()),
            Premise::GroupHolds { streams, transfers, .. } => {
                let streams: Vec<String> = streams.iter().map(|(name, id)| format!("{name}={id}")).collect();
                let transfers = transfers.as_ref().map_or("not listed".to_owned(), |ids| join(ids.iter()));
                ("content", format!("streams [{}], transfers [{transfers}]", streams.join(", ")))
            }
            Premise::StreamFree(_, _, except) => ("transfers", format!("none but [{}]", join(except.iter()))),
            Premise::Undumped { streams, except, .. } => {
                ("dumps", format!("none for [{}] but [{}]", join(streams.iter()), join(except.iter())))
            }
            Premise::DumpIs { streams, settings, .. } => {
                let settings = crate::plan::describe_dump(streams, settings);
                let lines: Vec<String> = settings
                    .iter()
                    .filter_map(|line| line.after.as_ref().map(|value| format!("{}={value}", line.field)))
                    .collect();
                ("settings", lines.join("; "))
            }
        };
        Self { address: premise.address().to_string(), field: field.to_owned(), expected }
    }
}

fn join<T: ToString>(items: impl Iterator<Item = T>) -> String {
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    items.join(", ")
}
