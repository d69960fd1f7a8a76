//! The client on a bad day: the emulator's own faults, one at a time, at every
//! write and every list of an apply.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use ltsctl::apply::{Cause, Ending, Outcome};
use ltsctl::emulator::{Faults, Profile};
use ltsctl::model::{Days, Desired, Period, StreamTtl};
use ltsctl::plan::Purpose;
use serde_json::{Value, json};
use support::estates::{absent_stream, dump, estate, group, stream};
use support::{World, all_done, run};

/// What may strike a write of which nothing but the answer is at stake.
fn answers() -> Vec<Value> {
    vec![
        json!("drop"),
        json!("commit_then_drop"),
        json!("commit_then_504"),
        json!({ "hang": { "at": "before" } }),
        json!({ "hang": { "at": "after" } }),
        json!({ "latency": { "ms": 120_000, "at": "before" } }),
        json!({ "latency": { "ms": 120_000, "at": "after" } }),
        json!({ "error": { "at": "before" } }),
        json!({ "error": { "at": "after" } }),
        json!({ "error": { "status": 500 } }),
        json!({ "error": { "status": 400, "at": "after" } }),
        json!({ "error": { "status": 502, "error_code": "APIGW.0202", "error_msg": "Backend unavailable." } }),
        json!({ "html": { "at": "before" } }),
        json!({ "html": { "status": 200, "at": "after" } }),
        json!("garbage"),
        json!("truncate"),
        json!({ "truncate": { "content_length": "cut" } }),
        json!("slow_body"),
        json!({ "slow_body": { "byte_ms": 10_000 } }),
        json!("flood"),
        json!({ "throttle": { "policy": "user" } }),
        json!({ "throttle": { "policy": "ip", "retry_after": "seconds" } }),
        json!({ "throttle": { "policy": "ip", "retry_after": "http_date" } }),
        json!({ "throttle": { "form": "under_200" } }),
        json!({ "throttle": { "form": "html" } }),
        json!({ "throttle": { "error_msg": "limit:-1,time:1000000000000 hour" } }),
    ]
}

fn before() -> Desired {
    let own = |days| stream(Some(StreamTtl::Own(Days::declare(days).expect("days"))));
    estate(vec![(
        "g",
        group(
            7,
            vec![("s", own(3)), ("t", stream(None)), ("old", stream(None))],
            Some(vec![
                ("d", dump(&["s"], "bucket-one", Period::Hour1)),
                ("e", dump(&["t"], "bucket-one", Period::Hour1)),
            ]),
        ),
    )])
}

/// Every kind of write: updates of a group, a stream and a dump, a replaced
/// dump, a deletion, and creations.
fn after() -> Desired {
    let own = |days| stream(Some(StreamTtl::Own(Days::declare(days).expect("days"))));
    estate(vec![
        (
            "g",
            group(
                30,
                vec![("s", own(5)), ("t", stream(None)), ("old", absent_stream())],
                Some(vec![
                    ("d", dump(&["s"], "bucket-one", Period::Min2)),
                    ("e", dump(&["t"], "bucket-two", Period::Hour1)),
                ]),
            ),
        ),
        ("h", group(7, vec![("u", stream(None))], Some(vec![("f", dump(&["u"], "bucket-one", Period::Hour1))]))),
    ])
}

async fn prepared() -> World {
    let world = World::new(Profile::Modern).await;
    world.apply(&before()).await;
    world.service.clear_journal();
    world
}

fn inject(world: &World, rules: Value) {
    world.service.inject(Faults::read(&json!({ "seed": 7, "rules": rules })).expect("rules"));
}

/// The operations that changed something, in alphabetical order: what is done
/// in parallel is done in any order.
fn commits(world: &World) -> Vec<&'static str> {
    let committed = world.service.journal().into_iter().filter(|entry| entry.committed);
    let mut operations: Vec<_> = committed.filter_map(|entry| entry.operation).collect();
    operations.sort_unstable();
    operations
}

/// Applies under some rules and returns how it ended, once nothing goes wrong
/// any more.
async fn apply(world: &World, rules: Value) -> Ending {
    let proposal = world.propose(&after(), Purpose::Converge).await;
    inject(world, rules);
    let ending = world.carry_out(&proposal).await;
    // What comes late comes now.
    tokio::time::sleep(Duration::from_secs(300)).await;
    ending
}

