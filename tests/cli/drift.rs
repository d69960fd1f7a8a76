//! `drift` as a cron job runs it, its reports, and several targets in one run.

use std::fs;

use crate::program::{DOMAIN, PROJECT, Place, Ran, Service};

const ESTATE: &str = "estate: acme
groups:
  web:
    ttl_in_days: 7
    streams:
      access: {ttl_in_days: 30}
      error:
    dumps:
      archive: {streams: [access], obs_bucket_name: bucket-one, storage_format: JSON, period: 1hour}
";

fn applied(service: &Service) -> Place {
    let place = service.place();
    place.write("m.yaml", &format!("{}{ESTATE}", service.target()));
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    place
}

/// Somebody in the console: another retention, and a dump of a stream that has none.
fn meddle(service: &Service) {
    let mut state = service.admin("GET", "/state", "");
    state["groups"]["web"]["ttl_in_days"] = 99.into();
    let transfers = state["groups"]["web"]["transfers"].as_array_mut().expect("transfers");
    let mut extra = transfers[0].clone();
    extra["id"] = "00000000-0000-4000-8000-00000000beef".into();
    extra["streams"] = serde_json::json!(["error"]);
    transfers.push(extra);
    service.admin("PUT", "/state", &state.to_string());
}

fn findings(document: &serde_json::Value) -> Vec<String> {
    let list = document["findings"].as_array().expect("findings");
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap_or("-").to_owned();
    list.iter()
        .map(|finding| [text(finding, "verdict"), text(finding, "address"), text(finding, "state")].join(" "))
        .collect()
}

const EXTRA: &str = "groups/web/dumps/00000000-0000-4000-8000-00000000beef";

#[test]
fn two_nights_and_a_morning() {
    let service = Service::start("modern");
    let place = applied(&service);
    assert_eq!(place.run(&["drift", "-f", "m.yaml"]).exits(0).last_line(), "No drift. 4 resources match the manifest.");
    meddle(&service);
    let night = ["drift", "-f", "m.yaml", "--baseline", "last.json", "--report", "json=next.json", "--only-new"];
    let first = place.run(&[&night[..], &["-o", "json"]].concat()).exits(2);
    assert_eq!(findings(&first.document()), ["drifted groups/web new".to_owned(), format!("unmanaged {EXTRA} new")]);
    assert!(first.stderr.contains("`last.json` does not exist yet"), "{}", first.stderr);
    fs::rename(place.path().join("next.json"), place.path().join("last.json")).expect("a report");
    // The next night nobody is woken, and nothing is forgotten.
    let second = place.run(&night).exits(0);
    assert_eq!(second.last_line(), "Drift: 1 drifted, 0 missing, 1 unmanaged.");
    let all = place.run(&["drift", "-f", "m.yaml", "--baseline", "last.json", "-o", "json"]).exits(2).document();
    assert_eq!(findings(&all), ["drifted groups/web open".to_owned(), format!("unmanaged {EXTRA} open")]);
    // The morning after: what was accepted is quiet until its date.
    let accept = |until: &str| {
        format!(
            "accept: [{{address: groups/web, field: ttl_in_days, value: 99, reason: incident 7, until: {until}}}]\n"
        )
    };
    place.write("m.yaml", &format!("{}{}{ESTATE}", service.target(), accept("2999-01-01")));
    let quiet = place.run(&["drift", "-f", "m.yaml", "--baseline", "last.json", "-o", "json"]).exits(2).document();
    assert_eq!(findings(&quiet), [format!("unmanaged {EXTRA} open")]);
    assert_eq!(quiet["accepted"][0]["reason"], "incident 7");
    assert_eq!(quiet["resolved"][0]["address"], "groups/web");
    place.write("m.yaml", &format!("{}{}{ESTATE}", service.target(), accept("2020-01-01")));
    let lapsed = place.run(&["drift", "-f", "m.yaml"]).exits(2);
    assert!(lapsed.stdout.contains("was accepted until 2020-01-01: incident 7"), "{}", lapsed.stdout);
}

