//! Everything the service knows, apart from who may ask.

use std::collections::BTreeMap;

use super::super::config::Config;
use super::super::profile::Profile;
use super::super::refusal::Refusal;
use super::{Bucket, Change, Group, Key, Stream, Transfer};

/// Everything the service knows, apart from accounts and credentials.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) profile: Profile,
    pub(crate) region: String,
    pub(crate) config: Config,
    pub(crate) buckets: BTreeMap<String, Bucket>,
    pub(crate) projects: BTreeMap<String, Project>,
    changes: Vec<Change>,
    last_sequence: u64,
}

/// The objects of one project, each list in the order of creation.
#[derive(Debug, Default)]
pub(crate) struct Project {
    pub(crate) groups: Vec<Group>,
    pub(crate) transfers: Vec<Transfer>,
}

impl World {
    pub(crate) fn new(profile: Profile, region: &str) -> Self {
        Self {
            profile,
            region: region.to_owned(),
            config: Config::for_profile(profile),
            buckets: BTreeMap::new(),
            projects: BTreeMap::new(),
            changes: Vec::new(),
            last_sequence: 0,
        }
    }

    /// Returns the same world with other objects.
    pub(crate) fn with_projects(&self, projects: BTreeMap<String, Project>) -> Self {
        Self {
            profile: self.profile,
            region: self.region.clone(),
            config: self.config.clone(),
            buckets: self.buckets.clone(),
            projects,
            changes: Vec::new(),
            last_sequence: self.last_sequence,
        }
    }

    /// Returns a project, which is empty if nothing was ever made in it.
    pub(crate) fn project(&self, project: &str) -> &Project {
        static EMPTY: Project = Project { groups: Vec::new(), transfers: Vec::new() };
        self.projects.get(project).unwrap_or(&EMPTY)
    }

    pub(crate) fn project_mut(&mut self, project: &str) -> &mut Project {
        self.projects.entry(project.to_owned()).or_default()
    }

    pub(crate) fn set_config(&mut self, config: Config) {
        self.config = config;
        self.touch(Key::Config, "config");
    }

    /// Sets what a bucket is, or forgets it.
    pub(crate) fn set_bucket(&mut self, name: &str, bucket: Option<Bucket>) {
        match bucket {
            Some(bucket) => self.buckets.insert(name.to_owned(), bucket),
            None => self.buckets.remove(name),
        };
        self.touch(Key::Bucket { name: name.to_owned() }, name);
    }

    /// Returns what was touched since the last call.
    pub(crate) fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    pub(super) fn touch(&mut self, key: Key, name: &str) {
        self.changes.push(Change { key, name: name.to_owned() });
    }

    /// Returns a number above all numbers given before; it keeps lists in the
    /// order of creation across a restart.
    pub(super) fn next_sequence(&mut self) -> u64 {
        self.last_sequence += 1;
        self.last_sequence
    }

    /// Returns the number that was given last.
    pub(crate) fn last_sequence(&self) -> u64 {
        self.last_sequence
    }

    /// Takes notice of a number that was given before a restart.
    pub(crate) fn saw_sequence(&mut self, sequence: u64) {
        self.last_sequence = self.last_sequence.max(sequence);
    }
}

impl Project {
    /// # Errors
    /// LTS.0201.
    pub(crate) fn group(&self, id: &str) -> Result<&Group, Refusal> {
        self.groups.iter().find(|group| group.id == id).ok_or_else(Refusal::no_group)
    }

    /// # Errors
    /// LTS.0201.
    pub(crate) fn group_mut(&mut self, id: &str) -> Result<&mut Group, Refusal> {
        self.groups.iter_mut().find(|group| group.id == id).ok_or_else(Refusal::no_group)
    }

    /// # Errors
    /// LTS.0201, LTS.0208.
    pub(crate) fn stream(&self, group: &str, stream: &str) -> Result<&Stream, Refusal> {
        self.group(group)?.stream(stream)
    }

    /// # Errors
    /// LTS.0201, LTS.0208.
    pub(crate) fn stream_mut(&mut self, group: &str, stream: &str) -> Result<&mut Stream, Refusal> {
        self.group_mut(group)?.stream_mut(stream)
    }
}
