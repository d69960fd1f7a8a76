//! `include`: what is read, in which order, and what is not.

use std::path::{Path, PathBuf};

use super::super::{Complaints, Manifest, Part, Wholeness, code, collect, load, parse};
use super::reading::folder;
use crate::model::Prune;

/// Reads `main.yaml` of a folder.
fn main(root: &Path) -> Result<Manifest, Complaints> {
    load(&[root.join("main.yaml")])
}

/// The names of the files that are read for `main.yaml`, from the folder on.
fn order(root: &Path) -> Vec<String> {
    let sources = collect(&[root.join("main.yaml")]).expect("sources");
    let inner = |name: &str| Path::new(name).strip_prefix(root).expect("inside").to_string_lossy().into_owned();
    sources.iter().map(|source| inner(&source.name)).collect()
}

/// What is said of an `include`, without the path of the folder, each with its
/// line.
fn told(root: &Path) -> Vec<(u32, String)> {
    let complaints = main(root).expect_err("complaints");
    let about = complaints.diagnostics().iter().filter(|diagnostic| diagnostic.code == code::INCLUDE);
    let shown = root.to_string_lossy().into_owned() + "/";
    about.map(|d| (d.place.as_ref().expect("a place").line, d.message.replace(&shown, ""))).collect()
}

fn including(patterns: &str) -> String {
    format!("version: 1\ninclude: [{patterns}]\n")
}

fn group(name: &str) -> String {
    format!("version: 1\ngroups: {{{name}: {{ttl_in_days: 7}}}}\n")
}

fn files(files: &[(&str, String)]) -> tempfile::TempDir {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    folder(&files)
}

#[test]
fn what_is_included_comes_in_the_order_of_its_patterns() {
    let folder = files(&[
        ("main.yaml", including("z.yaml, \"teams/*.yaml\", \"**/*.yml\"")),
        ("z.yaml", including("deep/x.yaml")),
        ("teams/b.yaml", group("b")),
        ("teams/a.yaml", group("a")),
        ("teams/.hidden.yaml", "not: read\n".to_owned()),
        ("teams/notes.txt", "not: read\n".to_owned()),
        ("teams/east/c.yaml", "not: read\n".to_owned()),
        ("deep/x.yaml", group("x")),
        ("deep/er/y.yml", group("y")),
        ("w.yml", group("w")),
    ]);
    let read = ["main.yaml", "z.yaml", "teams/a.yaml", "teams/b.yaml", "deep/er/y.yml", "w.yml", "deep/x.yaml"];
    assert_eq!(order(folder.path()), read);
    let manifest = main(folder.path()).expect("a manifest");
    let groups: Vec<&str> = manifest.desired.groups.keys().map(|name| name.as_str()).collect();
    assert_eq!(groups, ["a", "b", "w", "x", "y"]);
    assert!(manifest.desired.groups["x"].place.file.ends_with("deep/x.yaml"));
}

#[test]
fn circles_and_doubles_are_read_once() {
    let folder = files(&[
        ("main.yaml", including("\"*.yaml\", a.yaml, ./sub/../a.yaml").replace("sub/../", "")),
        ("a.yaml", including("b.yaml") + "groups: {a: {ttl_in_days: 7}}\n"),
        ("b.yaml", including("main.yaml, a.yaml") + "groups: {b: {ttl_in_days: 7}}\n"),
    ]);
    assert_eq!(order(folder.path()), ["main.yaml", "a.yaml", "b.yaml"]);
    // Whoever names the folder reads the same files, once.
    let whole = collect(&[folder.path().to_path_buf()]).expect("sources");
    assert_eq!(whole.len(), 3);
    assert_eq!(load(&[folder.path().to_path_buf()]).expect("a manifest").desired.groups.len(), 2);
}

#[test]
fn s60_a_pattern_that_matches_nothing_is_an_error_at_its_line() {
    let folder = files(&[
        ("main.yaml", "version: 1\ninclude:\n  - gone.yaml\n  - gone/*.yaml\n  - main.yaml\n  - \"m*\"\n".to_owned()),
        ("other.txt", String::new()),
    ]);
    let expected = [(3, "`gone.yaml`"), (4, "`gone/*.yaml`"), (5, "`main.yaml`"), (6, "`m*`")];
    let expected = expected.map(|(line, pattern)| (line, format!("{pattern} matches no file")));
    assert_eq!(told(folder.path()), expected);
}

#[test]
fn other_mistakes_are_told_beside_a_missing_file() {
    let folder = files(&[
        ("main.yaml", including("gone.yaml, a.yaml") + "colour: blue\n"),
        ("a.yaml", "version: 1\ngroups: {a: {ttl_in_days: 999}}\n".to_owned()),
    ]);
    let complaints = main(folder.path()).expect_err("complaints");
    let codes: Vec<&str> = complaints.diagnostics().iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, [code::OUT_OF_RANGE, code::INCLUDE, code::UNKNOWN_KEY]);
}

#[test]
fn a_key_that_is_spelled_with_escapes_is_followed_too() {
    let folder =
        files(&[("main.yaml", "version: 1\n\"\\x69ncl\\u0075de\": [a.yaml]\n".to_owned()), ("a.yaml", group("a"))]);
    assert_eq!(order(folder.path()), ["main.yaml", "a.yaml"]);
}

