//! S10 to S16: too many requests, too much work, and answers that take for ever.
//! The numbers are the catalogue's own: retries, recovery, and the finish under
//! a windowed limit.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use ltsctl::apply::Outcome;
use ltsctl::emulator::{Estate, EstateGroup, EstateTransfer, Profile};
use ltsctl::lts::{ErrorClass, Transport, Undelivered};
use ltsctl::model::{Desired, Period};
use ltsctl::plan::Purpose;
use serde_json::{Value, json};

use crate::program::Service;
use crate::run::{
    apply, apply_on, apply_under, check_peace, create_dump, create_group, inject, place_with, seconds_since, sent,
    set_faults,
};
use crate::support::estates::{dump, estate, group, stream};
use crate::support::{World, all_done, run};

/// Groups with streams: as many creations as there are groups and streams.
fn many(groups: usize, streams: usize) -> Desired {
    let names: Vec<String> = (0..streams).map(|number| format!("s{number}")).collect();
    let group_names: Vec<String> = (0..groups).map(|number| format!("g{number}")).collect();
    let of_one = || names.iter().map(|name| (name.as_str(), stream(None))).collect();
    estate(group_names.iter().map(|name| (name.as_str(), group(7, of_one(), None))).collect())
}

fn nothing() -> Desired {
    estate(Vec::new())
}

/// A wait that would end after the deadline is not begun: exit 3 if something
/// was written, else 1, at once.
#[test]
fn s10_a_wait_beyond_the_deadline_ends_at_once() {
    for retry_after in ["seconds", "http_date"] {
        for (operation, code) in [("CreateLogStream", 3), ("CreateLogGroup", 1)] {
            let service = Service::start("modern");
            set_faults(
                &service,
                &json!([{ "operation": operation, "fault": { "throttle": { "window_seconds": 300, "retry_after": retry_after } } }]),
            );
            let place = place_with(&service, "groups: {g: {ttl_in_days: 7, streams: {s: }}}\n");
            let ran = apply(&place, &["--deadline", "60s"]).exits(code);
            assert!(ran.stdout.contains("not started"), "{}", ran.stdout);
            // And it says what kept it: the limit, and that it is lifted too late.
            let told = ran.stderr.lines().find(|line| line.contains("the deadline came first: could not create"));
            assert!(
                told.is_some_and(|line| line.contains("lifted only in 300 s, after the deadline")
                    || line.contains("lifted only in 299 s, after the deadline")),
                "{}",
                ran.stderr
            );
            let asked = service.journal().into_iter().filter(|line| line.starts_with(operation)).count();
            assert_eq!(asked, 1, "{retry_after}");
        }
    }
}

/// With numbers or without, one write that is turned away makes all others
/// wait, and each is executed once.
#[test]
fn s11_one_refusal_slows_all() {
    run(async {
        let rule = json!([{ "operation": "CreateLogStream", "nth": 1, "fault": { "throttle": { "error_msg": "slow down" } } }]);
        let applied = apply_under(&nothing(), &many(1, 40), rule).await;
        assert!(all_done(&applied.ending.outcomes));
        assert_eq!((applied.sent("CreateLogStream"), applied.committed("CreateLogStream")), (41, 40));
        let journal = applied.world.service.journal();
        let refused = journal.iter().position(|entry| entry.status == 429).expect("a refusal");
        // Four at a time: those that were under way when the refusal came.
        let late = journal[refused + 1..].iter().filter(|entry| entry.time == journal[refused].time).count();
        assert!(late <= 3, "{late} requests were sent all the same");
    });
}

/// Numbers of the prose that cannot be meant are ignored.
#[test]
fn s12_hostile_limits_in_prose() {
    for words in ["limit:0,time:1 hour", "limit:-1,time:1 hour", "limit:5,time:1000000000000 hour", "limit:x,time:y z"]
    {
        run(async {
            let write = create_group();
            let applied = write.strike(&json!({ "throttle": { "error_msg": words } })).await;
            assert!(all_done(&applied.ending.outcomes), "{words}");
            assert!(applied.took < Duration::from_secs(20), "{words}: {:?}", applied.took);
        });
    }
}

