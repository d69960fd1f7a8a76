//! What `drift` says, for every estate: it finds what a plan would change, and
//! nothing where a plan would change nothing; it knows who has moved.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use ltsctl::drift::baseline::{self, Known, Novelty};
use ltsctl::drift::{Drift, Finding, Look, Origin, Verdict, agree, judge, origin};
use ltsctl::emulator::Profile;
use ltsctl::model::{Acceptance, AddressGlob, Desired, Field, Memory, Period, StreamTtl};
use ltsctl::plan::Purpose;
use ltsctl::render::json::spell;
use proptest::prelude::*;
use support::estates::{any_estate, days, dump, estate, group, group_name, place, stream};
use support::{World, run};

const TARGET: &str = "my-kualalumpur-1/2a473356cca5487f8373be891bffc1cf";

async fn look(world: &World, desired: &Desired) -> Drift {
    let seen = world.observe(desired).await;
    let memory = Memory::default();
    let (live, capabilities) = (&seen.live, &seen.capabilities);
    judge(Look { desired, live, capabilities, memory: &memory, today: "2026-01-02" })
}

fn told(drift: &Drift) -> Vec<String> {
    let line = |finding: &Finding| {
        let field = finding.field.map_or("", Field::as_str);
        format!("{} {} {field}", finding.verdict, finding.address).trim_end().to_owned()
    };
    drift.findings.iter().map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is there and whatever is declared: there is drift where a plan has
    /// work or is stuck, and none where it has not.
    #[test]
    fn drift_and_plan_agree(before in any_estate(), after in any_estate()) {
        run(async {
            let world = World::new(Profile::Modern).await;
            world.apply(&before).await;
            let drift = look(&world, &after).await;
            let plan = world.propose(&after, Purpose::Converge).await.plan;
            let differs = drift.findings.iter().any(|finding| matches!(finding.verdict, Verdict::Drifted | Verdict::Missing));
            assert_eq!(differs, !plan.is_clean(), "{:?}", told(&drift));
            let addresses: Vec<_> = drift.findings.iter().map(|finding| &finding.address).collect();
            for step in &plan.steps {
                assert!(addresses.contains(&&step.address), "{} is not told", step.address);
            }
            assert!(drift.in_sync.iter().all(|address| !addresses.contains(&address)));
        });
    }

    /// After an apply there is nothing to tell but what nobody declares.
    #[test]
    fn an_applied_estate_does_not_drift(before in any_estate(), after in any_estate()) {
        run(async {
            let world = World::new(Profile::Modern).await;
            world.apply(&before).await;
            let proposal = world.propose(&after, Purpose::Converge).await;
            world.carry_out(&proposal).await;
            if !proposal.plan.blocked.is_empty() || !proposal.plan.held.is_empty() {
                return;
            }
            let drift = look(&world, &after).await;
            assert!(drift.findings.iter().all(|finding| matches!(finding.verdict, Verdict::Unmanaged | Verdict::Unverifiable)),
                "{:?}", told(&drift));
        });
    }

    /// Nobody has touched the project since it was applied: every difference of a
    /// later file is the file's.
    #[test]
    fn what_only_the_file_has_moved_is_yours(before in any_estate(), after in any_estate()) {
        run(async {
            let world = World::new(Profile::Modern).await;
            world.apply(&before).await;
            let base = look(&world, &before).await;
            let mut drift = look(&world, &after).await;
            origin::label(&mut drift, &base);
            for finding in drift.findings.iter().filter(|finding| matches!(finding.verdict, Verdict::Drifted | Verdict::Missing)) {
                assert_eq!(finding.origin, Some(Origin::Yours), "{:?}", told(&drift));
            }
        });
    }
}

fn small(ttl: i64) -> Desired {
    let own = stream(Some(StreamTtl::Own(days(3))));
    estate(vec![(
        "web",
        group(
            ttl,
            vec![("access", own), ("error", stream(None))],
            Some(vec![("archive", dump(&["access"], "bucket-one", Period::Hour1))]),
        ),
    )])
}

/// Sets the retention of the group as somebody in the console would.
async fn set_ttl_in_the_console(world: &World, ttl: u32) {
    let mut estate = world.service.estate();
    estate.groups.get_mut("web").expect("the group").ttl_in_days = Some(ttl);
    world.service.seed(&estate).expect("a project");
}

#[test]
fn who_has_moved_is_told() {
    run(async {
        let world = World::new(Profile::Modern).await;
        world.apply(&small(7)).await;
        set_ttl_in_the_console(&world, 99).await;
        for (declared, expected) in [(7, Origin::Theirs), (14, Origin::Both)] {
            let base = look(&world, &small(7)).await;
            let mut drift = look(&world, &small(declared)).await;
            origin::label(&mut drift, &base);
            assert_eq!(told(&drift), ["drifted groups/web ttl_in_days"]);
            assert_eq!(drift.findings[0].origin, Some(expected), "declared {declared}");
        }
        // The file followed the console: nothing is left to tell.
        assert_eq!(told(&look(&world, &small(99)).await), Vec::<String>::new());
    });
}

