//! Somebody changes the project between the plan and its first write: every
//! such change that matters makes a premise fail, by name.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use ltsctl::emulator::{Estate, EstateGroup, EstateStream, EstateTransfer, Profile};
use ltsctl::model::{
    Desired, DumpSettings, GroupId, GroupSettings, Health, Listing, Live, LiveDump, LiveGroup, LiveStream, Period,
    StreamId, StreamSettings, StreamTtl, Tags, TransferId, TransferKind,
};
use ltsctl::plan::{Moved, Premise, Purpose, Shift};
use support::estates::{absent_stream, days, dump, estate, group, group_name, stream, stream_name};
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
fn s31_a_recreated_object_is_another_object() {
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

// Premises on their own, against a project made by hand.

fn transfer(id: &str, kind: TransferKind, covered: &[(&str, &str)]) -> LiveDump {
    let streams = covered.iter().map(|(id, shown)| (StreamId::parse(id).expect("an id"), stream_name(shown)));
    LiveDump {
        id: TransferId::parse(id).expect("an id"),
        kind,
        streams: streams.collect(),
        settings: DumpSettings::default(),
        unreadable: BTreeMap::new(),
        health: Health::Fine,
        carried: BTreeMap::new(),
    }
}

/// Group `g` with the streams `s` and `t`, whose ids are `id-s` and `id-t`.
fn found(transfers: Vec<LiveDump>) -> Live {
    let stream = |name: &str, ttl| {
        let id = StreamId::parse(&format!("id-{name}")).expect("an id");
        let settings = StreamSettings { ttl, tags: Some(Tags::default()), ..StreamSettings::default() };
        (stream_name(name), LiveStream { id, settings })
    };
    let streams = [stream("s", Some(StreamTtl::Inherit)), stream("t", Some(StreamTtl::Own(days(30))))];
    let group = LiveGroup {
        id: GroupId::parse("id-g").expect("an id"),
        settings: GroupSettings { ttl: Some(days(7)), ..GroupSettings::default() },
        streams: Listing::Complete(streams.into()),
        dumps: Listing::Complete(transfers),
    };
    Live { groups: BTreeMap::from([(group_name("g"), group)]), ..Live::default() }
}

fn told(premise: &Premise, live: &Live) -> Option<(String, String, String, Shift)> {
    let Moved { field, expected, found, certainty, .. } = premise.check(live).err()?;
    Some((field, expected, found, certainty))
}

fn said(field: &str, expected: &str, found: &str) -> Option<(String, String, String, Shift)> {
    Some((field.to_owned(), expected.to_owned(), found.to_owned(), Shift::Moved))
}

#[test]
fn only_what_covers_the_streams_stands_in_the_way_of_a_dump() {
    let undumped = |except: &[&str]| Premise::Undumped {
        group: group_name("g"),
        streams: BTreeSet::from([stream_name("s")]),
        except: except.iter().map(|id| TransferId::parse(id).expect("an id")).collect(),
    };
    let free = |except: &[&str]| {
        let except = except.iter().map(|id| TransferId::parse(id).expect("an id")).collect();
        Premise::StreamFree(group_name("g"), stream_name("s"), except)
    };
    let on_s = |kind| found(vec![transfer("x", kind, &[("id-s", "s")])]);
    let on_t = found(vec![transfer("x", TransferKind::Obs, &[("id-t", "t")])]);
    assert_eq!(told(&undumped(&[]), &found(Vec::new())), None);
    assert_eq!(told(&undumped(&[]), &on_t), None, "a dump of another stream");
    assert_eq!(told(&undumped(&[]), &on_s(TransferKind::Dis)), None, "a transfer of another kind");
    assert_eq!(told(&undumped(&["x"]), &on_s(TransferKind::Obs)), None, "one that this plan deletes");
    let in_the_way = said("dumps", "no transfer but those of the plan", "OBS transfer x covers it");
    assert_eq!(told(&undumped(&[]), &on_s(TransferKind::Obs)), in_the_way);
    assert_eq!(told(&undumped(&["y"]), &on_s(TransferKind::Obs)), in_the_way);
    // The deletion of a stream is blocked by transfers of every kind.
    assert_eq!(told(&free(&[]), &on_t), None);
    assert_eq!(told(&free(&["x"]), &on_s(TransferKind::Dis)), None);
    assert!(told(&free(&[]), &on_s(TransferKind::Dis)).is_some());
}

#[test]
fn a_transfer_covers_streams_by_id_whatever_name_it_shows() {
    let is_on = |covered: &[(&str, &str)], streams: &[&str]| {
        let premise = Premise::DumpIs {
            group: group_name("g"),
            id: TransferId::parse("x").expect("an id"),
            streams: streams.iter().map(|name| stream_name(name)).collect(),
            settings: Box::default(),
        };
        told(&premise, &found(vec![transfer("x", TransferKind::Obs, covered)]))
    };
    assert_eq!(is_on(&[("id-s", "s")], &["s"]), None);
    assert_eq!(is_on(&[("id-s", "renamed-since")], &["s"]), None, "a name from before");
    assert_eq!(is_on(&[("id-s", "t")], &["s"]), None, "the name of another stream by now");
    assert_eq!(is_on(&[("id-t", "s")], &["s"]), said("streams", "[s]", "[t]"));
    assert_eq!(is_on(&[("id-gone", "gone")], &["gone"]), None, "a stream that is not listed");
    assert_eq!(is_on(&[("id-s", "s"), ("id-t", "t")], &["s"]), said("streams", "[s]", "[s, t]"));
}

#[test]
fn what_has_moved_is_told_in_the_words_of_the_manifest() {
    let live = found(Vec::new());
    let (g, s, t) = (group_name("g"), stream_name("s"), stream_name("t"));
    assert_eq!(told(&Premise::GroupTtl(g.clone(), Some(days(7))), &live), None);
    assert_eq!(told(&Premise::GroupTtl(g.clone(), Some(days(9))), &live), said("ttl_in_days", "9", "7"));
    assert_eq!(told(&Premise::GroupTtl(g.clone(), None), &live), said("ttl_in_days", "unreadable", "7"));
    let own = Some(StreamTtl::Own(days(30)));
    assert_eq!(told(&Premise::StreamTtl(g.clone(), t.clone(), own), &live), None);
    assert_eq!(told(&Premise::StreamTtl(g.clone(), s.clone(), own), &live), said("ttl_in_days", "30", "inherit"));
    assert_eq!(told(&Premise::StreamTtl(g.clone(), t, None), &live), said("ttl_in_days", "unreadable", "30"));
    let other = GroupId::parse("other").expect("an id");
    assert_eq!(told(&Premise::GroupIs(g.clone(), other), &live), said("id", "other", "id-g"));
    assert_eq!(told(&Premise::GroupAbsent(g.clone()), &live), said("existence", "absent", "present, id id-g"));
    let absent = Premise::StreamAbsent(g, s);
    assert_eq!(told(&absent, &live), said("existence", "absent", "present, id id-s"));
}

#[test]
fn a_group_that_a_doubtful_list_does_not_show_is_unread() {
    let doubtful = Live { groups_doubt: Some("cut".into()), ..Live::default() };
    let (g, id) = (group_name("g"), GroupId::parse("id-g").expect("an id"));
    for premise in
        [Premise::GroupAbsent(g.clone()), Premise::GroupIs(g.clone(), id.clone()), Premise::GroupTtl(g.clone(), None)]
    {
        assert_eq!(told(&premise, &doubtful).map(|told| told.3), Some(Shift::Unread), "{premise:?}");
    }
    let empty = Live::default();
    assert_eq!(told(&Premise::GroupAbsent(g.clone()), &empty), None);
    assert_eq!(told(&Premise::GroupIs(g, id), &empty), said("existence", "present, id id-g", "absent"));
}
