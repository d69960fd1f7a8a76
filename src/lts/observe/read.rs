//! Which lists are read, and when.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::{join, join_all, join3};

use super::Scope;
use super::shards::complete;
use crate::lts::api::read_transfers;
use crate::lts::{Client, Error, ErrorClass, GroupEntry, Listed, StreamEntry, TransferEntry};
use crate::model::{Ability, Capabilities, Edition, GroupId};

/// Everything that was read.
#[derive(Debug)]
pub(super) struct Lists {
    pub(super) groups: Listed<GroupEntry>,
    pub(super) streams: StreamLists,
    pub(super) transfers: TransferLists,
    pub(super) capabilities: Capabilities,
    pub(super) warnings: Vec<String>,
}

/// How the streams were listed.
#[derive(Debug)]
pub(super) enum StreamLists {
    /// All in one list.
    OfProject(Listed<StreamEntry>),
    /// One list for each group in scope.
    ByGroup(BTreeMap<GroupId, StreamsOfGroup>),
    /// Not at all, and why.
    Unread(Arc<str>),
}

/// The list of one group's streams.
#[derive(Debug)]
pub(super) enum StreamsOfGroup {
    Read(Listed<StreamEntry>),
    /// The service says that there is no such group.
    Gone,
    Unread(Arc<str>),
}

/// How the transfers were listed.
#[derive(Debug)]
pub(super) enum TransferLists {
    Read {
        entries: Vec<TransferEntry>,
        /// Why the whole list is not to be relied on.
        doubt: Option<Arc<str>>,
        /// Groups whose part of it is not to be relied on.
        doubts: BTreeMap<GroupId, Arc<str>>,
    },
    Unread(Arc<str>),
    NotOffered,
}

/// Reads all lists once.
pub(super) async fn read_lists(client: &Client, scope: &Scope) -> Result<Lists, Error> {
    match client.edition() {
        Edition::Auto => read_unknown_edition(client, scope).await,
        Edition::Modern => read_modern_edition(client, scope).await,
        Edition::Seed2022 => {
            let groups = client.list_groups().await?;
            read_seed_edition(client, scope, groups).await
        }
    }
}

/// The list of transfers tells the editions apart, so that it comes before the
/// list of streams; the list of groups comes in the meantime. What it holds is
/// read while the list of streams is under way.
async fn read_unknown_edition(client: &Client, scope: &Scope) -> Result<Lists, Error> {
    let rest = async {
        match client.fetch_transfers(None).await {
            Err(error) if error.class == ErrorClass::Unsupported || error.is_fatal() => (Err(error), None),
            answer => {
                let transfers = async { answer.and_then(|answer| read_transfers(&answer)) };
                let (streams, transfers) = join(client.list_all_streams(), transfers).await;
                (transfers, Some(streams))
            }
        }
    };
    let (groups, (transfers, streams)) = join(client.list_groups(), rest).await;
    let groups = groups?;
    match (transfers, streams) {
        (Err(error), None) if error.class == ErrorClass::Unsupported => read_seed_edition(client, scope, groups).await,
        (Err(error), None) => Err(error),
        (transfers, Some(streams)) => finish(client, scope, groups, transfers, streams).await,
        // Streams are left out only after an error.
        (Ok(transfers), None) => {
            let streams = client.list_all_streams().await;
            finish(client, scope, groups, Ok(transfers), streams).await
        }
    }
}

async fn read_modern_edition(client: &Client, scope: &Scope) -> Result<Lists, Error> {
    let lists = join3(client.list_groups(), client.list_transfers(None), client.list_all_streams());
    let (groups, transfers, streams) = lists.await;
    finish(client, scope, groups?, transfers, streams).await
}

async fn read_seed_edition(client: &Client, scope: &Scope, groups: Listed<GroupEntry>) -> Result<Lists, Error> {
    let streams = streams_by_group(client, scope, &groups).await?;
    Ok(Lists {
        groups,
        streams: StreamLists::ByGroup(streams),
        transfers: TransferLists::NotOffered,
        capabilities: Capabilities::of(Edition::Seed2022),
        warnings: Vec::new(),
    })
}

/// Completes what the current edition was asked for.
async fn finish(
    client: &Client,
    scope: &Scope,
    groups: Listed<GroupEntry>,
    transfers: Result<Listed<TransferEntry>, Error>,
    streams: Result<Listed<StreamEntry>, Error>,
) -> Result<Lists, Error> {
    let mut capabilities = Capabilities::of(Edition::Modern);
    let mut warnings = Vec::new();
    let transfers = match transfers {
        Ok(list) => complete(client, &groups, list).await?,
        Err(error) if error.is_fatal() => return Err(error),
        Err(error) if error.class == ErrorClass::Unsupported => {
            capabilities.transfers = Ability::Missing;
            warnings.push("the target says `api: modern`, but the service has no list of transfers".to_owned());
            TransferLists::NotOffered
        }
        Err(error) => {
            capabilities.transfers = Ability::Presumed;
            warnings.push(format!("OBS dumps are unread: {error}"));
            TransferLists::Unread(Arc::from(error.to_string()))
        }
    };
    let streams = match streams {
        Ok(list) => StreamLists::OfProject(list),
        Err(error) if error.is_fatal() => return Err(error),
        Err(error) if error.class == ErrorClass::Unsupported => {
            StreamLists::ByGroup(streams_by_group(client, scope, &groups).await?)
        }
        Err(error) => {
            warnings.push(format!("log streams are unread: {error}"));
            StreamLists::Unread(Arc::from(error.to_string()))
        }
    };
    Ok(Lists { groups, streams, transfers, capabilities, warnings })
}

async fn streams_by_group(
    client: &Client,
    scope: &Scope,
    groups: &Listed<GroupEntry>,
) -> Result<BTreeMap<GroupId, StreamsOfGroup>, Error> {
    let wanted = groups.items.iter().filter(|group| scope.includes(&group.name));
    let answers =
        join_all(wanted.map(|group| async { (group.id.clone(), client.list_streams(&group.id).await) })).await;
    let mut lists = BTreeMap::new();
    for (group, answer) in answers {
        let list = match answer {
            Ok(list) => StreamsOfGroup::Read(list),
            Err(error) if error.is_fatal() => return Err(error),
            Err(error) if error.class == ErrorClass::NotFound => StreamsOfGroup::Gone,
            Err(error) => StreamsOfGroup::Unread(Arc::from(error.to_string())),
        };
        lists.insert(group, list);
    }
    Ok(lists)
}
