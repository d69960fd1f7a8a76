//! The schema is up to date, and takes what the checks take.

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::super::scalar::Reading;
use super::super::shape::Rule;
use super::super::sink::Sink;
use super::super::yaml::{self, Node};
use super::super::{Style, collect, load, rules, schema};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn the_schema_file_is_up_to_date() {
    let path = Path::new(ROOT).join("schemas/manifest.schema.json");
    let fresh = format!("{:#}\n", schema());
    let stored = fs::read_to_string(&path).unwrap_or_default();
    if stored.is_empty() {
        fs::write(&path, &fresh).expect("written");
        panic!("wrote {}; read it, and run again", path.display());
    }
    assert!(stored == fresh, "{} is stale; empty it and run this test twice", path.display());
}

#[test]
fn every_valid_manifest_and_every_example_fits_the_schema() {
    let validator = validator();
    let folders: Vec<PathBuf> = fs::read_dir(Path::new(ROOT).join("examples"))
        .expect("examples")
        .map(|entry| entry.expect("an entry").path())
        // Rules for the emulator, and pipelines, are no manifests.
        .filter(|folder| folder.join("estate.yaml").is_file())
        .collect();
    assert!(folders.len() >= 4);
    for folder in folders {
        let sources = collect(std::slice::from_ref(&folder)).expect("sources");
        let manifest = load(std::slice::from_ref(&folder))
            .unwrap_or_else(|complaints| panic!("{}", complaints.render(Style::Plain)));
        assert!(manifest.warnings.is_empty(), "{folder:?}: {:?}", manifest.warnings);
        assert!(folder.join("README.md").exists(), "{folder:?}");
        for source in &sources {
            let header = "# yaml-language-server: $schema=../../schemas/manifest.schema.json\n";
            assert!(source.text.starts_with(header), "{} lacks the editor header", source.name);
            assert_fits(&validator, &source.name, &source.text);
        }
    }
    for source in collect(&[Path::new(ROOT).join("tests/manifests/valid")]).expect("sources") {
        assert_fits(&validator, &source.name, &source.text);
    }
}

#[test]
fn the_schema_refuses_what_it_can_see() {
    let validator = validator();
    for bad in [
        json!({}),
        json!({"version": 2}),
        json!({"version": 1, "colour": "blue"}),
        json!({"version": 1, "include": ["../[x].yaml"]}),
        json!({"version": 1, "groups": null}),
        json!({"version": 1, "groups": {"a/b": {}}}),
        json!({"version": 1, "groups": {"a": {"ttl_in_days": 366}}}),
        json!({"version": 1, "groups": {"a": {"ensure": "absent", "ttl_in_days": 7}}}),
        json!({"version": 1, "groups": {"a": {"ensure": "absent", "streams": {"b": {}}}}}),
        json!({"version": 1, "groups": {"a": {"tags": {"n": 7}}}}),
        json!({"version": 1, "groups": {"a": {"dumps": {"d": null}}}}),
        json!({"version": 1, "groups": {"a": {"dumps": {"d": {"streams": []}}}}}),
    ] {
        assert!(!validator.is_valid(&bad), "{bad}");
    }
}

#[test]
fn patterns_take_whatever_the_rules_take() {
    let texts = [
        "a",
        "A",
        "0",
        "7",
        "a-b",
        "a.b",
        "a_b",
        "_a",
        "a_",
        ".a",
        "a.",
        "-a",
        "a-",
        "日志",
        "a/b",
        "a b",
        "",
        "..",
        "a..b",
        "2a473356cca5487f8373be891bffc1cf",
        "my-kualalumpur-1",
        "https://lts.example",
        "HTTPS://LTS.example:443/",
        "http://127.0.0.1:8888",
        "http://[::1]:8888",
        "ftp://x",
        "https://a/b",
        "groups/a",
        "groups/*/streams/a?",
        "groups/a/**",
        "groups/a/dumps/b",
        "2027-01-31",
        "2027-02-30",
        "archive",
        "192.168.0.1",
        "ab",
        "./a//b",
        "a/../b",
        "/a",
        "~a",
        "a:b",
        "default",
        "acme-log.archive",
    ];
    let all: [&Rule; 14] = [
        &rules::GROUP_NAME,
        &rules::STREAM_NAME,
        &rules::DUMP_HANDLE,
        &rules::ESTATE_NAME,
        &rules::BUCKET_NAME,
        &rules::PROJECT_ID,
        &rules::DOMAIN_ID,
        &rules::REGION,
        &rules::ENDPOINT,
        &rules::GLOB,
        &rules::DATE,
        &rules::ENTERPRISE_PROJECT_ID,
        &rules::ENTERPRISE_PROJECT_NAME,
        &rules::PREFIX,
    ];
    for rule in all.into_iter().chain([&rules::INNER_PATH, &rules::INCLUDE]) {
        let (shortest, longest) = rule.length;
        let schema = json!({"pattern": rule.pattern.expect("a pattern"), "minLength": shortest, "maxLength": longest});
        let validator = jsonschema::draft202012::new(&schema).expect("a schema");
        let mut taken = 0;
        for text in texts {
            if (rule.check)(text).is_ok() {
                taken += 1;
                assert!(validator.is_valid(&json!(text)), "{}: the pattern refuses {text:?}", rule.what);
            }
        }
        assert!(taken > 0, "{}: no sample", rule.what);
    }
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).expect("a schema")
}

fn assert_fits(validator: &Validator, name: &str, text: &str) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut sink = Sink::new(Vec::new());
    let root = yaml::read(0, text, &mut yaml::Budget::new(), &mut sink).expect("a tree");
    let instance = to_json(&root);
    let faults: Vec<String> = validator.iter_errors(&instance).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(faults.is_empty(), "{name}: {faults:#?}");
}

/// Reads a tree the way an editor does.
fn to_json(node: &Node<'_>) -> Value {
    match &node.value {
        yaml::Value::Scalar(scalar) => match scalar.reading() {
            Reading::Null => Value::Null,
            Reading::Boolean(value) => json!(value),
            Reading::Integer(number) => json!(number),
            Reading::OddNumber => scalar.text.parse::<f64>().map_or(json!(scalar.text), |number| json!(number)),
            Reading::OldBoolean(_) | Reading::Text => json!(scalar.text),
        },
        yaml::Value::List(items) => items.iter().map(to_json).collect(),
        yaml::Value::Map(entries) => {
            entries.iter().map(|entry| (entry.key.text.to_string(), to_json(&entry.node))).collect()
        }
        yaml::Value::Refused => panic!("refused"),
    }
}