#[test]
fn files_include_each_other_eight_levels_deep() {
    let chain = |length: u32| {
        let names: Vec<String> = (0..=length).map(|level| format!("{level}.yaml")).collect();
        let texts = (0..length).map(|level| including(&format!("{}.yaml", level + 1)));
        let texts: Vec<String> = texts.chain([group("a")]).collect();
        let named: Vec<(&str, String)> = names.iter().map(String::as_str).zip(texts).collect();
        let folder = files(&named);
        let read = load(&[folder.path().join("0.yaml")]);
        drop(folder);
        read
    };
    assert!(chain(8).is_ok());
    let complaints = chain(9).expect_err("too deep");
    let first = &complaints.diagnostics()[0];
    assert!(first.message.contains("more than 8 levels deep"), "{}", first.message);
    assert!(first.place.as_ref().is_some_and(|place| place.file.ends_with("8.yaml") && place.line == 2));
}

#[test]
fn a_file_with_what_it_includes_prunes() {
    let prunes = "version: 1\nestate: acme\npolicy: {prune: owned}\ninclude: [\"teams/*.yaml\"]\n";
    let wholeness = |files: &[(&str, String)]| {
        let folder = self::files(files);
        let manifest = main(folder.path()).expect("a manifest");
        let pruning = manifest.desired.policy.prune == Prune::Owned;
        assert_eq!(pruning, manifest.wholeness == Wholeness::Whole);
        manifest.wholeness
    };
    let (main, a) = (("main.yaml", prunes.to_owned()), ("teams/a.yaml", group("a")));
    assert_eq!(wholeness(&[main.clone(), a.clone()]), Wholeness::Whole);
    // One that is not included may declare more of the estate.
    let left_out = wholeness(&[main.clone(), a.clone(), ("teams/more/b.yaml", group("b"))]);
    assert!(matches!(left_out, Wholeness::Part(Part::Beside(file)) if file.ends_with("teams/more/b.yaml")));
    // So may one that includes what is read here.
    let above = ("all.yaml", including("main.yaml, \"teams/**\""));
    assert!(matches!(wholeness(&[main, a, above]), Wholeness::Part(Part::Beside(_))));
}

#[test]
fn a_text_without_a_folder_includes_nothing() {
    let complaints = parse(&[super::source("test.yaml", &including("a.yaml"))]).expect_err("no folder");
    assert_eq!(complaints.diagnostics()[0].code, code::INCLUDE);
}

#[cfg(unix)]
#[test]
fn s63_nothing_outside_of_the_folder_is_included() {
    use std::os::unix::fs::symlink;
    let outside = files(&[("x.yaml", group("x")), ("sub/y.yaml", group("y"))]);
    let folder = files(&[
        ("main.yaml", "version: 1\ninclude:\n- out.yaml\n- sub/y.yaml\n- sub/*.yaml\n- zero.yaml\n- pipe.yaml\n- lost.yaml\n- inner\n- in.yaml\n".to_owned()),
        ("inner/a.yaml", group("a")),
        ("real.yaml", group("r")),
    ]);
    let at = |name: &str| folder.path().join(name);
    symlink(outside.path().join("x.yaml"), at("out.yaml")).expect("a link");
    symlink(outside.path().join("sub"), at("sub")).expect("a link");
    symlink("/dev/zero", at("zero.yaml")).expect("a link");
    symlink("nowhere", at("lost.yaml")).expect("a link");
    symlink("real.yaml", at("in.yaml")).expect("a link");
    assert!(std::process::Command::new("mkfifo").arg(at("pipe.yaml")).status().expect("mkfifo").success());
    let out = |name: &str| format!("`{name}` leads out of the folder of the file that includes it");
    let expected = [
        (3, out("out.yaml")),
        (4, out("sub")),
        (5, out("sub")),
        (6, out("zero.yaml")),
        (7, "`pipe.yaml` is not a regular file".to_owned()),
        (8, "`lost.yaml` does not exist".to_owned()),
        (9, "`inner` is not a regular file".to_owned()),
    ];
    assert_eq!(told(folder.path()), expected);
}

#[test]
fn an_included_file_is_confined_to_its_own_folder() {
    let folder = files(&[
        ("main.yaml", including("sub/a.yaml")),
        ("sub/a.yaml", including("../b.yaml, /etc/passwd, \"x**\", \"[ab].yaml\", sub/, ./")),
        ("b.yaml", group("b")),
    ]);
    let complaints = main(folder.path()).expect_err("complaints");
    let codes: Vec<&str> = complaints.diagnostics().iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, [code::BAD_TEXT; 6]);
}

#[test]
fn the_sum_of_all_files_is_bounded_and_told_at_the_pattern() {
    let folder = files(&[
        ("main.yaml", including("large.yaml, latin.yaml")),
        ("large.yaml", "#".repeat((8 << 20) + 1)),
        ("latin.yaml", group("a")),
    ]);
    std::fs::write(folder.path().join("latin.yaml"), b"\xe9t\xe9\n").expect("a file");
    let told = told(folder.path());
    assert_eq!(told[0], (2, "`large.yaml` is larger than 8 MiB".to_owned()));
    assert!(told[1].1.starts_with("`latin.yaml` is not UTF-8 text"), "{told:?}");
}

#[test]
fn two_files_of_one_name_in_two_folders_are_two() {
    let folder = files(&[
        ("main.yaml", including("a/x.yaml, b/x.yaml")),
        ("a/x.yaml", group("same")),
        ("b/x.yaml", group("same")),
    ]);
    let complaints = load(&[PathBuf::from(folder.path()).join("main.yaml")]).expect_err("declared twice");
    let [only] = complaints.diagnostics() else { panic!("{complaints:?}") };
    assert_eq!(only.code, code::DECLARED_TWICE);
    let places = [only.place.as_ref(), only.notes[0].place.as_ref()].map(|place| place.expect("a place").file.clone());
    assert!(places[0].ends_with("b/x.yaml") && places[1].ends_with("a/x.yaml"), "{places:?}");
}
