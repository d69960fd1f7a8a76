//! Whose credential it is, before anything else.

use std::sync::Arc;

use super::super::*;
use super::script::*;
use crate::model::{DomainId, ProjectId};

const ALL: &str = "GET iam /v3/projects";

fn named(name: &str) -> Settings {
    Settings { project: ProjectPin::Name(Arc::from(name)), ..settings() }
}

async fn refused(script: &Script, settings: Settings) -> Error {
    connect_as(script, settings, Limits::default()).await.expect_err("a refusal")
}

#[tokio::test(start_paused = true)]
async fn a_project_by_id_is_found_by_the_regions_name_or_among_all() {
    let (_, identity) = connect_as(&Script::new(), settings(), Limits::default()).await.expect("a connection");
    assert_eq!(identity.project_name.as_deref(), Some(REGION));
    assert_eq!(identity.domain_id, DomainId::parse(DOMAIN).ok());
    let sub = Script::default()
        .always(LOOKUP, projects(&[(OTHER_PROJECT, REGION)]))
        .always(ALL, projects(&[(OTHER_PROJECT, REGION), (PROJECT, "my-kualalumpur-1_logs")]));
    let (_, identity) = connect_as(&sub, settings(), Limits::default()).await.expect("a connection");
    assert_eq!(identity.project_name.as_deref(), Some("my-kualalumpur-1_logs"));
    assert_eq!(sub.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn s66_a_project_of_somebody_else_is_refused() {
    let foreign = Script::default()
        .always(LOOKUP, projects(&[(OTHER_PROJECT, REGION)]))
        .always(ALL, projects(&[(OTHER_PROJECT, REGION)]));
    let error = refused(&foreign, settings()).await;
    assert_eq!(error.class, ErrorClass::Identity);
    assert!(error.to_string().contains("no access to project `2a473356"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_name_must_match_exactly_and_once() {
    let lookup = "GET iam /v3/projects?name=logs";
    let similar = Script::default().always(lookup, projects(&[(PROJECT, "logs-old"), (OTHER_PROJECT, "Logs")]));
    assert_eq!(refused(&similar, named("logs")).await.class, ErrorClass::Identity);
    let twice = Script::default().always(lookup, projects(&[(PROJECT, "logs"), (OTHER_PROJECT, "logs")]));
    assert!(refused(&twice, named("logs")).await.to_string().contains("two projects"));
    let once = Script::default().always(lookup, projects(&[(OTHER_PROJECT, "logs-old"), (PROJECT, "logs")]));
    let (_, identity) = connect_as(&once, named("logs"), Limits::default()).await.expect("a connection");
    assert_eq!(identity.project_id.as_str(), PROJECT);
}

#[tokio::test(start_paused = true)]
async fn id_and_name_together_must_be_one_project() {
    let lookup = "GET iam /v3/projects?name=logs";
    let script = Script::default().always(lookup, projects(&[(OTHER_PROJECT, "logs")]));
    let both = ProjectPin::Both(ProjectId::parse(PROJECT).expect("an id"), Arc::from("logs"));
    let error = refused(&script, Settings { project: both, ..settings() }).await;
    assert_eq!(error.class, ErrorClass::Identity);
}

#[tokio::test(start_paused = true)]
async fn s66_the_account_is_compared() {
    let pin = |id: &str| Settings { domain_pin: DomainId::parse(id).ok(), ..settings() };
    assert!(connect_as(&Script::new(), pin(DOMAIN), Limits::default()).await.is_ok());
    let error = refused(&Script::new(), pin(OTHER_PROJECT)).await;
    assert_eq!(error.class, ErrorClass::Identity);
    assert!(error.to_string().contains("belongs to account `0123456789abcdef"), "{error}");
    let pinned = Settings { domain_pin: DomainId::parse(OTHER_PROJECT).ok(), ..with_password() };
    let script = Script::default().always(TOKENS, token("t1"));
    assert_eq!(refused(&script, pinned).await.class, ErrorClass::Identity);
}

#[tokio::test(start_paused = true)]
async fn s66_a_project_of_another_region_is_refused() {
    for name in ["ap-southeast-1", "ap-southeast-1_logs", "cn-east-3_my-kualalumpur-1"] {
        let script = Script::default().always(LOOKUP, projects(&[])).always(ALL, projects(&[(PROJECT, name)]));
        let error = refused(&script, settings()).await;
        assert_eq!(error.class, ErrorClass::Identity, "{name}");
        assert!(error.to_string().contains("not in `my-kualalumpur-1`"), "{error}");
    }
    // A name that speaks of no region says nothing.
    for name in ["demo", "my-kualalumpur-1", "my-kualalumpur-1_ap-southeast-1", "team-7", "Ap-southeast-1", "a-b-1", ""]
    {
        let script = Script::default().always(LOOKUP, projects(&[])).always(ALL, projects(&[(PROJECT, name)]));
        assert!(connect_as(&script, settings(), Limits::default()).await.is_ok(), "{name}");
    }
    let script = Script::default().always(TOKENS, token("t1"));
    let elsewhere =
        Settings { region: crate::model::Region::parse("ap-southeast-1").expect("a region"), ..with_password() };
    let error = refused(&script, elsewhere).await;
    assert_eq!(error.class, ErrorClass::Identity);
    assert!(error.to_string().contains("is in region `my-kualalumpur-1`"), "{error}");
    assert_eq!(script.requests().len(), 1, "nothing is asked of LTS");
}

#[tokio::test(start_paused = true)]
async fn without_the_right_to_look_up_an_id_alone_will_do() {
    for refusal in [refusal(403, "IAM.0003"), refusal(404, "APIGW.0101"), answer(404, "")] {
        let script = Script::default().always(LOOKUP, refusal.clone());
        let (_, identity) = connect_as(&script, settings(), Limits::default()).await.expect("a connection");
        assert_eq!((identity.project_name, identity.domain_id), (None, None));
        let pinned = Settings { domain_pin: DomainId::parse(DOMAIN).ok(), ..settings() };
        refused(&script, pinned).await;
        refused(&script, named(REGION)).await;
    }
    let down = Script::default().always(LOOKUP, refusal(503, "APIGW.0613"));
    assert_eq!(refused(&down, settings()).await.class, ErrorClass::Server);
}

#[tokio::test(start_paused = true)]
async fn a_token_says_itself_what_it_is_for() {
    let script = Script::default().always(TOKENS, token("t1"));
    let (_, identity) = connect_as(&script, with_password(), Limits::default()).await.expect("a connection");
    assert_eq!(identity.project_id.as_str(), PROJECT);
    assert_eq!(identity.domain_name.as_deref(), Some("acme"));
    assert_eq!(script.requests().len(), 1);
    let body = script.last_body();
    assert!(body.contains(&format!(r#""scope":{{"project":{{"id":"{PROJECT}"}}}}"#)), "{body}");
    assert!(!script.requests()[0].headers().contains_key("authorization"));
    let other = ProjectPin::Id(ProjectId::parse(OTHER_PROJECT).expect("an id"));
    let error = refused(&script, Settings { project: other, ..with_password() }).await;
    assert_eq!(error.class, ErrorClass::Identity);
}

#[tokio::test(start_paused = true)]
async fn the_skew_is_part_of_the_identity() {
    let script = Script::default()
        .always(LOOKUP, projects(&[(PROJECT, REGION)]).header("Date", "Tue, 02 Jan 2024 03:04:35 GMT"));
    let (_, identity) = connect_as(&script, settings(), Limits::default()).await.expect("a connection");
    assert_eq!(identity.clock_skew_seconds, Some(-30));
}

#[tokio::test(start_paused = true)]
async fn an_account_that_iam_does_not_tell_is_not_taken_for_the_demanded_one() {
    let body = format!(r#"{{"projects":[{{"id":"{PROJECT}","name":"{REGION}","enabled":true}}]}}"#);
    let silent = || Script::default().always(LOOKUP, answer(200, body.clone()));
    connect_as(&silent(), settings(), Limits::default()).await.expect("nothing is demanded");
    let pinned = Settings { domain_pin: DomainId::parse(DOMAIN).ok(), ..settings() };
    let error = refused(&silent(), pinned).await;
    assert_eq!(error.class, ErrorClass::Identity);
    assert!(error.to_string().contains("does not say which account"), "{error}");
}
