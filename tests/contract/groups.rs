//! Groups.

use serde_json::{Value, json};

use crate::support::{ALL, MODERN, PROJECT, SEED, UPDATING, everywhere, nil_id};

const TAKEN: &str = "Failed to create log group, the group name has been existed";
const QUOTA: &str = "Failed to create log group, the number of log groups exceeds the quota";
const INVALID: &str = "Failed to validate the request body";
const GONE: &str = "The log group is not existed";

#[tokio::test]
async fn create_answers_201_with_the_id_alone_seed_476() {
    everywhere(ALL, async |world| {
        let answer = world.post("groups", json!({ "log_group_name": "lts-group-01nh", "ttl_in_days": 7 })).await;
        let body = answer.expect(201);
        assert_eq!(body.as_object().unwrap().len(), 1);
        assert_eq!(body["log_group_id"].as_str().unwrap().len(), 36);
        assert_eq!(answer.headers["x-request-id"].len(), 32);
        assert_eq!(answer.headers["content-type"], "application/json");
        assert_eq!(answer.headers["date"], "Fri, 02 Jan 2026 03:04:05 GMT");
    })
    .await;
}

#[tokio::test]
async fn list_shows_what_the_edition_has_seed_634_facts_5_4() {
    everywhere(ALL, async |world| {
        let id = world.group("first").await;
        world.group("second").await;
        let body = world.get("groups").await.expect(200);
        let groups = body["log_groups"].as_array().unwrap();
        let mut expected = json!({
            "creation_time": 1_767_323_045_000_i64, "log_group_name": "first", "log_group_id": id, "ttl_in_days": 7,
        });
        if world.profile != SEED[0] {
            expected["tag"] = json!({ "_sys_enterprise_project_id": "0" });
        }
        assert_eq!(groups[0], expected);
        assert_eq!(groups[1]["log_group_name"], "second", "in the order of creation");
    })
    .await;
}

#[tokio::test]
async fn create_takes_enterprise_project_tags_and_alias_facts_5_3() {
    everywhere(MODERN, async |world| {
        let body = json!({
            "log_group_name": "g", "ttl_in_days": 365, "log_group_name_alias": "shown",
            "tags": [{ "key": "team", "value": "payments" }, { "key": "bare" }],
        });
        world.post("groups?enterprise_project_id=ep-1", body).await.expect(201);
        let group = &world.get("groups").await.expect(200)["log_groups"][0];
        let tag = json!({ "_sys_enterprise_project_id": "ep-1", "bare": "", "team": "payments" });
        assert_eq!(group["tag"], tag);
        assert_eq!(group["log_group_name_alias"], "shown");
        assert_eq!(group["ttl_in_days"], 365);
    })
    .await;
}

#[tokio::test]
async fn create_ignores_tags_in_the_seed_s_edition_facts_c52() {
    everywhere(SEED, async |world| {
        let body = json!({ "log_group_name": "g", "ttl_in_days": 7, "tags": [{ "key": "a", "value": "b" }] });
        world.post("groups?enterprise_project_id=ep-1", body).await.expect(201);
        assert_eq!(world.get("groups").await.expect(200)["log_groups"][0].get("tag"), None);
    })
    .await;
}

#[tokio::test]
async fn create_refuses_bodies_in_the_order_of_facts_10() {
    everywhere(ALL, async |world| {
        let raw = |body: &str| {
            let mut ask = crate::support::Ask::new("POST", &format!("/v2/{PROJECT}/groups"), None);
            ask.body = body.as_bytes().to_vec();
            world.sign(ask, &crate::support::Key::built_in())
        };
        let not_json = "The request body format must be json";
        world.send(raw("{\"log_group_name\":")).await.refused(400, "LTS.0007", not_json);
        world.send(raw("")).await.refused(400, "LTS.0007", not_json);
        world.send(raw("[]")).await.refused(400, "LTS.0009", INVALID);
        for body in [
            json!({ "ttl_in_days": 7 }),
            json!({ "log_group_name": "g" }),
            json!({ "log_group_name": null, "ttl_in_days": 7 }),
            json!({ "log_group_name": 1, "ttl_in_days": 7 }),
            json!({ "log_group_name": "g", "ttl_in_days": 7.5 }),
            json!({ "log_group_name": "", "ttl_in_days": 7 }),
            json!({ "log_group_name": ".g", "ttl_in_days": 7 }),
            json!({ "log_group_name": "a b", "ttl_in_days": 7 }),
            json!({ "log_group_name": "g".repeat(65), "ttl_in_days": 7 }),
        ] {
            world.post("groups", body).await.refused(400, "LTS.0009", INVALID);
        }
        world.group("g").await;
        // A body that fails in two ways fails by the earlier check: the name is
        // taken and the ttl is out of range.
        world.post("groups", json!({ "log_group_name": "g", "ttl_in_days": 0 })).await.refused(400, "LTS.0101", TAKEN);
        world.configure(json!({ "quotas": { "groups": 1 } })).await;
        world.post("groups", json!({ "log_group_name": "g", "ttl_in_days": 7 })).await.refused(400, "LTS.0104", QUOTA);
    })
    .await;
}