/// One file is enough: what was found last night is compared with, and then replaced;
/// but not by a night that saw nothing.
#[test]
fn a_baseline_may_be_the_report_itself() {
    let service = Service::start("modern");
    let place = applied(&service);
    meddle(&service);
    let night = ["drift", "-f", "m.yaml", "--baseline", "d.json", "--report", "json=d.json", "--only-new"];
    place.run(&night).exits(2);
    place.run(&night).exits(0);
    let before = fs::read_to_string(place.path().join("d.json")).expect("a report");
    let strange = service.place().with("HW_SECRET_KEY", "wrong-secret-wrong-secret-wrong-secret-0");
    strange.write("m.yaml", &format!("{}{ESTATE}", service.target())).write("d.json", &before);
    strange.run(&night).exits(5);
    assert_eq!(fs::read_to_string(strange.path().join("d.json")).expect("a report"), before);
    place.run(&night).exits(0);
}

/// S59: whatever is found, nothing is written; and however many reports there are,
/// nothing more is asked.
#[test]
fn s59_drift_reads_only_whatever_the_reports() {
    let service = Service::start("modern");
    let place = applied(&service);
    meddle(&service);
    service.forget_journal();
    place.run(&["drift", "-f", "m.yaml"]).exits(2);
    let alone = service.lts_journal();
    assert!(alone.iter().all(|line| line.starts_with("List") && line.ends_with("200")), "{alone:?}");
    service.forget_journal();
    let reports = ["text", "json", "markdown", "html", "junit", "sarif", "prometheus", "github"];
    let mut arguments = vec!["drift".to_owned(), "-f".to_owned(), "m.yaml".to_owned()];
    for report in reports {
        arguments.extend(["--report".to_owned(), format!("{report}=out.{report}")]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let told = place.run(&arguments).exits(2);
    let sorted = |mut journal: Vec<String>| {
        journal.sort();
        journal
    };
    assert_eq!(sorted(service.lts_journal()), sorted(alone));
    for report in reports {
        let text = fs::read_to_string(place.path().join(format!("out.{report}"))).expect("a report");
        // Monitors and pipelines get numbers.
        assert!(text.contains("groups/web") || matches!(report, "github" | "prometheus"), "{report}:\n{text}");
    }
    assert_eq!(fs::read_to_string(place.path().join("out.text")).expect("text"), told.stdout);
    let outputs = fs::read_to_string(place.path().join("out.github")).expect("outputs");
    assert!(outputs.contains("exit_code=2\n") && outputs.contains("unmanaged=1\n"), "{outputs}");
    assert!(told.stderr.contains("::warning title=ltsctl drifted,file=m.yaml,line=8"), "{}", told.stderr);
}

#[test]
fn whose_doing_a_difference_is_comes_from_the_manifest_applied_last() {
    let service = Service::start("modern");
    let place = applied(&service);
    place.write("old.yaml", &format!("{}{ESTATE}", service.target()));
    place.write("m.yaml", &format!("{}{}", service.target(), ESTATE.replace("ttl_in_days: 30", "ttl_in_days: 60")));
    meddle(&service);
    let drift = place.run(&["drift", "-f", "m.yaml", "--base-manifest", "old.yaml", "-o", "json"]).exits(2).document();
    let origin = |address: &str| {
        let list = drift["findings"].as_array().expect("findings");
        list.iter().find(|finding| finding["address"] == address).expect("a finding")["origin"].clone()
    };
    assert_eq!(origin("groups/web"), "theirs");
    assert_eq!(origin("groups/web/streams/access"), "yours");
    assert_eq!(origin(EXTRA), "theirs");
}

#[test]
fn a_run_that_fails_leaves_its_reports() {
    let service = Service::start("modern");
    let place = applied(&service).with("HW_SECRET_KEY", "wrong-secret-wrong-secret-wrong-secret-0");
    let refused = place
        .run(&["drift", "-f", "m.yaml", "--report", "markdown=out.md", "--report", "junit=out.xml", "-o", "markdown"])
        .exits(5);
    let markdown = fs::read_to_string(place.path().join("out.md")).expect("a report");
    assert!(markdown.contains("**Failed:**") && markdown.contains("Exit code 5"), "{markdown}");
    assert!(refused.stdout.contains("**Failed:**"), "{}", refused.stdout);
    assert!(fs::read_to_string(place.path().join("out.xml")).expect("a report").contains("errors=\"1\""));
    // What cannot be written is told before anything is asked.
    service.forget_journal();
    place.run(&["drift", "-f", "m.yaml", "--report", "html=nowhere/out.html"]).exits(1);
    assert_eq!(service.journal(), Vec::<String>::new());
    place.run(&["drift", "-f", "m.yaml", "--report", "pdf=out.pdf"]).exits(64);
    place.run(&["validate", "-f", "m.yaml", "-o", "markdown"]).exits(64);
}

#[test]
fn a_part_of_a_project_is_looked_at() {
    let service = Service::start("modern");
    let place = applied(&service);
    meddle(&service);
    let of = |arguments: &[&str]| {
        let arguments = [&["drift", "-f", "m.yaml", "-o", "json"][..], arguments].concat();
        findings(&place.run(&arguments).exits(2).document())
    };
    assert_eq!(of(&["--target", "groups/web"]), ["drifted groups/web new"]);
    assert_eq!(of(&["--exclude", "groups/web"]), [format!("unmanaged {EXTRA} new")]);
    place.run(&["drift", "-f", "m.yaml", "--target", "groups/web/streams/*"]).exits(0);
    place.run(&["drift", "-f", "m.yaml", "--target", "groups/nothing"]).exits(1);
    // Compared with an earlier report, the rest is neither told nor forgotten.
    let night = |arguments: &[&str], exit: i32| {
        let arguments = [&["drift", "-f", "m.yaml", "-o", "json", "--baseline", "last.json"][..], arguments].concat();
        let document = place.run(&arguments).exits(exit).document();
        place.write("last.json", &document.to_string());
        (findings(&document), document["unknown"].as_array().map(Vec::len))
    };
    night(&[], 2);
    let web = ["--target", "groups/web", "--only-new"];
    assert_eq!(night(&web, 0), (vec!["drifted groups/web open".to_owned()], Some(1)));
    assert_eq!(night(&web, 0).1, Some(1));
    let all = vec!["drifted groups/web open".to_owned(), format!("unmanaged {EXTRA} open")];
    assert_eq!(night(&["--only-new"], 0), (all, Some(0)));
}

/// The way back: what somebody changed in the console becomes a change of the file,
/// line by line, in whichever file it is declared.
#[test]
fn a_hot_fix_becomes_a_change_of_the_file() {
    let service = Service::start("modern");
    let place = service.place();
    let root = format!("{}estate: acme\ninclude: [groups/*.yaml]\n", service.target());
    let groups = "version: 1\n# what the web team has\ngroups:\n  web:\n    ttl_in_days: 7   # a week\n    tags: {team: web}\n    \
                  streams:\n      access: {ttl_in_days: 30}\n      error:\n    dumps:\n      archive: {streams: [access], \
                  obs_bucket_name: bucket-one, storage_format: JSON, period: 1hour}\n";
    place.write("m.yaml", &root).write("groups/web.yaml", groups);
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    meddle(&service);
    // The dump that nobody declared is left: it is for `import`, not for a value.
    let written = place.run(&["drift", "-f", "m.yaml", "--write"]).exits(2);
    assert!(
        written.stdout.contains("-    ttl_in_days: 7   # a week\n+    ttl_in_days: 99   # a week\n"),
        "{}",
        written.stdout
    );
    let text = fs::read_to_string(place.path().join("groups/web.yaml")).expect("the file");
    assert_eq!(text, groups.replace("ttl_in_days: 7 ", "ttl_in_days: 99 "));
    assert_eq!(fs::read_to_string(place.path().join("m.yaml")).expect("the file"), root);
    place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(0);
    let again = place.run(&["drift", "-f", "m.yaml", "--write", "-o", "json"]).exits(2).document();
    assert_eq!(again["written"].as_array().map(Vec::len), Some(0));
    place.run(&["import", EXTRA, "-f", "m.yaml"]).exits(0);
    assert_eq!(place.run(&["drift", "-f", "m.yaml"]).exits(0).last_line(), "No drift. 5 resources match the manifest.");
}

/// Two projects in one run: one after the other, one roll-up, and what fails in one
/// keeps nobody from the other.
#[test]
fn several_targets_are_looked_at_in_one_run() {
    let (one, two) = (Service::start("modern"), Service::start("modern"));
    let place = one.place();
    place.write("one/m.yaml", &format!("{}{ESTATE}", one.target()));
    place.write("two/target.yaml", &two.target());
    place.write("two/groups.yaml", "version: 1\nestate: acme\ngroups: {api: {ttl_in_days: 3}}\n");
    assert_eq!(place.run(&["validate", "-f", "."]).exits(0).last_line(), "Valid. 5 resources are declared.");
    let plan = place.run(&["plan", "-f", ".", "--detailed-exitcode"]).exits(2);
    assert_eq!(plan.last_line(), "Plan: 5 to add, 0 to change, 0 to destroy.");
    assert_eq!(plan.stdout.matches("target my-kualalumpur-1/").count(), 2, "{}", plan.stdout);
    let document = place.run(&["plan", "-f", ".", "-o", "json"]).exits(0).document();
    assert_eq!(document["plans"].as_array().map(Vec::len), Some(2));
    assert_eq!(document["summary"]["add"], 5);
    // Each of its plans is one by itself.
    place.write("p.json", &document["plans"][1].to_string());
    assert!(place.run(&["show", "p.json"]).exits(0).stdout.contains("groups/api"));
    place.run(&["plan", "-f", ".", "--out", "all.json"]).exits(64);
    let applied = place.run(&["apply", "-f", ".", "--auto-approve", "--report", "junit=out.xml"]).exits(0);
    assert_eq!(applied.stdout.matches("Apply complete!").count(), 3, "{}", applied.stdout);
    assert_eq!(applied.stdout.matches("target my-kualalumpur-1/").count(), 2, "{}", applied.stdout);
    assert!(applied.stdout.ends_with("all targets\nApply complete! Resources: 5 added, 0 changed, 0 destroyed.\n"));
    let again = place.run(&["apply", "-f", ".", "--auto-approve", "-q"]).exits(0);
    assert_eq!(again.last_line(), "No changes. 5 resources match the manifest.");
    assert_eq!(fs::read_to_string(place.path().join("out.xml")).expect("a report").matches("<testsuite ").count(), 2);
    place.run(&["drift", "-f", "."]).exits(0);
    // One project is out of reach: the other is told all the same.
    drop(two);
    meddle(&one);
    let drift = place.run(&["drift", "-f", ".", "-o", "json"]).exits(1).document();
    assert_eq!(drift["failures"].as_array().map(Vec::len), Some(1));
    assert_eq!(findings(&drift).len(), 2);
    let plain = place.run(&["drift", "-f", "."]).exits(1);
    assert_eq!(plain.last_line(), "Drift: 1 drifted, 0 missing, 1 unmanaged. 1 of 2 targets could not be looked at.");
    // In a stream of events it has its own end, with the reason.
    let apply = ["apply", "-f", ".", "--auto-approve", "-o", "json", "--allow", "data-loss"];
    let events: Vec<serde_json::Value> =
        place.run(&apply).exits(1).stdout.lines().map(|line| serde_json::from_str(line).expect("an event")).collect();
    let ends: Vec<_> = events.iter().filter(|event| event["type"] == "summary").collect();
    assert_eq!(ends.len(), 3);
    assert_eq!(ends[0]["target"], format!("my-kualalumpur-1/{PROJECT}"));
    let reason = ends[1]["error"]["message"].as_str().expect("a reason");
    assert!(reason.contains("http://127.0.0.1:"), "{reason}");
    assert_eq!((&ends[2]["target"], &ends[2]["changed"]), (&serde_json::Value::Null, &ends[0]["changed"]));
    assert_eq!(ends[2]["exit_code"], 1);
    let id = one.admin("GET", "/state", "")["groups"]["web"]["id"].as_str().expect("an id").to_owned();
    one.admin("PATCH", &format!("/groups/{id}"), r#"{"ttl_in_days": 99}"#);
    let plan = place.run(&["plan", "-f", "."]).exits(1);
    assert!(plan.stdout.contains("groups/web") && plan.stderr.contains("could not"), "{} {}", plan.stdout, plan.stderr);
    // A file that belongs to neither of them is not guessed at.
    place.write("stray.yaml", "version: 1\ngroups: {x: {ttl_in_days: 1}}\n");
    let stray = place.run(&["validate", "-f", "."]).exits(1);
    assert!(stray.stderr.contains("error[several-targets]"), "{}", stray.stderr);
}

/// The second project of the emulator's account.
const OTHER_PROJECT: &str = "9d1f0c6be8a44b5c8f7e2a3b4c5d6e7f";

/// A service with two projects, and a place with a folder for each.
fn two_projects() -> (Service, Place) {
    let service = Service::start("modern");
    let account = serde_json::json!({
        "id": DOMAIN, "name": "emulator", "projects": [{ "id": OTHER_PROJECT, "name": "my-kualalumpur-1_web" }]
    });
    service.admin("POST", "/accounts", &account.to_string());
    let place = service.place();
    place.write("one/m.yaml", &format!("{}{ESTATE}", service.target()));
    place.write(
        "two/m.yaml",
        &format!("{}estate: acme\ngroups: {{api: {{ttl_in_days: 3}}}}\n", service.target_of(OTHER_PROJECT)),
    );
    (service, place)
}

/// What the first project has learned about the limit is kept by the second, and a
/// run that waits says so.
#[test]
fn s11_projects_of_one_endpoint_share_its_limit() {
    let (service, place) = two_projects();
    let rule = serde_json::json!({ "rules": [{
        "operation": "ListLogGroups", "nth": 1, "fault": { "throttle": { "policy": "user", "limit": 2, "window_seconds": 1 } }
    }] });
    service.admin("PUT", "/faults", &rule.to_string());
    service.forget_journal();
    let plan = place.run(&["plan", "-f", "."]).exits(0);
    assert_eq!(plan.last_line(), "Plan: 5 to add, 0 to change, 0 to destroy.");
    assert!(plan.stderr.contains("\nWaiting until ") || plan.stderr.starts_with("Waiting until "), "{}", plan.stderr);
    assert!(plan.stderr.contains(&format!("for the rate limit of LTS at {}", service.origin)), "{}", plan.stderr);
    let journal = service.admin("GET", "/journal", "");
    let entries = journal["entries"].as_array().expect("entries").iter();
    let lts: Vec<i64> = entries
        .filter(|entry| entry["path"].as_str().is_some_and(|path| !path.starts_with("/v3")))
        .map(|entry| {
            let time: jiff::Timestamp = entry["time"].as_str().expect("a time").parse().expect("a time");
            time.as_millisecond()
        })
        .collect();
    assert!(lts.len() >= 6, "{journal}");
    // After the refusal nobody sends a third request within a second, whichever
    // project it is for. (They are sent so; they arrive a little closer.)
    let after = &lts[1..];
    for window in after.windows(3) {
        assert!(window[2] - window[0] > 800, "{lts:?}");
    }
}

/// Runs side by side divide the targets between them.
#[test]
fn shards_divide_the_targets() {
    let (service, place) = two_projects();
    let projects = |arguments: &[&str]| -> Vec<String> {
        let drift = place.run(&[&["drift", "-f", ".", "-o", "json"], arguments].concat()).exits(2).document();
        let targets = drift["targets"].as_array().expect("targets").iter();
        targets.map(|target| target["project_id"].as_str().expect("an id").to_owned()).collect()
    };
    assert_eq!(projects(&["--shard", "0/2"]), [PROJECT]);
    assert_eq!(projects(&["--shard", "1/2"]), [OTHER_PROJECT]);
    assert_eq!(projects(&["--shard", "0/1"]), [PROJECT, OTHER_PROJECT]);
    let empty = place.run(&["drift", "-f", ".", "--shard", "2/3"]).exits(0);
    assert_eq!(empty.stderr, "Shard 2/3: 0 of 2 targets.\n");
    assert_eq!(empty.last_line(), "No drift. 0 resources match the manifest.");
    assert_eq!(
        place.run(&["plan", "-f", ".", "--shard", "2/3"]).exits(0).last_line(),
        "No changes. 0 resources match the manifest."
    );
    // The index of a job, and what is no index.
    let shard = |index: Option<&str>, exit: i32| {
        let mut command = place.command(&["drift", "-f", ".", "-o", "json", "--shard", "2"]);
        if let Some(index) = index {
            command.env("JOB_COMPLETION_INDEX", index);
        }
        Ran::of(command.output().expect("run")).exits(exit).document()
    };
    assert_eq!(shard(Some("1"), 2)["targets"][0]["project_id"], OTHER_PROJECT);
    service.forget_journal();
    for wrong in [None, Some("2"), Some("one")] {
        let message = shard(wrong, 64)["error"]["message"].as_str().expect("a message").to_owned();
        assert!(message.contains("JOB_COMPLETION_INDEX"), "{message}");
    }
    for wrong in ["2/2", "0/0", "x", "1/"] {
        place.run(&["drift", "-f", ".", "--shard", wrong]).exits(64);
    }
    place.run(&["plan", "-f", ".", "--shard", "0/2", "--live", "none.json"]).exits(64);
    assert_eq!(service.journal(), Vec::<String>::new(), "nothing is sent for what is wrong");
}

/// A bundle has a line for each target, and one that failed has its own.
#[test]
fn a_bundle_has_a_line_for_each_target() {
    let (service, place) = two_projects();
    let bundle = |exit: i32| -> Vec<serde_json::Value> {
        place.run(&["apply", "-f", ".", "--auto-approve", "--debug-bundle", "bundle.json"]).exits(exit);
        let text = fs::read_to_string(place.path().join("bundle.json")).expect("a bundle");
        text.lines().map(|line| serde_json::from_str(line).expect("a bundle")).collect()
    };
    let lines = bundle(0);
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["plan"]["target"]["project_id"], PROJECT);
    assert_eq!(lines[1]["plan"]["target"]["project_id"], OTHER_PROJECT);
    let rule = serde_json::json!({ "rules": [{ "operation": "ListLogGroups", "nth": 1, "fault": { "error": { "status": 403, "error_code": "APIGW.0302" } } }] });
    service.admin("PUT", "/faults", &rule.to_string());
    let ends: Vec<_> = bundle(1).iter().map(|line| line["end"]["how"].clone()).collect();
    assert_eq!(ends, ["failed", "nothing_to_do"]);
}

/// An address need not mean something in every target, only in one of them.
#[test]
fn an_address_is_looked_for_in_all_targets() {
    let (service, place) = two_projects();
    let plan = |address: &str, exit: i32| place.run(&["plan", "-f", ".", "--target", address]).exits(exit);
    assert_eq!(plan("groups/api", 0).last_line(), "Plan: 1 to add, 0 to change, 0 to destroy.");
    assert_eq!(plan("groups/web/**", 0).last_line(), "Plan: 4 to add, 0 to change, 0 to destroy.");
    let typo = plan("groups/apo", 1);
    assert!(typo.stderr.contains("nothing that is declared or live matches `groups/apo`"), "{}", typo.stderr);
    let apply = ["apply", "-f", ".", "--auto-approve", "--target"];
    place.run(&[&apply[..], &["groups/api"]].concat()).exits(0);
    assert_eq!(service.lts_journal().iter().filter(|line| line.starts_with("Create")).count(), 1);
    place.run(&["drift", "-f", ".", "--target", "groups/api"]).exits(0);
    // In whichever shard, and out of reach or not.
    assert_eq!(
        place
            .run(&["plan", "-f", ".", "--shard", "0/2", "--target", "groups/api"])
            .exits(0)
            .stderr
            .matches("error")
            .count(),
        0
    );
    // A typo is told before anything is written, in each of them.
    service.forget_journal();
    let everything = ["--auto-approve", "--allow", "delete,data-loss"];
    for command in ["apply", "destroy"] {
        for address in [
            &["--target", "groups/apo"][..],
            &["--exclude", "groups/apo"],
            &["--target", "groups/api", "--target", "groups/apo"],
        ] {
            let refused = place.run(&[&[command, "-f", "."], address, &everything].concat()).exits(1);
            assert_eq!(refused.stderr.matches("matches `groups/apo`").count(), 1, "{}", refused.stderr);
        }
    }
    place.run(&["drift", "-f", ".", "--shard", "0/2", "--target", "groups/apo"]).exits(1);
    assert_eq!(service.journal(), Vec::<String>::new(), "nothing is sent");
    // What is live in one of them, and declared for none, can be looked at.
    let state = r#"{"groups": {"stray": {"ttl_in_days": 1, "tags": {"ltsctl-estate": "acme:group:stray"}}}}"#;
    service.admin("PUT", &format!("/state?project_id={OTHER_PROJECT}"), state);
    let drift = ["drift", "-f", ".", "-o", "json"];
    let found = place.run(&[&drift[..], &["--target", "groups/stray"]].concat()).exits(2).document();
    assert_eq!(
        (findings(&found), &found["failures"]),
        (vec!["unmanaged groups/stray new".to_owned()], &serde_json::json!([]))
    );
    place.run(&[&drift[..], &["--exclude", "groups/stray"]].concat()).exits(2);
    let typo = place.run(&[&drift[..], &["--exclude", "groups/apo"]].concat()).exits(1).document();
    assert_eq!(typo["failures"][0]["error"]["class"], "selection");
}

/// What an earlier night has of a target that nobody has looked at since is not new
/// when somebody looks again.
#[test]
fn what_is_known_of_a_target_outlives_a_night_without_it() {
    let (service, place) = two_projects();
    let named = service
        .target_of(OTHER_PROJECT)
        .replace(&format!("project_id: {OTHER_PROJECT}"), "project_name: my-kualalumpur-1_web");
    let two = format!("{named}estate: acme\ngroups: {{api: {{ttl_in_days: 3}}}}\n");
    place.write("two/m.yaml", &two);
    let night = |arguments: &[&str], exit: i32| {
        let arguments = [&["drift", "-f", ".", "-o", "json"], arguments].concat();
        let document = place.run(&arguments).exits(exit).document();
        place.write("last.json", &document.to_string());
        document
    };
    let count = |document: &serde_json::Value, list: &str| document[list].as_array().map(Vec::len);
    assert_eq!(count(&night(&[], 2), "findings"), Some(5));
    let later = ["--baseline", "last.json", "--only-new"];
    // It is out of reach, and was pinned by its name alone.
    place.write("two/m.yaml", &two.replace(&service.origin, "http://127.0.0.1:9"));
    let failed = night(&later, 1);
    assert_eq!((count(&failed, "failures"), count(&failed, "unknown")), (Some(1), Some(1)));
    // It is another shard's.
    place.write("two/m.yaml", &two);
    let part = night(&[&later[..], &["--shard", "0/2"]].concat(), 0);
    assert_eq!((count(&part, "findings"), count(&part, "unknown")), (Some(4), Some(1)));
    let whole = night(&later, 0);
    assert_eq!((count(&whole, "findings"), count(&whole, "unknown")), (Some(5), Some(0)));
}

/// A shard without a target says so in its reports, too, and leaves no old one behind.
#[test]
fn an_empty_shard_has_a_result() {
    let (_service, place) = two_projects();
    place.write("out.json", "old");
    place.write("out.md", "old");
    let reports = ["--shard", "2/3", "--report", "json=out.json", "--report", "markdown=out.md"];
    let ran = place.run(&[&["apply", "-f", ".", "--auto-approve"], &reports[..]].concat()).exits(0);
    assert_eq!(ran.last_line(), "No changes. 0 resources match the manifest.");
    let read = |name: &str| fs::read_to_string(place.path().join(name)).expect("a report");
    assert_eq!(read("out.json"), "[]\n");
    assert!(read("out.md").ends_with("Exit code 0\n"), "{}", read("out.md"));
}

/// A deadline that ends the run in its second target is 3, because the first was
/// written to; wherever it comes, and in every format (contract section 5).
#[test]
fn a_deadline_after_a_write_is_partly() {
    // Before the look, before the second look, and before the first write.
    let throttle = serde_json::json!({ "throttle": { "policy": "user", "limit": 200, "window_seconds": 300 } });
    for (operation, number) in [("ListLogGroups", 4), ("ListLogGroups", 5), ("CreateLogGroup", 2)] {
        for format in ["text", "json", "markdown"] {
            let (service, place) = two_projects();
            let rule = serde_json::json!({ "rules": [{ "operation": operation, "nth": number, "fault": throttle }] });
            service.admin("PUT", "/faults", &rule.to_string());
            let apply = ["apply", "-f", ".", "--auto-approve", "--deadline", "60s", "-o", format];
            let ran = place.run(&apply).exits(3);
            if format == "json" {
                let last: serde_json::Value = serde_json::from_str(ran.last_line()).expect("an event");
                assert_eq!((&last["exit_code"], &last["added"]), (&3.into(), &4.into()), "{operation} {number}");
            }
        }
    }
}

/// What is refused in all of them ends in no promise.
#[test]
fn targets_that_are_refused_are_told_so() {
    let (_service, place) = two_projects();
    place.run(&["apply", "-f", ".", "--auto-approve"]).exits(0);
    let refused = place.run(&["destroy", "-f", ".", "--auto-approve", "--report", "prometheus=out.prom"]).exits(4);
    assert!(refused.stdout.ends_with("all targets\nNothing was written.\n"), "{}", refused.stdout);
    let samples = fs::read_to_string(place.path().join("out.prom")).expect("samples");
    let failed = samples.lines().filter(|line| line.starts_with("ltsctl_target_failed{")).collect::<Vec<_>>();
    assert!(failed.len() == 2 && failed.iter().all(|line| line.ends_with(" 0")), "{failed:?}");
}

/// A run that fails leaves the baseline as it is, however it is spelled and whatever
/// is printed.
#[test]
fn a_failure_does_not_replace_the_baseline() {
    let service = Service::start("modern");
    let place = applied(&service);
    meddle(&service);
    place.run(&["drift", "-f", "m.yaml", "--report", "json=last.json"]).exits(2);
    let before = fs::read_to_string(place.path().join("last.json")).expect("a report");
    let absolute = format!("json={}", place.path().join("last.json").display());
    for report in ["json=last.json", "json=./last.json", &absolute] {
        for format in ["text", "json", "markdown", "html"] {
            let drift = ["drift", "-f", "m.yaml", "--target", "groups/typo", "--baseline", "last.json"];
            place.run(&[&drift[..], &["--report", report, "-o", format]].concat()).exits(1);
            assert_eq!(fs::read_to_string(place.path().join("last.json")).expect("a report"), before, "{report}");
        }
    }
    // A report that says nothing of a value is not taken for one that says there was none.
    let old = before.replace(r#""live":99,"#, "");
    assert_ne!(old, before);
    place.write("old.json", &old);
    place.run(&["drift", "-f", "m.yaml", "--baseline", "old.json", "--only-new"]).exits(0);
}

/// The numbers for a monitor are those of everything that is open, whatever is told.
#[test]
fn a_monitor_counts_what_is_known() {
    let service = Service::start("modern");
    let place = applied(&service);
    meddle(&service);
    place.run(&["drift", "-f", "m.yaml", "--report", "json=last.json"]).exits(2);
    let later = ["drift", "-f", "m.yaml", "--baseline", "last.json", "--only-new"];
    let told = place.run(&[&later[..], &["--report", "prometheus=out.prom"]].concat()).exits(0);
    assert!(told.stdout.contains("2 known findings are not shown.\n"), "{}", told.stdout);
    let samples = fs::read_to_string(place.path().join("out.prom")).expect("samples");
    assert!(samples.contains("verdict=\"drifted\"} 1\n"), "{samples}");
    assert!(samples.contains("ltsctl_oldest_finding_age_seconds{"), "{samples}");
    assert!(samples.contains("ltsctl_target_failed{command=\"drift\""), "{samples}");
    // Another value of what is known is told.
    let state = service.admin("GET", "/state", "");
    let id = state["groups"]["web"]["id"].as_str().expect("an id");
    service.admin("PATCH", &format!("/groups/{id}"), r#"{"ttl_in_days": 1}"#);
    let changed = place.run(&later).exits(2);
    assert!(changed.stdout.contains("    changed: live was 99; open since "), "{}", changed.stdout);
}
