use std::path::PathBuf;
use std::sync::Arc;

use super::super::parse::{Includes, demand_one, parse_all};
use super::super::{Complaints, Given, Manifest, Source, code};
use crate::model::{Days, Slot, StreamTtl};

fn source(name: &str, text: &str) -> Source {
    Source { name: Arc::from(name), text: text.to_owned(), folder: PathBuf::new() }
}

fn read_all(texts: &[&str], files: &[&str], values: &[(&str, &str)]) -> Result<Manifest, Complaints> {
    let named = |kind: &str, texts: &[&str]| {
        texts.iter().enumerate().map(|(index, text)| source(&format!("{kind}{index}.yaml"), text)).collect::<Vec<_>>()
    };
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let includes = vec![Vec::new(); texts.len()];
    let given = Given { files: named("v", files), values };
    parse_all(&named("m", texts), Includes::Followed(&includes), &given).and_then(demand_one)
}

fn read(text: &str) -> Result<Manifest, Complaints> {
    read_all(&[text], &[], &[])
}

/// Code, file and line of every complaint.
fn told(read: Result<Manifest, Complaints>) -> Vec<(&'static str, String)> {
    let complaints = read.expect_err("complaints");
    let place = |place: &crate::model::Place| format!("{}:{}:{}", place.file, place.line, place.column);
    let diagnostics = complaints.diagnostics().iter();
    diagnostics.map(|d| (d.code, d.place.as_ref().map(place).unwrap_or_default())).collect()
}

fn ttl(manifest: &Manifest, group: &str) -> Option<u32> {
    manifest.desired.groups[group].wanted.present().and_then(|settings| settings.ttl).map(Days::get)
}

const DAYS: &str = "version: 1\nvars: {days: 7}\ngroups:\n  a:\n    ttl_in_days: ${var.days}\n";

