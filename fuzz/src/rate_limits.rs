//! What a throttled answer says, in prose and in `Retry-After`: no number makes
//! the client wait past its deadline, or ask more often than it may.
//!
//! The first line is `Retry-After`; the rest is the message.

use std::time::Duration;

use bytes::Bytes;
use ltsctl::lts::{Scope, observe};
use serde_json::json;

use super::scene::{DEADLINE, Script, assert_printable, connect, play};

pub fn run(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (header, message) = bytes.split_at(end);
    let message = String::from_utf8_lossy(message);
    let message = message.trim_start_matches('\n');
    let body = json!({ "error_code": "APIGW.0308", "error_msg": message, "request_id": "r" }).to_string();
    let mut throttled = http::Response::builder().status(429);
    if let Ok(value) = http::HeaderValue::from_bytes(header) {
        throttled = throttled.header("retry-after", value);
    }
    let throttled = throttled.body(Bytes::from(body)).expect("an answer");
    let fine = |body: &'static str| Ok(http::Response::new(Bytes::from_static(body.as_bytes())));
    let groups = r#"{"log_groups":[]}"#;
    let script = Script::new([
        fine(r#"{"projects":[{"id":"2a473356cca5487f8373be891bffc1cf","name":"my-kualalumpur-1","domain_id":"d"}]}"#),
        Ok(throttled.clone()),
        fine(groups),
        Ok(throttled.clone()),
        Ok(throttled),
    ]);
    play(async {
        let begun = tokio::time::Instant::now();
        if let Ok((client, _)) = connect(std::sync::Arc::clone(&script) as _).await {
            match observe(&client, &Scope::Everything).await {
                Ok(observation) => {
                    observation.warnings.iter().for_each(|warning| assert_printable(&warning.to_string()));
                }
                Err(error) => assert_printable(&error.to_string()),
            }
            if let Some((limit, seconds)) = client.rate_limit() {
                assert!((1..=100_000).contains(&limit) && (1..=86_400).contains(&seconds), "{limit} in {seconds} s");
            }
        }
        assert!(begun.elapsed() <= Duration::from_secs(DEADLINE + 60), "{:?} is past the deadline", begun.elapsed());
    });
    assert!(script.methods().len() < 100, "{} requests", script.methods().len());
}
