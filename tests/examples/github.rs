//! `examples/github-actions`, script by script.

use std::fs;

use sha2::{Digest as _, Sha256};

use crate::program::{PROGRAM, PROJECT, Service};
use crate::repository::{Repository, WEB_PROJECT, meddle, writes};

const ESTATE: &str = "estates/payments";

fn started() -> (Service, Repository) {
    let service = Service::start("modern");
    let repository = Repository::of("github-actions", &service);
    (service, repository)
}

/// Plans, comments, and lets the forge have what the workflow keeps.
fn review(repository: &Repository, estate: &str) -> String {
    let folder = format!("estates/{estate}");
    repository.script("plan.sh", &[&folder, "out"]).exits(0);
    repository.script("comment.sh", &[&folder, "out/plan.md"]).exits(0);
    repository.copy("out/plan.json", &format!("forge/artifacts/plan-{estate}/plan.json"));
    repository.write("forge/pulls", &format!("7 {}\n", "a".repeat(40)));
    repository.read("out/digest").trim().to_owned()
}

fn merge(repository: &Repository, estate: &str, code: i32) -> crate::program::Ran {
    let folder = format!("estates/{estate}");
    repository.script("reviewed.sh", &[&folder, "reviewed"]).exits(0);
    repository.script("apply.sh", &[&folder, "reviewed"]).exits(code)
}

#[test]
fn the_program_is_installed_only_with_the_right_sum() {
    let (_service, repository) = started();
    let sum: String =
        Sha256::digest(fs::read(PROGRAM).expect("a binary")).iter().map(|byte| format!("{byte:02x}")).collect();
    let install = |sum: &str| {
        repository.write("scripts/ltsctl.pin", &format!("url=https://artifacts.example/ltsctl\nsha256={sum}\n"));
        let mut command = repository.command("scripts/install.sh", &["bin"]);
        command.env("CURL_GIVES", PROGRAM).env("GITHUB_PATH", repository.path("path"));
        crate::program::Ran::of(command.output().expect("run"))
    };
    let refused = install(&"0".repeat(64)).exits(1);
    assert!(refused.stderr.contains("not the binary"), "{}", refused.stderr);
    assert_eq!(repository.list("bin"), Vec::<String>::new());
    install(&sum).exits(0);
    assert_eq!(repository.list("bin"), ["ltsctl"]);
    assert_eq!(repository.read("path"), "bin\n");
    assert!(repository.read("forge/curl").contains("--proto =https"));
    assert!(repository.read("forge/curl").ends_with(" https://artifacts.example/ltsctl\n"));
}

#[test]
fn validation_tells_every_mistake_of_every_estate_and_asks_nobody() {
    let (service, repository) = started();
    repository.script("validate.sh", &[ESTATE, "estates/web"]).exits(0);
    repository.edit("estates/web/estate.yaml", "    ttl_in_days: 3\n", "    ttl_in_days:   3\n");
    let untidy = repository.script("validate.sh", &[ESTATE, "estates/web"]).exits(2);
    assert!(untidy.stdout.contains("\nestates/web/estate.yaml\n"), "{}", untidy.stdout);
    repository.edit("estates/web/estate.yaml", "    ttl_in_days:   3\n", "    ttl_in_days: 3\n");
    repository.edit("estates/payments/estate.yaml", "ttl_in_days: 30", "ttl: 30");
    repository.edit("estates/web/estate.yaml", "ttl_in_days: 3", "ttl_in_days: 999");
    let refused = repository.script("validate.sh", &[ESTATE, "estates/web"]).exits(1);
    assert!(refused.stderr.contains("did you mean `ttl_in_days`?"), "{}", refused.stderr);
    assert!(refused.stderr.contains("estates/web/estate.yaml:"), "{}", refused.stderr);
    assert_eq!(service.journal(), Vec::<String>::new());
}

#[test]
fn a_plan_has_every_form_and_changes_nothing() {
    let (service, repository) = started();
    let mut command = repository.command("scripts/plan.sh", &[ESTATE, "out"]);
    command.env("GITHUB_STEP_SUMMARY", repository.path("summary")).env("GITHUB_OUTPUT", repository.path("outputs"));
    crate::program::Ran::of(command.output().expect("run")).exits(0);
    assert_eq!(repository.list("out"), ["digest", "outputs", "plan.json", "plan.junit.xml", "plan.md"]);
    let plan: serde_json::Value = serde_json::from_str(&repository.read("out/plan.json")).expect("JSON");
    let digest = repository.read("out/digest");
    assert_eq!(plan["digest"], digest.trim());
    assert_eq!(repository.read("summary"), repository.read("out/plan.md"));
    assert!(repository.read("outputs").contains(&format!("digest={digest}")));
    assert!(repository.read("outputs").contains("add=4\n"));
    assert_eq!(writes(&service), Vec::<String>::new());
}

