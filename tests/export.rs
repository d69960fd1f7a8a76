//! What holds for every export: it plans empty against what it came from, in
//! both editions, for every estate; it says everything that is readable and
//! names what it leaves out; and it is always the same text.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::path::Path;

use ltsctl::emulator::{Estate, Profile};
use ltsctl::export::{Export, Order, Ownerless, Refusal, Selection, export, find_difference};
use ltsctl::lts::Observation;
use ltsctl::model::{
    AddressGlob, Capabilities, EstateName, Listing, Live, Memory, ServiceTarget, Target, TransferKind,
};
use ltsctl::plan::{Purpose, Request, propose};
use proptest::prelude::*;
use support::live::any_live;
use support::odd::{any_project, make_whole};
use support::{World, run};

fn order<'a>(target: &'a Target, estate: Option<&'a EstateName>, selection: Selection<'a>) -> Order<'a> {
    Order { target, folder: Path::new(""), estate, selection, ownerless: Ownerless::LeftOut }
}

/// Exports, and plans what was written once more, as a user would.
fn check(
    live: &Live,
    capabilities: &Capabilities,
    estate: Option<&str>,
    selection: Selection<'_>,
) -> Result<Export, Refusal> {
    let target = Target::Service(ServiceTarget::default());
    let estate = estate.map(|name| EstateName::parse(name).expect("a name"));
    let order = order(&target, estate.as_ref(), selection);
    let found = export(live, capabilities, &order)?;
    let again = export(live, capabilities, &order).expect("the same again");
    assert_eq!(found, again);
    let memory = Memory::default();
    let request = Request { purpose: Purpose::Converge, take_over: &[], today: "2026-01-02", memory: &memory };
    let plan = propose(&found.manifest.desired, live, capabilities, request).plan;
    assert_eq!(find_difference(&plan), None, "{}", found.text);
    Ok(found)
}

