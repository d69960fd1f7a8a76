//! The table of `SECURITY.md` is kept true: every scenario has a row, and every
//! test that a row names is there.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The last scenario of the catalogue.
const LAST: u32 = 74;

/// The cells of the rows that begin with `| S`, by number.
fn rows() -> BTreeMap<u32, Vec<String>> {
    let text = fs::read_to_string(root().join("SECURITY.md")).expect("SECURITY.md");
    let mut rows = BTreeMap::new();
    for line in text.lines() {
        let Some(number) = line.strip_prefix("| S").filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        else {
            continue;
        };
        let cells: Vec<String> = line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
        let number = number.chars().take_while(char::is_ascii_digit).collect::<String>().parse().expect("a number");
        assert!(rows.insert(number, cells).is_none(), "S{number:02} has two rows");
    }
    rows
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_scenario_has_a_row_and_every_row_a_test() {
    let rows = rows();
    assert_eq!(rows.keys().copied().collect::<Vec<_>>(), (1..=LAST).collect::<Vec<_>>());
    for (number, cells) in rows {
        let [_, scenario, tests] = cells.as_slice() else { panic!("S{number:02}: {cells:?}") };
        assert!(!scenario.is_empty(), "S{number:02}");
        let mut named = 0;
        for test in quoted(tests).into_iter().filter(|test| test.contains(".rs::")) {
            let (file, function) = test.split_once("::").expect("a file and a function");
            let text =
                fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("S{number:02} {file}: {error}"));
            assert!(text.contains(&format!("fn {function}(")), "S{number:02}: {file} has no `{function}`");
            let owns = function.starts_with(&format!("s{number:02}_"));
            named += usize::from(owns);
        }
        // A row without a test of its own says so, and nothing in between.
        assert_eq!(named == 0, tests.starts_with("not yet: "), "S{number:02}: {tests}");
    }
}

/// The other way round: what is named after a scenario is in its row.
#[test]
fn every_test_of_a_scenario_is_in_the_table() {
    let rows = rows();
    let mut missing = Vec::new();
    let mut folders = vec![root().join("src"), root().join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let file = path.strip_prefix(root()).expect("inside").to_string_lossy().into_owned();
            for line in fs::read_to_string(&path).expect("text").lines() {
                let Some(function) = line.trim().trim_start_matches("async ").strip_prefix("fn s") else { continue };
                let digits: String = function.chars().take_while(char::is_ascii_digit).collect();
                let Some(name) = function.split('(').next().filter(|_| digits.len() == 2) else { continue };
                let number: u32 = digits.parse().expect("a number");
                let row = rows.get(&number).map(|cells| cells.join(" ")).unwrap_or_default();
                if !row.contains(&format!("`{file}::s{name}`")) {
                    missing.push(format!("S{number:02}: `{file}::s{name}`"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "not in the table of SECURITY.md:\n{}", missing.join("\n"));
}
