//! S24 to S31: lists that lie, and people who edit the project meanwhile.

use std::time::Duration;

use ltsctl::apply::{Manner, Outcome};
use ltsctl::emulator::Profile;
use ltsctl::plan::Purpose;
use serde_json::json;

use crate::program::Service;
use crate::run::{apply, apply_under, create_dump, creations, delete_stream, inject, place_with, set_faults, writes};
use crate::support::estates::{absent_stream, estate, group, stream};
use crate::support::{World, all_done, run};

/// The answer is lost, and the lists show the project as it was 30 s ago:
/// nothing is sent again inside the settle window, and what is sent after it
/// meets the name that is taken and adopts it.
#[test]
fn s24_list_stale() {
    for (write, window) in creations().into_iter().zip([6, 6, 30]) {
        run(async {
            let applied = write
                .under(json!([
                    { "operation": write.operation, "nth": 1, "fault": "commit_then_drop" },
                    { "operation": "List*", "fault": { "stale": { "seconds": 30 } } },
                ]))
                .await;
            let told = write.operation;
            applied.is_done(Manner::Found, told);
            assert_eq!(applied.committed(told), 1, "{told}");
            let times: Vec<_> = {
                let journal = applied.world.service.journal();
                journal.iter().filter(|entry| entry.operation == Some(told)).map(|entry| entry.time).collect()
            };
            for pair in times.windows(2) {
                let apart: Duration = pair[1].duration_since(pair[0]).try_into().expect("in order");
                assert!(apart >= Duration::from_secs(window), "{told}: sent again after {apart:?}");
            }
            applied.check_peace(told).await;
        });
    }
}

/// A list of transfers that may have been cut is asked for again by group; where
/// that is cut, too, what may be missing is unread, and nothing is deleted that
/// it could be about.
#[test]
fn s25_list_truncated_at_limit_and_offset_ignored() {
    let mut streams = serde_json::Map::new();
    let mut transfers = Vec::new();
    for number in 0..130 {
        streams.insert(format!("s{number}"), json!({}));
        transfers.push(json!({ "streams": [format!("s{number}")], "obs_bucket_name": "bucket", "period": "1hour" }));
    }
    let state = json!({ "groups": { "g": { "ttl_in_days": 7, "streams": streams, "transfers": transfers } } });
    let allow = ["--allow", "delete,data-loss,unmanaged,archive-gap"];
    for fault in [json!({ "cut": { "items": 100 } }), json!("repeat_page")] {
        let service = Service::start("modern");
        service.admin("PUT", "/state", &state.to_string());
        set_faults(&service, &json!([{ "operation": "ListTransfers", "fault": fault }]));
        let place = place_with(&service, "groups: {g: {streams: {s129: {ensure: absent}}}}\n");
        let ran = apply(&place, &allow).exits(4);
        assert!(ran.stdout.contains("! groups/g/streams/s129"), "{fault}: {}", ran.stdout);
        assert!(ran.stdout.contains("exactly 100"), "{fault}: {}", ran.stdout);
        assert_eq!(writes(&service), Vec::<String>::new(), "{fault}");
        assert_eq!(service.lts_journal().iter().filter(|line| line.starts_with("ListTransfers")).count(), 2, "{fault}");
        let there = service.admin("GET", "/state", "");
        assert!(there["groups"]["g"]["streams"].get("s129").is_some(), "{fault}");
    }
}

/// What was deleted shows once more. It is looked at again before it is deleted
/// again, and nothing is deleted that was not in the plan.
#[test]
fn s26_list_resurrects() {
    let write = delete_stream();
    for fault in ["commit_then_drop", "drop"] {
        run(async {
            let applied = write
                .under(json!([
                    { "operation": write.operation, "nth": 1, "fault": fault },
                    { "operation": "List*", "count": 1, "fault": { "reappear": { "seconds": 60 } } },
                ]))
                .await;
            assert!(all_done(&applied.ending.outcomes), "{fault}");
            let journal = applied.world.service.journal();
            let deletions: Vec<usize> =
                (0..journal.len()).filter(|position| journal[*position].operation == Some(write.operation)).collect();
            assert!(deletions.len() <= 2, "{fault}");
            for pair in deletions.windows(2) {
                assert!(pair[1] - pair[0] > 1, "{fault}: deleted again without a look");
            }
            assert_eq!(applied.committed(write.operation), 1, "{fault}");
            applied.check_peace(fault).await;
        });
    }
}

