//! Something is born in a doomed group between the plan and the deletion: the
//! service's gate holds a request while somebody edits the project.
//!
//! The service has no conditional delete, so a window stays open: a stream that
//! is born after the last list of streams was answered and before the deletion
//! is executed goes with its group. A transfer that is born there is safe all
//! the same, because the service refuses the deletion (LTS.0105, LTS.0207).
//!
//! The same with the program, and its exit codes: `tests/cli/gates.rs`.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use ltsctl::apply::{Cause, Ending, Outcome};
use ltsctl::emulator::{Estate, EstateGroup, EstateStream, EstateTransfer, Gate, Profile};
use ltsctl::lts::{ErrorClass, Transport, Undelivered};
use ltsctl::model::{Desired, Period, Removal, Wanted};
use ltsctl::plan::{Proposal, Purpose};
use support::estates::{absent_stream, dump, estate, group, place, stream};
use support::{World, run};

const EDITIONS: [Profile; 2] = [Profile::Modern, Profile::Seed2022];

/// A world with a group `g` and its streams, and a plan.
async fn planned(profile: Profile, before: &Desired, after: &Desired, purpose: Purpose) -> (World, Proposal) {
    let world = World::new(profile).await;
    world.apply(before).await;
    let proposal = world.propose(after, purpose).await;
    world.service.clear_journal();
    (world, proposal)
}

/// Carries a plan out. A gate holds one operation for `held`; then somebody
/// edits the project, and the gate opens.
async fn interfere(
    world: &World,
    proposal: &Proposal,
    operation: &str,
    held: Duration,
    edit: impl FnOnce(&mut Estate),
) -> Ending {
    let mut config = world.service.config();
    config.gates.insert(operation.to_owned(), Gate::Before);
    world.service.configure(config.clone());
    let meanwhile = async {
        // Virtual time passes only when nothing else can happen: by now the
        // request is at the gate.
        tokio::time::sleep(held).await;
        assert!(!answered(world, operation), "{operation} was to be held");
        let mut live = world.service.estate();
        edit(&mut live);
        world.service.seed(&live).expect("a state");
        config.gates.clear();
        world.service.configure(config);
    };
    tokio::join!(world.carry_out(proposal), meanwhile).0
}

const SHORTLY: Duration = Duration::from_secs(1);

fn answered(world: &World, operation: &str) -> bool {
    world.service.journal().iter().any(|entry| entry.operation == Some(operation))
}

fn the_group(live: &mut Estate) -> &mut EstateGroup {
    live.groups.get_mut("g").expect("a group")
}

fn give_birth(live: &mut Estate) {
    the_group(live).streams.insert("born".to_owned(), Some(EstateStream::default()));
}

fn give_birth_to_a_transfer(live: &mut Estate) {
    let transfer = EstateTransfer { streams: vec!["s".to_owned()], ..EstateTransfer::default() };
    the_group(live).transfers.push(transfer);
}

fn one_stream() -> Desired {
    estate(vec![("g", group(7, vec![("s", stream(None))], None))])
}

/// The group is to go, and says nothing about its streams: they go with it.
fn cascade() -> Desired {
    let mut gone = group(7, Vec::new(), None);
    (gone.wanted, gone.streams) = (Wanted::Absent(Removal::Tombstone), None);
    estate(vec![("g", gone)])
}

/// What became of the step of one object.
fn outcome<'a>(proposal: &Proposal, ending: &'a Ending, address: &str) -> &'a Outcome {
    let mut steps = proposal.plan.steps.iter().zip(&ending.outcomes);
    steps.find(|(step, _)| step.address.to_string() == address).expect("a step").1
}

