//! Tags.

use serde_json::{Value, json};

use crate::support::{Answer, MODERN, PROJECT, SEED, World, everywhere, nil_id};

const INVALID: &str = "Failed to validate the request body";

async fn act(world: &World, kind: &str, id: &str, action: &str, tags: Value) -> Answer {
    let body = json!({ "action": action, "is_open": true, "tags": tags });
    world.ask("POST", &format!("/v1/{PROJECT}/{kind}/{id}/tags/action"), Some(body)).await
}

async fn group_tags(world: &World) -> Value {
    world.get("groups").await.expect(200)["log_groups"][0]["tag"].clone()
}

async fn stream_tags(world: &World) -> Value {
    world.get("log-streams").await.expect(200)["log_streams"][0]["tag"].clone()
}

#[tokio::test]
async fn statuses_are_200_and_201_for_deleting_of_a_stream_facts_5_18() {
    everywhere(MODERN, async |world| {
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        let tags = json!([{ "key": "a", "value": "b" }]);
        for (kind, id, deleted) in [("groups", &group, 200), ("topics", &stream, 201)] {
            act(world, kind, id, "create", tags.clone()).await.expect_empty(200);
            act(world, kind, id, "delete", tags.clone()).await.expect_empty(deleted);
        }
    })
    .await;
}

#[tokio::test]
async fn tags_of_a_group_spread_unless_told_not_to_facts_5_18() {
    everywhere(MODERN, async |world| {
        let group = world.group("g").await;
        world.stream(&group, "s").await;
        act(world, "groups", &group, "create", json!([{ "key": "spread", "value": "1" }])).await.expect_empty(200);
        assert_eq!(stream_tags(world).await, json!({ "_sys_enterprise_project_id": "0", "spread": "1" }));
        let held = json!([
            { "key": "held", "value": "1", "tags_to_streams_enable": false }, { "key": "too", "value": "1" },
        ]);
        act(world, "groups", &group, "create", held).await.expect_empty(200);
        let all = json!({ "_sys_enterprise_project_id": "0", "spread": "1", "held": "1", "too": "1" });
        assert_eq!(group_tags(world).await, all);
        assert_eq!(stream_tags(world).await, json!({ "_sys_enterprise_project_id": "0", "spread": "1" }));
        act(world, "groups", &group, "delete", json!([{ "key": "spread" }])).await.expect_empty(200);
        assert_eq!(stream_tags(world).await, json!({ "_sys_enterprise_project_id": "0" }));
    })
    .await;
}

#[tokio::test]
async fn tags_of_a_stream_stay_its_own_and_are_overwritten_facts_5_18() {
    everywhere(MODERN, async |world| {
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        act(world, "topics", &stream, "create", json!([{ "key": "a", "value": "1" }])).await.expect_empty(200);
        act(world, "topics", &stream, "create", json!([{ "key": "a", "value": "2" }])).await.expect_empty(200);
        assert_eq!(stream_tags(world).await["a"], "2");
        assert_eq!(group_tags(world).await.get("a"), None);
        // The key decides what goes, not the value.
        act(world, "topics", &stream, "delete", json!([{ "key": "a", "value": "x" }])).await.expect_empty(201);
        assert_eq!(stream_tags(world).await.get("a"), None);
    })
    .await;
}

#[tokio::test]
async fn refusals_facts_5_18_6_3() {
    everywhere(MODERN, async |world| {
        let group = world.group("g").await;
        let one = json!([{ "key": "a", "value": "b" }]);
        act(world, "groups", &group, "update", one.clone()).await.refused(
            400,
            "LTS.1836",
            "action is create or delete",
        );
        act(world, "groups", &nil_id(), "create", one.clone()).await.refused(
            400,
            "LTS.0201",
            "The log group is not existed",
        );
        act(world, "topics", &nil_id(), "create", one.clone()).await.refused(
            400,
            "LTS.0208",
            "The log stream does not existed",
        );
        act(world, "streams", &group, "create", one).await.refused(400, "LTS.0009", INVALID);
        for tags in [
            json!([]),
            Value::Null,
            json!([{ "value": "b" }]),
            json!([{ "key": "_sys_a", "value": "b" }]),
            json!([{ "key": " a", "value": "b" }]),
            json!([{ "key": "a".repeat(129), "value": "b" }]),
            json!([{ "key": "a", "value": "b".repeat(256) }]),
            json!([{ "key": "a", "value": "1" }, { "key": "a", "value": "2" }]),
        ] {
            act(world, "groups", &group, "create", tags).await.refused(400, "LTS.0009", INVALID);
        }
    })
    .await;
}

#[tokio::test]
async fn twenty_tags_and_no_more_facts_6_3() {
    everywhere(MODERN, async |world| {
        let group = world.group("g").await;
        let twenty: Vec<Value> = (0..20).map(|number| json!({ "key": format!("k{number}"), "value": "" })).collect();
        act(world, "groups", &group, "create", json!(twenty)).await.expect_empty(200);
        act(world, "groups", &group, "create", json!([{ "key": "k0", "value": "again" }])).await.expect_empty(200);
        let answer = act(world, "groups", &group, "create", json!([{ "key": "k20", "value": "" }])).await;
        answer.refused(400, "LTS.0009", INVALID);
    })
    .await;
}

#[tokio::test]
async fn a_removed_tag_can_linger_facts_6_3() {
    everywhere(MODERN, async |world| {
        world.configure(json!({ "stale_tags_reads": 2 })).await;
        let group = world.group("g").await;
        act(world, "groups", &group, "create", json!([{ "key": "a", "value": "b" }])).await.expect_empty(200);
        act(world, "groups", &group, "delete", json!([{ "key": "a" }])).await.expect_empty(200);
        assert_eq!(group_tags(world).await["a"], "b");
        assert_eq!(group_tags(world).await["a"], "b");
        assert_eq!(group_tags(world).await.get("a"), None);
    })
    .await;
}

#[tokio::test]
async fn the_seed_s_edition_reads_tags_and_cannot_write_them_seed_641_facts_c52() {
    everywhere(SEED, async |world| {
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        world.admin("PATCH", &format!("groups/{group}"), json!({ "tags": { "by": "hand" } })).await;
        world.admin("PATCH", &format!("groups/{group}/streams/{stream}"), json!({ "tags": { "by": "hand" } })).await;
        assert_eq!(group_tags(world).await, json!({ "by": "hand" }));
        let streams = world.get(&format!("groups/{group}/streams")).await.expect(200);
        assert_eq!(streams["log_streams"][0]["tag"], json!({ "by": "hand" }));
    })
    .await;
}