/// A service that throttles everything, for ever: what is sent is at most 1.10
/// times what would have been sent without it, and the run ends.
#[test]
fn s13_429_forever() {
    for (fault, most) in [
        (json!({ "throttle": { "error_msg": "slow down" } }), 300),
        (json!({ "throttle": { "policy": "ip" } }), 300),
        (json!({ "throttle": { "policy": "user" } }), 3600),
    ] {
        run(async {
            let desired = many(100, 0);
            let applied = apply_under(&nothing(), &desired, json!([{ "fault": fault }])).await;
            let refused = |outcome: &Outcome| matches!(outcome, Outcome::Failed(failure) if failure.class == ErrorClass::Throttled);
            let waits = |outcome: &Outcome| matches!(outcome, Outcome::NotStarted(_));
            assert!(applied.ending.outcomes.iter().all(|outcome| refused(outcome) || waits(outcome)), "{fault}");
            assert!(!applied.ending.wrote, "exit 1");
            let requests = applied.world.service.journal().len();
            assert!(requests * 100 <= desired.groups.len() * 110, "{fault}: {requests} requests");
            assert!(applied.took <= Duration::from_secs(most), "{fault}: {:?}", applied.took);
        });
    }
}

/// Everything is throttled for 60 s, and nothing says how long: the apply is
/// through within 75 s of the first refusal.
#[test]
fn s13_recovery_within_75_s_of_a_60_s_throttle() {
    for seed in 0..20 {
        run(async {
            let world = World::new(Profile::Modern).await;
            // Each seed meets the throttle after another number of draws.
            for _ in 0..seed {
                let write = create_group();
                inject(&world, &json!([{ "operation": "ListLogGroups", "nth": 1, "fault": "drop" }]));
                let _ = world.propose(&write.after, Purpose::Converge).await;
            }
            let desired = many(10, 10);
            let proposal = world.propose(&desired, Purpose::Converge).await;
            inject(&world, &json!([{ "fault": { "throttle": { "error_msg": "slow down" } } }]));
            let start = world.clock().now();
            let relief = async {
                tokio::time::sleep(Duration::from_secs(60)).await;
                inject(&world, &json!([]));
            };
            let (ending, ()) = tokio::join!(world.carry_out(&proposal), relief);
            let took = seconds_since(&world, start);
            assert!(all_done(&ending.outcomes), "{seed}: {:?}", ending.outcomes.iter().find(|o| !o.is_done()));
            assert!(took <= Duration::from_secs(75), "{seed}: {took:?}");
            check_peace(&world, &desired, "after the throttle").await;
        });
    }
}

/// When a request was sent, and when its answer came.
type Exchange = (Timestamp, Timestamp, u16);

/// Notes when each request left and came back.
#[derive(Debug)]
struct Watch {
    inner: Arc<dyn Transport>,
    clock: ltsctl::effects::TokioClock,
    seen: Arc<Mutex<Vec<Exchange>>>,
}