#[test]
fn what_is_accepted_is_quiet_until_its_date_and_names_its_reason_afterwards() {
    run(async {
        let world = World::new(Profile::Modern).await;
        world.apply(&small(7)).await;
        set_ttl_in_the_console(&world, 99).await;
        let accept = |value: &str, until: &str| {
            let mut desired = small(7);
            desired.accept.push(Acceptance {
                address: AddressGlob::parse("groups/w*").expect("a glob"),
                field: "ttl_in_days".into(),
                value: value.into(),
                reason: "incident 7".into(),
                until: until.into(),
                place: place(),
            });
            desired
        };
        let quiet = look(&world, &accept("99", "2026-01-02")).await;
        assert_eq!(told(&quiet), Vec::<String>::new());
        assert_eq!(quiet.accepted.len(), 1);
        assert_eq!(quiet.accepted[0].reason.as_ref(), "incident 7");
        let lapsed = look(&world, &accept("99", "2026-01-01")).await;
        assert_eq!(told(&lapsed), ["drifted groups/web ttl_in_days"]);
        assert_eq!(lapsed.findings[0].lapsed.as_ref().map(|lapsed| lapsed.until.as_ref()), Some("2026-01-01"));
        let other = look(&world, &accept("98", "2027-01-01")).await;
        assert_eq!(told(&other), ["drifted groups/web ttl_in_days"]);
        assert!(other.findings[0].lapsed.is_none() && other.accepted.is_empty());
    });
}

#[test]
fn extras_are_told_where_a_section_speaks_of_their_kind() {
    run(async {
        let world = World::new(Profile::Modern).await;
        world.apply(&small(7)).await;
        let mut silent = small(7);
        let mut speaking = small(7);
        let name = group_name("web");
        silent.groups.get_mut(&name).expect("the group").streams = None;
        silent.groups.get_mut(&name).expect("the group").dumps = None;
        speaking.groups.get_mut(&name).expect("the group").streams = Some(Default::default());
        speaking.groups.get_mut(&name).expect("the group").dumps = Some(Default::default());
        assert_eq!(told(&look(&world, &silent).await), Vec::<String>::new());
        let drift = look(&world, &speaking).await;
        assert_eq!(drift.count(Verdict::Unmanaged), 3, "{:?}", told(&drift));
    });
}

#[test]
fn a_later_report_knows_what_is_new_open_and_resolved() {
    run(async {
        let world = World::new(Profile::Modern).await;
        world.apply(&small(7)).await;
        set_ttl_in_the_console(&world, 99).await;
        let monday = "2026-01-02T03:00:00Z".parse().expect("a time");
        let tuesday = "2026-01-03T03:00:00Z".parse().expect("a time");
        let first = look(&world, &small(7)).await;
        let delta = baseline::compare(&first, TARGET, &[], monday, spell);
        assert!(delta.ages.iter().all(|age| age.novelty == Novelty::New && age.since == monday));
        let known: Vec<Known> = first
            .findings
            .iter()
            .map(|finding| Known {
                id: finding.id(TARGET),
                target: TARGET.to_owned(),
                address: finding.address.to_string(),
                verdict: finding.verdict,
                field: finding.field.map(|field| field.to_string()),
                since: monday,
                live: Some(finding.live.as_ref().map(spell)),
            })
            .collect();
        let same = look(&world, &small(7)).await;
        let delta = baseline::compare(&same, TARGET, &known, tuesday, spell);
        assert!(delta.ages.iter().all(|age| age.novelty == Novelty::Open && age.since == monday));
        assert_eq!(delta.news(&same).count(), 0);
        // Another value of the same field is the same finding, and is told.
        set_ttl_in_the_console(&world, 30).await;
        let second = look(&world, &small(7)).await;
        let delta = baseline::compare(&second, TARGET, &known, tuesday, spell);
        assert!(delta.ages.iter().all(|age| age.novelty == Novelty::Changed && age.since == monday));
        assert!(delta.ages.iter().all(|age| age.was == Some(Some("99".to_owned()))), "{:?}", delta.ages);
        assert_eq!(delta.news(&second).count(), second.findings.len());
        let other = baseline::compare(&second, "elsewhere/project", &known, tuesday, spell);
        assert!(other.ages.iter().all(|age| age.novelty == Novelty::New) && other.resolved.is_empty());
        set_ttl_in_the_console(&world, 7).await;
        let third = look(&world, &small(7)).await;
        let delta = baseline::compare(&third, TARGET, &known, tuesday, spell);
        assert_eq!((delta.ages.len(), delta.resolved.len(), delta.unknown.len()), (0, 1, 0));
        // What could not be read is not resolved.
        let mut unread = third.clone();
        unread.findings.push(Finding { verdict: Verdict::Unread, field: None, ..second.findings[0].clone() });
        let delta = baseline::compare(&unread, TARGET, &known, tuesday, spell);
        assert_eq!((delta.resolved.len(), delta.unknown.len()), (0, 1));
    });
}

#[test]
fn what_only_one_of_two_looks_shows_is_not_told() {
    run(async {
        let world = World::new(Profile::Modern).await;
        world.apply(&small(7)).await;
        let clean = look(&world, &small(7)).await;
        set_ttl_in_the_console(&world, 99).await;
        let drifted = look(&world, &small(7)).await;
        for (first, second) in [(&clean, &drifted), (&drifted, &clean)] {
            let told_of = agree(first, second.clone());
            assert_eq!(told(&told_of), Vec::<String>::new());
            assert_eq!(told_of.warnings.len(), 1);
        }
        let agreed = agree(&drifted, drifted.clone());
        assert_eq!((agreed.findings.len(), agreed.warnings.len()), (1, 0));
    });
}
