//! Saved plans: what is written is read back, and what was changed is refused.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use ltsctl::emulator::Profile;
use ltsctl::model::{Desired, Memory, Period};
use ltsctl::plan::{Plan, Purpose, Standing, assess};
use ltsctl::render::json::to_line;
use ltsctl::saved::{self, Fault, SavedPlan};
use proptest::prelude::*;
use support::estates::{absent_stream, any_estate, dump, estate, group, stream};
use support::{World, all_done, document, run};

fn save(plan: &Plan) -> String {
    to_line(&document(plan)).expect("a document")
}

fn load(text: &str) -> SavedPlan {
    saved::read(text).unwrap_or_else(|fault| panic!("{fault}:\n{text}"))
}

/// A plan with every kind of call that changes something people care about.
async fn plan_much(world: &World) -> Plan {
    let before = estate(vec![
        (
            "g",
            group(
                7,
                vec![("s", stream(None)), ("t", stream(None))],
                Some(vec![("d", dump(&["s", "t"], "one", Period::Hour1))]),
            ),
        ),
        ("old", group(7, vec![("x", stream(None))], None)),
    ]);
    world.apply(&before).await;
    let mut after = estate(vec![
        (
            "g",
            group(
                3,
                vec![("s", absent_stream()), ("t", stream(None)), ("u", stream(None))],
                Some(vec![("d", dump(&["t", "u"], "two", Period::Min5))]),
            ),
        ),
        ("new", group(7, vec![("n", stream(None))], Some(vec![("e", dump(&["n"], "two", Period::Min5))]))),
    ]);
    let old = ltsctl::model::DesiredGroup {
        wanted: ltsctl::model::Wanted::Absent(ltsctl::model::Removal::Tombstone),
        streams: None,
        dumps: None,
        ..group(7, Vec::new(), None)
    };
    after.groups.insert(support::estates::group_name("old"), old);
    world.propose(&after, Purpose::Converge).await.plan
}

#[test]
fn a_plan_is_read_back_as_it_was() {
    run(async {
        let world = World::new(Profile::Modern).await;
        let plan = plan_much(&world).await;
        assert!(plan.steps.len() > 6, "{plan:#?}");
        let text = save(&plan);
        assert_eq!(load(&text).plan, plan);
        assert_eq!(save(&load(&text).plan), text);
    });
}

#[test]
fn every_number_and_word_that_matters_is_under_the_digest() {
    run(async {
        let world = World::new(Profile::Modern).await;
        let text = save(&plan_much(&world).await);
        let document: serde_json::Value = serde_json::from_str(&text).expect("json");
        // Each scalar below `steps` and `premises` is changed once. Nothing of
        // it may be executed, whether the digest, the checks of its parts or
        // the comparison with what people read notices first.
        let mut changed = 0;
        for part in ["steps", "premises"] {
            for pointer in pointers(&document[part], &format!("/{part}")) {
                // Words for people and places in files are not what is done.
                if ["/reason", "/source", "/address", "/field", "/expected", "/log_lines"]
                    .iter()
                    .any(|free| pointer.contains(free))
                    && !pointer.contains("/fields/")
                {
                    continue;
                }
                let mut other = document.clone();
                let value = other.pointer_mut(&pointer).expect("a value");
                *value = match value.clone() {
                    serde_json::Value::String(text) => format!("{text}x").into(),
                    serde_json::Value::Number(number) => (number.as_i64().expect("a number") + 1).into(),
                    serde_json::Value::Bool(flag) => (!flag).into(),
                    other => other,
                };
                let text = other.to_string();
                assert!(saved::read(&text).is_err(), "{pointer}");
                changed += 1;
            }
        }
        assert!(changed > 100, "{changed}");
    });
}

