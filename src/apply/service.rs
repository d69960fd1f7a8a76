//! Carries out single calls, and looks at what became of them.

use std::collections::{BTreeMap, BTreeSet};

use super::call::{Done, ReadyCall};
use super::outcome::Failure;
use super::settle::Verdict;
use crate::diff::ownership;
use crate::lts::{self, Client, ErrorClass, Listed, NewGroup, NewStream, StreamEntry, TransferEntry};
use crate::model::{
    Ability, Address, Bearer, DumpSettings, GroupId, GroupName, Listing, Live, LiveDump, LiveGroup, LiveStream,
    StreamId, StreamName, StreamTtl, Tags, TransferKind,
};

/// Sends a call.
pub(super) async fn send(client: &Client, call: &ReadyCall) -> Result<Done, Failure> {
    let plain = |result: Result<(), lts::Error>| result.map(|()| Done::Plain);
    let result = match call {
        ReadyCall::CreateGroup { name, ttl, tags, enterprise_project_id } => {
            let group = NewGroup {
                name: name.clone(),
                ttl: *ttl,
                tags: tags.clone(),
                enterprise_project_id: enterprise_project_id.clone(),
            };
            client.create_group(&group).await.map(Done::Group)
        }
        ReadyCall::UpdateGroup { group, ttl } => plain(client.update_group(group, *ttl).await),
        ReadyCall::DeleteGroup { group } => plain(client.delete_group(group).await),
        ReadyCall::CreateStream { group, name, ttl, tags, enterprise_project_name, .. } => {
            let stream = NewStream {
                name: name.clone(),
                ttl: *ttl,
                tags: tags.clone(),
                enterprise_project_name: enterprise_project_name.clone(),
            };
            client.create_stream(group, &stream).await.map(Done::Stream)
        }
        ReadyCall::UpdateStream { group, stream, ttl } => plain(client.update_stream_ttl(group, stream, *ttl).await),
        ReadyCall::DeleteStream { group, stream } => plain(client.delete_stream(group, stream).await),
        ReadyCall::CreateDump { group, streams, settings, transfers, .. } => match transfers {
            Ability::Missing => client.create_dump_seed(group, streams, settings).await.map(Done::Dump),
            Ability::Offered | Ability::Presumed => client.create_dump(group, streams, settings).await.map(Done::Dump),
        },
        ReadyCall::UpdateDump { dump, settings, carried } => plain(client.update_dump(dump, settings, carried).await),
        ReadyCall::DeleteDump { dump } => plain(client.delete_dump(dump).await),
        ReadyCall::AddTags { bearer, tags } => plain(client.add_tags(bearer, tags).await),
        ReadyCall::RemoveTags { bearer, tags } => plain(client.remove_tags(bearer, tags).await),
    };
    result.map_err(|error| describe(&error))
}

/// Looks whether the project is as a call would make it.
pub(super) async fn look(client: &Client, call: &ReadyCall) -> Verdict {
    match find(client, call).await {
        Ok(Some(done)) => Verdict::Done(done),
        Ok(None) => Verdict::NotDone,
        Err(Blind::Parent(why)) => Verdict::ParentUnseen(why),
        Err(Blind::List(why)) => Verdict::Unclear(why),
    }
}

/// Why a look shows nothing.
enum Blind {
    /// The service says that there is no such group, or stream, to look below.
    Parent(String),
    /// There is no list that can be believed.
    List(String),
}

impl From<String> for Blind {
    fn from(why: String) -> Self {
        Self::List(why)
    }
}

/// Looks at a group and everything in it once more.
pub(super) async fn look_at_group(client: &Client, name: &GroupName) -> Live {
    let group = match whole(client.list_groups().await) {
        Ok(groups) => {
            let mut named = groups.into_iter().filter(|group| group.name == *name);
            match (named.next(), named.next()) {
                (Some(group), None) => group,
                (None, _) => return Live::default(),
                (Some(_), Some(_)) => return doubtful(format!("there are two groups named `{name}`")),
            }
        }
        Err(why) => return doubtful(why),
    };
    // Transfers first: one that is born later makes the deletion fail, while a
    // stream that is born later would go along.
    let dumps = list_dumps(client, name, &group.id).await;
    let streams = match client.list_streams(&group.id).await {
        Err(error) if error.class == ErrorClass::NotFound => return Live::default(),
        listed => match whole(listed) {
            Ok(list) => name_streams(list),
            Err(why) => Listing::Unread(why.into(), BTreeMap::new()),
        },
    };
    let group = LiveGroup { id: group.id, settings: group.settings, streams, dumps };
    Live { groups: BTreeMap::from([(name.clone(), group)]), ..Live::default() }
}

