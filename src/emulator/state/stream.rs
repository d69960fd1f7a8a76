//! Log streams (facts pages 5.7 to 5.11).

use serde::{Deserialize, Serialize};

use super::super::refusal::Refusal;
use super::super::rules;
use super::tag::{self, TagWrite, Tags};
use super::{Key, Line, World};

/// A log stream.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stream {
    pub(crate) sequence: u64,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) alias: Option<String>,
    /// Days; none of its own where it follows its group, which reads as -1.
    pub(crate) ttl_in_days: Option<u32>,
    /// Milliseconds since 1970.
    pub(crate) creation_time: i64,
    pub(crate) enterprise_project_id: String,
    pub(crate) whether_log_storage: bool,
    pub(crate) tags: Tags,
    /// In the order of their numbers.
    #[serde(skip)]
    pub(crate) lines: Vec<Line>,
}

impl Stream {
    /// Returns a copy for lists, which show no lines.
    pub(super) fn without_lines(&self) -> Self {
        Self {
            sequence: self.sequence,
            id: self.id.clone(),
            name: self.name.clone(),
            alias: self.alias.clone(),
            ttl_in_days: self.ttl_in_days,
            creation_time: self.creation_time,
            enterprise_project_id: self.enterprise_project_id.clone(),
            whether_log_storage: self.whether_log_storage,
            tags: self.tags.clone(),
            lines: Vec::new(),
        }
    }
}

/// What a caller says of a stream that is to be.
#[derive(Debug)]
pub(crate) struct StreamDraft {
    pub(crate) name: String,
    pub(crate) alias: Option<String>,
    /// Days, or -1; none means the same as -1.
    pub(crate) ttl_in_days: Option<i64>,
    /// The group's, if there is none.
    pub(crate) enterprise_project_id: Option<String>,
    pub(crate) tags: Vec<TagWrite>,
}

/// What a caller says of a stream that is there.
#[derive(Debug)]
pub(crate) struct StreamUpdate {
    /// Days, or -1 to follow the group.
    pub(crate) ttl_in_days: i64,
    pub(crate) whether_log_storage: Option<bool>,
    pub(crate) tags: Option<Vec<TagWrite>>,
}

impl World {
    /// Makes a stream.
    ///
    /// # Errors
    /// LTS.0201, LTS.0206, LTS.0205, then the ttl (order of facts page 10).
    pub(crate) fn create_stream(
        &mut self,
        project: &str,
        group: &str,
        id: String,
        now: i64,
        draft: StreamDraft,
    ) -> Result<(), Refusal> {
        let parent = self.project(project).group(group)?;
        if parent.streams.len() >= self.config.quotas.streams as usize {
            return Err(Refusal::stream_quota());
        }
        if parent.streams.iter().any(|stream| stream.name == draft.name || stream.alias.as_ref() == Some(&draft.name)) {
            return Err(Refusal::stream_name_taken());
        }
        let ttl_in_days = match draft.ttl_in_days {
            Some(-1) if !self.profile.is_modern() => return Err(stream_ttl_refused(-1)),
            Some(days) => check_stream_ttl(days)?,
            None => None,
        };
        let mut tags = Tags::new();
        tag::set(&mut tags, &draft.tags)?;
        let inherited = parent.enterprise_project_id.clone();
        let sequence = self.next_sequence();
        let key = Key::Stream { project: project.to_owned(), group: group.to_owned(), stream: id.clone() };
        self.touch(key, &draft.name);
        self.project_mut(project).group_mut(group)?.streams.push(Stream {
            sequence,
            id,
            name: draft.name,
            alias: draft.alias,
            ttl_in_days,
            creation_time: now,
            enterprise_project_id: draft.enterprise_project_id.unwrap_or(inherited),
            whether_log_storage: true,
            tags,
            lines: Vec::new(),
        });
        Ok(())
    }

    /// Sets ttl and, where they are given, tags and storage of a stream.
    ///
    /// # Errors
    /// LTS.0201, LTS.0208, then ttl and tags.
    pub(crate) fn update_stream(
        &mut self,
        project: &str,
        group: &str,
        id: &str,
        update: &StreamUpdate,
    ) -> Result<(), Refusal> {
        let stale_reads = self.config.stale_tags_reads;
        let stream = self.project_mut(project).stream_mut(group, id)?;
        let ttl_in_days = check_stream_ttl(update.ttl_in_days)?;
        if let Some(writes) = &update.tags {
            tag::replace(&mut stream.tags, writes, stale_reads)?;
        }
        stream.ttl_in_days = ttl_in_days;
        if let Some(whether) = update.whether_log_storage {
            stream.whether_log_storage = whether;
        }
        let name = stream.name.clone();
        let key = Key::Stream { project: project.to_owned(), group: group.to_owned(), stream: id.to_owned() };
        self.touch(key, &name);
        Ok(())
    }

    /// Deletes a stream with its lines.
    ///
    /// # Errors
    /// LTS.0201, LTS.0208; LTS.0207 while a transfer covers it, on or off.
    pub(crate) fn delete_stream(&mut self, project: &str, group: &str, id: &str) -> Result<(), Refusal> {
        let found = self.project(project);
        found.stream(group, id)?;
        if found.transfers.iter().any(|transfer| transfer.covers(id)) {
            return Err(Refusal::stream_has_transfer());
        }
        let streams = &mut self.project_mut(project).group_mut(group)?.streams;
        let Some(index) = streams.iter().position(|stream| stream.id == id) else { return Err(Refusal::no_stream()) };
        let gone = streams.remove(index);
        self.touch_gone_stream(project, group, &gone);
        Ok(())
    }
}

fn check_stream_ttl(days: i64) -> Result<Option<u32>, Refusal> {
    match u32::try_from(days) {
        Ok(days) if (1..=rules::MAX_STREAM_TTL).contains(&days) => Ok(Some(days)),
        _ if days == -1 => Ok(None),
        _ => Err(stream_ttl_refused(days)),
    }
}

fn stream_ttl_refused(days: i64) -> Refusal {
    Refusal::invalid_body(format!("`ttl_in_days` of a stream must be 1 to {}, not {days}", rules::MAX_STREAM_TTL))
}
