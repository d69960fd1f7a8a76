//! Somebody changes the project between the plan and its first write: every
//! such change that matters makes a premise fail, by name.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use ltsctl::emulator::{Estate, EstateGroup, EstateStream, EstateTransfer, Profile};
use ltsctl::model::{Desired, Period, StreamTtl};
use ltsctl::plan::Purpose;
use support::estates::{absent_stream, days, dump, estate, group, stream};
use support::{World, run};

/// Plans, lets somebody edit the project, and returns what has moved.
fn moved(before: &Desired, after: &Desired, purpose: Purpose, edit: impl FnOnce(&mut Estate)) -> Vec<String> {
    run(async {
        let world = World::new(Profile::Modern).await;
        world.apply(before).await;
        let proposal = world.propose(after, purpose).await;
        assert!(!proposal.plan.steps.is_empty());
        let mut live = world.service.estate();
        edit(&mut live);
        world.service.seed(&live).expect("a state");
        let observation = world.observe(after).await;
        let steps = proposal.plan.steps.iter();
        let premises = steps.flat_map(|step| &step.premises);
        let moved = premises.filter_map(|premise| premise.check(&observation.live).err());
        moved.map(|moved| format!("{} {}", moved.address, moved.field)).collect()
    })
}

fn one(streams: Vec<(&str, ltsctl::model::DesiredStream)>) -> Desired {
    estate(vec![("g", group(7, streams, None))])
}

fn the_group(live: &mut Estate) -> &mut EstateGroup {
    live.groups.get_mut("g").expect("a group")
}

fn the_stream<'a>(live: &'a mut Estate, name: &str) -> &'a mut EstateStream {
    the_group(live).streams.get_mut(name).expect("a stream").as_mut().expect("its settings")
}

#[test]
fn nothing_moves_by_itself() {
    let found = moved(&one(vec![("s", stream(None))]), &one(vec![("s", absent_stream())]), Purpose::Converge, |_| {});
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_stream_that_got_protected_or_another_owner_is_not_deleted() {
    for (key, value) in [("ltsctl-protected", "stream:g/s"), ("ltsctl-estate", "rivals:stream:g/s")] {
        let found =
            moved(&one(vec![("s", stream(None))]), &one(vec![("s", absent_stream())]), Purpose::Converge, |live| {
                the_stream(live, "s").tags.insert(key.to_owned(), value.to_owned());
            });
        assert_eq!(found, ["groups/g/streams/s tags"], "{key}");
    }
}

#[test]
fn a_group_with_something_new_or_protected_in_it_is_not_deleted() {
    let before = one(vec![("s", stream(None))]);
    let found = moved(&before, &before, Purpose::Destroy, |live| {
        the_group(live).streams.insert("born".to_owned(), Some(EstateStream::default()));
    });
    assert_eq!(found, ["groups/g streams"]);
    let found = moved(&before, &before, Purpose::Destroy, |live| {
        the_group(live).tags.insert("ltsctl-protected".to_owned(), "group:g".to_owned());
    });
    assert_eq!(found, ["groups/g owner", "groups/g tags"]);
    let found = moved(&before, &before, Purpose::Destroy, |live| {
        let transfer = EstateTransfer { streams: vec!["s".to_owned()], ..EstateTransfer::default() };
        the_group(live).transfers.push(transfer);
    });
    assert_eq!(found, ["groups/g/streams/s dumps", "groups/g dumps"]);
}

#[test]
fn a_recreated_object_is_another_object() {
    let found = moved(&one(vec![("s", stream(None))]), &one(vec![("s", absent_stream())]), Purpose::Converge, |live| {
        the_stream(live, "s").id = Some("99999999-0000-4000-8000-000000000001".to_owned());
    });
    assert_eq!(found, ["groups/g/streams/s id"]);
}

#[test]
fn a_shorter_retention_rests_on_who_follows_it() {
    let after = estate(vec![("g", group(3, vec![("s", stream(None))], None))]);
    let found = moved(&one(vec![("s", stream(None))]), &after, Purpose::Converge, |live| {
        the_group(live).streams.insert("born".to_owned(), Some(EstateStream::default()));
    });
    assert_eq!(found, ["groups/g streams"]);
    let found = moved(&one(vec![("s", stream(None))]), &after, Purpose::Converge, |live| {
        the_group(live).ttl_in_days = Some(90);
    });
    assert_eq!(found, ["groups/g ttl_in_days"]);
}

#[test]
fn a_stream_that_starts_to_inherit_rests_on_what_it_inherits() {
    let own = one(vec![("s", stream(Some(StreamTtl::Own(days(7)))))]);
    let inherits = one(vec![("s", stream(Some(StreamTtl::Inherit)))]);
    let found = moved(&own, &inherits, Purpose::Converge, |live| the_group(live).ttl_in_days = Some(1));
    assert_eq!(found, ["groups/g/streams/s ttl_in_days", "groups/g ttl_in_days"][1..]);
}

#[test]
fn what_was_absent_must_still_be_absent() {
    let found = moved(&estate(Vec::new()), &one(vec![("s", stream(None))]), Purpose::Converge, |live| {
        live.groups.insert("g".to_owned(), EstateGroup::default());
    });
    assert_eq!(found, ["groups/g existence"]);
    let found = moved(&one(Vec::new()), &one(vec![("s", stream(None))]), Purpose::Converge, |live| {
        the_group(live).streams.insert("s".to_owned(), None);
    });
    assert_eq!(found, ["groups/g/streams/s existence"]);
}

#[test]
fn a_dump_rests_on_what_was_seen_of_it() {
    let with = |bucket: &str, period: Period| {
        let dumps = vec![("d", dump(&["s"], bucket, period))];
        estate(vec![("g", group(7, vec![("s", stream(None))], Some(dumps)))])
    };
    let found =
        moved(&with("one-bucket", Period::Hour1), &with("two-bucket", Period::Hour1), Purpose::Converge, |live| {
            let transfer = the_group(live).transfers.first_mut().expect("a transfer");
            transfer.storage_format = Some("JSON".to_owned());
        });
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].ends_with(" storage_format"), "{found:?}");
    let found = moved(&one(vec![("s", stream(None))]), &with("one-bucket", Period::Hour1), Purpose::Converge, |live| {
        let transfer = EstateTransfer { streams: vec!["s".to_owned()], ..EstateTransfer::default() };
        the_group(live).transfers.push(transfer);
    });
    assert_eq!(found, ["groups/g dumps"]);
}

