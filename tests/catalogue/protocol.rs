//! S32 to S36: answers that are well-formed HTTP and mislead.

use ltsctl::apply::{Manner, Outcome};
use ltsctl::emulator::Profile;
use ltsctl::lts::ErrorClass;
use ltsctl::plan::Purpose;
use serde_json::{Value, json};

use crate::run::{Write, create_dump, creations, delete_stream, inject, updates};
use crate::support::{World, run};

fn all_writes() -> Vec<Write> {
    creations().into_iter().chain(updates()).chain([delete_stream()]).collect()
}

/// The status says success and the body says otherwise: the body is believed,
/// and as it may have been executed, somebody looks.
#[test]
fn s32_200_with_error_code() {
    for (at, sent) in [("before", 2), ("after", 1)] {
        for write in all_writes() {
            run(async {
                let applied = write.strike(&json!({ "error": { "at": at } })).await;
                let told = format!("{at} {}", write.operation);
                assert!(applied.ending.outcomes[0].is_done(), "{told}: {:?}", applied.ending.outcomes);
                assert_eq!((applied.sent(write.operation), applied.committed(write.operation)), (sent, 1), "{told}");
                applied.check_peace(&told).await;
            });
        }
    }
}

/// An answer without an id, or with one that is none, is looked into.
#[test]
fn s33_200_without_id() {
    for body in ["{}", r#"{"log_group_id":"","log_stream_id":"","log_transfer_id":""}"#, "", "null", "[]"] {
        for write in creations() {
            run(async {
                let applied = write.strike(&json!({ "body": { "text": body } })).await;
                let told = format!("{body} for {}", write.operation);
                applied.is_done(Manner::Found, &told);
                assert_eq!(applied.sent(write.operation), 1, "{told}");
                applied.check_peace(&told).await;
            });
        }
    }
}

/// The answers of which nothing can be used.
fn unusable() -> Vec<Value> {
    // A megabyte of zeros, compressed: nobody asked for it, nobody unpacks it.
    let bomb = String::from_utf8_lossy(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]).into_owned();
    vec![
        json!("garbage"),
        json!("truncate"),
        json!({ "truncate": { "content_length": "cut" } }),
        json!({ "html": { "status": 200, "at": "after" } }),
        json!({ "body": { "text": bomb, "content_type": "application/gzip" } }),
        json!({ "body": { "text": "{\"log_groups\": 3, \"log_streams\": 3, \"log_transfers\": 3}" } }),
    ]
}

/// A write is looked for; a list that stays unusable is unread, and nothing is
/// planned from it.
#[test]
fn s34_bodies_that_cannot_be_used() {
    for fault in unusable() {
        for write in all_writes() {
            run(async {
                let applied = write.strike(&fault).await;
                let told = format!("{fault} at {}", write.operation);
                assert!(applied.ending.outcomes[0].is_done(), "{told}: {:?}", applied.ending.outcomes);
                assert_eq!(applied.committed(write.operation), 1, "{told}");
                applied.check_peace(&told).await;
            });
        }
        for list in ["ListLogGroups", "ListLogStreams", "ListTransfers"] {
            run(async {
                let write = create_dump();
                let world = World::new(Profile::Modern).await;
                world.apply(&write.before).await;
                inject(&world, &json!([{ "operation": list, "fault": fault }]));
                if let Ok(proposal) = world.try_propose(&write.after, Purpose::Converge).await {
                    assert!(proposal.plan.steps.is_empty(), "{fault} at {list}: {:?}", proposal.plan.steps);
                }
            });
        }
    }
}

/// The error code wins over the status, whatever both are; a code that nobody
/// knows is no reason to send a write again.
#[test]
fn s36_contradictory_codes() {
    let error = |status: u16, code: &str| json!({ "error": { "status": status, "error_code": code, "error_msg": "the words of LTS.0207" } });
    let deletion = delete_stream();
    for (status, code) in [(400, "LTS.0208"), (404, "LTS.0208"), (500, "LTS.0208"), (200, "LTS.0201")] {
        run(async {
            let applied = deletion.strike(&error(status, code)).await;
            assert!(applied.ending.outcomes[0].is_done(), "{status} {code}: gone is gone");
            assert_eq!(applied.sent(deletion.operation), 1, "{status} {code}");
        });
    }
    for (status, code, class, sent) in [
        (404, "LTS.0207", Some(ErrorClass::Dependent), 1),
        (404, "LTS.0010", None, 2),
        (400, "LTS.9999", Some(ErrorClass::Invalid), 1),
    ] {
        run(async {
            let applied = deletion.strike(&error(status, code)).await;
            match (&applied.ending.outcomes[..], class) {
                ([Outcome::Failed(failure)], Some(class)) => assert_eq!(failure.class, class, "{status} {code}"),
                ([Outcome::Done(_)], None) => {}
                other => panic!("{status} {code}: {other:?}"),
            }
            assert_eq!(applied.sent(deletion.operation), sent, "{status} {code}");
        });
    }
    // A creation that is told of its own name under 500 is looked for, too.
    for write in creations() {
        let code = match write.operation {
            "CreateLogGroup" => "LTS.0101",
            "CreateLogStream" => "LTS.0205",
            _ => "LTS.0207",
        };
        run(async {
            let mut fault = error(500, code);
            fault["error"]["at"] = "after".into();
            let applied = write.strike(&fault).await;
            assert!(applied.ending.outcomes[0].is_done(), "{code}: {:?}", applied.ending.outcomes);
            assert_eq!(applied.sent(write.operation), 1, "{code}");
            applied.check_peace(code).await;
        });
    }
}