impl Transport for Watch {
    fn deliver(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, Undelivered>> {
        use ltsctl::effects::Clock as _;
        async move {
            let sent = self.clock.now();
            let answer = self.inner.deliver(request).await?;
            let exchange = (sent, self.clock.now(), answer.status().as_u16());
            self.seen.lock().expect("a lock").push(exchange);
            Ok(answer)
        }
        .boxed()
    }
}

/// 200 requests in 5 minutes: nothing that is sent after the first 429 was
/// received is throttled, and the finish is within 1.05 times the least that
/// the limit allows.
#[test]
fn s12_a_windowed_limit_is_met_once() {
    for (groups, streams) in [(10, 49), (10, 99), (20, 99)] {
        run(async {
            let seen = Arc::new(Mutex::new(Vec::new()));
            let log = Arc::clone(&seen);
            let start = "2026-01-02T03:04:05Z".parse().expect("a time");
            let clock = ltsctl::effects::TokioClock::starting_at(start);
            let world =
                World::with_transport(Profile::Modern, |inner| Arc::new(Watch { inner, clock, seen: log })).await;
            // Windows of 300 s begin with the hour; this is the beginning of one.
            tokio::time::sleep(Duration::from_secs(55)).await;
            let limit = json!([{ "fault": { "rate_limit": { "limit": 200, "window_seconds": 300 } } }]);
            let applied = apply_on(world, &nothing(), &many(groups, streams), limit).await;
            assert!(all_done(&applied.ending.outcomes));
            let seen = seen.lock().expect("a lock").clone();
            let first = seen.iter().filter(|(_, _, status)| *status == 429).map(|(_, received, _)| *received).min();
            let first = first.expect("the limit is met");
            let again = seen.iter().filter(|(sent, _, status)| *status == 429 && *sent > first).count();
            assert_eq!(again, 0, "throttled again");
            // The first 200 go at once, and each further 200 wait for a window.
            let requests = groups * (streams + 1);
            let least = Duration::from_secs((requests as u64).div_ceil(200).saturating_sub(1) * 300);
            assert!(
                applied.took.as_secs_f64() <= least.as_secs_f64() * 1.05,
                "{requests} requests took {:?}, {least:?} would do",
                applied.took
            );
        });
    }
}

/// A refusal for too many requests is one, whatever it looks like.
#[test]
fn s14_429_in_200_and_as_html() {
    for form in ["under_200", "html"] {
        let fault = json!({ "throttle": { "form": form, "policy": "ip" } });
        run(async {
            let write = create_dump();
            let applied = write.strike(&fault).await;
            assert!(all_done(&applied.ending.outcomes), "{form}");
            assert_eq!((applied.sent(write.operation), applied.committed(write.operation)), (2, 1), "{form}");
            applied.check_peace(form).await;
            // A list that is throttled is asked for again, and never empty.
            inject(&applied.world, &json!([{ "operation": "List*", "nth": [1, 2, 3], "fault": fault }]));
            let again = applied.world.propose(&write.after, Purpose::Converge).await;
            assert!(again.plan.steps.is_empty(), "{form}: {:?}", again.plan.steps);
        });
    }
}

/// 100 groups of 100 streams with dumps, at 200 requests in 5 minutes: a plan
/// takes three requests and no time. Exactly 100 transfers may be a list that
/// was cut, and then each group is asked for.
#[test]
fn s15_thousand_object_plan() {
    let live = |transfers: usize| {
        let dumped = |number: usize| EstateTransfer {
            streams: vec![format!("s{number}")],
            obs_bucket_name: Some("bucket".to_owned()),
            period: Some("1hour".to_owned()),
            ..EstateTransfer::default()
        };
        let of_one = |group: usize| EstateGroup {
            ttl_in_days: Some(7),
            streams: (0..100).map(|stream| (format!("s{stream}"), None)).collect(),
            transfers: (0..transfers / 100 + usize::from(group < transfers % 100)).map(dumped).collect(),
            ..EstateGroup::default()
        };
        Estate { groups: (0..100).map(|number| (format!("g{number}"), of_one(number))).collect() }
    };
    for (transfers, reads) in [(0, 3), (99, 3), (100, 103), (101, 3), (1000, 3)] {
        run(async {
            let world = World::new(Profile::Modern).await;
            world.service.seed(&live(transfers)).expect("a state");
            world.service.clear_journal();
            inject(&world, &json!([{ "fault": { "rate_limit": { "limit": 200, "window_seconds": 300 } } }]));
            let start = world.clock().now();
            let proposal = world.propose(&many(100, 100), Purpose::Converge).await;
            assert!(proposal.plan.steps.is_empty());
            assert_eq!(world.service.journal().len(), reads, "{transfers} transfers");
            assert!(seconds_since(&world, start) < Duration::from_secs(1));
        });
    }
}

/// A body that comes byte by byte, or is far too large, ends with the time or
/// the bytes that one answer may take; then somebody looks.
#[test]
fn s16_slow_loris() {
    for fault in [json!({ "slow_body": { "byte_ms": 60_000 } }), json!("flood"), json!("hang")] {
        run(async {
            let write = create_dump();
            let applied = write.strike(&fault).await;
            assert!(all_done(&applied.ending.outcomes), "{fault}");
            assert_eq!((applied.sent(write.operation), applied.committed(write.operation)), (1, 1), "{fault}");
            // One answer gets a minute.
            assert!(applied.took <= Duration::from_secs(90), "{fault}: {:?}", applied.took);
            applied.check_peace(&fault.to_string()).await;
            let endless: Value = json!([{ "operation": "ListTransfers", "fault": fault }]);
            inject(&applied.world, &endless);
            applied.world.service.clear_journal();
            let start = applied.world.clock().now();
            let other = estate(vec![(
                "g",
                group(7, vec![("s", stream(None))], Some(vec![("d", dump(&["s"], "other", Period::Hour1))])),
            )]);
            let proposal = applied.world.propose(&other, Purpose::Converge).await;
            assert!(proposal.plan.steps.is_empty(), "{fault}: dumps are unread");
            assert_eq!(sent(&applied.world, "ListTransfers"), 4, "{fault}");
            assert!(seconds_since(&applied.world, start) <= Duration::from_secs(300), "{fault}");
        });
    }
}
