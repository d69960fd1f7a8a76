//! What happens to objects without the API: in the console, by the service
//! itself, or by a test that wants another world.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::refusal::Refusal;
use super::{Group, Key, Tags, Transfer, World};

/// What the console can change of a group or a stream. What is left out stays.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Edit {
    /// Days; -1 makes a stream follow its group.
    pub(crate) ttl_in_days: Option<i64>,
    /// Empty takes the alias away.
    pub(crate) alias: Option<String>,
    /// All of its tags from now on.
    pub(crate) tags: Option<BTreeMap<String, String>>,
}

/// What the service can change of a transfer. What is left out stays.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TransferEdit {
    /// `ENABLE`, `DISABLE`, `EXCEPTION`, or a word that nobody has seen yet.
    pub(crate) status: Option<String>,
    /// Members of the detail to set.
    pub(crate) detail: Option<Map<String, Value>>,
}

impl World {
    /// Edits a group past all rules.
    ///
    /// # Errors
    /// LTS.0201; LTS.0009 for a ttl that no group could have.
    pub(crate) fn edit_group(&mut self, project: &str, id: &str, edit: Edit) -> Result<(), Refusal> {
        let group = self.project_mut(project).group_mut(id)?;
        if let Some(days) = edit.ttl_in_days {
            let days = u32::try_from(days).ok().filter(|days| *days > 0);
            group.ttl_in_days =
                days.ok_or_else(|| Refusal::invalid_body("`ttl_in_days` of a group must be above 0"))?;
        }
        change_alias(&mut group.alias, edit.alias);
        if let Some(tags) = edit.tags {
            group.tags = Tags::from(tags);
        }
        let name = group.name.clone();
        self.touch(Key::Group { project: project.to_owned(), group: id.to_owned() }, &name);
        Ok(())
    }

    /// Edits a stream past all rules.
    ///
    /// # Errors
    /// LTS.0201, LTS.0208.
    pub(crate) fn edit_stream(&mut self, project: &str, group: &str, id: &str, edit: Edit) -> Result<(), Refusal> {
        let stream = self.project_mut(project).stream_mut(group, id)?;
        if let Some(days) = edit.ttl_in_days {
            stream.ttl_in_days = u32::try_from(days).ok();
        }
        change_alias(&mut stream.alias, edit.alias);
        if let Some(tags) = edit.tags {
            stream.tags = Tags::from(tags);
        }
        let name = stream.name.clone();
        let key = Key::Stream { project: project.to_owned(), group: group.to_owned(), stream: id.to_owned() };
        self.touch(key, &name);
        Ok(())
    }

    /// Edits a transfer past all rules.
    ///
    /// # Errors
    /// LTS.0405.
    pub(crate) fn edit_transfer(&mut self, project: &str, id: &str, edit: TransferEdit) -> Result<(), Refusal> {
        let transfers = &mut self.project_mut(project).transfers;
        let transfer = transfers.iter_mut().find(|transfer| transfer.id == id).ok_or_else(Refusal::no_transfer)?;
        if let Some(status) = edit.status {
            transfer.status = status;
        }
        transfer.detail.extend(edit.detail.unwrap_or_default());
        let streams = transfer.streams.clone();
        self.touch_transfer(project, id, &streams);
        Ok(())
    }

    /// Adds a transfer past all rules.
    pub(crate) fn add_transfer(&mut self, project: &str, transfer: Transfer) {
        self.saw_sequence(transfer.sequence);
        self.touch_transfer(project, &transfer.id, &transfer.streams);
        self.project_mut(project).transfers.push(transfer);
    }

    /// Puts other objects in the place of all of a project.
    pub(crate) fn replace_project(&mut self, project: &str, groups: Vec<Group>, transfers: Vec<Transfer>) {
        let old = std::mem::take(self.project_mut(project));
        for transfer in &old.transfers {
            self.touch_transfer(project, &transfer.id, &transfer.streams);
        }
        for group in &old.groups {
            self.touch(Key::Group { project: project.to_owned(), group: group.id.clone() }, &group.name);
            for stream in &group.streams {
                self.touch_gone_stream(project, &group.id, stream);
            }
        }
        for group in &groups {
            self.saw_sequence(group.sequence);
            self.touch(Key::Group { project: project.to_owned(), group: group.id.clone() }, &group.name);
            for stream in &group.streams {
                self.saw_sequence(stream.sequence);
                let (group, stream_id) = (group.id.clone(), stream.id.clone());
                self.touch(Key::Stream { project: project.to_owned(), group, stream: stream_id }, &stream.name);
            }
        }
        for transfer in &transfers {
            self.saw_sequence(transfer.sequence);
            self.touch_transfer(project, &transfer.id, &transfer.streams);
        }
        let place = self.project_mut(project);
        place.groups = groups;
        place.transfers = transfers;
    }
}

fn change_alias(alias: &mut Option<String>, edit: Option<String>) {
    if let Some(text) = edit {
        *alias = Some(text).filter(|text| !text.is_empty());
    }
}
