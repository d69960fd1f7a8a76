//! The emulator's own API.

use ltsctl::emulator::{Config, Estate};
use serde_json::{Value, json};

use crate::support::{ALL, Ask, Key, MODERN, PROJECT, World, everywhere, nil_id};

async fn journal(world: &World, query: &str) -> Vec<Value> {
    let body = world.admin("GET", &format!("journal{query}"), Value::Null).await;
    body["entries"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_journal_tells_what_was_asked_and_done() {
    everywhere(ALL, async |world| {
        let group = world.group("g").await;
        world.post("groups", json!({ "log_group_name": "g", "ttl_in_days": 7 })).await;
        world.post("groups", json!({ "log_group_name": 1 })).await;
        world.ask("GET", "/v2/nowhere?a=b", None).await;
        world.ask("GET", "/elsewhere", None).await;
        let entries = journal(world, "").await;
        assert_eq!(entries.len(), 4);
        let first = &entries[0];
        assert_eq!((&first["sequence"], &first["operation"]), (&json!(1), &json!("CreateLogGroup")));
        assert_eq!((&first["status"], &first["committed"]), (&json!(201), &json!(true)));
        assert_eq!(first["path"], format!("/v2/{PROJECT}/groups"));
        assert_eq!(first["objects"], json!([{ "kind": "group", "id": group, "name": "g" }]));
        assert_eq!(first["time"], "2026-01-02T03:04:05Z");
        let second = &entries[1];
        assert_eq!((&second["error_code"], &second["committed"]), (&json!("LTS.0101"), &json!(false)));
        assert_eq!(entries[2]["detail"], "`log_group_name` must be a string");
        let last = &entries[3];
        assert_eq!((&last["operation"], &last["path"]), (&Value::Null, &json!("/v2/nowhere?a=b")));
        assert_eq!(journal(world, "?since=3").await.len(), 1);
        world.admin("DELETE", "journal", Value::Null).await;
        world.get("groups").await.expect(200);
        assert_eq!(journal(world, "").await[0]["sequence"], 5, "numbers go on");
        assert_eq!(world.emulator.journal().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_journal_keeps_no_secret() {
    everywhere(ALL, async |world| {
        world.send(Ask::new("POST", "/v3/auth/tokens", Some(crate::iam::login()))).await.expect(201);
        world.get("groups").await.expect(200);
        let text = json!(journal(world, "").await).to_string();
        for secret in ["not-a-password", &Key::built_in().secret, "SDK-HMAC-SHA256", "MIIEmulator"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_deleted_group_s_journal_entry_names_all_that_went() {
    everywhere(ALL, async |world| {
        let group = world.group("g").await;
        world.stream(&group, "s").await;
        world.delete(&format!("groups/{group}")).await.expect_empty(204);
        let entries = journal(world, "?since=2").await;
        let names: Vec<_> = entries[0]["objects"].as_array().unwrap().iter().map(|object| &object["name"]).collect();
        assert_eq!(names, ["g", "s"]);
    })
    .await;
}

#[tokio::test]
async fn configuration_is_patched_or_put() {
    everywhere(ALL, async |world| {
        let defaults = serde_json::to_value(Config::for_profile(world.profile)).unwrap();
        assert_eq!(world.admin("GET", "config", Value::Null).await, defaults);
        let patched = world.admin("PATCH", "config", json!({ "quotas": { "groups": 3 } })).await;
        assert_eq!((&patched["quotas"]["groups"], &patched["quotas"]["streams"]), (&json!(3), &json!(100)));
        let put = world.admin("PUT", "config", json!({ "latency_ms": 1 })).await;
        assert_eq!((&put["quotas"]["groups"], &put["latency_ms"]), (&json!(100), &json!(1)));
        world.admin("PATCH", "config", json!({ "transfers_cut_at": 100 })).await;
        let uncut = world.admin("PATCH", "config", json!({ "transfers_cut_at": null })).await;
        assert_eq!(uncut["transfers_cut_at"], Value::Null);
        let wrong = world.send(Ask::new("PATCH", "/emulator/config", Some(json!({ "quota": 3 })))).await;
        assert_eq!(wrong.status, 400);
        let error = &wrong.json()["error"];
        assert!(error["message"].as_str().unwrap().contains("unknown field `quota`"), "{error}");
        assert!(error["help"].as_str().unwrap().contains("GET /emulator/config"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn state_can_be_read_replaced_and_read_again() {
    everywhere(ALL, async |world| {
        world.group("old").await;
        let seed = json!({ "groups": { "web": {
            "ttl_in_days": 3, "tags": { "team": "a" },
            "streams": { "api": null, "audit": { "ttl_in_days": 30, "id": nil_id() } },
            "transfers": [{
                "streams": ["audit"], "obs_bucket_name": "acme", "period": "30min", "prefix_name": "x-",
                "storage_format": "JSON", "status": "EXCEPTION",
            }],
        } } });
        let shown = world.admin("PUT", "state", seed).await;
        assert_eq!(shown["groups"].as_object().unwrap().keys().collect::<Vec<_>>(), ["web"]);
        let web = &shown["groups"]["web"];
        assert_eq!(web["streams"]["audit"]["id"], nil_id());
        assert_eq!(web["transfers"][0]["detail"]["obs_period"], 30);
        assert_eq!(web["transfers"][0]["detail"]["obs_transfer_path"], "/acme/LogTanks/my-kualalumpur-1/");
        let again = world.admin("PUT", "state", shown.clone()).await;
        assert_eq!(again, shown, "what is shown can be put back");
        assert_eq!(serde_json::to_value(world.emulator.estate()).unwrap(), shown);
        let group = web["id"].as_str().unwrap();
        let message = "Log stream is associated by transfer";
        world.delete(&format!("groups/{group}/streams/{}", nil_id())).await.refused(400, "LTS.0207", message);
        world.emulator.seed(&Estate::default()).unwrap();
        assert_eq!(world.get("groups").await.expect(200), json!({ "log_groups": [] }));
    })
    .await;
}

#[tokio::test]
async fn a_state_that_contradicts_itself_changes_nothing() {
    everywhere(MODERN, async |world| {
        world.group("old").await;
        for (seed, part) in [
            (json!({ "groups": { "g": { "transfers": [{ "streams": ["lost"] }] } } }), "names the stream `lost`"),
            (json!({ "groups": { "g": { "stream": {} } } }), "unknown field `stream`"),
            (json!({ "groups": { "g": { "streams": { "s": {} }, "transfers": [{ "streams": ["s"], "period": "1day" }] } } }),
                "`1day` is no period"),
            (json!({ "groups": { "g": { "id": "x" }, "h": { "id": "x" } } }), "the id `x` is given twice"),
        ] {
            let answer = world.send(Ask::new("PUT", "/emulator/state", Some(seed))).await;
            assert_eq!(answer.status, 400);
            let body = answer.json();
            assert!(body["error"]["message"].as_str().unwrap().contains(part), "{body}");
        }
        assert_eq!(world.get("groups").await.expect(200)["log_groups"][0]["log_group_name"], "old");
    })
    .await;
}

#[tokio::test]
async fn the_console_edits_past_the_rules() {
    everywhere(MODERN, async |world| {
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        let edit = json!({ "ttl_in_days": 99, "alias": "shown", "tags": { "by": "hand" } });
        world.admin("PATCH", &format!("groups/{group}"), edit.clone()).await;
        world.admin("PATCH", &format!("groups/{group}/streams/{stream}"), edit).await;
        let shown = &world.get("groups").await.expect(200)["log_groups"][0];
        assert_eq!((&shown["ttl_in_days"], &shown["log_group_name_alias"]), (&json!(99), &json!("shown")));
        let shown = &world.get("log-streams").await.expect(200)["log_streams"][0];
        assert_eq!((&shown["ttl_in_days"], &shown["tag"]["by"]), (&json!(99), &json!("hand")));
        let path = format!("groups/{group}/streams/{stream}");
        world.admin("PATCH", &path, json!({ "ttl_in_days": -1 })).await;
        assert_eq!(world.get("log-streams").await.expect(200)["log_streams"][0]["ttl_in_days"], -1);
        let lost = world.send(Ask::new("PATCH", &format!("/emulator/groups/{}", nil_id()), Some(json!({})))).await;
        assert_eq!(lost.status, 404);
        assert!(lost.json()["error"]["help"].as_str().unwrap().contains("GET /emulator/state"));
        let ask = Ask::new("PATCH", &format!("/emulator/groups/{group}"), Some(json!({ "ttl_in_days": -1 })));
        assert_eq!(world.send(ask).await.status, 400, "only a stream can follow");
    })
    .await;
}

#[tokio::test]
async fn unknown_paths_and_methods_are_told_so() {
    everywhere(MODERN, async |world| {
        for (method, path, status) in [("GET", "/emulator/x/y", 404), ("POST", "/emulator/config", 405)] {
            let answer = world.send(Ask::new(method, path, None)).await;
            assert_eq!(answer.status, status, "{path}");
            assert!(answer.json()["error"]["help"].as_str().unwrap().contains("GET /emulator"));
        }
        let body = world.send(Ask::new("GET", "/emulator", None)).await.json();
        assert_eq!(body["account"]["project_id"], PROJECT);
    })
    .await;
}

#[tokio::test]
async fn only_loopback_names_reach_it_over_a_socket() {
    let world = World::start(MODERN[0], "socket").await;
    for path in ["/emulator", "/emulator/state", "/emulator/nothing"] {
        let rebound = world.send(Ask::new("GET", path, None).with("host", "evil.example:8888")).await;
        assert_eq!(rebound.status, 403, "{path}");
        assert!(rebound.json()["error"]["message"].as_str().unwrap().contains("this machine only"));
        let page = world.send(Ask::new("GET", path, None).with("origin", "http://evil.example")).await;
        assert_eq!(page.status, 403, "{path}");
    }
    let local = Ask::new("GET", "/emulator", None).with("host", "127.0.0.1:8888");
    assert_eq!(world.send(local.with("origin", "http://localhost:3000")).await.status, 200);
    // The service itself is called by any name.
    let ask = Ask::new("GET", &format!("/v2/{PROJECT}/groups"), None).with("host", "lts.example");
    assert_eq!(world.send(world.sign(ask, &Key::built_in())).await.status, 200);
}

#[tokio::test]
async fn accounts_and_keys_are_listed_without_secrets() {
    everywhere(MODERN, async |world| {
        let made = world.admin("POST", "keys", json!({ "security_token": "STS" })).await;
        let listed = world.admin("GET", "accounts", Value::Null).await;
        assert_eq!(listed["keys"].as_array().unwrap().len(), 2);
        let text = listed.to_string();
        for secret in [made["secret"].as_str().unwrap(), "STS", "not-a-password"] {
            assert!(!text.contains(secret), "{secret}");
        }
        let access = made["access"].as_str().unwrap();
        world.admin("DELETE", &format!("keys/{access}"), Value::Null).await;
        let again = world.send(Ask::new("DELETE", &format!("/emulator/keys/{access}"), None)).await;
        assert_eq!(again.status, 404);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn latency_is_waited_out_before_the_answer() {
    let world = World::start(MODERN[0], "process").await;
    world.configure(json!({ "latency_ms": 20 })).await;
    #[expect(clippy::disallowed_methods, reason = "the time of the paused runtime is what is measured")]
    let start = tokio::time::Instant::now();
    world.get("groups").await.expect(200);
    assert_eq!(start.elapsed().as_millis(), 20);
}

#[tokio::test]
async fn a_gate_holds_a_request_before_or_after_it_is_done() {
    let world = std::sync::Arc::new(World::start(MODERN[0], "socket").await);
    for (gate, made) in [("before", 0), ("after", 1)] {
        world.admin("PUT", "state", json!({})).await;
        world.configure(json!({ "gates": { "CreateLogGroup": gate } })).await;
        let held = tokio::spawn({
            let world = world.clone();
            async move { world.group("g").await }
        });
        // The request is somewhere between its sender and the gate; what can
        // be waited for is the commit.
        while world.emulator.estate().groups.len() < made {
            tokio::task::yield_now().await;
        }
        assert_eq!(world.get("groups").await.expect(200)["log_groups"].as_array().unwrap().len(), made);
        assert!(!held.is_finished());
        world.configure(json!({ "gates": { "CreateLogGroup": null } })).await;
        held.await.unwrap();
        assert_eq!(world.emulator.estate().groups.len(), 1);
    }
}

#[tokio::test]
async fn an_operation_that_does_not_exist_cannot_be_configured() {
    let world = World::start(MODERN[0], "process").await;
    for patch in [
        json!({ "gates": { "Create": "after" } }),
        json!({ "forbidden": ["Create"] }),
        json!({ "empty_lists": ["Create"] }),
    ] {
        let wrong = world.send(Ask::new("PATCH", "/emulator/config", Some(patch))).await;
        assert_eq!(wrong.status, 400);
        assert!(wrong.json()["error"]["help"].as_str().unwrap().contains("CreateLogGroup"));
    }
}

#[tokio::test]
async fn a_list_can_be_made_to_come_empty() {
    everywhere(MODERN, async |world| {
        let group = world.group("g").await;
        world.stream(&group, "s").await;
        world.configure(json!({ "empty_lists": ["ListLogGroups", "ListLogStreams", "ListTransfers"] })).await;
        assert_eq!(world.get("groups").await.expect(200), json!({ "log_groups": [] }));
        assert_eq!(world.get("log-streams").await.expect(200), json!({ "log_streams": [] }));
        assert_eq!(world.get("transfers?log_group_name=g").await.expect(200), json!({ "log_transfers": [] }));
        // What is not listed is there all the same.
        let streams = world.get(&format!("groups/{group}/streams")).await.expect(200);
        assert_eq!(streams["log_streams"].as_array().unwrap().len(), 1);
        let body = json!({ "log_group_name": "g", "ttl_in_days": 7 });
        let message = "Failed to create log group, the group name has been existed";
        world.post("groups", body).await.refused(400, "LTS.0101", message);
        world.configure(json!({ "empty_lists": [] })).await;
        assert_eq!(world.get("groups").await.expect(200)["log_groups"].as_array().unwrap().len(), 1);
    })
    .await;
}