/// Nothing is there twice, and a plan finds nothing to do.
async fn check_converged(world: &World, told: &str) {
    inject(world, json!([]));
    let again = world.propose(&after(), Purpose::Converge).await;
    assert!(again.plan.steps.is_empty(), "{told}: {:?}", again.plan.steps);
    for group in world.service.estate().groups.values() {
        let mut covered = BTreeSet::new();
        let mut streams = group.transfers.iter().flat_map(|transfer| &transfer.streams);
        assert!(streams.all(|stream| covered.insert(stream)), "{told}: a stream has two dumps");
    }
}

/// Everything was done, and done once.
async fn check_survived(world: &World, ending: &Ending, told: &str) {
    assert!(all_done(&ending.outcomes), "{told}: {:?}", ending.outcomes);
    assert_eq!(commits(world), COMMITS, "{told}");
    check_converged(world, told).await;
}

/// What [`after`] takes.
const COMMITS: [&str; 8] = [
    "CreateLogGroup",
    "CreateLogStream",
    "CreateTransfer",
    "DeleteLogStream",
    "UpdateLogGroup",
    "UpdateLogStream",
    "UpdateTransfer",
    "UpdateTransfer",
];

#[test]
fn one_fault_of_any_kind_at_any_write_is_survived() {
    for fault in answers() {
        for operation in COMMITS {
            run(async {
                let world = prepared().await;
                let ending = apply(&world, json!([{ "operation": operation, "nth": 1, "fault": fault }])).await;
                let told = format!("{fault} at {operation}");
                assert_eq!(world.service.fault_counts()[0].struck, 1, "{told}");
                check_survived(&world, &ending, &told).await;
            });
        }
    }
}

/// S03: the second request, if there is one, meets the first.
#[test]
fn s03_a_commit_that_comes_late_is_survived() {
    for seconds in [1, 3, 5, 7, 12, 29, 31, 100] {
        for operation in COMMITS {
            run(async {
                let world = prepared().await;
                let late = json!({ "late_commit": { "ms": seconds * 1000 } });
                let ending = apply(&world, json!([{ "operation": operation, "nth": 1, "fault": late }])).await;
                let told = format!("{operation}, {seconds} s late");
                assert!(all_done(&ending.outcomes), "{told}: {:?}", ending.outcomes);
                check_converged(&world, &told).await;
            });
        }
    }
}

/// S24, S26, S27, S28 on top of S01 and S02. Whoever looks after a lost answer
/// sees a list that lies, once or twice.
#[test]
fn s24_a_lost_creation_and_lists_that_lie_are_survived() {
    let lies = [
        json!({ "stale": { "seconds": 3 } }),
        json!({ "stale": { "seconds": 60 } }),
        json!("empty_list"),
        json!("miss_item"),
        json!({ "cut": { "items": 1 } }),
    ];
    let mut struck = 0;
    for loss in ["drop", "commit_then_drop"] {
        for operation in ["CreateLogGroup", "CreateLogStream", "CreateTransfer"] {
            for (lie, count) in lies.iter().flat_map(|lie| [(lie, 1), (lie, 2)]) {
                run(async {
                    let world = prepared().await;
                    let rules = json!([
                        { "operation": operation, "nth": 1, "fault": loss },
                        { "operation": "List*", "count": count, "fault": lie },
                    ]);
                    let ending = apply(&world, rules).await;
                    struck += world.service.fault_counts()[1].struck;
                    check_survived(&world, &ending, &format!("{loss} at {operation}, then {lie} {count} times")).await;
                });
            }
        }
    }
    assert!(struck > 50, "{struck} lies");
}

/// What cannot be survived is told: a step is done, or unknown, or waits, and
/// the next run finishes.
#[test]
fn faults_that_last_end_in_the_truth() {
    for fault in answers() {
        for operation in COMMITS {
            run(async {
                let mut world = prepared().await;
                let ending = apply(&world, json!([{ "operation": operation, "fault": fault }])).await;
                let told = format!("{fault} at {operation} for ever");
                for outcome in &ending.outcomes {
                    assert!(!matches!(outcome, Outcome::NotStarted(Cause::Moved(_))), "{told}: {outcome:?}");
                }
                let count = |is: fn(&&Outcome) -> bool| ending.outcomes.iter().filter(is).count();
                let (done, unknown) = (count(|o| o.is_done()), count(|o| matches!(o, Outcome::Unknown(_))));
                let committed = commits(&world).len();
                assert!((done..=done + unknown).contains(&committed), "{told}: {committed}, {:?}", ending.outcomes);
                inject(&world, json!([]));
                world.reconnect().await;
                world.apply(&after()).await;
                assert_eq!(commits(&world), COMMITS, "{told}");
                check_converged(&world, &told).await;
            });
        }
    }
}
