//! What no emulator shows: names that two objects bear, and tags of a shape
//! that nobody knows. What cannot be told apart, or whose owner is not known,
//! is left alone, and so is what would go with it.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use ltsctl::manifest::{Source, parse};
use ltsctl::model::{
    Address, BucketName, Capabilities, Days, Desired, DumpSettings, Edition, GroupId, GroupName, GroupSettings, Health,
    Listing, Live, LiveDump, LiveGroup, LiveStream, Memory, Period, StorageFormat, StreamId, StreamName,
    StreamSettings, StreamTtl, Tags, TransferId, TransferKind,
};
use ltsctl::plan::{Plan, Purpose, Request, propose};

fn declared(text: &str) -> Desired {
    let text = format!("version: 1\ntarget: {{emulator: {{profile: modern}}}}\n{text}\n");
    let source = Source { name: "manifest.yaml".into(), text, folder: PathBuf::from(".") };
    parse(&[source]).expect("a manifest").desired
}

fn planned_on(edition: Edition, desired: &Desired, live: &Live, purpose: Purpose) -> Plan {
    let memory = Memory::default();
    let request = Request { purpose, take_over: &[], today: "2026-01-02", memory: &memory };
    propose(desired, live, &Capabilities::of(edition), request).plan
}

fn planned(desired: &Desired, live: &Live, purpose: Purpose) -> Plan {
    planned_on(Edition::Modern, desired, live, purpose)
}

fn group_name(name: &str) -> GroupName {
    GroupName::from_service(name)
}

fn days(number: i64) -> Days {
    Days::declare(number).expect("days")
}

/// A live stream that inherits its retention.
fn stream(name: &str, tags: Option<Tags>) -> (StreamName, LiveStream) {
    let settings = StreamSettings { ttl: Some(StreamTtl::Inherit), tags, ..StreamSettings::default() };
    let id = StreamId::parse(&format!("id-of-{name}")).expect("an id");
    (StreamName::from_service(name), LiveStream { id, settings })
}

/// A live group that keeps logs for 30 days.
fn group(
    name: &str,
    tags: Option<Tags>,
    streams: impl IntoIterator<Item = (StreamName, LiveStream)>,
) -> (GroupName, LiveGroup) {
    let settings = GroupSettings { ttl: Some(days(30)), tags, ..GroupSettings::default() };
    let group = LiveGroup {
        id: GroupId::parse(&format!("id-of-{name}")).expect("an id"),
        settings,
        streams: Listing::Complete(streams.into_iter().collect()),
        dumps: Listing::Complete(Vec::new()),
    };
    (group_name(name), group)
}

/// A live dump of a stream to the bucket `archive`.
fn dump(stream: &str) -> LiveDump {
    let streams = BTreeMap::from([(StreamId::parse(stream).expect("an id"), StreamName::from_service(stream))]);
    let bucket = Some(BucketName::from_service("archive"));
    LiveDump {
        id: TransferId::parse(&format!("dump-of-{stream}")).expect("an id"),
        kind: TransferKind::Obs,
        streams,
        settings: DumpSettings { obs_bucket_name: bucket, ..DumpSettings::default() },
        unreadable: BTreeMap::new(),
        health: Health::Fine,
        carried: BTreeMap::new(),
    }
}

fn live<const N: usize>(groups: [(GroupName, LiveGroup); N]) -> Live {
    Live { groups: BTreeMap::from(groups), ..Live::default() }
}

fn none() -> Option<Tags> {
    Some(Tags::default())
}

/// One line a step, an obstacle and an unread object each.
fn told(plan: &Plan) -> Vec<String> {
    let steps = plan.steps.iter().map(|step| format!("{:?} {}", step.verb, step.address).to_lowercase());
    let blocked = plan.blocked.iter().map(|obstacle| format!("blocked {}: {}", obstacle.address, obstacle.reason));
    let held = plan.held.iter().map(|obstacle| format!("held {}: {}", obstacle.address, obstacle.reason));
    let unread = plan.unread.iter().map(|notice| format!("unread {}: {}", notice.address, notice.reason));
    steps.chain(blocked).chain(held).chain(unread).collect()
}

/// A project in which two streams are named `twin`; the list shows one of them.
fn with_twins() -> Live {
    let mut live = live([group("web", none(), [stream("twin", none())])]);
    let twin = Address::Stream(group_name("web"), StreamName::from_service("twin"));
    live.ambiguous.insert(twin, Arc::from("two log streams have this name: 1 and 2"));
    live
}

