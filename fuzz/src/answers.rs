//! A service that answers anything: the whole of a run, from the identity to the
//! proof, without a panic, within its bounds, without a deletion that nobody
//! asked for.
//!
//! The bytes are answers with `%%` on a line of its own between them: a line
//! with the status, lines with headers, an empty line, the body. A status of 0
//! is an answer that does not come.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use ltsctl::apply::{Checked, Event, Orders, Outcome, drive};
use ltsctl::lts::{Scope, Undelivered, observe};
use ltsctl::plan::Purpose;
use ltsctl::render::{Paint, text};

use super::scene::{DEADLINE, Script, assert_printable, connect, plan, play, read_manifest};

/// Creates and changes, and deletes nothing.
const MANIFEST: &str = "version: 1\nestate: acme\ngroups:\n  g:\n    ttl_in_days: 7\n    tags: {a: x}\n    streams: {s: {ttl_in_days: 3}, t: }\n    dumps:\n      d: {streams: [s], obs_bucket_name: bucket-one, storage_format: JSON, period: 1hour}\n";

/// Far more requests than any of it takes.
const MOST_REQUESTS: usize = 1_000;

pub fn run(bytes: &[u8]) {
    let script = Script::new(read_script(bytes));
    play(async {
        let begun = tokio::time::Instant::now();
        converge(std::sync::Arc::clone(&script)).await;
        assert!(begun.elapsed() <= Duration::from_secs(DEADLINE + 60), "{:?} is past the deadline", begun.elapsed());
    });
    let methods = script.methods();
    assert!(methods.len() <= MOST_REQUESTS, "{} requests", methods.len());
    assert!(!methods.contains(&http::Method::DELETE), "nobody asked for a deletion");
}

async fn converge(script: std::sync::Arc<Script>) {
    let (client, _) = match connect(script).await {
        Ok(connection) => connection,
        Err(error) => return assert_printable(&error.to_string()),
    };
    let observation = match observe(&client, &Scope::Everything).await {
        Ok(observation) => observation,
        Err(error) => return assert_printable(&error.to_string()),
    };
    for warning in &observation.warnings {
        assert_printable(&warning.to_string());
    }
    let desired = read_manifest(MANIFEST).expect("a manifest").desired;
    let proposal = plan(&desired, &observation.live, &observation.capabilities, Purpose::Converge);
    assert_printable(&text::render_plan(&proposal.plan, &[], text::Detail::Verbose, Paint::Plain));
    let orders = Orders {
        parallelism: 4,
        transfers: observation.capabilities.transfers,
        settled: BTreeMap::new(),
        checked: Checked::now(),
    };
    let ending = drive(&client, &proposal.plan, orders, std::future::pending(), |_: Event<'_>| {}).await;
    assert_printable(&text::render_outcomes(&proposal.plan, &ending.outcomes, Paint::Plain));
    for outcome in &ending.outcomes {
        if let Outcome::Failed(error) | Outcome::Unknown(error) = outcome {
            assert_printable(&error.to_string());
        }
    }
}

fn read_script(bytes: &[u8]) -> Vec<Result<http::Response<Bytes>, Undelivered>> {
    let mut answers = Vec::new();
    let mut rest = bytes;
    while answers.len() < 64 {
        let end = rest.windows(4).position(|window| window == b"\n%%\n");
        let part = end.map_or(rest, |end| &rest[..end]);
        answers.push(read_answer(part));
        match end {
            Some(end) => rest = &rest[end + 4..],
            None => break,
        }
    }
    answers
}

fn read_answer(part: &[u8]) -> Result<http::Response<Bytes>, Undelivered> {
    let mut lines = part.splitn(2, |byte| *byte == b'\n');
    let status = lines.next().and_then(|line| std::str::from_utf8(line).ok()?.trim().parse::<u16>().ok());
    let mut rest = lines.next().unwrap_or_default();
    let mut response = http::Response::builder().status(match status {
        Some(0) => return Err(Undelivered::Interrupted("the connection was reset".to_owned())),
        Some(status @ 200..=599) => status,
        _ => 200,
    });
    for _ in 0..8 {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = &rest[..end];
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { break };
        let name = http::HeaderName::from_bytes(&line[..colon]);
        let value = http::HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        let (Ok(name), Ok(value)) = (name, value) else { break };
        response = response.header(name, value);
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    let body = rest.strip_prefix(b"\n").unwrap_or(rest);
    response.body(Bytes::copy_from_slice(body)).map_err(|error| Undelivered::Interrupted(error.to_string()))
}
