//! What survives when something dies.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::program::{Ran, Service};

/// A project large enough that its apply can be interrupted half-way.
fn big_estate() -> String {
    let mut text = String::from("groups:\n");
    for group in 0..4 {
        let _ = writeln!(text, "  g{group}:\n    ttl_in_days: 7\n    streams:");
        for stream in 0..20 {
            let _ = writeln!(text, "      s{stream}:");
        }
    }
    text
}

#[test]
fn s58_nothing_acknowledged_is_lost_when_the_service_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data").to_string_lossy().into_owned();
    let mut service = Service::start_with("modern", &["--data", &data]);
    service.admin("PATCH", "/config", r#"{"latency_ms": 5}"#);
    let place = service.place();
    place.write("m.yaml", &format!("{}{}", service.target(), big_estate()));
    let mut apply = place
        .command(&["apply", "-f", "m.yaml", "--auto-approve", "--parallelism", "2", "--deadline", "5s", "-o", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("run");
    let mut acknowledged = Vec::new();
    let mut killed = false;
    for line in BufReader::new(apply.stdout.take().expect("a pipe")).lines() {
        let event: serde_json::Value = serde_json::from_str(&line.expect("text")).expect("an event");
        if event["type"] == "step_done" {
            acknowledged.push(event["address"].as_str().expect("an address").to_owned());
        }
        if acknowledged.len() == 20 && !killed {
            service.kill();
            killed = true;
        }
    }
    let code = apply.wait().expect("the end").code();
    assert_eq!(code, Some(3), "partly applied");

    let address = service.address().to_owned();
    let service = Service::start_with("modern", &["--data", &data, "--listen", &address]);
    let plan = place.run(&["plan", "-f", "m.yaml", "-o", "json"]).exits(0).document();
    let pending: Vec<&str> = plan["resource_changes"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|change| change["address"].as_str().expect("an address"))
        .collect();
    for address in &acknowledged {
        assert!(!pending.contains(&address.as_str()), "{address} was acknowledged and is gone");
    }
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
    drop(service);
}

/// Starts an apply, sends a signal after the first finished step, and returns
/// how it ended.
fn interrupt(signal: &str) -> (Ran, Service, crate::program::Place) {
    let service = Service::start("modern");
    service.admin("PATCH", "/config", r#"{"latency_ms": 5}"#);
    let place = service.place();
    place.write("m.yaml", &format!("{}{}", service.target(), big_estate()));
    let mut apply = place
        .command(&["apply", "-f", "m.yaml", "--auto-approve", "--parallelism", "2"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("run");
    let mut told = String::new();
    let mut sent = false;
    for line in BufReader::new(apply.stderr.take().expect("a pipe")).lines() {
        let line = line.expect("text");
        if line.ends_with(": done") && !sent {
            let status =
                std::process::Command::new("kill").args([signal, &apply.id().to_string()]).status().expect("kill");
            assert!(status.success());
            sent = true;
        }
        told.push_str(&line);
        told.push('\n');
    }
    let mut ran = Ran::of(apply.wait_with_output().expect("the end"));
    ran.stderr = told;
    (ran, service, place)
}

#[test]
fn s53_an_interrupt_lets_what_is_in_flight_finish() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let (ran, service, place) = interrupt(signal);
        let ran = ran.exits(code);
        assert!(ran.stderr.contains("Stopping"), "{}", ran.stderr);
        assert!(ran.stdout.contains("0 failed, 0 unknown"), "{}", ran.stdout);
        place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
        place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
        drop(service);
    }
}
