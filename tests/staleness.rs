//! What a run has just made does not show yet: lists, and the service's own
//! checks, may be as the project was 30 s ago (S24 of the fault catalogue).

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::time::Duration;

use ltsctl::apply::{Cause, Ending, Manner, Outcome, Stop};
use ltsctl::effects::Clock;
use ltsctl::emulator::{Faults, Profile};
use ltsctl::lts::ErrorClass;
use ltsctl::model::{Desired, Period};
use ltsctl::plan::Purpose;
use serde_json::{Value, json};
use support::estates::{dump, estate, group, stream};
use support::{World, all_done, run};

/// A group, a stream below it, a dump below that: all of it new.
fn whole() -> Desired {
    let dumps = vec![("d", dump(&["s"], "archive", Period::Hour1))];
    estate(vec![("g", group(7, vec![("s", stream(None))], Some(dumps)))])
}

fn inject(world: &World, rules: Value) {
    world.service.inject(Faults::read(&json!({ "seed": 7, "rules": rules })).expect("rules"));
}

/// Applies everything anew under some rules.
async fn apply(rules: Value) -> (World, Ending, Duration) {
    let world = World::new(Profile::Modern).await;
    let (ending, took) = apply_in(&world, rules, std::future::pending()).await;
    (world, ending, took)
}

async fn apply_in(world: &World, rules: Value, interrupt: impl Future<Output = ()>) -> (Ending, Duration) {
    let proposal = world.propose(&whole(), Purpose::Converge).await;
    world.service.clear_journal();
    inject(world, rules);
    let start = now(world.clock());
    let ending = world.carry_out_until(&proposal, interrupt).await;
    (ending, now(world.clock()) - start)
}

fn now(clock: &dyn Clock) -> Duration {
    Duration::from_millis(clock.now().as_millisecond().unsigned_abs())
}

/// How often a creation was sent, whatever became of it.
fn sends(world: &World, operation: &str) -> usize {
    world.service.journal().iter().filter(|entry| entry.operation == Some(operation)).count()
}

/// There is one of each, and a plan finds nothing to do.
async fn check_converged(world: &World, told: &str) {
    inject(world, json!([]));
    assert!(world.propose(&whole(), Purpose::Converge).await.plan.steps.is_empty(), "{told}");
    let estate = world.service.estate();
    assert_eq!(estate.groups.len(), 1, "{told}");
    for group in estate.groups.values() {
        assert_eq!((group.streams.len(), group.transfers.len()), (1, 1), "{told}");
    }
}

const CREATIONS: [&str; 3] = ["CreateLogGroup", "CreateLogStream", "CreateTransfer"];

#[test]
fn a_lost_creation_is_found_however_old_the_lists_are() {
    for seconds in [1, 3, 10, 29, 30] {
        for loss in ["drop", "commit_then_drop", "commit_then_504"] {
            for operation in CREATIONS {
                run(async {
                    let (world, ending, _) = apply(json!([
                        { "operation": operation, "nth": 1, "fault": loss },
                        { "operation": "List*", "fault": { "stale": { "seconds": seconds } } },
                    ]))
                    .await;
                    let told = format!("{loss} at {operation}, lists {seconds} s old");
                    assert!(all_done(&ending.outcomes), "{told}: {:?}", ending.outcomes);
                    // No second creation inside the settle window.
                    let most = if loss == "drop" { 2 } else { 1 };
                    assert_eq!(sends(&world, operation), most, "{told}");
                    check_converged(&world, &told).await;
                });
            }
        }
    }
}

#[test]
fn lists_that_are_even_older_never_lead_to_a_third_creation() {
    for loss in ["drop", "commit_then_drop"] {
        for (operation, lost) in CREATIONS.into_iter().flat_map(|operation| [(operation, 1), (operation, 2)]) {
            run(async {
                let (world, ending, _) = apply(json!([
                    { "operation": operation, "first": lost, "fault": loss },
                    { "operation": "List*", "fault": { "stale": { "seconds": 60 } } },
                ]))
                .await;
                let told = format!("{loss} at {operation}, {lost} times");
                assert!(sends(&world, operation) <= 2, "{told}");
                let truth = |outcome: &Outcome| !matches!(outcome, Outcome::Failed(_));
                assert!(ending.outcomes.iter().all(truth), "{told}: {:?}", ending.outcomes);
                inject(&world, json!([]));
                world.apply(&whole()).await;
                check_converged(&world, &told).await;
            });
        }
    }
}

fn orphaned(operation: &str, first: u32) -> Value {
    let error = json!({ "status": 400, "error_code": "LTS.0201", "error_msg": "log group is not existed" });
    json!([{ "operation": operation, "first": first, "fault": { "error": error } }])
}

#[test]
fn a_group_that_is_not_known_everywhere_yet_is_waited_for() {
    for operation in ["CreateLogStream", "CreateTransfer"] {
        run(async {
            let (world, ending, took) = apply(orphaned(operation, 1)).await;
            let answered = |outcome: &Outcome| matches!(outcome, Outcome::Done(Manner::Answered));
            assert!(ending.outcomes.iter().all(answered), "{operation}: {:?}", ending.outcomes);
            assert_eq!(sends(&world, operation), 2, "{operation}");
            assert!(took > Duration::from_secs(30), "{operation}: {took:?}");
            check_converged(&world, operation).await;
        });
    }
}

