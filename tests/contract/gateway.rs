//! The gateway: what exists, who may ask, how refusals look.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{ALL, Ask, Key, MODERN, PROJECT, SEED, UPDATING, World, everywhere, nil_id};

fn groups() -> String {
    format!("/v2/{PROJECT}/groups")
}

async fn with_key(world: &World, key: &Key) -> crate::support::Answer {
    world.send(world.sign(Ask::new("GET", &groups(), None), key)).await
}

async fn token(world: &World) -> String {
    let answer = world.send(Ask::new("POST", "/v3/auth/tokens", Some(crate::iam::login()))).await;
    answer.expect(201);
    answer.headers["x-subject-token"].clone()
}

async fn with_token(world: &World, token: &str, target: &str) -> crate::support::Answer {
    world.send(Ask::new("GET", target, None).with("x-auth-token", token)).await
}

#[tokio::test]
async fn unknown_paths_and_methods_are_the_gateway_s_404_facts_3_4() {
    everywhere(ALL, async |world| {
        for target in [
            "/",
            "/v2",
            "/v2/x/y",
            &format!("/v2/{PROJECT}/Groups"),
            &format!("/v2/{PROJECT}/groups/"),
            &format!("/v2.0/{PROJECT}/log-groups"),
            "/v3/users",
        ] {
            let answer = world.ask("GET", target, None).await;
            answer.turned_away(404, "APIGW.0101", "The API does not exist");
        }
        let answer = world.ask("PATCH", &groups(), None).await;
        answer.turned_away(404, "APIGW.0101", "method PATCH not found");
        assert_eq!(answer.json()["request_id"], answer.headers["x-request-id"].as_str());
    })
    .await;
}

#[tokio::test]
async fn the_seed_s_edition_has_its_own_operations_only_facts_10() {
    everywhere(SEED, async |world| {
        let nil = nil_id();
        for (method, target) in [
            ("POST", format!("/v2/{PROJECT}/groups/{nil}")),
            ("GET", format!("/v2/{PROJECT}/log-streams")),
            ("PUT", format!("/v2/{PROJECT}/groups/{nil}/streams-ttl/{nil}")),
            ("POST", format!("/v2/{PROJECT}/transfers")),
            ("GET", format!("/v2/{PROJECT}/transfers")),
            ("PUT", format!("/v2/{PROJECT}/transfers")),
            ("DELETE", format!("/v2/{PROJECT}/transfers?log_transfer_id={nil}")),
            ("POST", format!("/v1/{PROJECT}/groups/{nil}/tags/action")),
        ] {
            world.ask(method, &target, None).await.turned_away(404, "APIGW.0101", "The API does not exist");
        }
    })
    .await;
}

#[tokio::test]
async fn updates_are_missing_where_partner_clouds_miss_them_facts_5_5() {
    let no_update = &[MODERN[1]];
    everywhere(no_update, async |world| {
        let group = world.group("g").await;
        let update = world.post(&format!("groups/{group}"), json!({ "ttl_in_days": 7 })).await;
        update.turned_away(404, "APIGW.0101", "The API does not exist: method POST not found");
        let update = world.put(&format!("groups/{group}/streams-ttl/{}", nil_id()), json!({})).await;
        update.turned_away(404, "APIGW.0101", "The API does not exist");
        world.get("transfers").await.expect(200);
    })
    .await;
    // A nil id tells an operation that exists from one that does not.
    everywhere(UPDATING, async |world| {
        let path = format!("groups/{}", nil_id());
        let answer = world.post(&path, json!({ "ttl_in_days": 7 })).await;
        answer.refused(400, "LTS.0201", "The log group is not existed");
    })
    .await;
}

#[tokio::test]
async fn who_does_not_say_who_they_are_is_401_facts_3_4() {
    everywhere(ALL, async |world| {
        let nobody = world.send(Ask::new("GET", &groups(), None)).await;
        nobody.turned_away(401, "APIGW.0301", "Incorrect IAM authentication information: x-auth-token not found");
        let other = Ask::new("GET", &groups(), None).with("authorization", "Bearer x");
        world.send(other).await.turned_away(401, "APIGW.0301", "Incorrect IAM authentication information");
        let stranger = Key { access: "STRANGER".to_owned(), secret: "x".to_owned() };
        with_key(world, &stranger).await.turned_away(401, "APIGW.0301", "ak STRANGER not exist");
        with_token(world, "garbage", &groups()).await.turned_away(401, "APIGW.0301", "decrypt token fail");
    })
    .await;
}

