//! Live objects, added to the manifest where it stands.

use crate::program::{Place, Service};

const STATE: &str = r#"{"groups": {
  "legacy": {"ttl_in_days": 3, "tags": {"ltsctl-estate": "rivals:group:legacy"}, "streams": {"x": null}},
  "web": {"ttl_in_days": 30, "tags": {"team": "web"}, "streams": {"access": null, "error": {"ttl_in_days": 14}},
    "transfers": [{"id": "t1", "streams": ["error"], "obs_bucket_name": "acme-logs", "period": "1hour"},
                  {"id": "t2", "streams": ["access"], "type": "DIS"}]}
}}"#;

fn start(profile: &str, estate: &str, groups: &str) -> (Service, Place) {
    let service = Service::start(profile);
    service.admin("PUT", "/state", STATE);
    let place = service.place();
    place.write("m.yaml", &format!("# mine\n{}{estate}groups:{groups}", service.target()));
    service.forget_journal();
    (service, place)
}

fn read(place: &Place) -> String {
    std::fs::read_to_string(place.path().join("m.yaml")).expect("a manifest")
}

#[test]
fn a_group_with_everything_in_it_is_added_and_plans_empty() {
    for profile in ["modern", "seed-2022"] {
        let (service, place) = start(profile, "", " {}   # none yet\n");
        let before = read(&place);
        let shown = place.run(&["import", "groups/web/**", "-f", "m.yaml", "--check"]).exits(0);
        assert_eq!(read(&place), before);
        let document =
            place.run(&["import", "groups/web/**", "-f", "m.yaml", "--check", "-o", "json"]).exits(0).document();
        assert_eq!(document["written"], false);
        assert_eq!(read(&place), before);
        let done = place.run(&["import", "groups/web/**", "-f", "m.yaml"]).exits(0);
        let diff = |text: &str| {
            text.lines().filter(|line| line.starts_with(['+', '-'])).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(diff(&shown.stdout), diff(&done.stdout));
        let after = read(&place);
        assert!(after.contains("groups:   # none yet\n  web:\n    ttl_in_days: 30\n"), "{after}");
        assert!(after.starts_with("# mine\n"), "{after}");
        let declared = if profile == "modern" { 4 } else { 3 };
        assert_eq!(done.last_line(), format!("Imported {declared} objects; 0 were declared already."));
        let plan = place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
        assert_eq!(plan.last_line(), format!("No changes. {declared} resources match the manifest."));
        let again = place.run(&["import", "groups/web/**", "-f", "m.yaml"]).exits(0);
        assert_eq!(again.last_line(), format!("Nothing to import: {declared} objects are declared already."));
        assert_eq!(read(&place), after);
        let writes =
            service.lts_journal().into_iter().filter(|line| !line.starts_with("List") && !line.starts_with("GET"));
        assert_eq!(writes.collect::<Vec<_>>(), Vec::<String>::new());
    }
}

#[test]
fn what_is_written_by_hand_stays_as_it_is() {
    let groups = "\n  web:        # the shop\n    streams:\n      # busy\n      access: {ttl_in_days: inherit}  # hm\n";
    let (_service, place) = start("modern", "", groups);
    place.run(&["import", "groups/web/dumps/t1", "-f", "m.yaml"]).exits(0);
    let after = read(&place);
    let expected = "      access: {ttl_in_days: inherit}  # hm\n      error: {ttl_in_days: 14, tags: {}}\n    dumps:\n      acme-logs-error:\n        streams: [error]\n";
    assert!(after.contains(expected), "{after}");
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
}

#[test]
fn an_estate_adopts_what_nobody_owns_and_nothing_of_others() {
    let (service, place) = start("modern", "estate: acme\n", " {}\n");
    let before = read(&place);
    let foreign = place.run(&["import", "groups/*/**", "-f", "m.yaml", "-o", "json"]).exits(4);
    let document = foreign.document();
    let message = document["error"]["message"].as_str().expect("text");
    assert!(message.contains("groups/legacy belongs to estate `rivals`"), "{message}");
    assert_eq!(read(&place), before);
    let ran = place.run(&["import", "groups/web/**", "-f", "m.yaml", "-o", "json"]).exits(0);
    let document = ran.document();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/import.schema.json");
    let schema: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("a schema")).expect("JSON");
    assert!(jsonschema::is_valid(&schema, &document), "{document}");
    assert_eq!(document["imported"].as_array().map(Vec::len), Some(4));
    assert_eq!(
        document["to_be_marked"],
        serde_json::json!(["groups/web", "groups/web/streams/access", "groups/web/streams/error"])
    );
    assert_eq!(document["written"], true);
    assert!(document["files"][0]["diff"].as_str().is_some_and(|diff| diff.contains("\n+  web:\n")), "{document}");
    // Nothing but the marker is left to do.
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    let state = service.admin("GET", "/state", "");
    assert_eq!(state["groups"]["web"]["tags"]["ltsctl-estate"], "acme:group:web");
    assert_eq!(state["groups"]["web"]["ttl_in_days"], 30);
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
}

