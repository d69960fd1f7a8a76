//! What holds for every part of a plan (`--target`, `--exclude`): it is closed, it
//! is honest, it converges, and the rest is left for another day.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;

use ltsctl::emulator::Profile;
use ltsctl::model::{Address, AddressGlob, Desired, Period, Removal, Wanted};
use ltsctl::plan::{Class, Plan, Proposal, Purpose, Selection, Step, Verb, select};
use ltsctl::render::json::to_line;
use proptest::prelude::*;
use support::estates::{any_estate, dump, estate, group, stream};
use support::{World, all_done, document, run};

fn glob(text: &str) -> AddressGlob {
    AddressGlob::parse(text).expect("an address")
}

/// Every third address of a plan, beginning with one of the first three, as
/// targets or as exclusions.
fn selections(plan: &Plan, offset: usize) -> Vec<Selection> {
    let addresses: BTreeSet<&Address> = plan.steps.iter().map(|step| &step.address).collect();
    let globs = |offset: usize| -> Vec<AddressGlob> {
        addresses.iter().skip(offset).step_by(3).map(|address| glob(&address.to_string())).collect()
    };
    let (targets, excluded) = (globs(offset), globs((offset + 1) % 3));
    let mut all = vec![Selection { targets: targets.clone(), excluded: Vec::new() }];
    all.push(Selection { targets: Vec::new(), excluded: excluded.clone() });
    all.push(Selection { targets, excluded });
    all.retain(|selection| !selection.is_everything());
    all
}

/// What makes a step this step, apart from its number and from what it waits for.
fn is_same(part: &Step, whole: &Step) -> bool {
    let mut part = part.clone();
    // What others no longer do may make it worse, and is said.
    let worse = part.classes.difference(&whole.classes).all(|class| *class == Class::ArchiveGap);
    part.waits_for.clone_from(&whole.waits_for);
    part.classes.clone_from(&whole.classes);
    worse && part == *whole
}

fn check_closed(part: &Plan, whole: &Plan, selection: &Selection) {
    let origin = |step: &Step| whole.steps.iter().find(|other| is_same(step, other));
    let mut kept = Vec::new();
    for step in &part.steps {
        let found = origin(step).unwrap_or_else(|| panic!("{} is no step of the whole plan", step.address));
        let names = |plan: &Plan, step: &Step| -> Vec<String> {
            let waits = step.waits_for.iter().map(|id| plan.step(*id).expect("a step"));
            waits.map(|step| format!("{:?} {} {:?}", step.verb, step.address, step.live_id)).collect()
        };
        assert_eq!(names(part, step), names(whole, found), "{} waits for something else", step.address);
        assert!(selection.excluded.iter().all(|glob| !glob.matches(&step.address)), "{} is excluded", step.address);
        kept.push(found);
    }
    for step in whole.steps.iter().filter(|step| selection.covers(&step.address)) {
        let is_kept = kept.iter().any(|other| std::ptr::eq(*other, step));
        assert!(is_kept || !selection.excluded.is_empty(), "{} is selected and left out", step.address);
    }
}

