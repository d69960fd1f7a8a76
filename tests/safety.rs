//! What no plan does, whatever is there and whoever acts meanwhile: properties
//! over generated estates, projects and edits. The real planner, machine, driver
//! and client run against the real emulator, in-process and under virtual time.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use ltsctl::emulator::{Estate, EstateStream, Profile};
use ltsctl::lts::{Transport, Undelivered};
use ltsctl::model::{Address, Desired, Memory, Prune, TransferKind};
use ltsctl::plan::honesty::find_lies;
use ltsctl::plan::{Class, Plan, Purpose, Standing, Step, Verb, assess, check};
use proptest::prelude::*;
use support::estates::any_estate;
use support::live::{any_edit, any_live, make};
use support::{World, all_done, document, run};

async fn seeded(live: &Estate) -> World {
    let world = World::new(Profile::Modern).await;
    world.service.seed(live).expect("a state");
    world
}

fn any_policy() -> impl Strategy<Value = Desired> {
    (any_estate(), any::<bool>()).prop_map(|(mut desired, prunes)| {
        desired.policy.prune = if prunes { Prune::Owned } else { Prune::None };
        desired
    })
}

/// The estate that a live object's own marker names.
fn owner(live: &Estate, address: &Address) -> Option<String> {
    let group = live.groups.get(address.group().as_str())?;
    let (tags, bearer) = match address {
        Address::Group(name) => (&group.tags, format!("group:{name}")),
        Address::Stream(owner, name) => {
            (&group.streams.get(name.as_str())?.as_ref()?.tags, format!("stream:{owner}/{name}"))
        }
        Address::Dump(..) => return None,
    };
    let (estate, named) = tags.get("ltsctl-estate")?.split_once(':')?;
    (named == bearer).then(|| estate.to_owned())
}

fn is_protected(live: &Estate, address: &Address) -> bool {
    let Some(group) = live.groups.get(address.group().as_str()) else { return false };
    let tagged = |tags: &BTreeMap<String, String>| tags.contains_key("ltsctl-protected");
    let stream_tagged =
        |name: &str| group.streams.get(name).and_then(Option::as_ref).is_some_and(|stream| tagged(&stream.tags));
    tagged(&group.tags)
        || match address {
            Address::Group(_) => group.streams.keys().any(|name| stream_tagged(name)),
            Address::Stream(_, name) => stream_tagged(name.as_str()),
            Address::Dump(..) => false,
        }
}

fn is_declared(desired: &Desired, address: &Address) -> bool {
    let Some(group) = desired.groups.get(address.group()) else { return false };
    match address {
        Address::Group(_) => true,
        Address::Stream(_, name) => group.streams.as_ref().is_some_and(|streams| streams.contains_key(name)),
        Address::Dump(_, handle) => group.dumps.as_ref().is_some_and(|dumps| dumps.contains_key(handle)),
    }
}