#[test]
fn a_group_that_stays_unknown_is_told() {
    run(async {
        let (world, ending, _) = apply(orphaned("CreateLogStream", 99)).await;
        match &ending.outcomes[..] {
            [Outcome::Done(_), Outcome::Failed(failure), Outcome::NotStarted(Cause::Waits(_))] => {
                assert_eq!(failure.class, ErrorClass::NotFound);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(sends(&world, "CreateLogStream"), 2);
    });
    // A group that was there before the run, and is gone, is not waited for (S29).
    run(async {
        let world = World::new(Profile::Modern).await;
        world.apply(&estate(vec![("g", group(7, Vec::new(), None))])).await;
        let (ending, took) = apply_in(&world, orphaned("CreateLogStream", 99), std::future::pending()).await;
        assert!(matches!(&ending.outcomes[..], [Outcome::Failed(_), Outcome::NotStarted(_)]), "{:?}", ending.outcomes);
        assert_eq!((sends(&world, "CreateLogStream"), took.as_secs()), (1, 0));
    });
}

/// The first creation comes late and takes the last place; the second is refused
/// for it.
#[test]
fn a_refusal_after_a_lost_creation_is_not_taken_for_its_end() {
    let refusal = json!({ "status": 400, "error_code": "LTS.0104", "error_msg": "too many log groups" });
    for (late, found) in [(40, true), (400, false)] {
        run(async {
            let (world, ending, _) = apply(json!([
                { "operation": "CreateLogGroup", "nth": 1, "fault": { "late_commit": { "ms": late * 1000 } } },
                // What the first rule answers is not shown to this one.
                { "operation": "CreateLogGroup", "nth": 1, "fault": { "error": refusal } },
            ]))
            .await;
            // What has not been executed yet is not in the journal.
            assert_eq!(sends(&world, "CreateLogGroup"), if found { 2 } else { 1 });
            if found {
                assert_eq!(ending.outcomes[0], Outcome::Done(Manner::Found));
                assert!(all_done(&ending.outcomes), "{:?}", ending.outcomes);
            } else {
                assert!(matches!(&ending.outcomes[0], Outcome::Failed(failure) if failure.class == ErrorClass::Quota));
            }
        });
    }
}

#[test]
fn nobody_looks_or_sleeps_past_the_deadline() {
    for seconds in [1, 5, 20] {
        for operation in CREATIONS {
            run(async {
                let deadline = Duration::from_secs(seconds);
                let world = World::new(Profile::Modern).await.with_deadline(deadline).await;
                let rules = json!([
                    { "operation": operation, "fault": "commit_then_drop" },
                    { "operation": "List*", "fault": { "stale": { "seconds": 3600 } } },
                ]);
                let (ending, took) = apply_in(&world, rules, std::future::pending()).await;
                let told = format!("{operation} within {seconds} s");
                assert!(took < deadline, "{told}: {took:?}");
                assert!(matches!(ending.stop, Some(Stop::Deadline(_))), "{told}: {:?}", ending.stop);
                let unknown = |outcome: &&Outcome| matches!(outcome, Outcome::Unknown(_));
                assert_eq!(ending.outcomes.iter().filter(unknown).count(), 1, "{told}: {:?}", ending.outcomes);
                assert!(sends(&world, operation) <= 2, "{told}");
            });
        }
    }
}

#[test]
fn a_run_that_is_stopped_looks_at_once_and_once() {
    for (stale, found) in [(false, true), (true, false)] {
        run(async {
            let world = World::new(Profile::Modern).await;
            let mut rules = vec![json!({ "operation": "CreateLogGroup", "fault": "commit_then_drop" })];
            if stale {
                rules.push(json!({ "operation": "List*", "fault": { "stale": { "seconds": 60 } } }));
            }
            let stopped = tokio::time::sleep(Duration::from_millis(500));
            let (ending, took) = apply_in(&world, json!(rules), stopped).await;
            assert!(took < Duration::from_millis(600), "{took:?}");
            assert_eq!(matches!(ending.outcomes[0], Outcome::Done(Manner::Found)), found, "{:?}", ending.outcomes);
            assert_eq!(matches!(ending.outcomes[0], Outcome::Unknown(_)), !found, "{:?}", ending.outcomes);
            assert_eq!(sends(&world, "CreateLogGroup"), 1);
        });
    }
}

/// A write that a rate limit holds back is not in flight: nothing was sent.
#[test]
fn a_run_that_is_stopped_sends_nothing_that_was_held_back() {
    run(async {
        let world = World::new(Profile::Modern).await;
        let rules = json!([{ "operation": "CreateLogGroup", "nth": 1, "fault": { "throttle": { "policy": "user" } } }]);
        let stopped = tokio::time::sleep(Duration::from_secs(5));
        let (ending, took) = apply_in(&world, rules, stopped).await;
        assert_eq!(took.as_secs(), 5);
        assert_eq!(ending.outcomes[0], Outcome::NotStarted(Cause::Stopped));
        assert!(!ending.wrote);
        assert_eq!(world.writes(), ["CreateLogGroup 429"]);
    });
}
