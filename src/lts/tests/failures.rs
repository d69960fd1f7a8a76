//! What becomes of an answer that is none.

use super::super::*;
use super::script::*;
use crate::model::{Bearer, Days, StreamTtl, Tags};

async fn create(reply: Reply) -> Error {
    let script = Script::new().on("POST groups", [reply]);
    let error = client(&script).await.create_group(&new_group("a")).await.expect_err("a failure");
    assert_eq!(script.asked().len(), 1, "{error}");
    error
}

#[tokio::test(start_paused = true)]
async fn an_ambiguous_create_is_never_repeated() {
    for reply in [
        interrupted(),
        Reply::Fails(Undelivered::TooLarge),
        refusal(504, "APIGW.0201"),
        refusal(502, "APIGW.0202"),
        refusal(500, "LTS.0102"),
        refusal(400, "LTS.0010"),
        answer(503, "-"),
        answer(200, "<html>log in</html>"),
        answer(201, r#"{"log_group_id":"g"#),
        answer(201, "{}"),
        answer(201, ""),
        answer(201, r#"{"log_group_id":""}"#),
        answer(201, r#"{"log_group_id":"../x"}"#),
        answer(201, "[1]"),
        answer(200, r#"{"error_code":"LTS.0010"}"#),
    ] {
        let shown = format!("{reply:?}");
        assert_eq!(create(reply).await.certainty, Certainty::Unknown, "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_create_was_not_executed() {
    for (reply, class) in [
        (refusal(400, "LTS.0101"), ErrorClass::AlreadyExists),
        (refusal(200, "LTS.0101"), ErrorClass::AlreadyExists),
        (refusal(400, "LTS.0104"), ErrorClass::Quota),
        (refusal(400, "LTS.0106"), ErrorClass::Invalid),
        (refusal(403, "LTS.0018"), ErrorClass::Permission),
        (refusal(401, "LTS.0001"), ErrorClass::Identity),
        (answer(307, "").header("Location", "https://evil.example/"), ErrorClass::WrongEndpoint),
    ] {
        let error = create(reply).await;
        assert_eq!((error.class, error.certainty), (class, Certainty::NotExecuted), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_never_left_is_sent_again() {
    let script =
        Script::new().on("POST groups", [not_sent(), not_sent(), not_sent(), answer(201, r#"{"log_group_id":"g1"}"#)]);
    assert!(client(&script).await.create_group(&new_group("a")).await.is_ok());
    let down = Script::new().always("POST groups", not_sent());
    let error = client(&down).await.create_group(&new_group("a")).await.expect_err("a failure");
    assert_eq!((error.class, error.certainty, error.attempts), (ErrorClass::Unreachable, Certainty::NotExecuted, 4));
}

#[tokio::test(start_paused = true)]
async fn a_read_has_four_attempts() {
    let script = Script::new().on(
        "GET groups",
        [interrupted(), not_sent(), refusal(504, "APIGW.0203"), answer(200, r#"{"log_groups":null}"#)],
    );
    assert!(client(&script).await.list_groups().await.expect("a list").items.is_empty());
    let down = Script::new().always("GET groups", answer(503, "-"));
    let error = client(&down).await.list_groups().await.expect_err("a failure");
    assert_eq!((error.class, error.attempts), (ErrorClass::Server, 4));
    assert_eq!(
        error.to_string(),
        "could not list log groups: 503: Service Unavailable, with a body that is not the service's"
    );
}

#[tokio::test(start_paused = true)]
async fn deletes_tell_gone_from_blocked_from_elsewhere() {
    for (reply, class) in [
        (refusal(400, "LTS.0201"), ErrorClass::NotFound),
        (refusal(404, "LTS.0201"), ErrorClass::NotFound),
        (answer(404, ""), ErrorClass::NotFound),
        (answer(404, "<html>no such site</html>"), ErrorClass::WrongEndpoint),
        (refusal(404, "APIGW.0101"), ErrorClass::Unsupported),
        (refusal(400, "LTS.0105"), ErrorClass::Dependent),
        (refusal(400, "LTS.0207"), ErrorClass::Dependent),
        (refusal(400, "LTS.9999"), ErrorClass::Invalid),
    ] {
        let script = Script::new().on("DELETE groups/g1", [reply]);
        let error = client(&script).await.delete_group(&group_id("g1")).await.expect_err("a failure");
        assert_eq!(error.class, class, "{error}");
    }
    for body in ["", "{}"] {
        let script = Script::new().on("DELETE groups/g1", [answer(204, body)]);
        client(&script).await.delete_group(&group_id("g1")).await.expect("gone");
    }
    let login = Script::new().on("DELETE groups/g1", [answer(200, "<html>log in</html>")]);
    let error = client(&login).await.delete_group(&group_id("g1")).await.expect_err("a failure");
    assert_eq!((error.class, error.certainty), (ErrorClass::Unusable, Certainty::Unknown));
}

#[tokio::test(start_paused = true)]
async fn a_gateway_without_groups_is_no_lts() {
    for reply in [refusal(404, "APIGW.0101"), answer(404, ""), answer(301, "")] {
        let script = Script::new().on("GET groups", [reply]);
        let error = client(&script).await.list_groups().await.expect_err("a failure");
        assert_eq!(error.class, ErrorClass::WrongEndpoint, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn s22_a_location_is_shown_and_not_followed() {
    let script = Script::new().on("GET groups", [answer(307, "").header("Location", "https://evil.example/x")]);
    let error = client(&script).await.list_groups().await.expect_err("a failure");
    assert!(error.to_string().contains("points to https://evil.example/x, and redirects are not followed"), "{error}");
    assert_eq!(script.asked(), ["GET groups"]);
}

#[tokio::test(start_paused = true)]
async fn presumed_operations_are_asked_for_with_an_id_of_nobody() {
    const NIL: &str = "00000000-0000-0000-0000-000000000000";
    let group = format!("POST groups/{NIL}");
    let stream = format!("PUT groups/{NIL}/streams-ttl/{NIL}");
    let tags = format!("POST /v1/{PROJECT}/groups/{NIL}/tags/action");
    let all = [Probe::UpdateGroup, Probe::UpdateStream, Probe::Tags].into_iter().collect();
    let script = Script::new().on(&group, [refusal(404, "APIGW.0101")]).on(&stream, [refusal(400, "LTS.0208")]).on(
        &tags,
        [refusal(500, "LTS.0203"), refusal(500, "LTS.0203"), refusal(500, "LTS.0203"), refusal(400, "LTS.0009")],
    );
    let client = client(&script).await;
    let missing = probe(&client, &all).await.expect("an answer");
    assert_eq!(missing.into_iter().collect::<Vec<_>>(), [Probe::UpdateGroup]);
    assert_eq!(client.usage().writes, 0);
    let refused = Script::new().always(&group, refusal(403, "APIGW.0302"));
    let one = [Probe::UpdateGroup].into_iter().collect();
    assert!(probe(&super::script::client(&refused).await, &one).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn an_update_that_failed_half_way_is_unknown() {
    let group = group_id("g1");
    let script = Script::new()
        .always("POST groups/g1", interrupted())
        .always("PUT groups/g1/streams-ttl/s1", refusal(500, "LTS.0204"))
        .always(&format!("POST /v1/{PROJECT}/topics/s1/tags/action"), answer(502, ""));
    let client = client(&script).await;
    let stream = stream_id("s1");
    let outcomes = [
        client.update_group(&group, Days::from_service(9)).await,
        client.update_stream_ttl(&group, &stream, StreamTtl::Inherit).await,
        client.add_tags(&Bearer::Stream(stream), &Tags::default()).await,
    ];
    for outcome in outcomes {
        assert_eq!(outcome.expect_err("a failure").certainty, Certainty::Unknown);
    }
    assert_eq!(script.asked().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn s21_a_refusal_names_the_action_that_is_missing() {
    let told = create(refusal(403, "LTS.0003")).await.to_string();
    assert!(told.ends_with("; the IAM action it needs is `lts:groups:create`"), "{told}");
    // The gateway has reasons of its own, LTS.0018 is about the bucket, and a
    // wrong credential may lack nothing else.
    for reply in [refusal(403, "APIGW.0802"), refusal(403, "LTS.0018"), refusal(401, "APIGW.0301")] {
        let told = create(reply).await.to_string();
        assert!(!told.contains("IAM action"), "{told}");
    }
}
