//! How many log lines a plan loses, counted with the real client on the real
//! emulator.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::future::pending;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::Request;
use ltsctl::apply::count_losses;
use ltsctl::emulator::Profile;
use ltsctl::lts::{Observation, Transport, Undelivered};
use ltsctl::model::{Desired, DesiredStream, Memory, Removal, StreamTtl, Wanted};
use ltsctl::plan::guard::{self, BudgetRule};
use ltsctl::plan::{Class, Classes, Plan, Purpose, propose};
use ltsctl::render::Paint;
use ltsctl::render::text::{self, Detail};
use support::estates::{absent_stream, days, estate, group, stream};
use support::{World, document, run};
use tower::ServiceExt as _;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Writes lines of these ages into a stream, as the service would have them.
async fn write_lines(world: &World, stream: &str, ages_in_days: &[i64]) {
    let now = world.clock().now().as_millisecond();
    // A moment off the whole day, so that no line lies on an edge.
    let line = |age: &i64| serde_json::json!({"content": "a line", "time": now - age * DAY_MS - 1000});
    let lines: Vec<_> = ages_in_days.iter().map(line).collect();
    let body = serde_json::json!({"group": "g", "stream": stream, "lines": lines}).to_string();
    let request = Request::post("/emulator/logs").header("content-type", "application/json");
    let request = request.body(axum::body::Body::from(body)).expect("a request");
    let answer = world.service.router().oneshot(request).await.expect("an answer");
    assert!(answer.status().is_success(), "{answer:?}");
}

/// Plans and counts, as the program does before it shows a plan.
async fn counted(world: &World, desired: &Desired, purpose: Purpose) -> Plan {
    let Observation { live, capabilities, .. } = world.observe(desired).await;
    let memory = Memory::default();
    let request = ltsctl::plan::Request { purpose, take_over: &[], today: "2026-01-02", memory: &memory };
    let mut plan = propose(desired, &live, &capabilities, request).plan;
    count_losses(&world.client, &mut plan, &live, world.clock()).await;
    plan
}

fn losses(plan: &Plan) -> Vec<String> {
    let lines = |step: &ltsctl::plan::Step| Some(step.loss.as_ref()?.log_lines.as_ref()?.to_string());
    plan.steps.iter().map(|step| format!("{}: {}", step.address, lines(step).unwrap_or_default())).collect()
}

fn shown(plan: &Plan) -> String {
    text::render_plan(plan, &[], Detail::Normal, Paint::Plain)
}

fn queries(world: &World) -> usize {
    let journal = world.service.journal();
    journal.iter().filter(|entry| entry.path.ends_with("/content/query")).count()
}

fn one(ttl: i64, streams: Vec<(&str, DesiredStream)>) -> Desired {
    estate(vec![("g", group(ttl, streams, None))])
}

#[test]
fn a_deleted_stream_loses_its_lines_in_both_editions() {
    for profile in [Profile::Modern, Profile::Seed2022] {
        run(async {
            let world = World::new(profile).await;
            world.apply(&one(7, vec![("s", stream(None)), ("t", stream(None))])).await;
            write_lines(&world, "s", &[0, 1, 6, 29, 30, 31]).await;
            write_lines(&world, "t", &[0]).await;
            let desired = one(7, vec![("s", absent_stream()), ("t", stream(None))]);
            let plan = counted(&world, &desired, Purpose::Converge).await;
            assert_eq!(losses(&plan), ["groups/g/streams/s: 4 log lines of the last 30 days"]);
            assert!(shown(&plan).contains("\n    loss: 4 log lines of the last 30 days\n"));
            let refusals = guard::judge(&plan, &Classes::from([Class::Delete]), BudgetRule::Exempt);
            let refusals = text::render_refusals(&refusals.expect_err("a refusal"), Paint::Plain);
            assert!(refusals.contains("it loses 4 log lines of the last 30 days\n"), "{refusals}");
        });
    }
}

#[test]
fn a_group_that_goes_takes_the_lines_of_all_its_streams() {
    run(async {
        let world = World::new(Profile::Modern).await;
        world.apply(&one(7, vec![("s", stream(None)), ("t", stream(None))])).await;
        write_lines(&world, "s", &[0; 700]).await;
        write_lines(&world, "t", &[3; 504]).await;
        let mut desired = one(7, Vec::new());
        for group in desired.groups.values_mut() {
            (group.wanted, group.streams) = (Wanted::Absent(Removal::Tombstone), None);
        }
        let plan = counted(&world, &desired, Purpose::Converge).await;
        assert_eq!(losses(&plan), ["groups/g: 1,204 log lines of the last 30 days"]);

        // Destroyed one by one, they are told one by one, and together where it is refused.
        let whole = one(7, vec![("s", stream(None)), ("t", stream(None))]);
        let plan = counted(&world, &whole, Purpose::Destroy).await;
        let told = losses(&plan);
        assert_eq!(told[0], "groups/g/streams/s: 700 log lines of the last 30 days");
        assert_eq!(told[2], "groups/g: ");
        let refusals = guard::judge(&plan, &Classes::new(), BudgetRule::Exempt).expect_err("a refusal");
        let refusals = text::render_refusals(&refusals, Paint::Plain);
        assert!(refusals.contains("they lose 1,204 log lines of the last 30 days"), "{refusals}");
    });
}

