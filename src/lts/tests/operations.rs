//! The exact requests, and the tolerance of the lists.

use std::sync::Arc;

use super::super::*;
use super::script::*;
use crate::model::{Bearer, Days, GroupName, StreamName, StreamTtl, Tags};

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().copied().collect()
}

#[tokio::test(start_paused = true)]
async fn groups_are_written_as_the_document_says() {
    let script = Script::new()
        .on("POST groups?enterprise_project_id=0", [answer(201, r#"{"log_group_id":"g1"}"#)])
        .on("POST groups/g1", [answer(200, r#"{"log_group_id":"g1","ttl_in_days":30}"#)]);
    let client = client(&script).await;
    let group = NewGroup {
        tags: tags(&[("team", "payments")]),
        enterprise_project_id: Some(Arc::from("0")),
        ..new_group("payments")
    };
    assert_eq!(client.create_group(&group).await.expect("a group"), group_id("g1"));
    assert_eq!(
        script.last_body(),
        r#"{"log_group_name":"payments","ttl_in_days":7,"tags":[{"key":"team","value":"payments"}]}"#
    );
    client.update_group(&group_id("g1"), Days::from_service(30)).await.expect("an update");
    assert_eq!(script.last_body(), r#"{"ttl_in_days":30}"#);
    let bare = Script::new().on("POST groups", [answer(201, r#"{"log_group_id":"g1"}"#)]);
    super::script::client(&bare).await.create_group(&new_group("web")).await.expect("a group");
    assert_eq!(bare.last_body(), r#"{"log_group_name":"web","ttl_in_days":7}"#);
}

#[tokio::test(start_paused = true)]
async fn streams_inherit_by_silence_and_by_minus_one() {
    let script = Script::new()
        .on(
            "POST groups/g1/streams",
            [answer(201, r#"{"log_stream_id":"s1"}"#), answer(201, r#"{"log_stream_id":"s2"}"#)],
        )
        .on("PUT groups/g1/streams-ttl/s1", [answer(200, r#"{"log_topic_id":"s1"}"#)])
        .on("DELETE groups/g1/streams/s1", [answer(204, "")]);
    let client = client(&script).await;
    let group = group_id("g1");
    let stream = NewStream {
        name: StreamName::from_service("api"),
        ttl: StreamTtl::Inherit,
        tags: Tags::default(),
        enterprise_project_name: None,
    };
    assert_eq!(client.create_stream(&group, &stream).await.expect("a stream"), stream_id("s1"));
    assert_eq!(script.last_body(), r#"{"log_stream_name":"api"}"#);
    let own = NewStream {
        ttl: StreamTtl::Own(Days::from_service(30)),
        enterprise_project_name: Some(Arc::from("logs")),
        ..stream
    };
    client.create_stream(&group, &own).await.expect("a stream");
    assert_eq!(script.last_body(), r#"{"log_stream_name":"api","ttl_in_days":30,"enterprise_project_name":"logs"}"#);
    client.update_stream_ttl(&group, &stream_id("s1"), StreamTtl::Inherit).await.expect("an update");
    assert_eq!(script.last_body(), r#"{"ttl_in_days":-1}"#);
    client.delete_stream(&group, &stream_id("s1")).await.expect("gone");
}

#[tokio::test(start_paused = true)]
async fn s47_tags_never_spread_to_streams() {
    let group = format!("POST /v1/{PROJECT}/groups/g1/tags/action");
    let stream = format!("POST /v1/{PROJECT}/topics/s1/tags/action");
    let script = Script::new().on(&group, [answer(200, "")]).on(&stream, [answer(201, "{}")]);
    let client = client(&script).await;
    client.add_tags(&Bearer::Group(group_id("g1")), &tags(&[("a", "1")])).await.expect("tags");
    assert_eq!(
        script.last_body(),
        r#"{"action":"create","is_open":true,"tags":[{"key":"a","value":"1","tags_to_streams_enable":false}]}"#
    );
    client.remove_tags(&Bearer::Stream(stream_id("s1")), &tags(&[("a", "1")])).await.expect("tags");
    assert!(script.last_body().starts_with(r#"{"action":"delete""#));
}

#[tokio::test(start_paused = true)]
async fn logs_are_queried_and_counted() {
    let path = "POST groups/g1/streams/s1/content/query";
    let script = Script::new().on(
        path,
        [
            answer(200, r#"{"count":2,"logs":[{"content":"a","line_num":"1","labels":{"h":"x"}},{"content":"b","line_num":2}]}"#),
            answer(200, r#"{"count":"17","logs":[]}"#),
            answer(200, r#"{"logs":null}"#),
        ],
    );
    let client = client(&script).await;
    let query = LogQuery {
        start_ms: 1,
        end_ms: 2,
        keywords: Some("log".to_owned()),
        cursor: Some(("1595659490239433658".to_owned(), SearchDirection::Backwards)),
        newest_first: true,
        limit: Some(3),
        ..LogQuery::default()
    };
    let page = client.query_logs(&group_id("g1"), &stream_id("s1"), &query).await.expect("a page");
    assert_eq!((page.count, page.lines.len(), page.lines[1].line_num.as_str()), (Some(2), 2, "2"));
    assert_eq!(
        script.last_body(),
        r#"{"start_time":1,"end_time":2,"keywords":"log","line_num":"1595659490239433658","search_type":"backwards","is_desc":true,"limit":3,"is_count":false}"#
    );
    assert_eq!(client.count_logs(&group_id("g1"), &stream_id("s1"), 1, 2).await.expect("a count"), 17);
    assert!(client.count_logs(&group_id("g1"), &stream_id("s1"), 1, 2).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn s35_a_list_survives_odd_items_and_says_so() {
    let body = r#"{"extra":{"deep":[1,{"x":null}]},"log_groups":[
        {"log_group_id":"g1","log_group_id":"g2","log_group_name":"a","ttl_in_days":"7","tag":{"k":"v","n":1,"_sys_enterprise_project_id":"0"},"new":[]},
        {"log_group_id":"g3","log_group_name":"b","ttl_in_days":1e308,"tag":null},
        {"log_group_id":"g4","log_group_name":"c","ttl_in_days":-1,"tag":["x"]},
        null, 5, {"log_group_id":"../etc","log_group_name":"d"}, {"log_group_id":"g5"}]}"#;
    let script = Script::new().on("GET groups", [answer(200, body)]);
    let list = client(&script).await.list_groups().await.expect("a list");
    assert_eq!(list.doubt.as_deref(), Some("4 of 7 log groups have no usable id or name"));
    let [first, second, third] = list.items.as_slice() else { panic!("three items") };
    assert_eq!(first.id, group_id("g2"), "the last of two equal keys");
    assert_eq!(first.settings.ttl, Some(Days::from_service(7)));
    assert_eq!(first.settings.tags, Some(tags(&[("k", "v"), ("n", "1")])));
    assert_eq!(first.settings.enterprise_project_id.as_deref(), Some("0"));
    assert_eq!((second.settings.ttl, second.tag_is_absent), (None, true));
    assert_eq!((third.settings.ttl, third.tag_is_absent, &third.settings.tags), (None, false, &None));
}

#[tokio::test(start_paused = true)]
async fn s35_an_answer_without_a_list_is_not_an_empty_list() {
    for body in ["{}", "[]", "", "null", r#"{"log_groups":{}}"#, r#"{"log_groups":5}"#, r#"{"log_streams":[]}"#] {
        let script = Script::new().on("GET groups", [answer(200, body)]);
        let error = client(&script).await.list_groups().await.expect_err(body);
        assert_eq!(error.class, ErrorClass::Unusable, "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_filter_is_a_name_in_the_query() {
    let script =
        Script::new().on("GET transfers?log_group_name=%E6%97%A5%20%2B%26", [answer(200, r#"{"log_transfers":[]}"#)]);
    let name = GroupName::from_service("日 +&");
    client(&script).await.list_transfers(Some(&name)).await.expect("a list");
}
