//! The last word before the first write, case by case: what is refused, with
//! which numbers and which words. Mutation testing runs on these
//! (CONTRIBUTING.md): a guard that can be broken without a test failing here is
//! no guard.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use ltsctl::diff::ownership::{self, MARKER_KEY, Owner, PROTECTION_KEY, belongs_elsewhere, protection_of};
use ltsctl::diff::{Marks, Ownership};
use ltsctl::model::{
    Address, AddressGlob, Capabilities, DeleteBudget, Desired, DumpHandle, Edition, EstateName, GroupSettings, Listing,
    Live, LiveGroup, LiveStream, Protection, Prune, Removal, StreamSettings, Tags, Wanted,
};
use ltsctl::plan::guard::{BudgetRule, Refusal, find_classes, judge, needed_permissions};
use ltsctl::plan::{Class, Classes, LogLines, Loss, Plan, Step, Verb, Veto};
use support::estates::{absent_stream, estate, group, group_name, stream, stream_name};

fn step(verb: Verb, address: Address, classes: &[Class]) -> Step {
    Step {
        address,
        verb,
        calls: Vec::new(),
        fields: Vec::new(),
        classes: classes.iter().copied().collect(),
        reason: Some("because".to_owned()),
        loss: None,
        premises: Vec::new(),
        waits_for: Vec::new(),
        place: None,
        live_id: None,
    }
}

fn a_group(name: &str) -> Address {
    Address::Group(group_name(name))
}

fn a_stream(group: &str, name: &str) -> Address {
    Address::Stream(group_name(group), stream_name(name))
}

fn a_dump(group: &str, handle: &str) -> Address {
    Address::Dump(group_name(group), DumpHandle::parse(handle).expect("a handle"))
}

fn plan(steps: Vec<Step>) -> Plan {
    Plan { steps, ..Plan::default() }
}

fn classes(of: &[Class]) -> Classes {
    of.iter().copied().collect()
}

const GENEROUS: BudgetRule = BudgetRule::Enforced(DeleteBudget { count: 1000, percent: 100 });

/// The classes for which a plan is refused.
fn refused_for(plan: &Plan, allowed: &[Class]) -> Vec<Class> {
    let refusals = judge(plan, &classes(allowed), GENEROUS).err().unwrap_or_default();
    refusals
        .into_iter()
        .filter_map(|refusal| match refusal {
            Refusal::Class { class, .. } => Some(class),
            _ => None,
        })
        .collect()
}

#[test]
fn each_class_that_destroys_needs_its_own_flag() {
    for class in Class::ALL {
        let one = plan(vec![step(Verb::Update, a_group("g"), &[class])]);
        let harmless = matches!(class, Class::Create | Class::Update);
        assert_eq!(refused_for(&one, &[]), if harmless { vec![] } else { vec![class] }, "{class}");
        assert_eq!(class.needs_permission(), !harmless);
        assert_eq!(needed_permissions(&one), if harmless { classes(&[]) } else { classes(&[class]) });
        assert_eq!(refused_for(&one, &[class]), [], "{class} is allowed by name");
        let others: Vec<Class> = Class::ALL.into_iter().filter(|other| *other != class).collect();
        assert_eq!(refused_for(&one, &others), if harmless { vec![] } else { vec![class] }, "{class}");
        assert_eq!(Class::parse(class.as_str()), Some(class));
    }
    assert_eq!(Class::parse("everything"), None);
    let all = plan(vec![step(Verb::Delete, a_group("g"), &Class::ALL)]);
    assert_eq!(
        refused_for(&all, &[Class::Replace]),
        [Class::Delete, Class::DataLoss, Class::ArchiveGap, Class::Unmanaged]
    );
}