#[test]
fn one_comment_is_edited_whatever_comes_of_the_plan() {
    let (_service, repository) = started();
    review(&repository, "payments");
    review(&repository, "web");
    assert_eq!(repository.list("forge/comments"), ["1", "2"]);
    let first = repository.read("forge/comments/1");
    assert!(first.starts_with("<!-- ltsctl plan of estates/payments -->\n### ltsctl plan: "), "{first}");
    assert!(first.contains("Plan: 4 to add, 0 to change, 0 to destroy."), "{first}");

    // A manifest with a mistake has no target, and is the same estate.
    repository.edit("estates/payments/estate.yaml", "ttl_in_days: 30", "ttl: 30");
    repository.script("plan.sh", &[ESTATE, "out"]).exits(1);
    assert_eq!(repository.list("out"), ["outputs", "plan.junit.xml", "plan.md"], "an old plan is no new one");
    repository.script("comment.sh", &[ESTATE, "out/plan.md"]).exits(0);
    assert_eq!(repository.list("forge/comments"), ["1", "2"]);
    assert!(repository.read("forge/comments/1").contains("The plan failed."));
    assert!(repository.read("forge/comments/2").contains("Plan: 3 to add"));

    // A forge that does not answer is no forge without comments.
    repository.write("forge/down", "");
    let calls = repository.read("forge/calls").lines().count();
    let failed = repository.script("comment.sh", &[ESTATE, "out/plan.md"]);
    assert_ne!(failed.code, 0);
    assert_eq!(repository.read("forge/calls").lines().count(), calls + 1, "nothing is posted on a guess");
}

#[test]
fn what_is_lost_comes_first_in_the_comment() {
    let (_service, repository) = started();
    repository.ltsctl(&["apply", "-f", ESTATE, "--auto-approve"]).exits(0);
    repository.edit("estates/payments/estate.yaml", "    ttl_in_days: 7\n", "    ttl_in_days: 14\n");
    repository.edit("estates/payments/estate.yaml", "      api:\n", "      api: {ensure: absent}\n      more:\n");
    review(&repository, "payments");
    let comment = repository.read("forge/comments/1");
    let at = |text: &str| comment.find(text).unwrap_or_else(|| panic!("no {text:?} in\n{comment}"));
    assert!(at("#### Deletions and losses: 1") < at("groups/payments/streams/api"));
    assert!(at("groups/payments/streams/api") < at("<details><summary>Changes: "));
    assert!(at("--allow delete,data-loss") < at("Digest `sha256:"));
}

#[test]
fn the_merge_applies_what_was_reviewed_and_nothing_twice() {
    let (service, repository) = started();
    let digest = review(&repository, "payments");
    merge(&repository, "payments", 0);
    assert_eq!(repository.read("reviewed/approved-digest").trim(), digest);
    assert!(repository.read("reviewed/apply.md").contains("Apply complete! Resources: 4 added"));
    service.forget_journal();
    // A job that is run again does nothing again.
    merge(&repository, "payments", 0);
    assert_eq!(writes(&service), Vec::<String>::new());
}

#[test]
fn a_stale_plan_is_refused_before_anything_is_written() {
    let (service, repository) = started();
    repository.ltsctl(&["apply", "-f", ESTATE, "--auto-approve"]).exits(0);
    repository.edit("estates/payments/estate.yaml", "    ttl_in_days: 7\n", "    ttl_in_days: 14\n");
    review(&repository, "payments");
    meddle(&service);
    service.forget_journal();
    let stale = merge(&repository, "payments", 7);
    assert!(stale.stderr.contains("groups/payments"), "{}", stale.stderr);
    assert!(stale.stderr.contains("the project has changed since the review"), "{}", stale.stderr);
    assert_eq!(writes(&service), Vec::<String>::new());
}

#[test]
fn another_plan_than_the_one_in_the_comment_is_refused() {
    let (service, repository) = started();
    review(&repository, "payments");
    // Somebody puts a plan of their own in its place.
    repository.edit("estates/payments/estate.yaml", "ttl_in_days: 30", "ttl_in_days: 1");
    repository.script("plan.sh", &[ESTATE, "forged"]).exits(0);
    repository.copy("forged/plan.json", "forge/artifacts/plan-payments/plan.json");
    service.forget_journal();
    merge(&repository, "payments", 4);
    assert_eq!(writes(&service), Vec::<String>::new());
}

