//! Log groups (facts pages 5.3 to 5.6).

use serde::{Deserialize, Serialize};

use super::super::refusal::Refusal;
use super::tag::{self, TagWrite, Tags};
use super::{Key, Stream, World};

/// A log group.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) sequence: u64,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) alias: Option<String>,
    pub(crate) ttl_in_days: u32,
    /// Milliseconds since 1970.
    pub(crate) creation_time: i64,
    pub(crate) enterprise_project_id: String,
    pub(crate) tags: Tags,
    #[serde(skip)]
    pub(crate) streams: Vec<Stream>,
}

/// What a caller says of a group that is to be.
#[derive(Debug)]
pub(crate) struct GroupDraft {
    pub(crate) name: String,
    pub(crate) alias: Option<String>,
    pub(crate) ttl_in_days: i64,
    pub(crate) enterprise_project_id: String,
    pub(crate) tags: Vec<TagWrite>,
}

impl Group {
    /// Returns a copy for lists, which show no lines.
    pub(crate) fn without_lines(&self) -> Self {
        Self {
            sequence: self.sequence,
            id: self.id.clone(),
            name: self.name.clone(),
            alias: self.alias.clone(),
            ttl_in_days: self.ttl_in_days,
            creation_time: self.creation_time,
            enterprise_project_id: self.enterprise_project_id.clone(),
            tags: self.tags.clone(),
            streams: self.streams.iter().map(Stream::without_lines).collect(),
        }
    }

    /// # Errors
    /// LTS.0208.
    pub(crate) fn stream(&self, id: &str) -> Result<&Stream, Refusal> {
        self.streams.iter().find(|stream| stream.id == id).ok_or_else(Refusal::no_stream)
    }

    /// # Errors
    /// LTS.0208.
    pub(crate) fn stream_mut(&mut self, id: &str) -> Result<&mut Stream, Refusal> {
        self.streams.iter_mut().find(|stream| stream.id == id).ok_or_else(Refusal::no_stream)
    }
}

impl World {
    /// Makes a group.
    ///
    /// # Errors
    /// LTS.0104, LTS.0101, then the ttl (order of facts page 10).
    pub(crate) fn create_group(
        &mut self,
        project: &str,
        id: String,
        now: i64,
        draft: GroupDraft,
    ) -> Result<(), Refusal> {
        let quota = self.config.quotas.groups;
        let groups = &self.project(project).groups;
        if groups.len() >= quota as usize {
            return Err(Refusal::group_quota());
        }
        // A name is taken by the name a group was made with, which stays
        // reserved, and by the one the console gave it since.
        if groups.iter().any(|group| group.name == draft.name || group.alias.as_ref() == Some(&draft.name)) {
            return Err(Refusal::group_name_taken());
        }
        let ttl_in_days = self.check_group_ttl(draft.ttl_in_days)?;
        let mut tags = Tags::new();
        tag::set(&mut tags, &draft.tags)?;
        let sequence = self.next_sequence();
        self.touch(Key::Group { project: project.to_owned(), group: id.clone() }, &draft.name);
        self.project_mut(project).groups.push(Group {
            sequence,
            id,
            name: draft.name,
            alias: draft.alias,
            ttl_in_days,
            creation_time: now,
            enterprise_project_id: draft.enterprise_project_id,
            tags,
            streams: Vec::new(),
        });
        Ok(())
    }

    /// Sets ttl and, where they are given, the tags of a group. Streams follow
    /// the group's ttl unless they have their own (facts page 6.2).
    ///
    /// # Errors
    /// LTS.0201, then the ttl, then the number of tags.
    pub(crate) fn update_group(
        &mut self,
        project: &str,
        id: &str,
        ttl_in_days: i64,
        tags: Option<&[TagWrite]>,
    ) -> Result<(), Refusal> {
        self.project(project).group(id)?;
        let ttl_in_days = self.check_group_ttl(ttl_in_days)?;
        if let Some(writes) = tags {
            self.replace_group_tags(project, id, writes)?;
        }
        let group = self.project_mut(project).group_mut(id)?;
        group.ttl_in_days = ttl_in_days;
        let name = group.name.clone();
        self.touch(Key::Group { project: project.to_owned(), group: id.to_owned() }, &name);
        Ok(())
    }

    /// Deletes a group with its streams and all their lines.
    ///
    /// # Errors
    /// LTS.0201; LTS.0105 while any transfer of the group exists, on or off.
    pub(crate) fn delete_group(&mut self, project: &str, id: &str) -> Result<(), Refusal> {
        let found = self.project(project);
        found.group(id)?;
        if found.transfers.iter().any(|transfer| transfer.group_id == id) {
            return Err(Refusal::group_has_transfer());
        }
        let groups = &mut self.project_mut(project).groups;
        let Some(index) = groups.iter().position(|group| group.id == id) else { return Err(Refusal::no_group()) };
        let gone = groups.remove(index);
        self.touch(Key::Group { project: project.to_owned(), group: gone.id.clone() }, &gone.name);
        for stream in &gone.streams {
            self.touch_gone_stream(project, &gone.id, stream);
        }
        Ok(())
    }

    pub(super) fn touch_gone_stream(&mut self, project: &str, group: &str, stream: &Stream) {
        let (project, group) = (project.to_owned(), group.to_owned());
        if !stream.lines.is_empty() {
            self.touch(Key::Lines { project: project.clone(), stream: stream.id.clone() }, &stream.name);
        }
        self.touch(Key::Stream { project, group, stream: stream.id.clone() }, &stream.name);
    }

    fn check_group_ttl(&self, days: i64) -> Result<u32, Refusal> {
        let max = self.config.max_group_ttl;
        match u32::try_from(days) {
            Ok(days) if (1..=max).contains(&days) => Ok(days),
            // The seed's table of codes has no row for a ttl.
            _ if self.profile.is_modern() => Err(Refusal::group_ttl(max)),
            _ => Err(Refusal::invalid_body(format!("`ttl_in_days` must be 1 to {max} here, not {days}"))),
        }
    }
}
