//! Somebody edits the project while the program runs: before its premises are
//! checked, and after. The service's gate holds a request meanwhile.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::program::{Ran, Service};

/// When the project is edited.
#[derive(Debug, Clone, Copy)]
enum When {
    /// Everything has been read once, and the plan is still to be made.
    BeforeThePremises,
    /// The premises have been read, and this operation waits at the gate.
    AtTheGate(&'static str),
}

/// Applies a manifest to a project with a group `g` and its streams `s` and
/// `t`, while somebody does something to it.
fn apply(manifest: &str, flags: &[&str], when: When, meanwhile: impl FnOnce(&Service)) -> (Ran, Service) {
    let service = Service::start("modern");
    let state = json!({ "groups": { "g": { "ttl_in_days": 7, "streams": { "s": {}, "t": {} } } } });
    service.admin("PUT", "/state", &state.to_string());
    let (operation, point, awaited, reads) = match when {
        // The list of streams is the last that is read: it is answered late.
        When::BeforeThePremises => ("ListLogStreams", "after", "ListLogStreams 200", 1),
        // Of the last look at a group, the list of transfers comes before it.
        When::AtTheGate("ListLogStream") => ("ListLogStream", "before", "ListTransfers 200", 3),
        When::AtTheGate(operation) => (operation, "before", "ListLogStreams 200", 2),
    };
    service.admin("PATCH", "/config", &json!({ "gates": { operation: point } }).to_string());
    let place = service.place();
    place.write("m.yaml", &format!("{}{manifest}", service.target()));
    // One request at a time: the lists are read in a known order.
    let always =
        ["apply", "-f", "m.yaml", "--auto-approve", "--allow", "delete,data-loss,unmanaged", "--parallelism", "1"];
    let apply =
        place.command(&[&always, flags].concat()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("run");
    while service.journal().iter().filter(|line| line.as_str() == awaited).count() < reads {
        std::thread::yield_now();
    }
    meanwhile(&service);
    service.admin("PATCH", "/config", &json!({ "gates": { operation: null } }).to_string());
    (Ran::of(apply.wait_with_output().expect("the end")), service)
}

fn edit(service: &Service, change: impl FnOnce(&mut Value)) {
    let mut state = service.admin("GET", "/state", "");
    change(&mut state["groups"]["g"]);
    service.admin("PUT", "/state", &state.to_string());
}

/// The requests that change something, whether or not they did.
fn writes(service: &Service) -> Vec<String> {
    let is_read = |line: &String| line.starts_with("List");
    service.lts_journal().into_iter().filter(|line| !is_read(line)).collect()
}

fn streams(service: &Service) -> Vec<String> {
    let state = service.admin("GET", "/state", "");
    state["groups"]["g"]["streams"].as_object().expect("streams").keys().cloned().collect()
}

#[test]
fn what_is_born_in_a_doomed_group_stops_its_deletion_before_anything_is_written() {
    let doomed = "groups: {g: {ensure: absent}}\n";
    let when = When::AtTheGate("ListLogStream");
    let (ran, service) = apply(doomed, &[], when, |service| {
        edit(service, |group| group["streams"]["born"] = json!({}));
    });
    let ran = ran.exits(7);
    assert!(ran.stderr.contains("not started: delete groups/g"), "{}", ran.stderr);
    assert!(ran.stderr.contains("also `born`"), "{}", ran.stderr);
    assert_eq!(writes(&service), Vec::<String>::new());
    assert_eq!(streams(&service), ["born", "s", "t"]);

    let (ran, service) = apply(doomed, &[], when, |service| {
        edit(service, |group| group["transfers"] = json!([{ "streams": ["s"] }]));
    });
    // Transfers were listed before; the service refuses what would lose one.
    assert!(ran.exits(4).stderr.contains("LTS.0105"));
    assert_eq!(writes(&service), ["DeleteLogGroup 400"]);
    assert_eq!(streams(&service), ["s", "t"]);
}

#[test]
fn what_is_born_in_a_doomed_group_is_kept_when_its_streams_have_gone() {
    let doomed = "groups: {g: {ensure: absent, streams: {s: {ensure: absent}, t: {ensure: absent}}}}\n";
    let (ran, service) = apply(doomed, &[], When::AtTheGate("DeleteLogStream"), |service| {
        edit(service, |group| group["streams"]["born"] = json!({}));
    });
    let ran = ran.exits(3);
    assert!(ran.stderr.contains("not started: delete groups/g"), "{}", ran.stderr);
    assert!(ran.stderr.contains("also `born`"), "{}", ran.stderr);
    assert_eq!(writes(&service), ["DeleteLogStream 204", "DeleteLogStream 204"]);
    assert_eq!(streams(&service), ["born"]);
}

/// Two independent changes; what one of them rests on moves.
const TWO: &str = "groups:\n  g: {ttl_in_days: 7, streams: {s: {ensure: absent}}}\n  new: {ttl_in_days: 7}\n";

fn protect(service: &Service) {
    edit(service, |group| group["streams"]["s"]["tags"] = json!({ "ltsctl-protected": "stream:g/s" }));
}

#[test]
fn a_moved_premise_means_no_write_at_all() {
    let (ran, service) = apply(TWO, &[], When::BeforeThePremises, protect);
    let ran = ran.exits(7);
    assert!(ran.stderr.contains("stale: groups/g/streams/s: it has changed since"), "{}", ran.stderr);
    assert!(ran.stderr.contains("--keep-going"), "{}", ran.stderr);
    assert_eq!(writes(&service), Vec::<String>::new());
}

#[test]
fn the_rest_is_done_with_keep_going() {
    let (ran, service) = apply(TWO, &["--keep-going"], When::BeforeThePremises, protect);
    let ran = ran.exits(3);
    assert!(ran.stderr.contains("stale: groups/g/streams/s: it has changed since"), "{}", ran.stderr);
    assert_eq!(writes(&service), ["CreateLogGroup 201"]);
    assert_eq!(streams(&service), ["s", "t"]);
}

#[test]
fn what_somebody_else_has_done_meanwhile_is_satisfied() {
    let (ran, service) = apply(TWO, &[], When::BeforeThePremises, |service| {
        edit(service, |group| {
            group["streams"].as_object_mut().expect("streams").remove("s");
        });
    });
    let ran = ran.exits(0);
    assert_eq!(ran.last_line(), "Apply complete! Resources: 1 added, 0 changed, 0 destroyed.");
    assert_eq!(writes(&service), ["CreateLogGroup 201"]);
}

#[test]
fn s31_a_namesake_made_meanwhile_is_another_object() {
    let (ran, service) = apply(TWO, &[], When::BeforeThePremises, |service| {
        edit(service, |group| group["streams"]["s"] = json!({}));
    });
    assert!(ran.exits(7).stderr.contains("groups/g/streams/s id:"));
    assert_eq!(writes(&service), Vec::<String>::new());
}

#[test]
fn what_cannot_be_read_again_stops_its_own_branch() {
    let forbid = |service: &Service| {
        service.admin("PATCH", "/config", r#"{"forbidden": ["ListTransfers"]}"#);
    };
    let (ran, service) = apply(TWO, &[], When::BeforeThePremises, forbid);
    let ran = ran.exits(3);
    assert!(ran.stderr.contains("groups/g/streams/s: what it rests on could not be read again"), "{}", ran.stderr);
    assert_eq!(writes(&service), ["CreateLogGroup 201"]);
    assert_eq!(streams(&service), ["s", "t"]);
}
