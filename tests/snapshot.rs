//! What holds for every snapshot: it reads back as it was, in full; nothing
//! that was changed is believed; and no text, however hostile, is more than a
//! complaint.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use ltsctl::emulator::Profile;
use ltsctl::lts::Observation;
use ltsctl::model::{Capabilities, Live};
use ltsctl::plan::{Purpose, Request, propose};
use ltsctl::saved::TargetDocument;
use ltsctl::snapshot::{Fault, Snapshot, read};
use proptest::prelude::*;
use support::estates::any_estate;
use support::live::any_live;
use support::odd::{any_capabilities, any_project};
use support::{World, run};

fn snapshot(live: Live, capabilities: Capabilities) -> Snapshot {
    let target = TargetDocument {
        name: "my-kualalumpur-1/2a473356cca5487f8373be891bffc1cf".to_owned(),
        region: "my-kualalumpur-1".to_owned(),
        project_id: "2a473356cca5487f8373be891bffc1cf".to_owned(),
        project_name: None,
        domain_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
        endpoint: "https://lts.example".to_owned(),
        iam_endpoint: Some("https://iam.example".to_owned()),
        api: "auto".to_owned(),
        emulator: None,
    };
    let taken_at = "2026-01-02T03:04:05Z".parse().expect("a time");
    Snapshot { target, taken_at, reads: 3, capabilities, live, warnings: vec!["a \"warning\"".to_owned()] }
}

fn render(snapshot: &Snapshot) -> String {
    snapshot.document().render().expect("a text")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_reads_back_as_it_was((live, _) in any_project(), capabilities in any_capabilities()) {
        let taken = snapshot(live, capabilities);
        let text = render(&taken);
        prop_assert_eq!(read(&text), Ok(taken.clone()));
        prop_assert_eq!(render(&taken), text);
    }

    #[test]
    fn a_plan_from_a_snapshot_is_the_plan_from_the_project(
        live in any_live(),
        desired in any_estate(),
        modern in any::<bool>(),
    ) {
        run(async {
            let world = World::new(if modern { Profile::Modern } else { Profile::Seed2022 }).await;
            world.service.seed(&live).expect("a state");
            let online = world.propose(&desired, Purpose::Converge).await;
            let Observation { live, capabilities, .. } = world.observe_all().await;
            let back = read(&render(&snapshot(live, capabilities))).expect("a snapshot");
            let memory = ltsctl::model::Memory::default();
            let request = Request { purpose: Purpose::Converge, take_over: &[], today: "2026-01-02", memory: &memory };
            let offline = propose(&desired, &back.live, &back.capabilities, request);
            assert_eq!(support::document(&online.plan).digest(), support::document(&offline.plan).digest());
        });
    }

    #[test]
    fn nothing_that_was_changed_is_believed(
        (live, capabilities) in any_project(),
        place in any::<prop::sample::Index>(),
        insertion in prop::option::of(".{0,3}"),
        cut in 0..4_usize,
    ) {
        let taken = snapshot(live, capabilities);
        let text = render(&taken);
        let characters: Vec<char> = text.chars().collect();
        let at = place.index(characters.len());
        let mut changed: String = characters[..at].iter().collect();
        changed.push_str(insertion.as_deref().unwrap_or_default());
        changed.extend(&characters[(at + cut).min(characters.len())..]);
        // White space between the parts says nothing.
        if let Ok(found) = read(&changed) {
            prop_assert_eq!(found, taken);
        }
    }

    #[test]
    fn no_text_is_more_than_a_complaint(text in prop_oneof![".{0,40}", "[\\[\\]{}:,\"0-9a-z_]{0,60}"]) {
        prop_assert!(read(&text).is_err());
    }
}

/// A small project with one of everything.
fn small() -> Snapshot {
    let live = serde_json::from_str(
        r#"{"groups": {"a": {"id": "g-1", "ttl_in_days": 7, "tags": {"k": "v"}, "streams": {"s": {"id": "s-1"}, "t": {"id": "s-2"}},
           "transfers": [{"id": "t-1", "streams": ["s"]}, {"id": "t-2", "streams": ["t"], "status": "EXCEPTION"}]}}}"#,
    );
    run(async {
        let world = World::new(Profile::Modern).await;
        world.service.seed(&live.expect("a state")).expect("a state");
        let Observation { live, capabilities, .. } = world.observe_all().await;
        snapshot(live, capabilities)
    })
}

