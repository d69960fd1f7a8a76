//! The architecture, enforced: which module may name which, how long a file may
//! be, and a few habits that no lint knows.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Longest file, in lines. One that is longer usually has two jobs.
const LONGEST: usize = 400;

/// What each module may name, apart from itself, `effects`, `escape` and the
/// crates outside. A new arrow in the architecture is a new word here.
fn allowed() -> BTreeMap<&'static str, &'static [&'static str]> {
    BTreeMap::from([
        ("effects", &[][..]),
        ("escape", &[][..]),
        ("model", &[][..]),
        ("manifest", &["model"][..]),
        ("ledger", &["model"][..]),
        ("lts", &["model"][..]),
        ("diff", &["model"][..]),
        ("plan", &["model", "diff"][..]),
        ("drift", &["model", "diff", "plan"][..]),
        ("apply", &["model", "diff", "plan", "lts"][..]),
        ("saved", &["model", "diff", "plan"][..]),
        ("snapshot", &["model", "saved"][..]),
        ("export", &["model", "manifest", "diff", "plan"][..]),
        ("render", &["model", "diff", "plan", "drift", "apply", "lts", "saved", "export", "adopt"][..]),
        ("adopt", &["model", "manifest", "diff", "plan", "drift", "export"][..]),
        // The emulator keeps its own reading of the API.
        ("emulator", &[][..]),
        (
            "cli",
            &[
                "model", "manifest", "lts", "diff", "plan", "drift", "apply", "saved", "snapshot", "export", "adopt",
                "render", "emulator", "ledger",
            ][..],
        ),
    ])
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).expect("a folder");
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The top-level modules a file names through `crate::`.
fn named(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (position, _) in text.match_indices("crate::") {
        let rest = &text[position + "crate::".len()..];
        match rest.strip_prefix('{') {
            // `use crate::{a::…, b::…}` names the heads of its list.
            Some(list) => {
                let mut depth = 0;
                let mut word = String::new();
                for c in list.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => word.clear(),
                        c if depth == 0 && (c.is_alphanumeric() || c == '_') => word.push(c),
                        ':' if depth == 0 && !word.is_empty() => {
                            found.insert(std::mem::take(&mut word));
                        }
                        _ => {}
                    }
                }
            }
            None => {
                found.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
            }
        }
    }
    found
}

#[test]
fn modules_name_only_what_they_may() {
    let allowed = allowed();
    let mut faults = Vec::new();
    for path in sources(&root().join("src")) {
        let relative = path.strip_prefix(root().join("src")).expect("a source").to_owned();
        let module = relative.components().next().expect("a name").as_os_str().to_string_lossy().replace(".rs", "");
        let Some(may) = allowed.get(module.as_str()) else {
            assert!(matches!(module.as_str(), "main" | "lib"), "{module} is not in the table of this test");
            continue;
        };
        let text = fs::read_to_string(&path).expect("text");
        for other in named(&text) {
            let own = other == module || matches!(other.as_str(), "effects" | "escape" | "");
            if !own && allowed.contains_key(other.as_str()) && !may.contains(&other.as_str()) {
                faults.push(format!("{} names crate::{other}", relative.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn files_have_one_job() {
    let long: Vec<String> = sources(&root().join("src"))
        .into_iter()
        .filter_map(|path| {
            let lines = fs::read_to_string(&path).expect("text").lines().count();
            (lines > LONGEST).then(|| format!("{} has {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<String> = sources(&root().join("src"))
        .into_iter()
        .filter(|path| !path.ends_with("tests.rs") && !fs::read_to_string(path).expect("text").starts_with("//!"))
        .map(|path| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn folders_list_and_do_nothing() {
    let mut faults = Vec::new();
    for path in sources(&root().join("src")).into_iter().filter(|path| path.ends_with("mod.rs")) {
        let text = fs::read_to_string(&path).expect("text");
        let code =
            text.lines().any(|line| line.starts_with("fn ") || line.starts_with("impl") || line.contains(" fn "));
        if code && !path.ends_with("tests/mod.rs") {
            faults.push(path.display().to_string());
        }
    }
    assert!(faults.is_empty(), "these hold code; give it a file of its own:\n{}", faults.join("\n"));
}

#[test]
fn only_one_file_knows_the_yaml_crate() {
    let knowing: Vec<String> = sources(&root().join("src"))
        .into_iter()
        .filter(|path| {
            let text = fs::read_to_string(path).expect("text");
            text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains("serde_saphyr"))
        })
        .map(|path| path.strip_prefix(root()).expect("inside").display().to_string())
        .collect();
    assert_eq!(knowing, ["src/manifest/yaml.rs"]);
}
