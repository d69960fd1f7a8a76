//! S48, S53 to S59: killed, interrupted, raced, and cut off. (S52, every point of
//! every plan, is `tests/simulation/`.)

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use ltsctl::apply::Outcome;
use ltsctl::emulator::{Emulator, Profile};
use ltsctl::lts::{Transport, Undelivered};
use ltsctl::model::{Desired, DesiredGroup, GroupSettings, Period, Tags, Wanted};
use ltsctl::plan::{Plan, Purpose};
use serde_json::json;

use crate::program::{Ran, Service};
use crate::run::{apply, check_unique, inject, place_with, set_faults, writes};
use crate::support::estates::{dump, estate, group, stream};
use crate::support::{World, run};

/// Looks at the value of one tag after each request, and ends the run after one
/// of them.
struct Witness {
    inner: Arc<dyn Transport>,
    service: Arc<Mutex<Option<Emulator>>>,
    values: Arc<Mutex<Vec<Option<String>>>>,
}

impl std::fmt::Debug for Witness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Witness").finish_non_exhaustive()
    }
}

impl Transport for Witness {
    fn deliver(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, Undelivered>> {
        async move {
            let answer = self.inner.deliver(request).await;
            if let Some(service) = &*self.service.lock().expect("a lock") {
                let live = service.estate();
                let value = live.groups.get("g").and_then(|group| group.tags.get("a").cloned());
                self.values.lock().expect("a lock").push(value);
            }
            answer
        }
        .boxed()
    }
}

fn tagged(tags: &[(&str, &str)]) -> Desired {
    let declared = group(7, Vec::new(), None);
    let tags: Tags = tags.iter().copied().collect();
    let settings = GroupSettings { tags: Some(tags), ..declared.wanted.present().cloned().expect("settings") };
    estate(vec![("g", DesiredGroup { wanted: Wanted::Present(settings), ..declared })])
}

/// Tags are changed one after the other and removed last; at no request is a
/// managed key without its old or its new value, and a run that is killed at any
/// of them is finished by the next.
#[test]
fn s48_tag_crash() {
    let (old, new) = (tagged(&[("a", "old"), ("b", "x")]), tagged(&[("a", "new"), ("c", "y")]));
    for killed_after in 1..8 {
        run(async {
            let (service, values) = (Arc::new(Mutex::new(None)), Arc::new(Mutex::new(Vec::new())));
            let (seen, found) = (Arc::clone(&service), Arc::clone(&values));
            let mut world = World::with_transport(Profile::Modern, |inner| {
                Arc::new(Witness { inner, service: seen, values: found })
            })
            .await;
            world.apply(&old).await;
            *service.lock().expect("a lock") = Some(world.service.clone());
            let proposal = world.propose(&new, Purpose::Converge).await;
            inject(&world, &json!([{ "after": killed_after, "fault": { "hang": { "at": "after" } } }]));
            // Nothing is answered any more: the process is as good as dead.
            let _ = tokio::time::timeout(Duration::from_secs(5), world.carry_out(&proposal)).await;
            for value in values.lock().expect("a lock").iter() {
                assert!(matches!(value.as_deref(), Some("old" | "new")), "{value:?}");
            }
            inject(&world, &json!([]));
            world.reconnect().await;
            world.apply(&new).await;
            let live = world.service.estate();
            assert_eq!(live.groups["g"].tags.get("a").map(String::as_str), Some("new"));
            assert!(!live.groups["g"].tags.contains_key("b"));
        });
    }
}

/// Twice interrupted is over at once, without waiting for what is in flight; the
/// next run finishes.
#[test]
fn s53_a_second_interrupt_ends_at_once() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let service = Service::start("modern");
        service.admin("PATCH", "/config", r#"{"gates": {"CreateLogStream": "before"}}"#);
        let place = place_with(&service, "groups: {g: {ttl_in_days: 7, streams: {s: }}}\n");
        let mut child = place
            .command(&["apply", "-f", "m.yaml", "--auto-approve"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("run");
        let id = child.id().to_string();
        let interrupt = || {
            assert!(std::process::Command::new("kill").args([signal, &id]).status().expect("kill").success());
        };
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        // The stream's creation is held at the gate, and stays there.
        let seen = |lines: &mut std::io::Lines<_>, words: &str| {
            assert!(lines.any(|line: std::io::Result<String>| line.expect("text").contains(words)), "{words}");
        };
        seen(&mut lines, "create groups/g: done");
        interrupt();
        seen(&mut lines, "Stopping");
        interrupt();
        assert_eq!(child.wait().expect("the end").code(), Some(code));
        service.admin("PATCH", "/config", r#"{"gates": {"CreateLogStream": null}}"#);
        apply(&place, &[]).exits(0);
        place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
    }
}

/// What an estate with some of everything looks like: the newer one has another
/// retention, another bucket, and a stream more.
fn commit(newer: bool) -> Desired {
    let (ttl, bucket) = if newer { (30, "bucket-two") } else { (7, "bucket-one") };
    let mut streams = vec![("s", stream(None)), ("t", stream(None))];
    if newer {
        streams.push(("u", stream(None)));
    }
    let dumps = vec![("d", dump(&["s"], bucket, Period::Hour1))];
    estate(vec![("g", group(ttl, streams, Some(dumps))), ("h", group(7, vec![("x", stream(None))], None))])
}

/// Two runs plan, and then apply at the same time; how long each request takes
/// depends on the seed, so that they meet in every order.
async fn race(seed: u64, ours: &Desired, theirs: &Desired) -> (World, [(Plan, Vec<Outcome>); 2]) {
    let world = World::new(Profile::Modern).await;
    let rival = world.beside(|transport| transport).await;
    let slow = json!([{ "fault": { "latency": { "ms": 1, "jitter_ms": 40, "at": "before" } } }]);
    let faults = json!({ "seed": seed, "rules": slow });
    world.service.inject(ltsctl::emulator::Faults::read(&faults).expect("rules"));
    let act = async |world: &World, desired: &Desired| {
        let proposal = world.propose(desired, Purpose::Converge).await;
        let ending = world.carry_out(&proposal).await;
        (proposal.plan, ending.outcomes)
    };
    let (one, two) = tokio::join!(act(&world, ours), act(&rival, theirs));
    inject(&world, &json!([]));
    (world, [one, two])
}

/// The same manifest twice: one object a name, one dump a stream, whoever was
/// first; and the next run finds nothing to do.
#[test]
fn s54_two_applies_racing() {
    for seed in 0..300 {
        run(async {
            let desired = commit(false);
            let (world, runs) = race(seed, &desired, &desired).await;
            for (_, outcomes) in &runs {
                assert!(outcomes.iter().all(Outcome::is_done), "{seed}: {outcomes:?}");
            }
            let made = world.service.journal().iter().filter(|entry| entry.committed).count();
            assert_eq!(made, 6, "{seed}: everything once");
            check_unique(&world.service.estate(), &seed.to_string());
            assert!(world.propose(&desired, Purpose::Converge).await.plan.steps.is_empty(), "{seed}");
        });
    }
}

/// Two commits of one manifest: nobody undoes inside a run what the other has
/// done, and whoever runs last and alone gets what it declares.
#[test]
fn s55_two_applies_racing_with_different_manifests() {
    for seed in 0..300 {
        run(async {
            let (world, runs) = race(seed, &commit(false), &commit(true)).await;
            for (plan, outcomes) in &runs {
                for (step, outcome) in plan.steps.iter().zip(outcomes) {
                    let told = matches!(outcome, Outcome::Done(_) | Outcome::Failed(_) | Outcome::NotStarted(_));
                    assert!(told, "{seed}: {} {outcome:?}", step.address);
                }
            }
            let journal = world.service.journal();
            for operation in ["UpdateLogGroup", "UpdateTransfer", "DeleteTransfer", "DeleteLogStream"] {
                let count =
                    journal.iter().filter(|entry| entry.operation == Some(operation) && entry.committed).count();
                assert!(count <= 1, "{seed}: {count} times {operation}");
            }
            check_unique(&world.service.estate(), &seed.to_string());
            world.apply(&commit(true)).await;
            assert!(world.propose(&commit(true), Purpose::Converge).await.plan.steps.is_empty(), "{seed}");
        });
    }
}

/// What carries the marker of another owner is reported and left alone, and so
/// are tags that another tool has put on an object that says nothing of tags.
#[test]
fn s56_apply_vs_another_owner() {
    let state = r#"{"groups":{"theirs":{"ttl_in_days":7,"tags":{"ltsctl-estate":"other:group:theirs"}},
        "shared":{"ttl_in_days":7,"tags":{"managed-by":"terraform"}}}}"#;
    let service = Service::start("modern");
    service.admin("PUT", "/state", state);
    let place = place_with(&service, "groups: {theirs: {ttl_in_days: 30}, shared: {ttl_in_days: 30}}\nestate: ours\n");
    let ran = apply(&place, &[]).exits(3);
    assert!(ran.stdout.contains("! groups/theirs") && ran.stdout.contains("other"), "{}", ran.stdout);
    let live = service.admin("GET", "/state", "");
    assert_eq!(live["groups"]["theirs"]["ttl_in_days"], 7);
    assert_eq!(live["groups"]["theirs"]["tags"], json!({ "ltsctl-estate": "other:group:theirs" }));
    assert_eq!(live["groups"]["shared"]["tags"]["managed-by"], "terraform");
}

/// Nothing can be written here: the project is converged all the same, files
/// that were asked for and cannot be written are told, and nothing panics.
#[test]
fn s57_disk_full_read_only_folder_and_closed_stdout() {
    let service = Service::start("modern");
    let place = place_with(&service, "groups: {g: {ttl_in_days: 7, streams: {s: }}}\n");
    let elsewhere = ["--journal", "/proc/no/such/journal", "--debug-bundle", "/proc/no/such/bundle"];
    let ran = apply(&place, &elsewhere);
    assert_ne!(ran.code, 0, "{ran:?}");
    assert!(!ran.stderr.contains("panicked") && ran.stderr.contains("/proc/no/such"), "{}", ran.stderr);
    let out = place.run(&["plan", "-f", "m.yaml", "--out", "/proc/no/such/plan"]).exits(1);
    assert!(!out.stderr.contains("panicked"), "{}", out.stderr);
    // Whoever reads the events goes away in the middle.
    let mut child = place
        .command(&["apply", "-f", "m.yaml", "--auto-approve", "-o", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("run");
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut stderr).expect("text");
    child.wait().expect("the end");
    assert!(!stderr.contains("panicked"), "{stderr}");
    apply(&place, &[]).exits(0);
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
}

/// The network goes away in the middle, or a proxy wants to be paid: bounded,
/// what was done is told, and the same command finishes.
#[test]
fn s58_network_down_midway_and_proxy_407() {
    let service = Service::start("modern");
    let place = place_with(&service, "groups: {g: {ttl_in_days: 7, streams: {s: , t: }}}\n");
    for fault in [json!("drop"), json!({ "html": { "status": 407 } })] {
        set_faults(&service, &json!([{ "after": 5, "fault": fault }]));
        let ran: Ran = apply(&place, &["--deadline", "2s"]);
        assert!(matches!(ran.code, 1 | 3), "{fault}: {ran:?}");
        assert_eq!(ran.code == 3, writes(&service).iter().any(|line| line.ends_with(" 201")), "{fault}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        service.admin("DELETE", "/faults", "");
        apply(&place, &[]).exits(0);
        place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
        service.admin("PUT", "/state", r#"{"groups":{}}"#);
        service.forget_journal();
    }
}

/// A plan while an apply is under way reads only.
#[test]
fn s59_a_plan_during_an_apply_reads_only() {
    let service = Service::start("modern");
    service.admin("PUT", "/state", r#"{"groups":{"old":{"ttl_in_days":7,"streams":{"x":{}}}}}"#);
    service.admin("PATCH", "/config", r#"{"gates": {"CreateLogStream": "before"}}"#);
    let place = place_with(&service, "groups: {g: {ttl_in_days: 7, streams: {s: }}, old: {ensure: absent}}\n");
    let mut child = place
        .command(&["apply", "-f", "m.yaml", "--auto-approve", "--allow", "delete,data-loss,unmanaged"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("run");
    while writes(&service).len() < 2 {
        std::thread::yield_now();
    }
    let before = service.admin("GET", "/state", "");
    let begun = service.lts_journal().len();
    place.run(&["plan", "-f", "m.yaml"]).exits(0);
    let asked = service.lts_journal().split_off(begun);
    assert!(asked.iter().all(|line| line.starts_with("List")), "{asked:?}");
    assert!(asked.len() <= 53, "{asked:?}");
    assert_eq!(service.admin("GET", "/state", ""), before);
    service.admin("PATCH", "/config", r#"{"gates": {"CreateLogStream": null}}"#);
    assert_eq!(child.wait().expect("the end").code(), Some(0));
}
