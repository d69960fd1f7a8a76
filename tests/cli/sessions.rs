//! Whole sessions over HTTP, in each edition.

use crate::program::{Place, Service};

const ESTATE: &str = "
groups:
  payments:
    ttl_in_days: 7
    streams:
      api:
      audit: {ttl_in_days: 30}
";
const DUMPS: &str = "
    dumps:
      archive: {streams: [audit], obs_bucket_name: acme-log-archive, storage_format: JSON, period: 1hour}
";

fn manifest(service: &Service, text: &str) -> String {
    format!("{}{text}", service.target())
}

#[test]
fn the_modern_edition_from_nothing_to_nothing() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m.yaml", &manifest(&service, &format!("{ESTATE}{}", DUMPS.trim_start_matches('\n'))));
    place.run(&["validate", "-f", "m.yaml"]).exits(0);
    assert_eq!(service.journal(), Vec::<String>::new(), "validate touches no network");

    let plan = place.run(&["plan", "-f", "m.yaml", "-o", "json"]).exits(0).document();
    assert_eq!(plan["summary"]["add"], 4);
    let mut journal = service.lts_journal();
    journal.sort();
    assert_eq!(journal, ["ListLogGroups 200", "ListLogStreams 200", "ListTransfers 200"]);

    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(2);
    let applied = place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    assert_eq!(applied.last_line(), "Apply complete! Resources: 4 added, 0 changed, 0 destroyed.");
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);

    let edited = ESTATE.replace("ttl_in_days: 7", "ttl_in_days: 14");
    place.write("m.yaml", &manifest(&service, &format!("{edited}{}", DUMPS.trim_start_matches('\n'))));
    let plan = place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(2);
    assert!(plan.stdout.contains("7 -> 14"), "{}", plan.stdout);
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);

    service.forget_journal();
    place.run(&["destroy", "-f", "m.yaml", "--auto-approve", "--allow", "delete,data-loss"]).exits(0);
    let deletes: Vec<String> = service.lts_journal().into_iter().filter(|line| line.starts_with("Delete")).collect();
    assert_eq!(deletes, ["DeleteTransfer 200", "DeleteLogStream 204", "DeleteLogStream 204", "DeleteLogGroup 204"]);
}

#[test]
fn the_edition_of_2022_from_nothing_to_nothing() {
    let service = Service::start("seed-2022");
    let place = service.place();
    place.write("m.yaml", &manifest(&service, ESTATE));
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(2);
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    service.forget_journal();
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
    let mut journal = service.lts_journal();
    journal.sort();
    // Groups, transfers (which this edition does not have), and the streams of
    // one group.
    assert_eq!(journal, ["GET 404", "ListLogGroups 200", "ListLogStream 200"]);

    place.write("m.yaml", &manifest(&service, &ESTATE.replace("      api:\n", "      api:\n      more:\n")));
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(2);
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    let gone = place.run(&["destroy", "-f", "m.yaml", "--auto-approve", "--allow", "delete,data-loss"]).exits(0);
    assert_eq!(gone.last_line(), "Apply complete! Resources: 0 added, 0 changed, 4 destroyed.");
}

#[test]
fn the_edition_of_2022_refuses_what_it_cannot_do_when_planning() {
    let service = Service::start("seed-2022");
    let place = service.place();
    place.write("m.yaml", &manifest(&service, ESTATE));
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    service.forget_journal();

    place.write("m.yaml", &manifest(&service, &ESTATE.replace("ttl_in_days: 7", "ttl_in_days: 3")));
    for command in [&["plan", "-f", "m.yaml"][..], &["apply", "-f", "m.yaml", "--auto-approve"]] {
        let refused = place.run(command).exits(4);
        assert!(refused.stdout.contains("cannot change a log group: ttl_in_days 7 -> 3"), "{}", refused.stdout);
        assert!(refused.stdout.contains("help: change it in the console"), "{}", refused.stdout);
    }
    let tombstone = "    dumps:\n      old: {ensure: absent, streams: [audit], obs_bucket_name: acme-log-archive}\n";
    place.write("m.yaml", &manifest(&service, &format!("{ESTATE}{tombstone}")));
    let refused = place.run(&["apply", "-f", "m.yaml", "--auto-approve", "--allow", "delete,archive-gap"]).exits(4);
    assert!(refused.stdout.contains("neither list nor delete"), "{}", refused.stdout);
    assert!(refused.stdout.contains("help: remove it in the console"), "{}", refused.stdout);
    let writes: Vec<String> =
        service.lts_journal().into_iter().filter(|line| !line.starts_with("List") && line != "GET 404").collect();
    assert_eq!(writes, Vec::<String>::new());
}

