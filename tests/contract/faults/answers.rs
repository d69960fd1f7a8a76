//! Answers that arrive and mislead.

use serde_json::{Value, json};

use super::{group, groups, inject, last};
use crate::support::{ALL, Ask, Key, MODERN, PROJECT, everywhere};

#[tokio::test]
async fn a_gateway_reports_a_time_out_of_what_was_done_faults_s05() {
    everywhere(ALL, async |world| {
        inject(world, json!([{ "operation": "CreateLogGroup", "first": 1, "fault": "commit_then_504" }])).await;
        let answer = world.post("groups", group("g")).await;
        answer.turned_away(504, "APIGW.0201", "Backend timeout.");
        assert_eq!(last(world), ("CreateLogGroup", 504, true, vec!["commit_then_504"]));
        assert_eq!(groups(world).await, ["g"]);
    })
    .await;
}

#[tokio::test]
async fn an_error_comes_under_status_200_faults_s32() {
    everywhere(ALL, async |world| {
        for (at, made) in [("before", false), ("after", true)] {
            inject(world, json!([{ "operation": "CreateLogGroup", "fault": { "error": { "at": at } } }])).await;
            let answer = world.post("groups", group(at)).await;
            answer.refused(200, "LTS.0010", "Internal Server Error");
            assert_eq!(last(world), ("CreateLogGroup", 200, made, vec!["error"]));
            let entry = world.emulator.journal().pop().unwrap();
            assert_eq!(entry.error_code.as_deref(), Some("LTS.0010"));
            assert_eq!(world.emulator.estate().groups.contains_key(at), made);
        }
    })
    .await;
}

#[tokio::test]
async fn any_error_under_any_status_faults_s36() {
    everywhere(ALL, async |world| {
        let error =
            json!({ "error": { "status": 404, "error_code": "LTS.0201", "error_msg": "The group is not existed" } });
        inject(world, json!([{ "fault": error }])).await;
        world.get("groups").await.refused(404, "LTS.0201", "The group is not existed");
        // A code of the gateway comes with the id of the request (facts page 3.1).
        let error =
            json!({ "error": { "status": 502, "error_code": "APIGW.0202", "error_msg": "Backend unavailable." } });
        inject(world, json!([{ "fault": error }])).await;
        world.get("groups").await.turned_away(502, "APIGW.0202", "Backend unavailable.");
    })
    .await;
}

#[tokio::test]
async fn a_page_of_a_load_balancer_facts_3_1() {
    everywhere(ALL, async |world| {
        inject(world, json!([{ "operation": "CreateLogGroup", "fault": "html" }])).await;
        let answer = world.post("groups", group("g")).await;
        assert_eq!((answer.status, answer.headers["content-type"].as_str()), (503, "text/html"));
        assert!(answer.body.starts_with(b"<html>"));
        assert_eq!(last(world), ("CreateLogGroup", 503, false, vec!["html"]));
        let after = json!({ "html": { "status": 200, "at": "after" } });
        inject(world, json!([{ "operation": "CreateLogGroup", "fault": after }])).await;
        assert_eq!(world.post("groups", group("g")).await.status, 200);
        assert_eq!(last(world), ("CreateLogGroup", 200, true, vec!["html"]));
    })
    .await;
}

#[tokio::test]
async fn a_success_says_nothing_or_something_else_faults_s33_s35() {
    everywhere(ALL, async |world| {
        inject(world, json!([{ "operation": "CreateLogGroup", "nth": 1, "fault": "body" },
            { "operation": "CreateLogGroup", "nth": 1, "fault": { "body": { "text": "[1", "content_type": "text/plain" } } }]))
        .await;
        assert_eq!(world.post("groups", group("g")).await.expect(201), json!({}));
        let answer = world.post("groups", group("h")).await;
        assert_eq!((answer.body.as_slice(), answer.headers["content-type"].as_str()), (&b"[1"[..], "text/plain"));
        inject(world, json!([{ "fault": "garbage" }])).await;
        let answer = world.get("groups").await;
        assert!(answer.status == 200 && std::str::from_utf8(&answer.body).is_err());
    })
    .await;
}

#[tokio::test]
async fn a_redirect_leads_elsewhere_faults_s22() {
    everywhere(ALL, async |world| {
        inject(world, json!([{ "fault": { "redirect": { "location": "http://evil.example/v2" } } }])).await;
        let answer = world.post("groups", group("g")).await;
        assert_eq!((answer.status, answer.headers["location"].as_str()), (307, "http://evil.example/v2"));
        assert_eq!(last(world), ("CreateLogGroup", 307, false, vec!["redirect"]));
    })
    .await;
}

