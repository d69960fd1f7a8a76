//! `fmt`: what it writes, what it leaves alone, and what it says.

use std::fs;

use crate::program::Place;

const LOOSE: &str = "groups:\n    web: {ttl_in_days:   7}   # days\nversion: 1\n";
const NEAT: &str = "version: 1\ngroups:\n  web: {ttl_in_days: 7}   # days\n";

#[test]
fn files_are_laid_out_once() {
    let place = Place::new();
    place.write("m/loose.yaml", LOOSE);
    place.write("m/neat.yaml", NEAT);
    place.write("m/workflow.yml", "on:   push\n");
    let read = |name: &str| fs::read_to_string(place.path().join(name)).expect("text");

    let checked = place.run(&["fmt", "--check", "m"]).exits(2);
    assert_eq!((checked.stdout.as_str(), read("m/loose.yaml")), ("m/loose.yaml\n", LOOSE.to_owned()));
    let json = place.run(&["fmt", "--check", "m", "-o", "json"]).exits(2);
    let expected = "{\"format_version\":\"1.0\",\"exit_code\":2,\"changed\":[\"m/loose.yaml\"],\"unchanged\":1}\n";
    assert_eq!(json.stdout, expected);

    let untouched = fs::metadata(place.path().join("m/neat.yaml")).and_then(|found| found.modified()).expect("a time");
    assert_eq!(place.run(&["fmt", "m"]).exits(0).stdout, "m/loose.yaml\n");
    assert_eq!((read("m/loose.yaml"), read("m/workflow.yml")), (NEAT.to_owned(), "on:   push\n".to_owned()));
    let after = fs::metadata(place.path().join("m/neat.yaml")).and_then(|found| found.modified()).expect("a time");
    assert_eq!(untouched, after);
    assert_eq!(fs::read_dir(place.path().join("m")).expect("a folder").count(), 3);
    assert_eq!(place.run(&["fmt", "m"]).exits(0).stdout, "");
    assert_eq!(place.run(&["fmt", "--check", "m"]).exits(0).stdout, "");
}

#[cfg(unix)]
#[test]
fn rights_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let place = Place::new();
    place.write("m/real.yaml", LOOSE);
    place.write("outside.yaml", LOOSE);
    let at = |name: &str| place.path().join(name);
    fs::set_permissions(at("m/real.yaml"), fs::Permissions::from_mode(0o640)).expect("rights");
    symlink("../outside.yaml", at("m/link.yaml")).expect("a link");
    // What a link in a folder leads to is not in that folder.
    assert_eq!(place.run(&["fmt", "m"]).exits(0).stdout, "m/real.yaml\n");
    assert_eq!(fs::metadata(at("m/real.yaml")).expect("a file").permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_to_string(at("outside.yaml")).expect("text"), LOOSE);
    // One that is named is meant.
    place.run(&["fmt", "m/link.yaml"]).exits(0);
    assert!(fs::symlink_metadata(at("m/link.yaml")).expect("a link").file_type().is_symlink());
    assert_eq!(fs::read_to_string(at("outside.yaml")).expect("text"), NEAT);
}

#[test]
fn mistakes_are_told_and_the_rest_is_done() {
    let place = Place::new();
    place.write("a.yaml", "version: 1\ngroups: [\n");
    place.write("b.yaml", LOOSE);
    let ran = place.run(&["fmt", "a.yaml", "b.yaml"]).exits(1);
    assert!(ran.stderr.contains("--> a.yaml:2:"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(place.path().join("b.yaml")).expect("text"), NEAT);
    assert!(place.run(&["fmt", "nowhere.yaml"]).exits(1).stderr.contains("does not exist"));
    place.run(&["fmt", "-", "b.yaml"]).exits(64);
    place.run(&["fmt"]).exits(64);
}

#[test]
fn a_dash_is_a_filter() {
    let filter = |arguments: &[&str], text: &str| {
        let mut command = assert_cmd::Command::cargo_bin("ltsctl").expect("the program");
        let output = command.env_clear().arg("fmt").args(arguments).write_stdin(text).output().expect("run");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    assert_eq!(filter(&["-"], LOOSE), (Some(0), NEAT.to_owned()));
    assert_eq!(filter(&["-"], NEAT), (Some(0), NEAT.to_owned()));
    assert_eq!(filter(&["-", "--check"], LOOSE), (Some(2), "<stdin>\n".to_owned()));
    assert_eq!(filter(&["-", "--check"], NEAT), (Some(0), String::new()));
    assert_eq!(filter(&["-"], "a: [").0, Some(1));
}

/// Whoever names a file by mistake finds it as it was.
#[test]
fn what_is_no_manifest_is_left_alone() {
    let place = Place::new();
    for foreign in [
        "version: '3'\nservices:\n    web:\n        image: nginx\n",
        "include:\n    - local: other.yml\n",
        "version: '3'\nincludes:\n    a: b.yml\nvars:\n    x: 1\ntasks:\n    all: []\n",
        "groups:\n    - name: alerts\n      rules: []\n",
        "-   hosts: all\n",
        "just text\n",
        "name: ci\non: push\ndefaults:\n    run:\n        shell: bash\n",
    ] {
        place.write("foreign.yaml", foreign);
        let refused = place.run(&["fmt", "foreign.yaml"]).exits(1);
        assert!(refused.stderr.contains("`foreign.yaml` is no manifest, and was left as it is"), "{}", refused.stderr);
        assert_eq!(fs::read_to_string(place.path().join("foreign.yaml")).expect("the file"), foreign);
    }
    // A manifest with a mistake is one.
    place.write("m.yaml", "version: 1\ngruops:\n    web: {ttl_in_days: 7}\n");
    place.run(&["fmt", "m.yaml"]).exits(0);
    place.write("m.yaml", "groups:\n    web: {ttl_in_days: 7}\nx: 1\n");
    place.run(&["fmt", "m.yaml"]).exits(0);
    place.write("m.yaml", "# nothing yet\n");
    place.run(&["fmt", "m.yaml"]).exits(0);
}
