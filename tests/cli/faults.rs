//! The program on a bad day, over a socket, and files of faults that cannot be.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::program::{Place, Ran, SECRET_KEY, Service, copy_example};

const BAD_DAY: &str = "examples/faults/bad-day.yaml";

fn repository(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).to_string_lossy().into_owned()
}

/// The estate of examples/production, on this emulator.
fn production(service: &Service) -> Place {
    let place = service.place();
    copy_example(&place, "production");
    let estate = std::fs::read_to_string(place.path().join("examples/production/estate.yaml")).expect("text");
    let moved = ["lts", "iam"].into_iter().fold(estate, |text, name| {
        let there = format!("https://{name}.my-kualalumpur-1.cloud.example");
        assert!(text.contains(&there));
        text.replace(&there, &service.origin)
    });
    place.write("examples/production/estate.yaml", &moved);
    place
}

/// What the journal says was made: `group g`, `stream s`, `transfer s+t`.
fn made(service: &Service) -> Vec<String> {
    let journal = service.admin("GET", "/journal", "");
    let entries = journal["entries"].as_array().expect("entries").iter();
    let objects = entries.filter(|entry| entry["committed"] == true).flat_map(|entry| entry["objects"].as_array());
    let mut made: Vec<String> = objects
        .flatten()
        .map(|object| {
            let name = object["name"].as_str().expect("a name");
            let parts: BTreeSet<&str> = name.split('+').collect();
            format!("{} {}", object["kind"].as_str().expect("a kind"), Vec::from_iter(parts).join("+"))
        })
        .collect();
    made.sort();
    made
}

/// What the program says it has done, in the same words.
fn told(stdout: &str) -> Vec<String> {
    let events = stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect("an event"));
    let mut told: Vec<String> = events
        .filter(|event| event["type"] == "step_done")
        .map(|event| {
            let address = event["address"].as_str().expect("an address");
            match address.split('/').collect::<Vec<_>>().as_slice() {
                ["groups", group] => format!("group {group}"),
                ["groups", _, "streams", stream] => format!("stream {stream}"),
                ["groups", _, "dumps", dump] => format!("transfer {}", covered(dump)),
                _ => panic!("{address}"),
            }
        })
        .collect();
    told.sort();
    told
}

/// The streams of the dumps of examples/production.
fn covered(dump: &str) -> &'static str {
    match dump {
        "audit-archive" => "audit",
        "raw-archive" => "api+worker",
        "security-feed" => "dns+ingress",
        "kubernetes-archive" => "kubernetes",
        _ => panic!("{dump}"),
    }
}

#[test]
fn an_apply_survives_a_bad_day_and_tells_the_truth() {
    let service = Service::start_with("modern", &["--faults", &repository(BAD_DAY)]);
    let place = production(&service);
    let apply = ["apply", "-f", "examples/production", "--auto-approve"];
    let ran = place.run(&[&apply[..], &["-o", "json"]].concat()).exits(0);
    assert_eq!(told(&ran.stdout), made(&service));
    assert_eq!(made(&service).len(), 13, "everything once");
    let counts = service.admin("GET", "/faults", "")["counts"].clone();
    for count in counts.as_array().expect("counts") {
        // Whether a list is stale or a window full depends on the speed of
        // this machine.
        if !matches!(count["fault"].as_str(), Some("stale" | "rate_limit")) {
            assert!(count["struck"].as_u64() > Some(0), "{count}");
        }
    }
    service.admin("DELETE", "/faults", "");
    let ran = place.run(&apply).exits(0);
    assert_eq!(ran.last_line(), "No changes. 15 resources match the manifest.");
}

/// A small estate and a user with a password, and the rules in force.
fn apply_as_user(rules: &Value) -> (Ran, Service) {
    let service = Service::start("modern");
    service.admin("PUT", "/faults", &serde_json::json!({ "rules": rules }).to_string());
    let user = [("HW_USER_NAME", "emulator"), ("HW_USER_PASSWORD", "not-a-password"), ("HW_DOMAIN_NAME", "emulator")];
    let place = user.into_iter().fold(Place::new(), |place, (name, value)| place.with(name, value));
    place.write("m.yaml", &format!("{}groups: {{g: {{ttl_in_days: 7, streams: {{s: }}}}}}\n", service.target()));
    (place.run(&["apply", "-f", "m.yaml", "--auto-approve"]), service)
}

/// S17: the write that was rejected is sent again with a new token.
#[test]
fn s17_tokens_that_die_midway_are_renewed() {
    for answer in ["token_must_be_updated", "invalid_token"] {
        let fault = serde_json::json!({ "revoke_tokens": { "answer": answer } });
        let (ran, service) =
            apply_as_user(&serde_json::json!([{ "operation": "CreateLogStream", "nth": 1, "fault": fault }]));
        ran.exits(0);
        assert_eq!(service.journal().iter().filter(|line| line.starts_with("KeystoneCreate")).count(), 2, "{answer}");
        assert_eq!(made(&service), ["group g", "stream s"]);
    }
}

