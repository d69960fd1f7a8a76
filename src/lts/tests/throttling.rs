//! 429, deadlines and time-outs.

use std::time::Duration;

use tokio::time::Instant;

use super::super::*;
use super::script::*;
use crate::model::Endpoint;

const EMPTY: &str = r#"{"log_groups":[]}"#;

fn throttled(words: &str) -> Reply {
    answer(429, format!(r#"{{"error_code":"APIGW.0308","error_msg":"{words}","request_id":"r"}}"#))
}

#[expect(clippy::disallowed_methods, reason = "tests measure virtual time")]
fn now() -> Instant {
    Instant::now()
}

async fn limited(script: &Script, deadline: Option<Duration>) -> Client {
    let limits = Limits { deadline: deadline.map(Deadline::within), ..Limits::default() };
    connect_as(script, settings(), limits).await.expect("a connection").0
}

#[tokio::test(start_paused = true)]
async fn s10_a_write_is_sent_again_when_the_window_is_over() {
    for (reply, wait) in [
        (throttled("policy user over ratelimit,limit:200,time:5 minute"), 300),
        (throttled("no numbers").header("Retry-After", "40"), 40),
        (throttled("limit:5,time:10 second").header("Retry-After", "Tue, 02 Jan 2024 03:05:05 GMT"), 60),
        (answer(429, "<html>slow down</html>").header("Retry-After", "20"), 20),
        // The service's clock is 20 minutes ahead; its date is one of its own.
        (
            throttled("no numbers")
                .header("Date", "Tue, 02 Jan 2024 03:24:05 GMT")
                .header("Retry-After", "Tue, 02 Jan 2024 03:24:35 GMT"),
            30,
        ),
        (answer(200, r#"{"error_code":"APIGW.0308","error_msg":"limit:1,time:30 second"}"#), 30),
    ] {
        let script = Script::new().on("POST groups", [reply, answer(201, r#"{"log_group_id":"g1"}"#)]);
        let client = limited(&script, None).await;
        let start = now();
        client.create_group(&new_group("a")).await.expect("a group");
        let waited = start.elapsed().as_secs();
        assert!((wait..=wait + 1).contains(&waited), "{waited} instead of {wait}");
        assert_eq!(client.usage().throttled, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn s12_hostile_numbers_are_no_reason_to_sleep_for_years() {
    for words in ["limit:5,time:1000000000000 hour", "limit:0,time:1 hour", "limit:-1,time:1 hour"] {
        let script = Script::new()
            .on("GET groups", [throttled(words).header("Retry-After", "1000000000000"), answer(200, EMPTY)]);
        let client = limited(&script, None).await;
        let start = now();
        client.list_groups().await.expect("a list");
        assert!(start.elapsed() <= Duration::from_secs(20), "{words}");
    }
}

#[tokio::test(start_paused = true)]
async fn s12_the_whole_client_keeps_to_the_learned_rate() {
    let script =
        Script::new().on("GET groups", [throttled("limit:5,time:10 second")]).always("GET groups", answer(200, EMPTY));
    let client = limited(&script, None).await;
    let start = now();
    let lists = futures_util::future::join_all((0..21).map(|_| client.list_groups())).await;
    assert!(lists.iter().all(Result::is_ok));
    // The pause, then 21 requests at 5 in 10 s.
    assert!(start.elapsed() >= Duration::from_secs(10 + 40), "{:?}", start.elapsed());
    assert!(start.elapsed() <= Duration::from_secs(10 + 52), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn s13_a_service_that_throttles_for_ever_is_left_alone() {
    let script = Script::new().always("GET groups", throttled("slow down"));
    let client = limited(&script, None).await;
    let lists = futures_util::future::join_all((0..1_000).map(|_| client.list_groups())).await;
    assert!(lists.iter().all(|list| list.as_ref().is_err_and(|error| error.class == ErrorClass::Throttled)));
    assert!(script.asked().len() <= 30, "{}", script.asked().len());
}

#[tokio::test(start_paused = true)]
async fn s10_nobody_sleeps_past_the_deadline() {
    let script = Script::new().always("POST groups", throttled("limit:200,time:5 minute"));
    let client = limited(&script, Some(Duration::from_secs(60))).await;
    let start = now();
    let error = client.create_group(&new_group("a")).await.expect_err("too late");
    assert_eq!((error.class, error.certainty), (ErrorClass::DeadlineExceeded, Certainty::NotExecuted));
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert!(error.to_string().contains("before that: limit:200"), "{error}");
    let reads = Script::new().always("GET groups", refusal(500, "LTS.0010"));
    let client = limited(&reads, Some(Duration::from_millis(100))).await;
    assert_eq!(client.list_groups().await.expect_err("too late").class, ErrorClass::DeadlineExceeded);
    tokio::time::advance(Duration::from_secs(1)).await;
    let sent = reads.asked().len();
    assert_eq!(client.list_groups().await.expect_err("too late").class, ErrorClass::DeadlineExceeded);
    assert_eq!(reads.asked().len(), sent, "nothing is sent after the deadline");
}

#[tokio::test(start_paused = true)]
async fn s16_a_write_without_an_answer_is_unknown_and_not_repeated() {
    let script = Script::new().always("POST groups", Reply::Hangs);
    let client = limited(&script, Some(Duration::from_secs(70))).await;
    let error = client.create_group(&new_group("a")).await.expect_err("no answer");
    assert_eq!((error.class, error.certainty, error.attempts), (ErrorClass::Interrupted, Certainty::Unknown, 1));
    assert_eq!(error.message.raw(), "no answer within 60 s");
}

#[tokio::test(start_paused = true)]
async fn a_failing_service_may_ask_for_a_minute_and_no_more() {
    for (header, most) in [("30", 31), ("80000", 61)] {
        let script =
            Script::new().on("GET groups", [answer(503, "-").header("Retry-After", header), answer(200, EMPTY)]);
        let client = limited(&script, None).await;
        let start = now();
        client.list_groups().await.expect("a list");
        assert!((most - 1..=most).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    }
}

/// Waiting for others is waiting, too.
#[tokio::test(start_paused = true)]
async fn nobody_waits_past_the_deadline_for_a_place() {
    let script = Script::new().always("POST groups", Reply::Hangs).always("GET groups", answer(200, EMPTY));
    let limits =
        Limits { parallelism: 1, deadline: Some(Deadline::within(Duration::from_secs(10))), ..Limits::default() };
    let (client, _) = connect_as(&script, settings(), limits).await.expect("a connection");
    let start = now();
    let group = new_group("a");
    let write = client.create_group(&group);
    let read = async {
        let error = client.list_groups().await.expect_err("too late");
        (error.class, start.elapsed())
    };
    let (written, (class, waited)) = futures_util::future::join(write, read).await;
    assert_eq!(written.expect_err("no answer").certainty, Certainty::Unknown);
    assert_eq!((class, waited), (ErrorClass::DeadlineExceeded, Duration::from_secs(10)));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_down_is_not_asked_four_times_by_everybody() {
    let script = Script::new().always("GET groups", refusal(500, "LTS.0010"));
    let client = limited(&script, None).await;
    let lists = futures_util::future::join_all((0..1_000).map(|_| client.list_groups())).await;
    assert!(lists.iter().all(|list| list.as_ref().is_err_and(|error| error.class == ErrorClass::Server)));
    assert_eq!(client.usage().retries, 50);
    let told = |error: &Error| error.to_string().contains("the run has used up its retries");
    assert!(lists.iter().any(|list| list.as_ref().is_err_and(told)), "{:?}", lists.last());
}

/// Two targets of one run at one endpoint: the second one keeps to what the first
/// one has learned, and is not told again.
#[tokio::test(start_paused = true)]
async fn s11_targets_of_one_endpoint_share_a_rate_budget() {
    let script = || Script::new().always("GET groups", answer(200, EMPTY));
    let first = Script::new()
        .on("GET groups", [throttled("policy user over ratelimit,limit:5,time:10 second")])
        .always("GET groups", answer(200, EMPTY));
    let (second, elsewhere) = (script(), script());
    let shared = Shared::default();
    let connect = async |script: &Script, settings: Settings| {
        connect_sharing(script, settings, Limits::default(), shared.clone()).await.expect("a connection").0
    };
    let clients = [connect(&first, settings()).await, connect(&second, settings()).await];
    let far = Settings { lts: Endpoint::parse("https://lts.elsewhere.example").expect("an origin"), ..settings() };
    let other = connect(&elsewhere, far).await;
    let start = now();
    clients[0].list_groups().await.expect("a list");
    assert!(start.elapsed() >= Duration::from_secs(10));
    let mut times = Vec::new();
    for client in clients.iter().cycle().take(20) {
        client.list_groups().await.expect("a list");
        times.push(now());
    }
    for window in times.windows(6) {
        assert!(window[5] - window[0] >= Duration::from_secs(10), "{window:?}");
    }
    assert_eq!(clients[1].usage().throttled, 0);
    assert_eq!(clients[1].rate_limit(), Some((5, 10)));
    let start = now();
    for _ in 0..20 {
        other.list_groups().await.expect("a list");
    }
    assert_eq!((start.elapsed(), other.rate_limit()), (Duration::ZERO, None));
}

/// What waits is told by what it is to do, and until when.
#[tokio::test(start_paused = true)]
async fn what_waits_is_told_and_until_when() {
    let script = Script::new()
        .on("POST groups", [throttled("limit:200,time:5 minute")])
        .always("POST groups", answer(201, r#"{"log_group_id":"g1"}"#))
        .always("GET groups", answer(200, EMPTY));
    let shared = Shared::default();
    let (client, _) =
        connect_sharing(&script, settings(), Limits::default(), shared.clone()).await.expect("a connection");
    let start = now();
    assert_eq!(shared.rates.holds(), []);
    let group = new_group("a");
    let look = async {
        shared.rates.changed().await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        shared.rates.holds()
    };
    let later = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        client.list_groups().await
    };
    let (created, listed, holds) = futures_util::future::join3(client.create_group(&group), later, look).await;
    created.expect("a group");
    listed.expect("a list");
    let [hold] = holds.as_slice() else { panic!("{holds:?}") };
    assert_eq!(
        hold.waiting.clone().into_iter().collect::<Vec<_>>(),
        [(Operation::CreateGroup, 1), (Operation::ListGroups, 1)]
    );
    assert_eq!(hold.rate, Some((200, Duration::from_secs(300))));
    assert!((300..=301).contains(&(hold.until - start).as_secs()));
    assert_eq!(shared.rates.holds(), [], "nothing waits any more");
}

/// What one target is never let through with says nothing about the next one for good:
/// it sends one request to find out.
#[tokio::test(start_paused = true)]
async fn s13_a_target_that_is_always_throttled_does_not_end_the_next() {
    let refusing = || Script::new().always("GET groups", answer(429, "<html>slow down</html>"));
    let (first, second) = (refusing(), refusing());
    let healthy = Script::new().always("GET groups", answer(200, EMPTY));
    let shared = Shared::default();
    let connect = async |script: &Script| {
        connect_sharing(script, settings(), Limits::default(), shared.clone()).await.expect("a connection").0
    };
    let client = connect(&first).await;
    assert_eq!(client.list_groups().await.expect_err("for ever").class, ErrorClass::Throttled);
    assert!((8..=20).contains(&first.asked().len()), "{}", first.asked().len());
    let start = now();
    let client = connect(&second).await;
    assert_eq!(client.list_groups().await.expect_err("still").class, ErrorClass::Throttled);
    assert!(second.asked().len() <= 2 && start.elapsed() <= Duration::from_secs(30), "{:?}", start.elapsed());
    let client = connect(&healthy).await;
    for _ in 0..3 {
        client.list_groups().await.expect("a list");
    }
}
