//! Row 18: tags.

use http::Method;
use serde::Serialize;

use super::super::request::Call;
use super::super::{Client, Error, Operation};
use crate::model::{Bearer, Tags};

#[derive(Serialize)]
struct Body<'a> {
    action: &'static str,
    /// Required by the documents, left out by others (C57).
    is_open: bool,
    tags: Vec<Tag<'a>>,
}

#[derive(Serialize)]
struct Tag<'a> {
    key: &'a str,
    value: &'a str,
    /// The service would copy a group's tags to its streams, ownership markers
    /// included (facts page 5.18).
    tags_to_streams_enable: bool,
}

impl Client {
    /// Sets tags, and overwrites the values of those that exist.
    ///
    /// # Errors
    /// `Unsupported` where the edition has no such operation, and whatever a
    /// write can fail with.
    pub async fn add_tags(&self, bearer: &Bearer, tags: &Tags) -> Result<(), Error> {
        self.call(self.tags_call(Operation::AddTags, bearer, tags)).await.map(|_| ())
    }

    /// Removes tags; the keys decide, the values are sent for completeness.
    ///
    /// # Errors
    /// As [`Client::add_tags`].
    pub async fn remove_tags(&self, bearer: &Bearer, tags: &Tags) -> Result<(), Error> {
        self.call(self.tags_call(Operation::RemoveTags, bearer, tags)).await.map(|_| ())
    }

    pub(super) fn tags_call(&self, operation: Operation, bearer: &Bearer, tags: &Tags) -> Call {
        let action = if operation == Operation::RemoveTags { "delete" } else { "create" };
        let tags = tags.iter().map(|(key, value)| Tag { key, value, tags_to_streams_enable: false }).collect();
        // The only operation below v1.
        // The old name of a stream is topic (C53).
        let bearer = match bearer {
            Bearer::Group(id) => format!("groups/{id}"),
            Bearer::Stream(id) => format!("topics/{id}"),
        };
        let path = format!("/v1/{}/{bearer}/tags/action", self.identity().project_id);
        Call::new(operation, Method::POST, path).with_body(&Body { action, is_open: true, tags })
    }
}