/// What a step may never do, whatever is allowed.
fn check_step(step: &Step, desired: &Desired, live: &Estate) {
    let us = desired.estate.as_ref().map(|name| name.as_str().to_owned());
    let address = &step.address;
    if let Some(found) = owner(live, address).filter(|found| Some(found) != us.as_ref()) {
        panic!("{:?} {address} belongs to estate {found}", step.verb);
    }
    if let Some(found) =
        owner(live, &Address::Group(address.group().clone())).filter(|found| Some(found) != us.as_ref())
    {
        panic!("{:?} {address} is in a group of estate {found}", step.verb);
    }
    if step.verb == Verb::Delete {
        // What is replaced is there again a moment later, under its own guard.
        let replaced = step.classes.contains(&Class::Replace);
        assert!(replaced || !is_protected(live, address), "{address} is protected");
        for stream in step.loss.iter().flat_map(|loss| &loss.cascade) {
            let taken = Address::Stream(address.group().clone(), stream.clone());
            let foreign = owner(live, &taken).filter(|found| Some(found) != us.as_ref());
            assert_eq!(foreign, None, "{taken} would go along");
        }
        let lines_go = !matches!(address, Address::Dump(..));
        assert!(!lines_go || step.classes.contains(&Class::DataLoss), "{address} loses lines");
    }
    // Pruned objects are not declared any more, and carry our marker.
    let pruned = desired.policy.prune == Prune::Owned && owner(live, address) == us && us.is_some();
    // A dump that is replaced is shown under its id where several become one.
    let replaced = step.classes.contains(&Class::Replace);
    let handled = is_declared(desired, address) || pruned || replaced;
    assert!(handled || step.classes.contains(&Class::Unmanaged), "{:?} {address}: {:?}", step.verb, step.classes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, max_global_rejects: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_step_touches_what_is_not_ours(live in any_live(), desired in any_policy()) {
        run(async {
            let world = seeded(&live).await;
            for purpose in [Purpose::Converge, Purpose::Destroy] {
                let proposal = world.propose(&desired, purpose).await;
                proposal.plan.steps.iter().for_each(|step| check_step(step, &desired, &live));
            }
        });
    }

    /// Judged by two independent readers: one replays the plan step by step,
    /// after nothing but what each step waits for; the other asks whether the
    /// steps are what they say they are.
    #[test]
    fn every_prefix_of_a_plan_is_possible_and_every_step_is_honest(live in any_live(), desired in any_estate()) {
        run(async {
            let world = seeded(&live).await;
            let observed = world.observe(&desired).await.live;
            let plan = world.propose(&desired, Purpose::Converge).await.plan;
            prop_assert_eq!(check::find_faults(&plan, &desired, &observed), Vec::<String>::new());
            prop_assert_eq!(find_lies(&plan), Vec::<String>::new());
            Ok(())
        })?;
    }

    #[test]
    fn the_digest_does_not_depend_on_the_order_of_lists(live in any_live(), desired in any_policy()) {
        run(async {
            let digest = |plan: &Plan| document(plan).digest().to_owned();
            let forwards = seeded(&live).await.propose(&desired, Purpose::Converge).await;
            let world = World::with_transport(Profile::Modern, |inner| Arc::new(Backwards { inner })).await;
            world.service.seed(&live).expect("a state");
            let backwards = world.propose(&desired, Purpose::Converge).await;
            prop_assert_eq!(digest(&forwards.plan), digest(&backwards.plan));
            Ok(())
        })?;
    }

    #[test]
    fn a_plan_that_is_applied_twice_writes_nothing_the_second_time(live in any_live(), desired in any_policy()) {
        run(async {
            let world = seeded(&live).await;
            let plan = world.propose(&desired, Purpose::Converge).await.plan;
            let ending = world.resume(&plan).await.expect("nothing has moved");
            prop_assert!(all_done(&ending.outcomes), "{:?}", ending.outcomes);
            let writes = world.writes().len();
            let again = world.resume(&plan).await;
            prop_assert!(again.as_ref().is_ok_and(|ending| all_done(&ending.outcomes) && !ending.wrote), "{again:?}");
            prop_assert_eq!(world.writes().len(), writes);
            Ok(())
        })?;
    }

    /// Somebody does one thing between the plan and its application: it either
    /// stops the plan before its first write, or the plan reaches its own
    /// target. What somebody changed or made is never destroyed.
    #[test]
    fn one_change_behind_the_plans_back_stops_it_or_does_not_matter(
        live in any_live(),
        desired in any_policy(),
        edit in any_edit(),
        purpose in prop::sample::select(vec![Purpose::Converge, Purpose::Destroy]),
    ) {
        run(async {
            let world = seeded(&live).await;
            let plan = world.propose(&desired, purpose).await.plan;
            let mut edited = world.service.estate();
            prop_assume!(make(&mut edited, &edit));
            world.service.seed(&edited).expect("a state");
            // Ids of what was born are given by the seeding.
            let edited = world.service.estate();
            world.service.clear_journal();
            let Ok(ending) = world.resume(&plan).await else {
                prop_assert_eq!(world.writes(), Vec::<String>::new());
                return Ok(());
            };
            prop_assert!(all_done(&ending.outcomes), "{:?}\n{:#?}", ending.outcomes, plan);
            let after = assess(&plan, &world.observe_all().await.live, &Memory::default());
            prop_assert!(after.iter().all(|standing| matches!(standing, Standing::Done(_))), "{after:#?}");
            let now = world.service.estate();
            for (group, name, stream) in touched_streams(&live, &edited) {
                let found = now.groups.get(&group).and_then(|group| group.streams.get(&name)?.as_ref());
                prop_assert_eq!(found.and_then(|found| found.id.clone()), stream.id, "{}/{}", group, name);
            }
            for (name, group) in &edited.groups {
                let before = live.groups.get(name);
                let touched = before.is_none_or(|before| before.ttl_in_days != group.ttl_in_days || before.tags != group.tags);
                prop_assert!(!touched || now.groups.contains_key(name), "{name} was touched and is gone");
                for transfer in group.transfers.iter().filter(|transfer| {
                    let seen = before.into_iter().flat_map(|before| &before.transfers);
                    !seen.into_iter().any(|other| other.id == transfer.id && other.storage_format.as_deref().unwrap_or("RAW") == transfer.storage_format.as_deref().unwrap_or("RAW"))
                }) {
                    let still = now.groups.get(name).is_some_and(|group| group.transfers.iter().any(|other| other.id == transfer.id));
                    prop_assert!(still, "transfer {:?} of {name} was touched and is gone", transfer.id);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn transfers_of_other_kinds_are_never_touched(live in any_live(), desired in any_policy()) {
        run(async {
            let world = seeded(&live).await;
            let proposal = world.propose(&desired, Purpose::Destroy).await;
            world.carry_out(&proposal).await;
            let kept = world.observe_all().await.live;
            let is_dis = |dump: &&ltsctl::model::LiveDump| dump.kind == TransferKind::Dis;
            let seen = kept.groups.values().flat_map(|group| group.dumps.complete().into_iter().flatten());
            let all = live.groups.values().flat_map(|group| &group.transfers);
            let there = all.filter(|transfer| transfer.kind.as_deref() == Some("DIS")).count();
            prop_assert_eq!(seen.filter(is_dis).count(), there);
            Ok(())
        })?;
    }
}

/// The streams that somebody changed or made, as they are afterwards.
fn touched_streams(before: &Estate, after: &Estate) -> Vec<(String, String, EstateStream)> {
    let mut touched = Vec::new();
    for (name, group) in &after.groups {
        for (stream, settings) in &group.streams {
            let Some(settings) = settings else { continue };
            let known = before.groups.get(name).and_then(|group| group.streams.get(stream)?.as_ref());
            let same = known.is_some_and(|known| {
                known.id == settings.id && known.ttl_in_days == settings.ttl_in_days && known.tags == settings.tags
            });
            if !same {
                touched.push((name.clone(), stream.clone(), settings.clone()));
            }
        }
    }
    touched
}

/// Turns every list of the service around.
#[derive(Debug)]
struct Backwards {
    inner: Arc<dyn Transport>,
}

impl Transport for Backwards {
    fn deliver(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, Undelivered>> {
        async move {
            let is_list = *request.method() == http::Method::GET;
            let (parts, body) = self.inner.deliver(request).await?.into_parts();
            let mut document: serde_json::Value = match serde_json::from_slice(&body) {
                Ok(document) if is_list => document,
                _ => return Ok(http::Response::from_parts(parts, body)),
            };
            for key in ["log_groups", "log_streams", "log_transfers"] {
                if let Some(list) = document[key].as_array_mut() {
                    list.reverse();
                }
            }
            Ok(http::Response::from_parts(parts, Bytes::from(document.to_string())))
        }
        .boxed()
    }
}
