//! The creation of OBS dumps.

use serde_json::{Value, json};

use crate::support::{ALL, Answer, MODERN, SEED, World, dump_body, everywhere, nil_id};

const INVALID: &str = "Failed to validate the request body";

/// The document shows business errors under 200 `[SEED:2103-2184]` and lists the
/// same codes as 400 `[SEED:2308-2319]`; each profile keeps to one.
fn business(world: &World) -> u16 {
    if world.profile == SEED[0] { 200 } else { 400 }
}

fn with(mut body: Value, member: &str, value: Value) -> Value {
    body[member] = value;
    body
}

async fn create(world: &World, body: Value) -> Answer {
    world.post("log-dump/obs", body).await
}

#[tokio::test]
async fn create_answers_201_with_log_dump_obs_id_seed_2186() {
    everywhere(ALL, async |world| {
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        let body = create(world, dump_body(&group, &[&stream])).await.expect(201);
        assert_eq!(body.as_object().unwrap().len(), 1);
        assert_eq!(body["log_dump_obs_id"].as_str().unwrap().len(), 36);
    })
    .await;
}

#[tokio::test]
async fn the_document_s_own_request_works_seed_2086() {
    everywhere(ALL, async |world| {
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        let mut body = dump_body(&group, &[&stream]);
        body["switch_on"] = json!("true");
        body["prefix_name"] = json!("fileprefixname");
        body["dir_prefix_name"] = json!("dirprefixname");
        create(world, body).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_or_of_the_wrong_type_is_400_everywhere_seed_2194() {
    everywhere(ALL, async |world| {
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        let good = dump_body(&group, &[&stream]);
        for member in
            ["log_group_id", "log_stream_ids", "obs_bucket_name", "type", "storage_format", "period", "period_unit"]
        {
            create(world, with(good.clone(), member, Value::Null)).await.refused(400, "LTS.0009", INVALID);
        }
        for (member, value) in [
            ("log_stream_ids", json!([])),
            ("log_stream_ids", json!([1])),
            ("period", json!("5")),
            ("switch_on", json!("yes")),
            ("prefix_name", json!(1)),
        ] {
            create(world, with(good.clone(), member, value)).await.refused(400, "LTS.0009", INVALID);
        }
    })
    .await;
}

#[tokio::test]
async fn business_errors_come_in_the_order_of_the_examples_seed_2103() {
    everywhere(ALL, async |world| {
        let status = business(world);
        world.admin("PUT", "buckets/zhuanchu", json!({ "state": "missing" })).await;
        let group = world.group("g").await;
        let (free, dumped) = (world.stream(&group, "free").await, world.stream(&group, "dumped").await);
        world.dump(&group, &dumped).await;
        // Each body fails in every later way too.
        let body = json!({
            "log_group_id": nil_id(), "log_stream_ids": [nil_id()], "obs_bucket_name": "zhuanchu", "type": "once",
            "storage_format": "CSV", "period": 7, "period_unit": "day", "prefix_name": "a/b", "dir_prefix_name": "%Y",
        });
        create(world, body.clone()).await.refused(status, "LTS.0201", "The log group does not existed");
        let body = with(body, "log_group_id", json!(group));
        let message = format!("Log stream id does not exist: {}", nil_id());
        create(world, body.clone()).await.refused(status, "LTS.0208", &message);
        let body = with(body, "log_stream_ids", json!([free, dumped]));
        create(world, body.clone()).await.refused(status, "LTS.0416", "obs bucket does not exist: zhuanchu");
        let body = with(body, "obs_bucket_name", json!("lts-test"));
        let message = format!("Log stream id is associated by transfer: {dumped}");
        create(world, body.clone()).await.refused(status, "LTS.0207", &message);
        let body = with(body, "log_stream_ids", json!([free]));
        create(world, body.clone()).await.refused(status, "LTS.1901", "type is not in the list [cycle]");
        let body = with(body, "type", json!("cycle"));
        let message = "storage_format is not in the list [RAW, JSON]";
        create(world, body.clone()).await.refused(status, "LTS.1901", message);
        let body = with(body, "storage_format", json!("JSON"));
        let message = "period_unit is not in the list [min, hour]";
        create(world, body.clone()).await.refused(status, "LTS.1901", message);
        let body = with(body, "period_unit", json!("min"));
        let message = "period+period_unit is not in the list [2min, 5min, 30min, 1hour, 3hour, 6hour, 12hour]";
        create(world, body.clone()).await.refused(status, "LTS.1901", message);
        let body = with(body, "period", json!(30));
        let message = "prefix_name is invalid, please verify if it's provided as required";
        create(world, body.clone()).await.refused(status, "LTS.1902", message);
        let body = with(body, "prefix_name", json!("audit-"));
        let message = "dir_prefix_name is invalid, please verify if it's provided as required";
        create(world, body.clone()).await.refused(status, "LTS.1902", message);
        create(world, with(body, "dir_prefix_name", json!("/a/b/"))).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn only_seven_periods_are_legal_seed_2043_facts_c5() {
    everywhere(SEED, async |world| {
        let group = world.group("g").await;
        let mut legal = Vec::new();
        for number in [1, 2, 3, 5, 6, 12, 30] {
            for unit in ["min", "hour"] {
                let stream = world.stream(&group, &format!("{number}{unit}")).await;
                let body = with(dump_body(&group, &[&stream]), "period", json!(number));
                if create(world, with(body, "period_unit", json!(unit))).await.status == 201 {
                    legal.push(format!("{number}{unit}"));
                }
            }
        }
        assert_eq!(legal, ["1hour", "2min", "3hour", "5min", "6hour", "12hour", "30min"]);
    })
    .await;
}

#[tokio::test]
async fn the_status_of_business_errors_can_be_switched_facts_c20() {
    everywhere(ALL, async |world| {
        let message = "The log group does not existed";
        for (setting, status) in [("status_200", 200), ("status_400", 400)] {
            world.configure(json!({ "dump_errors": setting })).await;
            create(world, dump_body(&nil_id(), &[&nil_id()])).await.refused(status, "LTS.0201", message);
        }
    })
    .await;
}

#[tokio::test]
async fn a_bucket_that_may_not_be_operated_is_403_seed_2329() {
    everywhere(ALL, async |world| {
        world.admin("PUT", "buckets/lts-test", json!({ "state": "forbidden" })).await;
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        let message = "Current user does not have the permission to operate obs";
        create(world, dump_body(&group, &[&stream])).await.refused(403, "LTS.0018", message);
    })
    .await;
}

#[tokio::test]
async fn lenient_readings_can_be_switched_facts_c6_c7() {
    everywhere(ALL, async |world| {
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        let body = with(dump_body(&group, &[&stream]), "switch_on", json!("false"));
        world.configure(json!({ "switch_on_as_text": "refuse", "missing_storage_format": "accept" })).await;
        create(world, body.clone()).await.refused(400, "LTS.0009", INVALID);
        world.configure(json!({ "switch_on_as_text": "accept" })).await;
        create(world, with(body, "storage_format", Value::Null)).await.expect(201);
        let estate = world.admin("GET", "state", Value::Null).await;
        let transfer = &estate["groups"]["g"]["transfers"][0];
        assert_eq!((&transfer["status"], &transfer["storage_format"]), (&json!("DISABLE"), &json!("RAW")));
    })
    .await;
}

#[tokio::test]
async fn a_dump_is_a_transfer_with_the_same_id_facts_5_13() {
    everywhere(MODERN, async |world| {
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        let dump = world.dump(&group, &stream).await;
        let list = world.get("transfers").await.expect(200);
        let transfer = &list["log_transfers"][0];
        assert_eq!(transfer["log_transfer_id"], dump.as_str());
        let info = &transfer["log_transfer_info"];
        assert_eq!((&info["log_transfer_type"], &info["log_transfer_mode"]), (&json!("OBS"), &json!("cycle")));
        assert_eq!(info["log_transfer_detail"]["obs_period"], 5);
        world.delete(&format!("transfers?log_transfer_id={dump}")).await.expect(200);
        world.delete(&format!("groups/{group}/streams/{stream}")).await.expect_empty(204);
    })
    .await;
}
