//! Observation: which lists are read, and what is made of bad ones.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::*;
use super::script::*;
use crate::model::{Ability, Address, Days, Edition, GroupName, Listing, Live, LiveGroup, StreamName, StreamTtl, Tags};

fn groups(groups: &[(&str, &str)]) -> Reply {
    let items: Vec<String> = groups
        .iter()
        .map(|(id, name)| format!(r#"{{"log_group_id":"{id}","log_group_name":"{name}","ttl_in_days":7}}"#))
        .collect();
    answer(200, format!(r#"{{"log_groups":[{}]}}"#, items.join(",")))
}

fn streams(streams: &[(&str, &str, &str)]) -> Reply {
    let items: Vec<String> = streams
        .iter()
        .map(|(group, id, name)| {
            format!(
                r#"{{"log_group_id":"{group}","log_stream_id":"{id}","log_stream_name":"{name}","ttl_in_days":-1}}"#
            )
        })
        .collect();
    answer(200, format!(r#"{{"log_streams":[{}]}}"#, items.join(",")))
}

fn transfers(transfers: &[(&str, &str)]) -> Reply {
    let items: Vec<String> = transfers
        .iter()
        .map(|(group, id)| {
            format!(
                r#"{{"log_group_id":"{group}","log_transfer_id":"{id}","log_streams":[{{"log_stream_id":"s1","log_stream_name":"old name"}}],
                "log_transfer_info":{{"log_transfer_type":"OBS","log_transfer_status":"ENABLE","log_transfer_detail":{{}}}}}}"#
            )
        })
        .collect();
    answer(200, format!(r#"{{"log_transfers":[{}]}}"#, items.join(",")))
}

fn modern() -> Script {
    Script::new()
        .always("GET groups", groups(&[("g1", "payments"), ("g2", "web")]))
        .always("GET log-streams", streams(&[("g1", "s1", "api"), ("g1", "s2", "audit")]))
        .always("GET transfers", transfers(&[("g1", "t1")]))
}

fn seed() -> Script {
    Script::new()
        .always("GET groups", groups(&[("g1", "payments"), ("g2", "web")]))
        .always("GET transfers", refusal(404, "APIGW.0101"))
        .always(
            "GET groups/g1/streams",
            answer(200, r#"{"log_streams":[{"log_stream_id":"s1","log_stream_name":"api","tag":{"k":"v"}}]}"#),
        )
        .always("GET groups/g2/streams", streams(&[]))
}

async fn look(script: &Script) -> Observation {
    observe(&client(script).await, &Scope::Everything).await.expect("an observation")
}

fn group<'a>(live: &'a Live, name: &str) -> &'a LiveGroup {
    live.groups.get(name).expect("a group")
}

fn reason<T>(listing: &Listing<T>) -> &str {
    match listing {
        Listing::Unread(reason, _) => reason,
        Listing::Complete(_) | Listing::NotOffered => "",
    }
}

#[tokio::test(start_paused = true)]
async fn the_current_edition_costs_three_reads() {
    for edition in [Edition::Auto, Edition::Modern] {
        let script = modern();
        let client = client_of(&script, edition).await;
        let seen = observe(&client, &Scope::Everything).await.expect("an observation");
        assert_eq!(client.usage().reads, 3);
        let payments = group(&seen.live, "payments");
        assert_eq!((&payments.id, payments.settings.ttl), (&group_id("g1"), Some(Days::from_service(7))));
        assert_eq!(payments.settings.tags, Some(Tags::default()), "no tag is no tags");
        let streams = payments.streams.complete().expect("streams");
        assert_eq!(streams.len(), 2);
        assert_eq!(streams.get("api").expect("a stream").settings.ttl, Some(StreamTtl::Inherit));
        let dumps = payments.dumps.complete().expect("dumps");
        assert_eq!(dumps[0].stream_names().into_iter().collect::<Vec<_>>(), [StreamName::from_service("api")]);
        assert_eq!(group(&seen.live, "web").dumps, Listing::Complete(Vec::new()));
        assert_eq!(seen.capabilities.transfers, Ability::Offered);
        assert_eq!((seen.live.groups_doubt, seen.live.ambiguous.len(), seen.warnings.len()), (None, 0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn the_old_edition_is_read_group_by_group_where_it_matters() {
    let script = seed();
    let scope = Scope::Groups(BTreeSet::from([GroupName::from_service("payments"), GroupName::from_service("new")]));
    let seen = observe(&client(&script).await, &scope).await.expect("an observation");
    assert_eq!(script.asked(), ["GET groups", "GET transfers", "GET groups/g1/streams"]);
    let payments = group(&seen.live, "payments");
    let api = &payments.streams.complete().expect("streams")["api"];
    assert_eq!((api.settings.ttl, &api.settings.tags), (None, &Some([("k", "v")].into_iter().collect())));
    assert_eq!((&payments.dumps, &payments.settings.tags), (&Listing::NotOffered, &None));
    assert!(reason(&group(&seen.live, "web").streams).starts_with("not read"));
    assert_eq!((seen.capabilities.transfers, seen.capabilities.update_group), (Ability::Missing, Ability::Missing));
    assert!(seen.warnings.is_empty(), "{:?}", seen.warnings);
    let known = seed();
    let client = client_of(&known, Edition::Seed2022).await;
    observe(&client, &Scope::Everything).await.expect("an observation");
    assert_eq!(known.asked(), ["GET groups", "GET groups/g1/streams", "GET groups/g2/streams"]);
}

#[tokio::test(start_paused = true)]
async fn transfers_without_a_list_of_all_streams_is_in_between() {
    let script = modern()
        .always("GET log-streams", refusal(404, "APIGW.0101"))
        .always("GET groups/g1/streams", streams(&[("g1", "s1", "api")]))
        .always("GET groups/g2/streams", streams(&[]));
    let seen = look(&script).await;
    assert_eq!(group(&seen.live, "payments").streams.complete().expect("streams").len(), 1);
    assert!(group(&seen.live, "payments").dumps.complete().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_list_that_fails_is_unread_and_never_empty() {
    for failure in
        [refusal(403, "LTS.0003"), answer(503, "-"), answer(200, "<html/>"), answer(200, "{}"), interrupted()]
    {
        let seen = look(&modern().always("GET transfers", failure.clone())).await;
        assert_ne!(reason(&group(&seen.live, "web").dumps), "");
        assert!(group(&seen.live, "web").streams.complete().is_some());
        assert_eq!(seen.warnings.len(), 1);
        let seen = look(&modern().always("GET log-streams", failure.clone())).await;
        assert_ne!(reason(&group(&seen.live, "web").streams), "");
        let seen = look(&seed().always("GET groups/g1/streams", failure.clone())).await;
        assert_ne!(reason(&group(&seen.live, "payments").streams), "");
        assert!(group(&seen.live, "web").streams.complete().is_some());
        let broken = modern().always("GET groups", failure);
        assert!(observe(&client(&broken).await, &Scope::Everything).await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn some_failures_end_the_observation() {
    for (name, failure) in [
        ("GET transfers", refusal(401, "APIGW.0301")),
        ("GET log-streams", refusal(403, "LTS.0001")),
        ("GET groups", refusal(404, "APIGW.0101")),
    ] {
        let script = modern().always(name, failure);
        assert!(observe(&client(&script).await, &Scope::Everything).await.is_err(), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn twins_are_ambiguous() {
    let script = modern()
        .always("GET groups", groups(&[("g2", "web"), ("g1", "web"), ("g1", "web")]))
        .always("GET log-streams", streams(&[("g1", "s2", "api"), ("g1", "s1", "api"), ("g2", "s3", "x")]));
    let seen = look(&script).await;
    let web = GroupName::from_service("web");
    let stream = Address::Stream(web.clone(), StreamName::from_service("api"));
    assert_eq!(&*seen.live.ambiguous[&Address::Group(web)], "two log groups have this name: g1 and g2");
    assert_eq!(&*seen.live.ambiguous[&stream], "two log streams have this name: s1 and s2");
    assert_eq!(seen.live.groups_doubt, None);
}

#[tokio::test(start_paused = true)]
async fn items_without_id_or_name_leave_the_list_unread() {
    let odd = answer(
        200,
        r#"{"log_streams":[{"log_group_id":"g1","log_stream_id":"s1","log_stream_name":"api"},{"log_stream_id":"s2","log_group_id":"g1"}]}"#,
    );
    let seen = look(&modern().always("GET log-streams", odd)).await;
    assert!(reason(&group(&seen.live, "web").streams).contains("1 of 2 log streams"));
    let homeless = answer(200, r#"{"log_streams":[{"log_stream_id":"s2","log_stream_name":"api"}]}"#);
    let seen = look(&modern().always("GET log-streams", homeless)).await;
    assert!(reason(&group(&seen.live, "web").streams).contains("without its group"));
    let nameless =
        answer(200, r#"{"log_groups":[{"log_group_id":"g1","log_group_name":"payments"},{"log_group_id":"g2"}]}"#);
    let seen = look(&modern().always("GET groups", nameless)).await;
    assert!(seen.live.groups_doubt.is_some_and(|doubt| doubt.contains("1 of 2 log groups")));
}

#[tokio::test(start_paused = true)]
async fn a_contradiction_is_looked_at_twice() {
    let late = modern().on("GET groups", [groups(&[("g2", "web")])]);
    let seen = look(&late).await;
    assert_eq!((late.asked().len(), seen.live.groups_doubt), (6, None));
    assert_eq!(seen.live.groups.len(), 2);
    for lost in [
        modern().always("GET groups", groups(&[])),
        modern().always("GET transfers", transfers(&[("g9", "t9")])),
        modern().always("GET log-streams", streams(&[("g9", "s9", "x")])),
        seed().always("GET groups/g1/streams", refusal(400, "LTS.0201")),
        seed().always("GET groups/g1/streams", answer(404, "")),
    ] {
        let seen = look(&lost).await;
        assert!(seen.live.groups_doubt.is_some());
        assert!(!seen.warnings.is_empty());
    }
}

fn hundred(group: &str) -> Reply {
    let ids: Vec<String> = (0..100).map(|index| format!("t{index:03}")).collect();
    transfers(&ids.iter().map(|id| (group, id.as_str())).collect::<Vec<_>>())
}

#[tokio::test(start_paused = true)]
async fn s25_a_hundred_transfers_are_asked_for_again_by_group() {
    let mut long = String::new();
    for index in 0..120 {
        let comma = if index == 0 { "" } else { "," };
        write!(long, r#"{comma}{{"log_group_id":"g1","log_transfer_id":"t{index:03}","log_streams":[],"log_transfer_info":{{"log_transfer_type":"OBS"}}}}"#).expect("text");
    }
    let whole = answer(200, format!(r#"{{"log_transfers":[{long}]}}"#));
    let script = modern()
        .always("GET transfers", hundred("g1"))
        .always("GET transfers?log_group_name=payments", whole)
        .always("GET transfers?log_group_name=web", transfers(&[("g2", "u1")]));
    let seen = look(&script).await;
    assert_eq!(group(&seen.live, "payments").dumps.complete().expect("dumps").len(), 120);
    assert_eq!(group(&seen.live, "web").dumps.complete().expect("dumps").len(), 1);
    assert_eq!(script.asked().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn s25_a_part_that_is_cut_or_fails_or_loses_some_is_unread() {
    let web = "GET transfers?log_group_name=web";
    for (part, words) in [
        (hundred("g1"), "exactly 100"),
        (answer(503, "-"), "503"),
        (transfers(&[("g1", "t000")]), "is in the project's list and not in the group's"),
        (refusal(400, "LTS.0201"), "LTS.0201"),
    ] {
        let script = modern()
            .always("GET transfers", hundred("g1"))
            .always("GET transfers?log_group_name=payments", part)
            .always(web, transfers(&[]));
        let seen = look(&script).await;
        let payments = group(&seen.live, "payments");
        assert!(reason(&payments.dumps).contains(words), "{words}: {}", reason(&payments.dumps));
        assert_eq!(payments.dumps.seen().expect("what was seen").len(), 100);
        assert!(group(&seen.live, "web").dumps.complete().is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn a_declared_edition_gives_way_to_what_is_seen() {
    let script = modern().always("GET transfers", refusal(404, "APIGW.0101"));
    let client = client_of(&script, Edition::Modern).await;
    let seen = observe(&client, &Scope::Everything).await.expect("an observation");
    assert_eq!(seen.capabilities.transfers, Ability::Missing);
    assert_eq!(group(&seen.live, "web").dumps, Listing::NotOffered);
    assert_eq!(seen.warnings, ["the target says `api: modern`, but the service has no list of transfers"]);
}

#[tokio::test(start_paused = true)]
async fn s15_ten_thousand_streams_are_read_in_one_go() {
    let mut items = String::new();
    for index in 0..10_000 {
        let comma = if index == 0 { "" } else { "," };
        write!(items, r#"{comma}{{"log_group_id":"g1","log_stream_id":"s{index}","log_stream_name":"stream-{index}","ttl_in_days":-1,"tag":{{"a":"b"}},"filter_count":0}}"#).expect("text");
    }
    let script = modern().always("GET log-streams", answer(200, format!(r#"{{"log_streams":[{items}]}}"#)));
    let seen = look(&script).await;
    assert_eq!(group(&seen.live, "payments").streams.complete().expect("streams").len(), 10_000);
}

#[tokio::test(start_paused = true)]
async fn a_transfer_that_cannot_be_read_makes_all_dumps_unread() {
    let odd = answer(200, r#"{"log_transfers":[{"log_transfer_id":"t1"}]}"#);
    let seen = look(&modern().always("GET transfers", odd)).await;
    assert_eq!(reason(&group(&seen.live, "web").dumps), "1 of 1 transfers have no usable id or name");
    assert_eq!(seen.warnings, ["OBS dumps are unread: 1 of 1 transfers have no usable id or name"]);
}