#[tokio::test]
async fn ttl_goes_to_365_or_to_7_seed_474_facts_6_2() {
    everywhere(ALL, async |world| {
        let modern = world.profile != SEED[0];
        let max = if modern { 365 } else { 7 };
        for ttl in [0, -1, max + 1] {
            let answer = world.post("groups", json!({ "log_group_name": "g", "ttl_in_days": ttl })).await;
            if modern {
                let message = "The log group TTL day must be integer and between 1 and 365";
                answer.refused(400, "LTS.0106", message);
            } else {
                answer.refused(400, "LTS.0009", INVALID);
            }
        }
        world.post("groups", json!({ "log_group_name": "g", "ttl_in_days": max })).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn ttl_as_a_string_is_refused_unless_told_otherwise_facts_c2() {
    everywhere(ALL, async |world| {
        let body = json!({ "log_group_name": "test001", "ttl_in_days": "7" });
        world.post("groups", body.clone()).await.refused(400, "LTS.0009", INVALID);
        world.configure(json!({ "ttl_as_text": "accept" })).await;
        world.post("groups", body).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn a_hundred_groups_and_no_more_seed_2306() {
    everywhere(ALL, async |world| {
        for number in 0..100 {
            world.group(&format!("g{number}")).await;
        }
        world.post("groups", json!({ "log_group_name": "g", "ttl_in_days": 7 })).await.refused(400, "LTS.0104", QUOTA);
    })
    .await;
}

#[tokio::test]
async fn a_name_given_in_the_console_is_taken_too_facts_5_3() {
    everywhere(MODERN, async |world| {
        let id = world.group("original").await;
        world.admin("PATCH", &format!("groups/{id}"), json!({ "alias": "renamed" })).await;
        for name in ["original", "renamed"] {
            world
                .post("groups", json!({ "log_group_name": name, "ttl_in_days": 7 }))
                .await
                .refused(400, "LTS.0101", TAKEN);
        }
    })
    .await;
}

#[tokio::test]
async fn update_is_a_post_and_answers_200_with_the_group_facts_5_5() {
    everywhere(UPDATING, async |world| {
        let id = world.group("g").await;
        let body = json!({ "ttl_in_days": 30, "tags": [{ "key": "a", "value": "b" }] });
        let answer = world.post(&format!("groups/{id}"), body).await.expect(200);
        let expected = json!({
            "creation_time": 1_767_323_045_000_i64, "log_group_name": "g", "log_group_id": id, "ttl_in_days": 30,
        });
        assert_eq!(answer, expected);
        let group = &world.get("groups").await.expect(200)["log_groups"][0];
        assert_eq!((&group["ttl_in_days"], &group["tag"]["a"]), (&json!(30), &json!("b")));
        // Tags that are not sent stay.
        world.post(&format!("groups/{id}"), json!({ "ttl_in_days": 31 })).await.expect(200);
        assert_eq!(world.get("groups").await.expect(200)["log_groups"][0]["tag"]["a"], "b");
        world.post(&format!("groups/{id}"), json!({})).await.refused(400, "LTS.0009", INVALID);
        let message = "The log group TTL day must be integer and between 1 and 365";
        world.post(&format!("groups/{id}"), json!({ "ttl_in_days": 366 })).await.refused(400, "LTS.0106", message);
        world.post(&format!("groups/{}", nil_id()), json!({ "ttl_in_days": 7 })).await.refused(400, "LTS.0201", GONE);
    })
    .await;
}

#[tokio::test]
async fn delete_answers_204_and_takes_the_streams_along_seed_846_facts_5_6() {
    everywhere(ALL, async |world| {
        let group = world.group("g").await;
        world.stream(&group, "s").await;
        world.delete(&format!("groups/{group}")).await.expect_empty(204);
        assert_eq!(world.get("groups").await.expect(200), json!({ "log_groups": [] }));
        world.get(&format!("groups/{group}/streams")).await.refused(400, "LTS.0201", GONE);
        world.delete(&format!("groups/{group}")).await.refused(400, "LTS.0201", GONE);
        let again = world.group("g").await;
        assert_ne!(again, group, "the same name is another group");
        let streams: Value = world.get(&format!("groups/{again}/streams")).await.expect(200);
        assert_eq!(streams, json!({ "log_streams": [] }));
    })
    .await;
}

#[tokio::test]
async fn delete_is_refused_while_a_stream_is_dumped_seed_734_2307() {
    everywhere(ALL, async |world| {
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        let dump = world.dump(&group, &stream).await;
        let message = "Log group is associated by transfer";
        world.delete(&format!("groups/{group}")).await.refused(400, "LTS.0105", message);
        if world.profile != SEED[0] {
            // A dump that is off blocks as well (facts page 11).
            world.admin("PATCH", &format!("transfers/{dump}"), json!({ "status": "DISABLE" })).await;
            world.delete(&format!("groups/{group}")).await.refused(400, "LTS.0105", message);
            world.delete(&format!("transfers?log_transfer_id={dump}")).await.expect(200);
            world.delete(&format!("groups/{group}")).await.expect_empty(204);
        }
    })
    .await;
}