/// Everything there is, or is left out by name.
fn is_told(live: &Live, export: &Export) {
    for (name, group) in &live.groups {
        let left_out = |part: &str| {
            export.draft.left_out.iter().any(|left| {
                left.address.to_string() == format!("groups/{name}")
                    || left.address.to_string() == format!("groups/{name}/{part}")
            })
        };
        let declared = export.manifest.desired.groups.get(name);
        assert!(declared.is_some() || left_out(""), "{name}");
        for stream in group.streams.complete().into_iter().flatten().map(|(name, _)| name) {
            let there =
                declared.is_some_and(|group| group.streams.as_ref().is_some_and(|all| all.contains_key(stream)));
            assert!(there || left_out(&format!("streams/{stream}")), "{name}/{stream}: {}", export.text);
        }
        for dump in group.dumps.complete().into_iter().flatten() {
            let names: std::collections::BTreeSet<_> = dump.stream_names();
            let there = declared.is_some_and(|group| {
                let dumps = group.dumps.as_ref();
                dumps.is_some_and(|dumps| dumps.values().any(|declared| declared.streams == names))
            });
            let there = there && dump.kind == TransferKind::Obs;
            assert!(there || left_out(&format!("dumps/{}", dump.id)), "{name} {}: {}", dump.id, export.text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_project_plans_empty_against_its_export(live in any_live(), owned in any::<bool>()) {
        for profile in [Profile::Modern, Profile::Seed2022, Profile::NoUpdate] {
            run(async {
                let world = World::new(profile).await;
                world.service.seed(&live).expect("a state");
                let Observation { live, capabilities, .. } = world.observe_all().await;
                let estate = owned.then_some("acme");
                let found = check(&live, &capabilities, estate, Selection::Everything).expect("an export");
                is_told(&live, &found);
                // And through the service itself, as the next run would.
                let proposal = world.propose(&found.manifest.desired, Purpose::Converge).await;
                assert_eq!(find_difference(&proposal.plan), None);
            });
        }
    }

    #[test]
    fn whatever_the_service_says_the_text_is_proved_or_refused((live, capabilities) in any_project()) {
        let whole = live.groups_doubt.is_none()
            && live.groups.values().all(|group| {
                !matches!(group.streams, Listing::Unread(..)) && !matches!(group.dumps, Listing::Unread(..))
            });
        match check(&live, &capabilities, None, Selection::Everything) {
            Ok(_) => prop_assert!(whole),
            Err(Refusal::Unread(_)) => prop_assert!(!whole),
            Err(other) => panic!("{other}"),
        }
        let live = make_whole(live);
        let found = check(&live, &capabilities, None, Selection::Everything).expect("an export");
        is_told(&live, &found);
        check(&live, &capabilities, Some("acme"), Selection::Everything).expect("an export");
    }

    /// What a first manifest is made of: everything that nobody else owns, and the next
    /// apply marks it and does nothing else.
    #[test]
    fn what_nobody_owns_is_adopted_by_its_marker_alone((live, capabilities) in any_project()) {
        let live = make_whole(live);
        let target = Target::Service(ServiceTarget::default());
        let estate = EstateName::parse("acme").expect("a name");
        let order = Order { ownerless: Ownerless::Declared, ..order(&target, Some(&estate), Selection::Everything) };
        let found = export(&live, &capabilities, &order).expect("an export");
        is_told(&live, &found);
        let memory = Memory::default();
        let request = Request { purpose: Purpose::Converge, take_over: &[], today: "2026-01-02", memory: &memory };
        let plan = propose(&found.manifest.desired, &live, &capabilities, request).plan;
        prop_assert!(plan.steps.iter().all(|step| step.only_marks()), "{:?}\n{}", plan.steps, found.text);
        prop_assert_eq!(plan.steps.len(), found.marked);
        prop_assert!(plan.blocked.is_empty() && plan.held.is_empty() && plan.unread.is_empty());
        if !capabilities.tags.is_usable() {
            prop_assert_eq!(found.marked, 0);
        }
    }

    #[test]
    fn a_part_is_exported_as_well_as_the_whole(
        (live, capabilities) in any_project(),
        glob in prop::sample::select(vec![
            "groups/*", "groups/*/**", "groups/a*/**", "groups/*/streams/*", "groups/*/dumps/*", "groups/*/*/*",
            "groups/?*/streams/?",
        ]),
    ) {
        let globs = [AddressGlob::parse(glob).expect("a glob")];
        match check(&make_whole(live), &capabilities, None, Selection::Matching(&globs)) {
            Ok(_) | Err(Refusal::NotFound(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

fn seed(text: &str) -> Estate {
    serde_json::from_str(text).expect("a state")
}

/// A project with everything that a manifest can say, and much that it cannot.
const PROJECT: &str = r#"{"groups": {
  "legacy": {"ttl_in_days": 3, "tags": {"ltsctl-estate": "rivals:group:legacy"}, "streams": {"x": null}},
  "payments": {"ttl_in_days": 7, "enterprise_project_id": "0", "tags": {"team": "payments", "cost centre": "4711"},
    "streams": {
      "api": null,
      "audit": {"ttl_in_days": 30, "tags": {"class": "evidence"}},
      "no": {"ttl_in_days": 14},
      "theirs": {"tags": {"ltsctl-estate": "rivals:stream:payments/theirs"}}
    },
    "transfers": [
      {"id": "t1", "streams": ["audit"], "status": "ENABLE", "storage_format": "JSON", "obs_bucket_name": "acme-log-archive",
       "period": "1hour", "dir_prefix_name": "payments/audit", "prefix_name": "audit-",
       "detail": {"obs_time_zone": "UTC+08:00", "obs_time_zone_id": "Asia/Kuala_Lumpur"}},
      {"id": "t2", "streams": ["api"], "type": "DIS"}
    ]},
  "web": {"ttl_in_days": 30}
}}"#;

#[test]
fn an_export_is_a_manifest_that_a_person_would_write() {
    let text = run(async {
        let world = World::new(Profile::Modern).await;
        world.service.seed(&seed(PROJECT)).expect("a state");
        let Observation { live, capabilities, .. } = world.observe_all().await;
        check(&live, &capabilities, None, Selection::Everything).expect("an export").text
    });
    insta::assert_snapshot!(text);
}

#[test]
fn the_edition_of_2022_shows_no_dumps_and_the_export_says_so() {
    let text = run(async {
        let world = World::new(Profile::Seed2022).await;
        world.service.seed(&seed(PROJECT)).expect("a state");
        let Observation { live, capabilities, .. } = world.observe_all().await;
        check(&live, &capabilities, None, Selection::Everything).expect("an export").text
    });
    insta::assert_snapshot!(text);
}

#[test]
fn what_was_outgrown_is_said_in_the_policy() {
    use std::fmt::Write as _;
    let mut text = String::from(r#"{"groups": {"big": {"ttl_in_days": 90, "streams": {"#);
    (0..101).for_each(|number| {
        let _ = write!(text, "{}\"s{number:03}\": null", if number == 0 { "" } else { "," });
    });
    text.push_str("}}}}");
    run(async {
        let world = World::new(Profile::Seed2022).await;
        world.service.seed(&seed(&text)).expect("a state");
        let Observation { live, capabilities, .. } = world.observe_all().await;
        let edition = ltsctl::model::Edition::Seed2022;
        let target = Target::Service(ServiceTarget { edition, ..ServiceTarget::default() });
        let found = export(&live, &capabilities, &order(&target, None, Selection::Everything)).expect("an export");
        assert!(found.text.contains("policy:\n  quotas: {streams: 101}\n  max_group_ttl: 90\n"), "{}", found.text);
    });
}
