//! S18 to S22: credentials that die, clocks that are off, and answers that lead
//! elsewhere. (S17 is in `tests/cli/faults.rs`, S66 in `tests/cli/refusals.rs`.)

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::program::{Place, SECRET_KEY, Service};
use crate::run::{apply, place_with, set_faults, writes};

const ESTATE: &str = "groups: {g: {ttl_in_days: 7, streams: {s: , t: }}}\n";

/// The run stops with its outcomes and exit 5, nothing more is sent with the
/// dead key, and with a new one the same command finishes.
#[test]
fn s18_temp_key_expires_mid_apply() {
    let service = Service::start("modern");
    let key = |access: &str| {
        let key = json!({ "access": access, "secret": "temporary-secret", "security_token": "temporary-token" });
        service.admin("POST", "/keys", &key.to_string());
        let place = Place::new()
            .with("HW_ACCESS_KEY", access)
            .with("HW_SECRET_KEY", "temporary-secret")
            .with("HW_SECURITY_TOKEN", "temporary-token");
        place.write("m.yaml", &format!("{}{ESTATE}", service.target()));
        place
    };
    let old = key("TEMPORARY-1");
    set_faults(&service, &json!([{ "operation": "CreateLogStream", "nth": 1, "fault": "expire_key" }]));
    let ran = apply(&old, &["--parallelism", "1"]).exits(5);
    assert!(ran.stdout.contains("1 added, 0 changed, 0 destroyed"), "{}", ran.stdout);
    assert!(ran.stderr.contains("security token expired"), "{}", ran.stderr);
    let rejected = service.journal().into_iter().filter(|line| line.ends_with(" 401")).count();
    assert_eq!(rejected, 1);
    apply(&key("TEMPORARY-2"), &[]).exits(0);
}

/// The clock is off by 20 minutes, either way: one signed request, and the
/// difference in the message. Nothing is corrected.
#[test]
fn s19_clock_skew() {
    for (seconds, told) in [(1200, "1200 s behind"), (-1200, "1200 s ahead")] {
        let service = Service::start("modern");
        set_faults(&service, &json!([{ "fault": { "clock_skew": { "seconds": seconds } } }]));
        let place = place_with(&service, ESTATE);
        let ran = apply(&place, &[]).exits(5);
        let near = [0, 1, 2].map(|late| told.replace("1200", &(1200 - late).to_string()));
        let late = [1, 2].map(|late| told.replace("1200", &(1200 + late).to_string()));
        assert!(near.iter().chain(&late).any(|words| ran.stderr.contains(words.as_str())), "{}", ran.stderr);
        assert_eq!(service.journal().len(), 1, "{:?}", service.journal());
    }
}

/// Five wrong signatures lock a key; a run spends two at most, however many
/// requests it may have under way.
#[test]
fn s20_ak_lock() {
    for parallelism in ["1", "10", "50"] {
        let service = Service::start("modern");
        let place = place_with(&service, ESTATE).with("HW_SECRET_KEY", "another-secret-than-that-of-the-key");
        apply(&place, &["--parallelism", parallelism]).exits(5);
        let rejected = service.journal().into_iter().filter(|line| line.ends_with(" 401")).count();
        assert!((1..=2).contains(&rejected), "{parallelism}: {rejected}");
        // The key is not locked.
        apply(&place.with("HW_SECRET_KEY", SECRET_KEY), &[]).exits(0);
    }
}

/// What may not be listed is forbidden, not empty: nothing of that kind is made
/// or deleted, and the missing action is named. (The contract's exit codes for
/// what is unread are 4 for a plan and 3 for an apply that did the rest.)
#[test]
fn s21_forbidden_on_one_kind() {
    let service = Service::start("modern");
    service.admin("PUT", "/state", r#"{"groups":{"g":{"ttl_in_days":7,"streams":{"s":{},"old":{}}}}}"#);
    service.admin("PATCH", "/config", r#"{"forbidden": ["ListTransfers"]}"#);
    let place = place_with(
        &service,
        "groups:\n  g:\n    ttl_in_days: 14\n    streams: {s: , old: {ensure: absent}}\n    dumps: {d: {streams: [s], \
         obs_bucket_name: archive, storage_format: RAW, period: 1hour}}\n",
    );
    let plan = place.run(&["plan", "-f", "m.yaml"]).exits(4);
    assert!(plan.stdout.contains("`lts:transfers:list`"), "{}", plan.stdout);
    apply(&place, &["--allow", "delete,data-loss,archive-gap,unmanaged"]).exits(3);
    let done: Vec<String> = writes(&service).into_iter().filter(|line| !line.ends_with(" 400")).collect();
    assert_eq!(done, ["UpdateLogGroup 200"]);
}

/// Whoever answers with another address is not followed there, and nobody there
/// is asked anything.
#[test]
fn s22_endpoint_redirect() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = elsewhere.local_addr().expect("an address");
    let visits = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&visits);
    std::thread::spawn(move || {
        for _ in elsewhere.incoming() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    for status in [301, 302, 303, 307, 308] {
        for operation in ["KeystoneListProjects", "ListLogGroups", "CreateLogGroup"] {
            let service = Service::start("modern");
            let location = format!("http://{address}/v2");
            let fault = json!({ "redirect": { "location": location, "status": status } });
            set_faults(&service, &json!([{ "operation": operation, "fault": fault }]));
            let place = place_with(&service, ESTATE);
            let ran = apply(&place, &[]).exits(1);
            assert!(ran.stderr.contains("redirects are not followed"), "{operation} {status}: {}", ran.stderr);
        }
    }
    assert_eq!(visits.load(Ordering::SeqCst), 0);
}
