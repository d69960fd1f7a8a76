//! The query of logs: the document's ten lines and its five requests
//! `[SEED:1430-1960]`.

use serde_json::{Value, json};

use crate::support::{ALL, Answer, MODERN, World, everywhere, nil_id};

const INVALID: &str = "Failed to validate the request body";

/// The numbers of the ten lines, as the document has them.
const NUMBERS: [&str; 10] = [
    "1595659490239433654",
    "1595659490239433655",
    "1595659490239433656",
    "1595659490239433657",
    "1595659490239433658",
    "1595659490239433659",
    "1595659490239433660",
    "1595659490239433661",
    "1595659490839420574",
    "1595659491839412667",
];

fn content(number: usize, tag: &str) -> String {
    let tagged = if tag.is_empty() { "log".to_owned() } else { format!("<{tag}>log</{tag}>") };
    format!("2020-07-25/14:44:{} this {tagged} is Error NO {number}\n", 41 + number)
}

async fn ten_lines(world: &World) -> String {
    let group = world.group("g").await;
    let stream = world.stream(&group, "s").await;
    let lines: Vec<Value> = NUMBERS
        .iter()
        .enumerate()
        .map(|(index, number)| {
            let labels = json!({ "hostName": "ecs-kwxtest", "category": "LTS" });
            json!({ "content": content(index + 1, ""), "line_num": number, "labels": labels })
        })
        .collect();
    world.admin("POST", "logs", json!({ "group": "g", "stream": "s", "lines": lines })).await;
    format!("groups/{group}/streams/{stream}/content/query")
}

async fn query(world: &World, path: &str, more: Value) -> Answer {
    let mut body = json!({ "start_time": 1_595_659_200_000_i64, "end_time": 1_595_659_500_000_i64 });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    world.post(path, body).await
}

/// Returns which of the ten lines came, in the order they came in.
fn lines(answer: &Value) -> Vec<usize> {
    let number = |line: &Value| NUMBERS.iter().position(|number| line["line_num"] == *number).unwrap() + 1;
    answer["logs"].as_array().unwrap().iter().map(number).collect()
}

