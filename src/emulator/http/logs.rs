//! The query of logs: facts page 5.12.

use serde::Serialize;
use serde_json::Value;

use super::super::config::{Config, Leniency};
use super::super::logs::{self, Direction, Hit, Query, Search};
use super::super::refusal::Refusal;
use super::super::state::World;
use super::exchange::{Answer, Call};
use super::fields::{Fields, missing, wrong};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[derive(Serialize)]
struct Page<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    #[serde(rename = "isQueryComplete", skip_serializing_if = "Option::is_none")]
    is_query_complete: Option<bool>,
    logs: Vec<Hit<'a>>,
}

pub(super) fn query(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let query = read(&Fields::parse(&call.body)?, &world.config)?;
    let (group, stream) = (call.parameter("log_group_id"), call.parameter("log_stream_id"));
    let stream = world.project(&call.project).stream(group, stream)?;
    let found = logs::search(&stream.lines, &query);
    let page =
        Page { count: found.count, is_query_complete: world.profile.is_modern().then_some(true), logs: found.hits };
    Answer::json(200, &page)
}

/// Times come as numbers or strings, flags and the limit as what they are or
/// as strings, labels as a map or as an array of maps: the table of the
/// document says one thing and its examples send another (C8).
fn read(fields: &Fields, config: &Config) -> Result<Query, Refusal> {
    let start_ms = fields.required_integer("start_time", Leniency::Accept)?;
    let end_ms = fields.required_integer("end_time", Leniency::Accept)?;
    let labels = labels(fields)?;
    let keywords = fields.text("keywords")?.unwrap_or_default();
    if keywords.split_whitespace().any(|word| word.starts_with(['*', '?'])) {
        return Err(Refusal::leading_wildcard());
    }
    if end_ms <= start_ms {
        return Err(Refusal::query_times());
    }
    if end_ms - start_ms > i64::from(config.max_query_days) * DAY_MS {
        return Err(Refusal::invalid_body(format!("the range is longer than {} days", config.max_query_days)));
    }
    let line_num = line_num(fields, start_ms, end_ms)?;
    let descending = fields.flag("is_desc", Leniency::Accept)?.unwrap_or(false);
    let search = match (fields.text("search_type")?.unwrap_or("init"), line_num) {
        ("init", _) => Search::First,
        ("forwards", Some(line_num)) => Search::From { line_num, direction: Direction::Forwards },
        ("backwards", Some(line_num)) => Search::From { line_num, direction: Direction::Backwards },
        ("forwards" | "backwards", None) => return Err(missing("line_num")),
        _ => return Err(wrong("search_type", "`init`, `forwards` or `backwards`")),
    };
    let limit = fields.integer("limit", Leniency::Accept)?.unwrap_or(50);
    let limit = usize::try_from(limit).ok().filter(|limit| (1..=5000).contains(limit));
    Ok(Query {
        start_ms,
        end_ms,
        labels,
        keywords: keywords.to_owned(),
        search,
        descending,
        limit: limit.ok_or_else(Refusal::query_limit)?,
        counted: fields.flag("is_count", Leniency::Accept)?.unwrap_or(false),
        highlighted: fields.flag("highlight", Leniency::Accept)?.unwrap_or(true),
    })
}

fn labels(fields: &Fields) -> Result<Vec<(String, String)>, Refusal> {
    let maps = match fields.get("labels") {
        None => return Ok(Vec::new()),
        Some(Value::Array(maps)) => maps.clone(),
        Some(map) => vec![map.clone()],
    };
    let mut labels = Vec::new();
    for map in maps {
        let Value::Object(map) = map else { return Err(wrong("labels", "a map of strings")) };
        for (key, value) in map {
            let Value::String(value) = value else { return Err(wrong("labels", "a map of strings")) };
            labels.push((key, value));
        }
    }
    Ok(labels)
}

fn line_num(fields: &Fields, start_ms: i64, end_ms: i64) -> Result<Option<u64>, Refusal> {
    let text = match fields.text("line_num")? {
        None | Some("") => return Ok(None),
        Some(text) => text,
    };
    let number = text.parse::<u64>().ok().filter(|_| text.len() == 19);
    let number = number.ok_or_else(|| wrong("line_num", "19 digits"))?;
    if !(start_ms..=end_ms).contains(&logs::time_ms(number)) {
        return Err(Refusal::query_times());
    }
    Ok(Some(number))
}
