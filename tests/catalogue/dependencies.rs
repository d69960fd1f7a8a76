//! S37 to S51: what stands in the way, what there is no room for, and what the
//! service does not take. Each is told for one item with its line; the rest goes
//! on.

use serde_json::{Value, json};

use crate::program::{Place, Ran, Service};
use crate::run::{apply, place_with, writes};

/// A group `g` with a stream `s` that is dumped, as people made it.
const DUMPED: &str = r#"{"groups":{"g":{"ttl_in_days":7,"streams":{"s":{},"t":{}},
    "transfers":[{"streams":["s"],"obs_bucket_name":"archive","period":"1hour"}]}}}"#;

const ALLOW: [&str; 2] = ["--allow", "delete,replace,data-loss,archive-gap,unmanaged"];

fn service_with(state: &str) -> Service {
    let service = Service::start("modern");
    service.admin("PUT", "/state", state);
    service
}

/// Refused at plan time with id and bucket. One that is made between plan and
/// deletion blocks that branch (LTS.0207), and siblings go on.
#[test]
fn s37_delete_blocked_by_unmanaged_dump() {
    let doomed = "groups:\n  g: {streams: {s: {ensure: absent}, t: {ensure: absent}}}\n  h: {ttl_in_days: 7}\n";
    let service = service_with(DUMPED);
    let place = place_with(&service, doomed);
    let plan = place.run(&["plan", "-f", "m.yaml"]).exits(4);
    assert!(plan.stdout.contains("! groups/g/streams/s") && plan.stdout.contains("archive"), "{}", plan.stdout);
    let service = service_with(r#"{"groups":{"g":{"ttl_in_days":7,"streams":{"s":{},"t":{}}}}}"#);
    let born =
        json!({ "group": "g", "transfer": { "streams": ["s"], "obs_bucket_name": "archive", "period": "1hour" } });
    let rule = json!([{ "operation": "DeleteLogStream", "nth": 1, "fault": { "create_transfer": born } }]);
    crate::run::set_faults(&service, &rule);
    let place = place_with(&service, doomed);
    let ran = apply(&place, &[&ALLOW[..], &["--parallelism", "1"]].concat()).exits(3);
    assert!(ran.stderr.contains("LTS.0207"), "{}", ran.stderr);
    let mut done = writes(&service);
    done.sort();
    assert_eq!(done, ["CreateLogGroup 201", "DeleteLogStream 204", "DeleteLogStream 400"]);
}

/// Both ids are shown, and neither is chosen.
#[test]
fn s38_duplicate_dump_present() {
    let ids = ["00000000-0000-4000-8000-000000000003", "00000000-0000-4000-8000-000000000004"];
    let transfer = |id: &str| json!({ "id": id, "streams": ["s"], "obs_bucket_name": "archive", "period": "1hour" });
    let state = json!({ "groups": { "g": { "streams": { "s": {} }, "transfers": ids.map(transfer) } } });
    let service = service_with(&state.to_string());
    let place = place_with(
        &service,
        "groups: {g: {streams: {s: }, dumps: {d: {streams: [s], obs_bucket_name: archive, storage_format: RAW, period: 5min}}}}\n",
    );
    let ran = apply(&place, &ALLOW).exits(4);
    for id in ids {
        assert!(ran.stdout.contains(id), "{}", ran.stdout);
    }
    assert_eq!(writes(&service), Vec::<String>::new());
}

fn groups(names: std::ops::Range<usize>) -> String {
    names.map(|number| format!("  n{number:03}: {{ttl_in_days: 7}}\n")).collect()
}

/// 96 groups are there, 24 more are declared: four are made, the quota is told
/// once, and the update goes through.
#[test]
fn s39_quota_midway() {
    let mut live = serde_json::Map::new();
    for number in 0..96 {
        live.insert(format!("n{number:03}"), json!({ "ttl_in_days": 7 }));
    }
    let service = service_with(&json!({ "groups": live }).to_string());
    let manifest =
        format!("policy: {{quotas: {{groups: 200}}}}\ngroups:\n{}  n000: {{ttl_in_days: 14}}\n", groups(1..120));
    let place = place_with(&service, &manifest);
    let ran = apply(&place, &["--parallelism", "1"]).exits(3);
    assert!(ran.stdout.contains("4 added, 1 changed, 0 destroyed; 1 failed"), "{}", ran.stdout);
    assert!(ran.stdout.contains("19 not started"), "{}", ran.stdout);
    let refused = writes(&service).into_iter().filter(|line| line == "CreateLogGroup 400").count();
    assert_eq!(refused, 1);
    // And without a quota of its own, the manifest is told before any request.
    let place = place_with(&service, &manifest.replace("policy: {quotas: {groups: 200}}\n", ""));
    service.forget_journal();
    let ran = apply(&place, &[]).exits(1);
    assert!(ran.stderr.contains("quota"), "{}", ran.stderr);
    assert_eq!(service.journal(), Vec::<String>::new());
}

/// One thing that the service does not take: it is told with its line and the
/// service's code, and its sibling `ok` is made all the same.
fn check_refusal(service: &Service, item: &str, address: &str, words: &str) {
    let manifest = format!("groups:\n  ok: {{ttl_in_days: 7}}\n  g:\n    ttl_in_days: 7\n{item}");
    let place = place_with(service, &manifest);
    let ran = apply(&place, &[]).exits(3);
    let told = ran.stderr.split(&format!("failed: create {address}")).nth(1);
    let told = told.unwrap_or_else(|| panic!("{address}: {}", ran.stderr));
    let mut lines = told.lines();
    assert!(lines.next().is_some_and(|line| line.contains(words)), "{words}: {told}");
    assert!(lines.next().is_some_and(|line| line.contains("declared at m.yaml:")), "{told}");
    let there = service.admin("GET", "/state", "");
    assert!(there["groups"].get("ok").is_some(), "{there}");
    // It is not reported as done by a second run either.
    let again = place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(2);
    assert!(again.stdout.contains(&format!("+ {address}")), "{}", again.stdout);
}

#[test]
fn s40_stream_quota() {
    let service = Service::start("modern");
    service.admin("PATCH", "/config", r#"{"quotas": {"groups": 100, "streams": 0}}"#);
    check_refusal(&service, "    streams: {s: }\n", "groups/g/streams/s", "LTS.0206");
}

#[test]
fn s41_ttl_rejected_in_region() {
    let service = Service::start("modern");
    service.admin("PATCH", "/config", r#"{"max_group_ttl": 7}"#);
    let place = place_with(&service, "groups:\n  ok: {ttl_in_days: 7}\n  g: {ttl_in_days: 30, streams: {s: }}\n");
    let ran = apply(&place, &[]).exits(3);
    assert!(ran.stderr.contains("failed: create groups/g: ") && ran.stderr.contains("LTS.0106"), "{}", ran.stderr);
    assert!(ran.stderr.contains("declared at m.yaml:8:3"), "{}", ran.stderr);
    assert!(ran.stderr.contains("not started: create groups/g/streams/s: waits for groups/g"), "{}", ran.stderr);
    assert_eq!(writes(&service).into_iter().filter(|line| line.ends_with(" 201")).count(), 1);
}

/// The emulator keeps no registry of enterprise projects, so that the refusal
/// itself is a fault.
#[test]
fn s42_eps_not_permitted() {
    let service = Service::start("modern");
    let refusal = json!({ "status": 403, "error_code": "APIGW.0302", "error_msg": "The IAM user has no permission for the enterprise project" });
    crate::run::set_faults(&service, &json!([{ "operation": "CreateLogStream", "fault": { "error": refusal } }]));
    check_refusal(
        &service,
        "    streams: {s: {enterprise_project_name: finance}}\n",
        "groups/g/streams/s",
        "APIGW.0302",
    );
}

/// A dump of a stream into a bucket.
fn dump_into(bucket: &str) -> String {
    format!(
        "    streams: {{s: }}\n    dumps: {{d: {{streams: [s], obs_bucket_name: {bucket}, storage_format: RAW, period: 1hour}}}}\n"
    )
}

#[test]
fn s43_bucket_missing_or_forbidden() {
    for (state, words) in [("missing", "LTS.0416"), ("forbidden", "LTS.0018")] {
        let service = Service::start("modern");
        service.admin("PUT", "/buckets/archive", &json!({ "state": state }).to_string());
        check_refusal(&service, &dump_into("archive"), "groups/g/dumps/d", words);
    }
}

#[test]
fn s44_encrypted_bucket_without_key() {
    let service = Service::start("modern");
    service.admin("PUT", "/buckets/archive", r#"{"state": "encrypted"}"#);
    check_refusal(&service, &dump_into("archive"), "groups/g/dumps/d", "obs_encrypted_id is required");
}

/// Whether an agency may be used is known to the real service only: here the
/// refusal is a fault.
#[test]
fn s45_agency_wrong_account() {
    let service = Service::start("modern");
    let refusal =
        json!({ "status": 403, "error_code": "LTS.0018", "error_msg": "The agency does not belong to the account" });
    crate::run::set_faults(&service, &json!([{ "operation": "CreateTransfer", "fault": { "error": refusal } }]));
    let id = "ffffffffffffffffffffffffffffffff";
    let dump = format!(
        "    streams: {{s: }}\n    dumps:\n      d:\n        streams: [s]\n        obs_bucket_name: archive\n        storage_format: RAW\n        \
         period: 1hour\n        agency: {{domain_id: {id}, domain_name: other, name: lts, project_id: {id}}}\n"
    );
    check_refusal(&service, &dump, "groups/g/dumps/d", "The agency does not belong to the account");
}

/// Other work is done, the dump is not touched, and the exit code is 6.
#[test]
fn s46_dump_in_exception() {
    let service = service_with(&DUMPED.replace(r#""period":"1hour""#, r#""period":"1hour","status":"EXCEPTION""#));
    let place = place_with(
        &service,
        "groups:\n  h: {ttl_in_days: 7}\n  g: {ttl_in_days: 7, streams: {s: }, dumps: {d: {streams: [s], obs_bucket_name: \
         archive, storage_format: RAW, period: 1hour}}}\n",
    );
    let ran = apply(&place, &[]).exits(6);
    assert!(ran.stdout.contains("EXCEPTION"), "{}", ran.stdout);
    assert_eq!(writes(&service), ["CreateLogGroup 201"]);
}

fn tags(service: &Service) -> Value {
    service.admin("GET", "/state", "")["groups"]["g"].clone()
}

/// A change of a group's tags leaves those of its streams alone, and the second
/// plan is empty.
#[test]
fn s47_tag_cascade() {
    let service =
        service_with(r#"{"groups":{"g":{"ttl_in_days":7,"tags":{"a":"old"},"streams":{"s":{"tags":{"a":"own"}}}}}}"#);
    let place = place_with(&service, "groups: {g: {tags: {a: new, b: x}, streams: {s: {tags: {a: own}}}}}\n");
    apply(&place, &[]).exits(0);
    assert_eq!(tags(&service)["tags"], json!({ "a": "new", "b": "x" }));
    assert_eq!(tags(&service)["streams"]["s"]["tags"], json!({ "a": "own" }));
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
}

/// The service answers that the prefix is cleared and goes on with it: the apply
/// did not converge (6), the field is named, and no success is pretended.
#[test]
fn s49_cannot_unset() {
    let kept = json!({ "streams": ["s"], "obs_bucket_name": "archive", "period": "1hour", "prefix_name": "old-" });
    let service = service_with(
        &json!({ "groups": { "g": { "ttl_in_days": 7, "streams": { "s": {} }, "transfers": [kept.clone()] } } })
            .to_string(),
    );
    let place = place_with(
        &service,
        "groups: {g: {ttl_in_days: 7, streams: {s: }, dumps: {d: {streams: [s], obs_bucket_name: archive, storage_format: \
         RAW, period: 1hour, prefix_name: \"\"}}}}\n",
    );
    // The third list is that of the proof.
    let rule = |fault: Value| json!({ "operation": "ListTransfers", "nth": 3, "fault": fault });
    crate::run::set_faults(
        &service,
        &json!([
            rule(json!({ "delete_transfer": { "group": "g", "stream": "s" } })),
            rule(json!({ "create_transfer": { "group": "g", "transfer": kept } })),
        ]),
    );
    let ran = apply(&place, &[]).exits(6);
    assert!(ran.stderr.contains("did not converge") && ran.stderr.contains("prefix_name"), "{}", ran.stderr);
    assert_eq!(writes(&service), ["UpdateTransfer 200"]);
}

fn plan(place: &Place) -> Ran {
    place.run(&["plan", "-f", "m.yaml"])
}

/// Another name is another object; an enterprise project cannot be changed and
/// blocks; streams and agency of a dump are a replacement with a gap.
#[test]
fn s50_immutable_change() {
    let service = service_with(&DUMPED.replace(r#"{"g":{"#, r#"{"g":{"enterprise_project_id":"0","#));
    let dump = |streams: &str, more: &str| {
        format!(
            "groups: {{g: {{streams: {{s: , t: }}, dumps: {{d: {{streams: [{streams}], obs_bucket_name: archive, \
             storage_format: RAW, period: 1hour{more}}}}}}}}}\n"
        )
    };
    let id = "ffffffffffffffffffffffffffffffff";
    let agency = format!(", agency: {{domain_id: {id}, domain_name: other, name: lts, project_id: {id}}}");
    for manifest in [dump("s, t", ""), dump("s", &agency)] {
        let place = place_with(&service, &manifest);
        assert!(plan(&place).exits(0).stdout.contains("-/+ groups/g/dumps/d"), "{}", plan(&place).stdout);
        let refused = apply(&place, &[]).exits(4);
        assert!(refused.stderr.contains("archive-gap") && refused.stderr.contains("replace"), "{}", refused.stderr);
    }
    let place = place_with(&service, "groups: {g2: {ttl_in_days: 7}}\n");
    assert!(plan(&place).exits(0).stdout.contains("+ groups/g2"));
    let place = place_with(&service, "groups: {g: {enterprise_project_id: 00000000-0000-0000-0000-000000000001}}\n");
    assert!(plan(&place).exits(4).stdout.contains("! groups/g"));
    assert_eq!(writes(&service), Vec::<String>::new());
}

/// The service compares exactly, and so does the program. (A name with a space
/// or beyond ASCII is no name at all: S65.)
#[test]
fn s51_case_twins() {
    let service = service_with(r#"{"groups":{"App":{"ttl_in_days":7,"streams":{"Api":{}}}}}"#);
    let place =
        place_with(&service, "groups: {App: {ttl_in_days: 7, streams: {Api: , api: }}, app: {ttl_in_days: 7}}\n");
    let ran = apply(&place, &[]).exits(0);
    assert_eq!(ran.last_line(), "Apply complete! Resources: 2 added, 0 changed, 0 destroyed.");
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
    for name in ["app ", "Ａpp", "a\u{301}pp", "\u{e1}pp"] {
        let place = place_with(&service, &format!("groups: {{\"{name}\": {{ttl_in_days: 7}}}}\n"));
        place.run(&["validate", "-f", "m.yaml"]).exits(1);
    }
}