#[test]
fn a_shorter_retention_loses_what_lies_between() {
    run(async {
        let world = World::new(Profile::Modern).await;
        let own = || stream(Some(StreamTtl::Own(days(60))));
        world.apply(&one(60, vec![("follows", stream(None)), ("own", own())])).await;
        write_lines(&world, "follows", &[0, 4, 5, 29, 40]).await;
        write_lines(&world, "own", &[0, 4, 5, 29, 40]).await;
        let plan = counted(&world, &one(5, vec![("follows", stream(None)), ("own", own())]), Purpose::Converge).await;
        assert_eq!(losses(&plan), ["groups/g: 2 log lines of the last 30 days"]);
        let shorter = stream(Some(StreamTtl::Own(days(1))));
        let plan = counted(&world, &one(60, vec![("own", shorter)]), Purpose::Converge).await;
        assert_eq!(losses(&plan), ["groups/g/streams/own: 3 log lines of the last 30 days"]);

        // Nothing that can be counted is lost, and so nothing is asked.
        world.service.clear_journal();
        let plan = counted(&world, &one(30, vec![("follows", stream(None)), ("own", own())]), Purpose::Converge).await;
        assert_eq!(losses(&plan), ["groups/g: "]);
        assert!(plan.steps[0].classes.contains(&Class::DataLoss));
        assert_eq!(queries(&world), 0);
    });
}

#[test]
fn s59_counts_cost_reads_only_where_something_is_lost_and_fifty_at_most() {
    run(async {
        let world = World::new(Profile::Modern).await;
        let names: Vec<String> = (0..60).map(|number| format!("s{number:02}")).collect();
        let all = |entry: fn() -> DesiredStream| one(7, names.iter().map(|name| (name.as_str(), entry())).collect());
        let present = all(|| stream(None));
        world.apply(&present).await;
        world.service.clear_journal();
        counted(&world, &present, Purpose::Converge).await;
        assert_eq!(world.service.journal().len(), 3, "an ordinary plan costs three reads");
        world.service.clear_journal();
        let before = world.client.usage();
        let first = counted(&world, &all(absent_stream), Purpose::Converge).await;
        assert_eq!((queries(&world), world.service.journal().len()), (50, 53));
        let after = world.client.usage();
        assert_eq!((after.reads - before.reads, after.queries - before.queries), (3, 50));
        let second = counted(&world, &all(absent_stream), Purpose::Converge).await;
        assert_eq!(losses(&first), losses(&second));
        let unknown = |text: &String| text.contains("at most 50 streams are counted");
        assert_eq!(losses(&first).iter().filter(|text| unknown(text)).count(), 10);
    });
}

#[test]
fn a_count_that_fails_is_unknown_and_fails_nothing() {
    run(async {
        let world = World::new(Profile::Modern).await;
        world.apply(&one(7, vec![("s", stream(None)), ("t", stream(None))])).await;
        write_lines(&world, "t", &[0]).await;
        let desired = one(7, vec![("s", absent_stream()), ("t", absent_stream())]);
        let Observation { live, capabilities, .. } = world.observe(&desired).await;
        // Somebody deletes the stream before it is counted.
        let mut estate = world.service.estate();
        estate.groups.get_mut("g").expect("a group").streams.remove("s");
        world.service.seed(&estate).expect("a state");
        let memory = Memory::default();
        let purpose = Purpose::Converge;
        let request = ltsctl::plan::Request { purpose, take_over: &[], today: "2026-01-02", memory: &memory };
        let mut plan = propose(&desired, &live, &capabilities, request).plan;
        count_losses(&world.client, &mut plan, &live, world.clock()).await;
        let told = losses(&plan);
        assert!(
            told[0].contains("an unknown number of log lines of the last 30 days (could not query logs: 4"),
            "{told:?}"
        );
        assert!(!told[1].contains("unknown"), "{told:?}");
    });
}

/// Delivers everything but questions for log lines, which nobody answers.
#[derive(Debug)]
struct Mute(Arc<dyn Transport>);

impl Transport for Mute {
    fn deliver(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, Undelivered>> {
        if request.uri().path().ends_with("/content/query") { pending().boxed() } else { self.0.deliver(request) }
    }
}

#[test]
fn a_service_that_does_not_count_keeps_nobody_waiting() {
    run(async {
        let world = World::with_transport(Profile::Modern, |transport| Arc::new(Mute(transport))).await;
        let names: Vec<String> = (0..20).map(|number| format!("s{number:02}")).collect();
        let all = |entry: fn() -> DesiredStream| one(7, names.iter().map(|name| (name.as_str(), entry())).collect());
        world.apply(&all(|| stream(None))).await;
        let before = world.clock().now();
        let plan = counted(&world, &all(absent_stream), Purpose::Converge).await;
        let waited = world.clock().now().duration_since(before);
        assert!(waited.as_secs() <= 30, "{waited}");
        let told = losses(&plan);
        assert_eq!(told.len(), 20);
        assert!(told.iter().all(|text| text.ends_with("(no answer within 30 s)")), "{told:?}");
    });
}

#[test]
fn the_digest_does_not_depend_on_the_count() {
    run(async {
        let world = World::new(Profile::Modern).await;
        world.apply(&one(7, vec![("s", stream(None))])).await;
        write_lines(&world, "s", &[0, 1]).await;
        let desired = one(7, vec![("s", absent_stream())]);
        let mut plan = counted(&world, &desired, Purpose::Converge).await;
        let with = document(&plan);
        let json = serde_json::to_value(&with).expect("JSON");
        let expected = serde_json::json!({
            "days": 30, "counted": 2, "streams_counted": 1, "streams_uncounted": 0, "reason": null,
        });
        assert_eq!(json["resource_changes"][0]["loss"]["log_lines"], expected);
        plan.steps[0].loss.as_mut().expect("a loss").log_lines = None;
        assert_eq!(document(&plan).digest(), with.digest());
    });
}
