//! Rows 7 to 11: log streams.

use std::sync::Arc;

use http::Method;
use serde::Serialize;

use super::super::request::{Answer, Call};
use super::super::wire::StreamList;
use super::super::{Client, Error, Listed, Operation, StreamEntry};
use super::shared::{TagPair, created_id, listed, tag_pairs};
use crate::model::{GroupId, StreamId, StreamName, StreamTtl, Tags};

/// A stream to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStream {
    /// Name; it cannot be changed.
    pub name: StreamName,
    /// Retention; `Inherit` is left out of the request (facts page 5.7).
    pub ttl: StreamTtl,
    /// Tags; left out of the request when there are none.
    pub tags: Tags,
    /// Name of the enterprise project; it cannot be changed or read back.
    pub enterprise_project_name: Option<Arc<str>>,
}

#[derive(Serialize)]
struct CreateBody<'a> {
    log_stream_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl_in_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enterprise_project_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<TagPair<'a>>,
}

#[derive(Serialize)]
struct UpdateBody {
    ttl_in_days: i64,
}

impl Client {
    /// Creates a stream. `[SEED:870]`
    ///
    /// # Errors
    /// `AlreadyExists` (LTS.0205), `Quota` (LTS.0206), `NotFound` (LTS.0201,
    /// the group), and whatever a write can fail with.
    pub async fn create_stream(&self, group: &GroupId, stream: &NewStream) -> Result<StreamId, Error> {
        let body = CreateBody {
            log_stream_name: stream.name.as_str(),
            ttl_in_days: match stream.ttl {
                StreamTtl::Inherit => None,
                StreamTtl::Own(days) => Some(days.get()),
            },
            enterprise_project_name: stream.enterprise_project_name.as_deref(),
            tags: tag_pairs(&stream.tags),
        };
        let path = self.path(format_args!("groups/{group}/streams"));
        let answer = self.call(Call::new(Operation::CreateStream, Method::POST, path).with_body(&body)).await?;
        created_id(&answer, |created| vec![&created.stream_id], StreamId::parse)
    }

    /// Lists all streams of a group; there is no paging. `[SEED:1035]`
    ///
    /// # Errors
    /// `NotFound` when the group is gone, and whatever a read can fail with.
    pub async fn list_streams(&self, group: &GroupId) -> Result<Listed<StreamEntry>, Error> {
        let path = self.path(format_args!("groups/{group}/streams"));
        let answer = self.call(Call::new(Operation::ListStreams, Method::GET, path)).await?;
        read_list(&answer)
    }

    /// Lists all streams of the project with the ids of their groups (facts
    /// page 5.9).
    ///
    /// # Errors
    /// `Unsupported` where the edition has no such operation, and whatever a
    /// read can fail with.
    pub async fn list_all_streams(&self) -> Result<Listed<StreamEntry>, Error> {
        let path = self.path(format_args!("log-streams"));
        let answer = self.call(Call::new(Operation::ListAllStreams, Method::GET, path)).await?;
        read_list(&answer)
    }

    /// Sets the retention of a stream; `Inherit` is sent as -1 (facts page 5.10).
    ///
    /// # Errors
    /// `Unsupported` where the edition has no such operation, and whatever a
    /// write can fail with.
    pub async fn update_stream_ttl(&self, group: &GroupId, stream: &StreamId, ttl: StreamTtl) -> Result<(), Error> {
        self.call(self.update_stream_call(group, stream, ttl)).await.map(|_| ())
    }

    pub(super) fn update_stream_call(&self, group: &GroupId, stream: &StreamId, ttl: StreamTtl) -> Call {
        let days = match ttl {
            StreamTtl::Inherit => -1,
            StreamTtl::Own(days) => i64::from(days.get()),
        };
        let path = self.path(format_args!("groups/{group}/streams-ttl/{stream}"));
        Call::new(Operation::UpdateStream, Method::PUT, path).with_body(&UpdateBody { ttl_in_days: days })
    }

    /// Deletes a stream with its logs. `[SEED:1178]`
    ///
    /// # Errors
    /// `NotFound` (LTS.0208, LTS.0201), `Dependent` (LTS.0207), and whatever a
    /// write can fail with.
    pub async fn delete_stream(&self, group: &GroupId, stream: &StreamId) -> Result<(), Error> {
        let path = self.path(format_args!("groups/{group}/streams/{stream}"));
        self.call(Call::new(Operation::DeleteStream, Method::DELETE, path)).await.map(|_| ())
    }
}

fn read_list(answer: &Answer) -> Result<Listed<StreamEntry>, Error> {
    let list: StreamList<'_> = answer.read()?;
    listed(answer, list.streams, "log streams", StreamEntry::read)
}
