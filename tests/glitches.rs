//! Lists that come empty, with status 200, while everything is there: absence
//! that is none (S28 of the fault catalogue).

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::time::Duration;

use ltsctl::apply::{Cause, Ending, Manner, Outcome};
use ltsctl::emulator::{Estate, Profile};
use ltsctl::lts::ErrorClass;
use ltsctl::model::{Desired, Period, Removal, Wanted};
use ltsctl::plan::{Proposal, Purpose};
use support::estates::{dump, estate, group, stream};
use support::{World, run};

const ALL: [&str; 4] = ["ListLogGroups", "ListLogStreams", "ListLogStream", "ListTransfers"];

fn whole() -> Desired {
    let dumps = vec![("d", dump(&["s"], "archive", Period::Hour1))];
    estate(vec![("g", group(7, vec![("s", stream(None))], Some(dumps)))])
}

fn make_empty(world: &World, lists: &[&str]) {
    let mut config = world.service.config();
    config.empty_lists = lists.iter().map(|&name| name.to_owned()).collect();
    world.service.configure(config);
}

/// Plans and applies while lists come empty; they come whole again after
/// `lasting`, if it ends.
async fn apply_blindly(
    before: &Desired,
    after: &Desired,
    lists: &[&str],
    lasting: Option<Duration>,
) -> (World, Estate, Proposal, Ending) {
    let world = World::new(Profile::Modern).await;
    world.apply(before).await;
    let live = world.service.estate();
    make_empty(&world, lists);
    let proposal = world.propose(after, Purpose::Converge).await;
    world.service.clear_journal();
    let recovery = async {
        if let Some(lasting) = lasting {
            tokio::time::sleep(lasting).await;
            make_empty(&world, &[]);
        }
    };
    let (ending, ()) = tokio::join!(world.carry_out(&proposal), recovery);
    make_empty(&world, &[]);
    (world, live, proposal, ending)
}

/// Nothing is there twice, nothing is gone, and the next plan is empty.
async fn check_unharmed(world: &World, live: &Estate) {
    assert_eq!(world.service.estate(), *live);
    assert!(world.service.journal().iter().all(|entry| !entry.committed), "{:?}", world.writes());
    assert!(world.propose(&whole(), Purpose::Converge).await.plan.steps.is_empty());
}

#[test]
fn s28_what_an_empty_project_seems_to_lack_is_not_made_twice() {
    run(async {
        let (world, live, proposal, ending) = apply_blindly(&whole(), &whole(), &ALL, None).await;
        assert_eq!(proposal.plan.steps.len(), 3, "all is planned anew");
        match &ending.outcomes[..] {
            [Outcome::Failed(failure), Outcome::NotStarted(Cause::Waits(_)), Outcome::NotStarted(Cause::Waits(_))] => {
                assert_eq!(failure.class, ErrorClass::AlreadyExists);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(world.writes(), ["CreateLogGroup 400"]);
        check_unharmed(&world, &live).await;
    });
}

#[test]
fn s28_what_shows_again_while_it_is_looked_for_is_adopted() {
    run(async {
        let lasting = Some(Duration::from_secs(5));
        let (world, live, _, ending) = apply_blindly(&whole(), &whole(), &ALL, lasting).await;
        let found = |outcome: &Outcome| matches!(outcome, Outcome::Done(Manner::AlreadySo));
        assert!(ending.outcomes.iter().all(found), "{:?}", ending.outcomes);
        assert!(!ending.wrote);
        check_unharmed(&world, &live).await;
    });
}

#[test]
fn s28_a_dump_that_does_not_show_is_not_made_twice() {
    run(async {
        let (world, live, proposal, ending) = apply_blindly(&whole(), &whole(), &["ListTransfers"], None).await;
        assert_eq!(proposal.plan.steps.len(), 1);
        assert!(
            matches!(&ending.outcomes[..], [Outcome::Failed(failure)] if failure.class == ErrorClass::AlreadyExists)
        );
        check_unharmed(&world, &live).await;
    });
}

/// The group is to go. Its streams and dumps do not show in the lists of the
/// project.
#[test]
fn a_group_that_seems_empty_is_looked_into_before_it_goes() {
    let mut gone = group(7, Vec::new(), None);
    (gone.wanted, gone.streams) = (Wanted::Absent(Removal::Tombstone), None);
    let gone = estate(vec![("g", gone)]);
    run(async {
        let lists = ["ListLogStreams", "ListTransfers"];
        let (world, live, _, ending) = apply_blindly(&whole(), &gone, &lists, None).await;
        match &ending.outcomes[..] {
            [Outcome::NotStarted(Cause::Moved(moved))] => assert!(moved.contains("also `s`"), "{moved}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(world.writes(), Vec::<String>::new());
        check_unharmed(&world, &live).await;
    });
    // And if the list of its own streams were empty, too, the dump would keep
    // it: the service refuses (LTS.0105).
    run(async {
        let lists = ["ListLogStreams", "ListLogStream", "ListTransfers"];
        let (world, live, _, ending) = apply_blindly(&whole(), &gone, &lists, None).await;
        assert!(!ending.outcomes.iter().any(Outcome::is_done), "{:?}", ending.outcomes);
        check_unharmed(&world, &live).await;
    });
}