async fn check_part(world: &World, desired: &Desired, purpose: Purpose, selection: &Selection) {
    let live = world.observe(desired).await.live;
    let whole = world.propose(desired, purpose).await;
    let cut = |whole: Proposal, live| select(whole, desired, live, selection);
    let part = cut(whole.clone(), &live);
    check_closed(&part.plan, &whole.plan, selection);
    let text = to_line(&document(&part.plan)).expect("a line");
    assert!(ltsctl::saved::read(&text).is_ok(), "{:?}", ltsctl::saved::read(&text).err());
    let ending = world.carry_out(&part).await;
    assert!(all_done(&ending.outcomes), "{:?}", ending.outcomes);

    let left = world.propose(desired, purpose).await;
    let dropped: BTreeSet<&Address> = whole.plan.steps.iter().map(|step| &step.address).collect();
    for step in &left.plan.steps {
        assert!(dropped.contains(&step.address), "{} is new", step.address);
    }
    let live = world.observe(desired).await.live;
    let again = cut(left, &live).plan;
    let steps: Vec<String> = again.steps.iter().map(|step| format!("{:?} {}", step.verb, step.address)).collect();
    assert_eq!(steps, Vec::<String>::new(), "selected, and still to do");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_part_of_a_plan_is_closed_and_converges(
        before in any_estate(),
        after in any_estate(),
        offset in 0..3_usize,
        purpose in prop::sample::select(vec![Purpose::Converge, Purpose::Destroy]),
    ) {
        run(async {
            let world = World::new(Profile::Modern).await;
            let desired = if purpose == Purpose::Destroy { &before } else { &after };
            world.apply(&before).await;
            let whole = world.propose(desired, purpose).await;
            // One after the other: what the first leaves is the next one's project.
            for selection in selections(&whole.plan, offset) {
                check_part(&world, desired, purpose, &selection).await;
            }
            let rest = world.propose(desired, purpose).await;
            let ending = world.carry_out(&rest).await;
            assert!(all_done(&ending.outcomes), "{:?}", ending.outcomes);
            let again = world.propose(desired, purpose).await;
            assert!(again.plan.steps.is_empty(), "{:?}", again.plan.steps);
        });
    }
}

/// Addresses and verbs of the steps of a selection.
async fn steps(
    before: &Desired,
    after: &Desired,
    purpose: Purpose,
    targets: &[&str],
    excluded: &[&str],
) -> (Vec<String>, Plan) {
    let world = World::new(Profile::Modern).await;
    world.apply(before).await;
    let whole = world.propose(after, purpose).await;
    let live = world.observe(after).await.live;
    let globs = |texts: &[&str]| texts.iter().map(|text| glob(text)).collect();
    let selection = Selection { targets: globs(targets), excluded: globs(excluded) };
    let plan = select(whole, after, &live, &selection).plan;
    (plan.steps.iter().map(|step| format!("{:?} {}", step.verb, step.address)).collect(), plan)
}

fn one_group(dumps: Vec<(&str, ltsctl::model::DesiredDump)>) -> Desired {
    let streams = vec![("s", stream(None)), ("t", stream(None))];
    estate(vec![("g", group(7, streams, Some(dumps))), ("h", group(7, vec![("u", stream(None))], None))])
}

#[test]
fn what_a_selection_depends_on_comes_with_it() {
    run(async {
        let nothing = estate(Vec::new());
        let wanted = one_group(vec![("d", dump(&["s"], "bucket-one", Period::Hour1))]);
        let select = async |targets: &[&str], excluded: &[&str]| {
            steps(&nothing, &wanted, Purpose::Converge, targets, excluded).await.0
        };
        let (g, s) = ("Create groups/g", "Create groups/g/streams/s");
        assert_eq!(select(&["groups/g/streams/s"], &[]).await, [g, s]);
        assert_eq!(select(&["groups/g/dumps/d"], &[]).await, [g, s, "Create groups/g/dumps/d"]);
        assert_eq!(select(&["groups/h"], &[]).await, ["Create groups/h"]);
        assert_eq!(select(&["groups/h/**"], &[]).await, ["Create groups/h", "Create groups/h/streams/u"]);
        // Whatever waits for something excluded is left as well.
        assert_eq!(select(&[], &["groups/g"]).await, ["Create groups/h", "Create groups/h/streams/u"]);
        assert_eq!(select(&["groups/g/**"], &["groups/g/streams/s"]).await, [g, "Create groups/g/streams/t"]);
    });
}

#[test]
fn a_replacement_is_selected_as_one() {
    run(async {
        let (one, two) = (&["s"][..], &["s", "t"][..]);
        let before = one_group(vec![("d", dump(one, "bucket-one", Period::Hour1))]);
        let after = one_group(vec![("e", dump(two, "bucket-one", Period::Hour1))]);
        let (whole, plan) = steps(&before, &after, Purpose::Converge, &[], &[]).await;
        assert_eq!(whole.len(), 2, "{whole:?}");
        for step in &plan.steps {
            let address = step.address.to_string();
            let (part, _) = steps(&before, &after, Purpose::Converge, &[&address], &[]).await;
            assert_eq!(part, whole, "{address}");
            let (part, _) = steps(&before, &after, Purpose::Converge, &[], &[&address]).await;
            assert_eq!(part, Vec::<String>::new(), "{address}");
        }
    });
}

