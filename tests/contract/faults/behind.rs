//! What somebody does between two requests.

use serde_json::{Value, json};

use super::{group, inject, last};
use crate::support::{MODERN, World, everywhere};

/// A group `g` with the streams `s` and `t`, and a dump of `s`.
async fn start(world: &World) -> String {
    let group = world.group("g").await;
    let stream = world.stream(&group, "s").await;
    world.stream(&group, "t").await;
    world.dump(&group, &stream).await;
    group
}

/// Asks for two lists, with a fault before the second, and returns the
/// project after it.
async fn between(world: &World, fault: Value) -> Value {
    inject(world, json!([{ "operation": "ListLogGroups", "nth": 2, "fault": fault }])).await;
    let before = json!(world.emulator.estate());
    world.get("groups").await.expect(200);
    assert_eq!(json!(world.emulator.estate()), before);
    world.get("groups").await.expect(200);
    let kind = fault.as_object().unwrap().keys().next().unwrap().clone();
    let (operation, status, committed, faults) = last(world);
    assert_eq!((operation, status, committed), ("ListLogGroups", 200, false), "it is not the request that did it");
    assert_eq!(faults, [kind.as_str()]);
    json!(world.emulator.estate())
}

#[tokio::test]
async fn a_dump_fails_after_some_requests_faults_s46() {
    everywhere(MODERN, async |world| {
        start(world).await;
        let after = between(world, json!({ "exception": { "group": "g", "stream": "s" } })).await;
        assert_eq!(after["groups"]["g"]["transfers"][0]["status"], "EXCEPTION");
    })
    .await;
}

#[tokio::test]
async fn somebody_edits_faults_s30_s56() {
    everywhere(MODERN, async |world| {
        start(world).await;
        let edit = json!({ "edit_group": { "group": "g", "ttl_in_days": 30, "tags": { "a": "b" } } });
        let after = between(world, edit).await;
        assert_eq!(
            (&after["groups"]["g"]["ttl_in_days"], &after["groups"]["g"]["tags"]),
            (&json!(30), &json!({ "a": "b" }))
        );
        let edit = json!({ "edit_group": { "group": "g", "tags": { "a": null, "c": "d" }, "alias": "renamed" } });
        let after = between(world, edit).await;
        assert_eq!(
            (&after["groups"]["g"]["alias"], &after["groups"]["g"]["tags"]),
            (&json!("renamed"), &json!({ "c": "d" }))
        );
        let edit = json!({ "edit_stream": { "group": "g", "stream": "t", "ttl_in_days": 3 } });
        let after = between(world, edit).await;
        assert_eq!(after["groups"]["g"]["streams"]["t"]["ttl_in_days"], 3);
    })
    .await;
}

#[tokio::test]
async fn somebody_makes_and_deletes_faults_s29() {
    everywhere(MODERN, async |world| {
        start(world).await;
        let after = between(world, json!({ "create_group": { "group": "h" } })).await;
        assert!(after["groups"]["h"].is_object());
        let after = between(world, json!({ "create_stream": { "group": "h", "stream": "u" } })).await;
        assert!(after["groups"]["h"]["streams"]["u"].is_object());
        let transfer = json!({ "streams": ["u"], "obs_bucket_name": "theirs", "period": "1hour" });
        let after = between(world, json!({ "create_transfer": { "group": "h", "transfer": transfer } })).await;
        assert_eq!(after["groups"]["h"]["transfers"][0]["detail"]["obs_bucket_name"], "theirs");
        let after = between(world, json!({ "delete_transfer": { "group": "h", "stream": "u" } })).await;
        assert_eq!(after["groups"]["h"]["transfers"], Value::Null);
        let after = between(world, json!({ "delete_stream": { "group": "h", "stream": "u" } })).await;
        assert_eq!(after["groups"]["h"]["streams"], Value::Null);
        let after = between(world, json!({ "delete_group": { "group": "h" } })).await;
        assert_eq!(after["groups"]["h"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_done_yet_is_done_once_it_can() {
    everywhere(MODERN, async |world| {
        let flip = json!({ "exception": { "group": "g" } });
        inject(world, json!([{ "operation": "ListTransfers", "count": 1, "fault": flip }])).await;
        world.get("transfers").await.expect(200);
        assert_eq!(last(world).3, Vec::<&str>::new());
        start(world).await;
        for _ in 0..2 {
            let list = world.get("transfers").await.expect(200);
            assert_eq!(list["log_transfers"][0]["log_transfer_info"]["log_transfer_status"], "EXCEPTION");
        }
        assert_eq!(last(world).3, Vec::<&str>::new());
        // The service lets nobody delete what a transfer needs.
        inject(world, json!([{ "fault": { "delete_stream": { "group": "g", "stream": "s" } } }])).await;
        world.get("groups").await.expect(200);
        assert!(world.emulator.estate().groups["g"].streams.contains_key("s"));
        assert_eq!(world.emulator.fault_counts()[0].struck, 0);
    })
    .await;
}

#[tokio::test]
async fn a_request_meets_what_was_done_before_it() {
    everywhere(MODERN, async |world| {
        inject(world, json!([{ "operation": "CreateLogGroup", "fault": { "create_group": { "group": "g" } } }])).await;
        let message = "Failed to create log group, the group name has been existed";
        world.post("groups", group("g")).await.refused(400, "LTS.0101", message);
        assert_eq!(last(world), ("CreateLogGroup", 400, false, vec!["create_group"]));
    })
    .await;
}
