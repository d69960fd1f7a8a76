//! Plans that are saved, reviewed, verified and applied as they are.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::program::{PROJECT, Place, SECRET_KEY, Service};

const ESTATE: &str = "estate: acme
groups:
  web:
    ttl_in_days: 7
    streams:
      access: {ttl_in_days: 30}
      error:
  api:
    ttl_in_days: 7
    streams: {calls: }
";

fn manifest(service: &Service, text: &str) -> String {
    format!("{}{text}", service.target())
}

/// A place with a manifest, applied.
fn applied(service: &Service) -> Place {
    let place = service.place();
    place.write("m.yaml", &manifest(service, ESTATE));
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    place
}

fn writes(service: &Service) -> Vec<String> {
    let is_read = |line: &String| ["List", "GET"].iter().any(|word| line.starts_with(word));
    service.lts_journal().into_iter().filter(|line| !is_read(line)).collect()
}

/// The id of a group, from the emulator's state.
fn group_id(service: &Service, name: &str) -> String {
    service.admin("GET", "/state", "")["groups"][name]["id"].as_str().expect("an id").to_owned()
}

fn digest_of(place: &Place, file: &str) -> String {
    let shown = place.run(&["show", file, "-o", "json"]).exits(0).document();
    shown["digest"].as_str().expect("a digest").to_owned()
}

#[test]
fn a_saved_plan_is_applied_once_and_then_recognised_as_done() {
    for profile in ["modern", "seed-2022"] {
        let service = Service::start(profile);
        let place = service.place();
        let estate = if profile == "modern" { ESTATE.to_owned() } else { ESTATE.replace("estate: acme\n", "") };
        place.write("m.yaml", &manifest(&service, &estate));
        place.run(&["plan", "-f", "m.yaml", "--out", "p.json", "--detailed-exitcode"]).exits(2);
        assert_eq!(writes(&service), Vec::<String>::new());
        let shown = place.run(&["show", "p.json", "--detailed-exitcode"]).exits(2);
        assert_eq!(shown.last_line(), "Plan: 5 to add, 0 to change, 0 to destroy.");
        let verdict = place.run(&["verify", "p.json"]).exits(0);
        assert!(verdict.last_line().starts_with("Valid."), "{}", verdict.stdout);
        place.run(&["apply", "p.json"]).exits(64);
        let done = place.run(&["apply", "p.json", "--auto-approve"]).exits(0);
        assert_eq!(done.last_line(), "Apply complete! Resources: 5 added, 0 changed, 0 destroyed.");
        let verdict = place.run(&["verify", "p.json", "-o", "json"]).exits(0).document();
        assert_eq!(verdict["verdict"], "applied");
        service.forget_journal();
        let again = place.run(&["apply", "p.json", "--auto-approve"]).exits(0);
        assert_eq!(again.last_line(), "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.");
        assert_eq!(writes(&service), Vec::<String>::new(), "{profile}");
        place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
    }
}

