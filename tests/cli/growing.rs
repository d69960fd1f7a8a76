//! Manifests that grow: files that include others.

use std::fs;

use crate::program::Place;

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
