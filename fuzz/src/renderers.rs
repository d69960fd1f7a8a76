//! A service full of hostile names: whatever is called what, nothing of it acts
//! on a terminal, and what is saved can be read.
//!
//! The lines of the bytes are names and values, used over and over.

use bytes::Bytes;
use ltsctl::drift::{Look, baseline, judge};
use ltsctl::lts::{Observation, Scope, observe};
use ltsctl::model::{Desired, Memory};
use ltsctl::plan::{ApiBudget, Plan, Purpose};
use ltsctl::render::drift::{Comparison, Told, render_drift};
use ltsctl::render::json::{LookedAt, spell};
use ltsctl::render::report::{
    LONGEST_COMMENT, PlanContext, render_annotations, render_html, render_junit, render_markdown, render_outputs,
    render_prometheus, render_sarif, report_drift, report_plan,
};
use ltsctl::render::{Paint, text};
use ltsctl::saved;
use serde_json::{Value, json};

use super::scene::{Script, assert_printable, connect, document, plan, play, read_manifest, target};

pub fn run(bytes: &[u8]) {
    let input = String::from_utf8_lossy(bytes);
    let mut words = input.split('\n').map(|word| word.chars().take(200).collect::<String>()).collect::<Vec<_>>();
    words.truncate(64);
    let word = |index: usize| words[index % words.len()].clone();
    let observation = play(async {
        let answers = [projects(), groups(&word), transfers(&word), streams(&word)];
        let script = Script::new(answers.map(|body| Ok(http::Response::new(Bytes::from(body.to_string())))));
        let (client, _) = connect(script).await.ok()?;
        observe(&client, &Scope::Everything).await.ok()
    });
    let Some(observation) = observation else { return };
    for warning in &observation.warnings {
        assert_printable(&warning.to_string());
    }
    for (manifest, purpose) in [
        ("version: 1\nestate: acme\npolicy: {prune: owned}\ngroups: {}\n", Purpose::Converge),
        (
            "version: 1\nestate: acme\npolicy: {prune: owned}\ngroups: {g: {ttl_in_days: 2, tags: {a: b}, streams: {}, dumps: {}}}\n",
            Purpose::Converge,
        ),
        ("version: 1\nestate: acme\ngroups: {g: {streams: {s: }}}\n", Purpose::Destroy),
    ] {
        let desired = read_manifest(manifest).expect("a manifest").desired;
        let proposal = plan(&desired, &observation.live, &observation.capabilities, purpose);
        let unchanged = proposal.unchanged(&desired);
        assert_printable(&text::render_plan(&proposal.plan, &unchanged, text::Detail::Verbose, Paint::Plain));
        render_everywhere(&proposal.plan, &desired, &observation);
        let saved = serde_json::to_string(&document(&proposal.plan)).expect("JSON");
        let read = saved::read(&saved).expect("what was saved can be read");
        assert_eq!(read.plan.steps, proposal.plan.steps);
    }
}

fn render_everywhere(plan: &Plan, desired: &Desired, observation: &Observation) {
    let at = "2026-01-02T03:04:05Z".parse().expect("a time");
    let look = Look {
        desired,
        live: &observation.live,
        capabilities: &observation.capabilities,
        memory: &Memory::default(),
        today: "2026-01-02",
    };
    let drift = judge(look);
    let document = document(plan);
    let context = PlanContext {
        target: "region/project",
        digest: document.digest(),
        cost: ApiBudget::of(plan, 3, None),
        outcomes: None,
        headline: None,
        requests: 3,
        exit_code: 2,
        at,
    };
    let delta = baseline::compare(&drift, "region/project", &[], at, spell);
    let looks = [LookedAt { target: target(), drift, delta }];
    let drifted = report_drift(&looks, &[3], Told::All, 2, at);
    assert_printable(&render_drift(&looks, 0, Told::All, Comparison::Without, text::Detail::Verbose, Paint::Plain));
    for report in [report_plan(plan, context), drifted] {
        let markdown = render_markdown(&report);
        assert!(markdown.chars().count() <= LONGEST_COMMENT);
        let sarif = render_sarif(&report);
        let _: Value = serde_json::from_str(&sarif).expect("JSON");
        for text in [
            markdown,
            sarif,
            render_html(&report),
            render_junit(&report),
            render_prometheus(&report, None),
            render_outputs(&report),
            render_annotations(&report),
        ] {
            assert_printable(&text);
            assert!(!text.contains("##["), "a pipeline's command in {text}");
        }
        for line in render_outputs(&report).lines() {
            assert!(
                line.split_once('=').is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')),
                "{line}"
            );
        }
        assert!(!render_html(&report).contains("<script"));
    }
}

fn projects() -> Value {
    json!({ "projects": [{ "id": "2a473356cca5487f8373be891bffc1cf", "name": "my-kualalumpur-1", "domain_id": "d" }] })
}

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn groups(word: &impl Fn(usize) -> String) -> Value {
    let group = |number: usize, name: String| {
        json!({
            "log_group_id": id(number), "log_group_name": name, "log_group_name_alias": name, "ttl_in_days": 7,
            "tag": { word(number): word(number + 1), "ltsctl-estate": format!("acme:group:{name}") },
        })
    };
    json!({ "log_groups": [group(1, "g".to_owned()), group(2, word(0)), group(3, word(1))] })
}

fn streams(word: &impl Fn(usize) -> String) -> Value {
    let stream = |number: usize, group: usize, name: String| {
        json!({
            "log_group_id": id(group), "log_stream_id": id(number), "log_stream_name": name,
            "log_stream_name_alias": name, "ttl_in_days": 7, "log_group_name": word(group),
            "tag": { word(number): word(number + 1), "ltsctl-estate": format!("acme:stream:g/{name}") },
        })
    };
    json!({ "log_streams": [stream(11, 1, "s".to_owned()), stream(12, 1, word(2)), stream(13, 2, word(3))] })
}

fn transfers(word: &impl Fn(usize) -> String) -> Value {
    let transfer = |number: usize, kind: String, status: String| {
        json!({
            "log_transfer_id": id(number), "log_group_id": id(1), "log_group_name": "g",
            "log_streams": [{ "log_stream_id": id(11), "log_stream_name": word(number) }],
            "log_transfer_info": {
                "log_transfer_type": kind, "log_transfer_mode": "cycle", "log_transfer_status": status,
                "log_storage_format": word(number + 1), "log_agency_transfer": { "agency_domain_id": word(4),
                "agency_domain_name": word(5), "agency_name": word(6), "agency_project_id": word(7) },
                "log_transfer_detail": {
                    "obs_bucket_name": word(number + 2), "obs_period": 3, "obs_period_unit": "hour",
                    "obs_dir_prefix_name": word(number + 3), "obs_prefix_name": word(number + 4),
                    "obs_time_zone": word(number + 5), "obs_time_zone_id": word(number + 6),
                    "obs_encrypted_enable": true, "obs_encrypted_id": word(number + 7), "tags": word(number + 8),
                },
            },
        })
    };
    json!({ "log_transfers": [
        transfer(21, "OBS".to_owned(), "EXCEPTION".to_owned()), transfer(22, "DIS".to_owned(), "ENABLE".to_owned()),
        transfer(23, word(8), word(9)),
    ] })
}
