//! Row 12: log lines.

use std::collections::BTreeMap;

use http::Method;
use serde::Serialize;

use super::super::request::Call;
use super::super::wire::{LogLine, LogLines, TagMap};
use super::super::{Client, Error, Operation};
use crate::model::{GroupId, StreamId};

/// Where a page lies relative to the line it starts from; what is next depends
/// on the order as well. `[SEED:1343]`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchDirection {
    /// The next page.
    Forwards,
    /// The page before.
    Backwards,
}

/// A query. Times are milliseconds since 1970, UTC; the service takes 30 days
/// at most in the old edition and 180 in the current one. `[SEED:1334]`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// First moment.
    pub start_ms: i64,
    /// Last moment; after the first.
    pub end_ms: i64,
    /// Labels that a line must have.
    pub labels: BTreeMap<String, String>,
    /// Words that a line must have; no wildcard at the beginning.
    pub keywords: Option<String>,
    /// Line to go on from, as an earlier page named it, and in which direction.
    pub cursor: Option<(String, SearchDirection)>,
    /// Whether the newest line comes first.
    pub newest_first: bool,
    /// Lines of a page, 1 to 5000; the service's default is 50.
    pub limit: Option<u32>,
}

/// A log line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogEntry {
    /// Its text, as the service has it: hostile until escaped.
    pub content: String,
    /// Its number, which is the cursor of the paging.
    pub line_num: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
}

/// A page of log lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogPage {
    /// How many lines the service says there are.
    pub count: Option<u64>,
    /// The lines.
    pub lines: Vec<LogEntry>,
}

/// The document types the times as text and shows numbers; numbers it is (C8).
#[derive(Serialize)]
struct Body<'a> {
    start_time: i64,
    end_time: i64,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keywords: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line_num: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    search_type: Option<&'static str>,
    is_desc: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
    is_count: bool,
}

impl Client {
    /// Returns a page of log lines. `[SEED:1317]`
    ///
    /// # Errors
    /// `Invalid` (LTS.0301, LTS.0701, LTS.1903), and whatever a read can fail with.
    pub async fn query_logs(&self, group: &GroupId, stream: &StreamId, query: &LogQuery) -> Result<LogPage, Error> {
        self.search(group, stream, query, Wish::Lines).await
    }

    /// Returns how many log lines there are between two moments, in
    /// milliseconds since 1970, UTC. `[SEED:1345]`
    ///
    /// # Errors
    /// `Unusable` when the answer has no count, otherwise as [`Client::query_logs`].
    pub async fn count_logs(
        &self,
        group: &GroupId,
        stream: &StreamId,
        start_ms: i64,
        end_ms: i64,
    ) -> Result<u64, Error> {
        let query = LogQuery { start_ms, end_ms, limit: Some(1), ..LogQuery::default() };
        let page = self.search(group, stream, &query, Wish::Count).await?;
        page.count.ok_or_else(|| {
            Error::local(
                Operation::QueryLogs,
                super::super::ErrorClass::Unusable,
                super::super::Certainty::NotExecuted,
                "the answer has no count",
            )
        })
    }

    async fn search(&self, group: &GroupId, stream: &StreamId, query: &LogQuery, wish: Wish) -> Result<LogPage, Error> {
        let body = Body {
            start_time: query.start_ms,
            end_time: query.end_ms,
            labels: &query.labels,
            keywords: query.keywords.as_deref(),
            line_num: query.cursor.as_ref().map(|(line, _)| line.as_str()),
            search_type: query.cursor.as_ref().map(|(_, direction)| match direction {
                SearchDirection::Forwards => "forwards",
                SearchDirection::Backwards => "backwards",
            }),
            is_desc: query.newest_first,
            limit: query.limit,
            is_count: wish == Wish::Count,
        };
        let path = self.path(format_args!("groups/{group}/streams/{stream}/content/query"));
        let answer = self.call(Call::new(Operation::QueryLogs, Method::POST, path).with_body(&body)).await?;
        let page: LogLines<'_> = answer.read()?;
        Ok(LogPage {
            count: page.count.integer().and_then(|count| u64::try_from(count).ok()),
            lines: page.logs.into_vec().iter().map(LogEntry::read).collect(),
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Lines,
    Count,
}

impl LogEntry {
    fn read(line: &LogLine<'_>) -> Self {
        let labels = match &line.labels {
            TagMap::Pairs(pairs) => pairs.iter().map(|(key, value)| (key.to_string(), value.spelled())).collect(),
            TagMap::Absent | TagMap::Odd => BTreeMap::new(),
        };
        Self { content: line.content.spelled(), line_num: line.line_num.spelled(), labels }
    }
}
