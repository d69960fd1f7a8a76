//! Input that means harm, or is none at all.

use proptest::prelude::*;

use super::super::{Severity, Style, code, parse};
use super::{codes, read, source};

const CONTRACT: &str = include_str!("../../../tests/manifests/valid/contract.yaml");

#[test]
fn s61_aliases_do_not_multiply() {
    let mut text = String::from("version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..40 {
        let below = format!("*a{}", level - 1);
        text.push_str(&format!("a{level}: &a{level} [{}]\n", [below.as_str(); 9].join(", ")));
    }
    let complaints = read(&text).expect_err("aliases are refused");
    assert!(complaints.diagnostics().iter().any(|diagnostic| diagnostic.code == code::ANCHOR));
    assert!(complaints.diagnostics().len() <= 1000);
}

#[test]
fn s61_deep_nesting_ends_early() {
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        let text = format!("version: 1\ngroups: {}{}", open.repeat(100_000), close.repeat(100_000));
        assert!(codes(&text).contains(&code::TOO_LARGE), "{open}");
    }
    let block: String = (0..2000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert!(codes(&format!("version: 1\n{block}")).contains(&code::TOO_LARGE));
}

#[test]
fn s61_size_is_bounded() {
    let scalar = format!("version: 1\nestate: {}", "x".repeat(9 << 20));
    assert_eq!(codes(&scalar), [code::TOO_LARGE]);
    let documents = "--- {}\n".repeat(1_000_000);
    assert!(codes(&documents).contains(&code::SEVERAL_DOCUMENTS));
    let nodes = format!("version: 1\ngroups: [{}]", "a,".repeat(1_000_000));
    assert_eq!(codes(&nodes), [code::TOO_LARGE]);
}

#[test]
fn mistakes_are_counted_and_not_hoarded() {
    let keys: String = (0..50_000).map(|number| format!("key{number}: 1\n")).collect();
    let complaints = read(&format!("version: 1\n{keys}")).expect_err("unknown keys");
    assert_eq!(complaints.count(), 50_000);
    assert_eq!(complaints.diagnostics().len(), 1000);
    let shown = complaints.render(Style::Plain);
    assert!(shown.ends_with("error: 50000 complaints in 1 file, of which the first 1000 are shown\n"), "{shown}");
}

#[test]
fn a_long_line_is_cut_and_still_points() {
    let text = format!("version: 1\ngroups: {{{} colour: [}}", "a: {}, ".repeat(100_000));
    let complaints = read(&text).expect_err("broken");
    let shown = complaints.render(Style::Plain);
    assert!(shown.len() < 2000, "{}", shown.len());
}

#[test]
fn nothing_of_a_manifest_reaches_the_terminal_raw() {
    let text = "version: 1\n\"\\e]52;c;x\\a\\u202e\": 1\ngroups: {\"\\x9b2J\": {}, \"\u{202e}a\": {}}\n";
    let complaints = parse(&[source("a\u{1b}[2J.yaml", text)]).expect_err("names");
    assert_eq!(complaints.count(), 3);
    let shown = complaints.render(Style::Plain);
    assert!(!shown.contains(|c: char| c != '\n' && (c.is_control() || c == '\u{202e}')), "{shown:?}");
    let coloured = complaints.render(Style::Colour);
    assert!(!coloured.contains("\u{1b}]52") && !coloured.contains("\u{1b}[2J"), "{coloured:?}");
}

#[test]
fn s60_nothing_is_never_a_manifest() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "null", "~", "\u{feff}", " ", "--- # x\n"] {
        assert_eq!(codes(text), [code::EMPTY_MANIFEST], "{text:?}");
    }
    let complaints = parse(&[]).expect_err("no source");
    assert_eq!(complaints.count(), 1);
}

#[test]
fn s62_line_ends_and_marks_do_not_move_places() {
    for text in ["\u{feff}version: 1\ngroups: {w: {x: 1}}\n", "version: 1\r\ngroups: {w: {x: 1}}\r\n"] {
        let complaints = read(text).expect_err("an unknown key");
        let place = complaints.diagnostics()[0].place.as_ref().expect("a place");
        assert_eq!((place.line, place.column), (2, 14), "{text:?}");
    }
    let complaints = read("\u{feff}versio: 1\n").expect_err("an unknown key");
    let columns: Vec<_> = complaints.diagnostics().iter().filter_map(|d| d.place.as_ref()).map(|p| p.column).collect();
    assert_eq!(columns, [1, 1]);
}

/// What a complaint promises, whatever it is about.
fn judge(text: &str) {
    let Err(complaints) = read(text) else {
        return;
    };
    assert!(complaints.diagnostics().iter().any(|diagnostic| diagnostic.severity == Severity::Error));
    let places: Vec<_> = complaints.diagnostics().iter().map(|diagnostic| diagnostic.place.clone()).collect();
    assert!(places.is_sorted());
    assert_eq!(complaints.render(Style::Plain), read(text).expect_err("the same").render(Style::Plain));
    for diagnostic in complaints.diagnostics() {
        let excerpt = diagnostic.excerpt.as_ref().expect("an excerpt");
        assert!(excerpt.line.get(excerpt.span.clone()).is_some());
        assert!(!diagnostic.message.contains(char::is_control));
    }
    assert!(!complaints.render(Style::Plain).contains(|c: char| c != '\n' && c.is_control()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_judged(text in "\\PC{0,200}") {
        judge(&text);
    }

    #[test]
    fn any_bytes_are_judged(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        judge(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_yaml_like_text_is_judged(text in "([a-z:\\[\\]{}&*!|>'\"%#@,? \n\t-]|version: 1\n|groups:\n|<<: |- ){0,60}") {
        judge(&text);
    }

    #[test]
    fn any_damage_is_judged(
        at in 0..CONTRACT.len(),
        length in 0..40_usize,
        instead in "(|[\\[\\]{}:,\"'&*!#|>%\n\t \0-]{1,3}|\\PC{1,4}|null|yes|0x7|1e3|<<: \\*a|\\.\\./)",
    ) {
        let start = CONTRACT.floor_char_boundary(at);
        let end = CONTRACT.floor_char_boundary((start + length).min(CONTRACT.len()));
        judge(&format!("{}{instead}{}", &CONTRACT[..start], &CONTRACT[end..]));
    }
}