#[test]
fn a_commit_that_nobody_has_reviewed_is_not_applied() {
    let (_service, repository) = started();
    let refused = repository.script("reviewed.sh", &[ESTATE, "reviewed"]).exits(4);
    assert!(refused.stderr.contains("was not merged from a pull request"), "{}", refused.stderr);
    repository.write("forge/pulls", &format!("7 {}\n", "a".repeat(40)));
    let refused = repository.script("reviewed.sh", &[ESTATE, "reviewed"]).exits(4);
    assert!(refused.stderr.contains("has no comment with a plan"), "{}", refused.stderr);
}

#[test]
fn labels_allow_what_they_say_and_nothing_else_does() {
    let (_service, repository) = started();
    repository.ltsctl(&["apply", "-f", ESTATE, "--auto-approve"]).exits(0);
    repository.edit("estates/payments/estate.yaml", "      api:\n", "      api: {ensure: absent}\n");
    review(&repository, "payments");
    repository.write("forge/labels", "bug\nallow: everything\nallow: delete --auto-approve\n");
    let refused = merge(&repository, "payments", 4);
    assert!(refused.stderr.contains("--allow delete"), "{}", refused.stderr);
    assert_eq!(repository.read("reviewed/allow").trim(), "");
    repository.write("forge/labels", "allow: delete\nbug\nallow: data-loss\n");
    merge(&repository, "payments", 0);
    assert_eq!(repository.read("reviewed/allow").trim(), "data-loss,delete");
}

#[test]
fn what_the_review_has_not_seen_is_told_after_the_apply() {
    let (_service, repository) = started();
    review(&repository, "payments");
    // Somebody else's change was merged meanwhile.
    repository.edit("estates/payments/estate.yaml", "      api:\n", "      api:\n      more:\n");
    let left = merge(&repository, "payments", 2);
    assert!(left.stdout.contains("+ groups/payments/streams/more"), "{}", left.stdout);
    assert!(left.stderr.contains("still not what this branch says"), "{}", left.stderr);
}

#[test]
fn one_issue_lives_as_long_as_the_drift() {
    let (service, repository) = started();
    repository.ltsctl(&["apply", "-f", ESTATE, "--auto-approve"]).exits(0);
    let as_it_was = crate::repository::state(&service, PROJECT);
    let night = |code: i32| {
        let ran = repository.script("drift.sh", &[ESTATE, "state"]).exits(code);
        repository.script("issue.sh", &[ESTATE, "state"]).exits(0);
        ran
    };
    night(0);
    assert_eq!(repository.list("forge/issues"), Vec::<String>::new());

    meddle(&service);
    night(2);
    assert_eq!(repository.list("forge/issues"), ["1"]);
    let issue = repository.read("forge/issues/1");
    assert!(issue.starts_with("<!-- ltsctl drift of estates/payments -->\n### ltsctl drift: "), "{issue}");
    assert!(issue.contains("drifted groups/payments (new)"), "{issue}");

    // The second night knows it: the issue says since when, and the job is green.
    night(0);
    assert_eq!(repository.list("forge/issues"), ["1"]);
    assert!(repository.read("forge/issues/1").contains("drifted groups/payments (open since "));
    assert_eq!(repository.list("forge/told"), Vec::<String>::new(), "nobody is told twice");

    // A night without an answer changes neither the issue nor the baseline.
    let before = (repository.read("forge/issues/1"), repository.read("state/drift.json"));
    repository.edit("estates/payments/estate.yaml", &service.origin, "http://127.0.0.1:9");
    let failed = repository.script("drift.sh", &[ESTATE, "state"]);
    assert!(!matches!(failed.code, 0 | 2 | 6), "{failed:?}");
    repository.script("issue.sh", &[ESTATE, "state"]).exits(0);
    repository.edit("estates/payments/estate.yaml", "http://127.0.0.1:9", &service.origin);
    assert_eq!((repository.read("forge/issues/1"), repository.read("state/drift.json")), before);

    // One thing more is new, and told in a comment.
    let mut worse = crate::repository::state(&service, PROJECT);
    worse["groups"]["payments"]["streams"]["surprise"] = serde_json::json!({});
    service.admin("PUT", &format!("/state?project_id={PROJECT}"), &worse.to_string());
    night(2);
    let told = repository.list("forge/told");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(repository.read(&format!("forge/told/{}", told[0])).contains("New since the last night: 1"));

    service.admin("PUT", &format!("/state?project_id={PROJECT}"), &as_it_was.to_string());
    night(0);
    assert_eq!(repository.list("forge/closed"), ["1"]);
    night(0);
    assert_eq!(repository.list("forge/issues"), ["1"]);

    // What comes back is an issue of its own.
    meddle(&service);
    night(2);
    assert_eq!(repository.list("forge/issues").len(), 2);
}

