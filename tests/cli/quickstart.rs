//! The session of the README, and the examples.

use std::fs;
use std::path::PathBuf;

use crate::program::{Place, copy_example};

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
    for entry in fs::read_dir(root).expect("examples") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        let place = Place::new();
        copy_example(&place, &name);
        let ran = place.run(&["validate", "-f", &format!("examples/{name}")]).exits(0);
        assert!(ran.stdout.starts_with("Valid. "), "{name}: {}", ran.stdout);
    }
}
