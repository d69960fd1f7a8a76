//! The bundle of a run that ended before its first write: whoever asked for one
//! wants it exactly then.

use serde_json::Value;

use crate::program::{PROJECT, Place, SECRET_KEY, Service};

const ESTATE: &str = "groups: {web: {ttl_in_days: 7, streams: {access: }}}\n";
const SHORTER: &str = "groups: {web: {ttl_in_days: 1, streams: {access: }}}\n";

fn manifest(service: &Service, text: &str) -> String {
    format!("{}{text}", service.target())
}

/// Runs a command with `--debug-bundle` and returns what it left behind, once the
/// schema takes it and no secret is in it.
fn bundle(place: &Place, arguments: &[&str], code: i32) -> Value {
    let file = place.path().join("bundle.json");
    let _ = std::fs::remove_file(&file);
    place.run(&[arguments, &["--auto-approve", "--debug-bundle", "bundle.json"]].concat()).exits(code);
    let text = std::fs::read_to_string(file).expect("a bundle");
    assert!(!text.contains(SECRET_KEY) && !text.contains("Signature="), "{text}");
    let bundle: Value = serde_json::from_str(&text).expect("json");
    let schema = place.run(&["schema", "bundle"]).exits(0).document();
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    assert!(schema.is_valid(&bundle), "{text}");
    assert_eq!(bundle["exit_code"], code);
    bundle
}

fn messages(bundle: &Value) -> String {
    let messages = bundle["end"]["messages"].as_array().expect("messages");
    messages.iter().map(|message| message.as_str().expect("text")).collect::<Vec<_>>().join("\n")
}

fn statuses(bundle: &Value) -> Vec<&Value> {
    bundle["exchanges"].as_array().expect("exchanges").iter().map(|exchange| &exchange["status"]).collect()
}

#[test]
fn what_a_guard_refuses_is_in_the_bundle() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m.yaml", &manifest(&service, ESTATE));
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    place.write("m.yaml", &manifest(&service, SHORTER));
    for (arguments, word) in [
        (&["apply", "-f", "m.yaml"][..], "--allow data-loss"),
        (&["destroy", "-f", "m.yaml"], "--allow"),
        (&["apply", "-f", "m.yaml", "--fail-on", "update"], "--fail-on"),
    ] {
        let bundle = bundle(&place, arguments, 4);
        assert_eq!(bundle["end"]["how"], "refused");
        assert!(messages(&bundle).contains(word), "{word}: {}", bundle["end"]);
        assert_eq!(bundle["plan"]["target"]["project_id"], PROJECT);
        assert_eq!(bundle["outcomes"], serde_json::json!([]));
        assert!(statuses(&bundle).iter().all(|status| **status == 200), "{}", bundle["exchanges"]);
    }
}

#[test]
fn what_is_stale_is_in_the_bundle() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m.yaml", &manifest(&service, ESTATE));
    let fresh = bundle(&place, &["apply", "-f", "m.yaml", "--expect-digest", "sha256:0"], 7);
    assert_eq!(fresh["end"]["how"], "stale");
    assert!(messages(&fresh).contains("was approved"), "{}", fresh["end"]);
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    place.write("m.yaml", &manifest(&service, &ESTATE.replace('7', "9")));
    place.run(&["plan", "-f", "m.yaml", "--out", "p.json"]).exits(0);
    place.write("m.yaml", &manifest(&service, &ESTATE.replace('7', "8")));
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    let saved = bundle(&place, &["apply", "p.json"], 7);
    assert_eq!(saved["end"]["how"], "stale");
    assert!(messages(&saved).starts_with("groups/web: "), "{}", saved["end"]);
    assert!(saved["plan"].is_object());
}

#[test]
fn what_failed_is_in_the_bundle() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m.yaml", &manifest(&service, ESTATE));
    place.write("bad.yaml", &manifest(&service, "groups: {web: {ttl: 7}}\n"));

    let identity = service.place().with("HW_SECRET_KEY", "another-secret-key-of-the-same-length-00");
    identity.write("m.yaml", &manifest(&service, ESTATE));
    let identity = bundle(&identity, &["apply", "-f", "m.yaml"], 5);
    assert_eq!(
        (&identity["end"]["how"], &identity["end"]["error"]["class"]),
        (&"failed".into(), &"authentication".into())
    );
    assert_eq!(statuses(&identity), [401]);
    assert!(identity["plan"].is_null());

    let invalid = bundle(&place, &["apply", "-f", "bad.yaml"], 1);
    assert_eq!(invalid["end"]["error"]["class"], "manifest");
    assert_eq!(invalid["end"]["error"]["complaints"][0]["line"], 6);
    assert!(statuses(&invalid).is_empty());
    let missing = bundle(&place, &["apply", "no-such-plan.json"], 1);
    assert_eq!(missing["end"]["error"]["class"], "plan");

    let rules =
        r#"{"rules": [{"operation": "ListLogGroups", "fault": {"error": {"status": 403, "error_code": "LTS.0003"}}}]}"#;
    service.admin("PUT", "/faults", rules);
    let unread = bundle(&place, &["apply", "-f", "m.yaml"], 1);
    assert_eq!(unread["end"]["how"], "failed");
    assert!(statuses(&unread).contains(&&Value::from(403)), "{}", unread["exchanges"]);
}

#[test]
fn nothing_to_do_is_in_the_bundle() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m.yaml", &manifest(&service, ESTATE));
    let done = bundle(&place, &["apply", "-f", "m.yaml"], 0);
    assert_eq!((&done["end"]["how"], done["outcomes"].as_array().expect("outcomes").len()), (&"carried_out".into(), 2));
    let nothing = bundle(&place, &["apply", "-f", "m.yaml"], 0);
    assert_eq!((&nothing["end"]["how"], &nothing["end"]["error"]), (&"nothing_to_do".into(), &Value::Null));
}