#[test]
fn each_object_goes_into_the_file_that_declares_its_group() {
    let (service, place) = start("modern", "", " {}\n");
    place.write("estate/a.yaml", &service.target());
    place.write("estate/b.yaml", "version: 1\ngroups:\n  other: {ttl_in_days: 3}\n");
    place.write("estate/c.yaml", "version: 1\ngroups:\n  web: {}  # here\n");
    place.run(&["import", "groups/web/streams/error", "-f", "estate"]).exits(0);
    let file = |name: &str| std::fs::read_to_string(place.path().join("estate").join(name)).expect("a file");
    assert_eq!(file("a.yaml"), service.target());
    assert_eq!(file("b.yaml"), "version: 1\ngroups:\n  other: {ttl_in_days: 3}\n");
    assert_eq!(file("c.yaml"), "version: 1\ngroups:\n  web: {streams: {error: {ttl_in_days: 14, tags: {}}}}  # here\n");
}

#[test]
fn what_cannot_be_imported_leaves_the_file_alone() {
    let (service, place) = start("modern", "", "\n  web:\n    streams:\n      error: {ensure: absent}\n");
    let before = read(&place);
    let doomed = place.run(&["import", "groups/web/streams/error", "-f", "m.yaml"]).exits(1);
    assert!(doomed.stderr.contains("`groups/web/streams/error` is a tombstone, at m.yaml:"), "{}", doomed.stderr);
    let told = place.run(&["import", "groups/wep", "-f", "m.yaml", "-o", "json"]).exits(1).document();
    assert_eq!(told["error"]["class"], "import");
    place.run(&["import", "-f", "m.yaml"]).exits(64);
    place.run(&["import", "groups/web", "-f", "-"]).exits(64);
    place.run(&["import", "groups/web"]).exits(64);
    service.admin("PATCH", "/config", r#"{"forbidden": ["ListLogStreams"]}"#);
    place.run(&["import", "groups/web/**", "-f", "m.yaml"]).exits(1);
    assert_eq!(read(&place), before);
    assert_eq!(std::fs::read_dir(place.path()).expect("a folder").count(), 1);
}

#[test]
fn an_import_that_would_have_something_else_deleted_is_refused() {
    let estate = "estate: acme\npolicy: {prune: owned}\n";
    let (service, place) = start("modern", "estate: acme\n", "\n  own:\n    ttl_in_days: 3\n    streams: {old: }\n");
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    let state = service.admin("GET", "/state", "");
    let mut own = state["groups"]["own"].clone();
    own["streams"]["new"] = serde_json::json!({});
    service.admin("PUT", "/state", &serde_json::json!({"groups": {"own": own}}).to_string());
    // Without `streams` nothing is said of them; with it, `old` is one too many.
    place.write("m.yaml", &format!("{}{estate}groups:\n  own:\n    ttl_in_days: 3\n", service.target()));
    let before = read(&place);
    let refused = place.run(&["import", "groups/own/streams/new", "-f", "m.yaml"]).exits(1);
    assert!(refused.stderr.contains("the import would change the plan: groups/own/streams/old"), "{}", refused.stderr);
    assert_eq!(read(&place), before);
    // Both together are all there is.
    place.run(&["import", "groups/own/streams/*", "-f", "m.yaml"]).exits(0);
}
