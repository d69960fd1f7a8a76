//! From the project back to a manifest.

use crate::program::{PROJECT, Place, Ran, Service};

const PROJECT_STATE: &str = r#"{"groups": {
  "payments": {"ttl_in_days": 7, "tags": {"team": "payments"}, "streams": {"api": null, "audit": {"ttl_in_days": 30}},
    "transfers": [{"id": "t1", "streams": ["audit"], "obs_bucket_name": "acme-log-archive", "period": "1hour"},
                  {"id": "t2", "streams": ["api"], "type": "DIS"}]},
  "web": {"ttl_in_days": 30, "streams": {"access": null}}
}}"#;

/// A service with a project, and a place with a manifest that only says where
/// it is.
fn start(profile: &str) -> (Service, Place) {
    let service = Service::start(profile);
    service.admin("PUT", "/state", PROJECT_STATE);
    let place = service.place();
    place.write("where.yaml", &format!("{}groups: {{}}\n", service.target()));
    service.forget_journal();
    (service, place)
}

fn read(place: &Place, file: &str) -> String {
    std::fs::read_to_string(place.path().join(file)).expect("a file")
}

fn is_valid(schema: &str, ran: &Ran) -> serde_json::Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(schema);
    let schema: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("a schema")).expect("JSON");
    let document = ran.document();
    assert!(jsonschema::is_valid(&schema, &document), "{document}");
    document
}

#[test]
fn what_is_exported_plans_empty_in_both_editions() {
    for profile in ["modern", "seed-2022"] {
        let (service, place) = start(profile);
        let printed = place.run(&["export", "-f", "where.yaml"]).exits(0);
        place.write("printed.yaml", &printed.stdout);
        let plan = place.run(&["plan", "-f", "printed.yaml", "--detailed-exitcode"]).exits(0);
        let declared = if profile == "modern" { 6 } else { 5 };
        assert_eq!(
            plan.last_line(),
            format!("No changes. {declared} resources match the manifest."),
            "{}",
            printed.stdout
        );

        let told = place.run(&["export", "-f", "where.yaml", "--out", "kept.yaml"]).exits(0);
        assert!(told.stdout.starts_with("Exported to kept.yaml: 2 log groups, 3 log streams, "), "{}", told.stdout);
        assert_eq!(read(&place, "kept.yaml"), printed.stdout);
        let writes =
            service.lts_journal().into_iter().filter(|line| !line.starts_with("List") && !line.starts_with("GET"));
        assert_eq!(writes.collect::<Vec<_>>(), Vec::<String>::new());
    }
}

