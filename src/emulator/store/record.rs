//! Keys and bytes of what is stored, and back.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Error;

use super::super::auth::{Directory, Token};
use super::super::state::{Change, Key, Line, World};
use super::Write;

/// Returns the writes that bring the stored objects to what they are now.
pub(crate) fn writes(world: &World, changes: &[Change]) -> Vec<Write> {
    changes.iter().map(|change| write(world, &change.key)).collect()
}

/// Returns the write of everyone who may ask, tokens apart: they come one by
/// one and there are many.
pub(crate) fn directory_write(directory: &Directory) -> Write {
    let Directory { domains, projects, users, keys, .. } = directory;
    put("directory".to_owned(), Some(&(domains, projects, users, keys)))
}

pub(crate) fn token_write(value: &str, token: &Token) -> Write {
    put(format!("token/{value}"), Some(token))
}

fn write(world: &World, key: &Key) -> Write {
    let path = path(key);
    match key {
        Key::Config => put(path, Some(&world.config)),
        Key::Bucket { name } => put(path, world.buckets.get(name)),
        Key::Group { project, group } => put(path, world.project(project).group(group).ok()),
        Key::Stream { project, group, stream } => put(path, world.project(project).stream(group, stream).ok()),
        Key::Transfer { project, transfer } => {
            put(path, world.project(project).transfers.iter().find(|candidate| candidate.id == *transfer))
        }
        Key::Line { project, stream, line_num } => put(path, line(world, project, stream, *line_num)),
        Key::Lines { .. } => Write::DeletePrefix(path),
    }
}

fn line<'a>(world: &'a World, project: &str, stream: &str, line_num: u64) -> Option<&'a Line> {
    let streams = world.project(project).groups.iter().flat_map(|group| &group.streams);
    let stream = streams.into_iter().find(|candidate| candidate.id == stream)?;
    let index = stream.lines.binary_search_by_key(&line_num, |line| line.line_num).ok()?;
    stream.lines.get(index)
}

fn path(key: &Key) -> String {
    match key {
        Key::Config => "config".to_owned(),
        Key::Bucket { name } => format!("bucket/{name}"),
        Key::Group { project, group } => format!("group/{project}/{group}"),
        Key::Stream { project, group, stream } => format!("stream/{project}/{group}/{stream}"),
        Key::Transfer { project, transfer } => format!("transfer/{project}/{transfer}"),
        Key::Line { project, stream, line_num } => format!("line/{project}/{stream}/{line_num:020}"),
        Key::Lines { project, stream } => format!("line/{project}/{stream}/"),
    }
}

fn put<T: Serialize>(path: String, value: Option<&T>) -> Write {
    // No stored type can fail to become JSON: all keys of maps are text.
    match value.and_then(|value| serde_json::to_vec(value).ok()) {
        Some(bytes) => Write::Put(path, bytes),
        None => Write::Delete(path),
    }
}

/// Puts stored records into an empty world and directory. Keys come in order:
/// groups before streams, which are before transfers; lines before streams, so
/// they are held back.
///
/// # Errors
/// Says which record is not what this version writes.
pub(crate) fn load(
    records: &[(String, Vec<u8>)],
    world: &mut World,
    directory: &mut Directory,
) -> Result<(), (String, Error)> {
    let (lines, rest): (Vec<_>, Vec<_>) = records.iter().partition(|(key, _)| key.starts_with("line/"));
    for (key, bytes) in rest.into_iter().chain(lines) {
        load_one(key, bytes, world, directory).map_err(|error| (key.clone(), error))?;
    }
    for project in world.projects.values_mut() {
        project.groups.sort_by_key(|group| group.sequence);
        project.transfers.sort_by_key(|transfer| transfer.sequence);
        for group in &mut project.groups {
            group.streams.sort_by_key(|stream| stream.sequence);
        }
    }
    Ok(())
}

fn load_one(key: &str, bytes: &[u8], world: &mut World, directory: &mut Directory) -> Result<(), Error> {
    let parts: Vec<&str> = key.split('/').collect();
    match parts[..] {
        ["config"] => {
            let patch = read(bytes)?;
            world.config = world.config.patched(&patch)?;
        }
        ["directory"] => {
            (directory.domains, directory.projects, directory.users, directory.keys) = read(bytes)?;
        }
        ["token", value] => {
            directory.tokens.insert(value.to_owned(), read(bytes)?);
        }
        ["bucket", name] => {
            world.buckets.insert(name.to_owned(), read(bytes)?);
        }
        ["group", project, _] => {
            let group: super::super::state::Group = read(bytes)?;
            world.saw_sequence(group.sequence);
            world.project_mut(project).groups.push(group);
        }
        ["stream", project, group, _] => {
            let stream: super::super::state::Stream = read(bytes)?;
            world.saw_sequence(stream.sequence);
            if let Ok(group) = world.project_mut(project).group_mut(group) {
                group.streams.push(stream);
            }
        }
        ["transfer", project, _] => {
            let transfer: super::super::state::Transfer = read(bytes)?;
            world.saw_sequence(transfer.sequence);
            world.project_mut(project).transfers.push(transfer);
        }
        ["line", project, stream, _] => {
            let mut streams = world.project_mut(project).groups.iter_mut().flat_map(|group| &mut group.streams);
            if let Some(stream) = streams.find(|candidate| candidate.id == stream) {
                stream.lines.push(read(bytes)?);
            }
        }
        _ => {}
    }
    Ok(())
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes)
}
