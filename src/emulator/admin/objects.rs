//! The objects: as a whole, as the console edits them, and log lines.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use super::super::estate::Estate;
use super::super::refusal::Refusal;
use super::super::service::Inner;
use super::super::state::{Edit, LineDraft, LineNumber, TransferEdit};
use super::reply::{Complaint, Reply, Shown, project, read};

/// Lines to write.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lines {
    group: String,
    stream: String,
    lines: Vec<LineBody>,
}

/// A line to write.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineBody {
    content: String,
    /// Milliseconds since 1970; now where it is left out.
    time: Option<u64>,
    /// 19 digits; made from the time where it is left out.
    line_num: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

pub(super) async fn show(State(inner): State<Arc<Inner>>, RawQuery(query): RawQuery) -> Reply {
    Shown::json(&inner.estate(&project(query.as_deref())))
}

pub(super) async fn replace(State(inner): State<Arc<Inner>>, RawQuery(query): RawQuery, body: Bytes) -> Reply {
    let (project, estate): (String, Estate) = (project(query.as_deref()), read(&body)?);
    inner.seed(&project, &estate).map_err(|error| Complaint::bad(error.to_string(), "nothing was changed"))?;
    let now = inner.estate(&project);
    Shown::done(&inner, &now).await
}

pub(super) async fn edit_group(
    State(inner): State<Arc<Inner>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Reply {
    let (project, edit): (String, Edit) = (project(query.as_deref()), read(&body)?);
    inner.change(|world| world.edit_group(&project, &id, edit)).0?;
    Shown::done(&inner, &json!({})).await
}

pub(super) async fn edit_stream(
    State(inner): State<Arc<Inner>>,
    Path((group, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Reply {
    let (project, edit): (String, Edit) = (project(query.as_deref()), read(&body)?);
    inner.change(|world| world.edit_stream(&project, &group, &id, edit)).0?;
    Shown::done(&inner, &json!({})).await
}

pub(super) async fn edit_transfer(
    State(inner): State<Arc<Inner>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Reply {
    let (project, edit): (String, TransferEdit) = (project(query.as_deref()), read(&body)?);
    inner.change(|world| world.edit_transfer(&project, &id, edit)).0?;
    Shown::done(&inner, &json!({})).await
}

pub(super) async fn write_lines(State(inner): State<Arc<Inner>>, RawQuery(query): RawQuery, body: Bytes) -> Reply {
    let Lines { group, stream, lines } = read(&body)?;
    let now = u64::try_from(inner.now().as_millisecond()).unwrap_or_default();
    let drafts = lines.into_iter().map(|line| line.draft(now)).collect::<Result<Vec<_>, _>>()?;
    let project = project(query.as_deref());
    let (written, _) = inner.change(|world| {
        let groups = &world.project(&project).groups;
        let found = groups.iter().find(|candidate| candidate.name == group).ok_or_else(Refusal::no_group)?;
        let within = found.streams.iter().find(|candidate| candidate.name == stream);
        let (group, stream) = (found.id.clone(), within.ok_or_else(Refusal::no_stream)?.id.clone());
        world.ingest(&project, &group, &stream, drafts)
    });
    let numbers: Vec<String> = written?.into_iter().map(|number| format!("{number:019}")).collect();
    Shown::done(&inner, &json!({ "line_nums": numbers })).await
}

impl LineBody {
    fn draft(self, now: u64) -> Result<LineDraft, Complaint> {
        let line_num = match self.line_num {
            None => LineNumber::From(self.time.unwrap_or(now).saturating_mul(1_000_000)),
            Some(text) => {
                let number = text.parse().ok().filter(|_| text.len() == 19);
                LineNumber::Given(number.ok_or_else(|| {
                    let help = "19 digits: nanoseconds since 1970, such as 1595659490239433654";
                    Complaint::bad(format!("`{text}` is no number of a line"), help)
                })?)
            }
        };
        Ok(LineDraft { line_num, content: self.content, labels: self.labels })
    }
}
