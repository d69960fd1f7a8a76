//! Rows 3 to 6: log groups.

use std::sync::Arc;

use http::Method;
use serde::Serialize;

use super::super::request::Call;
use super::super::wire::GroupList;
use super::super::{Client, Error, GroupEntry, Listed, Operation};
use super::shared::{TagPair, created_id, listed, tag_pairs};
use crate::model::{Days, GroupId, GroupName, Tags};

/// A group to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGroup {
    /// Name; it cannot be changed.
    pub name: GroupName,
    /// Retention.
    pub ttl: Days,
    /// Tags; left out of the request when there are none, because the old
    /// edition does not know them.
    pub tags: Tags,
    /// Enterprise project; it cannot be changed (facts page 6.4).
    pub enterprise_project_id: Option<Arc<str>>,
}

#[derive(Serialize)]
struct CreateBody<'a> {
    log_group_name: &'a str,
    ttl_in_days: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<TagPair<'a>>,
}

#[derive(Serialize)]
struct UpdateBody {
    ttl_in_days: u32,
}

impl Client {
    /// Creates a group. `[SEED:455]`
    ///
    /// # Errors
    /// `AlreadyExists` (LTS.0101), `Quota` (LTS.0104), `Invalid` (LTS.0106),
    /// and whatever a write can fail with.
    pub async fn create_group(&self, group: &NewGroup) -> Result<GroupId, Error> {
        let mut call = Call::new(Operation::CreateGroup, Method::POST, self.path(format_args!("groups")));
        if let Some(id) = &group.enterprise_project_id {
            call = call.with_query("enterprise_project_id", &**id);
        }
        let body = CreateBody {
            log_group_name: group.name.as_str(),
            ttl_in_days: group.ttl.get(),
            tags: tag_pairs(&group.tags),
        };
        let answer = self.call(call.with_body(&body)).await?;
        created_id(&answer, |created| vec![&created.group_id], GroupId::parse)
    }

    /// Lists all groups of the project; there is no paging. `[SEED:610]`
    ///
    /// # Errors
    /// `WrongEndpoint` for a 404, and whatever a read can fail with.
    pub async fn list_groups(&self) -> Result<Listed<GroupEntry>, Error> {
        let call = Call::new(Operation::ListGroups, Method::GET, self.path(format_args!("groups")));
        let answer = self.call(call).await?;
        let list: GroupList<'_> = answer.read()?;
        listed(&answer, list.groups, "log groups", GroupEntry::read)
    }

    /// Sets the retention of a group: a POST, not a PUT (facts page 5.5). Its
    /// tags have an operation of their own.
    ///
    /// # Errors
    /// `Unsupported` where the edition has no such operation, and whatever a
    /// write can fail with.
    pub async fn update_group(&self, group: &GroupId, ttl: Days) -> Result<(), Error> {
        self.call(self.update_group_call(group, ttl)).await.map(|_| ())
    }

    pub(super) fn update_group_call(&self, group: &GroupId, ttl: Days) -> Call {
        Call::new(Operation::UpdateGroup, Method::POST, self.path(format_args!("groups/{group}")))
            .with_body(&UpdateBody { ttl_in_days: ttl.get() })
    }

    /// Deletes a group with all its streams and their logs (facts page 5.6).
    ///
    /// # Errors
    /// `NotFound` (LTS.0201), `Dependent` (LTS.0105), and whatever a write can
    /// fail with.
    pub async fn delete_group(&self, group: &GroupId) -> Result<(), Error> {
        let call = Call::new(Operation::DeleteGroup, Method::DELETE, self.path(format_args!("groups/{group}")));
        self.call(call).await.map(|_| ())
    }
}
