//! How requests are proved and what is kept of the answers.

use super::super::*;
use super::script::*;

#[tokio::test(start_paused = true)]
async fn a_signed_request_names_its_project_and_hides_its_secret() {
    let script = Script::new().on("GET groups", [answer(200, r#"{"log_groups":[]}"#)]);
    client(&script).await.list_groups().await.expect("a list");
    let requests = script.requests();
    let header = |index: usize, name: &str| {
        requests[index].headers().get(name).map(|value| value.to_str().expect("text").to_owned())
    };
    assert_eq!(header(0, "x-project-id"), None, "IAM is not told");
    assert_eq!(header(1, "x-project-id").as_deref(), Some(PROJECT));
    assert_eq!(header(1, "content-type").as_deref(), Some("application/json;charset=utf8"));
    assert_eq!(header(1, "host").as_deref(), Some("lts.example"));
    assert_eq!(header(1, "x-sdk-date").as_deref(), Some("20240102T030405Z"));
    assert_eq!(header(1, "accept-encoding"), None);
    let authorization = header(1, "authorization").expect("a signature");
    assert!(
        authorization.starts_with(
            "SDK-HMAC-SHA256 Access=AKID, SignedHeaders=content-type;host;x-project-id;x-sdk-date, Signature="
        ),
        "{authorization}"
    );
    assert!(!format!("{:?}", requests[1]).contains(&authorization), "marked as sensitive");
}

#[tokio::test(start_paused = true)]
async fn a_temporary_key_signs_its_security_token() {
    let script = Script::new();
    let settings = Settings {
        credential: Credential::AccessKey {
            access_key: "AKID".to_owned(),
            secret_key: SECRET.into(),
            security_token: Some("STS".into()),
        },
        ..settings()
    };
    connect_as(&script, settings, Limits::default()).await.expect("a connection");
    let request = &script.requests()[0];
    assert_eq!(request.headers()["x-security-token"], "STS");
    let authorization = request.headers()["authorization"].to_str().expect("text");
    assert!(authorization.contains("SignedHeaders=content-type;host;x-sdk-date;x-security-token,"), "{authorization}");
}

#[tokio::test(start_paused = true)]
async fn s19_a_rejected_signature_is_sent_once_and_shows_the_skew() {
    let echo = format!(
        r#"{{"error_code":"APIGW.0301","error_msg":"verify aksk signature fail\u001b[2J Authorization: SDK-HMAC-SHA256 Access=AKID, Signature=abcdef {SECRET}","request_id":"r-1"}}"#
    );
    let rejection = answer(401, echo).header("Date", "Tue, 02 Jan 2024 02:44:05 GMT");
    let script = Script::default().always(LOOKUP, rejection);
    let error = connect_as(&script, settings(), Limits::default()).await.expect_err("a rejection");
    assert_eq!((error.class, error.certainty), (ErrorClass::Authentication, Certainty::NotExecuted));
    assert_eq!(error.clock_skew_seconds, Some(1_200));
    assert_eq!(script.requests().len(), 1);
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(SECRET) && !shown.contains("abcdef") && !shown.contains('\u{1b}'), "{shown}");
    assert!(error.to_string().contains("401 APIGW.0301: verify aksk signature fail"), "{error}");
    assert!(
        error.to_string().ends_with("(request id r-1); this machine's clock is 1200 s ahead of the service's"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn s18_a_key_that_dies_later_is_not_sent_again_by_anybody() {
    let script = Script::new()
        .on("POST groups", [refusal(401, "APIGW.0301")])
        .always("GET groups", answer(200, r#"{"log_groups":[]}"#));
    let client = client(&script).await;
    let first = client.create_group(&new_group("a")).await.expect_err("a rejection");
    assert_eq!(first.class, ErrorClass::Authentication);
    let second = client.list_groups().await.expect_err("the same");
    assert_eq!((second.class, second.operation), (ErrorClass::Authentication, Operation::ListGroups));
    assert_eq!(script.asked(), ["POST groups"]);
}

#[tokio::test(start_paused = true)]
async fn usage_counts_what_was_sent() {
    let script = Script::new()
        .on("GET groups", [interrupted(), answer(200, r#"{"log_groups":[]}"#)])
        .on("POST groups", [answer(201, r#"{"log_group_id":"g1"}"#)]);
    let client = client(&script).await;
    client.list_groups().await.expect("a list");
    client.create_group(&new_group("a")).await.expect("a group");
    let usage = client.usage();
    assert_eq!((usage.identity, usage.reads, usage.writes, usage.retries, usage.throttled), (1, 2, 1, 1, 0));
    assert!(usage.bytes_received > 30);
}

#[tokio::test(start_paused = true)]
async fn no_more_requests_are_under_way_than_allowed() {
    let slow = Reply::After(std::time::Duration::from_secs(1), Box::new(answer(200, r#"{"log_groups":[]}"#)));
    let script = Script::new().always("GET groups", slow);
    let limits = Limits { parallelism: 3, ..Limits::default() };
    let (client, _) = connect_as(&script, settings(), limits).await.expect("a connection");
    let lists = (0..20).map(|_| client.list_groups());
    let lists = futures_util::future::join_all(lists).await;
    assert!(lists.iter().all(Result::is_ok));
    assert_eq!(script.most_under_way(), 3);
}