/// One item is missing from one list, each time another one: a creation or a
/// deletion needs the read of the plan and that of the premises to agree.
#[test]
fn s27_list_drops_random_item() {
    let state = r#"{"groups":{"g":{"ttl_in_days":7,"streams":{"s":{},"t":{}}},"h":{"ttl_in_days":7}}}"#;
    let estate = "groups:\n  g: {ttl_in_days: 7, streams: {s: , t: }}\n  h: {ttl_in_days: 7}\n";
    for list in ["ListLogGroups", "ListLogStreams"] {
        for nth in [1, 2] {
            for seed in 0..3 {
                let service = Service::start("modern");
                service.admin("PUT", "/state", state);
                let rule = json!({ "operation": list, "nth": nth, "fault": "miss_item" });
                service.admin("PUT", "/faults", &json!({ "seed": seed, "rules": [rule] }).to_string());
                let place = place_with(&service, estate);
                let ran = apply(&place, &["--parallelism", "1"]);
                // What lacks in the first list is planned, found to be there by
                // the second one, and not made: done already, or stale.
                assert!(matches!(ran.code, 0 | 4 | 7), "{list} {nth} {seed}: {ran:?}");
                let made: Vec<String> = writes(&service).into_iter().filter(|line| line.ends_with(" 201")).collect();
                assert_eq!(made, Vec::<String>::new(), "{list} {nth} {seed}");
                assert_eq!(writes(&service), Vec::<String>::new(), "{list} {nth} {seed}");
            }
        }
    }
}

/// All lists come empty with 200, and all of it is declared: the creations
/// collide, nothing is there twice, nothing is gone, and the next run finds
/// everything.
#[test]
fn s28_empty_list_glitch() {
    let write = create_dump();
    run(async {
        let world = World::new(Profile::Modern).await;
        world.apply(&write.after).await;
        let before = world.service.estate();
        inject(&world, &json!([{ "operation": "List*", "fault": "empty_list" }]));
        let proposal = world.propose(&write.after, Purpose::Converge).await;
        let ending = world.carry_out(&proposal).await;
        assert!(!all_done(&ending.outcomes), "{:?}", ending.outcomes);
        match &ending.outcomes[0] {
            Outcome::Failed(failure) => assert!(failure.text.contains("LTS.0101"), "{failure}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(world.service.estate(), before);
        crate::run::check_peace(&world, &write.after, "the lists are whole again").await;
    });
}

/// A stream vanishes before its dump is made: the dump fails as not found, the
/// rest is done, and the next plan says what is missing.
#[test]
fn s29_deleted_behind_our_back() {
    let service = Service::start("modern");
    service.admin("PUT", "/state", r#"{"groups":{"g":{"ttl_in_days":7,"streams":{"s":{}}}}}"#);
    set_faults(
        &service,
        &json!([{ "operation": "CreateTransfer", "nth": 1, "fault": { "delete_stream": { "group": "g", "stream": "s" } } }]),
    );
    let place = place_with(
        &service,
        "groups:\n  g:\n    ttl_in_days: 7\n    streams: {s: }\n    dumps: {d: {streams: [s], obs_bucket_name: b01, \
         storage_format: RAW, period: 1hour}}\n  h: {ttl_in_days: 7}\n",
    );
    let ran = apply(&place, &[]).exits(3);
    assert!(
        ran.stderr.contains("failed: create groups/g/dumps/d") && ran.stderr.contains("LTS.0208"),
        "{}",
        ran.stderr
    );
    let ran = apply(&place, &[]).exits(0);
    assert_eq!(ran.last_line(), "Apply complete! Resources: 2 added, 0 changed, 0 destroyed.");
}

/// A stream that is deleted and made again between two reads is another object,
/// and its deletion is not carried over.
#[test]
fn s31_renamed_twin() {
    run(async {
        let before = estate(vec![("g", group(7, vec![("s", stream(None))], None))]);
        let after = estate(vec![("g", group(7, vec![("s", absent_stream())], None))]);
        let world = World::new(Profile::Modern).await;
        world.apply(&before).await;
        let saved = world.propose(&after, Purpose::Converge).await;
        let mut live = world.service.estate();
        let twin = live.groups.get_mut("g").and_then(|group| group.streams.get_mut("s")).expect("a stream");
        *twin = None;
        world.service.seed(&live).expect("a state");
        let moved = world.resume(&saved.plan).await.expect_err("a moved premise");
        assert_eq!((moved[0].address.to_string().as_str(), moved[0].field.as_ref()), ("groups/g/streams/s", "id"));
        // A fresh plan is about the new object.
        let applied = apply_under(&before, &after, json!([])).await;
        assert!(all_done(&applied.ending.outcomes));
    });
}
