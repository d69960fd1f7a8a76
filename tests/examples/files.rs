//! What holds for every file of the examples without running anything.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::program::Ran;
use crate::repository::{example, files_below, root};

/// Reads a YAML file, in which the keys of a mapping are text.
pub(crate) fn documents(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_saphyr::from_multiple(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn document(file: &Path) -> Value {
    let [document] = documents(file).try_into().expect("one document");
    document
}

fn all_files() -> Vec<PathBuf> {
    files_below(&root().join("examples"))
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted))
}

fn workflows() -> Vec<(String, Value)> {
    let folder = example("github-actions/.github/workflows");
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    files_below(&folder).iter().map(|path| (name(path), document(path))).collect()
}

fn steps(workflow: &Value) -> Vec<&Value> {
    let jobs = workflow["jobs"].as_object().expect("jobs").values();
    jobs.flat_map(|job| job["steps"].as_array().expect("steps")).collect()
}

/// Every string in a value, with the keys that lead to it.
fn strings<'v>(value: &'v Value, path: &str, found: &mut Vec<(String, &'v str)>) {
    match value {
        Value::String(text) => found.push((path.to_owned(), text)),
        Value::Array(items) => items.iter().for_each(|item| strings(item, path, found)),
        Value::Object(members) => {
            members.iter().for_each(|(key, member)| strings(member, &format!("{path}/{key}"), found));
        }
        _ => {}
    }
}

#[test]
fn every_example_is_explained_and_found() {
    let readme = fs::read_to_string(root().join("README.md")).expect("text");
    for entry in fs::read_dir(root().join("examples")).expect("examples") {
        let folder = entry.expect("an entry").path();
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let own = fs::read_to_string(folder.join("README.md")).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(own.starts_with("# "), "{name}");
        assert!(readme.contains(&format!("| [{name}](examples/{name}) |")), "README.md does not name {name}");
        // What it links to is there.
        for target in own.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !target.contains("://") {
                assert!(folder.join(target).exists(), "{name}/README.md links to {target}");
            }
        }
    }
}

#[test]
fn every_yaml_file_can_be_read() {
    for path in all_files().iter().filter(|path| has_extension(path, &["yaml", "yml"])) {
        assert!(!documents(path).is_empty(), "{}", path.display());
    }
}

#[test]
fn every_script_is_plain_shell_that_stops_at_a_failure() {
    let scripts: Vec<PathBuf> = all_files().into_iter().filter(|path| has_extension(path, &["sh"])).collect();
    assert!(scripts.len() > 15, "{scripts:?}");
    for path in scripts {
        let text = fs::read_to_string(&path).expect("text");
        let shown = path.display();
        Ran::of(Command::new("sh").arg("-n").arg(&path).output().expect("run")).exits(0);
        if text.starts_with("#!") {
            assert!(text.starts_with("#!/bin/sh\n"), "{shown}");
            assert!(text.contains("\nset -eu\n"), "{shown}");
            assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o111, 0o111, "{shown}");
        } else {
            assert!(text.contains("\n# Sourced by "), "{shown} is neither run nor sourced");
        }
        assert!(text.lines().all(|line| line.len() <= 120), "{shown}");
    }
}

#[test]
fn workflows_interpolate_nothing_into_scripts() {
    for (name, workflow) in workflows() {
        for step in steps(&workflow) {
            if let Some(run) = step["run"].as_str() {
                assert!(!run.contains("${{"), "{name}: {run}");
                assert_eq!(run.lines().count(), 1, "{name}: more than a line belongs into a script: {run}");
            }
        }
    }
}

#[test]
fn secrets_reach_single_steps_through_their_environment() {
    for (name, workflow) in workflows() {
        let mut found = Vec::new();
        strings(&workflow, "", &mut found);
        for (path, text) in found.iter().filter(|(_, text)| text.contains("secrets.") || text.contains("github.token"))
        {
            assert!(path.contains("/steps/env/"), "{name}{path}: {text}");
        }
        // Text of others is only ever a value of a variable, a name of a group, or compared.
        for (path, text) in found.iter().filter(|(_, text)| text.contains("github.event")) {
            let may = ["/steps/env/", "/concurrency/group", "/if", "/steps/with/repository", "/steps/with/ref"]
                .iter()
                .any(|may| path.contains(may));
            assert!(may, "{name}{path}: {text}");
        }
    }
}

