//! Lists that are not what there is.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{groups, inject, last, names};
use crate::support::{ALL, MODERN, World, everywhere};

async fn three(world: &World) {
    for name in ["a", "b", "c"] {
        world.group(name).await;
    }
}

#[tokio::test]
async fn a_list_of_a_while_ago_faults_s24() {
    everywhere(ALL, async |world| {
        let first = world.group("first").await;
        inject(world, json!([{ "operation": "ListLogGroups", "fault": { "stale": { "seconds": 30 } } }])).await;
        world.clock.advance(SignedDuration::from_secs(60));
        world.group("second").await;
        assert_eq!(groups(world).await, ["first"]);
        assert_eq!(last(world), ("ListLogGroups", 200, false, vec!["stale"]));
        world.clock.advance(SignedDuration::from_secs(20));
        world.delete(&format!("groups/{first}")).await.expect_empty(204);
        world.clock.advance(SignedDuration::from_secs(10));
        // What was made 30 s ago shows, what went 10 s ago still does.
        assert_eq!(groups(world).await, ["first", "second"]);
        world.clock.advance(SignedDuration::from_secs(20));
        assert_eq!(groups(world).await, ["second"]);
        assert_eq!(last(world).3, Vec::<&str>::new(), "what makes no difference is no strike");
    })
    .await;
}

#[tokio::test]
async fn a_stale_list_shows_old_settings_and_streams_of_what_is_gone() {
    everywhere(MODERN, async |world| {
        let group = world.group("g").await;
        world.stream(&group, "s").await;
        inject(world, json!([{ "operation": "List*", "fault": { "stale": { "seconds": 5 } } }])).await;
        world.clock.advance(SignedDuration::from_secs(10));
        world.admin("PATCH", &format!("groups/{group}"), json!({ "ttl_in_days": 30 })).await;
        world.stream(&group, "t").await;
        let shown = world.get("groups").await.expect(200);
        assert_eq!(shown["log_groups"][0]["ttl_in_days"], 7);
        world.delete(&format!("groups/{group}")).await.expect_empty(204);
        let streams = world.get(&format!("groups/{group}/streams")).await.expect(200);
        assert_eq!(names(&streams["log_streams"], "log_stream_name"), ["s"]);
        world.clock.advance(SignedDuration::from_secs(5));
        assert_eq!(world.get(&format!("groups/{group}/streams")).await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn a_list_ends_early_or_comes_empty_faults_s25_s28() {
    everywhere(ALL, async |world| {
        three(world).await;
        inject(world, json!([{ "operation": "ListLogGroups", "fault": { "cut": { "items": 2 } } }])).await;
        assert_eq!(groups(world).await, ["a", "b"]);
        inject(world, json!([{ "operation": "ListLogGroups", "fault": "empty_list" }])).await;
        assert_eq!(groups(world).await, Vec::<String>::new());
        assert_eq!(last(world), ("ListLogGroups", 200, false, vec!["empty_list"]));
    })
    .await;
}

#[tokio::test]
async fn an_item_is_missing_by_the_seed_faults_s27() {
    everywhere(ALL, async |world| {
        three(world).await;
        let mut runs = Vec::new();
        for _ in 0..2 {
            inject(world, json!([{ "operation": "ListLogGroups", "fault": "miss_item" }])).await;
            let mut run = Vec::new();
            for _ in 0..8 {
                let names = groups(world).await;
                assert_eq!(names.len(), 2);
                run.push(names);
            }
            assert!(run.iter().any(|names| *names != run[0]), "another one each time");
            runs.push(run);
        }
        assert_eq!(runs[0], runs[1]);
    })
    .await;
}

#[tokio::test]
async fn every_page_is_the_first_faults_s25() {
    everywhere(MODERN, async |world| {
        world.configure(json!({ "transfer_paging": "honoured" })).await;
        let group = world.group("g").await;
        for name in ["a", "b", "c"] {
            let stream = world.stream(&group, name).await;
            world.dump(&group, &stream).await;
        }
        let list = async |query: &str| {
            let list = world.get(&format!("transfers?{query}")).await.expect(200);
            let streams = list["log_transfers"].as_array().unwrap().iter();
            streams.map(|item| item["log_streams"][0]["log_stream_name"].clone()).collect::<Value>()
        };
        assert_eq!(list("limit=2&offset=2").await, json!(["c"]));
        inject(world, json!([{ "operation": "ListTransfers", "fault": "repeat_page" }])).await;
        assert_eq!(list("limit=2&offset=0").await, json!(["a", "b"]));
        assert_eq!(last(world).3, Vec::<&str>::new());
        assert_eq!(list("limit=2&offset=2").await, json!(["a", "b"]));
        assert_eq!(last(world).3, ["repeat_page"]);
    })
    .await;
}

#[tokio::test]
async fn what_was_deleted_shows_once_more_faults_s26() {
    everywhere(ALL, async |world| {
        three(world).await;
        let rule = json!({ "operation": "ListLogGroups", "count": 1, "fault": { "reappear": { "seconds": 60 } } });
        inject(world, json!([rule])).await;
        assert_eq!(groups(world).await, ["a", "b", "c"]);
        let listed = world.get("groups").await.expect(200);
        let id = listed["log_groups"][1]["log_group_id"].as_str().unwrap().to_owned();
        world.delete(&format!("groups/{id}")).await.expect_empty(204);
        world.clock.advance(SignedDuration::from_secs(30));
        assert_eq!(groups(world).await, ["a", "c", "b"]);
        assert_eq!(last(world), ("ListLogGroups", 200, false, vec!["reappear"]));
        assert_eq!(groups(world).await, ["a", "c"]);
        // Not what is gone for long.
        inject(world, json!([rule])).await;
        world.clock.advance(SignedDuration::from_secs(120));
        assert_eq!(groups(world).await, ["a", "c"]);
    })
    .await;
}
