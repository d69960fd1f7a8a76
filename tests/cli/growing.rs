//! Manifests that grow: files that include others.

use std::fs;

use crate::program::{Place, copy_example};

/// Writes files of a place.
fn write(place: &Place, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = place.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

const TEAMS: &[(&str, &str)] = &[
    (
        "estate/main.yaml",
        "version: 1\nestate: acme\ntarget: {emulator: {}}\npolicy: {prune: owned}\ninclude: [\"teams/*.yaml\"]\n",
    ),
    ("estate/teams/a.yaml", "version: 1\ngroups:\n  a: {ttl_in_days: 7, streams: {x: }}\n"),
    ("estate/teams/b.yaml", "version: 1\ngroups:\n  b: {ttl_in_days: 7}\n"),
];

#[test]
fn a_root_file_with_what_it_includes_is_the_whole_estate() {
    let place = Place::new();
    write(&place, TEAMS);
    let apply = ["apply", "-f", "estate/main.yaml", "--auto-approve", "--allow", "delete,data-loss"];
    let made = place.run(&apply).exits(0);
    assert_eq!(made.last_line(), "Apply complete! Resources: 3 added, 0 changed, 0 destroyed.");
    // The folder says the same, and so it plans the same.
    place.run(&["plan", "-f", "estate", "--detailed-exitcode"]).exits(0);
    // A file that is gone is no longer matched: its group goes.
    fs::remove_file(place.path().join("estate/teams/b.yaml")).expect("removed");
    let pruned = place.run(&apply).exits(0);
    assert_eq!(pruned.last_line(), "Apply complete! Resources: 0 added, 0 changed, 1 destroyed.");
    // When the last one is gone, nothing is matched: an error, and not `delete everything`.
    fs::remove_file(place.path().join("estate/teams/a.yaml")).expect("removed");
    let refused = place.run(&apply).exits(1);
    assert!(refused.stderr.contains("error[include]: `teams/*.yaml` matches no file"), "{}", refused.stderr);
    assert!(refused.stderr.contains("--> estate/main.yaml:5:11"), "{}", refused.stderr);
}

#[test]
fn the_growing_example_is_one_estate_for_every_stage() {
    let place = Place::new();
    copy_example(&place, "growing");
    let estate = "examples/growing/estate.yaml";
    let values = "examples/growing/production.values";
    let made = place.run(&["apply", "-f", estate, "--auto-approve"]).exits(0);
    assert_eq!(made.last_line(), "Apply complete! Resources: 7 added, 0 changed, 0 destroyed.");
    assert!(!made.stderr.contains("part-of-estate"), "{}", made.stderr);
    place.run(&["plan", "-f", "examples/growing", "--detailed-exitcode"]).exits(0);
    // Another stage, another project: here, another folder of data.
    let plan = place.run(&["plan", "-f", estate, "--var-file", values, "--detailed-exitcode"]).exits(2);
    for line in [
        "ttl_in_days              30",
        "obs_bucket_name          acme-logs-production",
        "switch_on                true",
    ] {
        assert!(plan.stdout.contains(line), "{line}: {}", plan.stdout);
    }
    // The command line overrides the file, and the environment is a command line.
    let plan =
        place.run(&["plan", "-f", estate, "--var-file", values, "--var", "stage=test", "--var", "days=14"]).exits(0);
    assert!(plan.stdout.contains("ttl_in_days              3 -> 14"), "{}", plan.stdout);
    let place = place.with("LTSCTL_VAR", "stage=test\ndays=14").with("LTSCTL_VAR_FILE", values);
    assert_eq!(place.run(&["plan", "-f", estate]).exits(0).stdout, plan.stdout);
}

#[test]
fn what_is_given_for_variables_is_judged() {
    let place = Place::new();
    copy_example(&place, "growing");
    let estate = "examples/growing/estate.yaml";
    let told = |arguments: &[&str], exit: i32| {
        let ran = place.run(&[&["validate", "-f", estate], arguments].concat()).exits(exit);
        ran.stderr
    };
    assert!(told(&["--var", "stage"], 64).contains("must be `NAME=VALUE`"));
    assert!(told(&["--var", "stag=x"], 1).contains("help: did you mean `stage`?"));
    assert!(told(&["--var", "days=many"], 1).contains("takes a whole number, not `many`"));
    assert!(told(&["--var-file", "nowhere"], 1).contains("`nowhere` does not exist"));
    let long = told(&["--var", "days=999"], 1);
    assert!(long.contains("--> examples/growing/estate.yaml:24:16"), "{long}");
    assert!(long.contains("`${var.days}` is `999`, said with `--var`"), "{long}");
    // A saved plan is applied as it is.
    let plan = ["apply", "plan.json", "--auto-approve", "--var", "days=7"];
    assert!(place.run(&plan).exits(64).stderr.contains("`--var` goes with making a plan"));
}

/// The way back knows the stage as well, and leaves to the stage what is the stage's.
#[test]
fn the_way_back_takes_values_for_variables() {
    let place = Place::new();
    let manifest = "version: 1
vars: {stage: , days: 3}
target: {emulator: {data: \".ltsctl/${var.stage}\"}}
groups:
  web: {ttl_in_days: \"${var.days}\", streams: {access: {ttl_in_days: 5}}}
";
    place.write("m.yaml", manifest);
    let stage = ["--var", "stage=test"];
    let run = |arguments: &[&str], exit: i32| place.run(&[arguments, &stage].concat()).exits(exit);
    run(&["apply", "-f", "m.yaml", "--auto-approve"], 0);
    // Somebody else changes the retention of the stream, and makes a group.
    place.write("console.yaml", "version: 1\ntarget: {emulator: {data: .ltsctl/test}}\ngroups: {web: {streams: {access: {ttl_in_days: 9}}}, new: {ttl_in_days: 1}}\n");
    place.run(&["apply", "-f", "console.yaml", "--auto-approve", "--allow", "data-loss"]).exits(0);
    place.run(&["drift", "-f", "m.yaml"]).exits(1);
    run(&["drift", "-f", "m.yaml", "--write"], 0);
    run(&["import", "groups/new", "-f", "m.yaml"], 0);
    let text = fs::read_to_string(place.path().join("m.yaml")).expect("the file");
    let after = manifest.replace("access: {ttl_in_days: 5}", "access: {ttl_in_days: 9}");
    assert!(text.starts_with(&format!("{after}  new:\n    ttl_in_days: 1\n")), "{text}");
    run(&["plan", "-f", "m.yaml", "--detailed-exitcode"], 0);
    assert!(run(&["export", "-f", "m.yaml"], 0).stdout.contains("\n  new:\n"));
    run(&["snapshot", "-f", "m.yaml"], 0);
    // What a variable says is not written over.
    place.write(
        "console.yaml",
        "version: 1\ntarget: {emulator: {data: .ltsctl/test}}\ngroups: {web: {ttl_in_days: 7}}\n",
    );
    place.run(&["apply", "-f", "console.yaml", "--auto-approve"]).exits(0);
    let refused = run(&["drift", "-f", "m.yaml", "--write"], 1);
    assert!(refused.stderr.contains("`groups/web` says `${var.days}`, at m.yaml:5:"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(place.path().join("m.yaml")).expect("the file"), text);
    run(&["drift", "-f", "m.yaml", "--var", "days=7"], 0);
}
