//! Streams.

use serde_json::{Value, json};

use crate::support::{ALL, MODERN, SEED, UPDATING, World, everywhere, nil_id};

const INVALID: &str = "Failed to validate the request body";
const NO_GROUP: &str = "The log group is not existed";
const NO_STREAM: &str = "The log stream does not existed";

async fn first(world: &World, group: &str) -> Value {
    world.get(&format!("groups/{group}/streams")).await.expect(200)["log_streams"][0].clone()
}

#[tokio::test]
async fn create_and_list_seed_898_1060_facts_5_8() {
    everywhere(ALL, async |world| {
        let group = world.group("g").await;
        let answer = world.post(&format!("groups/{group}/streams"), json!({ "log_stream_name": "s" })).await;
        let body = answer.expect(201);
        let id = body["log_stream_id"].as_str().unwrap();
        assert_eq!((body.as_object().unwrap().len(), id.len()), (1, 36));
        let seed = json!({
            "creation_time": 1_767_323_045_000_i64, "log_stream_name": "s", "log_stream_id": id, "filter_count": 0,
            "tag": {},
        });
        let modern = json!({
            "creation_time": 1_767_323_045_000_i64, "log_stream_name": "s", "log_stream_id": id, "filter_count": 0,
            "tag": { "_sys_enterprise_project_id": "0" }, "is_favorite": false, "whether_log_storage": true,
            "hot_cold_separation": false, "auth_web_tracking": false, "ttl_in_days": -1, "hot_storage_days": -1,
        });
        assert_eq!(first(world, &group).await, if world.profile == SEED[0] { seed } else { modern });
    })
    .await;
}

#[tokio::test]
async fn ttl_is_1_to_365_or_follows_the_group_seed_893_facts_6_2() {
    everywhere(ALL, async |world| {
        let group = world.group("g").await;
        let path = format!("groups/{group}/streams");
        for ttl in [json!(0), json!(366), json!("7"), json!(1.5), json!(-2)] {
            let body = json!({ "log_stream_name": "s", "ttl_in_days": ttl });
            world.post(&path, body).await.refused(400, "LTS.0009", INVALID);
        }
        world.post(&path, json!({ "log_stream_name": "s", "ttl_in_days": 365 })).await.expect(201);
        if world.profile != SEED[0] {
            assert_eq!(first(world, &group).await["ttl_in_days"], 365);
        }
    })
    .await;
}

#[tokio::test]
async fn create_refuses_parent_quota_name_ttl_in_that_order_facts_10() {
    everywhere(ALL, async |world| {
        let elsewhere = format!("groups/{}/streams", nil_id());
        world.post(&elsewhere, json!({ "log_stream_name": "bad name" })).await.refused(400, "LTS.0009", INVALID);
        world.post(&elsewhere, json!({ "log_stream_name": "s" })).await.refused(400, "LTS.0201", NO_GROUP);
        let group = world.group("g").await;
        let path = format!("groups/{group}/streams");
        world.stream(&group, "s").await;
        let taken = "The log stream name has been existed";
        let both = json!({ "log_stream_name": "s", "ttl_in_days": 0 });
        world.post(&path, both.clone()).await.refused(400, "LTS.0205", taken);
        world.configure(json!({ "quotas": { "streams": 1 } })).await;
        let quota = "Failed to create log stream, the number of Log streams exceeds the quota";
        world.post(&path, both).await.refused(400, "LTS.0206", quota);
    })
    .await;
}

#[tokio::test]
async fn names_are_unique_in_their_group_facts_5_7() {
    everywhere(ALL, async |world| {
        let (one, two) = (world.group("one").await, world.group("two").await);
        world.stream(&one, "s").await;
        world.stream(&two, "s").await;
        world.stream(&two, "S").await;
    })
    .await;
}

#[tokio::test]
async fn a_hundred_streams_in_a_group_seed_2313() {
    everywhere(&[SEED[0]], async |world| {
        let group = world.group("g").await;
        for number in 0..100 {
            world.stream(&group, &format!("s{number}")).await;
        }
        let answer = world.post(&format!("groups/{group}/streams"), json!({ "log_stream_name": "s" })).await;
        let quota = "Failed to create log stream, the number of Log streams exceeds the quota";
        answer.refused(400, "LTS.0206", quota);
    })
    .await;
}