#[test]
fn s30_what_has_moved_behind_the_plans_back_is_named_and_not_touched() {
    let service = Service::start("modern");
    let place = applied(&service);
    let edited = ESTATE.replacen("ttl_in_days: 7", "ttl_in_days: 14", 1).replace("{calls: }", "{calls: , more: }");
    place.write("m.yaml", &manifest(&service, &edited));
    place.run(&["plan", "-f", "m.yaml", "--out", "p.json"]).exits(0);
    let id = group_id(&service, "web");
    service.admin("PATCH", &format!("/groups/{id}"), r#"{"ttl_in_days": 9}"#);
    service.forget_journal();

    let stale = place.run(&["apply", "p.json", "--auto-approve"]).exits(7);
    assert!(stale.stderr.contains("stale: groups/web: "), "{}", stale.stderr);
    assert!(stale.stderr.contains("groups/web ttl_in_days: 7 -> 9"), "{}", stale.stderr);
    assert_eq!(writes(&service), Vec::<String>::new());
    let verdict = place.run(&["verify", "p.json"]).exits(7);
    assert!(verdict.stdout.contains("groups/web ttl_in_days: 7 -> 9"), "{}", verdict.stdout);
    let document = place.run(&["verify", "p.json", "-o", "json"]).exits(7).document();
    assert_eq!(document["verdict"], "stale");
    assert_eq!(document["steps"][1]["moved"]["field"], "ttl_in_days");

    // The rest is done when that is asked for.
    let partly = place.run(&["apply", "p.json", "--auto-approve", "--keep-going"]).exits(3);
    assert!(partly.stdout.contains("1 added, 0 changed"), "{}", partly.stdout);
    assert_eq!(service.admin("GET", "/state", "")["groups"]["web"]["ttl_in_days"], 9);
}

#[test]
fn a_killed_apply_of_a_saved_plan_is_finished_by_the_same_command() {
    use std::fmt::Write as _;
    let service = Service::start("modern");
    let mut estate = String::from("groups:\n");
    for group in 0..4 {
        let _ = writeln!(estate, "  g{group}:\n    ttl_in_days: 7\n    streams:");
        (0..20).for_each(|stream| {
            let _ = writeln!(estate, "      s{stream}:");
        });
    }
    let place = service.place();
    place.write("m.yaml", &manifest(&service, &estate));
    place.run(&["plan", "-f", "m.yaml", "--out", "p.json"]).exits(0);
    service.admin("PATCH", "/config", r#"{"latency_ms": 5}"#);
    let mut apply = place
        .command(&["apply", "p.json", "--auto-approve", "--parallelism", "2", "-o", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("run");
    let mut lines = BufReader::new(apply.stdout.take().expect("a pipe")).lines();
    let done = lines.by_ref().map(|line| line.expect("text")).filter(|line| line.contains("\"step_done\"")).take(20);
    assert_eq!(done.count(), 20);
    // SIGKILL.
    apply.kill().expect("kill");
    apply.wait().expect("the end");
    service.admin("PATCH", "/config", r#"{"latency_ms": 0}"#);

    let verdict = place.run(&["verify", "p.json", "-o", "json"]).exits(3).document();
    assert_eq!(verdict["verdict"], "partly_applied");
    place.run(&["apply", "p.json", "--auto-approve"]).exits(0);
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
    service.forget_journal();
    let third = place.run(&["apply", "p.json", "--auto-approve"]).exits(0);
    assert_eq!(third.last_line(), "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.");
    assert!(third.stderr.contains("84 of 84 steps are done already"), "{}", third.stderr);
    assert_eq!(writes(&service), Vec::<String>::new());
}

#[test]
fn the_same_state_gives_the_same_bytes_and_the_same_change_the_same_digest() {
    let service = Service::start("modern");
    let place = applied(&service);
    let (head, groups) = ESTATE.split_once("groups:\n").expect("a section");
    let (web, api) = groups.split_once("  api:\n").expect("two groups");
    let web = web.replace("      error:\n", "      error: {ensure: absent}\n");
    place.write("web.yaml", &format!("{}{head}groups:\n{web}", service.target()));
    place.write("api.yaml", &format!("version: 1\ngroups:\n  api:\n{}", api.replace("calls: ", "calls: , more: ")));
    place.run(&["plan", "-f", "web.yaml", "-f", "api.yaml", "--out", "one.json"]).exits(0);
    place.run(&["plan", "-f", "api.yaml", "-f", "web.yaml", "--out", "two.json"]).exits(0);
    let read = |name: &str| std::fs::read(place.path().join(name)).expect("a plan");
    assert_eq!(read("one.json"), read("two.json"));
    let printed = place.run(&["plan", "-f", "web.yaml", "-f", "api.yaml", "-o", "json"]).exits(0);
    assert_eq!(printed.stdout.as_bytes(), read("one.json"), "what is printed is what is saved");

    // New log lines, other line numbers and another version are no other plan.
    let digest = digest_of(&place, "one.json");
    let lines = r#"{"group": "web", "stream": "error", "lines": [{"content": "one"}, {"content": "two"}]}"#;
    service.admin("POST", "/logs", lines);
    place.write(
        "api.yaml",
        &format!("# moved down\n\n{}", std::fs::read_to_string(place.path().join("api.yaml")).expect("text")),
    );
    place.run(&["plan", "-f", "web.yaml", "-f", "api.yaml", "--out", "three.json"]).exits(0);
    assert_ne!(read("three.json"), read("one.json"));
    assert_eq!(digest_of(&place, "three.json"), digest);
    let text = String::from_utf8(read("one.json")).expect("text");
    let other =
        text.replacen(concat!("\"tool_version\":\"", env!("CARGO_PKG_VERSION")), "\"tool_version\":\"99.0.0", 1);
    assert_ne!(other, text);
    place.write("newer.json", &other);
    assert_eq!(digest_of(&place, "newer.json"), digest);
}

#[test]
fn only_the_plan_that_was_approved_is_applied() {
    let service = Service::start("modern");
    let place = applied(&service);
    let edited = ESTATE.replacen("ttl_in_days: 7", "ttl_in_days: 14", 1);
    place.write("m.yaml", &manifest(&service, &edited));
    place.run(&["plan", "-f", "m.yaml", "--out", "p.json"]).exits(0);
    let digest = digest_of(&place, "p.json");
    let wrong = digest.replace("sha256:", "sha256:0");
    service.forget_journal();
    place.run(&["apply", "p.json", "--auto-approve", "--expect-digest", &wrong]).exits(4);
    assert_eq!(service.journal(), Vec::<String>::new(), "nothing is asked for a plan that was not approved");
    place.write("m.yaml", &manifest(&service, &edited.replace("14", "15")));
    let stale = place.run(&["apply", "-f", "m.yaml", "--auto-approve", "--expect-digest", &digest]).exits(7);
    assert!(stale.stderr.contains("was approved"), "{}", stale.stderr);
    assert_eq!(writes(&service), Vec::<String>::new());
    place.write("m.yaml", &manifest(&service, &edited));
    place.run(&["apply", "-f", "m.yaml", "--auto-approve", "--expect-digest", &digest]).exits(0);
}

#[test]
fn a_plan_is_for_one_target() {
    let service = Service::start("modern");
    let place = applied(&service);
    place.write("m.yaml", &manifest(&service, &ESTATE.replacen("ttl_in_days: 7", "ttl_in_days: 14", 1)));
    place.run(&["plan", "-f", "m.yaml", "--out", "p.json"]).exits(0);
    service.forget_journal();
    let other = "ffffffffffffffffffffffffffffffff";
    let strange = service.place().with("HW_PROJECT_ID", other);
    let plan = std::fs::read_to_string(place.path().join("p.json")).expect("a plan");
    strange.write("p.json", &plan);
    let refused = strange.run(&["apply", "p.json", "--auto-approve"]).exits(5);
    assert!(refused.stderr.contains(other), "{}", refused.stderr);
    assert_eq!(service.journal(), Vec::<String>::new());
    // A plan cannot send the credential elsewhere either.
    place.write("p.json", &plan.replace(&service.origin, "https://evil.example"));
    let changed = place.run(&["apply", "p.json", "--auto-approve"]).exits(1);
    assert!(changed.stderr.contains("was changed after it was written"), "{}", changed.stderr);
    let found =
        changed.stderr.split("has sha256:").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a digest");
    let digest = digest_of(&strange, "p.json");
    let forged = plan.replace(&service.origin, "https://evil.example").replace(&digest, &format!("sha256:{found}"));
    place.write("p.json", &forged);
    let refused = place.run(&["apply", "p.json", "--auto-approve"]).exits(5);
    assert!(refused.stderr.contains("evil.example"), "{}", refused.stderr);
}

/// What is not read for the steps is read by people: a plan that tells them
/// something else is refused, and so is one that their tools cannot read.
#[test]
fn a_plan_that_misleads_its_readers_is_refused() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m.yaml", &manifest(&service, ESTATE));
    place.run(&["plan", "-f", "m.yaml", "--out", "p.json"]).exits(0);
    let plan = std::fs::read_to_string(place.path().join("p.json")).expect("a plan");
    let lie = plan.replacen("\"actions\":[\"create\"]", "\"actions\":[\"delete\"]", 1);
    let unreadable = lie.replacen('{', "{\"note\":1e999,", 1);
    for forged in [lie, unreadable] {
        assert_ne!(forged, plan);
        place.write("p.json", &forged);
        let refused = place.run(&["show", "p.json"]).exits(1);
        assert!(refused.stderr.contains("does not say what its steps do"), "{}", refused.stderr);
    }
}

#[test]
fn guards_hold_for_saved_plans_as_for_fresh_ones() {
    let service = Service::start("modern");
    let place = applied(&service);
    let edited = ESTATE.replace("      error:\n", "      error: {ensure: absent}\n");
    place.write("m.yaml", &manifest(&service, &edited));
    place.run(&["plan", "-f", "m.yaml", "--out", "p.json", "--fail-on", "data-loss"]).exits(4);
    place.run(&["show", "p.json", "--fail-on", "data-loss"]).exits(4);
    place.run(&["show", "p.json", "-o", "json", "--fail-on", "data-loss"]).exits(4);
    service.forget_journal();
    let refused = place.run(&["apply", "p.json", "--auto-approve", "--allow", "delete"]).exits(4);
    assert!(refused.stderr.contains("allow it with `--allow data-loss`"), "{}", refused.stderr);
    place.run(&["apply", "p.json", "--auto-approve", "--allow", "delete,data-loss", "--fail-on", "delete"]).exits(4);
    assert_eq!(writes(&service), Vec::<String>::new());
    place.run(&["apply", "p.json", "--auto-approve", "--allow", "delete,data-loss"]).exits(0);
    // A twin under the same name is not what the plan was made for.
    place.run(&["verify", "p.json"]).exits(0);
    place.write("m.yaml", &manifest(&service, ESTATE));
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    service.forget_journal();
    let stale = place.run(&["apply", "p.json", "--auto-approve", "--allow", "delete,data-loss"]).exits(7);
    assert!(stale.stderr.contains("groups/web/streams/error id"), "{}", stale.stderr);
    assert_eq!(writes(&service), Vec::<String>::new());
}

#[test]
fn half_of_a_replacement_is_not_done_because_the_other_half_is_known_to_be_impossible() {
    let service = Service::start("modern");
    let place = service.place();
    let estate = |streams: &str| {
        let dump = "obs_bucket_name: acme-archive, storage_format: JSON, period: 1hour";
        let dumps = format!("    dumps: {{d: {{streams: [{streams}], {dump}}}}}\n");
        manifest(&service, &format!("groups:\n  g:\n    ttl_in_days: 7\n    streams: {{a: , b: }}\n{dumps}"))
    };
    place.write("m.yaml", &estate("a"));
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    place.write("m.yaml", &estate("a, b"));
    place.run(&["plan", "-f", "m.yaml", "--out", "p.json"]).exits(0);
    // Somebody else dumps the other stream meanwhile.
    let mut state = service.admin("GET", "/state", "");
    let transfers = state["groups"]["g"]["transfers"].as_array_mut().expect("transfers");
    transfers.push(serde_json::json!({"streams": ["b"], "obs_bucket_name": "elsewhere", "period": "1hour"}));
    service.admin("PUT", "/state", &state.to_string());
    service.forget_journal();
    let allow = ["apply", "p.json", "--auto-approve", "--allow", "replace,archive-gap"];
    place.run(&allow).exits(7);
    place.run(&[&allow[..], &["--keep-going"]].concat()).exits(7);
    assert_eq!(writes(&service), Vec::<String>::new(), "the stream that is archived stays archived");
}

#[test]
fn a_pipe_is_no_place_for_a_plan() {
    let service = Service::start("modern");
    let place = applied(&service);
    let made = std::process::Command::new("mkfifo").arg(place.path().join("pipe")).status().expect("mkfifo");
    assert!(made.success());
    place.run(&["plan", "-f", "m.yaml", "--out", "pipe"]).exits(1);
    place.run(&["show", "pipe"]).exits(1);
    place.run(&["apply", "pipe", "--auto-approve"]).exits(1);
}

#[test]
fn s71_no_secret_is_in_what_is_left_behind() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m.yaml", &manifest(&service, ESTATE));
    place.run(&["plan", "-f", "m.yaml", "--out", "p.json"]).exits(0);
    let records = ["--journal", "run.ndjson", "--debug-bundle", "bundle.json"];
    place.run(&[&["apply", "p.json", "--auto-approve"][..], &records].concat()).exits(0);
    for name in ["p.json", "run.ndjson", "bundle.json"] {
        let text = std::fs::read_to_string(place.path().join(name)).expect("a file");
        assert!(text.len() > 500 && text.contains(PROJECT), "{name}: {text}");
        for secret in [SECRET_KEY, "Signature=", "Authorization"] {
            assert!(!text.contains(secret), "{name} holds {secret}");
        }
    }
    let journal = std::fs::read_to_string(place.path().join("run.ndjson")).expect("a journal");
    let events: Vec<serde_json::Value> =
        journal.lines().map(|line| serde_json::from_str(line).expect("an event")).collect();
    assert_eq!(events.first().expect("a line")["type"], "version");
    assert_eq!(events.last().expect("a line")["exit_code"], 0);
    let bundle: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(place.path().join("bundle.json")).expect("a bundle"))
            .expect("json");
    assert_eq!(bundle["outcomes"].as_array().expect("outcomes").len(), 5);
    assert!(bundle["exchanges"].as_array().expect("exchanges").iter().any(|exchange| exchange["status"] == 201));
}

/// A full disk does not stop a run half-way, and is not kept from its reader.
#[cfg(target_os = "linux")]
#[test]
fn s57_a_journal_that_cannot_be_written_is_a_warning_once() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m.yaml", &manifest(&service, ESTATE));
    let applied = place.run(&["apply", "-f", "m.yaml", "--auto-approve", "--journal", "/dev/full"]).exits(0);
    assert_eq!(
        applied.stderr.matches("warning: the journal `/dev/full` is incomplete").count(),
        1,
        "{}",
        applied.stderr
    );
}

#[test]
fn bad_plans_and_bad_flags_reach_no_network() {
    let service = Service::start("modern");
    let place = applied(&service);
    place.run(&["plan", "-f", "m.yaml", "--out", "p.json"]).exits(0);
    service.forget_journal();
    place.write("half.json", "{\"format_version\":\"1.0\",\"tool");
    place.write("other.json", "{\"format_version\":\"2.0\"}");
    for file in ["missing.json", "half.json", "other.json", "m.yaml"] {
        for command in [&["show", file][..], &["verify", file], &["apply", file, "--auto-approve"]] {
            let failed = place.run(command).exits(1);
            assert!(failed.stderr.contains(file) && failed.stderr.contains("help: "), "{}", failed.stderr);
            let document = place.run(&[command, &["-o", "json"]].concat()).exits(1).document();
            assert_eq!(document["error"]["class"], "plan");
        }
    }
    place.run(&["apply", "p.json", "-f", "m.yaml", "--auto-approve"]).exits(64);
    place.run(&["apply", "p.json", "--take-over", "groups/web", "--auto-approve"]).exits(64);
    place.run(&["apply", "--auto-approve"]).exits(64);
    let refused = place.run(&["plan", "-f", "m.yaml", "--out", "m.yaml"]).exits(1);
    assert!(refused.stderr.contains("is not overwritten"), "{}", refused.stderr);
    assert!(std::fs::read_to_string(place.path().join("m.yaml")).expect("a manifest").contains("groups:"));
    // The environment may name manifests all the same.
    let place = place.with("LTSCTL_FILE", "m.yaml");
    place.run(&["apply", "p.json", "--auto-approve"]).exits(0);
}

#[test]
fn a_plan_for_the_embedded_service_stays_where_its_data_is() {
    let place = Place::new();
    place.write("m.yaml", &format!("version: 1\ntarget: {{emulator: {{profile: modern}}}}\n{ESTATE}"));
    place.run(&["plan", "-f", "m.yaml", "--out", "p.json"]).exits(0);
    place.run(&["apply", "p.json", "--auto-approve"]).exits(0);
    place.run(&["verify", "p.json"]).exits(0);
    let elsewhere = Place::new();
    elsewhere.write("p.json", &std::fs::read_to_string(place.path().join("p.json")).expect("a plan"));
    let refused = elsewhere.run(&["apply", "p.json", "--auto-approve"]).exits(1);
    assert!(refused.stderr.contains("which is not there"), "{}", refused.stderr);
    assert!(!elsewhere.path().join(".ltsctl").exists());
}
