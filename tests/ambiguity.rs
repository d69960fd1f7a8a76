//! Lost and misleading answers: the service has no idempotency token, so after
//! one somebody looks before anything is sent again.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use ltsctl::apply::{Manner, Outcome};
use ltsctl::emulator::Profile;
use ltsctl::lts::{Transport, Undelivered};
use ltsctl::model::{Desired, Period};
use ltsctl::plan::Purpose;
use support::estates::{absent_stream, dump, estate, group, stream};
use support::{World, run};

/// What happens to a request instead of an ordinary answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It never arrives.
    DropBefore,
    /// It is executed, and the answer is lost.
    DropAfter,
    /// It is executed, and the answer says nothing.
    EmptyAnswer,
    /// It is executed, and the answer is a page of a load balancer.
    HtmlAnswer,
    /// It is not executed, and the answer is an error under status 200.
    ErrorUnder200,
    /// It is executed, and the gateway reports a time-out.
    TimeoutAfter,
}

/// Spoils the first answers to one kind of write.
#[derive(Debug)]
struct Spoiler {
    inner: Arc<dyn Transport>,
    method: http::Method,
    path_end: &'static str,
    faults: Arc<Mutex<Vec<Fault>>>,
}

impl Transport for Spoiler {
    fn deliver(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, Undelivered>> {
        let hit = *request.method() == self.method && request.uri().path().ends_with(self.path_end);
        let fault = hit.then(|| self.faults.lock().expect("a lock").pop()).flatten();
        async move {
            let answer = |status: u16, body: &'static str| {
                Ok(http::Response::builder()
                    .status(status)
                    .body(Bytes::from_static(body.as_bytes()))
                    .expect("an answer"))
            };
            let lost = || Err(Undelivered::Interrupted("connection reset".to_owned()));
            match fault {
                None => self.inner.deliver(request).await,
                Some(Fault::DropBefore) => lost(),
                Some(Fault::ErrorUnder200) => answer(200, r#"{"error_code":"LTS.0010","error_msg":"internal"}"#),
                Some(fault) => {
                    self.inner.deliver(request).await?;
                    match fault {
                        Fault::EmptyAnswer => answer(201, "{}"),
                        Fault::HtmlAnswer => answer(503, "<html>busy</html>"),
                        Fault::TimeoutAfter => {
                            answer(504, r#"{"error_code":"APIGW.0203","error_msg":"Backend timeout."}"#)
                        }
                        _ => lost(),
                    }
                }
            }
        }
        .boxed()
    }
}

struct Case {
    name: &'static str,
    before: Desired,
    after: Desired,
    method: http::Method,
    path_end: &'static str,
    operation: &'static str,
    /// Most times that the request may be sent.
    most_sends: usize,
}

fn cases() -> Vec<Case> {
    let empty = || estate(Vec::new());
    let dumped = |streams: &[&str]| {
        estate(vec![(
            "g",
            group(7, vec![("s", stream(None))], Some(vec![("d", dump(streams, "bucket", Period::Hour1))])),
        )])
    };
    let plain = |ttl: i64| estate(vec![("g", group(ttl, vec![("s", stream(None))], None))]);
    vec![
        Case {
            name: "create group",
            before: empty(),
            after: estate(vec![("g", group(7, Vec::new(), None))]),
            method: http::Method::POST,
            path_end: "/groups",
            operation: "CreateLogGroup",
            most_sends: 2,
        },
        Case {
            name: "create stream",
            before: estate(vec![("g", group(7, Vec::new(), None))]),
            after: plain(7),
            method: http::Method::POST,
            path_end: "/streams",
            operation: "CreateLogStream",
            most_sends: 2,
        },
        Case {
            name: "create dump",
            before: plain(7),
            after: dumped(&["s"]),
            method: http::Method::POST,
            path_end: "/transfers",
            operation: "CreateTransfer",
            most_sends: 2,
        },
        Case {
            name: "delete stream",
            before: plain(7),
            after: estate(vec![("g", group(7, vec![("s", absent_stream())], None))]),
            method: http::Method::DELETE,
            path_end: "",
            operation: "DeleteLogStream",
            most_sends: 4,
        },
    ]
}

/// Plays a case with some faults and returns the outcome and how often the
/// request reached the service.
async fn play(case: &Case, faults: &[Fault]) -> (Outcome, usize, bool) {
    let queue = Arc::new(Mutex::new(Vec::new()));
    let spoiled = Arc::clone(&queue);
    let (method, path_end) = (case.method.clone(), case.path_end);
    let world =
        World::with_transport(Profile::Modern, |inner| Arc::new(Spoiler { inner, method, path_end, faults: spoiled }))
            .await;
    world.apply(&case.before).await;
    world.service.clear_journal();
    let proposal = world.propose(&case.after, Purpose::Converge).await;
    *queue.lock().expect("a lock") = faults.iter().rev().copied().collect();
    let ending = world.carry_out(&proposal).await;
    queue.lock().expect("a lock").clear();
    let arrived = world.service.journal().iter().filter(|entry| entry.operation == Some(case.operation)).count();
    let again = world.propose(&case.after, Purpose::Converge).await;
    let [outcome] = ending.outcomes.as_slice() else { panic!("{}: {:?}", case.name, ending.outcomes) };
    (outcome.clone(), arrived, again.plan.steps.is_empty())
}

#[test]
fn a_write_that_happened_is_found_and_not_sent_again() {
    for case in cases() {
        for fault in [Fault::DropAfter, Fault::EmptyAnswer, Fault::HtmlAnswer, Fault::TimeoutAfter] {
            if fault == Fault::EmptyAnswer && case.method == http::Method::DELETE {
                continue;
            }
            let (outcome, arrived, converged) = run(play(&case, &[fault]));
            assert_eq!(outcome, Outcome::Done(Manner::Found), "{} {fault:?}", case.name);
            assert_eq!(arrived, 1, "{} {fault:?}", case.name);
            assert!(converged, "{} {fault:?}", case.name);
        }
    }
}

#[test]
fn a_write_that_did_not_happen_is_sent_once_more() {
    for case in cases() {
        for fault in [Fault::DropBefore, Fault::ErrorUnder200] {
            let (outcome, arrived, converged) = run(play(&case, &[fault]));
            assert!(outcome.is_done(), "{} {fault:?}: {outcome:?}", case.name);
            assert_eq!(arrived, 1, "{} {fault:?}", case.name);
            assert!(converged, "{} {fault:?}", case.name);
        }
    }
}

#[test]
fn nothing_is_sent_more_often_than_it_may_be() {
    for case in cases() {
        let (outcome, arrived, _) = run(play(&case, &[Fault::DropBefore; 8]));
        assert!(matches!(outcome, Outcome::Unknown(_)), "{}: {outcome:?}", case.name);
        assert_eq!(arrived, 0, "{}", case.name);
        // The faults are used up one a send: what is left tells how many were.
        let (outcome, arrived, converged) =
            run(play(&case, &vec![Fault::DropBefore; case.most_sends.saturating_sub(1)]));
        assert!(outcome.is_done(), "{}: {outcome:?}", case.name);
        assert_eq!(arrived, 1, "{}", case.name);
        assert!(converged, "{}", case.name);
    }
}

#[test]
fn a_second_loss_is_looked_for_like_the_first() {
    for case in cases() {
        let (outcome, arrived, converged) = run(play(&case, &[Fault::DropBefore, Fault::DropAfter]));
        assert!(outcome.is_done(), "{}: {outcome:?}", case.name);
        assert_eq!(arrived, 1, "{}", case.name);
        assert!(converged, "{}", case.name);
    }
}
