//! One request too many.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{group, inject, last};
use crate::support::{ALL, Ask, MODERN, World, everywhere};

async fn throttled(world: &World, parameters: Value) -> crate::support::Answer {
    inject(world, json!([{ "fault": { "throttle": parameters } }])).await;
    world.post("groups", group("g")).await
}

#[tokio::test]
async fn the_observed_wordings_facts_3_4() {
    everywhere(ALL, async |world| {
        let user = "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:5 minute";
        throttled(world, json!({})).await.turned_away(429, "APIGW.0308", user);
        assert_eq!(last(world), ("CreateLogGroup", 429, false, vec!["throttle"]));
        let ip = "The throttling threshold has been reached: policy ip over ratelimit,limit:5,time:1 second";
        throttled(world, json!({ "policy": "ip" })).await.turned_away(429, "APIGW.0308", ip);
        let other = throttled(world, json!({ "limit": 3, "window_seconds": 7200 })).await;
        other.turned_away(429, "APIGW.0308", "limit:3,time:2 hour");
        let hostile = throttled(world, json!({ "error_msg": "limit:-1,time:0 second" })).await;
        hostile.turned_away(429, "APIGW.0308", "limit:-1,time:0 second");
        assert!(world.emulator.estate().groups.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_wording_of_identity_facts_2_1() {
    everywhere(ALL, async |world| {
        inject(world, json!([{ "fault": { "throttle": { "limit": 3, "window_seconds": 60 } } }])).await;
        let answer = world.send(Ask::new("POST", "/v3/auth/tokens", Some(crate::iam::login()))).await;
        let message = "The throttling threshold has been reached. Threshold: 3 times per 60 seconds";
        assert_eq!(answer.expect(429), json!({ "error_code": "IAM.0012", "error_msg": message }));
    })
    .await;
}

#[tokio::test]
async fn the_other_shapes_faults_s10_s14() {
    everywhere(ALL, async |world| {
        let plain = throttled(world, json!({})).await;
        assert!(!plain.headers.contains_key("retry-after"));
        let seconds = throttled(world, json!({ "policy": "ip", "window_seconds": 7, "retry_after": "seconds" })).await;
        assert_eq!((seconds.status, seconds.headers["retry-after"].as_str()), (429, "7"));
        let date = throttled(world, json!({ "window_seconds": 60, "retry_after": "http_date" })).await;
        assert_eq!(date.headers["retry-after"], "Fri, 02 Jan 2026 03:05:05 GMT");
        let under_200 = throttled(world, json!({ "form": "under_200" })).await;
        under_200.turned_away(200, "APIGW.0308", "limit:200");
        let html = throttled(world, json!({ "form": "html" })).await;
        assert_eq!((html.status, html.headers["content-type"].as_str()), (429, "text/html"));
        assert!(html.body.starts_with(b"<html>"));
    })
    .await;
}

#[tokio::test]
async fn a_limit_counts_in_fixed_windows() {
    everywhere(ALL, async |world| {
        let limit = json!({ "rate_limit": { "limit": 2, "window_seconds": 10, "retry_after": "seconds" } });
        inject(world, json!([{ "operation": "ListLogGroups", "fault": limit }])).await;
        // The clock stands at second 5 of a window.
        for round in 0..2 {
            for _ in 0..2 {
                world.get("groups").await.expect(200);
            }
            let refused = world.get("groups").await;
            refused.turned_away(429, "APIGW.0308", "policy user over ratelimit,limit:2,time:10 second");
            assert_eq!(refused.headers["retry-after"], if round == 0 { "5" } else { "10" });
            world.clock.advance(SignedDuration::from_secs(if round == 0 { 5 } else { 10 }));
        }
        let counts = world.emulator.fault_counts();
        assert_eq!((counts[0].matched, counts[0].struck), (6, 2));
    })
    .await;
}

#[tokio::test]
async fn a_limit_counts_for_a_key_an_address_or_everybody() {
    everywhere(MODERN, async |world| {
        let other = world.admin("POST", "keys", json!({})).await;
        let text = |name: &str| other[name].as_str().unwrap().to_owned();
        let other = crate::support::Key { access: text("access"), secret: text("secret") };
        let ask = || Ask::new("GET", &format!("/v2/{}/groups", crate::support::PROJECT), None);
        for (per, policy, second) in [("key", "user", 200), ("address", "ip", 429), ("everybody", "user", 429)] {
            let limit = json!({ "rate_limit": { "limit": 1, "window_seconds": 60, "per": per } });
            inject(world, json!([{ "fault": limit }])).await;
            world.get("groups").await.expect(200);
            assert_eq!(world.send(world.sign(ask(), &other)).await.status, second, "{per}");
            let message = format!("policy {policy} over ratelimit,limit:1,time:1 minute");
            world.get("groups").await.turned_away(429, "APIGW.0308", &message);
        }
    })
    .await;
}
