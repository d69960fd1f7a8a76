//! `examples/kubernetes` and `examples/argocd-flux`: what the containers run, as
//! Kubernetes lays out their volumes.

use std::os::unix::fs::symlink;
use std::{fs, path::Path};

use serde_json::Value;

use crate::files::documents;
use crate::program::{PROGRAM, PROJECT, Ran, Service};
use crate::repository::{Repository, WEB_PROJECT, example, meddle, state};

/// Lays a ConfigMap out as the kubelet does: real files in a folder whose name
/// changes, and links to them through `..data`.
fn mount(repository: &Repository, volume: &str, files: &[(&str, &str)]) {
    for (source, path) in files {
        repository.copy(source, &format!("{volume}/..2026_01_02/{path}"));
    }
    let volume = repository.path(volume);
    symlink("..2026_01_02", volume.join("..data")).expect("a link");
    for (_, path) in files {
        let top = Path::new(path).components().next().expect("a name");
        let link = volume.join(top);
        if fs::symlink_metadata(&link).is_err() {
            symlink(Path::new("..data").join(top), link).expect("a link");
        }
    }
}

/// The only container of a job, or of a cron job.
pub(crate) fn container(file: &Path) -> Value {
    let [job] = documents(file).try_into().expect("one document");
    let spec = if job["kind"] == "CronJob" { &job["spec"]["jobTemplate"]["spec"] } else { &job["spec"] };
    spec["template"]["spec"]["containers"][0].clone()
}

/// The words of `args`, with the folder of the volume in this test.
fn arguments(container: &Value, root: &Path) -> Vec<String> {
    let words = container["args"].as_array().expect("args").iter().map(|word| word.as_str().expect("text"));
    words
        .map(|word| if word.starts_with('/') { format!("{}{word}", root.display()) } else { word.to_owned() })
        .collect()
}

#[test]
fn the_night_keeps_a_baseline_and_pushes_numbers() {
    let service = Service::start("modern");
    let repository = Repository::of("kubernetes", &service);
    mount(&repository, "estate", &[("estates/payments/estate.yaml", "estate.yaml")]);
    repository.ltsctl(&["apply", "-f", "estate", "--auto-approve"]).exits(0);
    let container = container(&example("kubernetes/nightly-drift.yaml"));
    assert_eq!(
        container["command"],
        serde_json::json!(["/bin/sh", "/scripts/nightly.sh", "/estate", "/state/payments"])
    );
    let night = || {
        let mut command = repository.command("/bin/sh", &["scripts/nightly.sh", "estate", "state/payments"]);
        for variable in container["env"].as_array().expect("variables") {
            command.env(variable["name"].as_str().expect("a name"), variable["value"].as_str().expect("a value"));
        }
        Ran::of(command.output().expect("run"))
    };
    night().exits(0);
    meddle(&service);
    night().exits(2);
    assert!(repository.read("forge/pushed").contains(r#"name="new"} 2"#), "{}", repository.read("forge/pushed"));
    let pushed = repository.read("forge/curl");
    assert!(
        pushed.ends_with("http://pushgateway.monitoring.svc:9091/metrics/job/ltsctl-drift/estate/payments\n"),
        "{pushed}"
    );
    night().exits(0);

    // A gateway that is down hides nothing.
    repository.write("forge/down", "");
    let ran = night().exits(0);
    assert!(ran.stderr.contains("were not pushed"), "{}", ran.stderr);
    let mut worse = state(&service, PROJECT);
    worse["groups"]["payments"]["streams"]["surprise"] = serde_json::json!({});
    service.admin("PUT", &format!("/state?project_id={PROJECT}"), &worse.to_string());
    night().exits(2);

    // A night without an answer is no baseline.
    let baseline = repository.read("state/payments/drift.json");
    let estate = fs::canonicalize(repository.path("estate/estate.yaml")).expect("a file");
    let text = fs::read_to_string(&estate).expect("text");
    fs::write(&estate, text.replace(&service.origin, "http://127.0.0.1:9")).expect("a file");
    assert!(!matches!(night().code, 0 | 2 | 6));
    assert_eq!(repository.read("state/payments/drift.json"), baseline);
}

#[test]
fn each_index_looks_at_its_own_share() {
    let service = Service::start("modern");
    let repository = Repository::of("kubernetes", &service);
    let file = example("kubernetes/drift-of-all.yaml");
    let [job] = documents(&file).try_into().expect("one document");
    let sources = job["spec"]["template"]["spec"]["volumes"][0]["projected"]["sources"].clone();
    let sources = sources.as_array().expect("sources");
    assert_eq!(job["spec"]["completionMode"], "Indexed");
    assert_eq!(job["spec"]["completions"], sources.len());
    let mut files = Vec::new();
    for source in sources {
        let name = source["configMap"]["name"].as_str().expect("a name").trim_start_matches("estate-");
        let path = source["configMap"]["items"][0]["path"].as_str().expect("a path").to_owned();
        files.push((format!("estates/{name}/estate.yaml"), path));
    }
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    mount(&repository, "estates-volume/estates", &borrowed);

    let container = container(&file);
    let words = arguments(&container, &repository.path("estates-volume"));
    let shards = words.iter().position(|word| word == "--shard").and_then(|at| words.get(at + 1)).expect("shards");
    assert_eq!(job["spec"]["completions"].to_string(), *shards, "else some targets are nobody's");
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    for (index, project) in [("0", PROJECT), ("1", WEB_PROJECT)] {
        let mut command = repository.command(PROGRAM, &words);
        let ran = Ran::of(command.env("JOB_COMPLETION_INDEX", index).output().expect("run")).exits(2);
        let targets = ran.document()["targets"].clone();
        assert_eq!(targets.as_array().map(Vec::len), Some(1));
        assert_eq!(targets[0]["project_id"], project);
    }
}

#[test]
fn the_hooks_of_argo_cd_plan_apply_and_prove() {
    let service = Service::start("modern");
    let repository = Repository::of("argocd-flux", &service);
    mount(&repository, "volume/estate", &[("argocd/estate/estate.yaml", "estate.yaml")]);
    let run = |name: &str| {
        let container = container(&example("argocd-flux").join(name));
        let words = arguments(&container, &repository.path("volume"));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        repository.ltsctl(&words)
    };
    run("argocd/verify.yaml").exits(2);
    run("argocd/plan.yaml").exits(0);
    run("argocd/apply.yaml").exits(0);
    run("argocd/verify.yaml").exits(0);
    run("flux/drift.yaml").exits(0);
    run("flux/apply.yaml").exits(0);

    // What would lose something ends the sync before the apply, and the apply as well.
    let estate = fs::canonicalize(repository.path("volume/estate/estate.yaml")).expect("a file");
    let text = fs::read_to_string(&estate).expect("text");
    fs::write(&estate, text.replace("      api:\n", "      api: {ensure: absent}\n")).expect("a file");
    run("argocd/plan.yaml").exits(4);
    run("argocd/apply.yaml").exits(4);
    fs::write(&estate, text).expect("a file");
    meddle(&service);
    run("flux/drift.yaml").exits(2);
}
