//! What holds for every estate: properties over generated estates, and small
//! scopes exhausted. The real planner, machine, driver and client run against
//! the real emulator, in-process and under virtual time.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use ltsctl::emulator::Profile;
use ltsctl::model::{AddressGlob, Desired, EstateName, Live, LiveStream, Period, Prune, StreamTtl};
use ltsctl::plan::{Plan, Purpose};
use proptest::prelude::*;
use support::estates::{any_estate, dump, estate, group, stream};
use support::{World, all_done, run};

/// What is left to do, in words, for messages.
fn left(plan: &Plan) -> Vec<String> {
    let steps = plan.steps.iter().map(|step| format!("{:?} {} {:?}", step.verb, step.address, step.fields));
    steps.chain(plan.unread.iter().map(|notice| format!("unread {}: {}", notice.address, notice.reason))).collect()
}

/// From any project to any estate: every step is done, and nothing is left but
/// what was blocked.
async fn check_transition(before: &Desired, after: &Desired) {
    let world = World::new(Profile::Modern).await;
    world.apply(before).await;
    let proposal = world.propose(after, Purpose::Converge).await;
    let ending = world.carry_out(&proposal).await;
    assert!(all_done(&ending.outcomes), "{:?}\n{:#?}", ending.outcomes, left(&proposal.plan));
    let again = world.propose(after, Purpose::Converge).await;
    assert_eq!(left(&again.plan), Vec::<String>::new());
    let blocked = |plan: &Plan| plan.blocked.iter().map(|obstacle| obstacle.address.to_string()).collect::<Vec<_>>();
    assert_eq!(blocked(&again.plan), blocked(&proposal.plan), "what was blocked stays blocked, and nothing else is");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_apply_converges(before in any_estate(), after in any_estate()) {
        run(check_transition(&before, &after));
    }

    #[test]
    fn s52_a_crash_at_any_point_is_repaired_by_the_same_command(
        before in any_estate(),
        after in any_estate(),
        stop_after in 0..12_u64,
    ) {
        run(async {
            let mut world = World::new(Profile::Modern).await;
            world.service.configure(ltsctl::emulator::Config { latency_ms: 10, ..world.service.config() });
            world.apply(&before).await;
            let proposal = world.propose(&after, Purpose::Converge).await;
            // Dropping the driver in the middle of its requests is what a
            // SIGKILL does: nobody hears the answers any more.
            let death = tokio::time::sleep(std::time::Duration::from_millis(stop_after * 5));
            tokio::select! {
                _ = world.carry_out(&proposal) => {}
                () = death => {}
            }
            world.reconnect().await;
            world.apply(&after).await;
            let again = world.propose(&after, Purpose::Converge).await;
            assert_eq!(left(&again.plan), Vec::<String>::new());
        });
    }

    #[test]
    fn destroying_leaves_nothing_of_what_is_declared(before in any_estate()) {
        run(async {
            let world = World::new(Profile::Modern).await;
            world.apply(&before).await;
            let proposal = world.propose(&before, Purpose::Destroy).await;
            let ending = world.carry_out(&proposal).await;
            assert!(all_done(&ending.outcomes), "{:?}\n{:#?}", ending.outcomes, left(&proposal.plan));
            let observation = world.observe(&before).await;
            assert!(observation.live.groups.is_empty(), "{:?}", observation.live.groups);
        });
    }

    #[test]
    fn what_is_not_declared_stays_as_it_is(foreign in any_estate(), ours in any_estate()) {
        run(async {
            let world = World::new(Profile::Modern).await;
            world.apply(&foreign).await;
            let before = world.observe(&foreign).await.live;
            let proposal = world.propose(&ours, Purpose::Converge).await;
            // Only the steps that touch nothing undeclared are carried out.
            prop_assume!(proposal.plan.steps.iter().all(|step| {
                !step.classes.contains(&ltsctl::plan::Class::Unmanaged)
            }));
            world.carry_out(&proposal).await;
            let after = world.observe(&foreign).await.live;
            for (name, group) in &before.groups {
                let declared = ours.groups.get(name);
                if declared.is_none() {
                    assert_eq!(after.groups.get(name), Some(group), "group {name}");
                    continue;
                }
                let streams = declared.and_then(|group| group.streams.as_ref());
                for (stream, found) in group.streams.complete().expect("a list") {
                    if streams.is_none_or(|streams| !streams.contains_key(stream)) {
                        let now = after.groups.get(name).and_then(|group| group.streams.complete()?.get(stream));
                        assert_eq!(now, Some(found), "stream {name}/{stream}");
                    }
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn estates_do_not_touch_each_others_objects(
        nobodys in any_estate(),
        theirs in any_estate(),
        ours in any_estate(),
        purpose in prop::sample::select(vec![Purpose::Converge, Purpose::Destroy]),
    ) {
        run(async {
            let world = World::new(Profile::Modern).await;
            world.apply(&Desired { estate: None, ..nobodys }).await;
            let named = |name: &str| EstateName::parse(name).ok();
            let theirs = world.propose(&Desired { estate: named("rivals"), ..theirs }, Purpose::Converge).await;
            world.carry_out(&theirs).await;
            let before = world.observe_all().await.live;
            // The groups change hands, and what is in them does not.
            let groups = [AddressGlob::parse("groups/*").expect("a glob")];
            let mut ours = Desired { estate: named("acme"), ..ours };
            ours.policy.prune = Prune::Owned;
            let proposal = world.propose_taking_over(&ours, purpose, &groups).await;
            let ending = world.carry_out(&proposal).await;
            assert!(all_done(&ending.outcomes), "{:?}\n{:#?}", ending.outcomes, left(&proposal.plan));
            let after = world.observe_all().await.live;
            assert_eq!(find_touched(&before, &after), Vec::<String>::new());
        });
    }
}

/// What carries the marker of `rivals` and is not what it was any more: a
/// stream, the retention it follows, a dump that covers it.
fn find_touched(before: &Live, after: &Live) -> Vec<String> {
    let mut touched = Vec::new();
    for (name, group) in &before.groups {
        let now = after.groups.get(name);
        let marked = |stream: &LiveStream| {
            let marker = stream.settings.tags.as_ref().and_then(|tags| tags.get("ltsctl-estate"));
            marker.is_some_and(|marker| marker.starts_with("rivals:"))
        };
        let theirs = group.streams.complete().expect("a list").iter().filter(|(_, stream)| marked(stream));
        for (stream, found) in theirs {
            let kept = now.and_then(|group| group.streams.complete()?.get(stream)) == Some(found);
            let follows = found.settings.ttl == Some(StreamTtl::Inherit);
            let shortened = follows && now.is_some_and(|now| now.settings.ttl < group.settings.ttl);
            if !kept || shortened {
                touched.push(format!("stream {name}/{stream}"));
            }
            for dump in group.dumps.complete().expect("a list").iter() {
                let kept = now.is_some_and(|now| now.dumps.complete().expect("a list").contains(dump));
                if dump.streams.contains_key(&found.id) && !kept {
                    touched.push(format!("dump {} of stream {name}/{stream}", dump.id));
                }
            }
        }
    }
    touched
}

/// One group with up to two streams and every way to dump them.
fn small_scope() -> Vec<Desired> {
    let dumps: [&[(&str, &[&str])]; 6] = [
        &[],
        &[("d", &["s"])],
        &[("d", &["t"])],
        &[("d", &["s", "t"])],
        &[("d", &["s"]), ("e", &["t"])],
        &[("e", &["s"]), ("d", &["t"])],
    ];
    let streams: [&[&str]; 4] = [&[], &["s"], &["t"], &["s", "t"]];
    let mut scope = vec![estate(Vec::new())];
    for present in streams {
        for layout in dumps {
            let possible = layout.iter().all(|(_, covered)| covered.iter().all(|name| present.contains(name)));
            if !possible {
                continue;
            }
            for bucket in ["bucket-one", "bucket-two"] {
                let declared = ["s", "t"].into_iter().map(|name| {
                    let entry = if present.contains(&name) { stream(None) } else { support::estates::absent_stream() };
                    (name, entry)
                });
                let dumps = layout.iter().map(|(handle, covered)| (*handle, dump(covered, bucket, Period::Hour1)));
                scope.push(estate(vec![("g", group(7, declared.collect(), Some(dumps.collect())))]));
            }
        }
    }
    scope
}

#[test]
fn every_pair_of_the_small_scope_converges() {
    let scope = small_scope();
    let mut pairs = 0;
    for before in &scope {
        for after in &scope {
            run(check_transition(before, after));
            pairs += 1;
        }
    }
    assert_eq!(pairs, scope.len() * scope.len());
}
