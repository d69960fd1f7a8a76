//! Tokens: cached, renewed once, and never asked for in vain.

use std::time::Duration;

use super::super::*;
use super::script::*;

const EMPTY: &str = r#"{"log_groups":[]}"#;

async fn logged_in(script: &Script) -> Client {
    connect_as(script, with_password(), Limits::default()).await.expect("a connection").0
}

fn tokens_sent(script: &Script) -> Vec<String> {
    let value = |request: &http::Request<bytes::Bytes>| {
        request.headers().get("x-auth-token").map(|value| value.to_str().expect("text").to_owned())
    };
    script.requests().iter().filter_map(value).collect()
}

#[tokio::test(start_paused = true)]
async fn a_rejected_token_is_renewed_and_the_write_sent_again() {
    for rejection in [refusal(401, "APIGW.0307"), refusal(400, "LTS.0003"), refusal(401, "LTS.0414"), answer(401, "")] {
        let script = Script::default()
            .on(TOKENS, [token("t1"), token("t2")])
            .on("POST groups", [rejection, answer(201, r#"{"log_group_id":"g1"}"#)]);
        let client = logged_in(&script).await;
        client.create_group(&new_group("a")).await.expect("a group");
        assert_eq!(tokens_sent(&script), ["t1", "t2"]);
    }
}

#[tokio::test(start_paused = true)]
async fn s17_a_fresh_token_that_is_rejected_is_the_end() {
    let script =
        Script::default().on(TOKENS, [token("t1"), token("t2")]).always("GET groups", refusal(401, "APIGW.0307"));
    let client = logged_in(&script).await;
    assert_eq!(client.list_groups().await.expect_err("an end").class, ErrorClass::Authentication);
    assert_eq!(client.list_groups().await.expect_err("an end").class, ErrorClass::Authentication);
    assert_eq!(tokens_sent(&script), ["t1", "t2"]);
}

#[tokio::test(start_paused = true)]
async fn s17_many_rejections_at_once_are_one_renewal() {
    let slow = |reply: Reply| Reply::After(Duration::from_secs(1), Box::new(reply));
    let script = Script::default()
        .on(TOKENS, [token("t1"), slow(token("t2"))])
        .on("GET groups", (0..5).map(|_| slow(refusal(401, "APIGW.0307"))))
        .always("GET groups", answer(200, EMPTY));
    let client = logged_in(&script).await;
    let lists = futures_util::future::join_all((0..5).map(|_| client.list_groups())).await;
    assert!(lists.iter().all(Result::is_ok), "{lists:?}");
    assert_eq!(client.usage().identity, 2);
}

#[tokio::test(start_paused = true)]
async fn s17_a_token_is_renewed_ahead_of_its_end() {
    let script = Script::default().on(TOKENS, [token("t1"), token("t2")]).always("GET groups", answer(200, EMPTY));
    let client = logged_in(&script).await;
    tokio::time::advance(Duration::from_secs(24 * 3_600 - 301)).await;
    client.list_groups().await.expect("a list");
    tokio::time::advance(Duration::from_secs(2)).await;
    client.list_groups().await.expect("a list");
    assert_eq!(tokens_sent(&script), ["t1", "t2"]);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_sent_once() {
    let wrong =
        answer(401, format!(r#"{{"error":{{"code":401,"message":"wrong: {PASSWORD}","title":"Unauthorized"}}}}"#));
    let script = Script::default().always(TOKENS, wrong);
    let error = connect_as(&script, with_password(), Limits::default()).await.expect_err("a rejection");
    assert_eq!(error.class, ErrorClass::Authentication);
    assert_eq!(error.to_string(), "could not get a token: 401 401: wrong: [redacted]");
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_given_token_is_never_renewed() {
    let script = Script::new().always("GET groups", refusal(401, "APIGW.0307"));
    let settings = Settings { credential: Credential::Token("given-token".into()), ..settings() };
    let (client, _) = connect_as(&script, settings, Limits::default()).await.expect("a connection");
    assert_eq!(client.list_groups().await.expect_err("an end").class, ErrorClass::Authentication);
    assert_eq!(tokens_sent(&script), ["given-token", "given-token"], "one for the probe, one for the list");
}

#[tokio::test(start_paused = true)]
async fn a_renewal_needs_no_free_slot() {
    let script = Script::default()
        .on(TOKENS, [token("t1"), token("t2")])
        .on("GET groups", [refusal(401, "APIGW.0307")])
        .always("GET groups", answer(200, EMPTY));
    let limits = Limits { parallelism: 1, ..Limits::default() };
    let (client, _) = connect_as(&script, with_password(), limits).await.expect("a connection");
    client.list_groups().await.expect("a list");
}

#[tokio::test(start_paused = true)]
async fn a_renewal_ahead_of_time_that_fails_leaves_the_old_token_in_use() {
    for (failure, requests) in [(refusal(401, "IAM.0062"), 2), (refusal(400, "IAM.0011"), 4)] {
        let script = Script::default()
            .on(TOKENS, [token("t1")])
            .always(TOKENS, failure)
            .always("GET groups", answer(200, EMPTY));
        let client = logged_in(&script).await;
        tokio::time::advance(Duration::from_secs(24 * 3_600 - 200)).await;
        for _ in 0..3 {
            client.list_groups().await.expect("a list");
            tokio::time::advance(Duration::from_secs(31)).await;
        }
        assert_eq!(tokens_sent(&script), ["t1", "t1", "t1"]);
        assert_eq!(client.usage().identity, requests, "a refused password is not tried again, a failure is");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_without_its_header_or_project_is_unusable() {
    let headless = answer(201, "{}");
    let homeless = answer(201, r#"{"token":{}}"#).header("X-Subject-Token", "t1");
    for reply in [headless, homeless] {
        let script = Script::default().always(TOKENS, reply);
        let error = connect_as(&script, with_password(), Limits::default()).await.expect_err("a failure");
        assert_eq!(error.class, ErrorClass::Unusable);
    }
}