#[test]
fn a_refusal_names_each_object_once_the_reason_and_the_flag() {
    let lines = LogLines { counted: 7, streams_counted: 1, streams_uncounted: 0, reason: None };
    let lossy = Loss { log_lines: Some(lines), ..Loss::default() };
    let two = plan(vec![
        Step { loss: Some(lossy), ..step(Verb::Delete, a_stream("g", "s"), &[Class::DataLoss, Class::Delete]) },
        step(Verb::Delete, a_stream("g", "t"), &[Class::DataLoss]),
        // A replacement is two steps at one address.
        step(Verb::Create, a_stream("g", "t"), &[Class::DataLoss]),
        step(Verb::Create, a_group("new"), &[Class::Create]),
    ]);
    let refusals = judge(&two, &classes(&[]), BudgetRule::Exempt).expect_err("refused");
    let shown: Vec<(String, String)> = refusals.iter().map(|refusal| (refusal.to_string(), refusal.help())).collect();
    let (delete, data_loss) = ("allow it with `--allow delete`", "allow it with `--allow data-loss`");
    assert_eq!(
        shown,
        [
            ("1 step is of class `delete`, which is not allowed".to_owned(), delete.to_owned()),
            (
                "2 steps are of class `data-loss`, which is not allowed; they lose 7 log lines of the last 30 days"
                    .to_owned(),
                data_loss.to_owned()
            ),
        ]
    );
    let Refusal::Class { steps, .. } = &refusals[1] else { panic!("{refusals:?}") };
    let reason = Some("because".to_owned());
    assert_eq!(*steps, [(a_stream("g", "s"), reason.clone()), (a_stream("g", "t"), reason)]);
    let one = judge(&plan(two.steps[..1].to_vec()), &classes(&[Class::Delete]), BudgetRule::Exempt);
    let one = one.expect_err("refused")[0].to_string();
    assert_eq!(one, "1 step is of class `data-loss`, which is not allowed; it loses 7 log lines of the last 30 days");
}

#[test]
fn fail_on_finds_what_it_names_and_nothing_else() {
    let some = plan(vec![
        step(Verb::Create, a_group("g"), &[Class::Create]),
        step(Verb::Delete, a_stream("h", "s"), &[Class::Delete, Class::DataLoss]),
    ]);
    assert_eq!(find_classes(&some, &classes(&[Class::Create, Class::Replace])), classes(&[Class::Create]));
    assert_eq!(find_classes(&some, &classes(&[Class::DataLoss])), classes(&[Class::DataLoss]));
    assert_eq!(find_classes(&some, &classes(&[Class::Unmanaged])), classes(&[]));
    assert_eq!(needed_permissions(&some), classes(&[Class::Delete, Class::DataLoss]));
}

/// A plan that deletes as many streams, of as many live objects.
fn deleting(streams: usize, live_in_scope: usize) -> Plan {
    let delete = |number: usize| {
        let address = a_stream("g", &format!("s{number}"));
        step(Verb::Delete, address, &[Class::Delete, Class::DataLoss])
    };
    Plan { live_in_scope, ..plan((0..streams).map(delete).collect()) }
}

