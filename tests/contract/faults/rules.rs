//! Which requests are struck, and what is said of rules that cannot be.

use std::path::Path;

use ltsctl::emulator::{Faults, JournalEntry};
use ltsctl::manifest::{Source, read_data};
use serde_json::{Value, json};

use super::{group, inject, is_taken_by_the_schema};
use crate::support::{ALL, Ask, MODERN, PROJECT, World, everywhere};

#[tokio::test]
async fn the_admin_api_shows_replaces_counts_and_clears() {
    everywhere(ALL, async |world| {
        let nothing = json!({ "faults": { "seed": 0, "rules": [] }, "counts": [] });
        assert_eq!(world.admin("GET", "faults", Value::Null).await, nothing);
        let rules = json!([
            { "name": "lost answers", "operation": ["CreateLogGroup", "Delete*"], "nth": 2, "fault": "commit_then_504" },
            { "method": "GET", "path": "/groups", "after": 1, "every": 2, "count": 1, "fault": { "html": {} } },
        ]);
        inject(world, rules).await;
        world.group("a").await;
        world.post("groups", group("b")).await.expect(504);
        world.get("groups").await.expect(200);
        assert_eq!(world.get("groups").await.status, 503);
        for _ in 0..3 {
            world.get("groups").await.expect(200);
        }
        let shown = world.admin("GET", "faults", Value::Null).await;
        assert_eq!(
            shown["counts"],
            json!([
                { "rule": "lost answers", "fault": "commit_then_504", "matched": 2, "struck": 1 },
                { "rule": "rule 2", "fault": "html", "matched": 5, "struck": 1 },
            ])
        );
        // What is shown can be put.
        assert!(is_taken_by_the_schema(&shown["faults"]), "{shown}");
        let again = world.admin("PUT", "faults", shown["faults"].clone()).await;
        assert_eq!(again["faults"], shown["faults"]);
        assert_eq!(again["counts"][0]["matched"], 0);
        let struck: Vec<JournalEntry> = world.emulator.journal().into_iter().filter(|e| !e.faults.is_empty()).collect();
        assert_eq!(json!(struck[0].faults), json!([{ "rule": "lost answers", "kind": "commit_then_504" }]));
        assert_eq!(world.admin("DELETE", "faults", Value::Null).await, nothing);
        world.get("groups").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn one_fault_decides_about_an_answer_and_the_next_waits() {
    everywhere(MODERN, async |world| {
        inject(
            world,
            json!([
                { "operation": "ListLogGroups", "first": 1, "fault": "html" },
                { "operation": "ListLogGroups", "first": 1, "fault": "commit_then_504" },
                { "operation": "ListLogGroups", "first": 1, "fault": { "latency": { "ms": 1 } } },
            ]),
        )
        .await;
        let mut kinds = Vec::new();
        for status in [503, 504, 200] {
            assert_eq!(world.get("groups").await.status, status);
            let entry = world.emulator.journal().pop().unwrap();
            kinds.push(entry.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>());
        }
        assert_eq!(kinds, [vec!["html", "latency"], vec!["commit_then_504"], vec![]]);
    })
    .await;
}

#[tokio::test]
async fn who_sees_no_list_is_not_struck_by_a_list_fault() {
    everywhere(ALL, async |world| {
        inject(world, json!([{ "operation": "ListLogGroups", "count": 1, "fault": "empty_list" }])).await;
        world.group("g").await;
        let unsigned = Ask::new("GET", &format!("/v2/{PROJECT}/groups"), None);
        assert_eq!(world.send(unsigned).await.status, 401);
        assert!(world.emulator.journal().pop().unwrap().faults.is_empty());
        assert_eq!(world.get("groups").await.expect(200), json!({ "log_groups": [] }));
    })
    .await;
}

#[tokio::test]
async fn neither_the_admin_api_nor_other_paths_are_struck() {
    everywhere(ALL, async |world| {
        inject(world, json!([{ "fault": "drop" }])).await;
        world.admin("GET", "journal", Value::Null).await;
        assert_eq!(world.ask("GET", "/elsewhere", None).await.status, 404);
        assert!(world.emulator.journal().is_empty());
        // An unknown path of the service is.
        assert!(world.try_ask("GET", "nothing", None).await.is_err());
    })
    .await;
}

/// Plays the same requests and returns the journal.
async fn play(seed: u64, wire: &str) -> Vec<JournalEntry> {
    let world = World::start(MODERN[0], wire).await;
    let rules = json!([
        { "operation": "Create*", "probability": 0.5, "fault": "commit_then_drop" },
        { "operation": "Create*", "probability": 0.25, "fault": "drop" },
        { "operation": "List*", "probability": 0.3, "fault": "miss_item" },
        { "probability": 0.5, "fault": { "latency": { "ms": 0, "jitter_ms": 2 } } },
        { "operation": "ListLogGroups", "probability": 0.2, "fault": "throttle" },
    ]);
    world.admin("PUT", "faults", json!({ "seed": seed, "rules": rules })).await;
    for number in 0..40 {
        let _ = world.try_ask("POST", "groups", Some(group(&format!("g{number}")))).await;
        let _ = world.try_ask("GET", "groups", None).await;
    }
    world.emulator.journal()
}

/// To the byte, ids and times included: the same seeds, clock and requests.
#[tokio::test]
async fn the_same_seed_strikes_the_same_requests() {
    let first = play(7, "process").await;
    assert_eq!(play(7, "process").await, first);
    assert_eq!(play(7, "socket").await, first);
    assert_ne!(play(8, "process").await, first);
    for kind in ["commit_then_drop", "drop", "miss_item", "latency", "throttle"] {
        assert!(first.iter().any(|entry| entry.faults.iter().any(|fault| fault.kind == kind)), "{kind}");
    }
    let struck = first.iter().filter(|entry| entry.faults.iter().any(|fault| fault.kind == "commit_then_drop"));
    assert!((10..=30).contains(&struck.count()), "about half of 40");
}

#[tokio::test]
async fn rules_that_cannot_be_are_refused_and_the_old_ones_stay() {
    let world = World::start(MODERN[0], "process").await;
    inject(&world, json!([{ "fault": "html" }])).await;
    for (document, message) in [
        (json!([]), "expected a mapping with `rules`"),
        (json!({}), "`rules` is missing"),
        (json!({ "rules": {} }), "rules: expected a list"),
        (json!({ "rules": [], "sed": 7 }), "sed: unknown key `sed`"),
        (json!({ "rules": [], "seed": "seven" }), "seed: expected a whole number"),
        (json!({ "rules": [{}] }), "rules.0: `fault` is missing"),
        (json!({ "rules": [{ "fault": "explode" }] }), "rules.0.fault: there is no kind `explode`"),
        (json!({ "rules": [{ "fault": { "drop": {}, "html": {} } }] }), "rules.0.fault: expected the name of one kind"),
        (json!({ "rules": [{ "fault": { "drop": { "ms": 1 } } }] }), "rules.0.fault: `drop`: unknown field `ms`"),
        (json!({ "rules": [{ "fault": "latency" }] }), "rules.0.fault: `latency`: missing field `ms`"),
        (json!({ "rules": [{ "fault": { "hang": { "at": "noon" } } }] }), "unknown variant `noon`"),
        (json!({ "rules": [{ "fault": { "html": { "status": 99 } } }] }), "`status` must be 200 to 599, not 99"),
        (json!({ "rules": [{ "fault": { "rate_limit": { "limit": 0, "window_seconds": 1 } } }] }), "must be 1 or more"),
        (json!({ "rules": [{ "oepration": "x", "fault": "drop" }] }), "rules.0.oepration: unknown key `oepration`"),
        (
            json!({ "rules": [{ "operation": "Create", "fault": "drop" }] }),
            "rules.0.operation: there is no operation `Create`",
        ),
        (json!({ "rules": [{ "operation": "Create*", "fault": "empty_list" }] }), "`Create*` is no list"),
        (json!({ "rules": [{ "operation": 7, "fault": "drop" }] }), "rules.0.operation: expected the name"),
        (json!({ "rules": [{ "method": "get", "fault": "drop" }] }), "rules.0.method: `get` is no method"),
        (
            json!({ "rules": [{ "probability": 2, "fault": "drop" }] }),
            "rules.0.probability: expected a number from 0 to 1",
        ),
        (json!({ "rules": [{ "every": 0, "fault": "drop" }] }), "rules.0.every: expected 1 or more"),
        (json!({ "rules": [{ "nth": [0], "fault": "drop" }] }), "rules.0.nth: expected a whole number from 1"),
        (json!({ "rules": [{ "name": 7, "fault": "drop" }] }), "rules.0.name: expected a text"),
    ] {
        let answer = world.send(Ask::new("PUT", "/emulator/faults", Some(document.clone()))).await;
        let told = answer.expect(400)["error"]["message"].as_str().unwrap().to_owned();
        assert!(told.contains(message), "{document}: {told}");
        // Which operations a pattern names is more than a schema can say.
        let beyond = message.ends_with("is no list");
        assert_eq!(is_taken_by_the_schema(&document), beyond, "{document}");
    }
    let several = json!({ "rules": [{ "fault": "explode" }, { "every": 0, "fault": "drop" }] });
    let told =
        world.send(Ask::new("PUT", "/emulator/faults", Some(several))).await.expect(400)["error"]["message"].clone();
    assert_eq!(told.as_str().unwrap().split("; ").count(), 2, "{told}");
    assert_eq!(world.get("groups").await.status, 503);
}

#[test]
fn every_example_of_faults_is_taken_and_names_its_schema() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/faults");
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# yaml-language-server: $schema=../../schemas/faults.schema.json\n"), "{text}");
        let source = Source { name: "faults.yaml".into(), text, folder: folder.clone() };
        read_data(&source, |document| {
            assert!(is_taken_by_the_schema(document), "{document}");
            Faults::read(document).map(|_| ()).map_err(|complaints| panic!("{complaints:?}"))
        })
        .unwrap();
        seen += 1;
    }
    assert!(seen > 0);
}