/// Runs a script as the workflow for forks does: a snapshot, and no credential.
fn without_credentials(repository: &Repository, script: &str, arguments: &[&str]) -> crate::program::Ran {
    let mut command = repository.command(&format!("scripts/{script}"), arguments);
    command.env_remove("HW_ACCESS_KEY").env_remove("HW_SECRET_KEY").env("LTSCTL_LIVE", "state/live.json");
    command.env("GITHUB_OUTPUT", repository.path("outputs"));
    command.env("HEAD_OWNER", "stranger").env("HEAD_BRANCH", "a\"; rm -rf / #").env("HEAD_SHA", "b".repeat(40));
    crate::program::Ran::of(command.output().expect("run"))
}

#[test]
fn a_fork_is_planned_from_the_night_and_merged_as_read() {
    let (service, repository) = started();
    repository.ltsctl(&["apply", "-f", ESTATE, "--auto-approve"]).exits(0);
    repository.script("snapshot.sh", &[ESTATE, "state"]).exits(0);
    repository.script("snapshot.sh", &[ESTATE, "state"]).exits(0);

    repository.edit("estates/payments/estate.yaml", "    ttl_in_days: 7\n", "    ttl_in_days: 14\n");
    service.forget_journal();
    without_credentials(&repository, "plan.sh", &[ESTATE, "out"]).exits(0);
    assert_eq!(service.journal(), Vec::<String>::new(), "nobody is asked");
    repository.script("comment.sh", &[ESTATE, "out/plan.md"]).exits(0);
    assert!(repository.read("forge/comments/1").contains("ttl_in_days 7 -> 14"));

    // The merge has no file of a stranger. The plan is made again, and is the same.
    repository.write("forge/pulls", &format!("7 {}\n", "b".repeat(40)));
    repository.write("reviewed/plan.json", "what was left by another run");
    let fetched = repository.script("reviewed.sh", &[ESTATE, "reviewed"]).exits(0);
    assert!(fetched.stderr.contains("there is no saved plan"), "{}", fetched.stderr);
    repository.script("apply.sh", &[ESTATE, "reviewed"]).exits(0);
    let done: Vec<String> = writes(&service).into_iter().filter(|line| line.ends_with(" 200")).collect();
    assert_eq!(done, ["UpdateLogGroup 200"]);

    // What has moved since the night makes it another plan.
    repository.edit("estates/payments/estate.yaml", "    ttl_in_days: 14\n", "    ttl_in_days: 21\n");
    without_credentials(&repository, "plan.sh", &[ESTATE, "out"]).exits(0);
    repository.script("comment.sh", &[ESTATE, "out/plan.md"]).exits(0);
    service.forget_journal();
    merge(&repository, "payments", 7);
    assert_eq!(writes(&service), Vec::<String>::new());
}

#[test]
fn a_fork_cannot_have_another_project_planned() {
    let (service, repository) = started();
    repository.script("snapshot.sh", &[ESTATE, "state"]).exits(0);
    repository.edit("estates/payments/estate.yaml", PROJECT, WEB_PROJECT);
    service.forget_journal();
    without_credentials(&repository, "plan.sh", &[ESTATE, "out"]).exits(5);
    assert_eq!(service.journal(), Vec::<String>::new());
}

#[test]
fn the_pull_request_of_a_fork_is_found_by_its_head() {
    let (_service, repository) = started();
    let none = without_credentials(&repository, "pull-of-fork.sh", &[]).exits(0);
    assert!(none.stderr.contains("no open pull request"), "{}", none.stderr);
    assert!(!repository.path("outputs").exists());
    repository.write("forge/heads", "12\n");
    without_credentials(&repository, "pull-of-fork.sh", &[]).exits(0);
    assert_eq!(repository.read("outputs"), "number=12\n");
    assert!(repository.read("forge/calls").contains("head=stranger:a\"; rm -rf / #"), "it is one word");
}

#[test]
fn each_estate_has_a_project_of_its_own() {
    let (service, repository) = started();
    review(&repository, "web");
    merge(&repository, "web", 0);
    assert!(crate::repository::state(&service, WEB_PROJECT)["groups"]["web"].is_object());
    assert_eq!(crate::repository::state(&service, PROJECT)["groups"], serde_json::json!({}));
}
