//! For code scanning: findings on the lines of the manifest, as SARIF 2.1.0.

use serde_json::{Value, json};

use super::junit::summary_of;
use super::value::{Entry, Mark, Report, Weight};
use crate::escape::Escaped;

const RULES: [(Mark, &str); 14] = [
    (Mark::Delete, "An apply deletes this"),
    (Mark::Replace, "An apply deletes this and creates it again"),
    (Mark::Create, "An apply creates this"),
    (Mark::Update, "An apply changes this"),
    (Mark::Blocked, "This cannot be done"),
    (Mark::Held, "This is protected from deletion"),
    (Mark::Unread, "The state of this could not be read"),
    (Mark::Refused, "The plan is refused"),
    (Mark::Drifted, "The live object is not as declared"),
    (Mark::Missing, "The declared object is not there"),
    (Mark::Unmanaged, "The live object is declared nowhere"),
    (Mark::Unhealthy, "The service reports a failure"),
    (Mark::Unverifiable, "The service does not show this"),
    (Mark::Accepted, "Known drift, accepted until a date"),
];

/// Renders a report as SARIF.
#[must_use]
pub fn render_sarif(report: &Report) -> String {
    let rules: Vec<Value> =
        RULES.iter().map(|(mark, text)| json!({ "id": mark.as_str(), "shortDescription": { "text": text } })).collect();
    let results: Vec<Value> = report
        .targets
        .iter()
        .flat_map(|target| target.entries.iter().map(move |entry| result(&target.target, entry)))
        .collect();
    let failures: Vec<Value> = report
        .targets
        .iter()
        .filter_map(|target| Some((target, target.failure.as_ref()?)))
        .map(|(target, (message, _))| {
            let text = match target.target.as_str() {
                "" => message.clone(),
                name => format!("{name}: {message}"),
            };
            json!({ "level": "error", "message": { "text": Escaped(&text).to_string() } })
        })
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "ltsctl", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules,
            } },
            "invocations": [{
                "executionSuccessful": failures.is_empty(),
                "exitCode": report.exit_code,
                "endTimeUtc": format!("{:.0}", report.at),
                "toolExecutionNotifications": failures,
            }],
            "results": results,
        }],
    });
    format!("{document}\n")
}

fn result(target: &str, entry: &Entry) -> Value {
    let level = match entry.weight {
        Weight::Destructive | Weight::Trouble => "error",
        Weight::Change => "warning",
        Weight::Note => "note",
    };
    let mut location = json!({
        "logicalLocations": [{ "fullyQualifiedName": Escaped(&entry.address).to_string(), "kind": "resource" }],
    });
    if let (Some(place), Some(location)) = (&entry.place, location.as_object_mut()) {
        location.insert(
            "physicalLocation".to_owned(),
            json!({
                "artifactLocation": { "uri": to_uri(&place.file) },
                "region": { "startLine": place.line, "startColumn": place.column },
            }),
        );
    }
    let fingerprint = entry.id.clone().unwrap_or_else(|| format!("{target} {} {}", entry.mark.as_str(), entry.address));
    json!({
        "ruleId": entry.mark.as_str(),
        "level": level,
        "message": { "text": Escaped(&summary_of(entry)).to_string() },
        "locations": [location],
        "partialFingerprints": { "ltsctl/v1": Escaped(&fingerprint).to_string() },
    })
}

/// Returns a relative path as the URI it is.
fn to_uri(path: &str) -> String {
    const KEEP: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(path.trim_start_matches("./"), KEEP).to_string()
}
