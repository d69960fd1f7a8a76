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

/// What is there already becomes the first manifest: only the marker of the estate is
/// left to write.
#[test]
fn a_first_manifest_is_made_of_the_live_project() {
    let place = Place::new();
    let target = "version: 1\ntarget: {emulator: {}}\n";
    let declared =
        "groups:\n  web: {ttl_in_days: 14, tags: {team: core}, streams: {access: {ttl_in_days: 3}, error: }}\n";
    place.write("old.yaml", &format!("{target}{declared}"));
    place.run(&["apply", "-f", "old.yaml", "--auto-approve"]).exits(0);
    place.write("theirs.yaml", &format!("{target}estate: theirs\ngroups: {{infra: {{ttl_in_days: 7}}}}\n"));
    place.run(&["apply", "-f", "theirs.yaml", "--auto-approve"]).exits(0);
    let made = place.run(&["init", "--from-live", "--emulator", "--estate", "ours"]).exits(0);
    assert_eq!(made.stdout, "Wrote estate.yaml: 1 log groups, 2 log streams, 0 OBS dumps; 1 left out.\n");
    assert!(made.stderr.contains("belongs to estate `theirs`"), "{}", made.stderr);
    assert!(made.stderr.contains("shows the marker of the estate on 3 objects, and nothing else"), "{}", made.stderr);
    place.run(&["fmt", "--check", "estate.yaml"]).exits(0);
    let plan = place.run(&["plan", "-f", "estate.yaml"]).exits(0);
    assert_eq!(plan.last_line(), "Plan: 0 to add, 3 to change, 0 to destroy.");
    place.run(&["apply", "-f", "estate.yaml", "--auto-approve", "--fail-on", "delete,replace,data-loss"]).exits(0);
    place.run(&["plan", "-f", "estate.yaml", "--detailed-exitcode"]).exits(0);
    // The file that is there stays, and nothing is asked.
    let text = fs::read_to_string(place.path().join("estate.yaml")).expect("the file");
    place.run(&["init", "--from-live", "--emulator"]).exits(1);
    assert_eq!(fs::read_to_string(place.path().join("estate.yaml")).expect("the file"), text);
    // An empty project makes an empty manifest.
    let place = Place::new();
    let made = place.run(&["init", "--from-live", "--emulator", "-o", "json"]).exits(0).document();
    assert_eq!((&made["resources"], &made["warnings"]), (&0.into(), &serde_json::json!([])));
    place.run(&["plan", "-f", "estate.yaml", "--detailed-exitcode"]).exits(0);
    // Without a project there is nobody to ask.
    place.run(&["init", "other.yaml", "--from-live"]).exits(5);
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