#[test]
fn workflows_may_do_little_and_not_for_long() {
    for (name, workflow) in workflows() {
        assert_eq!(workflow["permissions"], json!({ "contents": "read" }), "{name}");
        let writes = |job: &Value| -> BTreeSet<String> {
            let permissions = job["permissions"].as_object().into_iter().flatten();
            permissions.filter(|(_, may)| *may == "write").map(|(what, _)| what.clone()).collect()
        };
        for (id, job) in workflow["jobs"].as_object().expect("jobs") {
            assert!(job["timeout-minutes"].as_u64().is_some_and(|minutes| minutes <= 60), "{name}: {id}");
            let may: BTreeSet<String> = match name.as_str() {
                "pull-request.yml" if id == "plan" => ["pull-requests".to_owned()].into(),
                "fork-plan.yml" => ["pull-requests".to_owned()].into(),
                "nightly-drift.yml" => ["issues".to_owned()].into(),
                _ => BTreeSet::new(),
            };
            assert_eq!(writes(job), may, "{name}: {id}");
        }
        for step in steps(&workflow) {
            let Some(uses) = step["uses"].as_str() else { continue };
            let (action, version) = uses.split_once('@').expect("a version");
            assert!(action.starts_with("actions/"), "{name}: {uses}");
            assert!(version.strip_prefix('v').is_some_and(|major| major.parse::<u32>().is_ok()), "{name}: {uses}");
            if action == "actions/checkout" {
                assert_eq!(step["with"]["persist-credentials"], false, "{name}");
            }
        }
    }
}

#[test]
fn what_has_our_permissions_runs_nothing_of_a_stranger() {
    let (_, fork) = workflows().into_iter().find(|(name, _)| name == "fork-plan.yml").expect("a workflow");
    let mut found = Vec::new();
    strings(&fork, "", &mut found);
    assert!(found.iter().all(|(_, text)| !text.contains("secrets.")), "a fork is planned without credentials");
    let checkouts: Vec<&Value> = steps(&fork)
        .into_iter()
        .filter(|step| step["uses"] == "actions/checkout@v4")
        .map(|step| &step["with"])
        .collect();
    assert_eq!(checkouts.len(), 2);
    for with in checkouts {
        let theirs = with["repository"].is_string();
        assert_eq!(with["path"], if theirs { "fork" } else { "trusted" });
        assert_eq!(with["sparse-checkout"].is_string(), theirs, "nothing but manifests is fetched");
    }
    for run in steps(&fork).iter().filter_map(|step| step["run"].as_str()) {
        assert!(run.trim_start_matches("../").starts_with("trusted/scripts/"), "{run}");
    }
    // `pull_request_target` would give a stranger's code the token of this repository.
    for (name, workflow) in workflows() {
        assert!(workflow["on"].get("pull_request_target").is_none(), "{name}");
    }
}

#[test]
fn an_apply_waits_its_turn_and_is_not_cut_short() {
    let (_, merge) = workflows().into_iter().find(|(name, _)| name == "merge.yml").expect("a workflow");
    let apply = &merge["jobs"]["apply"];
    assert_eq!(apply["concurrency"]["cancel-in-progress"], false);
    assert_eq!(apply["concurrency"]["group"], "ltsctl-apply-${{ matrix.estate }}");
    assert_eq!(apply["environment"], "apply-${{ matrix.estate }}");
    assert_eq!(merge["on"]["push"]["branches"], json!(["main"]));
    let apply = &document(&example("gitlab-ci/.gitlab-ci.yml"))["apply"];
    assert_eq!(apply["interruptible"], false);
    assert_eq!(apply["resource_group"], "ltsctl-$ESTATE");
    assert_eq!(apply["environment"]["name"], "apply/$ESTATE");
}

#[test]
fn pipelines_name_the_scripts_and_estates_that_are_there() {
    let estates = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(example(folder).join("estates")).expect("estates");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    };
    let words = |list: &Value| -> BTreeSet<String> {
        list.as_array().expect("a list").iter().map(|word| word.as_str().expect("text").to_owned()).collect()
    };
    for (name, workflow) in workflows() {
        for job in workflow["jobs"].as_object().expect("jobs").values() {
            if let Some(matrix) = job["strategy"]["matrix"].get("estate") {
                assert_eq!(words(matrix), estates("github-actions"), "{name}");
            }
        }
        for run in steps(&workflow).iter().filter_map(|step| step["run"].as_str()) {
            let script = run.find("scripts/").unwrap_or_else(|| panic!("{name}: {run}"));
            let script = run[script..].split(' ').next().expect("a word");
            assert!(example("github-actions").join(script).is_file(), "{name}: {run}");
        }
    }
    let pipeline = document(&example("gitlab-ci/.gitlab-ci.yml"));
    assert_eq!(words(&pipeline[".estates"]["parallel"]["matrix"][0]["ESTATE"]), estates("gitlab-ci"));
    for job in ["validate", "plan", "apply", "drift"] {
        assert!(words(&pipeline["stages"]).contains(pipeline[job]["stage"].as_str().expect("a stage")));
        for part in ["script", "after_script"] {
            for line in pipeline[job][part].as_array().into_iter().flatten().filter_map(Value::as_str) {
                let script = line.split(' ').next().expect("a word");
                assert!(example("gitlab-ci").join(script).is_file(), "{job}: {line}");
            }
        }
    }
}

