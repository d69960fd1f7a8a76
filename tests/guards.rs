//! The last word before the first write, case by case: what is refused, with
//! which numbers and which words. Mutation testing runs on these
//! (CONTRIBUTING.md): a guard that can be broken without a test failing here is
//! no guard.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "guards/ownership.rs"]
mod ownership;
#[path = "guards/prune.rs"]
mod prune;
mod support;

use std::collections::BTreeSet;

use ltsctl::model::{Address, DeleteBudget, DumpHandle};
use ltsctl::plan::guard::{BudgetRule, Refusal, find_classes, judge, needed_permissions};
use ltsctl::plan::{Class, Classes, LogLines, Loss, Plan, Step, Verb, Veto};
use support::estates::{group_name, stream_name};

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
