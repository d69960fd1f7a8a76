//! Under `-o json` stdout is one document (for `apply` and `destroy` one event a line)
//! that its schema takes, whatever the exit code; failures included.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{Place, Service};

const ESTATE: &str = "estate: acme
groups:
  web:
    ttl_in_days: 7
    streams:
      access: {ttl_in_days: 30}
      error:
    dumps:
      archive: {streams: [access], obs_bucket_name: bucket-one, storage_format: JSON, period: 1hour}
";

fn schema(name: &str) -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(format!("{name}.schema.json"));
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).expect("a schema")).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

/// Runs a command with `-o json`, and demands its exit code and that the document, or every
/// line of a stream, is what the schema takes. A failure has a schema of its own.
#[track_caller]
fn check(place: &Place, arguments: &[&str], code: i32, name: &str) {
    let ran = place.run(&[arguments, &["-o", "json"]].concat()).exits(code);
    let validator = schema(name);
    assert!(ran.stdout.ends_with('\n'), "{arguments:?}: {}", ran.stdout);
    let lines: Vec<&str> = if name == "event" { ran.stdout.lines().collect() } else { vec![ran.stdout.as_str()] };
    for line in &lines {
        let document: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {line}"));
        let complaints: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(complaints.is_empty(), "{arguments:?}: {complaints:?} in {line}");
        if let Some(told) = document.get("exit_code") {
            assert_eq!(told, code, "{arguments:?}: {line}");
        }
    }
    if name == "event" {
        let last: Value = serde_json::from_str(lines.last().expect("a line")).expect("JSON");
        assert_eq!((&last["type"], &last["exit_code"]), (&"summary".into(), &code.into()), "{arguments:?}");
    }
}

#[test]
fn every_command_prints_documents_whatever_its_exit_code() {
    let service = Service::start("modern");
    let place = service.place();
    let write = |text: &str| {
        place.write("m.yaml", &format!("{}{text}", service.target()));
    };
    write(ESTATE);
    check(&place, &["validate", "-f", "m.yaml"], 0, "validation");
    check(&place, &["validate", "-f", "nowhere.yaml"], 1, "error");
    check(&place, &["validate", "--no-such-flag"], 64, "error");
    check(&place, &["fmt", "--check", "m.yaml"], 2, "formatting");
    check(&place, &["fmt", "m.yaml"], 0, "formatting");
    check(&place, &["plan", "-f", "m.yaml", "--out", "p.json"], 0, "plan");
    check(&place, &["plan", "-f", "m.yaml", "--detailed-exitcode"], 2, "plan");
    check(&place, &["plan", "-f", "m.yaml", "--fail-on", "create"], 4, "plan");
    check(&place, &["plan", "-f", "m.yaml", "--target", "groups/nothing"], 1, "error");
    check(&place, &["plan"], 64, "error");
    check(&place, &["show", "p.json", "--detailed-exitcode"], 2, "plan");
    check(&place, &["show", "p.json", "--fail-on", "create"], 4, "plan");
    check(&place, &["show", "m.yaml"], 1, "error");
    check(&place, &["verify", "p.json"], 0, "verification");
    check(&place, &["apply", "-f", "m.yaml"], 64, "error");
    check(&place, &["apply", "-f", "m.yaml", "--auto-approve", "--fail-on", "create"], 4, "event");
    check(&place, &["apply", "-f", "m.yaml", "--auto-approve", "--expect-digest", "sha256:00"], 7, "event");
    check(&place, &["apply", "p.json", "--auto-approve"], 0, "event");
    check(&place, &["apply", "-f", "m.yaml", "--auto-approve"], 0, "event");
    check(&place, &["drift", "-f", "m.yaml"], 0, "drift");
    check(&place, &["export", "-f", "m.yaml", "--estate", "acme"], 0, "export");
    check(&place, &["export", "-f", "nowhere.yaml"], 1, "error");
    check(&place, &["snapshot", "-f", "m.yaml"], 0, "snapshot");
    check(&place, &["import", "groups/web", "-f", "m.yaml", "--check"], 0, "import");
    check(&place, &["destroy", "-f", "m.yaml", "--auto-approve"], 4, "event");

    // Somebody in the console: a retention, and a dump that fails.
    let mut state = service.admin("GET", "/state", "");
    state["groups"]["web"]["ttl_in_days"] = 99.into();
    service.admin("PUT", "/state", &state.to_string());
    check(&place, &["drift", "-f", "m.yaml"], 2, "drift");
    check(&place, &["verify", "p.json"], 7, "verification");
    check(&place, &["drift", "-f", "m.yaml", "--write"], 0, "drift");
    state["groups"]["web"]["transfers"][0]["status"] = "EXCEPTION".into();
    service.admin("PUT", "/state", &state.to_string());
    check(&place, &["drift", "-f", "m.yaml"], 6, "drift");
    check(&place, &["apply", "-f", "m.yaml", "--auto-approve"], 6, "event");
    check(&place, &["drift", "-f", "m.yaml", "--baseline", "m.yaml"], 1, "error");

    // Something that cannot be done beside something that can.
    service.admin("PATCH", "/config", r#"{"forbidden": ["CreateLogStream"]}"#);
    let estate = ESTATE.replacen("ttl_in_days: 7", "ttl_in_days: 99", 1);
    write(&format!("{estate}  more: {{ttl_in_days: 7, streams: {{a: }}}}\n"));
    check(&place, &["apply", "-f", "m.yaml", "--auto-approve"], 3, "event");
    service.admin("PATCH", "/config", r#"{"forbidden": ["ListTransfers"]}"#);
    check(&place, &["plan", "-f", "m.yaml"], 4, "plan");
    check(&place, &["drift", "-f", "m.yaml"], 1, "drift");
    check(&place, &["export", "-f", "m.yaml"], 1, "error");

    let strange = service.place().with("HW_SECRET_KEY", "wrong-secret-wrong-secret-wrong-secret-0");
    strange.write("m.yaml", &format!("{}{ESTATE}", service.target()));
    for command in [&["plan", "-f", "m.yaml"][..], &["drift", "-f", "m.yaml"], &["snapshot", "-f", "m.yaml"]] {
        check(&strange, command, 5, "error");
    }
    check(&strange, &["apply", "-f", "m.yaml", "--auto-approve"], 5, "error");
    check(&strange, &["init", "first.yaml"], 0, "init");
    check(&strange, &["init", "first.yaml"], 1, "error");
    check(&strange, &["completions", "bash"], 64, "error");
    check(&strange, &["man"], 64, "error");
}