fn doubtful(why: String) -> Live {
    Live { groups_doubt: Some(why.into()), ..Live::default() }
}

/// Two streams of one name are more than the program can tell apart.
fn name_streams(list: Vec<StreamEntry>) -> Listing<BTreeMap<StreamName, LiveStream>> {
    let mut streams = BTreeMap::new();
    for entry in list {
        let stream = LiveStream { id: entry.id, settings: entry.settings };
        if let Some(twin) = streams.insert(entry.name.clone(), stream.clone())
            && twin.id != stream.id
        {
            let why = format!("two log streams are named `{}`: {} and {}", entry.name, twin.id, stream.id);
            return Listing::Unread(why.into(), streams);
        }
    }
    Listing::Complete(streams)
}

async fn list_dumps(client: &Client, name: &GroupName, id: &GroupId) -> Listing<Vec<LiveDump>> {
    match client.list_transfers(Some(name)).await {
        Err(error) if error.class == ErrorClass::Unsupported => Listing::NotOffered,
        Err(error) if error.class == ErrorClass::NotFound => Listing::Complete(Vec::new()),
        Ok(list) if list.total == SUSPECT_LENGTH => {
            Listing::Unread("the list of transfers may have been cut at 100".into(), Vec::new())
        }
        listed => match whole(listed) {
            Ok(list) => {
                Listing::Complete(list.into_iter().filter(|entry| entry.group == *id).map(|entry| entry.dump).collect())
            }
            Err(why) => Listing::Unread(why.into(), Vec::new()),
        },
    }
}

async fn find(client: &Client, call: &ReadyCall) -> Result<Option<Done>, Blind> {
    match call {
        ReadyCall::CreateGroup { name, tags, .. } => {
            let groups = whole(client.list_groups().await)?;
            let mut same = groups.iter().filter(|group| group.name == *name);
            match (same.next(), same.next()) {
                (Some(group), None) => {
                    let address = Address::Group(name.clone());
                    let ours = is_adoptable(&address, tags, group.settings.tags.as_ref());
                    Ok(ours.then(|| Done::Group(group.id.clone())))
                }
                (None, _) => Ok(None),
                (Some(_), Some(_)) => Err(format!("there are two groups named `{name}`").into()),
            }
        }
        ReadyCall::CreateStream { group, group_name, name, tags, .. } => {
            let streams = below(client.list_streams(group).await)?;
            let address = Address::Stream(group_name.clone(), name.clone());
            let found = streams.iter().find(|stream| stream.name == *name);
            let found = found.filter(|stream| is_adoptable(&address, tags, stream.settings.tags.as_ref()));
            Ok(found.map(|stream| Done::Stream(stream.id.clone())))
        }
        ReadyCall::CreateDump { transfers: Ability::Missing, .. } => {
            Err("this edition of the API does not list dumps".to_owned().into())
        }
        ReadyCall::CreateDump { group, group_name, streams, settings, .. } => {
            let transfers = below(client.list_transfers(Some(group_name)).await)?;
            let ids: BTreeSet<&StreamId> = streams.keys().collect();
            let mut same =
                transfers.iter().filter(|entry| entry.group == *group && is_same_dump(entry, &ids, settings));
            match (same.next(), same.next()) {
                (Some(entry), None) => Ok(Some(Done::Dump(entry.dump.id.clone()))),
                (None, _) => Ok(None),
                (Some(one), Some(two)) => {
                    Err(format!("there are two such dumps: {} and {}", one.dump.id, two.dump.id).into())
                }
            }
        }
        ReadyCall::UpdateGroup { group, ttl } => {
            let groups = whole(client.list_groups().await)?;
            Ok(done_if(groups.iter().any(|found| found.id == *group && found.settings.ttl == Some(*ttl))))
        }
        ReadyCall::UpdateStream { group, stream, ttl } => {
            let streams = whole(client.list_streams(group).await)?;
            let is_so = |found: Option<StreamTtl>| found == Some(*ttl);
            Ok(done_if(streams.iter().any(|found| found.id == *stream && is_so(found.settings.ttl))))
        }
        ReadyCall::UpdateDump { dump, settings, .. } => {
            let transfers = whole(client.list_transfers(None).await)?;
            Ok(done_if(transfers.iter().any(|entry| entry.dump.id == *dump && entry.dump.settings == **settings)))
        }
        ReadyCall::DeleteGroup { group } => {
            let groups = whole(client.list_groups().await)?;
            Ok(done_if(!groups.iter().any(|found| found.id == *group)))
        }
        ReadyCall::DeleteStream { group, stream } => match client.list_streams(group).await {
            Err(error) if error.class == ErrorClass::NotFound => Ok(Some(Done::Plain)),
            listed => Ok(done_if(!whole(listed)?.iter().any(|found| found.id == *stream))),
        },
        ReadyCall::DeleteDump { dump } => {
            let transfers = whole(client.list_transfers(None).await)?;
            Ok(done_if(!transfers.iter().any(|entry| entry.dump.id == *dump)))
        }
        ReadyCall::AddTags { bearer, tags } => {
            let live = read_tags(client, bearer).await?;
            Ok(done_if(tags.iter().all(|(key, value)| live.get(key) == Some(value))))
        }
        ReadyCall::RemoveTags { bearer, tags } => {
            let live = read_tags(client, bearer).await?;
            Ok(done_if(tags.iter().all(|(key, _)| live.get(key).is_none())))
        }
    }
}

