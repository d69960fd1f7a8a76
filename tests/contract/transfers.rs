//! Transfers.

use serde_json::{Value, json};

use crate::support::{MODERN, World, everywhere, nil_id, transfer_body};

const INVALID: &str = "Failed to validate the request body";

async fn group_with_streams(world: &World) -> (String, String, String) {
    let group = world.group("g").await;
    let (one, two) = (world.stream(&group, "one").await, world.stream(&group, "two").await);
    (group, one, two)
}

/// Returns a body with one member set, by JSON pointer.
fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[member] = value;
    body
}

fn ids(list: &Value) -> Vec<&str> {
    list["log_transfers"].as_array().unwrap().iter().map(|item| item["log_transfer_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn create_answers_200_with_the_whole_object_facts_5_14() {
    everywhere(MODERN, async |world| {
        let (group, one, two) = group_with_streams(world).await;
        let body = world.post("transfers", transfer_body(&group, &[&one, &two])).await.expect(200);
        let id = body["log_transfer_id"].as_str().unwrap();
        let expected = json!({
            "log_group_id": group, "log_group_name": "g", "log_transfer_id": id,
            "log_streams": [
                { "log_stream_id": one, "log_stream_name": "one" }, { "log_stream_id": two, "log_stream_name": "two" },
            ],
            "log_transfer_info": {
                "log_transfer_type": "OBS", "log_transfer_mode": "cycle", "log_storage_format": "JSON",
                "log_transfer_status": "ENABLE", "log_agency_transfer": null, "log_create_time": 1_767_323_045_000_i64,
                "log_transfer_detail": {
                    "obs_period": 1, "obs_period_unit": "hour", "obs_bucket_name": "lts-test",
                    "obs_transfer_path": "/lts-test/LogTanks/my-kualalumpur-1/", "obs_dir_pre_fix_name": "",
                    "obs_prefix_name": "", "obs_encrypted_enable": false, "obs_encrypted_id": "",
                },
            },
        });
        assert_eq!((id.len(), &body), (36, &expected));
        assert_eq!(world.get("transfers").await.expect(200), json!({ "log_transfers": [expected] }));
    })
    .await;
}

#[tokio::test]
async fn create_refuses_what_is_missing_or_no_value_facts_5_14() {
    everywhere(MODERN, async |world| {
        let (group, one, _) = group_with_streams(world).await;
        let good = transfer_body(&group, &[&one]);
        let info = "/log_transfer_info";
        let detail = "/log_transfer_info/log_transfer_detail";
        for (pointer, value) in [
            ("/log_group_id".to_owned(), Value::Null),
            ("/log_streams".to_owned(), json!([])),
            ("/log_streams".to_owned(), json!([{ "log_stream_id": one }, { "log_stream_id": one }])),
            (info.to_owned(), Value::Null),
            (format!("{info}/log_transfer_type"), json!("S3")),
            (format!("{info}/log_transfer_mode"), json!("realTime")),
            (format!("{info}/log_storage_format"), json!("CSV")),
            (format!("{info}/log_transfer_status"), json!("EXCEPTION")),
            (format!("{info}/log_agency_transfer"), json!({ "agency_name": "alone" })),
            (detail.to_owned(), Value::Null),
            (format!("{detail}/obs_bucket_name"), json!("ab")),
            (format!("{detail}/obs_period"), json!("1")),
            (format!("{detail}/obs_period"), json!(2)),
            (format!("{detail}/obs_period_unit"), json!("day")),
            (format!("{detail}/obs_prefix_name"), json!("a/b")),
            (format!("{detail}/obs_dir_pre_fix_name"), json!("%Y/%m")),
            (format!("{detail}/obs_time_zone"), json!("UTC")),
            (format!("{detail}/obs_encrypted_enable"), json!(true)),
            (format!("{detail}/tags"), json!([1])),
        ] {
            let answer = world.post("transfers", with(good.clone(), &pointer, value)).await;
            answer.refused(400, "LTS.0009", INVALID);
        }
        world.post("transfers", good).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn create_refuses_group_stream_bucket_and_second_dump_in_that_order_facts_10() {
    everywhere(MODERN, async |world| {
        let (group, one, two) = group_with_streams(world).await;
        world.admin("PUT", "buckets/gone", json!({ "state": "missing" })).await;
        let bucket = "/log_transfer_info/log_transfer_detail/obs_bucket_name";
        world.post("transfers", transfer_body(&group, &[&one])).await.expect(200);
        let all_wrong = with(transfer_body(&nil_id(), &[&nil_id(), &one]), bucket, json!("gone"));
        world.post("transfers", all_wrong).await.refused(400, "LTS.0201", "The log group is not existed");
        let no_stream = with(transfer_body(&group, &[&nil_id(), &one]), bucket, json!("gone"));
        world.post("transfers", no_stream).await.refused(400, "LTS.0208", "The log stream does not existed");
        let no_bucket = with(transfer_body(&group, &[&one]), bucket, json!("gone"));
        world.post("transfers", no_bucket).await.refused(400, "LTS.0416", "obs bucket does not exist: gone");
        let taken = transfer_body(&group, &[&two, &one]);
        world.post("transfers", taken).await.refused(400, "LTS.0207", "The log stream is associated by transfer");
        world.post("transfers", transfer_body(&group, &[&two])).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn buckets_are_what_the_registry_says_facts_7() {
    everywhere(MODERN, async |world| {
        let (group, one, _) = group_with_streams(world).await;
        for (name, state) in [("no-entry", "forbidden"), ("sealed", "encrypted"), ("open", "exists")] {
            world.admin("PUT", &format!("buckets/{name}"), json!({ "state": state })).await;
        }
        world.configure(json!({ "unlisted_buckets": "missing" })).await;
        let detail = "/log_transfer_info/log_transfer_detail";
        let to =
            |bucket: &str| with(transfer_body(&group, &[&one]), &format!("{detail}/obs_bucket_name"), json!(bucket));
        let forbidden = "Current user does not have the permission to operate obs";
        world.post("transfers", to("no-entry")).await.refused(403, "LTS.0018", forbidden);
        world.post("transfers", to("unlisted")).await.refused(400, "LTS.0416", "obs bucket does not exist: unlisted");
        let sealed = "obs bucket is encrypted, obs_encrypted_id is required: sealed";
        world.post("transfers", to("sealed")).await.refused(400, "LTS.0416", sealed);
        let with_key = with(to("sealed"), &format!("{detail}/obs_encrypted_id"), json!(nil_id()));
        let made = world.post("transfers", with_key).await.expect(200);
        let id = made["log_transfer_id"].as_str().unwrap();
        world.delete(&format!("transfers?log_transfer_id={id}")).await.expect(200);
        world.post("transfers", to("open")).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_stream_has_one_transfer_of_each_kind_facts_6_5() {
    everywhere(MODERN, async |world| {
        let (group, one, _) = group_with_streams(world).await;
        let of_kind = |kind: &str, detail: Value| {
            let mut body = transfer_body(&group, &[&one]);
            body["log_transfer_info"]["log_transfer_type"] = json!(kind);
            body["log_transfer_info"]["log_transfer_mode"] = json!("realTime");
            body["log_transfer_info"]["log_transfer_detail"] = detail;
            body
        };
        world.post("transfers", transfer_body(&group, &[&one])).await.expect(200);
        let dis = of_kind("DIS", json!({ "dis_id": "d", "dis_name": "n" }));
        let dms = of_kind("DMS", json!({ "kafka_id": "k", "kafka_topic": "t" }));
        for body in [dis, dms] {
            world.post("transfers", body.clone()).await.expect(200);
            world.post("transfers", body).await.refused(400, "LTS.0207", "The log stream is associated by transfer");
        }
        let list = world.get("transfers?log_transfer_type=DMS").await.expect(200);
        assert_eq!(list["log_transfers"][0]["log_transfer_info"]["log_transfer_detail"]["kafka_topic"], "t");
    })
    .await;
}

#[tokio::test]
async fn agency_and_time_zone_read_back_as_sent_facts_5_14() {
    everywhere(MODERN, async |world| {
        let (group, one, _) = group_with_streams(world).await;
        let agency = json!({
            "agency_domain_id": "d", "agency_domain_name": "n", "agency_name": "a", "agency_project_id": "p",
        });
        let body = with(transfer_body(&group, &[&one]), "/log_transfer_info/log_agency_transfer", agency.clone());
        let detail = "/log_transfer_info/log_transfer_detail";
        let body = with(body, &format!("{detail}/obs_time_zone"), json!("UTC+01:00"));
        let body = with(body, &format!("{detail}/obs_time_zone_id"), json!("Africa/Lagos"));
        // What only the service fills in is not taken from anyone.
        let body = with(body, &format!("{detail}/obs_transfer_path"), json!("/elsewhere/"));
        let info = &world.post("transfers", body).await.expect(200)["log_transfer_info"];
        assert_eq!(info["log_agency_transfer"], agency);
        assert_eq!(info["log_transfer_detail"]["obs_time_zone_id"], "Africa/Lagos");
        assert_eq!(info["log_transfer_detail"]["obs_transfer_path"], "/lts-test/LogTanks/my-kualalumpur-1/");
    })
    .await;
}

#[tokio::test]
async fn list_filters_by_exact_name_facts_5_15() {
    everywhere(MODERN, async |world| {
        let (group, one, two) = group_with_streams(world).await;
        for stream in [&one, &two] {
            world.post("transfers", transfer_body(&group, &[stream])).await.expect(200);
        }
        world.group("empty").await;
        let count = async |query: &str| {
            let list = world.get(&format!("transfers?{query}")).await.expect(200);
            list["log_transfers"].as_array().unwrap().len()
        };
        assert_eq!(count("log_group_name=g").await, 2);
        assert_eq!(count("log_group_name=empty").await, 0);
        assert_eq!(count("log_group_name=g&log_stream_name=two").await, 1);
        assert_eq!(count("log_stream_name=tw").await, 0);
        assert_eq!(count("log_transfer_type=DIS").await, 0);
        world.get("transfers?log_group_name=lost").await.refused(400, "LTS.0201", "The log group is not existed");
        world.get("transfers?log_transfer_type=S3").await.refused(400, "LTS.0001", "Invalid log transfer type");
    })
    .await;
}

#[tokio::test]
async fn list_is_whole_or_cut_and_offset_is_ignored_facts_5_15_c58() {
    everywhere(MODERN, async |world| {
        let group = world.group("g").await;
        for number in 0..5 {
            let stream = world.stream(&group, &format!("s{number}")).await;
            world.dump(&group, &stream).await;
        }
        let whole = world.get("transfers").await.expect(200);
        assert_eq!(ids(&whole).len(), 5);
        assert_eq!(world.get("transfers?limit=2&offset=2").await.expect(200), whole);
        world.configure(json!({ "transfers_cut_at": 3 })).await;
        let cut = world.get("transfers?limit=100&offset=3").await.expect(200);
        assert_eq!(ids(&cut), ids(&whole)[..3]);
        world.configure(json!({ "transfers_cut_at": null, "transfer_paging": "honoured" })).await;
        let page = world.get("transfers?limit=2&offset=2").await.expect(200);
        assert_eq!(ids(&page), ids(&whole)[2..4]);
        world.get("transfers?limit=101").await.refused(400, "LTS.0009", INVALID);
    })
    .await;
}

#[tokio::test]
async fn update_replaces_the_whole_detail_facts_5_16() {
    everywhere(MODERN, async |world| {
        let (group, one, _) = group_with_streams(world).await;
        let prefix = "/log_transfer_info/log_transfer_detail/obs_prefix_name";
        let made = world.post("transfers", with(transfer_body(&group, &[&one]), prefix, json!("audit-"))).await.expect(200);
        let update = json!({
            "log_transfer_id": made["log_transfer_id"],
            "log_transfer_info": {
                "log_storage_format": "RAW", "log_transfer_status": "DISABLE",
                "log_transfer_detail": {
                    "obs_period": 12, "obs_period_unit": "hour", "obs_bucket_name": "other", "obs_dir_pre_fix_name": "a/b",
                },
            },
        });
        let info = &world.put("transfers", update.clone()).await.expect(200)["log_transfer_info"];
        assert_eq!((&info["log_storage_format"], &info["log_transfer_status"]), (&json!("RAW"), &json!("DISABLE")));
        assert_eq!(info["log_transfer_detail"]["obs_prefix_name"], "", "what is left out is gone");
        assert_eq!(info["log_transfer_detail"]["obs_transfer_path"], "/other/LogTanks/my-kualalumpur-1/");
        assert_eq!(info["log_create_time"], made["log_transfer_info"]["log_create_time"]);
        let missing = "The Field transfer id is invalid or missing.";
        for id in [Value::Null, json!("x")] {
            world.put("transfers", with(update.clone(), "/log_transfer_id", id)).await.refused(400, "LTS.0009", missing);
        }
        let lost = with(update.clone(), "/log_transfer_id", json!(nil_id()));
        world.put("transfers", lost).await.refused(400, "LTS.0405", "The log transfer does not existed");
        world.admin("PUT", "buckets/other", json!({ "state": "missing" })).await;
        world.put("transfers", update).await.refused(400, "LTS.0416", "obs bucket does not exist: other");
    })
    .await;
}

#[tokio::test]
async fn update_may_change_the_streams_facts_c62() {
    everywhere(MODERN, async |world| {
        let (group, one, two) = group_with_streams(world).await;
        let made = world.post("transfers", transfer_body(&group, &[&one])).await.expect(200);
        let other = world.stream(&group, "three").await;
        world.dump(&group, &other).await;
        let update = |stream: &str| {
            let mut body = transfer_body(&group, &[stream]);
            body["log_transfer_id"] = made["log_transfer_id"].clone();
            body
        };
        let changed = world.put("transfers", update(&two)).await.expect(200);
        assert_eq!(changed["log_streams"], json!([{ "log_stream_id": two, "log_stream_name": "two" }]));
        let taken = "The log stream is associated by transfer";
        world.put("transfers", update(&other)).await.refused(400, "LTS.0207", taken);
    })
    .await;
}

#[tokio::test]
async fn delete_answers_200_with_the_object_facts_5_17() {
    everywhere(MODERN, async |world| {
        let (group, one, _) = group_with_streams(world).await;
        let made = world.post("transfers", transfer_body(&group, &[&one])).await.expect(200);
        let path = format!("transfers?log_transfer_id={}", made["log_transfer_id"].as_str().unwrap());
        assert_eq!(world.delete(&path).await.expect(200), made);
        world.delete(&path).await.refused(400, "LTS.0405", "The log transfer does not existed");
        let missing = "The Field transfer id is invalid or missing.";
        world.delete("transfers").await.refused(400, "LTS.0009", missing);
    })
    .await;
}

#[tokio::test]
async fn exception_is_a_state_that_can_be_updated_and_deleted_facts_7() {
    everywhere(MODERN, async |world| {
        let (group, one, _) = group_with_streams(world).await;
        let made = world.post("transfers", transfer_body(&group, &[&one])).await.expect(200);
        let id = made["log_transfer_id"].as_str().unwrap();
        world.admin("PATCH", &format!("transfers/{id}"), json!({ "status": "EXCEPTION" })).await;
        let list = world.get("transfers").await.expect(200);
        assert_eq!(list["log_transfers"][0]["log_transfer_info"]["log_transfer_status"], "EXCEPTION");
        let mut update = transfer_body(&group, &[&one]);
        update["log_transfer_id"] = json!(id);
        let updated = world.put("transfers", update).await.expect(200);
        assert_eq!(updated["log_transfer_info"]["log_transfer_status"], "ENABLE");
        world.delete(&format!("transfers?log_transfer_id={id}")).await.expect(200);
    })
    .await;
}