/// Edits the document and seals it again, as a forger would.
fn forge(edit: impl Fn(&mut serde_json::Value)) -> Fault {
    let mut document: serde_json::Value = serde_json::from_str(&render(&small())).expect("JSON");
    edit(&mut document);
    let claimed = read(&document.to_string()).expect_err("a complaint");
    let Fault::Digest { found, .. } = claimed else { return claimed };
    document["digest"] = found.into();
    read(&document.to_string()).expect_err("a complaint")
}

#[test]
fn a_forged_value_is_named_by_its_place() {
    let place = |fault: Fault| fault.to_string();
    let group = |document: &mut serde_json::Value| document["groups"][0].clone();
    for (expected, fault) in [
        ("`groups[0].id`", forge(|document| document["groups"][0]["id"] = "../x".into())),
        (
            "`groups[0].streams.items[1].ttl_in_days`",
            forge(|document| {
                document["groups"][0]["streams"]["items"][1]["ttl_in_days"] = (-7).into();
            }),
        ),
        (
            "`groups[0].streams.items[1].name`",
            forge(|document| {
                document["groups"][0]["streams"]["items"][1]["name"] = "s".into();
            }),
        ),
        (
            "`groups[1].name`",
            forge(|document| {
                let twin = group(document);
                document["groups"].as_array_mut().expect("a list").push(twin);
            }),
        ),
        (
            "`groups[0].transfers.items[1].id`",
            forge(|document| {
                document["groups"][0]["transfers"]["items"][1]["id"] = "t-0".into();
            }),
        ),
        (
            "`groups[0].transfers.items[0].settings`",
            forge(|document| {
                document["groups"][0]["transfers"]["items"][0]["settings"]["period"] = "7min".into();
            }),
        ),
        (
            "`groups[0].transfers.items[0].unreadable`",
            forge(|document| {
                document["groups"][0]["transfers"]["items"][0]["unreadable"]["colour"] = "red".into();
            }),
        ),
        (
            "`groups[0].transfers.items[0].carried.x`",
            forge(|document| {
                document["groups"][0]["transfers"]["items"][0]["carried"]["x"] = "{".into();
            }),
        ),
        (
            "`groups[0].streams.reason`",
            forge(|document| {
                document["groups"][0]["streams"]["completeness"] = "unread".into();
            }),
        ),
        ("`whole`", forge(|document| document["whole"] = false.into())),
        ("`taken_at`", forge(|document| document["taken_at"] = "yesterday".into())),
        ("`taken_at`", forge(|document| document["taken_at"] = "2026-01-02T04:04:05+01:00".into())),
        ("`target`", forge(|document| document["target"]["region"] = "x/../y".into())),
        ("`target.colour`", forge(|document| document["target"]["colour"] = "red".into())),
        ("unknown field `colour`", forge(|document| document["groups"][0]["colour"] = "red".into())),
        ("at line 1 column", forge(|document| document["capabilities"]["tags"] = "sometimes".into())),
        ("format version `2.0`", forge(|document| document["format_version"] = "2.0".into())),
    ] {
        let told = place(fault);
        assert!(told.contains(expected), "{expected}: {told}");
    }
}

#[test]
fn a_key_that_stands_twice_is_not_read() {
    let text = render(&small());
    let twice = text.replace("\"k\": \"v\"", "\"k\": \"w\", \"k\": \"v\"");
    assert_ne!(twice, text);
    let told = read(&twice).expect_err("a complaint").to_string();
    assert!(told.contains("\"k\" stands twice") && told.contains("line"), "{told}");
    let twice = text.replacen("\"reads\": 3", "\"reads\": 4, \"reads\": 3", 1);
    assert!(read(&twice).is_err());
}

#[test]
fn a_changed_value_is_told_by_the_digest() {
    let text = render(&small());
    for (old, new) in [("\"v\"", "\"w\""), ("\"exception\"", "\"fine\""), ("\"ttl_in_days\": 7", "\"ttl_in_days\": 8")]
    {
        let changed = text.replacen(old, new, 1);
        assert_ne!(changed, text, "{old}");
        assert!(matches!(read(&changed), Err(Fault::Digest { .. })), "{old}");
    }
}