#[test]
fn a_whole_value_keeps_its_type_and_a_part_is_text() {
    let manifest = read(
        "version: 1
vars: {days: 30, armed: true, stage: prod, way: inherit, n: 7, word: none}
estate: acme-${var.stage}
groups:
  a:
    ttl_in_days: \"${var.days}\"
    protected: ${var.armed}
    tags: {stage: \"${var.stage}\", both: \"${var.stage}-${var.n}\"}
    streams:
      s: {ttl_in_days: \"${var.way}\"}
    dumps:
      d: {streams: [s], obs_bucket_name: \"logs-${var.n}\", storage_format: RAW, period: 1hour, encryption: \"${var.word}\", dir_prefix_name: \"$${var.stage}\"}
",
    );
    let manifest = manifest.unwrap_or_else(|complaints| panic!("{}", complaints.render(super::super::Style::Plain)));
    let desired = &manifest.desired;
    assert_eq!(desired.estate.as_ref().map(|estate| estate.as_str()), Some("acme-prod"));
    let group = &desired.groups["a"];
    let settings = group.wanted.present().expect("present");
    assert_eq!(ttl(&manifest, "a"), Some(30));
    let tags = settings.tags.as_ref().expect("tags");
    assert_eq!((tags.get("stage"), tags.get("both")), (Some("prod"), Some("prod-7")));
    let dump = group.dumps.as_ref().expect("dumps")["d"].wanted.present().expect("present");
    assert_eq!((dump.dir_prefix_name.as_deref(), &dump.encryption), (Some("${var.stage}"), &Some(Slot::Empty)));
    let streams = group.streams.as_ref().expect("streams");
    assert_eq!(streams["s"].wanted.present().and_then(|stream| stream.ttl), Some(StreamTtl::Inherit));
}

#[test]
fn flags_override_files_and_files_the_manifest() {
    let days = |files: &[&str], values: &[(&str, &str)]| {
        ttl(&read_all(&[DAYS], files, values).expect("a manifest"), "a").expect("days")
    };
    assert_eq!(days(&[], &[]), 7);
    assert_eq!(days(&["days: 8"], &[]), 8);
    assert_eq!(days(&["days: 8", "days: 9"], &[]), 9);
    assert_eq!(days(&["days: 8"], &[("days", "10")]), 10);
    assert_eq!(days(&["days: 8"], &[("days", "10"), ("days", "11")]), 11);
}

#[test]
fn variables_are_of_the_estate_and_declared_in_any_file() {
    let groups = "version: 1\ngroups: {a: {ttl_in_days: \"${var.days}\"}}\n";
    let manifest = read_all(&[groups, "version: 1\nvars: {days: 7}\n"], &[], &[]).expect("a manifest");
    assert_eq!(ttl(&manifest, "a"), Some(7));
    // In the same words twice is no contradiction; differently is.
    let vars = "version: 1\nvars: {days: 7}\n";
    assert!(read_all(&[groups, vars, vars], &[], &[]).is_ok());
    let other = "version: 1\nvars: {days: \"7\"}\n";
    assert_eq!(told(read_all(&[groups, vars, other], &[], &[])), [(code::DECLARED_TWICE, "m2.yaml:2:8".to_owned())]);
}

#[test]
fn what_is_declared_without_a_value_must_be_given() {
    let text = "version: 1\nvars: {days: , team: null}\ngroups:\n  a: {ttl_in_days: \"${var.days}\", tags: {t: \"${var.team}\"}}\n";
    let missing = [(code::MISSING_VALUE, "m0.yaml:4:20".to_owned()), (code::MISSING_VALUE, "m0.yaml:4:45".to_owned())];
    assert_eq!(told(read(text)), missing);
    let manifest = read_all(&[text], &["days: 14"], &[("team", "web")]).expect("a manifest");
    assert_eq!(ttl(&manifest, "a"), Some(14));
    // Without a declared type, YAML says what it is; quotes make a text of anything.
    assert!(read_all(&[text], &[], &[("days", "14"), ("team", "\"7\"")]).is_ok());
    assert_eq!(
        told(read_all(&[text], &[], &[("days", "14"), ("team", "7")])),
        [(code::WRONG_TYPE, "m0.yaml:4:45".to_owned())]
    );
}

#[test]
fn types_are_those_of_the_declaration() {
    let text = "version: 1\nvars:\n  days: 7\n  armed: true\n  stage: prod\ngroups: {}\n";
    for (name, value) in
        [("days", "seven"), ("days", "07"), ("days", ""), ("armed", "yes"), ("armed", "1"), ("stage", "a\nb")]
    {
        let told = told(read_all(&[text], &[], &[(name, value)]));
        assert!(
            matches!(told.as_slice(), [(code::WRONG_TYPE, place)] if place.starts_with("m0.yaml:")),
            "{name}={value}: {told:?}"
        );
    }
    for value in ["7", "yes", "", "null", "[a]", "${x}"] {
        assert!(read_all(&[text], &[], &[("stage", value)]).is_ok(), "{value}");
    }
    for file in
        ["days: \"7\"", "days: seven", "armed: yes", "stage: 7", "stage: ", "stage: [a]", "stage: 012", "days: {a: 1}"]
    {
        let told = told(read_all(&[text], &[file], &[]));
        assert!(
            matches!(told.as_slice(), [(code::WRONG_TYPE, place)] if place.starts_with("v0.yaml:1:")),
            "{file}: {told:?}"
        );
    }
}

#[test]
fn names_that_nobody_declares_are_told() {
    let told_of = |files: &[&str], values: &[(&str, &str)]| told(read_all(&[DAYS], files, values));
    assert_eq!(told_of(&[], &[("dais", "8")]), [(code::UNKNOWN_VARIABLE, String::new())]);
    assert_eq!(told_of(&["days: 8\ncolour: blue"], &[]), [(code::UNKNOWN_VARIABLE, "v0.yaml:2:1".to_owned())]);
    assert_eq!(told_of(&["days: 8\ndays: 9"], &[]), [(code::DUPLICATE_KEY, "v0.yaml:2:1".to_owned())]);
    assert_eq!(told_of(&[""], &[]), [(code::EMPTY_MANIFEST, "v0.yaml:1:1".to_owned())]);
    assert_eq!(told_of(&["- days"], &[]), [(code::WRONG_TYPE, "v0.yaml:1:1".to_owned())]);
    let used = "version: 1\nvars: {days: 7}\ngroups: {a: {ttl_in_days: \"${var.dayz}\"}}\n";
    let complaints = read(used).expect_err("unknown");
    assert_eq!(complaints.diagnostics()[0].help.as_deref(), Some("did you mean `${var.days}`?"));
    // A file that is no YAML may declare whatever is missing here.
    let broken = "version: 1\nvars: {a: 1\n";
    assert_eq!(told(read_all(&[used, broken], &[], &[("b", "1")])), [(code::SYNTAX, "m1.yaml:2:7".to_owned())]);
}

#[test]
fn a_bad_value_is_told_where_it_is_used_and_where_it_comes_from() {
    let complaints = read_all(&[DAYS], &[], &[("days", "999")]).expect_err("too long");
    let [only] = complaints.diagnostics() else { panic!("{complaints:?}") };
    let excerpt = only.excerpt.as_ref().expect("an excerpt");
    assert_eq!((only.code, &excerpt.line[excerpt.span.clone()]), (code::OUT_OF_RANGE, "${var.days}"));
    assert_eq!(only.notes[0].message, "`${var.days}` is `999`, said with `--var`");
    let complaints = read_all(&[DAYS], &["days: 999"], &[]).expect_err("too long");
    let note = &complaints.diagnostics()[0].notes[0];
    assert_eq!(note.place.as_ref().map(ToString::to_string).as_deref(), Some("v0.yaml:1:7"));
}

#[test]
fn variables_stand_in_values_only() {
    let text = "version: ${var.v}
include: [\"${var.v}.yaml\"]
vars: {v: 1, w: \"${var.v}\", x: \"$${y}\"}
groups:
  a: {tags: {\"${var.v}\": x, k: \"${env.HOME}\", l: \"${var.v\", m: \"${var.v + 1}\"}}
  b-${var.v}: {}
";
    let bad: Vec<String> =
        told(read(text)).into_iter().filter(|(code, _)| *code == code::BAD_VARIABLE).map(|(_, at)| at).collect();
    let places = ["1:10", "2:11", "3:17", "3:32", "5:14", "5:32", "5:50", "5:64", "6:3"];
    assert_eq!(bad, places.map(|place| format!("m0.yaml:{place}")));
}

#[test]
fn what_is_filled_in_is_bounded() {
    let value = "x".repeat(1000);
    let uses = "${var.a}".repeat(100);
    let tags: String = (0..200).map(|number| format!("  g{number}: {{tags: {{t: \"{uses}\"}}}}\n")).collect();
    let told = told(read(&format!("version: 1\nvars: {{a: {value}}}\ngroups:\n{tags}")));
    assert_eq!(told.iter().filter(|(code, _)| *code == code::TOO_LARGE).count(), 1, "{told:?}");
    assert!(told.len() < 200, "{}", told.len());
    // One value is bounded as well.
    let long = format!("version: 1\nvars: {{a: {}}}\ngroups: {{}}\n", "x".repeat(1025));
    assert_eq!(self::told(read(&long))[0].0, code::BAD_TEXT);
}