/// S71: the gateway echoes everything, and the program passes no secret on.
#[test]
fn s71_an_echo_of_what_was_signed_shows_no_secret() {
    let rules = serde_json::json!([{ "operation": "ListLogGroups", "fault": "reject_signature" }]);
    let (token, _service) = apply_as_user(&rules);
    let service = Service::start("modern");
    service.admin("PUT", "/faults", &serde_json::json!({ "rules": rules }).to_string());
    let place = service.place();
    place.write("m.yaml", &format!("{}groups: {{g: {{ttl_in_days: 7}}}}\n", service.target()));
    let key = place.run(&["apply", "-f", "m.yaml", "--auto-approve", "-v"]);
    for ran in [token.exits(5), key.exits(5)] {
        assert!(ran.stderr.contains("[redacted]"), "{}", ran.stderr);
        for secret in ["MIIEmulator", "Signature=", "SDK-HMAC-SHA256", SECRET_KEY] {
            assert!(!ran.stderr.contains(secret) && !ran.stdout.contains(secret), "{secret}: {}", ran.stderr);
        }
    }
}

/// One list lies once, at each place where a run reads one after its premises:
/// nothing is believed gone, and nothing done believed missing.
#[test]
fn one_list_that_lies_is_looked_at_again() {
    let state = r#"{"groups":{"g":{"ttl_in_days":7,"streams":{"s":{},"t":{}}},"gone":{"streams":{"x":{}}}}}"#;
    let estate = "groups:\n  g: {ttl_in_days: 30, streams: {s: , t: , new: }}\n  gone: {ensure: absent}\n";
    let allow = ["apply", "-f", "m.yaml", "--auto-approve", "--allow", "delete,data-loss,unmanaged"];
    for rule in [
        // The look before the deletion of the group, and the proof.
        r#"{"operation": "ListLogGroups", "nth": 3, "fault": "empty_list"}"#,
        r#"{"operation": "ListLogGroups", "nth": 4, "fault": "empty_list"}"#,
        r#"{"operation": "ListLogStreams", "nth": 3, "fault": "miss_item"}"#,
        r#"{"operation": "ListTransfers", "nth": 3, "fault": "garbage"}"#,
        r#"{"operation": "ListLogGroups", "nth": 1, "fault": "garbage"}"#,
    ] {
        let service = Service::start("modern");
        service.admin("PUT", "/state", state);
        service.admin("PUT", "/faults", &format!(r#"{{"seed": 1, "rules": [{rule}]}}"#));
        let place = service.place();
        place.write("m.yaml", &format!("{}{estate}", service.target()));
        let ran = place.run(&[&allow[..], &["--parallelism", "1"]].concat()).exits(0);
        assert!(ran.last_line().ends_with("1 added, 1 changed, 2 destroyed."), "{rule}: {}", ran.stdout);
        let struck = service.admin("GET", "/faults", "");
        assert!(struck.to_string().contains("\"struck\":1"), "{rule}: {struck}");
    }
}

#[test]
fn every_kind_is_explained() {
    let place = Place::new();
    place.write("faults.yaml", "rules: [{fault: explode}]\n");
    let ran = place.run(&["emulator", "--faults", "faults.yaml", "-o", "json"]).exits(1).document();
    let help = ran["error"]["complaints"][0]["help"].as_str().expect("help").to_owned();
    let kinds: Vec<&str> = help.trim_start_matches("the kinds are ").split(", ").collect();
    assert!(kinds.len() > 30, "{help}");
    let readme = std::fs::read_to_string(repository("examples/faults/README.md")).expect("text");
    let rows: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("| `")).collect();
    for kind in kinds {
        let explained =
            rows.iter().any(|row| row.split('|').next().is_some_and(|cell| cell.split('`').any(|w| w == kind)));
        assert!(explained, "{kind}");
    }
}

#[test]
fn every_complaint_about_a_file_of_faults_has_its_place() {
    let place = Place::new();
    place.write(
        "faults.yaml",
        "seed: 7\nrules:\n  - operation: CreateLogGrup\n    fault: drop\n  - fault: {latency: {mss: 3}}\n    probabilty: 0.5\n",
    );
    let run = |file: &str| place.run(&["emulator", "--listen", "127.0.0.1:0", "--faults", file]).exits(1).stderr;
    let told = run("faults.yaml");
    for part in [
        "error[bad-data]: there is no operation `CreateLogGrup`\n --> faults.yaml:3:5",
        "error[bad-data]: `latency`: unknown field `mss`, expected one of `ms`, `jitter_ms`, `at`\n --> faults.yaml:5:5",
        "error[bad-data]: unknown key `probabilty`\n --> faults.yaml:6:5",
        "help: the keys here are name, operation,",
        "error: 3 complaints in 1 file",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    place.write("empty.yaml", "# nothing\n");
    assert!(run("empty.yaml").contains("expected a mapping with `rules`"));
    place.write("twice.yaml", "seed: 1\nseed: 2\nrules: []\n");
    assert!(run("twice.yaml").contains("the key `seed` stands twice in this mapping"));
    place.write("faults.json", "{\n\t\"rules\": [\n\t\t{\"fault\": \"explode\"}\n\t]\n}\n");
    assert!(run("faults.json").contains("there is no kind `explode`\n --> faults.json:3:4"));
    assert!(run("nowhere.yaml").contains("`nowhere.yaml` does not exist"));
    let ran = place.run(&["emulator", "--faults", "faults.yaml", "-o", "json"]).exits(1).document();
    assert_eq!((&ran["error"]["class"], &ran["error"]["complaints"][0]["line"]), (&"faults".into(), &3.into()));
}