#[tokio::test]
async fn every_signed_byte_counts_facts_2_3() {
    everywhere(ALL, async |world| {
        let good = Ask::new("POST", &groups(), Some(json!({ "log_group_name": "g", "ttl_in_days": 7 })));
        let good = world.sign(good, &Key::built_in());
        let mut body = good.clone();
        body.body[20] ^= 1;
        let mut query = good.clone();
        query.target.push_str("?enterprise_project_id=1");
        let header = good.clone().with("content-type", "application/json");
        for tampered in [body, query, header] {
            let answer = world.send(tampered).await;
            answer.turned_away(401, "APIGW.0301", "verify aksk signature fail");
        }
        let text = world.send(good.clone().with("content-type", "x")).await.json()["error_msg"].to_string();
        assert!(!text.contains(&Key::built_in().secret), "the echo never holds the secret");
        // A header that is not signed may change.
        world.send(good.with("user-agent", "anything")).await.expect(201);
        assert_eq!(world.get("groups").await.expect(200)["log_groups"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn clocks_may_be_15_minutes_apart_facts_2_3() {
    everywhere(ALL, async |world| {
        for (minutes, fine) in [(15, true), (-15, true), (16, false), (-16, false)] {
            let now = ltsctl::effects::Clock::now(&*world.clock);
            let signed = now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
            let ask = crate::support::sign(Ask::new("GET", &groups(), None), &Key::built_in(), signed);
            let answer = world.send(ask).await;
            if fine {
                answer.expect(200);
            } else {
                let format = "%Y%m%dT%H%M%SZ";
                let times = format!(
                    "signature expired, signature time:{},server time:{}",
                    signed.strftime(format),
                    now.strftime(format)
                );
                answer.turned_away(401, "APIGW.0301", &times);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn five_wrong_signatures_in_a_row_lock_a_key_for_five_minutes_facts_2_3() {
    everywhere(ALL, async |world| {
        let wrong = Key { secret: "wrong".to_owned(), ..Key::built_in() };
        for _ in 0..4 {
            with_key(world, &wrong).await.turned_away(401, "APIGW.0301", "verify aksk signature fail");
        }
        // A right one starts the count again.
        with_key(world, &Key::built_in()).await.expect(200);
        for _ in 0..5 {
            with_key(world, &wrong).await.turned_away(401, "APIGW.0301", "verify aksk signature fail");
        }
        let locked = "AK access failed to reach the limit,forbidden";
        with_key(world, &Key::built_in()).await.turned_away(401, "APIGW.0301", locked);
        world.clock.advance(SignedDuration::from_secs(299));
        with_key(world, &Key::built_in()).await.turned_away(401, "APIGW.0301", locked);
        world.clock.advance(SignedDuration::from_secs(1));
        with_key(world, &Key::built_in()).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn temporary_keys_travel_with_their_token_until_they_expire_facts_2_2() {
    everywhere(ALL, async |world| {
        let made =
            world.admin("POST", "keys", json!({ "security_token": "STS", "expires_at": "2026-01-02T04:00:00Z" })).await;
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let key = Key { access: text("access"), secret: text("secret") };
        let ask = Ask::new("GET", &groups(), None);
        world.send(world.sign(ask.clone(), &key)).await.turned_away(401, "APIGW.0301", "security token");
        let other = world.sign(ask.clone().with("x-security-token", "other"), &key);
        world.send(other).await.turned_away(401, "APIGW.0301", "security token");
        world.send(world.sign(ask.clone().with("x-security-token", "STS"), &key)).await.expect(200);
        // Some clients add the header after signing; the signature still holds.
        world.send(world.sign(ask.clone(), &key).with("x-security-token", "STS")).await.expect(200);
        world.clock.advance(SignedDuration::from_hours(1));
        let late = world.sign(ask.with("x-security-token", "STS"), &key);
        world.send(late).await.turned_away(401, "APIGW.0301", "expired");
    })
    .await;
}

#[tokio::test]
async fn tokens_live_24_hours_unless_revoked_seed_273_facts_2_1() {
    everywhere(ALL, async |world| {
        let value = token(world).await;
        with_token(world, &value, &groups()).await.expect(200);
        world.clock.advance(SignedDuration::from_hours(24) - SignedDuration::from_secs(1));
        with_token(world, &value, &groups()).await.expect(200);
        world.clock.advance(SignedDuration::from_secs(1));
        with_token(world, &value, &groups()).await.turned_away(401, "APIGW.0307", "The token must be updated.");
        let (one, two) = (token(world).await, token(world).await);
        world.admin("DELETE", &format!("tokens/{one}"), Value::Null).await;
        with_token(world, &one, &groups()).await.turned_away(401, "APIGW.0307", "The token must be updated.");
        with_token(world, &two, &groups()).await.expect(200);
        world.admin("DELETE", "tokens", Value::Null).await;
        with_token(world, &two, &groups()).await.turned_away(401, "APIGW.0307", "The token must be updated.");
    })
    .await;
}

#[tokio::test]
async fn the_project_of_the_path_must_be_the_credential_s_seed_2322() {
    everywhere(ALL, async |world| {
        let invalid = "Invalid projectId";
        let elsewhere = "/v2/ffffffffffffffffffffffffffffffff/groups";
        world.ask("GET", elsewhere, None).await.refused(403, "LTS.0001", invalid);
        let value = token(world).await;
        with_token(world, &value, elsewhere).await.refused(403, "LTS.0001", invalid);
        // Another project of the account: a key reaches it, a token does not.
        let body = json!({ "name": "emulator", "projects": [
            { "name": "other-region-1", "id": "11111111111111111111111111111111" },
            { "name": "my-kualalumpur-1_sub", "id": "22222222222222222222222222222222" },
        ] });
        world.admin("POST", "accounts", body).await;
        let second = "/v2/11111111111111111111111111111111/groups";
        world.ask("GET", second, None).await.expect(200);
        with_token(world, &value, second).await.refused(403, "LTS.0001", invalid);
        // A sub-project has to be named (facts page 1.2).
        let sub = "/v2/22222222222222222222222222222222/groups";
        world.ask("GET", sub, None).await.refused(403, "LTS.0001", invalid);
        let named = |target: &str| {
            let ask = Ask::new("GET", target, None).with("x-project-id", "22222222222222222222222222222222");
            world.sign(ask, &Key::built_in())
        };
        world.send(named(sub)).await.expect(200);
        world.send(named(&groups())).await.refused(403, "LTS.0001", invalid);
        // Another account.
        let other = world.admin("POST", "accounts", json!({ "name": "other" })).await;
        let made = world.admin("POST", "keys", json!({ "domain_id": other["id"] })).await;
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let key = Key { access: text("access"), secret: text("secret") };
        with_key(world, &key).await.refused(403, "LTS.0001", invalid);
    })
    .await;
}

#[tokio::test]
async fn what_a_caller_may_not_use_is_refused_and_not_done_facts_3_3_c26() {
    everywhere(ALL, async |world| {
        world.configure(json!({ "forbidden": ["CreateLogGroup", "KeystoneListProjects"] })).await;
        let body = json!({ "log_group_name": "g", "ttl_in_days": 7 });
        world.post("groups", body).await.refused(403, "LTS.0003", "No permission.");
        assert_eq!(world.get("groups").await.expect(200), json!({ "log_groups": [] }), "reading is another operation");
        let projects = world.ask("GET", "/v3/projects", None).await.expect(403);
        assert_eq!((&projects["error"]["code"], &projects["error"]["title"]), (&json!(403), &json!("Forbidden")));
        // Who is not known is told that first.
        let stranger = Key { secret: "wrong".to_owned(), ..Key::built_in() };
        with_key(world, &stranger).await.turned_away(401, "APIGW.0301", "");
        world.configure(json!({ "forbidden": [] })).await;
        world.group("g").await;
    })
    .await;
}

#[tokio::test]
async fn projects_do_not_see_each_other_facts_1_2() {
    everywhere(ALL, async |world| {
        let body = json!({ "name": "emulator", "projects": [
            { "name": "other-region-1", "id": "11111111111111111111111111111111" },
        ] });
        world.admin("POST", "accounts", body).await;
        world.group("g").await;
        let second = "/v2/11111111111111111111111111111111/groups";
        assert_eq!(world.ask("GET", second, None).await.expect(200), json!({ "log_groups": [] }));
        let body = json!({ "log_group_name": "g", "ttl_in_days": 7 });
        world.ask("POST", second, Some(body)).await.expect(201);
        assert_eq!(world.get("groups").await.expect(200)["log_groups"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn bodies_end_at_12_megabytes_seed_318() {
    everywhere(SEED, async |world| {
        let mut ask = Ask::new("POST", &groups(), None);
        ask.body = vec![b' '; 12 * 1024 * 1024 + 1];
        ask = ask.with("x-auth-token", "irrelevant");
        world.send(ask).await.turned_away(413, "APIGW.0201", "too large");
    })
    .await;
}

#[tokio::test]
async fn content_types_of_all_documents_are_taken_facts_1_4() {
    everywhere(SEED, async |world| {
        for kind in ["application/json;charset=utf8", "application/json;charset=UTF-8", "application/json"] {
            let ask = Ask::new("GET", &groups(), None).with("content-type", kind);
            world.send(world.sign(ask, &Key::built_in())).await.expect(200);
        }
        let mut bare = Ask::new("GET", &groups(), None);
        bare.headers.retain(|(name, _)| name != "content-type");
        world.send(world.sign(bare, &Key::built_in())).await.expect(200);
    })
    .await;
}

/// An embedded client has no connection that would put the host into a header;
/// it has it in the URI.
#[tokio::test]
async fn the_host_of_an_embedded_request_may_be_in_the_uri_alone() {
    let world = World::start(UPDATING[0], "process").await;
    let host = "lts.my-kualalumpur-1.myhuaweicloud.com:8443";
    let ask = Ask::new("GET", &groups(), None).with("host", host);
    let mut signed = world.sign(ask, &Key::built_in());
    signed.headers.retain(|(name, _)| name != "host");
    signed.target = format!("https://{host}{}", signed.target);
    world.send(signed).await.expect(200);
}