fn pointers(value: &serde_json::Value, at: &str) -> Vec<String> {
    match value {
        serde_json::Value::Array(items) => {
            items.iter().enumerate().flat_map(|(index, item)| pointers(item, &format!("{at}/{index}"))).collect()
        }
        serde_json::Value::Object(members) => members
            .iter()
            .flat_map(|(key, item)| pointers(item, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"))))
            .collect(),
        serde_json::Value::Null => Vec::new(),
        _ => vec![at.to_owned()],
    }
}

/// Changes a document and makes its digest fit again, as somebody would who
/// knows how it is made.
fn forge(text: &str, change: impl FnOnce(&mut serde_json::Value)) -> Result<SavedPlan, Fault> {
    let mut document: serde_json::Value = serde_json::from_str(text).expect("json");
    change(&mut document);
    let text = document.to_string();
    match saved::read(&text) {
        Err(Fault::Digest { found, .. }) => {
            document["digest"] = found.into();
            saved::read(&document.to_string())
        }
        other => other,
    }
}

#[test]
fn a_forged_step_is_not_what_it_says_it_is() {
    run(async {
        let world = World::new(Profile::Modern).await;
        let plan = plan_much(&world).await;
        let text = save(&plan);
        let position = |wanted: &str| {
            let found = plan.steps.iter().position(|step| format!("{:?} {}", step.verb, step.address) == wanted);
            found.unwrap_or_else(|| panic!("{wanted}"))
        };
        let classless = |wanted: &str| {
            let step = position(wanted);
            forge(&text, |document| document["steps"][step]["classes"] = serde_json::json!(["update"]))
        };
        for step in ["Delete groups/old", "Delete groups/g/streams/s"] {
            assert!(matches!(classless(step), Err(Fault::Dishonest(_))), "{step}");
        }
        let create = position("Create groups/new");
        let delete = position("Delete groups/g/streams/s");
        type Forgery<'a> = Box<dyn Fn(&mut serde_json::Value) + 'a>;
        let forgeries: Vec<Forgery<'_>> = vec![
            // A deletion dressed up as a creation.
            Box::new(|document| document["steps"][create]["calls"] = document["steps"][delete]["calls"].clone()),
            // The deletion of another stream under the name of this one.
            Box::new(|document| {
                document["steps"][delete]["calls"][0]["log_stream_id"] = "00000000-0000-4000-8000-00000000dead".into();
            }),
            // Nothing that it rests on.
            Box::new(|document| document["steps"][delete]["premises"] = serde_json::json!([])),
            // A cascade that is not counted.
            Box::new(|document| {
                let group = position("Delete groups/old");
                document["steps"][group]["loss"]["cascade"] = serde_json::json!([]);
            }),
            // Another retention than the one that is shown.
            Box::new(|document| {
                let group = position("Update groups/g");
                document["steps"][group]["calls"][0]["ttl_in_days"] = 1.into();
            }),
            // Another place for the log lines than the one that is shown.
            Box::new(|document| {
                let dump = position("Create groups/new/dumps/e");
                document["steps"][dump]["calls"][0]["settings"]["obs_bucket_name"] = "mine".into();
            }),
            // An order in which it cannot be done.
            Box::new(|document| document["steps"][0]["waits_for"] = serde_json::json!([1])),
        ];
        for (index, forgery) in forgeries.iter().enumerate() {
            let found = forge(&text, forgery);
            assert!(matches!(found, Err(Fault::Dishonest(_))), "{index}: {found:?}");
        }
        // A budget that nobody approved is another plan.
        let digest = |change: &dyn Fn(&mut serde_json::Value)| forge(&text, change).map(|saved| saved.digest);
        let honest = digest(&|_| {}).expect("a plan");
        let generous = digest(&|document| document["delete_budget"]["count"] = 99.into()).expect("a plan");
        assert_ne!(honest, generous);
        // An id that would leave its place in the path of a request.
        let found = forge(&text, |document| {
            document["steps"][delete]["calls"][0]["log_stream_id"] = "../../groups/x".into();
        });
        assert!(matches!(found, Err(Fault::Value { .. })), "{found:?}");
    });
}

#[test]
fn what_is_no_plan_is_refused_with_a_reason() {
    for text in ["", "{", "[]", "null", "{}", r#"{"format_version":"1.0"}"#] {
        assert!(matches!(saved::read(text), Err(Fault::Malformed(_))), "{text:?}");
    }
    assert!(matches!(saved::read(r#"{"format_version":"2.0"}"#), Err(Fault::Version(_))));
    let deep = format!(r#"{{"format_version":"1.0","steps":{}"#, "[".repeat(100_000));
    assert!(saved::read(&deep).is_err());
}

#[test]
fn a_newer_minor_version_only_adds() {
    run(async {
        let world = World::new(Profile::Modern).await;
        let text = save(&plan_much(&world).await);
        let mut document: serde_json::Value = serde_json::from_str(&text).expect("json");
        let digest = document["digest"].clone();
        document["format_version"] = "1.7".into();
        document["tool_version"] = "9.9.9".into();
        document["something_new"] = serde_json::json!({"a": 1});
        document["summary"]["something_new"] = 1.into();
        let saved = load(&document.to_string());
        assert_eq!(serde_json::Value::from(saved.digest), digest);
        // A call with something that is not understood is another call.
        document["steps"][0]["calls"][0]["something_new"] = 1.into();
        assert!(matches!(saved::read(&document.to_string()), Err(Fault::Malformed(_))));
    });
}

#[test]
fn a_plan_says_how_far_it_has_come() {
    run(async {
        let world = World::new(Profile::Modern).await;
        let plan = plan_much(&world).await;
        let stand = async |plan: &Plan| assess(plan, &world.observe_all().await.live, &Memory::default());
        let before = stand(&plan).await;
        assert!(before.iter().all(|standing| *standing == Standing::Open(0)), "{before:#?}");
        let ending = world.carry_out_plan(&plan).await;
        assert!(all_done(&ending.outcomes), "{:?}", ending.outcomes);
        let after = stand(&plan).await;
        assert!(after.iter().all(|standing| matches!(standing, Standing::Done(_))), "{after:#?}");
    });
}

/// Kills an apply of a saved plan after a while, and applies it twice more.
async fn resume(before: &Desired, after: &Desired, milliseconds: u64) {
    let mut world = World::new(Profile::Modern).await;
    world.service.configure(ltsctl::emulator::Config { latency_ms: 10, ..world.service.config() });
    world.apply(before).await;
    let plan = world.propose(after, Purpose::Converge).await.plan;
    let plan = load(&save(&plan)).plan;
    let death = tokio::time::sleep(std::time::Duration::from_millis(milliseconds));
    tokio::select! {
        _ = world.carry_out_plan(&plan) => {}
        () = death => {}
    }
    world.reconnect().await;
    // What was in flight is through by now, as it would be in a second process.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let ending = world.resume(&plan).await.unwrap_or_else(|moved| panic!("{moved:?}\n{plan:#?}"));
    assert!(all_done(&ending.outcomes), "{:?}", ending.outcomes);
    let writes = world.writes().len();
    let ending = world.resume(&plan).await.unwrap_or_else(|moved| panic!("{moved:?}"));
    assert!(all_done(&ending.outcomes) && !ending.wrote);
    assert_eq!(world.writes().len(), writes, "a plan that is applied again writes nothing");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_plan_is_read_back_as_it_was(before in any_estate(), after in any_estate()) {
        run(async {
            let world = World::new(Profile::Modern).await;
            world.apply(&before).await;
            let plan = world.propose(&after, Purpose::Converge).await.plan;
            let text = save(&plan);
            assert_eq!(&load(&text).plan, &plan);
            assert_eq!(save(&load(&text).plan), text);
        });
    }

    #[test]
    fn a_plan_that_was_killed_is_finished_by_applying_it_again(
        before in any_estate(),
        after in any_estate(),
        stop_after in 0..24_u64,
    ) {
        run(resume(&before, &after, stop_after * 5));
    }
}