#[test]
fn user_and_password_do_as_well_as_a_key() {
    let service = Service::start("modern");
    let place = Place::new()
        .with("HW_USER_NAME", "emulator")
        .with("HW_USER_PASSWORD", "not-a-password")
        .with("HW_DOMAIN_NAME", "emulator");
    place.write("m.yaml", &manifest(&service, ESTATE));
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
}

#[test]
fn a_partner_cloud_without_updates_is_found_out_before_the_first_write() {
    let service = Service::start("no-update");
    let place = service.place();
    place.write("m.yaml", &manifest(&service, ESTATE));
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    service.forget_journal();
    let edited = ESTATE.replace("ttl_in_days: 7", "ttl_in_days: 14").replace("api:\n", "api:\n      more:\n");
    place.write("m.yaml", &manifest(&service, &edited));
    let refused = place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(4);
    assert!(refused.stderr.contains("does not offer changing the ttl of a log group"), "{}", refused.stderr);
    assert!(!service.lts_journal().iter().any(|line| line.starts_with("Create")), "{:?}", service.lts_journal());
}

#[test]
fn the_ledger_remembers_dumps_where_they_cannot_be_listed() {
    let service = Service::start("seed-2022");
    let place = service.place();
    let dumps = DUMPS.trim_start_matches('\n');
    place.write("m.yaml", &manifest(&service, &format!("{ESTATE}{dumps}")));
    let ledger = ["--ledger", "ledger.json"];
    let run = |arguments: &[&str]| place.run(&[arguments, &ledger].concat());
    run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    let plan = run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
    assert!(plan.stdout.contains("unverifiable: remembered by the ledger"), "{}", plan.stdout);
    service.forget_journal();

    // An edit is seen and refused, and so is the deletion of what the dump covers.
    place.write("m.yaml", &manifest(&service, &format!("{ESTATE}{}", dumps.replace("1hour", "5min"))));
    let refused = run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(4);
    assert!(refused.stdout.contains("--dump-removed groups/payments/dumps/archive"), "{}", refused.stdout);
    let without = ESTATE.replace("audit: {ttl_in_days: 30}", "audit: {ensure: absent}");
    place.write("m.yaml", &manifest(&service, &without));
    run(&["apply", "-f", "m.yaml", "--auto-approve", "--allow", "delete,data-loss"]).exits(4);
    assert!(!service.lts_journal().iter().any(|line| line.starts_with("Delete") || line.starts_with("Create")));

    // A person removes the dump in the console and says so.
    let state = service.admin("GET", "/state", "");
    let mut state = state;
    state["groups"]["payments"]["transfers"] = serde_json::json!([]);
    service.admin("PUT", "/state", &state.to_string());
    let tombstone =
        "    dumps:\n      archive: {ensure: absent, streams: [audit], obs_bucket_name: acme-log-archive}\n";
    place.write("m.yaml", &manifest(&service, &format!("{without}{tombstone}")));
    let removed = ["--dump-removed", "groups/payments/dumps/archive"];
    let apply = ["apply", "-f", "m.yaml", "--auto-approve", "--allow", "delete,data-loss"];
    run(&[&apply[..], &removed].concat()).exits(0);

    // A ledger that is lost is a warning at most.
    place.write("ledger.json", "not a ledger");
    place.write("m.yaml", &manifest(&service, ESTATE));
    let warned = run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    assert!(warned.stderr.contains("is not a ledger"), "{}", warned.stderr);
}