#[tokio::test]
async fn the_first_query_seed_1430_1523() {
    everywhere(ALL, async |world| {
        let path = ten_lines(world).await;
        let more = json!({ "labels": { "hostName": "ecs-kwxtest" }, "keywords": "log", "limit": 10, "is_count": true });
        let answer = query(world, &path, more).await.expect(200);
        assert_eq!(lines(&answer), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!(answer["count"], 10);
        let first = json!({
            "content": content(1, "HighLightTag"), "labels": { "hostName": "ecs-kwxtest", "category": "LTS" },
            "line_num": NUMBERS[0],
        });
        assert_eq!(answer["logs"][0], first);
    })
    .await;
}

/// From the line with "NO 5", with flags and limit as the strings that the
/// document sends (C8), and labels once as an array.
#[tokio::test]
async fn the_four_pages_seed_1448_1517() {
    everywhere(ALL, async |world| {
        let path = ten_lines(world).await;
        for (descending, search, expected) in [
            ("false", "forwards", [6, 7, 8]),
            ("true", "backwards", [8, 7, 6]),
            ("false", "backwards", [2, 3, 4]),
            ("true", "forwards", [4, 3, 2]),
        ] {
            for labels in [json!({ "hostName": "ecs-kwxtest" }), json!([{ "hostName": "ecs-kwxtest" }])] {
                let more = json!({
                    "labels": labels, "keywords": "log", "line_num": NUMBERS[4], "is_desc": descending,
                    "search_type": search, "limit": "3", "is_count": true,
                });
                let answer = query(world, &path, more).await.expect(200);
                assert_eq!(lines(&answer), expected, "is_desc {descending}, {search}");
                assert_eq!(answer["count"], 10, "the count is of all that match");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn order_limit_and_ends_of_pages_seed_1334() {
    everywhere(ALL, async |world| {
        let path = ten_lines(world).await;
        let ask = async |more: Value| lines(&query(world, &path, more).await.expect(200));
        assert_eq!(ask(json!({ "limit": 2 })).await, [1, 2]);
        assert_eq!(ask(json!({ "limit": 2, "is_desc": true })).await, [10, 9]);
        assert_eq!(ask(json!({ "line_num": NUMBERS[9], "search_type": "forwards" })).await, [0; 0]);
        assert_eq!(ask(json!({ "line_num": NUMBERS[1], "search_type": "backwards" })).await, [1]);
        assert_eq!(ask(json!({ "line_num": NUMBERS[1], "search_type": "init", "limit": 1 })).await, [1]);
        let uncounted = query(world, &path, json!({})).await.expect(200);
        assert_eq!(uncounted.get("count"), None);
    })
    .await;
}

#[tokio::test]
async fn fifty_lines_unless_asked_for_more_seed_1342() {
    everywhere(MODERN, async |world| {
        let group = world.group("g").await;
        let stream = world.stream(&group, "s").await;
        let time = 1_595_659_300_000_i64;
        let lines: Vec<Value> =
            (0..60).map(|number| json!({ "content": format!("line {number}"), "time": time })).collect();
        world.admin("POST", "logs", json!({ "group": "g", "stream": "s", "lines": lines })).await;
        let path = format!("groups/{group}/streams/{stream}/content/query");
        let page = query(world, &path, json!({})).await.expect(200);
        assert_eq!(page["logs"].as_array().unwrap().len(), 50);
        assert_eq!(page["logs"][49]["content"], "line 49", "lines of one time keep their order");
        let all = query(world, &path, json!({ "limit": 5000 })).await.expect(200);
        assert_eq!(all["logs"].as_array().unwrap().len(), 60);
    })
    .await;
}

#[tokio::test]
async fn keywords_are_whole_words_facts_5_12() {
    everywhere(ALL, async |world| {
        let path = ten_lines(world).await;
        let ask =
            async |keywords: &str| lines(&query(world, &path, json!({ "keywords": keywords })).await.expect(200)).len();
        assert_eq!(ask("lo").await, 0);
        assert_eq!(ask("lo*").await, 10);
        assert_eq!(ask("l?g").await, 10);
        assert_eq!(ask("error").await, 0, "letter case counts");
        assert_eq!(ask("Error 7").await, 1);
        assert_eq!(ask("7 OR 8").await, 2);
        assert_eq!(ask("14:44:42").await, 1);
        let plain = query(world, &path, json!({ "keywords": "log", "highlight": false, "limit": 1 })).await.expect(200);
        assert_eq!(plain["logs"][0]["content"], content(1, ""));
    })
    .await;
}

#[tokio::test]
async fn times_may_be_strings_and_bound_the_lines_facts_c8() {
    everywhere(ALL, async |world| {
        let path = ten_lines(world).await;
        let more = json!({ "start_time": "1595659490800", "end_time": "1595659491000" });
        assert_eq!(lines(&query(world, &path, more).await.expect(200)), [9]);
        let other = json!({ "labels": { "hostName": "another" }, "is_count": true });
        let none = query(world, &path, other).await.expect(200);
        assert_eq!((&none["count"], &none["logs"]), (&json!(0), &json!([])));
    })
    .await;
}

#[tokio::test]
async fn refusals_seed_2315_2321() {
    everywhere(ALL, async |world| {
        let path = ten_lines(world).await;
        let times = "end_time must be superior to start_time, and line_num must be between them if it's provided";
        let start = 1_595_659_200_000_i64;
        for more in [
            json!({ "end_time": start }),
            json!({ "end_time": start - 1 }),
            json!({ "line_num": "1495659490239433658" }),
        ] {
            query(world, &path, more).await.refused(400, "LTS.0701", times);
        }
        for limit in [json!(0), json!(5001), json!("0"), json!(-1)] {
            let message = "limit must be between lower boundary and upper boundary";
            query(world, &path, json!({ "limit": limit })).await.refused(400, "LTS.1903", message);
        }
        for keywords in ["*og", "?og", "log *x"] {
            let message = "'*' and '?' not allowed as first character";
            query(world, &path, json!({ "keywords": keywords })).await.refused(400, "LTS.0301", message);
        }
        for more in [
            json!({ "start_time": null }),
            json!({ "start_time": "yesterday" }),
            json!({ "line_num": "12" }),
            json!({ "search_type": "forwards" }),
            json!({ "search_type": "sideways" }),
            json!({ "is_desc": "maybe" }),
            json!({ "labels": { "a": 1 } }),
            json!({ "limit": "many" }),
        ] {
            query(world, &path, more).await.refused(400, "LTS.0009", INVALID);
        }
        let lost = format!("groups/{0}/streams/{0}/content/query", nil_id());
        query(world, &lost, json!({})).await.refused(400, "LTS.0201", "The log group is not existed");
    })
    .await;
}

#[tokio::test]
async fn the_range_is_30_days_or_180_seed_1336_facts_c9() {
    everywhere(ALL, async |world| {
        let path = ten_lines(world).await;
        let days = if world.profile == crate::support::SEED[0] { 30 } else { 180 };
        let end = 1_595_659_200_000_i64 + days * 86_400_000;
        query(world, &path, json!({ "end_time": end })).await.expect(200);
        query(world, &path, json!({ "end_time": end + 1 })).await.refused(400, "LTS.0009", INVALID);
    })
    .await;
}

#[tokio::test]
async fn lines_go_with_their_stream_facts_5_6() {
    everywhere(ALL, async |world| {
        let path = ten_lines(world).await;
        let stream = path.trim_end_matches("/content/query");
        world.delete(stream).await.expect_empty(204);
        let group = stream.split('/').nth(1).unwrap();
        let again = world.stream(group, "s").await;
        let path = format!("groups/{group}/streams/{again}/content/query");
        assert_eq!(query(world, &path, json!({})).await.expect(200)["logs"], json!([]));
    })
    .await;
}
