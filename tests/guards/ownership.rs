//! Whose an object is, and what that allows.

use ltsctl::diff::ownership::{MARKER_KEY, Owner, PROTECTION_KEY, belongs_elsewhere, protection_of};
use ltsctl::diff::{Marks, Ownership};
use ltsctl::model::{
    Address, AddressGlob, Capabilities, Desired, Edition, EstateName, GroupSettings, Listing, Live, LiveGroup,
    LiveStream, Protection, StreamSettings, Tags,
};

use crate::support::estates::{estate, group, group_name, stream_name};
use crate::{a_dump, a_group, a_stream};

pub(crate) fn named(name: &str) -> EstateName {
    EstateName::parse(name).expect("a name")
}

pub(crate) fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().copied().collect()
}

fn owner_of(address: &Address, value: &str) -> Owner {
    let acme = named("acme");
    let ours = Ownership { estate: Some(&acme), tags_writable: true, take_over: &[] };
    ours.owner(address, Some(&tags(&[(MARKER_KEY, value)])))
}

#[test]
fn a_marker_grants_something_to_its_bearer_only() {
    let (group, stream) = (a_group("web"), a_stream("web", "access"));
    assert_eq!(owner_of(&group, "acme:group:web"), Owner::Us);
    assert_eq!(owner_of(&stream, "acme:stream:web/access"), Owner::Us);
    assert_eq!(owner_of(&group, "rivals:group:web"), Owner::Estate("rivals".to_owned()));
    for value in [
        "",
        "acme",
        "acme:",
        ":group:web",
        "acme:group:",
        "acme:group:we",
        "acme:group:webs",
        "acme:group:web/access",
        "acme:stream:web",
        "acme:Group:web",
        "acme: group:web",
        "acme:group:web ",
    ] {
        assert_eq!(owner_of(&group, value), Owner::Nobody, "{value:?}");
    }
    for value in ["acme:group:web", "acme:stream:web/error", "acme:stream:api/access", "acme:stream:access"] {
        assert_eq!(owner_of(&stream, value), Owner::Nobody, "{value:?}");
    }
    assert_eq!(owner_of(&a_dump("web", "d"), "acme:dump:web/d"), Owner::Us);
    let nobody = Ownership { estate: None, tags_writable: true, take_over: &[] };
    let marked = tags(&[(MARKER_KEY, "acme:group:web")]);
    assert_eq!(nobody.owner(&group, Some(&marked)), Owner::Estate("acme".to_owned()));
    assert_eq!(nobody.owner(&group, None), Owner::Nobody);
    assert_eq!(nobody.owner(&group, Some(&tags(&[("team", "acme:group:web")]))), Owner::Nobody);
}

#[test]
fn marks_say_whose_an_object_is_and_whether_it_is_protected() {
    let group = a_group("web");
    let marks = |pairs: &[(&str, &str)]| Marks::of(&group, Some(&tags(pairs)));
    assert_eq!(Marks::of(&group, None), Marks::default());
    assert_eq!(marks(&[("team", "x")]), Marks::default());
    let ours = marks(&[(MARKER_KEY, "acme:group:web")]);
    assert_eq!((ours.estate.as_deref(), ours.protected), (Some("acme"), false));
    assert_eq!(ours.to_string(), "of estate `acme`, not protected");
    let held = marks(&[(MARKER_KEY, "acme:group:other"), (PROTECTION_KEY, "anything")]);
    assert_eq!((held.estate.as_deref(), held.protected), (None, true));
    assert_eq!(held.to_string(), "of no estate, protected");
}

#[test]
fn whatever_protects_is_said_and_nothing_else_does() {
    let tag = tags(&[(PROTECTION_KEY, "group:web")]);
    assert_eq!(protection_of(None, None), None);
    assert_eq!(protection_of(Some(&tags(&[("team", "x")])), None), None);
    assert_eq!(protection_of(None, Some(Protection::Lifted)), None);
    assert!(protection_of(None, Some(Protection::Protected)).expect("protected").contains("protected: true"));
    assert!(protection_of(Some(&tag), None).expect("protected").contains("ltsctl-protected"));
    // Lifting is a change of its own: until it has landed, the tag holds.
    assert!(protection_of(Some(&tag), Some(Protection::Lifted)).expect("protected").contains("ltsctl-protected"));
}