fn named(mut desired: Desired) -> Desired {
    desired.estate = Some(ltsctl::model::EstateName::parse("acme").expect("a name"));
    desired
}

fn rival_group(live: &mut Estate) {
    the_group(live).tags.insert("ltsctl-estate".to_owned(), "rivals:group:g".to_owned());
}

fn rival_stream(live: &mut Estate) {
    the_stream(live, "s").tags.insert("ltsctl-estate".to_owned(), "rivals:stream:g/s".to_owned());
}

fn protect_group(live: &mut Estate) {
    the_group(live).tags.insert("ltsctl-protected".to_owned(), "group:g".to_owned());
}

#[test]
fn what_somebody_takes_over_or_protects_meanwhile_is_left_alone() {
    let base = || named(one(vec![("s", stream(None))]));
    let own = Some(StreamTtl::Own(days(14)));
    let dumped = |bucket: &str| {
        let dumps = vec![("d", dump(&["s"], bucket, Period::Hour1))];
        named(estate(vec![("g", group(7, vec![("s", stream(None))], Some(dumps)))]))
    };
    let go = |before: &Desired, after: &Desired, edit: fn(&mut Estate)| moved(before, after, Purpose::Converge, edit);
    let ttl = named(estate(vec![("g", group(14, vec![("s", stream(None))], None))]));
    assert!(!go(&base(), &ttl, rival_group).is_empty(), "group ttl");
    assert!(!go(&base(), &named(one(vec![("s", stream(own))])), rival_stream).is_empty(), "stream ttl");
    assert!(
        !go(&base(), &named(one(vec![("s", stream(None)), ("n", stream(None))])), rival_group).is_empty(),
        "create"
    );
    assert!(!go(&base(), &dumped("bucket-one"), rival_stream).is_empty(), "dump create");
    assert!(!go(&dumped("bucket-one"), &dumped("bucket-two"), rival_stream).is_empty(), "dump update");
    assert!(
        !go(&base(), &named(one(vec![("s", absent_stream())])), protect_group).is_empty(),
        "child of a protected group"
    );
}