#[track_caller]
fn refused_because_of(outcome: &Outcome, what: &str) {
    match outcome {
        Outcome::NotStarted(Cause::Moved(moved)) => assert!(moved.contains(what), "{moved}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_stream_born_before_the_last_list_saves_its_group() {
    for profile in EDITIONS {
        run(async {
            let (world, proposal) = planned(profile, &one_stream(), &cascade(), Purpose::Converge).await;
            let ending = interfere(&world, &proposal, "ListLogStream", SHORTLY, give_birth).await;
            refused_because_of(outcome(&proposal, &ending, "groups/g"), "also `born`");
            assert_eq!(world.writes(), Vec::<String>::new());
            assert!(!ending.wrote);
            let live = world.service.estate();
            assert_eq!(live.groups["g"].streams.keys().collect::<Vec<_>>(), ["born", "s"]);
        });
    }
}

#[test]
fn a_stream_born_while_others_are_deleted_saves_its_group() {
    for profile in EDITIONS {
        run(async {
            let (world, proposal) = planned(profile, &one_stream(), &one_stream(), Purpose::Destroy).await;
            let ending = interfere(&world, &proposal, "DeleteLogStream", SHORTLY, give_birth).await;
            refused_because_of(outcome(&proposal, &ending, "groups/g"), "also `born`");
            assert_eq!(world.writes(), ["DeleteLogStream 204"], "what was declared goes by its own id");
            let live = world.service.estate();
            assert_eq!(live.groups["g"].streams.keys().collect::<Vec<_>>(), ["born"]);
        });
    }
}

#[test]
fn a_transfer_born_before_the_last_list_saves_its_group() {
    run(async {
        let (world, proposal) = planned(Profile::Modern, &one_stream(), &cascade(), Purpose::Converge).await;
        let ending = interfere(&world, &proposal, "ListTransfers", SHORTLY, give_birth_to_a_transfer).await;
        refused_because_of(outcome(&proposal, &ending, "groups/g"), "also OBS transfer");
        assert_eq!(world.writes(), Vec::<String>::new());
        assert_eq!(world.service.estate().groups["g"].transfers.len(), 1);
    });
}

#[test]
fn s37_a_transfer_born_after_the_last_list_is_saved_by_the_service() {
    for (operation, profile) in EDITIONS.map(|profile| ("DeleteLogGroup", profile)) {
        run(async {
            let (world, proposal) = planned(profile, &one_stream(), &cascade(), Purpose::Converge).await;
            let ending = interfere(&world, &proposal, operation, SHORTLY, give_birth_to_a_transfer).await;
            match outcome(&proposal, &ending, "groups/g") {
                Outcome::Failed(failure) => assert_eq!(failure.class, ErrorClass::Dependent),
                other => panic!("{other:?}"),
            }
            assert_eq!(world.writes(), ["DeleteLogGroup 400"]);
            assert_eq!(world.service.estate().groups["g"].streams.len(), 1);
        });
    }
}

/// The window that no client can close, so that nobody believes it is closed.
#[test]
fn a_stream_born_after_the_last_list_goes_with_its_group() {
    run(async {
        let (world, proposal) = planned(Profile::Modern, &one_stream(), &cascade(), Purpose::Converge).await;
        let ending = interfere(&world, &proposal, "DeleteLogGroup", SHORTLY, give_birth).await;
        assert!(outcome(&proposal, &ending, "groups/g").is_done());
        assert!(world.service.estate().groups.is_empty());
    });
}

#[test]
fn the_deletion_of_a_stream_does_not_reach_a_transfer_or_a_namesake() {
    let after = estate(vec![("g", group(7, vec![("s", absent_stream())], None))]);
    run(async {
        let (world, proposal) = planned(Profile::Modern, &one_stream(), &after, Purpose::Converge).await;
        let ending = interfere(&world, &proposal, "DeleteLogStream", SHORTLY, give_birth_to_a_transfer).await;
        match outcome(&proposal, &ending, "groups/g/streams/s") {
            Outcome::Failed(failure) => assert_eq!(failure.class, ErrorClass::Dependent),
            other => panic!("{other:?}"),
        }
        assert_eq!(world.service.estate().groups["g"].streams.len(), 1);
    });
    for profile in EDITIONS {
        run(async {
            let (world, proposal) = planned(profile, &one_stream(), &after, Purpose::Converge).await;
            // Deleted and made anew under its name: another object.
            let remake = |live: &mut Estate| {
                the_group(live).streams.insert("s".to_owned(), Some(EstateStream::default()));
            };
            let ending = interfere(&world, &proposal, "DeleteLogStream", SHORTLY, remake).await;
            assert!(outcome(&proposal, &ending, "groups/g/streams/s").is_done(), "what was meant is gone");
            assert_eq!(world.writes(), ["DeleteLogStream 400"]);
            assert_eq!(world.service.estate().groups["g"].streams.len(), 1);
        });
    }
}

/// Two streams that go after their dump, which is held at the gate.
async fn late_deletions() -> (World, Proposal) {
    let with_dump = |streams: Vec<_>| estate(vec![("g", group(7, streams, Some(vec![("d", the_dump())])))]);
    let before = with_dump(vec![("s", stream(None)), ("t", stream(None))]);
    let mut after = with_dump(vec![("s", absent_stream()), ("t", absent_stream())]);
    let entry = after.groups.values_mut().flat_map(|group| group.dumps.iter_mut().flatten()).next();
    let (_, entry) = entry.expect("a dump");
    entry.tombstone_bucket = entry.wanted.present().and_then(|settings| settings.obs_bucket_name.clone());
    entry.wanted = Wanted::Absent(Removal::Tombstone);
    entry.place = place();
    planned(Profile::Modern, &before, &after, Purpose::Converge).await
}

fn the_dump() -> ltsctl::model::DesiredDump {
    dump(&["s", "t"], "archive", Period::Hour1)
}

fn protect_one(live: &mut Estate) {
    let stream = the_group(live).streams.get_mut("s").expect("a stream").as_mut().expect("its settings");
    stream.tags.insert("ltsctl-protected".to_owned(), "stream:g/s".to_owned());
}

#[test]
fn a_deletion_that_comes_late_looks_again() {
    run(async {
        let (world, proposal) = late_deletions().await;
        let held = Duration::from_secs(40);
        let ending = interfere(&world, &proposal, "DeleteTransfer", held, protect_one).await;
        refused_because_of(outcome(&proposal, &ending, "groups/g/streams/s"), "groups/g/streams/s tags");
        assert!(outcome(&proposal, &ending, "groups/g/streams/t").is_done(), "the other one goes");
        let live = world.service.estate();
        assert_eq!(live.groups["g"].streams.keys().collect::<Vec<_>>(), ["s"]);
    });
}

#[test]
fn a_stream_born_between_the_two_lists_saves_its_group() {
    run(async {
        let (world, proposal) = planned(Profile::Modern, &one_stream(), &cascade(), Purpose::Converge).await;
        let ending = interfere(&world, &proposal, "ListTransfers", SHORTLY, give_birth).await;
        refused_because_of(outcome(&proposal, &ending, "groups/g"), "also `born`");
    });
}

#[test]
fn a_group_that_is_gone_already_is_satisfied() {
    run(async {
        let (world, proposal) = planned(Profile::Modern, &one_stream(), &cascade(), Purpose::Converge).await;
        let ending = interfere(&world, &proposal, "ListLogStream", SHORTLY, |live| live.groups.clear()).await;
        assert!(outcome(&proposal, &ending, "groups/g").is_done(), "{:?}", ending.outcomes);
    });
}

#[test]
fn a_stream_that_another_estate_took_saves_its_group() {
    run(async {
        let (world, proposal) = planned(Profile::Modern, &one_stream(), &cascade(), Purpose::Converge).await;
        let take = |live: &mut Estate| {
            let stream = the_group(live).streams.get_mut("s").expect("a stream").as_mut().expect("its settings");
            stream.tags.insert("ltsctl-estate".to_owned(), "rivals:stream:g/s".to_owned());
        };
        interfere(&world, &proposal, "ListLogStream", SHORTLY, take).await;
        assert_eq!(world.service.estate().groups.len(), 1);
    });
}

#[test]
fn a_group_that_got_protected_long_after_the_plan_stays() {
    run(async {
        let whole = || {
            estate(vec![("g", group(7, vec![("s", stream(None)), ("t", stream(None))], Some(vec![("d", the_dump())])))])
        };
        let (world, proposal) = planned(Profile::Modern, &whole(), &whole(), Purpose::Destroy).await;
        let protect = |live: &mut Estate| {
            the_group(live).tags.insert("ltsctl-protected".to_owned(), "group:g".to_owned());
        };
        interfere(&world, &proposal, "DeleteTransfer", Duration::from_secs(40), protect).await;
        assert_eq!(world.service.estate().groups.len(), 1);
    });
}

/// Throttles the first deletion of a stream for two minutes.
#[derive(Debug)]
struct Throttle {
    inner: Arc<dyn Transport>,
    told: AtomicBool,
}

impl Transport for Throttle {
    fn deliver(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, Undelivered>> {
        let is_deletion = *request.method() == http::Method::DELETE && request.uri().path().contains("/streams/");
        if is_deletion && !self.told.swap(true, Ordering::Relaxed) {
            let body = r#"{"error_code":"APIGW.0308","error_msg":"The throttling threshold has been reached: policy user over ratelimit,limit:1,time:2 minute"}"#;
            let answer = http::Response::builder().status(429).body(Bytes::from_static(body.as_bytes()));
            return async { Ok(answer.expect("an answer")) }.boxed();
        }
        self.inner.deliver(request)
    }
}

#[test]
fn a_deletion_that_a_rate_limit_holds_back_looks_again_before_it_is_sent() {
    run(async {
        let world =
            World::with_transport(Profile::Modern, |inner| Arc::new(Throttle { inner, told: AtomicBool::new(false) }))
                .await;
        world.apply(&one_stream()).await;
        let after = estate(vec![("g", group(7, vec![("s", absent_stream())], None))]);
        let proposal = world.propose(&after, Purpose::Converge).await;
        world.service.clear_journal();
        let meanwhile = async {
            tokio::time::sleep(Duration::from_secs(60)).await;
            let mut live = world.service.estate();
            protect_one(&mut live);
            world.service.seed(&live).expect("a state");
        };
        let (ending, ()) = tokio::join!(world.carry_out(&proposal), meanwhile);
        refused_because_of(outcome(&proposal, &ending, "groups/g/streams/s"), "groups/g/streams/s tags");
        assert_eq!(world.writes(), Vec::<String>::new());
    });
}
