//! The session of the README, and the examples.

use std::fs;
use std::path::PathBuf;

use crate::program::{PROJECT, Place, Service, copy_example};

/// The session as a reader of the README types and sees it.
fn session() -> String {
    let place = Place::new();
    copy_example(&place, "quickstart");
    let mut session = String::new();
    for command in
        ["ltsctl apply -f examples/quickstart --auto-approve", "ltsctl apply -f examples/quickstart --auto-approve"]
    {
        let arguments: Vec<&str> = command.split(' ').skip(1).chain(["--quiet"]).collect();
        let ran = place.run(&arguments).exits(0);
        assert_eq!(ran.stderr, "", "{command}");
        session.push_str(&format!("$ {command}\n{}", ran.stdout));
    }
    session
}

#[test]
fn the_readme_shows_the_quick_start_as_it_is() {
    let readme = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README.md");
    let session = session();
    assert!(session.contains("\nApply complete! Resources: 8 added, 0 changed, 0 destroyed.\n"), "{session}");
    assert!(session.ends_with("\nNo changes. 8 resources match the manifest.\n"), "{session}");
    assert!(readme.contains(&session), "the README does not show this session:\n{session}");
}

#[test]
fn the_teardown_undoes_the_quick_start() {
    let place = Place::new();
    copy_example(&place, "quickstart");
    place.run(&["apply", "-f", "examples/quickstart", "--auto-approve"]).exits(0);
    let refused = place.run(&["destroy", "-f", "examples/quickstart", "--auto-approve"]).exits(4);
    assert!(refused.stderr.contains("--allow delete"), "{}", refused.stderr);
    assert!(refused.stderr.contains("Nothing was written."), "{}", refused.stderr);
    let gone =
        place.run(&["destroy", "-f", "examples/quickstart", "--auto-approve", "--allow", "delete,data-loss"]).exits(0);
    assert_eq!(gone.last_line(), "Apply complete! Resources: 0 added, 0 changed, 8 destroyed.");
}

#[test]
fn every_example_is_valid() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples");
    for entry in fs::read_dir(&root).expect("examples") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        // Rules for the emulator are no manifest; `faults.rs` plays them. Nor is a
        // pipeline; the estates in it are validated in `tests/examples`.
        let manifests = root.join(&name).join("estate.yaml");
        if !manifests.is_file() {
            continue;
        }
        let place = Place::new();
        copy_example(&place, &name);
        let ran = place.run(&["validate", "-f", &format!("examples/{name}")]).exits(0);
        assert!(ran.stdout.starts_with("Valid. "), "{name}: {}", ran.stdout);
    }
}

/// Points an example at an emulator.
fn retarget(place: &Place, name: &str, origin: &str) {
    let folder = place.path().join("examples").join(name);
    for entry in fs::read_dir(folder).expect("an example") {
        let path = entry.expect("an entry").path();
        let mut text = fs::read_to_string(&path).expect("text");
        for address in [
            "http://127.0.0.1:8888",
            "https://lts.my-kualalumpur-1.cloud.example",
            "https://iam.my-kualalumpur-1.cloud.example",
        ] {
            text = text.replace(address, origin);
        }
        fs::write(&path, text).expect("a file");
    }
}

#[test]
fn the_examples_over_http_converge() {
    for name in ["production", "emulator-http"] {
        let service = Service::start("modern");
        let place = service.place().with("HW_PROJECT_ID", PROJECT);
        copy_example(&place, name);
        retarget(&place, name, &service.origin);
        let folder = format!("examples/{name}");
        let applied = place.run(&["apply", "-f", &folder, "--auto-approve"]).exits(0);
        assert!(applied.last_line().starts_with("Apply complete! "), "{name}: {}", applied.stdout);
        let again = place.run(&["plan", "-f", &folder, "--detailed-exitcode"]).exits(0);
        assert!(again.last_line().starts_with("No changes. "), "{name}: {}", again.stdout);
    }
}

#[test]
fn the_teardown_example_works_on_what_the_quick_start_made() {
    let place = Place::new();
    copy_example(&place, "quickstart");
    copy_example(&place, "teardown");
    place.run(&["apply", "-f", "examples/quickstart", "--auto-approve"]).exits(0);
    let examples = place.path().join("examples");
    fs::rename(examples.join("quickstart/.ltsctl"), examples.join("teardown/.ltsctl")).expect("the data");
    let allow = "delete,data-loss,archive-gap,unmanaged";
    let gone = place.run(&["apply", "-f", "examples/teardown", "--auto-approve", "--allow", allow]).exits(0);
    assert_eq!(gone.last_line(), "Apply complete! Resources: 0 added, 0 changed, 6 destroyed.");
    let again = place.run(&["plan", "-f", "examples/teardown", "--detailed-exitcode"]).exits(0);
    assert!(again.stdout.contains("entry can be removed"), "{}", again.stdout);
}
