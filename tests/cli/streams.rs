//! stdout is the result and nothing else.

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::Stdio;

use crate::program::{Place, Ran, Service};

const ESTATE: &str = "groups: {web: {ttl_in_days: 7, streams: {access: }}}\n";

fn validate(document: &serde_json::Value, schema: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas").join(schema);
    let schema: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).expect("a schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{document:#}");
}

fn failure(ran: Ran, code: i32) {
    let ran = ran.exits(code);
    let document = ran.document();
    validate(&document, "error.schema.json");
    assert_eq!(document["exit_code"], code);
    assert_eq!(document["format_version"], "1.0");
}

fn events(ran: &Ran) -> Vec<serde_json::Value> {
    let events: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).expect("an event")).collect();
    for event in &events {
        validate(event, "event.schema.json");
    }
    assert_eq!(events.first().expect("an event")["type"], "version");
    let last = events.last().expect("an event");
    assert_eq!(last["type"], "summary");
    assert_eq!(last["exit_code"], ran.code);
    events
}

#[test]
fn every_failure_is_one_document() {
    let place = Place::new();
    place.write("bad.yaml", "version: 1\ngroups: {web: {ttl_in_days: 0}}\n");
    place.write("good.yaml", &format!("version: 1\n{ESTATE}"));
    failure(place.run(&["validate", "-f", "bad.yaml", "-o", "json"]), 1);
    failure(place.run(&["plan", "-f", "missing.yaml", "-o", "json"]), 1);
    failure(place.run(&["plan", "-f", "good.yaml", "-o", "json"]), 5);
    failure(place.run(&["apply", "-f", "good.yaml", "-o", "json"]), 64);
    failure(place.run(&["apply", "--no-such-flag", "-o", "json"]), 64);
    failure(place.run(&["plan", "-o", "json"]), 64);
    failure(place.run(&["no-such-command", "--output=json"]), 64);
}

#[test]
fn a_plan_is_one_document_of_its_schema() {
    let place = Place::new();
    place.write("m.yaml", &format!("version: 1\ntarget: {{emulator: {{data: d}}}}\n{ESTATE}"));
    let first = place.run(&["plan", "-f", "m.yaml", "-o", "json"]).exits(0);
    validate(&first.document(), "plan.schema.json");
    let second = place.run(&["plan", "-f", "m.yaml", "-o", "json"]).exits(0);
    assert_eq!(first.stdout, second.stdout, "the same input gives the same bytes");
    validate(&place.run(&["validate", "-f", "m.yaml", "-o", "json"]).exits(0).document(), "validation.schema.json");
}

#[test]
fn an_apply_is_a_stream_of_events_that_ends_in_a_summary() {
    let place = Place::new();
    place.write("m.yaml", &format!("version: 1\ntarget: {{emulator: {{data: d}}}}\n{ESTATE}"));
    let ran = place.run(&["apply", "-f", "m.yaml", "--auto-approve", "-o", "json"]).exits(0);
    let kinds: Vec<String> =
        events(&ran).iter().map(|event| event["type"].as_str().expect("a type").to_owned()).collect();
    assert_eq!(kinds, ["version", "plan", "step_start", "step_done", "step_start", "step_done", "summary"]);
    let nothing = place.run(&["apply", "-f", "m.yaml", "--auto-approve", "-o", "json"]).exits(0);
    assert_eq!(events(&nothing).len(), 3);
    let refused = place.run(&["destroy", "-f", "m.yaml", "--auto-approve", "-o", "json"]).exits(4);
    events(&refused);
}

#[test]
fn s57_a_reader_that_has_seen_enough_is_no_error() {
    let place = Place::new();
    place.write("m.yaml", &format!("version: 1\ntarget: {{emulator: {{data: d}}}}\n{ESTATE}"));
    let mut child =
        place.command(&["plan", "-f", "m.yaml"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("run");
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut stderr).expect("text");
    assert_eq!(child.wait().expect("the end").code(), Some(0), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[test]
fn colour_is_for_those_who_want_it() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m.yaml", &format!("{}{ESTATE}", service.target()));
    let plain = place.run(&["plan", "-f", "m.yaml"]).exits(0);
    assert!(!plain.stdout.contains('\u{1b}'));
    let coloured = place.run(&["plan", "-f", "m.yaml", "--color", "always"]).exits(0);
    assert!(coloured.stdout.contains("\u{1b}[32m+"), "{:?}", coloured.stdout);
    let place = place.with("CLICOLOR_FORCE", "1").with("NO_COLOR", "1");
    assert!(!place.run(&["plan", "-f", "m.yaml"]).exits(0).stdout.contains('\u{1b}'));
}
