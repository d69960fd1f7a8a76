//! Completing a list of transfers that may have been cut.
//!
//! The service cuts at 100 and does not honour `offset` (facts page 5.15), so
//! that a list of exactly 100 is asked for again, group by group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::join_all;

use super::read::TransferLists;
use crate::lts::{Client, Error, GroupEntry, Listed, TransferEntry};
use crate::model::{GroupId, TransferId};

/// Most transfers that one answer holds.
const CUT: usize = 100;

/// Completes a list of transfers if it may have been cut.
///
/// # Errors
/// Returns an error only when no other request can fare better.
pub(super) async fn complete(
    client: &Client,
    groups: &Listed<GroupEntry>,
    list: Listed<TransferEntry>,
) -> Result<TransferLists, Error> {
    if list.total != CUT {
        return Ok(TransferLists::Read { entries: list.items, doubt: list.doubt, doubts: BTreeMap::new() });
    }
    let shards =
        groups.items.iter().map(|group| async move { (group, client.list_transfers(Some(&group.name)).await) });
    let shards = join_all(shards).await;
    let mut by_id: BTreeMap<TransferId, TransferEntry> = BTreeMap::new();
    let mut doubts: BTreeMap<GroupId, Arc<str>> = BTreeMap::new();
    for (group, shard) in shards {
        let doubt = match shard {
            Ok(shard) => {
                let doubt = judge(group, &shard, &list.items);
                by_id.extend(shard.items.into_iter().map(|entry| (entry.dump.id.clone(), entry)));
                doubt
            }
            Err(error) if error.is_fatal() => return Err(error),
            Err(error) => Some(Arc::from(error.to_string())),
        };
        if let Some(doubt) = doubt {
            doubts.insert(group.id.clone(), doubt);
        }
    }
    for entry in list.items {
        by_id.entry(entry.dump.id.clone()).or_insert(entry);
    }
    Ok(TransferLists::Read { entries: by_id.into_values().collect(), doubt: list.doubt, doubts })
}

/// Says why the list of one group is not to be relied on, if it is not.
fn judge(group: &GroupEntry, shard: &Listed<TransferEntry>, whole: &[TransferEntry]) -> Option<Arc<str>> {
    if shard.total == CUT {
        return Some(Arc::from(format!(
            "the group's list of transfers has exactly {CUT} entries and may have been cut"
        )));
    }
    if shard.doubt.is_some() {
        return shard.doubt.clone();
    }
    // A filter that loses what was there a moment ago does not work as it should.
    let found: BTreeSet<&TransferId> = shard.items.iter().map(|entry| &entry.dump.id).collect();
    whole
        .iter()
        .find(|entry| entry.group == group.id && !found.contains(&entry.dump.id))
        .map(|lost| Arc::from(format!("transfer {} is in the project's list and not in the group's", lost.dump.id)))
}
