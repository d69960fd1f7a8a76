//! `init`, `completions` and `man`: what makes the program pleasant at a terminal.

use std::fs;

use crate::program::{PROJECT, Place};

#[test]
fn a_first_manifest_is_valid_and_plans() {
    let place = Place::new();
    let made = place.run(&["init"]).exits(0);
    assert_eq!(made.stdout, "Wrote estate.yaml.\n");
    place.run(&["validate", "-f", "estate.yaml"]).exits(0);
    place.run(&["fmt", "--check", "estate.yaml"]).exits(0);
    assert_eq!(
        place.run(&["plan", "-f", "estate.yaml"]).exits(0).last_line(),
        "Plan: 3 to add, 0 to change, 0 to destroy."
    );
    let before = fs::read_to_string(place.path().join("estate.yaml")).expect("the file");
    place.run(&["init"]).exits(1);
    assert_eq!(fs::read_to_string(place.path().join("estate.yaml")).expect("the file"), before, "it is left alone");
    let flags = ["init", "real.yaml", "--estate", "acme", "--region", "my-kualalumpur-1", "--project-id", PROJECT];
    place.run(&flags).exits(0);
    let text = fs::read_to_string(place.path().join("real.yaml")).expect("the file");
    assert!(text.contains("region: my-kualalumpur-1\n  project_id: 2a473356cca5487f8373be891bffc1cf\n"), "{text}");
    place.run(&["validate", "-f", "real.yaml"]).exits(0);
    for wrong in [&["--region", "Nowhere!"][..], &["--region", "my-kualalumpur-1"], &["--project-id", "short"]] {
        place.run(&[&["init", "other.yaml"][..], wrong].concat()).exits(64);
    }
    assert!(!place.path().join("other.yaml").exists());
}

#[test]
fn shells_complete_flags_and_addresses_of_the_manifest() {
    let place = Place::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = place.run(&["completions", shell]).exits(0).stdout;
        assert!(script.contains("LTSCTL_COMPLETE"), "{shell}: {script}");
    }
    place.write(
        "m.yaml",
        "version: 1\ntarget: {emulator: {}}\ngroups: {web: {ttl_in_days: 7, streams: {access: , error: }}, api: {ttl_in_days: 7}}\n",
    );
    let complete = |words: &[&str]| {
        let line = [&["--", "ltsctl"][..], words].concat();
        let mut command = place.command(&line);
        let output = command.env("LTSCTL_COMPLETE", "fish").output().expect("run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("text");
        text.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert!(complete(&["dri"]).contains(&"drift".to_owned()));
    assert!(complete(&["plan", "--det"]).contains(&"--detailed-exitcode".to_owned()));
    let offered = complete(&["plan", "-f", "m.yaml", "--target", "groups/web"]);
    assert_eq!(offered, ["groups/web", "groups/web/**", "groups/web/streams/access", "groups/web/streams/error"]);
    // What is wrong with a manifest is for `validate` to tell.
    place.write("m.yaml", "version: 2\n");
    assert_eq!(complete(&["plan", "-f", "m.yaml", "--target", "groups/"]), Vec::<String>::new());
}

#[test]
fn every_command_has_a_page() {
    let place = Place::new();
    let page = place.run(&["man"]).exits(0).stdout;
    assert!(page.contains(".TH ltsctl 1") && page.contains("Credentials come from the environment only"), "{page}");
    place.run(&["man", "--out", "pages"]).exits(0);
    for command in ["plan", "apply", "drift", "export", "emulator", "fmt"] {
        let page = fs::read_to_string(place.path().join(format!("pages/ltsctl-{command}.1"))).expect("a page");
        assert!(page.contains("SYNOPSIS"), "{command}: {page}");
    }
}