/// What was found under the name is taken for what this run made, or would have
/// made, unless another estate's marker says that it is not.
fn is_adoptable(address: &Address, wanted: &Tags, found: Option<&Tags>) -> bool {
    !found.is_some_and(|found| ownership::belongs_elsewhere(address, found, wanted.get(ownership::MARKER_KEY)))
}

fn done_if(so: bool) -> Option<Done> {
    so.then_some(Done::Plain)
}

/// A dump has no name: it is the same one if it covers the same streams and
/// writes to the same place.
fn is_same_dump(entry: &TransferEntry, streams: &BTreeSet<&StreamId>, settings: &DumpSettings) -> bool {
    let LiveDump { kind, streams: covered, settings: found, .. } = &entry.dump;
    let same_prefix = settings.prefix_name.is_none() || settings.prefix_name == found.prefix_name;
    *kind == TransferKind::Obs
        && covered.keys().collect::<BTreeSet<_>>() == *streams
        && found.obs_bucket_name == settings.obs_bucket_name
        && same_prefix
}

async fn read_tags(client: &Client, bearer: &Bearer) -> Result<Tags, String> {
    let found = match bearer {
        Bearer::Group(id) => {
            let groups = whole(client.list_groups().await)?;
            groups.into_iter().find(|group| group.id == *id).map(|group| group.settings.tags)
        }
        Bearer::Stream(id) => {
            let streams = whole(client.list_all_streams().await)?;
            streams.into_iter().find(|stream| stream.id == *id).map(|stream| stream.settings.tags)
        }
    };
    found.map(Option::unwrap_or_default).ok_or_else(|| "the object is not in the list".to_owned())
}

/// The most a list of transfers holds before it may have been cut (facts 5.15).
const SUSPECT_LENGTH: usize = 100;

fn whole<T>(listed: Result<Listed<T>, lts::Error>) -> Result<Vec<T>, String> {
    match listed {
        Ok(Listed { items, doubt: None, .. }) => Ok(items),
        Ok(Listed { doubt: Some(doubt), .. }) => Err(doubt.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// Takes a list of what is below something that may not be known everywhere yet.
fn below<T>(listed: Result<Listed<T>, lts::Error>) -> Result<Vec<T>, Blind> {
    match listed {
        Err(error) if error.class == ErrorClass::NotFound => Err(Blind::Parent(error.to_string())),
        listed => Ok(whole(listed)?),
    }
}

fn describe(error: &lts::Error) -> Failure {
    Failure { class: error.class, certainty: error.certainty, text: error.to_string() }
}