#[test]
fn twin_streams_do_not_die_with_their_group() {
    let reason = "blocked groups/web: a deletion would take both of its streams `twin` along: two log streams have \
                  this name: 1 and 2";
    let tombstone = declared("groups: {web: {ensure: absent}}");
    assert_eq!(told(&planned(&tombstone, &with_twins(), Purpose::Converge)), [reason]);
    let silent = declared("groups: {web: {ttl_in_days: 30}}");
    assert_eq!(told(&planned(&silent, &with_twins(), Purpose::Destroy)), [reason]);
    // The same names in another group are no reason.
    let other = live([group("web", none(), []), group("other", none(), [])]);
    let ambiguous = with_twins().ambiguous.into_iter().map(|(address, reason)| match address {
        Address::Stream(_, name) => (Address::Stream(group_name("other"), name), reason),
        address => (address, reason),
    });
    let elsewhere = Live { ambiguous: ambiguous.collect(), ..other };
    assert_eq!(told(&planned(&tombstone, &elsewhere, Purpose::Converge)), ["delete groups/web"]);
}

#[test]
fn a_shorter_retention_waits_for_the_name_of_every_stream() {
    let shorter = declared("groups: {web: {ttl_in_days: 7}}");
    let reason =
        "blocked groups/web: two of its streams have one name, so what a shorter retention deletes is not known";
    assert_eq!(told(&planned(&shorter, &with_twins(), Purpose::Converge)), [reason]);
    let longer = declared("groups: {web: {ttl_in_days: 90}}");
    assert_eq!(told(&planned(&longer, &with_twins(), Purpose::Converge)), ["update groups/web"]);
}

#[test]
fn a_group_whose_tags_are_not_understood_is_unread_with_all_that_is_in_it() {
    let desired = declared(
        "estate: acme
groups: {web: {ttl_in_days: 7, streams: {new: , old: {ensure: absent}}, dumps: {d: {streams: [new], obs_bucket_name: \
         archive, storage_format: RAW, period: 1hour}}}}",
    );
    let unknown = live([group("web", None, [stream("old", none())])]);
    let reason =
        "its tags are not in a form this program knows, so whose it is and whether it is protected is not known";
    let inside = "the tags of its group `web` were not understood";
    let expected = [
        format!("unread groups/web: {reason}"),
        format!("unread groups/web/streams/new: {inside}"),
        format!("unread groups/web/streams/old: {inside}"),
        format!("unread groups/web/dumps/d: {inside}"),
    ];
    assert_eq!(told(&planned(&desired, &unknown, Purpose::Converge)), expected);
    assert_eq!(told(&planned(&desired, &unknown, Purpose::Destroy)), expected);
}

#[test]
fn a_stream_whose_tags_are_not_understood_is_unread_and_keeps_its_group() {
    let unknown = live([group("web", none(), [stream("odd", None), stream("plain", none())])]);
    let reason =
        "its tags are not in a form this program knows, so whose it is and whether it is protected is not known";
    let unread = format!("unread groups/web/streams/odd: {reason}");
    for streams in ["{odd: {ttl_in_days: 3}, plain: }", "{odd: {ensure: absent}, plain: }"] {
        let desired = declared(&format!("groups: {{web: {{ttl_in_days: 30, streams: {streams}}}}}"));
        assert_eq!(told(&planned(&desired, &unknown, Purpose::Converge)), [unread.as_str()]);
    }
    let kept = format!("blocked groups/web: its stream `odd` would be deleted with it: {reason}");
    let tombstone = declared("groups: {web: {ensure: absent}}");
    assert_eq!(told(&planned(&tombstone, &unknown, Purpose::Converge)), [kept]);
    let shorter = declared("groups: {web: {ttl_in_days: 7, streams: {odd: {ttl_in_days: 30}}}}");
    let lines = told(&planned(&shorter, &unknown, Purpose::Converge));
    let kept = format!("blocked groups/web: its stream `odd` would lose log lines by a shorter retention: {reason}");
    assert_eq!(lines, [kept, unread]);
}

#[test]
fn a_dump_is_not_made_for_a_stream_whose_owner_is_not_known() {
    let desired = declared(
        "groups: {web: {streams: {odd: }, dumps: {d: {streams: [odd], obs_bucket_name: archive, storage_format: RAW, \
         period: 1hour}}}}",
    );
    let unknown = live([group("web", none(), [stream("odd", None)])]);
    let told = told(&planned(&desired, &unknown, Purpose::Converge));
    let reason = "its stream `odd` has tags that were not understood, so whose it is is not known";
    assert_eq!(told[0], format!("blocked groups/web/dumps/d: {reason}"));
    assert_eq!(told.len(), 2, "{told:?}");
}

#[test]
fn where_tags_cannot_be_written_they_need_not_be_understood() {
    let unknown = live([group("web", None, [stream("odd", None)])]);
    let tombstone = declared("groups: {web: {ttl_in_days: 30, streams: {odd: {ensure: absent}}}}");
    let plan = planned_on(Edition::Seed2022, &tombstone, &unknown, Purpose::Converge);
    assert_eq!(told(&plan), ["delete groups/web/streams/odd"]);
}

