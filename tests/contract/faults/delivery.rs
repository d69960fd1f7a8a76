//! Answers that arrive late, in part, or not at all.

use std::time::Duration;

use serde_json::{Value, json};

use super::{group, groups, inject, last};
use crate::support::{ALL, Broken, MODERN, World, everywhere};

#[tokio::test]
async fn a_dropped_request_is_not_executed_faults_s02() {
    everywhere(ALL, async |world| {
        inject(world, json!([{ "operation": "CreateLogGroup", "first": 1, "fault": "drop" }])).await;
        assert_eq!(world.try_ask("POST", "groups", Some(group("g"))).await.unwrap_err(), Broken::NoAnswer);
        assert_eq!(last(world), ("CreateLogGroup", 0, false, vec!["drop"]));
        assert!(world.emulator.estate().groups.is_empty());
        world.group("g").await;
        assert_eq!(last(world), ("CreateLogGroup", 201, true, vec![]));
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_lost_after_the_commit_faults_s01() {
    everywhere(ALL, async |world| {
        inject(world, json!([{ "operation": "CreateLogGroup", "first": 1, "fault": "commit_then_drop" }])).await;
        assert_eq!(world.try_ask("POST", "groups", Some(group("g"))).await.unwrap_err(), Broken::NoAnswer);
        assert_eq!(last(world), ("CreateLogGroup", 201, true, vec!["commit_then_drop"]));
        assert_eq!(groups(world).await, ["g"]);
    })
    .await;
}

#[tokio::test]
async fn a_commit_comes_after_the_connection_is_gone_faults_s03() {
    everywhere(ALL, async |world| {
        inject(world, json!([{ "operation": "CreateLogGroup", "fault": { "late_commit": { "ms": 20 } } }])).await;
        assert_eq!(world.try_ask("POST", "groups", Some(group("g"))).await.unwrap_err(), Broken::NoAnswer);
        assert_eq!(groups(world).await, Vec::<String>::new());
        while world.emulator.journal().len() < 2 {
            tokio::task::yield_now().await;
        }
        assert_eq!(last(world), ("CreateLogGroup", 201, true, vec!["late_commit"]));
        assert_eq!(groups(world).await, ["g"]);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_lost_like_any_answer() {
    everywhere(ALL, async |world| {
        world.group("g").await;
        inject(world, json!([{ "operation": "CreateLogGroup", "fault": "commit_then_drop" }])).await;
        assert_eq!(world.try_ask("POST", "groups", Some(group("g"))).await.unwrap_err(), Broken::NoAnswer);
        assert_eq!(last(world), ("CreateLogGroup", 400, false, vec!["commit_then_drop"]));
    })
    .await;
}

#[tokio::test]
async fn a_body_breaks_off_faults_s04() {
    everywhere(ALL, async |world| {
        let whole = json!([{ "operation": "CreateLogGroup", "fault": { "truncate": { "bytes": 10 } } }]);
        inject(world, whole).await;
        let broken = world.try_ask("POST", "groups", Some(group("g"))).await.unwrap_err();
        assert_eq!(broken, Broken::Within(br#"{"log_grou"#.to_vec()));
        assert_eq!(last(world), ("CreateLogGroup", 201, true, vec!["truncate"]));
        // Half of it, where nothing else is said.
        inject(world, json!([{ "operation": "CreateLogGroup", "fault": "truncate" }])).await;
        let broken = world.try_ask("POST", "groups", Some(group("h"))).await.unwrap_err();
        let whole = r#"{"log_group_id":"00000000-0000-0000-0000-000000000000"}"#.len();
        assert!(matches!(broken, Broken::Within(body) if body.len() == whole / 2));
    })
    .await;
}

#[tokio::test]
async fn a_body_ends_early_by_its_own_account_faults_s34() {
    everywhere(ALL, async |world| {
        let cut = json!({ "truncate": { "bytes": 10, "content_length": "cut" } });
        inject(world, json!([{ "operation": "CreateLogGroup", "fault": cut }])).await;
        let answer = world.try_ask("POST", "groups", Some(group("g"))).await.unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (201, &br#"{"log_grou"#[..]));
    })
    .await;
}

#[tokio::test]
async fn an_answer_without_a_body_is_lost_as_a_whole() {
    everywhere(ALL, async |world| {
        let id = world.group("g").await;
        inject(world, json!([{ "operation": "DeleteLogGroup", "fault": "truncate" }])).await;
        let broken = world.try_ask("DELETE", &format!("groups/{id}"), None).await.unwrap_err();
        assert_eq!(broken, Broken::NoAnswer);
        assert_eq!(last(world), ("DeleteLogGroup", 204, true, vec!["truncate"]));
    })
    .await;
}

#[tokio::test]
async fn a_hanging_request_was_executed_or_not() {
    everywhere(MODERN, async |world| {
        for (at, made) in [("before", false), ("after", true)] {
            inject(world, json!([{ "operation": "CreateLogGroup", "fault": { "hang": { "at": at } } }])).await;
            let asked = world.try_ask("POST", "groups", Some(group(at)));
            assert!(tokio::time::timeout(Duration::from_millis(50), asked).await.is_err());
            assert_eq!(last(world), ("CreateLogGroup", if made { 201 } else { 0 }, made, vec!["hang"]));
            assert_eq!(world.emulator.estate().groups.contains_key(at), made);
        }
    })
    .await;
}

#[tokio::test]
async fn a_slow_body_comes_byte_by_byte_faults_s16() {
    everywhere(MODERN, async |world| {
        inject(world, json!([{ "operation": "ListLogGroups", "fault": { "slow_body": { "byte_ms": 1 } } }])).await;
        assert_eq!(world.get("groups").await.expect(200), json!({ "log_groups": [] }));
        inject(world, json!([{ "operation": "ListLogGroups", "fault": { "slow_body": { "byte_ms": 10_000 } } }])).await;
        let asked = world.try_ask("GET", "groups", None);
        assert!(tokio::time::timeout(Duration::from_millis(50), asked).await.is_err());
    })
    .await;
}

/// Under virtual time, waiting costs nothing and is exact.
#[tokio::test(start_paused = true)]
#[expect(clippy::disallowed_methods, reason = "tokio's time, which is paused here")]
async fn waiting_is_virtual_in_this_process() {
    let world = World::start(MODERN[0], "process").await;
    let took = async |rules: Value| {
        inject(&world, rules).await;
        let start = tokio::time::Instant::now();
        world.get("groups").await.expect(200);
        start.elapsed()
    };
    assert_eq!(took(json!([{ "fault": { "latency": { "ms": 30_000 } } }])).await, Duration::from_secs(30));
    let both = json!([
        { "fault": { "latency": { "ms": 1_000, "at": "before" } } },
        { "fault": { "latency": { "ms": 2_000, "at": "after" } } },
    ]);
    assert_eq!(took(both).await, Duration::from_secs(3));
    let jitter = took(json!([{ "fault": { "latency": { "ms": 1_000, "jitter_ms": 500 } } }])).await;
    assert!((Duration::from_millis(1_000)..=Duration::from_millis(1_500)).contains(&jitter), "{jitter:?}");
    let bytes = r#"{"log_groups":[]}"#.len() as u64;
    assert_eq!(took(json!([{ "fault": "slow_body" }])).await, Duration::from_secs(bytes));
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_before_the_execution_has_changed_nothing() {
    let world = World::start(MODERN[0], "process").await;
    for (at, made) in [("before", false), ("after", true)] {
        inject(&world, json!([{ "fault": { "latency": { "ms": 60_000, "at": at } } }])).await;
        let asked = world.try_ask("POST", "groups", Some(group(at)));
        assert!(tokio::time::timeout(Duration::from_secs(30), asked).await.is_err());
        assert_eq!(world.emulator.estate().groups.contains_key(at), made, "{at}");
    }
}

#[tokio::test]
async fn a_huge_body_faults_s16() {
    everywhere(MODERN, async |world| {
        inject(world, json!([{ "operation": "ListLogGroups", "fault": { "flood": { "mib": 3 } } }])).await;
        let answer = world.get("groups").await;
        assert_eq!((answer.status, answer.body.len()), (200, 3 << 20));
    })
    .await;
}
