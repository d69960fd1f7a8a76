//! Tags of groups and streams, and how they spread (facts pages 5.18, 6.3).

use std::collections::BTreeMap;
use std::collections::btree_map::Iter;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};

use super::super::refusal::Refusal;
use super::super::rules;
use super::{Key, World};

/// The tags of one object, without those of the system.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Tags {
    map: BTreeMap<String, String>,
    #[serde(skip)]
    stale: Option<Stale>,
}

/// Tags that are gone and still shown for some reads.
#[derive(Debug)]
struct Stale {
    map: BTreeMap<String, String>,
    reads_left: AtomicU32,
}

/// One tag of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TagWrite {
    pub(crate) key: String,
    pub(crate) value: String,
    /// False keeps the tag from spreading to the streams of its group.
    pub(crate) to_streams: bool,
}

/// What `tags/action` is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TagAction {
    Create,
    Delete,
}

/// What carries tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taggable {
    Group,
    /// A stream, which this family of calls names a topic.
    Stream,
}

impl Clone for Stale {
    fn clone(&self) -> Self {
        let left = self.reads_left.load(Ordering::Relaxed);
        Self { map: self.map.clone(), reads_left: AtomicU32::new(left) }
    }
}

impl Tags {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Returns the tags as a read shows them, which counts as a read where old
    /// ones are still shown.
    pub(crate) fn read(&self) -> Iter<'_, String, String> {
        if let Some(stale) = &self.stale {
            let left = stale.reads_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
            if left.is_ok() {
                return stale.map.iter();
            }
        }
        self.map.iter()
    }

    /// Returns the tags as they are.
    pub(crate) fn map(&self) -> &BTreeMap<String, String> {
        &self.map
    }
}

impl From<BTreeMap<String, String>> for Tags {
    fn from(map: BTreeMap<String, String>) -> Self {
        Self { map, stale: None }
    }
}

/// Sets the given keys and leaves the others.
///
/// # Errors
/// LTS.0009 when there would be more than 20.
pub(super) fn set(tags: &mut Tags, writes: &[TagWrite]) -> Result<(), Refusal> {
    let new = writes.iter().filter(|write| !tags.map.contains_key(&write.key)).count();
    if tags.map.len() + new > rules::MAX_TAGS {
        return Err(Refusal::invalid_body(format!("more than {} tags", rules::MAX_TAGS)));
    }
    tags.map.extend(writes.iter().map(|write| (write.key.clone(), write.value.clone())));
    Ok(())
}

/// Sets exactly the given keys.
pub(super) fn replace(tags: &mut Tags, writes: &[TagWrite], stale_reads: u32) -> Result<(), Refusal> {
    let keep: Vec<&str> = writes.iter().map(|write| write.key.as_str()).collect();
    let gone: Vec<String> = tags.map.keys().filter(|key| !keep.contains(&key.as_str())).cloned().collect();
    let mut next = Tags::from(tags.map.clone());
    next.map.retain(|key, _| keep.contains(&key.as_str()));
    set(&mut next, writes)?;
    remove(tags, &gone, stale_reads);
    tags.map = next.map;
    Ok(())
}

fn remove(tags: &mut Tags, keys: &[String], stale_reads: u32) {
    if stale_reads > 0 && keys.iter().any(|key| tags.map.contains_key(key)) {
        tags.stale = Some(Stale { map: tags.map.clone(), reads_left: AtomicU32::new(stale_reads) });
    }
    tags.map.retain(|key, _| !keys.contains(key));
}

impl World {
    /// Does `tags/action`. Tags of a group spread to its streams unless one of
    /// the request's tags says otherwise. Deleting goes by the key alone.
    ///
    /// # Errors
    /// LTS.0201 or LTS.0208 for an unknown object; LTS.0009 for too many tags
    /// on the object itself. A stream that has no room is passed over.
    pub(crate) fn change_tags(
        &mut self,
        project: &str,
        kind: Taggable,
        id: &str,
        action: TagAction,
        writes: &[TagWrite],
    ) -> Result<(), Refusal> {
        match kind {
            Taggable::Group => self.change_group_tags(project, id, action, writes),
            Taggable::Stream => self.change_stream_tags(project, id, action, writes),
        }
    }

    fn change_group_tags(
        &mut self,
        project: &str,
        id: &str,
        action: TagAction,
        writes: &[TagWrite],
    ) -> Result<(), Refusal> {
        let stale_reads = self.config.stale_tags_reads;
        let group = self.project_mut(project).group_mut(id)?;
        apply(&mut group.tags, action, writes, stale_reads)?;
        let mut touched = vec![(Key::Group { project: project.to_owned(), group: id.to_owned() }, group.name.clone())];
        if writes.iter().all(|write| write.to_streams) {
            for stream in &mut group.streams {
                if apply(&mut stream.tags, action, writes, stale_reads).is_ok() {
                    let key =
                        Key::Stream { project: project.to_owned(), group: id.to_owned(), stream: stream.id.clone() };
                    touched.push((key, stream.name.clone()));
                }
            }
        }
        for (key, name) in touched {
            self.touch(key, &name);
        }
        Ok(())
    }

    fn change_stream_tags(
        &mut self,
        project: &str,
        id: &str,
        action: TagAction,
        writes: &[TagWrite],
    ) -> Result<(), Refusal> {
        let stale_reads = self.config.stale_tags_reads;
        let groups = &mut self.project_mut(project).groups;
        let found = groups.iter_mut().find_map(|group| {
            let group_id = group.id.clone();
            group.streams.iter_mut().find(|stream| stream.id == id).map(|stream| (group_id, stream))
        });
        let (group, stream) = found.ok_or_else(Refusal::no_stream)?;
        apply(&mut stream.tags, action, writes, stale_reads)?;
        let name = stream.name.clone();
        self.touch(Key::Stream { project: project.to_owned(), group, stream: id.to_owned() }, &name);
        Ok(())
    }

    /// Replaces the tags of a group by those of an update, which spread like
    /// those of `tags/action`; what an update removes stays on the streams.
    pub(super) fn replace_group_tags(&mut self, project: &str, id: &str, writes: &[TagWrite]) -> Result<(), Refusal> {
        let stale_reads = self.config.stale_tags_reads;
        replace(&mut self.project_mut(project).group_mut(id)?.tags, writes, stale_reads)?;
        self.change_group_tags(project, id, TagAction::Create, writes)
    }
}

fn apply(tags: &mut Tags, action: TagAction, writes: &[TagWrite], stale_reads: u32) -> Result<(), Refusal> {
    match action {
        TagAction::Create => set(tags, writes),
        TagAction::Delete => {
            let keys: Vec<String> = writes.iter().map(|write| write.key.clone()).collect();
            remove(tags, &keys, stale_reads);
            Ok(())
        }
    }
}
