use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;

use super::super::sink::Sink;
use super::super::yaml::{self, Node, Value};
use super::super::{Source, Style, collect, parse};
use super::{format, looks_like_manifest};

const CONTRACT: &str = include_str!("../../../tests/manifests/valid/contract.yaml");

fn source(text: &str) -> Source {
    Source { name: Arc::from("test.yaml"), text: text.to_owned(), folder: PathBuf::new() }
}

#[track_caller]
fn laid_out(text: &str) -> String {
    let once = format(&source(text)).unwrap_or_else(|complaints| panic!("{text}\n{}", complaints.render(Style::Plain)));
    let twice =
        format(&source(&once)).unwrap_or_else(|complaints| panic!("{once}\n{}", complaints.render(Style::Plain)));
    assert_eq!(twice, once, "a second look changes something");
    assert_eq!(meaning(&once), meaning(text), "{text}\n{once}");
    once
}

/// What a text says: keys sorted, so that their order is no part of it, and the
/// words of its comments. On purpose not how the proof looks at it.
fn meaning(text: &str) -> (String, Vec<String>) {
    fn show(node: &Node<'_>) -> String {
        match &node.value {
            Value::Scalar(scalar) => std::format!("{:?}/{}", scalar.text, scalar.plain),
            Value::List(items) => std::format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
            Value::Map(entries) => {
                let mut all: Vec<String> =
                    entries.iter().map(|entry| std::format!("{:?}: {}", entry.key.text, show(&entry.node))).collect();
                all.sort();
                std::format!("{{{}}}", all.join(", "))
            }
            Value::Refused => "?".to_owned(),
        }
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let root = yaml::read_any(0, text, &mut yaml::Budget::new(), &mut Sink::new(Vec::new())).flatten();
    let words = yaml::find_comments(text).into_iter().flat_map(|range| text[range].split_whitespace());
    let mut words: Vec<String> = words.map(str::to_owned).collect();
    words.sort();
    (root.map(|root| show(&root)).unwrap_or_default(), words)
}

/// Says whether a key runs over several lines, as it may within braces only.
fn has_broken_key(text: &str) -> bool {
    fn broken(node: &Node<'_>, text: &str) -> bool {
        let key = |start: u32, end: u32| text.get(start as usize..end as usize).is_some_and(|key| key.contains('\n'));
        match &node.value {
            Value::Scalar(_) | Value::Refused => false,
            Value::List(items) => items.iter().any(|item| broken(item, text)),
            Value::Map(entries) => {
                entries.iter().any(|entry| key(entry.key_spot.start, entry.key_spot.end) || broken(&entry.node, text))
            }
        }
    }
    let root = yaml::read_any(0, text, &mut yaml::Budget::new(), &mut Sink::new(Vec::new())).flatten();
    root.is_some_and(|root| broken(&root, text))
}

/// A line of its own has no room for such a key: the file is left as it is.
#[test]
fn a_key_over_several_lines_is_refused() {
    let text = "version: 1\ngroups: {g: {ttl_in_days: 3, tags: {c\n   lass: a}}}\n";
    assert!(parse(&[source(text)]).is_ok() && has_broken_key(text));
    assert!(format(&source(text)).is_err());
    assert!(!has_broken_key(CONTRACT));
}

#[test]
fn keys_come_in_the_order_of_the_table_and_names_stay() {
    let before = "\
# yaml-language-server: $schema=x
groups:   # all of them
   web:
        streams:
            b: {tags: {z: '1', a: \"2\"},   ttl_in_days: 3}   # short
            a:
        # about tags
        tags: { team:   web }
        ttl_in_days:   7
   api: {ensure: absent}
   # nothing more of groups

# the version
version: 1
accept:
- reason: why   # because
  # which
  address: groups/web

  until: 2027-01-31
  value: 9
  field: ttl_in_days
";
    let after = "\
# yaml-language-server: $schema=x

# the version
version: 1
accept:
  # which
  - address: groups/web
    field: ttl_in_days
    value: 9
    reason: why   # because

    until: 2027-01-31
groups:   # all of them
  web:
    ttl_in_days: 7
    # about tags
    tags: {team: web}
    streams:
      b: {ttl_in_days: 3, tags: {z: '1', a: \"2\"}}   # short
      a:
  api: {ensure: absent}
  # nothing more of groups
";
    assert_eq!(laid_out(before), after.replace("$schema=x\n\n", "$schema=x\n"));
}

#[test]
fn brackets_over_several_lines_become_blocks() {
    let before = "{version: 1, groups: { # all
  web: {ttl_in_days: 7, # days
    streams: [ ],
    dumps: {
      # the only one
      d: {streams: [a, # first
        b], obs_bucket_name: bucket-one,
        storage_format: RAW, period: 1hour, tags: { # none
        }} # end
    }}}
  # last
}
";
    let after = "\
version: 1
groups:
  # all
  web:
    ttl_in_days: 7 # days
    streams: []
    dumps:
      # the only one
      d:
        streams:
          - a # first
          - b
        obs_bucket_name: bucket-one
        storage_format: RAW
        period: 1hour
        tags: {} # none
        # end
# last
";
    assert_eq!(laid_out(before), after);
    assert_eq!(laid_out("{version: 1, groups: {}}"), "{version: 1, groups: {}}\n");
}

#[test]
fn texts_over_several_lines_stay_what_they_are() {
    let before = "\
version: 1
a: >-   # folded
       one
       two

         three
b: |
  kept  \n  here
c: plain
       text   # behind
d: \"quoted \\
     on\\ \n     and on\"
e: 'single

       line'
f: |2
    spaces
g: |+
  all


? \"long
   key\"
: 1
h:
  # between
  value
i:
- >-
   item
-   - nested   # x
    - # y
      b: 1
      c: 2
";
    let after = laid_out(before);
    assert!(after.contains("a: >-   # folded\n  one\n  two\n\n    three\nb: |\n  kept  \n  here\n"), "{after}");
    assert!(after.contains("c: plain\n  text   # behind\n"), "{after}");
    assert!(after.contains("f: \"  spaces\\n\"\ng: \"all\\n\\n\\n\"\n"), "{after}");
    assert!(after.contains("# between\nh: value\n"), "{after}");
    assert!(after.contains("  - - nested   # x\n    # y\n    - b: 1\n      c: 2\n"), "{after}");
}

#[test]
fn line_ends_marks_and_spaces_are_one_way() {
    assert_eq!(laid_out("\u{feff}version: 1  \r\ngroups:\t{}\r\n\r\n\r\n"), "version: 1\ngroups: {}\n");
    assert_eq!(
        laid_out("# top\n\n--- # here\n\nversion: 1\n\n\n\n# x\ngroups: {}\n...\n# end"),
        "# top\n--- # here\nversion: 1\n\n# x\ngroups: {}\n# end\n"
    );
    assert_eq!(laid_out("# only a comment  \n\n\n"), "# only a comment\n");
    assert_eq!(laid_out(""), "");
    assert_eq!(laid_out("version: 1"), "version: 1\n");
}

#[test]
fn what_is_no_yaml_is_refused_with_its_place() {
    for text in ["a: [", "a: &x 1\nb: *x\n", "a: !t 1\n", "---\na: 1\n---\nb: 2\n"] {
        let complaints = format(&source(text)).expect_err(text);
        assert!(complaints.diagnostics()[0].place.is_some(), "{text}");
    }
}

#[test]
fn manifests_are_told_from_other_files() {
    assert!(looks_like_manifest(CONTRACT));
    for text in ["", "- a", "on: push\njobs: {}\n", "version: 1\nservices: {}\n", "groups: {}\n", "a: ["] {
        assert!(!looks_like_manifest(text), "{text}");
    }
}

fn every_manifest() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/manifests/valid", "examples", "tests/scenarios"].map(|folder| root.join(folder));
    let mut sources: Vec<Source> =
        folders.iter().flat_map(|folder| collect(std::slice::from_ref(folder)).expect("sources")).collect();
    // Pipelines and rules for the emulator lie among the examples.
    sources.retain(|source| looks_like_manifest(&source.text));
    assert!(sources.len() > 100);
    sources
}

#[test]
fn every_manifest_keeps_its_meaning() {
    for source in every_manifest() {
        laid_out(&source.text);
    }
}

#[test]
fn the_examples_are_laid_out() {
    for source in collect(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")]).expect("sources") {
        if looks_like_manifest(&source.text) {
            assert_eq!(laid_out(&source.text), source.text, "{}", source.name);
        }
    }
}

/// A manifest with comments, empty lines and line ends where there were none.
fn decorated() -> impl Strategy<Value = String> {
    let lines = CONTRACT.lines().count();
    let decoration = (0..lines, 0..9_usize, prop::sample::select(vec!["own", "behind", "empty", "spaces", "crlf"]));
    prop::collection::vec(decoration, 0..24).prop_map(|decorations| {
        let mut lines: Vec<String> = CONTRACT.lines().map(str::to_owned).collect();
        for (number, (line, indent, kind)) in decorations.into_iter().enumerate() {
            let Some(text) = lines.get_mut(line) else { continue };
            match kind {
                "own" => *text = std::format!("{}# own{number}\n{text}", " ".repeat(indent)),
                "behind" if text.contains('#') => {}
                "behind" => text.push_str(&std::format!("{}# behind{number}", " ".repeat(indent + 1))),
                "empty" => *text = std::format!("{}\n{text}", " ".repeat(indent)),
                "spaces" => text.push_str(&" ".repeat(indent)),
                _ => text.push('\r'),
            }
        }
        lines.join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn comments_and_lines_are_kept_wherever_they_stand(text in decorated()) {
        laid_out(&text);
    }

    #[test]
    fn nothing_is_refused_that_is_a_manifest(
        at in 0..CONTRACT.len(),
        length in 0..40_usize,
        instead in "(|\n|\n\n|\n +|[\\[\\]{}:,\"'#>|% \n-]{1,4}| # x\n|\\? |: \n|a: b|\\PC{1,4}|null|\\{a, b\\}|\\|\n +)",
    ) {
        let start = CONTRACT.floor_char_boundary(at);
        let end = CONTRACT.floor_char_boundary((start + length).min(CONTRACT.len()));
        let text = std::format!("{}{instead}{}", &CONTRACT[..start], &CONTRACT[end..]);
        if parse(&[source(&text)]).is_ok() && !has_broken_key(&text) {
            laid_out(&text);
        } else if let Ok(once) = format(&source(&text)) {
            // What is no manifest may be refused; if it is not, it is the same.
            prop_assert_eq!(meaning(&once), meaning(&text));
        }
    }
}