#[test]
fn a_file_that_is_there_is_not_overwritten_unasked_and_nothing_is_read() {
    let (service, place) = start("modern");
    place.write("kept.yaml", "mine\n");
    let refused = place.run(&["export", "-f", "where.yaml", "--out", "kept.yaml"]).exits(1);
    assert!(refused.stderr.contains("`kept.yaml` is there already"), "{}", refused.stderr);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    assert_eq!(read(&place, "kept.yaml"), "mine\n");
    assert_eq!(service.journal(), Vec::<String>::new());
    place.run(&["export", "-f", "where.yaml", "--out", "kept.yaml", "--force"]).exits(0);
    assert!(read(&place, "kept.yaml").starts_with("version: 1\n"));
    place.run(&["export", "-f", "where.yaml", "--out", "no/such/folder.yaml"]).exits(1);
    place.run(&["export", "-f", "where.yaml", "--force"]).exits(64);
    let left: Vec<_> =
        std::fs::read_dir(place.path()).expect("a folder").map(|entry| entry.expect("one").file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_part_of_the_project_is_named_by_addresses() {
    let (_service, place) = start("modern");
    let part = place.run(&["export", "groups/web/**", "groups/*/dumps/t1", "-f", "where.yaml"]).exits(0);
    let expected = "groups:\n  payments:\n    streams:\n      audit: {ttl_in_days: 30, tags: {}}\n    dumps:\n";
    assert!(part.stdout.contains(expected), "{}", part.stdout);
    assert!(part.stdout.contains("  web:\n    ttl_in_days: 30\n"), "{}", part.stdout);
    let nothing = place.run(&["export", "groups/wep/**", "-f", "where.yaml", "-o", "json"]).exits(1);
    assert_eq!(nothing.document()["error"]["message"], "no live object matches `groups/wep/**`");
    place.run(&["export", "web", "-f", "where.yaml"]).exits(64);
}

#[test]
fn a_document_holds_the_manifest_and_what_it_leaves_out() {
    let (_service, place) = start("modern");
    let ran = place.run(&["export", "-f", "where.yaml", "-o", "json"]).exits(0);
    let document = is_valid("export.schema.json", &ran);
    assert_eq!(document["summary"], serde_json::json!({"groups": 2, "streams": 3, "dumps": 1, "left_out": 1}));
    assert_eq!(document["left_out"][0]["address"], "groups/payments/dumps/t2");
    assert_eq!(document["target"]["project_id"], PROJECT);
    place.write("m.yaml", document["manifest"].as_str().expect("text"));
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
}

#[test]
fn a_list_that_cannot_be_read_leaves_no_half_manifest() {
    let (service, place) = start("modern");
    service.admin("PATCH", "/config", r#"{"forbidden": ["ListTransfers"]}"#);
    let refused = place.run(&["export", "-f", "where.yaml", "--out", "m.yaml"]).exits(1);
    assert!(refused.stderr.contains("error: the project was not read in full"), "{}", refused.stderr);
    assert!(!place.path().join("m.yaml").exists());
    // What does not need the list is exported all the same.
    place.run(&["export", "groups/*/streams/*", "groups/*", "-f", "where.yaml"]).exits(0);
}

#[test]
fn only_the_estate_that_is_named_is_exported() {
    let (service, place) = start("modern");
    let estate = format!(
        "{}estate: acme\ngroups:\n  shop: {{ttl_in_days: 3, protected: true, streams: {{s: }}}}\n",
        service.target()
    );
    place.write("estate.yaml", &estate);
    place.run(&["apply", "-f", "estate.yaml", "--auto-approve"]).exits(0);
    let foreign = place.run(&["export", "-f", "where.yaml"]).exits(0);
    assert!(foreign.stdout.contains("# not declared: groups/shop belongs to estate `acme`"), "{}", foreign.stdout);
    let own = place.run(&["export", "-f", "estate.yaml"]).exits(0);
    assert!(own.stdout.contains("estate: acme\n"), "{}", own.stdout);
    assert!(own.stdout.contains("  shop:\n    ttl_in_days: 3\n"), "{}", own.stdout);
    assert!(own.stdout.contains("    protected: true\n"), "{}", own.stdout);
    assert!(own.stdout.contains("# not declared: groups/web carries no marker of estate `acme`"), "{}", own.stdout);
    place.write("own.yaml", &own.stdout);
    place.run(&["plan", "-f", "own.yaml", "--detailed-exitcode"]).exits(0);
    let named = place.run(&["export", "-f", "where.yaml", "--estate", "acme"]).exits(0);
    assert_eq!(named.stdout, own.stdout);
}

#[test]
fn without_a_manifest_the_environment_says_where() {
    let place = Place::new();
    let nowhere = place.run(&["export", "-o", "json"]).exits(5);
    let message = nowhere.document()["error"]["message"].as_str().expect("text").to_owned();
    assert!(message.contains("no region is named"), "{message}");
    // With a region and a key it goes out and asks; nobody answers there.
    let place = Place::new()
        .with("HW_REGION_NAME", "my-kualalumpur-1")
        .with("HW_PROJECT_ID", PROJECT)
        .with("HW_ACCESS_KEY", "AK")
        .with("HW_SECRET_KEY", "SK")
        .with("HW_CLOUD", "example.invalid");
    let alone = place.run(&["export", "--deadline", "2s"]).exits(1);
    assert!(alone.stderr.contains("could not look up the project"), "{}", alone.stderr);
}

#[test]
fn the_embedded_service_is_exported_with_its_folder() {
    let place = Place::new();
    place.write("a/m.yaml", "version: 1\ntarget: {emulator: {}}\ngroups: {g: {ttl_in_days: 3, streams: {s: }}}\n");
    place.run(&["apply", "-f", "a/m.yaml", "--auto-approve"]).exits(0);
    place.run(&["export", "-f", "a/m.yaml", "--out", "a/back.yaml"]).exits(0);
    assert!(read(&place, "a/back.yaml").contains("emulator: {profile: modern, data: \".ltsctl/emulator\"}"));
    place.run(&["plan", "-f", "a/back.yaml", "--detailed-exitcode"]).exits(0);
    let elsewhere = place.run(&["export", "-f", "a/m.yaml", "--out", "back.yaml"]).exits(0);
    assert!(
        elsewhere.stderr.contains("warning: the data of the embedded service is named relative to `a`"),
        "{}",
        elsewhere.stderr
    );
}
