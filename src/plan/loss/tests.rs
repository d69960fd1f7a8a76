//! What is asked, and what is made of the answers.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::model::{Address, Days, GroupName, GroupSettings, Listing, LiveStream, StreamName, StreamSettings};
use crate::plan::{Classes, Verb};

const NOW: i64 = 1_767_323_045_000;

fn group_name(name: &str) -> GroupName {
    GroupName::parse(name).expect("a name")
}

fn stream_name(name: &str) -> StreamName {
    StreamName::parse(name).expect("a name")
}

fn group(streams: Listing<BTreeMap<StreamName, LiveStream>>) -> LiveGroup {
    let settings = GroupSettings { ttl: Some(Days::from_service(60)), ..GroupSettings::default() };
    LiveGroup { id: GroupId::parse("g-id").expect("an id"), settings, streams, dumps: Listing::NotOffered }
}

fn streams(names: &[String]) -> BTreeMap<StreamName, LiveStream> {
    let id = |name: &String| StreamId::parse(&format!("{name}-id")).expect("an id");
    let live = |name: &String| LiveStream { id: id(name), settings: StreamSettings::default() };
    names.iter().map(|name| (stream_name(name), live(name))).collect()
}

fn live(streams: Listing<BTreeMap<StreamName, LiveStream>>) -> Live {
    Live { groups: BTreeMap::from([(group_name("g"), group(streams))]), ..Live::default() }
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("s{number:03}")).collect()
}

fn step(address: Address, losing: &[String], kept_days: u32) -> Step {
    let streams = losing.iter().map(|name| stream_name(name)).collect();
    Step {
        address,
        verb: Verb::Delete,
        calls: Vec::new(),
        fields: Vec::new(),
        classes: Classes::new(),
        reason: None,
        loss: Some(Loss { streams, kept_days, ..Loss::default() }),
        premises: Vec::new(),
        waits_for: Vec::new(),
        place: None,
        live_id: None,
    }
}

fn group_step(losing: &[String], kept_days: u32) -> Step {
    step(Address::Group(group_name("g")), losing, kept_days)
}

fn plan(steps: Vec<Step>) -> Plan {
    Plan { steps, ..Plan::default() }
}

fn noted(plan: &mut Plan, live: &Live, answer: impl Fn(usize) -> Result<u64, String>) -> Vec<Option<LogLines>> {
    let questions = ask(plan, live);
    let answers: Vec<_> = (0..questions.len()).map(answer).collect();
    note(plan, live, &questions, &answers);
    plan.steps.iter().map(|step| step.loss.as_ref().and_then(|loss| loss.log_lines.clone())).collect()
}

fn days(question: &Question) -> (i64, i64) {
    let (start, end) = question.window(NOW);
    ((NOW - start) / DAY_MS, (NOW - end) / DAY_MS)
}

#[test]
fn what_goes_loses_all_of_the_last_days() {
    let live = live(Listing::Complete(streams(&names(3))));
    let plan = plan(vec![group_step(&names(2), 0)]);
    let questions = ask(&plan, &live);
    let ids: Vec<&str> = questions.iter().map(|question| question.stream.as_str()).collect();
    assert_eq!(ids, ["s000-id", "s001-id"]);
    assert_eq!(questions.iter().map(days).collect::<BTreeSet<_>>(), BTreeSet::from([(30, 0)]));
    assert!(questions.iter().all(|question| question.group.as_str() == "g-id"));
}

#[test]
fn a_shorter_retention_loses_what_is_older_than_it() {
    let live = live(Listing::Complete(streams(&names(1))));
    for (kept, expected) in [(1, Some((30, 1))), (29, Some((30, 29))), (30, None), (365, None)] {
        let mut plan = plan(vec![group_step(&names(1), kept)]);
        assert_eq!(ask(&plan, &live).first().map(days), expected, "{kept}");
        // What cannot be counted is not said to be nothing.
        let lines = noted(&mut plan, &live, |_| Ok(4)).remove(0);
        assert_eq!(lines.map(|lines| lines.counted), expected.map(|_| 4), "{kept}");
    }
}

#[test]
fn fifty_streams_are_counted_and_always_the_same() {
    let live = live(Listing::Complete(streams(&names(80))));
    let one = |name: &String| step(Address::Stream(group_name("g"), stream_name(name)), std::slice::from_ref(name), 0);
    let mut steps: Vec<Step> = names(80)[..30].iter().map(one).collect();
    steps.push(group_step(&names(80)[30..], 0));
    let mut plan = plan(steps);
    let questions = ask(&plan, &live);
    assert_eq!(questions.len(), MOST_QUESTIONS);
    assert_eq!(questions, ask(&plan, &live));
    let lines = noted(&mut plan, &live, |_| Ok(1000));
    assert_eq!(lines[0].as_ref().expect("a count").to_string(), "1,000 log lines of the last 30 days");
    assert_eq!(
        lines[30].as_ref().expect("a count").to_string(),
        "20,000 log lines of the last 30 days in 20 streams, and an unknown number in 30 more (at most 50 streams are \
         counted for one plan)"
    );
    let total = total(plan.steps.iter()).expect("a total");
    assert_eq!((total.counted, total.streams_counted, total.streams_uncounted), (50_000, 50, 30));
}

#[test]
fn a_failed_count_is_unknown_and_says_why() {
    let live = live(Listing::Complete(streams(&names(2))));
    let mut all = plan(vec![group_step(&names(2), 0)]);
    let lines = noted(&mut all, &live, |_| Err("not allowed".to_owned())).remove(0).expect("a count");
    assert_eq!(lines.to_string(), "an unknown number of log lines of the last 30 days (not allowed)");
    let mut one = plan(vec![group_step(&names(2), 0)]);
    let lines = noted(&mut one, &live, |index| if index == 0 { Ok(1) } else { Err("gone".to_owned()) }).remove(0);
    let text = lines.expect("a count").to_string();
    assert_eq!(text, "1 log line of the last 30 days in 1 stream, and an unknown number in 1 more (gone)");
}

#[test]
fn streams_that_were_not_read_lose_an_unknown_number() {
    let live = live(Listing::Unread("refused".into(), BTreeMap::new()));
    let mut plan = plan(vec![group_step(&[], 1)]);
    let lines = noted(&mut plan, &live, |_| Ok(1)).remove(0).expect("a count");
    let reason = "(the streams of the group were not read)";
    assert_eq!(lines.to_string(), format!("an unknown number of log lines of the last 30 days {reason}"));
}

#[test]
fn what_loses_nothing_is_not_asked_about() {
    let live = live(Listing::Complete(streams(&names(2))));
    let mut harmless = group_step(&[], 0);
    harmless.loss = None;
    // A group without streams has no lines.
    let mut plan = plan(vec![harmless, group_step(&[], 0)]);
    assert_eq!(noted(&mut plan, &live, |_| Ok(1)), [None, None]);
    assert_eq!(total(plan.steps.iter()), None);
}

#[test]
fn digits_are_grouped() {
    let cases =
        [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (u64::MAX, "18,446,744,073,709,551,615")];
    for (number, text) in cases {
        assert_eq!(group_digits(number), text);
    }
}
