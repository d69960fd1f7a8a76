//! Carries out single calls, and looks at what became of them.

use std::collections::{BTreeMap, BTreeSet};

use super::call::{Done, ReadyCall};
use super::outcome::Failure;
use super::settle::Verdict;
use crate::diff::ownership;
use crate::lts::{self, Client, ErrorClass, Listed, NewGroup, NewStream, TransferEntry};
use crate::model::{
    Ability, Address, Bearer, DumpSettings, GroupId, GroupName, GroupSettings, Listing, Live, LiveDump, LiveGroup,
    LiveStream, StreamId, StreamName, StreamTtl, Tags, TransferKind,
};
use crate::plan::{Moved, Premise, Step};

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
        Err(why) => Verdict::Unclear(why),
    }
}

/// Looks whether the premises of a deletion still hold: the streams and the
/// transfers of its group are listed once more.
pub(super) async fn inspect(client: &Client, step: &Step) -> Result<(), Moved> {
    let name = step.address.group();
    let group = step.calls.iter().find_map(|call| match call {
        crate::plan::Call::DeleteGroup { group } | crate::plan::Call::DeleteStream { group, .. } => Some(group.clone()),
        _ => None,
    });
    let live = read_group(client, name, group.as_ref()).await;
    // Only streams and transfers are listed again; what is said of the group
    // itself was checked before the first write.
    let about_content =
        |premise: &&Premise| !matches!(premise, Premise::GroupIs(..) | Premise::GroupTtl(..) | Premise::GroupTags(..));
    step.premises.iter().filter(about_content).try_for_each(|premise| premise.check(&live))
}

async fn find(client: &Client, call: &ReadyCall) -> Result<Option<Done>, String> {
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
                (Some(_), Some(_)) => Err(format!("there are two groups named `{name}`")),
            }
        }
        ReadyCall::CreateStream { group, group_name, name, tags, .. } => {
            let streams = whole(client.list_streams(group).await)?;
            let address = Address::Stream(group_name.clone(), name.clone());
            let found = streams.iter().find(|stream| stream.name == *name);
            let found = found.filter(|stream| is_adoptable(&address, tags, stream.settings.tags.as_ref()));
            Ok(found.map(|stream| Done::Stream(stream.id.clone())))
        }
        ReadyCall::CreateDump { transfers: Ability::Missing, .. } => {
            Err("this edition of the API does not list dumps".to_owned())
        }
        ReadyCall::CreateDump { group, group_name, streams, settings, .. } => {
            let transfers = whole(client.list_transfers(Some(group_name)).await)?;
            let ids: BTreeSet<&StreamId> = streams.keys().collect();
            let mut same =
                transfers.iter().filter(|entry| entry.group == *group && is_same_dump(entry, &ids, settings));
            match (same.next(), same.next()) {
                (Some(entry), None) => Ok(Some(Done::Dump(entry.dump.id.clone()))),
                (None, _) => Ok(None),
                (Some(one), Some(two)) => Err(format!("there are two such dumps: {} and {}", one.dump.id, two.dump.id)),
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

async fn read_group(client: &Client, name: &GroupName, id: Option<&GroupId>) -> Live {
    let streams = match id {
        Some(id) => match whole(client.list_streams(id).await) {
            Ok(list) => Listing::Complete(
                list.into_iter()
                    .map(|entry| (entry.name, LiveStream { id: entry.id, settings: entry.settings }))
                    .collect::<BTreeMap<StreamName, LiveStream>>(),
            ),
            Err(why) => Listing::Unread(why.into(), BTreeMap::new()),
        },
        None => Listing::NotOffered,
    };
    let dumps = match client.list_transfers(Some(name)).await {
        Err(error) if error.class == ErrorClass::Unsupported => Listing::NotOffered,
        Err(error) if error.class == ErrorClass::NotFound => Listing::Complete(Vec::new()),
        Ok(list) if list.total == SUSPECT_LENGTH => {
            Listing::Unread("the list of transfers may have been cut at 100".into(), Vec::new())
        }
        listed => match whole(listed) {
            Ok(list) => Listing::Complete(
                list.into_iter()
                    .filter(|entry| id.is_none_or(|id| entry.group == *id))
                    .map(|entry| entry.dump)
                    .collect(),
            ),
            Err(why) => Listing::Unread(why.into(), Vec::new()),
        },
    };
    // Only its content is looked at; the id was the premise of the listing.
    let placeholder = id.cloned().or_else(|| GroupId::parse("unread").ok());
    let group = placeholder.map(|id| LiveGroup { id, settings: GroupSettings::default(), streams, dumps });
    Live { groups: group.map(|group| (name.clone(), group)).into_iter().collect(), ..Live::default() }
}

fn whole<T>(listed: Result<Listed<T>, lts::Error>) -> Result<Vec<T>, String> {
    match listed {
        Ok(Listed { items, doubt: None, .. }) => Ok(items),
        Ok(Listed { doubt: Some(doubt), .. }) => Err(doubt.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

fn describe(error: &lts::Error) -> Failure {
    Failure { class: error.class, certainty: error.certainty, text: error.to_string() }
}