#[test]
fn a_split_is_selected_as_one() {
    run(async {
        let before = one_group(vec![("d", dump(&["s", "t"], "bucket-one", Period::Hour1))]);
        let after = one_group(vec![
            ("e", dump(&["s"], "bucket-one", Period::Hour1)),
            ("f", dump(&["t"], "bucket-one", Period::Hour1)),
        ]);
        let (whole, _) = steps(&before, &after, Purpose::Converge, &[], &[]).await;
        assert_eq!(whole.len(), 3, "{whole:?}");
        for address in ["groups/g/dumps/e", "groups/g/dumps/f"] {
            // Half of it would leave a stream without any dump.
            let (part, _) = steps(&before, &after, Purpose::Converge, &[address], &[]).await;
            assert_eq!(part, whole, "{address}");
            let (part, _) = steps(&before, &after, Purpose::Converge, &[], &[address]).await;
            assert_eq!(part, Vec::<String>::new(), "{address}");
        }
    });
}

#[test]
fn a_dump_that_goes_without_its_streams_leaves_a_gap() {
    run(async {
        let before = one_group(vec![("d", dump(&["s"], "bucket-one", Period::Hour1))]);
        let gap = async |targets: &[&str]| {
            let (steps, plan) = steps(&before, &before, Purpose::Destroy, targets, &[]).await;
            let step = plan.steps.iter().find(|step| matches!(step.address, Address::Dump(..)));
            let step = step.unwrap_or_else(|| panic!("{steps:?}"));
            (step.verb == Verb::Delete, step.classes.contains(&Class::ArchiveGap))
        };
        assert_eq!(gap(&["groups/g/**"]).await, (true, false));
        assert_eq!(gap(&["groups/g/streams/s"]).await, (true, false));
        assert_eq!(gap(&["groups/g/dumps/d"]).await, (true, true));
    });
}

#[test]
fn a_group_does_not_take_an_excluded_stream_with_it() {
    run(async {
        let before = one_group(Vec::new());
        let mut after = before.clone();
        let name = ltsctl::model::GroupName::parse("g").expect("a name");
        let group = after.groups.get_mut(&name).expect("a group");
        (group.wanted, group.streams, group.dumps) = (Wanted::Absent(Removal::Tombstone), None, None);
        let (all, _) = steps(&before, &after, Purpose::Converge, &[], &["groups/h"]).await;
        assert_eq!(all, ["Delete groups/g"]);
        let (none, plan) = steps(&before, &after, Purpose::Converge, &[], &["groups/g/streams/t"]).await;
        assert_eq!(none, Vec::<String>::new());
        assert!(
            plan.warnings.iter().any(|warning| warning.starts_with("left out because of what is excluded: groups/g"))
        );
        assert!(plan.warnings.iter().any(|warning| warning.starts_with("1 change is outside of the selection")));
    });
}

#[test]
fn what_matches_nothing_is_found() {
    run(async {
        let world = World::new(Profile::Modern).await;
        let there = one_group(vec![("d", dump(&["s"], "bucket-one", Period::Hour1))]);
        world.apply(&there).await;
        let live = world.observe(&there).await.live;
        let declared = estate(vec![("new", group(7, vec![("s", stream(None))], None))]);
        let targets = [
            "groups/g/streams/s",
            "groups/new",
            "groups/ne*/streams/?",
            "groups/gone",
            "groups/g/dumps/*",
            "groups/h/dumps/*",
        ];
        let selection = Selection { targets: targets.map(glob).to_vec(), excluded: vec![glob("groups/old/**")] };
        let idle: Vec<String> = selection.find_idle(&declared, &live).iter().map(ToString::to_string).collect();
        assert_eq!(idle, ["groups/gone", "groups/h/dumps/*", "groups/old/**"]);
    });
}