#[test]
fn what_is_wanted_of_our_own_tags() {
    let acme = named("acme");
    let group = a_group("web");
    let wishes = |estate: Option<&EstateName>, tags_writable, protection| {
        let ownership = Ownership { estate, tags_writable, take_over: &[] };
        let reserved = ownership.reserved(&group, protection);
        let wishes = reserved.wishes().map(|(key, value)| (key, value.map(str::to_owned)));
        wishes.collect::<Vec<_>>()
    };
    let marker = (MARKER_KEY, Some("acme:group:web".to_owned()));
    assert_eq!(wishes(Some(&acme), true, None), std::slice::from_ref(&marker));
    let protected = (PROTECTION_KEY, Some("group:web".to_owned()));
    assert_eq!(wishes(Some(&acme), true, Some(Protection::Protected)), [marker.clone(), protected]);
    assert_eq!(wishes(Some(&acme), true, Some(Protection::Lifted)), [marker, (PROTECTION_KEY, None)]);
    assert_eq!(wishes(Some(&acme), false, Some(Protection::Protected)), []);
    assert_eq!(wishes(None, true, Some(Protection::Protected)), []);
}

#[test]
fn taking_over_is_for_the_addresses_that_are_named() {
    let globs = [AddressGlob::parse("groups/web").expect("a glob")];
    let ownership = Ownership { estate: None, tags_writable: true, take_over: &globs };
    assert!(ownership.may_take_over(&a_group("web")));
    assert!(!ownership.may_take_over(&a_group("api")));
    assert!(!ownership.may_take_over(&a_stream("web", "access")));
}

#[test]
fn what_is_found_under_a_name_may_belong_elsewhere() {
    let group = a_group("web");
    let found = |value: &str, own: Option<&str>| belongs_elsewhere(&group, &tags(&[(MARKER_KEY, value)]), own);
    assert!(found("rivals:group:web", Some("acme:group:web")));
    assert!(found("rivals:group:web", None));
    assert!(!found("acme:group:web", Some("acme:group:web")));
    assert!(!found("rivals:group:other", Some("acme:group:web")), "a copied marker says nothing");
    assert!(!belongs_elsewhere(&group, &tags(&[("team", "x")]), None));
}

#[test]
fn what_another_estate_owns_is_blocked_unless_it_is_taken_over_by_name() {
    let desired = Desired {
        estate: Some(named("acme")),
        ..estate(vec![("theirs", group(7, Vec::new(), None)), ("also", group(7, Vec::new(), None))])
    };
    let rivals = |id, name: &str| live_group(id, &[(MARKER_KEY, &format!("rivals:group:{name}"))], Vec::new());
    let groups = ["theirs", "also"].into_iter().zip(1..).map(|(name, id)| (group_name(name), rivals(id, name)));
    let live = Live { groups: groups.collect(), ..Live::default() };
    let plan = |take_over: &[AddressGlob]| {
        let memory = ltsctl::model::Memory::default();
        let purpose = ltsctl::plan::Purpose::Converge;
        let request = ltsctl::plan::Request { purpose, take_over, today: "2026-01-02", memory: &memory };
        let plan = ltsctl::plan::propose(&desired, &live, &Capabilities::of(Edition::Modern), request).plan;
        let addresses = |found: Vec<&Address>| found.into_iter().map(ToString::to_string).collect::<Vec<_>>();
        let steps = addresses(plan.steps.iter().map(|step| &step.address).collect());
        (steps, addresses(plan.blocked.iter().map(|obstacle| &obstacle.address).collect()))
    };
    let (nothing, both) = (Vec::<String>::new(), vec!["groups/also".to_owned(), "groups/theirs".to_owned()]);
    assert_eq!(plan(&[]), (nothing, both));
    let one = [AddressGlob::parse("groups/theirs").expect("a glob")];
    assert_eq!(plan(&one), (vec!["groups/theirs".to_owned()], vec!["groups/also".to_owned()]));
}

pub(crate) fn live_stream(id: u32, pairs: &[(&str, &str)]) -> LiveStream {
    let id = ltsctl::model::StreamId::parse(&format!("stream-{id}")).expect("an id");
    LiveStream { id, settings: StreamSettings { tags: Some(tags(pairs)), ..StreamSettings::default() } }
}

pub(crate) fn live_group(id: u32, pairs: &[(&str, &str)], streams: Vec<(&str, LiveStream)>) -> LiveGroup {
    LiveGroup {
        id: ltsctl::model::GroupId::parse(&format!("group-{id}")).expect("an id"),
        settings: GroupSettings { tags: Some(tags(pairs)), ..GroupSettings::default() },
        streams: Listing::Complete(streams.into_iter().map(|(name, stream)| (stream_name(name), stream)).collect()),
        dumps: Listing::Complete(Vec::new()),
    }
}
