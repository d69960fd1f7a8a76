//! `--target` and `--exclude`, from the command line to the exit code.

use crate::program::Place;

const MANIFEST: &str = "version: 1
estate: acme
target: {emulator: {}}
policy: {prune: owned}
groups:
  a: {ttl_in_days: 7, streams: {x: , y: }}
  b: {ttl_in_days: 7}
";

fn place() -> Place {
    let place = Place::new();
    place.write("m.yaml", MANIFEST);
    place
}

#[test]
fn only_what_is_selected_is_done_and_proved() {
    let place = place();
    let ran = place.run(&["apply", "-f", "m.yaml", "--auto-approve", "--target", "groups/a/streams/x"]).exits(0);
    assert_eq!(ran.last_line(), "Apply complete! Resources: 2 added, 0 changed, 0 destroyed.");
    assert!(ran.stderr.contains("warning: 2 changes are outside of the selection"), "{}", ran.stderr);
    assert!(ran.stderr.contains("`prune: owned` is off for this run: only a part"), "{}", ran.stderr);
    // Again there is nothing to do, and the rest is still there for whoever asks.
    let again = place.run(&["plan", "-f", "m.yaml", "--target", "groups/a/streams/x", "--detailed-exitcode"]).exits(0);
    assert_eq!(again.last_line(), "No changes. 1 resources match the manifest.");
    let rest = place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(2);
    assert_eq!(rest.last_line(), "Plan: 2 to add, 0 to change, 0 to destroy.");
    let place = place.with("LTSCTL_EXCLUDE", "groups/b,groups/a/streams/x");
    let ran = place.run(&["plan", "-f", "m.yaml"]).exits(0);
    assert_eq!(ran.last_line(), "Plan: 1 to add, 0 to change, 0 to destroy.");
}

#[test]
fn nothing_is_pruned_under_a_selection() {
    let place = place();
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    place.write("m.yaml", &MANIFEST.replace("  b: {ttl_in_days: 7}\n", ""));
    let ran = place.run(&["plan", "-f", "m.yaml", "--target", "groups/*", "--detailed-exitcode"]).exits(0);
    assert!(!ran.stdout.contains("groups/b"), "{}", ran.stdout);
    let ran = place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(2);
    assert!(ran.stdout.contains("- groups/b"), "{}", ran.stdout);
}

#[test]
fn a_part_is_destroyed_under_the_same_guards() {
    let place = place();
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    let destroy = ["destroy", "-f", "m.yaml", "--auto-approve", "--target", "groups/a/streams/*"];
    assert!(place.run(&destroy).exits(4).stderr.contains("--allow delete"));
    let gone = place.run(&[&destroy[..], &["--allow", "delete,data-loss"]].concat()).exits(0);
    assert_eq!(gone.last_line(), "Apply complete! Resources: 0 added, 0 changed, 2 destroyed.");
}

#[test]
fn a_saved_part_is_a_plan_of_its_own() {
    let place = place();
    let digest = |arguments: &[&str]| {
        let out = ["plan", "-f", "m.yaml", "--out", "plan.json"];
        let ran = place.run(&[&out[..], arguments].concat()).exits(0);
        let start = ran.stderr.find("sha256:").expect("a digest");
        ran.stderr[start..start + 71].to_owned()
    };
    let whole = digest(&[]);
    let part = digest(&["--target", "groups/b"]);
    assert_ne!(whole, part);
    let refused = place.run(&["apply", "plan.json", "--auto-approve", "--target", "groups/b"]).exits(64);
    assert!(refused.stderr.contains("`--target` goes with making a plan"), "{}", refused.stderr);
    place.run(&["apply", "plan.json", "--auto-approve", "--exclude", "groups/b"]).exits(64);
    let ran = place.run(&["apply", "plan.json", "--auto-approve", "--expect-digest", &part]).exits(0);
    assert_eq!(ran.last_line(), "Apply complete! Resources: 1 added, 0 changed, 0 destroyed.");
}

#[test]
fn a_selection_that_matches_nothing_is_an_error() {
    let place = place();
    for flag in ["--target", "--exclude"] {
        for command in [&["plan"][..], &["apply", "--auto-approve"], &["destroy", "--auto-approve"]] {
            let ran = place.run(&[command, &["-f", "m.yaml", flag, "groups/c"]].concat()).exits(1);
            assert!(ran.stderr.contains("nothing that is declared or live matches `groups/c`"), "{}", ran.stderr);
        }
    }
    place.run(&["plan", "-f", "m.yaml", "--target", "c"]).exits(64);
}