#[test]
fn pods_may_do_nothing_that_they_need_not() {
    let mut seen = 0;
    for path in all_files().iter().filter(|path| has_extension(path, &["yaml"])) {
        for object in documents(path) {
            let shown = path.display();
            let job = match object["kind"].as_str() {
                Some("CronJob") => &object["spec"]["jobTemplate"]["spec"],
                Some("Job") => &object["spec"],
                _ => continue,
            };
            seen += 1;
            let pod = &job["template"]["spec"];
            assert!(job["activeDeadlineSeconds"].is_u64(), "{shown}");
            assert_eq!(pod["restartPolicy"], "Never", "{shown}");
            assert_eq!(pod["automountServiceAccountToken"], false, "{shown}");
            assert_eq!(pod["securityContext"]["runAsNonRoot"], true, "{shown}");
            assert_eq!(pod["securityContext"]["runAsUser"], 65534, "{shown}");
            assert_eq!(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault", "{shown}");
            assert!(pod["terminationGracePeriodSeconds"].as_u64().is_some_and(|seconds| seconds > 25), "{shown}");
            for container in pod["containers"].as_array().expect("containers") {
                let context = &container["securityContext"];
                assert_eq!(context["readOnlyRootFilesystem"], true, "{shown}");
                assert_eq!(context["allowPrivilegeEscalation"], false, "{shown}");
                assert_eq!(context["capabilities"]["drop"], json!(["ALL"]), "{shown}");
                assert!(container["resources"]["requests"].is_object(), "{shown}");
                assert!(container["resources"]["limits"]["memory"].is_string(), "{shown}");
                assert!(container["envFrom"][0]["secretRef"]["name"].is_string(), "{shown}");
                let in_the_open = container["env"].as_array().into_iter().flatten();
                assert!(
                    in_the_open.clone().all(|v| !v["name"].as_str().expect("a name").starts_with("HW_")),
                    "{shown}"
                );
            }
            if object["kind"] == "CronJob" {
                assert_eq!(object["spec"]["concurrencyPolicy"], "Forbid", "{shown}");
            }
        }
    }
    assert_eq!(seen, 7);
}

#[test]
fn a_kustomization_names_what_lies_below_it() {
    let mut seen = 0;
    for path in all_files().iter().filter(|path| path.ends_with("kustomization.yaml")) {
        let kustomization = document(path);
        let folder = path.parent().expect("a folder");
        let below = |file: &str| {
            // kustomize reads nothing above.
            assert!(!file.contains(".."), "{}: {file}", path.display());
            assert!(folder.join(file).is_file(), "{}: {file}", path.display());
        };
        for resource in kustomization["resources"].as_array().expect("resources") {
            below(resource.as_str().expect("a path"));
        }
        for generator in kustomization["configMapGenerator"].as_array().expect("generators") {
            for file in generator["files"].as_array().expect("files").iter().filter_map(Value::as_str) {
                below(file.split('=').next_back().expect("a path"));
            }
        }
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn the_container_is_the_program_alone() {
    let text = fs::read_to_string(example("container/Containerfile")).expect("text");
    let stages: Vec<&str> = text.split("\nFROM ").skip(1).collect();
    assert!(stages[0].contains("RUSTFLAGS=-Ctarget-feature=+crt-static"));
    assert!(stages[0].contains("--locked") && stages[0].contains("--target x86_64-unknown-linux-gnu"));
    assert!(stages[0].contains("examples/container/scripts/rootfs.sh "));
    assert!(stages[1].starts_with("scratch AS ltsctl\n"), "{}", stages[1]);
    assert!(!stages[1].contains("\nRUN "), "there is no shell");
    for stage in &stages[1..] {
        assert!(stage.contains("\nUSER 65534:65534\n"), "{stage}");
    }
    let rust = fs::read_to_string(root().join("Cargo.toml")).expect("text");
    let version = rust.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("a version");
    assert!(stages[0].starts_with(&format!("docker.io/library/rust:{}-slim ", version.trim_matches('"'))));
}

#[test]
fn the_hooks_of_pre_commit_name_their_script() {
    let own = document(&example("pre-commit/.pre-commit-config.yaml"));
    let hooks = document(&example("pre-commit/.pre-commit-hooks.yaml"));
    for hook in own["repos"][0]["hooks"].as_array().into_iter().chain(hooks.as_array()).flatten() {
        assert_eq!(hook["language"], "script");
        assert!(example("pre-commit").join(hook["entry"].as_str().expect("a path")).is_file(), "{hook}");
    }
}
