//! Which inputs may prune: half of an estate must never prune the other half.

use std::path::{Path, PathBuf};

use super::super::{Manifest, Part, Style, Wholeness, code, load};
use super::reading::folder;
use crate::model::Prune;

const PRUNES: &str = "version: 1\nestate: acme\npolicy: {prune: owned}\ngroups: {a: {ttl_in_days: 7}}\n";

fn loaded(root: &Path, inputs: &[&str]) -> Manifest {
    let inputs: Vec<PathBuf> = inputs.iter().map(|name| root.join(name)).collect();
    load(&inputs).unwrap_or_else(|complaints| panic!("{}", complaints.render(Style::Plain)))
}

/// Loads `a.yaml` beside another file, and says why it does not prune.
fn beside(name: &str, text: &str) -> Option<Part> {
    let folder = folder(&[("a.yaml", PRUNES.as_bytes()), (name, text.as_bytes())]);
    let manifest = loaded(folder.path(), &["a.yaml"]);
    let told: Vec<_> = manifest.warnings.iter().filter(|warning| warning.code == code::PART_OF_ESTATE).collect();
    match manifest.wholeness {
        Wholeness::Whole => {
            assert_eq!((manifest.desired.policy.prune, told.len()), (Prune::Owned, 0));
            None
        }
        Wholeness::Part(part) => {
            assert_eq!((manifest.desired.policy.prune, told.len()), (Prune::None, 1));
            assert!(told[0].help.is_some());
            Some(part)
        }
    }
}

fn is_named(name: &str, text: &str) -> bool {
    match beside(name, text) {
        Some(Part::Beside(file)) => {
            assert!(file.ends_with(name), "{file}");
            true
        }
        Some(other) => panic!("{other:?}"),
        None => false,
    }
}

#[test]
fn a_file_alone_and_a_folder_prune() {
    let folder = folder(&[("m/a.yaml", PRUNES.as_bytes()), ("m/b.yaml", b"version: 1\ngroups: {}\n")]);
    let whole = loaded(folder.path(), &["m"]);
    assert_eq!((whole.wholeness, whole.desired.policy.prune), (Wholeness::Whole, Prune::Owned));
    assert_eq!(beside("notes.txt", PRUNES), None);
}

#[test]
fn several_inputs_do_not_prune() {
    let folder = folder(&[("a.yaml", PRUNES.as_bytes()), ("m/b.yaml", b"version: 1\ngroups: {}\n")]);
    for inputs in [&["a.yaml", "m"][..], &["m", "a.yaml"], &["a.yaml", "a.yaml"]] {
        let manifest = loaded(folder.path(), inputs);
        assert_eq!(manifest.wholeness, Wholeness::Part(Part::SeveralInputs));
        assert_eq!(manifest.desired.policy.prune, Prune::None);
        assert!(manifest.warnings[0].message.starts_with("`prune: owned` is off for this run: several inputs"));
    }
}

#[test]
fn another_file_of_the_estate_is_found_and_named() {
    for name in ["b.yaml", "b.yml", "below/it/c.yaml"] {
        assert!(is_named(name, "version: 1\nestate: acme\ngroups: {b: {ttl_in_days: 7}}\n"), "{name}");
    }
    // One file of a folder says whose it is for all of them.
    assert!(is_named("b.yaml", "version: 1\ngroups: {b: {ttl_in_days: 7}}\n"));
    assert!(is_named("b.yaml", "\u{feff}version: 1\ngroups: {b: {ttl_in_days: 7}}\n"));
    assert!(is_named("b.yaml", "version: 1\nestate: acme\npolicy: {prune: owned}\n"));
}

#[test]
fn a_file_of_the_estate_that_is_broken_counts() {
    assert!(is_named("b.yaml", "version: 1\nestate: acme\ngroups: {b: {ttl_in_days: 7\n"));
    assert!(is_named("b.yaml", "version: 1\ngroups:\n  b: {ttl_in_days: 7\n"));
    assert!(is_named("b.yaml", "version: 1\nestate: acme\ngroups: {}\n---\nversion: 1\n"));
    let folder =
        folder(&[("a.yaml", PRUNES.as_bytes()), ("b.yaml", b"estate: acme # \xe9t\xe9\nversion: 1\ngroups: {}\n")]);
    assert_ne!(loaded(folder.path(), &["a.yaml"]).wholeness, Wholeness::Whole);
}

#[test]
fn files_of_others_do_not_matter() {
    for text in [
        "",
        "# nothing\n",
        "{{ .Values.name }}\n",
        "groups:\n- name: alerts\n  rules: []\n",
        "apiVersion: v1\nkind: ConfigMap\n---\napiVersion: v1\nkind: Secret\n",
        "version: 1\nestate: rivals\ngroups: {b: {ttl_in_days: 7}}\n",
        "version: 1\nestate: rivals\ngroups: {b: {ttl_in_days: 7\n",
        "version: 1\ndefaults: {ttl_in_days: 7}\n",
    ] {
        assert!(!is_named("b.yaml", text), "{text}");
    }
}

#[test]
fn the_same_name_in_another_project_is_another_estate() {
    let project =
        |id: char| format!("target: {{region: my-kualalumpur-1, project_id: {}}}\n", id.to_string().repeat(32));
    let beside = |own: &str, other: &str| {
        let files = [("a.yaml", format!("{PRUNES}{own}")), ("b.yaml", format!("{PRUNES}{other}"))];
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        let folder = folder(&files);
        loaded(folder.path(), &["a.yaml"]).wholeness == Wholeness::Whole
    };
    assert!(beside(&project('a'), &project('b')));
    assert!(beside("target: {region: my-kualalumpur-1}\n", "target: {region: ap-southeast-3}\n"));
    // What is not certain is not relied on: the environment may say the rest.
    assert!(!beside(&project('a'), &project('a')));
    assert!(!beside(&project('a'), ""));
    assert!(!beside("", &project('a')));
    assert!(!beside("target: {region: my-kualalumpur-1}\n", "target: {project_name: my-kualalumpur-1}\n"));
    assert!(!beside("target: {emulator: {data: x}}\n", "target: {emulator: {data: y}}\n"));
}

#[test]
fn nothing_is_looked_for_where_nothing_is_pruned() {
    let text = PRUNES.replace("owned", "none");
    let folder = folder(&[("a.yaml", text.as_bytes()), ("b.yaml", PRUNES.as_bytes())]);
    let manifest = loaded(folder.path(), &["a.yaml"]);
    assert_eq!((manifest.wholeness, manifest.warnings.len()), (Wholeness::Whole, 0));
}

#[cfg(unix)]
#[test]
fn a_link_has_neighbours_on_both_sides() {
    let real = folder(&[("a.yaml", PRUNES.as_bytes()), ("b.yaml", PRUNES.as_bytes())]);
    let other = folder(&[("self/notes.txt", b"")]);
    std::os::unix::fs::symlink(real.path().join("a.yaml"), other.path().join("a.yaml")).expect("a link");
    let manifest = loaded(other.path(), &["a.yaml"]);
    assert!(matches!(manifest.wholeness, Wholeness::Part(Part::Beside(_))), "{:?}", manifest.wholeness);
    // A second name of the file itself is no other file.
    let alone = folder(&[("a.yaml", PRUNES.as_bytes())]);
    std::os::unix::fs::symlink(alone.path().join("a.yaml"), alone.path().join("b.yaml")).expect("a link");
    assert_eq!(loaded(alone.path(), &["b.yaml"]).wholeness, Wholeness::Whole);
}