#[tokio::test]
async fn a_rejection_echoes_what_was_signed_facts_2_3() {
    everywhere(ALL, async |world| {
        inject(world, json!([{ "fault": "reject_signature" }])).await;
        let answer = world.post("groups", group("g")).await;
        answer.turned_away(401, "APIGW.0301", "verify aksk signature fail, canonicalRequest:POST|/v2/");
        answer.turned_away(401, "APIGW.0301", ", authorization:SDK-HMAC-SHA256 Access=LTSCTLEMULATOR000001");
        let asked = Ask::new("GET", &format!("/v2/{PROJECT}/groups"), None).with("x-auth-token", "canary");
        world.send(asked).await.turned_away(401, "APIGW.0301", "decrypt token fail, token:canary");
        // It is no wrong signature, so that the key is not locked.
        for _ in 0..5 {
            assert_eq!(world.get("groups").await.status, 401);
        }
        inject(world, json!([])).await;
        world.get("groups").await.expect(200);
    })
    .await;
}

async fn token(world: &crate::support::World) -> String {
    let answer = world.send(Ask::new("POST", "/v3/auth/tokens", Some(crate::iam::login()))).await;
    answer.expect(201);
    answer.headers["x-subject-token"].clone()
}

#[tokio::test]
async fn tokens_die_midway_in_both_wordings_faults_s17() {
    everywhere(ALL, async |world| {
        for (wording, status, code) in
            [("token_must_be_updated", 401, "APIGW.0307"), ("invalid_token", 400, "LTS.0003")]
        {
            let revoke = json!({ "revoke_tokens": { "answer": wording } });
            inject(world, json!([{ "operation": "ListLogGroups", "nth": 2, "fault": revoke }])).await;
            let old = token(world).await;
            let list = |token: &str| {
                let ask = Ask::new("GET", &format!("/v2/{PROJECT}/groups"), None).with("x-auth-token", token);
                world.send(ask)
            };
            list(&old).await.expect(200);
            for _ in 0..2 {
                assert_eq!(list(&old).await.expect(status)["error_code"], code);
            }
            list(&token(world).await).await.expect(200);
        }
    })
    .await;
}

#[tokio::test]
async fn a_temporary_key_expires_midway_faults_s18() {
    everywhere(ALL, async |world| {
        let made = world.admin("POST", "keys", json!({ "security_token": "sts" })).await;
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let key = Key { access: text("access"), secret: text("secret") };
        let ask = || Ask::new("GET", &format!("/v2/{PROJECT}/groups"), None).with("x-security-token", "sts");
        inject(world, json!([{ "operation": "ListLogGroups", "nth": 2, "fault": "expire_key" }])).await;
        world.send(world.sign(ask(), &key)).await.expect(200);
        for _ in 0..2 {
            let answer = world.send(world.sign(ask(), &key)).await;
            answer.turned_away(401, "APIGW.0301", "security token expired");
        }
        // Nobody else's, and not for ever.
        world.get("groups").await.expect(200);
        world.admin("DELETE", "faults", Value::Null).await;
        world.send(world.sign(ask(), &key)).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn the_clock_of_the_service_is_off_faults_s19() {
    everywhere(ALL, async |world| {
        inject(world, json!([{ "fault": { "clock_skew": { "seconds": 1200 } } }])).await;
        let answer = world.get("groups").await;
        let told = "signature expired, signature time:20260102T030405Z,server time:20260102T032405Z";
        answer.turned_away(401, "APIGW.0301", told);
        assert_eq!(answer.headers["date"], "Fri, 02 Jan 2026 03:24:05 GMT");
        inject(world, json!([{ "fault": { "clock_skew": { "seconds": -600 } } }])).await;
        let answer = world.get("groups").await;
        answer.expect(200);
        assert_eq!(answer.headers["date"], "Fri, 02 Jan 2026 02:54:05 GMT");
    })
    .await;
}

#[tokio::test]
async fn identity_can_be_struck_as_well_facts_2_1() {
    everywhere(MODERN, async |world| {
        inject(
            world,
            json!([
                { "operation": "KeystoneCreateUserTokenByPassword", "nth": 1, "fault": "html" },
                { "operation": "KeystoneListProjects", "fault": "empty_list" },
            ]),
        )
        .await;
        let login = Ask::new("POST", "/v3/auth/tokens", Some(crate::iam::login()));
        assert_eq!(world.send(login.clone()).await.status, 503);
        world.send(login).await.expect(201);
        let projects = world.ask("GET", "/v3/projects", None).await.expect(200);
        assert_eq!(projects["projects"], json!([]));
        assert_eq!(last(world).3, ["empty_list"]);
    })
    .await;
}
