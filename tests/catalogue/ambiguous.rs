//! S01 to S08: the answer to a write is lost, or says nothing. (S09 is about the
//! wire: `tests/transport.rs`.)

use std::time::Duration;

use ltsctl::apply::{Manner, Outcome};
use ltsctl::plan::Purpose;
use serde_json::json;

use crate::run::{create_dump, create_group, create_stream, creations, delete_stream, updates};
use crate::support::run;

/// How long a creation is looked for before it is sent again.
const SETTLE_WINDOW: Duration = Duration::from_secs(32);

/// It is looked for, found, and adopted: one object, one request.
#[test]
fn s01_create_timeout_after_commit() {
    for fault in [json!("commit_then_drop"), json!({ "hang": { "at": "after" } })] {
        for write in creations() {
            run(async {
                let applied = write.strike(&fault).await;
                let told = format!("{fault} at {}", write.operation);
                applied.is_done(Manner::Found, &told);
                assert_eq!(applied.sent(write.operation), 1, "{told}");
                applied.check_peace(&told).await;
            });
        }
    }
}

/// It is sent once more, and not before the settle window is over.
#[test]
fn s02_create_timeout_before_commit() {
    for fault in [json!("drop"), json!({ "hang": { "at": "before" } })] {
        for write in creations() {
            run(async {
                let applied = write.strike(&fault).await;
                let told = format!("{fault} at {}", write.operation);
                applied.is_done(Manner::Answered, &told);
                assert_eq!((applied.sent(write.operation), applied.committed(write.operation)), (2, 1), "{told}");
                assert!(applied.took >= SETTLE_WINDOW, "{told}: {:?}", applied.took);
                applied.check_peace(&told).await;
            });
        }
    }
}

/// The commit lands when the second request is under way: it is told that the
/// name is taken (LTS.0101, LTS.0205), or that the stream is dumped already
/// (LTS.0207), and adopts what is there.
#[test]
fn s03_late_commit() {
    for (write, code) in [(create_group(), "LTS.0101"), (create_stream(), "LTS.0205"), (create_dump(), "LTS.0207")] {
        run(async {
            let after = SETTLE_WINDOW.as_secs() * 1000 + 500;
            let applied = write
                .under(json!([
                    { "operation": write.operation, "nth": 1, "fault": { "late_commit": { "ms": after } } },
                    { "operation": write.operation, "nth": 2, "fault": { "latency": { "ms": 1000, "at": "before" } } },
                ]))
                .await;
            applied.is_done(Manner::Found, code);
            let codes: Vec<_> = applied.world.service.journal().into_iter().filter_map(|e| e.error_code).collect();
            assert_eq!(codes, [code]);
            assert_eq!((applied.sent(write.operation), applied.committed(write.operation)), (2, 1), "{code}");
            applied.check_peace(code).await;
        });
    }
}

/// A success that breaks off is no success with an empty id.
#[test]
fn s04_reset_mid_response() {
    for write in creations() {
        run(async {
            let applied = write.strike(&json!("truncate")).await;
            applied.is_done(Manner::Found, write.operation);
            assert_eq!(applied.sent(write.operation), 1, "{}", write.operation);
            applied.check_peace(write.operation).await;
        });
    }
}

/// A gateway's error says nothing about a write, executed or not; a read is
/// simply sent again.
#[test]
fn s05_502_503_504_on_post() {
    let error =
        |status: u16, code: &str, at: &str| json!({ "error": { "status": status, "error_code": code, "at": at } });
    let gateway = [(502, "APIGW.0202"), (503, "APIGW.0203"), (504, "APIGW.0201")];
    for (status, code) in gateway {
        for write in creations() {
            for (at, sent, manner) in [("after", 1, Manner::Found), ("before", 2, Manner::Answered)] {
                run(async {
                    let applied = write.strike(&error(status, code, at)).await;
                    let told = format!("{status} {at} {}", write.operation);
                    applied.is_done(manner, &told);
                    assert_eq!(
                        (applied.sent(write.operation), applied.committed(write.operation)),
                        (sent, 1),
                        "{told}"
                    );
                    applied.check_peace(&told).await;
                });
            }
        }
        run(async {
            let write = create_dump();
            let applied = write.under(json!([])).await;
            applied.world.service.clear_journal();
            let rules = json!([{ "operation": "List*", "nth": 1, "fault": error(status, code, "before") }]);
            crate::run::inject(&applied.world, &rules);
            let again = applied.world.propose(&write.after, Purpose::Converge).await;
            assert!(again.plan.steps.is_empty(), "{status}");
            assert_eq!(applied.world.service.journal().len(), 4, "three lists, and one of them twice");
        });
    }
}

/// Twice unknown is reported as unknown; there is no third request, and the
/// next run finishes. An unknown outcome is exit 3.
#[test]
fn s06_dump_create_ambiguous_twice() {
    for (faults, committed) in
        [(["drop", "drop"], 0), (["drop", "commit_then_drop"], 1), (["commit_then_504", "drop"], 1)]
    {
        run(async {
            let write = create_dump();
            // What the first rule has struck is not shown to the second one.
            let rules = faults.map(|fault| json!({ "operation": write.operation, "nth": 1, "fault": fault }));
            let applied = write.under(json!(rules)).await;
            assert!(applied.sent(write.operation) <= 2, "{faults:?}");
            assert_eq!(applied.committed(write.operation), committed, "{faults:?}");
            match (&applied.ending.outcomes[..], committed) {
                ([Outcome::Unknown(_)], 0) => assert!(applied.ending.wrote, "exit 3 and not 1"),
                ([Outcome::Done(Manner::Found)], 1) => {}
                other => panic!("{faults:?}: {other:?}"),
            }
            crate::run::inject(&applied.world, &json!([]));
            applied.world.apply(&write.after).await;
            assert_eq!(applied.committed(write.operation), 1, "{faults:?}");
            applied.check_peace(&format!("{faults:?}")).await;
        });
    }
}

/// Absent is success, whether the list or a not-found code says so.
#[test]
fn s07_delete_timeout() {
    let write = delete_stream();
    for (fault, sent) in [
        (json!("commit_then_drop"), 1),
        (json!("commit_then_504"), 1),
        (json!("drop"), 2),
        // It is executed after the second request has been sent, which is told
        // that the stream is not there (LTS.0208).
        (json!({ "late_commit": { "ms": 1500 } }), 2),
    ] {
        run(async {
            let applied = write
                .under(json!([
                    { "operation": write.operation, "nth": 1, "fault": fault },
                    { "operation": write.operation, "nth": 2, "fault": { "latency": { "ms": 1000, "at": "before" } } },
                ]))
                .await;
            let told = fault.to_string();
            assert!(applied.ending.outcomes[0].is_done(), "{told}: {:?}", applied.ending.outcomes);
            assert_eq!((applied.sent(write.operation), applied.committed(write.operation)), (sent, 1), "{told}");
            applied.check_peace(&told).await;
        });
    }
}

/// It is read back, and sent again only if it is not so.
#[test]
fn s08_update_timeout() {
    for write in updates() {
        for (fault, sent) in [("commit_then_drop", 1), ("commit_then_504", 1), ("drop", 2)] {
            run(async {
                let applied = write.strike(&json!(fault)).await;
                let told = format!("{fault} at {}", write.operation);
                assert!(applied.ending.outcomes[0].is_done(), "{told}: {:?}", applied.ending.outcomes);
                assert_eq!((applied.sent(write.operation), applied.committed(write.operation)), (sent, 1), "{told}");
                applied.check_peace(&told).await;
            });
        }
    }
}