#[test]
fn a_dump_stays_while_nobody_knows_whose_its_stream_is() {
    let desired = declared("groups: {web: {dumps: {d: {ensure: absent, streams: [odd], obs_bucket_name: archive}}}}");
    let (name, mut web) = group("web", none(), [stream("odd", none())]);
    web.dumps = Listing::Complete(vec![dump("odd")]);
    let known = live([(name.clone(), web.clone())]);
    assert_eq!(told(&planned(&desired, &known, Purpose::Converge)), ["delete groups/web/dumps/d"]);

    web.streams = Listing::Complete(BTreeMap::from([stream("odd", None)]));
    let odd = live([(name.clone(), web.clone())]);
    let lines = told(&planned(&desired, &odd, Purpose::Converge));
    assert!(
        lines[0].starts_with("blocked groups/web/dumps/d: live dump dump-of-odd covers stream `odd`: "),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 1, "{lines:?}");

    web.streams = Listing::Unread(Arc::from("refused"), BTreeMap::new());
    let unlisted = live([(name, web)]);
    let reason = "its stream `odd` could not be read, so whose it is and whether it is protected is not known";
    let lines = told(&planned(&desired, &unlisted, Purpose::Converge));
    assert_eq!(lines, [format!("blocked groups/web/dumps/d: {reason}")]);
}

#[test]
fn a_dump_is_not_changed_while_nobody_knows_whose_its_stream_is() {
    let declare = |bucket: &str| {
        declared(&format!(
            "groups: {{web: {{streams: {{s: }}, dumps: {{d: {{streams: [s], obs_bucket_name: {bucket}, storage_format: \
             RAW, period: 1hour}}}}}}}}"
        ))
    };
    let (name, mut web) = group("web", none(), []);
    web.streams = Listing::Unread(Arc::from("refused"), BTreeMap::new());
    let mut found = dump("s");
    found.settings.storage_format = Some(StorageFormat::Raw);
    found.settings.period = Some(Period::Hour1);
    web.dumps = Listing::Complete(vec![found]);
    let unlisted = live([(name, web)]);
    let stream = "unread groups/web/streams/s: refused";
    assert_eq!(told(&planned(&declare("archive"), &unlisted, Purpose::Converge)), [stream]);
    let reason = "its stream `s` could not be read, so whose it is and whether it is protected is not known";
    let lines = told(&planned(&declare("elsewhere"), &unlisted, Purpose::Converge));
    assert_eq!(lines, [format!("blocked groups/web/dumps/d: {reason}").as_str(), stream]);
}

#[test]
fn what_prune_speaks_of_is_written_nowhere() {
    let desired = declared("estate: acme\npolicy: {prune: owned}\ngroups: {web: {streams: {kept: }}}");
    let marker = |bearer: &str| Some(Tags::from_iter([("ltsctl-estate", format!("acme:{bearer}"))]));
    let streams = ["kept", "twin"].map(|name| stream(name, marker(&format!("stream:web/{name}"))));
    let mut twins = live([group("web", marker("group:web"), streams.clone())]);
    let twin = Address::Stream(group_name("web"), StreamName::from_service("twin"));
    twins.ambiguous.insert(twin, Arc::from("two log streams have this name: 1 and 2"));
    let plan = planned(&desired, &twins, Purpose::Converge);
    assert_eq!(told(&plan), ["blocked groups/web/streams/twin: two log streams have this name: 1 and 2"]);
    assert_eq!(plan.blocked[0].place, None);
    // In a group that is not ours nothing is looked for.
    let theirs = Some(Tags::from_iter([("ltsctl-estate", "rivals:group:web")]));
    let plan = planned(&desired, &live([group("web", theirs, streams)]), Purpose::Converge);
    assert_eq!(
        told(&plan),
        [
            "blocked groups/web: belongs to estate `rivals`",
            "blocked groups/web/streams/kept: waits for groups/web, which is blocked"
        ]
    );
}

#[test]
fn what_is_protected_is_held_whatever_else_keeps_it() {
    let desired = declared("estate: acme\npolicy: {prune: owned}\ngroups: {other: {streams: {kept: }}}");
    let tags = [("ltsctl-estate", "acme:group:web"), ("ltsctl-protected", "group:web")];
    let theirs = Some(Tags::from_iter([("ltsctl-estate", "rivals:stream:web/theirs")]));
    let streams = [stream("odd", None), stream("theirs", theirs)];
    let other = group("other", none(), [stream("kept", none())]);
    let (name, mut web) = group("web", Some(Tags::from_iter(tags)), streams);
    let project = live([other.clone(), (name.clone(), web.clone())]);
    let plan = planned(&desired, &project, Purpose::Converge);
    assert!(!told(&plan).iter().any(|line| line.contains("groups/web")), "{:?}", told(&plan));
    assert!(plan.warnings[0].starts_with("groups/web is no longer declared and stays"), "{:?}", plan.warnings);

    web.dumps = Listing::Complete(vec![dump("theirs")]);
    let tombstone = declared(
        "estate: acme\ngroups: {web: {dumps: {d: {ensure: absent, streams: [theirs], obs_bucket_name: archive}}}}",
    );
    let lines = told(&planned(&tombstone, &live([(name, web)]), Purpose::Converge));
    assert_eq!(lines, ["held groups/web/dumps/d: protected: its group `web` is protected"]);
}