fn over_budget(plan: &Plan, count: u32, percent: u32) -> Option<(usize, usize, String)> {
    let allowed = classes(&Class::ALL);
    let refusals = judge(plan, &allowed, BudgetRule::Enforced(DeleteBudget { count, percent })).err()?;
    match refusals.as_slice() {
        [Refusal::Budget { deletions, limit, rule }] => Some((*deletions, *limit, rule.clone())),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_budget_ends_where_it_says() {
    assert_eq!(over_budget(&deleting(3, 3), 3, 100), None);
    let (deletions, limit, rule) = over_budget(&deleting(4, 4), 3, 100).expect("too many");
    assert_eq!((deletions, limit, rule.as_str()), (4, 3, "policy.max_deletes.count: 3"));
    // Percent counts from ten live objects on.
    assert_eq!(over_budget(&deleting(9, 9), 20, 30), None);
    assert_eq!(over_budget(&deleting(3, 10), 20, 30), None);
    let (deletions, limit, rule) = over_budget(&deleting(4, 10), 20, 30).expect("too many");
    assert_eq!((deletions, limit), (4, 3));
    assert_eq!(rule, "policy.max_deletes.percent: 30 of 10 live groups and streams");
    // Parts of an object are none.
    assert_eq!(over_budget(&deleting(3, 13), 20, 30), None);
    assert_eq!(over_budget(&deleting(4, 13), 20, 30).expect("too many").1, 3);
    assert_eq!(over_budget(&deleting(1, 100), 20, 0).expect("none may be").1, 0);
    // Whoever destroys on request is not asked.
    assert_eq!(judge(&deleting(50, 50), &classes(&Class::ALL), BudgetRule::Exempt), Ok(()));
    let refusal = Refusal::Budget { deletions: 4, limit: 3, rule: "the rule".to_owned() };
    assert_eq!(refusal.to_string(), "4 groups and streams would be deleted, and 3 may be (the rule)");
    assert!(refusal.help().contains("policy.max_deletes"));
}

#[test]
fn the_budget_counts_what_goes_along_and_no_dumps() {
    let cascade: BTreeSet<_> = ["s", "t"].into_iter().map(stream_name).collect();
    let loss = Loss { cascade, ..Loss::default() };
    let steps = vec![
        Step { loss: Some(loss), ..step(Verb::Delete, a_group("g"), &[Class::Delete, Class::DataLoss]) },
        step(Verb::Delete, a_dump("g", "d"), &[Class::Replace]),
        step(Verb::Create, a_dump("g", "d"), &[Class::Replace]),
        step(Verb::Update, a_group("h"), &[Class::Update]),
    ];
    assert_eq!(plan(steps.clone()).deletions(), 3);
    assert_eq!(over_budget(&plan(steps.clone()), 3, 100), None);
    assert_eq!(over_budget(&plan(steps), 2, 100).expect("too many").0, 3);
}

#[test]
fn what_is_vetoed_is_refused_whatever_is_allowed() {
    let vetoed = Plan { refusals: vec![Veto::PruneWithoutTags], ..Plan::default() };
    let refusals = judge(&vetoed, &classes(&Class::ALL), BudgetRule::Exempt).expect_err("refused");
    assert_eq!(refusals, [Refusal::Planned(Veto::PruneWithoutTags)]);
    assert!(refusals[0].to_string().contains("policy.prune"));
    assert!(refusals[0].help().contains("ensure: absent"));
}

// Ownership.

fn named(name: &str) -> EstateName {
    EstateName::parse(name).expect("a name")
}

fn tags(pairs: &[(&str, &str)]) -> Tags {
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

// Prune.

fn live_stream(id: u32, pairs: &[(&str, &str)]) -> LiveStream {
    let id = ltsctl::model::StreamId::parse(&format!("stream-{id}")).expect("an id");
    LiveStream { id, settings: StreamSettings { tags: Some(tags(pairs)), ..StreamSettings::default() } }
}

fn live_group(id: u32, pairs: &[(&str, &str)], streams: Vec<(&str, LiveStream)>) -> LiveGroup {
    LiveGroup {
        id: ltsctl::model::GroupId::parse(&format!("group-{id}")).expect("an id"),
        settings: GroupSettings { tags: Some(tags(pairs)), ..GroupSettings::default() },
        streams: Listing::Complete(streams.into_iter().map(|(name, stream)| (stream_name(name), stream)).collect()),
        dumps: Listing::Complete(Vec::new()),
    }
}

/// `web` with two streams of ours and one of nobody, `gone` of ours, and what
/// belongs to others.
fn found() -> Live {
    let groups = BTreeMap::from([
        (
            group_name("web"),
            live_group(
                1,
                &[(MARKER_KEY, "acme:group:web")],
                vec![
                    ("access", live_stream(1, &[(MARKER_KEY, "acme:stream:web/access")])),
                    ("old", live_stream(2, &[(MARKER_KEY, "acme:stream:web/old")])),
                    ("copied", live_stream(3, &[(MARKER_KEY, "acme:group:web")])),
                    ("console", live_stream(4, &[])),
                    ("theirs", live_stream(5, &[(MARKER_KEY, "rivals:stream:web/theirs")])),
                ],
            ),
        ),
        (group_name("gone"), live_group(2, &[(MARKER_KEY, "acme:group:gone")], Vec::new())),
        (group_name("theirs"), live_group(3, &[(MARKER_KEY, "rivals:group:theirs")], Vec::new())),
        (group_name("nobodys"), live_group(4, &[], Vec::new())),
    ]);
    Live { groups, ..Live::default() }
}

fn pruning(desired: Desired) -> Desired {
    let mut desired = Desired { estate: Some(named("acme")), ..desired };
    desired.policy.prune = Prune::Owned;
    desired
}

/// What pruning adds to a declaration, and what it spares.
fn pruned(desired: &Desired, live: &Live) -> (Vec<String>, Vec<String>) {
    let ownership = Ownership::new(desired, &Capabilities::of(Edition::Modern), &[]);
    let pruned = ownership::add_pruned(desired.clone(), live, &ownership);
    let mut added = Vec::new();
    for (name, group) in &pruned.desired.groups {
        if group.wanted == Wanted::Absent(Removal::Prune) {
            added.push(a_group(name.as_str()).to_string());
        }
        for (stream, entry) in group.streams.iter().flatten() {
            if entry.wanted == Wanted::Absent(Removal::Prune) {
                added.push(Address::Stream(name.clone(), stream.clone()).to_string());
            }
        }
    }
    (added, pruned.spared.iter().map(|obstacle| obstacle.address.to_string()).collect())
}

#[test]
fn prune_takes_what_is_ours_and_no_longer_declared() {
    let desired = pruning(estate(vec![("web", group(7, vec![("access", stream(None))], None))]));
    let (added, spared) = pruned(&desired, &found());
    assert_eq!(added, ["groups/gone", "groups/web/streams/old"]);
    assert_eq!(spared, Vec::<String>::new());
    // A tombstone names it already.
    let named =
        pruning(estate(vec![("web", group(7, vec![("access", stream(None)), ("old", absent_stream())], None))]));
    assert_eq!(pruned(&named, &found()).0, ["groups/gone"]);
}

#[test]
fn prune_is_off_unless_it_is_asked_for_by_a_named_estate() {
    let desired = || estate(vec![("web", group(7, vec![("access", stream(None))], None))]);
    let nothing = (Vec::<String>::new(), Vec::<String>::new());
    let unasked = Desired { estate: Some(named("acme")), ..desired() };
    assert_eq!(pruned(&unasked, &found()), nothing);
    let mut unnamed = pruning(desired());
    unnamed.estate = None;
    assert_eq!(pruned(&unnamed, &found()), nothing);
    let asked = pruning(desired());
    let ownership = Ownership::new(&asked, &Capabilities::of(Edition::Seed2022), &[]);
    assert!(!ownership.tags_writable);
    let untouched = ownership::add_pruned(asked.clone(), &found(), &ownership);
    assert_eq!(untouched.desired, asked, "tags that cannot be written prove nothing");
}

#[test]
fn an_absent_section_is_never_pruned() {
    let mut silent = group(7, Vec::new(), None);
    silent.streams = None;
    let desired = pruning(estate(vec![("web", silent), ("other", group(7, vec![("s", stream(None))], None))]));
    assert_eq!(pruned(&desired, &found()).0, ["groups/gone"]);
}

#[test]
fn a_list_that_was_not_read_is_not_pruned_by() {
    let desired = pruning(estate(vec![("web", group(7, vec![("access", stream(None))], None))]));
    let mut live = found();
    let web = live.groups.get_mut(&group_name("web")).expect("a group");
    let Listing::Complete(streams) = web.streams.clone() else { panic!("a list") };
    web.streams = Listing::Unread("refused".into(), streams);
    assert_eq!(pruned(&desired, &live).0, ["groups/gone"]);
}

#[test]
fn a_sudden_nothing_spares_everything() {
    // No stream at all any more.
    let (added, spared) = pruned(&pruning(estate(vec![("web", group(7, Vec::new(), None))])), &found());
    assert_eq!(added, Vec::<String>::new());
    assert_eq!(spared, ["groups/gone", "groups/web/streams/access", "groups/web/streams/old"]);
    // A tombstone declares no stream.
    let (added, _) = pruned(&pruning(estate(vec![("web", group(7, vec![("old", absent_stream())], None))])), &found());
    assert_eq!(added, Vec::<String>::new());
    // No group at all any more.
    let (added, spared) = pruned(&pruning(estate(Vec::new())), &found());
    assert_eq!(added, Vec::<String>::new());
    assert_eq!(spared, ["groups/gone", "groups/web"]);
}
