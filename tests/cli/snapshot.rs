//! The project recorded, and plans that are made from the record.

use crate::program::{PROJECT, Place, SECRET_KEY, Service};

const ESTATE: &str = "estate: acme
groups:
  web:
    ttl_in_days: 7
    streams:
      access: {ttl_in_days: 30}
      error:
";

/// A service, a place with a manifest that is applied, and its snapshot.
fn recorded(profile: &str) -> (Service, Place) {
    let service = Service::start(profile);
    let place = service.place();
    let estate = if profile == "modern" { ESTATE.to_owned() } else { ESTATE.replace("estate: acme\n", "") };
    place.write("m.yaml", &format!("{}{estate}", service.target()));
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    service.forget_journal();
    let told = place.run(&["snapshot", "-f", "m.yaml", "--out", "s.json"]).exits(0);
    assert_eq!(told.stdout, "Recorded in s.json: 1 log groups, 2 log streams, 0 transfers.\n");
    (service, place)
}

/// The same folder without any credential.
fn offline(place: &Place) -> Place {
    let bare = Place::new();
    for file in ["m.yaml", "s.json"] {
        bare.write(file, &std::fs::read_to_string(place.path().join(file)).expect("a file"));
    }
    bare
}

#[test]
fn a_plan_from_a_snapshot_needs_no_credential_and_no_network() {
    for profile in ["modern", "seed-2022"] {
        let (mut service, place) = recorded(profile);
        let bare = offline(&place);
        let text = std::fs::read_to_string(bare.path().join("s.json")).expect("a snapshot");
        assert!(!text.contains(SECRET_KEY), "{text}");
        let edited = std::fs::read_to_string(bare.path().join("m.yaml")).expect("a manifest") + "      new:\n";
        place.write("n.yaml", &edited);
        bare.write("n.yaml", &edited);
        let online = place.run(&["plan", "-f", "n.yaml", "-o", "json"]).exits(0).document();
        service.kill();

        let nothing = bare.run(&["plan", "--live", "s.json", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
        assert_eq!(nothing.last_line(), "No changes. 3 resources match the manifest.");
        assert!(
            nothing.stderr.contains(&format!("Project {PROJECT} in my-kualalumpur-1, as it was ")),
            "{}",
            nothing.stderr
        );
        let plan = bare.run(&["plan", "--live", "s.json", "-f", "n.yaml", "-o", "json"]).exits(0).document();
        assert_eq!(plan["digest"], online["digest"], "{profile}");
        assert_eq!(plan["summary"]["add"], 1);
        assert!(plan["snapshot"]["age_seconds"].as_u64().is_some_and(|age| age < 600), "{}", plan["snapshot"]);
        assert!(plan["snapshot"]["taken_at"].as_str().is_some_and(|time| time.ends_with('Z')), "{}", plan["snapshot"]);
        assert!(online.get("snapshot").is_none());
    }
}

#[test]
fn a_saved_plan_from_a_snapshot_is_checked_when_it_is_applied() {
    let (service, place) = recorded("modern");
    let edited = std::fs::read_to_string(place.path().join("m.yaml"))
        .expect("a manifest")
        .replace("ttl_in_days: 7", "ttl_in_days: 9");
    place.write("n.yaml", &edited);
    let report = ["--report", "markdown=plan.md"];
    place.run(&[&["plan", "--live", "s.json", "-f", "n.yaml", "--out", "p.json"], &report[..]].concat()).exits(0);
    let told = |name: &str| std::fs::read_to_string(place.path().join(name)).expect("a report");
    assert!(told("plan.md").contains("planned from a snapshot of 20"), "{}", told("plan.md"));
    // Whoever reviews the file sees how old that was.
    let shown = place.run(&["show", "p.json", "--report", "html=plan.html"]).exits(0).stdout;
    assert!(shown.contains("\nplanned from a snapshot of 20"), "{shown}");
    assert!(told("plan.html").contains("planned from a snapshot of 20"));
    let document = place.run(&["show", "p.json", "-o", "json"]).exits(0).document();
    assert!(document["snapshot"]["taken_at"].is_string(), "{document}");
    let forged = told("p.json").replace("\"taken_at\":\"20", "\"taken_at\":\"soon, 20");
    place.write("forged.json", &forged);
    assert!(place.run(&["show", "forged.json"]).exits(1).stderr.contains("is not a time"));
    assert!(place.run(&["verify", "p.json"]).exits(0).last_line().starts_with("Valid."));
    let state = service.admin("GET", "/state", "");
    let id = state["groups"]["web"]["id"].as_str().expect("an id");
    service.admin("PATCH", &format!("/groups/{id}"), r#"{"ttl_in_days": 11}"#);
    let stale = place.run(&["apply", "p.json", "--auto-approve"]).exits(7);
    assert!(stale.stderr.contains("groups/web ttl_in_days: 7 -> 11"), "{}", stale.stderr);
    service.admin("PATCH", &format!("/groups/{id}"), r#"{"ttl_in_days": 7}"#);
    place.run(&["apply", "p.json", "--auto-approve"]).exits(0);
    assert_eq!(service.admin("GET", "/state", "")["groups"]["web"]["ttl_in_days"], 9);
}

#[test]
fn a_snapshot_of_another_project_is_the_wrong_target() {
    let (service, place) = recorded("modern");
    let manifest = std::fs::read_to_string(place.path().join("m.yaml")).expect("a manifest");
    let bare = offline(&place);
    for (old, new, word) in [
        (PROJECT, "ffffffffffffffffffffffffffffffff", "project"),
        ("my-kualalumpur-1", "my-kualalumpur-2", "region"),
        (service.origin.as_str(), "http://127.0.0.1:9", "endpoint"),
        ("target:\n", "target:\n  api: seed-2022\n", "edition of the API"),
        ("target:\n", "target:\n  domain_id: ffffffffffffffffffffffffffffffff\n", "account"),
    ] {
        bare.write("other.yaml", &manifest.replace(old, new));
        let refused = bare.run(&["plan", "--live", "s.json", "-f", "other.yaml", "-o", "json"]).exits(5).document();
        let message = refused["error"]["message"].as_str().expect("text").to_owned();
        assert!(message.contains(&format!("the {word} is ")), "{message}");
    }
    let bare = bare.with("HW_PROJECT_ID", "ffffffffffffffffffffffffffffffff");
    bare.run(&["plan", "--live", "s.json", "-f", "m.yaml"]).exits(5);
}

#[test]
fn what_was_not_read_is_unread_in_the_plan_as_well() {
    let (service, place) = recorded("modern");
    service.admin("PATCH", "/config", r#"{"forbidden": ["ListLogStreams"]}"#);
    let taken = place.run(&["snapshot", "-f", "m.yaml"]).exits(0);
    assert_eq!(taken.document()["whole"], false);
    assert!(taken.stderr.contains("warning: log streams are unread"), "{}", taken.stderr);
    place.write("s.json", &taken.stdout);
    let bare = offline(&place);
    let plan = bare.run(&["plan", "--live", "s.json", "-f", "m.yaml", "-o", "json"]).exits(4).document();
    assert_eq!(plan["unknown"].as_array().map(Vec::len), Some(2));
    assert_eq!(plan["summary"]["add"], 0);
}

#[test]
fn what_is_no_snapshot_is_told_in_one_document() {
    let (_service, place) = recorded("modern");
    let text = std::fs::read_to_string(place.path().join("s.json")).expect("a snapshot");
    place.write("changed.json", &text.replace("\"ttl_in_days\": 7", "\"ttl_in_days\": 8"));
    place.write("half.json", &text[..text.len() / 2]);
    for (file, word) in [
        ("changed.json", "was changed"),
        ("half.json", "is not a snapshot"),
        ("no.json", "does not exist"),
        (".", "regular"),
    ] {
        let refused = place.run(&["plan", "--live", file, "-f", "m.yaml", "-o", "json"]).exits(1).document();
        assert!(refused["error"]["message"].as_str().is_some_and(|text| text.contains(word)), "{refused}");
    }
    // The file that is there stays; one is printed as it would be written.
    place.run(&["snapshot", "-f", "m.yaml", "--out", "s.json"]).exits(1);
    place.run(&["snapshot", "-f", "m.yaml", "--out", "s.json", "--force"]).exits(0);
    let printed = place.run(&["snapshot", "-f", "m.yaml", "--out", "t.json", "-o", "json"]).exits(0);
    assert_eq!(printed.stdout, std::fs::read_to_string(place.path().join("t.json")).expect("a snapshot"));
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/snapshot.schema.json");
    let schema: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("a schema")).expect("JSON");
    assert!(jsonschema::is_valid(&schema, &printed.document()));
}