#[tokio::test]
async fn enterprise_project_comes_by_name_or_from_the_group_facts_5_7() {
    everywhere(MODERN, async |world| {
        world.configure(json!({ "enterprise_projects": { "sales": "ep-sales" } })).await;
        let body = json!({ "log_group_name": "g", "ttl_in_days": 7 });
        let body = world.post("groups?enterprise_project_id=ep-group", body).await.expect(201);
        let group = body["log_group_id"].as_str().unwrap();
        let path = format!("groups/{group}/streams");
        world.stream(group, "own").await;
        let named = |name: &str, project: &str| json!({ "log_stream_name": name, "enterprise_project_name": project });
        world.post(&path, named("named", "sales")).await.expect(201);
        world.post(&path, named("bad", "Default")).await.refused(400, "LTS.0009", INVALID);
        let streams = world.get(&path).await.expect(200);
        assert_eq!(streams["log_streams"][0]["tag"]["_sys_enterprise_project_id"], "ep-group");
        assert_eq!(streams["log_streams"][1]["tag"]["_sys_enterprise_project_id"], "ep-sales");
    })
    .await;
}

#[tokio::test]
async fn all_streams_come_in_one_list_with_their_groups_facts_5_9() {
    everywhere(MODERN, async |world| {
        for name in ["one", "two"] {
            let group = world.group(name).await;
            world.stream(&group, "a").await;
            world.stream(&group, "b").await;
        }
        let all = world.get("log-streams").await.expect(200);
        let streams = all["log_streams"].as_array().unwrap();
        assert_eq!(streams.len(), 4);
        let groups = world.get("groups").await.expect(200);
        assert_eq!(streams[0]["log_group_id"], groups["log_groups"][0]["log_group_id"]);
        let some = world.get("log-streams?log_group_name=two&log_stream_name=b").await.expect(200);
        assert_eq!(some["log_streams"].as_array().unwrap().len(), 1);
        assert_eq!(some["log_streams"][0]["log_group_id"], groups["log_groups"][1]["log_group_id"]);
        assert_eq!(world.get("log-streams?log_group_name=tw").await.expect(200), json!({ "log_streams": [] }));
    })
    .await;
}

#[tokio::test]
async fn update_answers_of_a_topic_facts_5_10() {
    everywhere(UPDATING, async |world| {
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        let path = format!("groups/{group}/streams-ttl/{stream}");
        let body = json!({ "ttl_in_days": 5, "tags": [{ "key": "a", "value": "b" }], "whether_log_storage": false });
        let answer = world.put(&path, body).await.expect(200);
        let expected = json!({
            "creation_time": 1_767_323_045_000_i64, "log_topic_name": "s", "log_topic_id": stream, "ttl_in_days": 5,
        });
        assert_eq!(answer, expected);
        let shown = first(world, &group).await;
        assert_eq!((&shown["ttl_in_days"], &shown["whether_log_storage"]), (&json!(5), &json!(false)));
        assert_eq!(shown["tag"]["a"], "b");
        assert_eq!(world.put(&path, json!({ "ttl_in_days": -1 })).await.expect(200)["ttl_in_days"], -1);
        assert_eq!(first(world, &group).await["ttl_in_days"], -1);
        for body in [json!({}), json!({ "ttl_in_days": 0 }), json!({ "ttl_in_days": 366 })] {
            world.put(&path, body).await.refused(400, "LTS.0009", INVALID);
        }
        let body = json!({ "ttl_in_days": 5 });
        let lost = format!("groups/{group}/streams-ttl/{}", nil_id());
        world.put(&lost, body.clone()).await.refused(400, "LTS.0208", NO_STREAM);
        let lost = format!("groups/{}/streams-ttl/{stream}", nil_id());
        world.put(&lost, body).await.refused(400, "LTS.0201", NO_GROUP);
    })
    .await;
}

#[tokio::test]
async fn a_group_s_ttl_is_not_written_into_streams_that_follow_it_facts_6_2() {
    everywhere(UPDATING, async |world| {
        let group = world.group("g").await;
        world.stream(&group, "follows").await;
        world.post(&format!("groups/{group}"), json!({ "ttl_in_days": 90 })).await.expect(200);
        assert_eq!(first(world, &group).await["ttl_in_days"], -1);
    })
    .await;
}

#[tokio::test]
async fn delete_answers_204_then_lts_0208_seed_1245_1293() {
    everywhere(ALL, async |world| {
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        let path = format!("groups/{group}/streams/{stream}");
        world.delete(&format!("groups/{}/streams/{stream}", nil_id())).await.refused(400, "LTS.0201", NO_GROUP);
        world.delete(&path).await.expect_empty(204);
        world.delete(&path).await.refused(400, "LTS.0208", NO_STREAM);
        world.get(&format!("groups/{}/streams", nil_id())).await.refused(400, "LTS.0201", NO_GROUP);
    })
    .await;
}

#[tokio::test]
async fn delete_is_refused_while_it_is_dumped_seed_1174_2314() {
    everywhere(ALL, async |world| {
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        world.dump(&group, &stream).await;
        let message = "Log stream is associated by transfer";
        world.delete(&format!("groups/{group}/streams/{stream}")).await.refused(400, "LTS.0207", message);
    })
    .await;
}
