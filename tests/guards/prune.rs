//! What pruning takes, and what it spares.

use std::collections::BTreeMap;

use ltsctl::diff::ownership::MARKER_KEY;
use ltsctl::diff::{Ownership, prune};
use ltsctl::model::{Address, Capabilities, Desired, Edition, Listing, Live, Prune, Removal, Wanted};

use crate::a_group;
use crate::ownership::{live_group, live_stream, named};
use crate::support::estates::{absent_stream, estate, group, group_name, stream};

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
    let pruned = prune::add_pruned(desired.clone(), live, &ownership);
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
    let untouched = prune::add_pruned(asked.clone(), &found(), &ownership);
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
