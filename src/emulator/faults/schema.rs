//! The JSON Schema of a file of faults, for editors.
//!
//! It is made from the same declarations as the reader: the kinds and their
//! parameters from `kind`, the keys of a rule from `read`. It may allow more than
//! the reader (a name of an operation that there is not), never less.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::super::http::{list_names, operation_names};
use super::kind::{Described, describe_kinds};
use super::read::{METHODS, MOST_RULES, RULE_KEYS, TOP_KEYS};

/// Returns the JSON Schema (draft 2020-12) of what [`Faults::read`](super::Faults::read)
/// takes.
#[must_use]
pub fn faults_schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let kinds = describe_kinds(&mut generator);
    let mut definitions = generator.take_definitions(true);
    definitions.insert("Rule".to_owned(), rule());
    definitions.insert("Fault".to_owned(), fault(kinds));
    let properties = TOP_KEYS.iter().map(|key| ((*key).to_owned(), top_key(key)));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ltsctl faults",
        "description": "Things that go wrong on purpose: rules that say which requests are struck, and by what.",
        "type": "object",
        "properties": Map::from_iter(properties),
        "required": ["rules"],
        "additionalProperties": false,
        "$defs": definitions,
    })
}

fn top_key(key: &str) -> Value {
    match key {
        "seed" => json!({
            "description": "The same seed and the same requests give the same strikes.",
            "type": "integer", "minimum": 0, "default": 0,
        }),
        "rules" => json!({
            "description": "In the order in which a request is shown to them.",
            "type": "array", "items": { "$ref": "#/$defs/Rule" }, "maxItems": MOST_RULES,
        }),
        // A key without a line here takes nothing, which a test notices.
        _ => Value::Bool(false),
    }
}

fn rule() -> Value {
    let properties = RULE_KEYS.iter().map(|key| ((*key).to_owned(), rule_key(key)));
    json!({
        "description": "Which requests are struck, and by what.",
        "type": "object",
        "properties": Map::from_iter(properties),
        "required": ["fault"],
        "additionalProperties": false,
    })
}

fn rule_key(key: &str) -> Value {
    let positive = || json!({ "type": "integer", "minimum": 1 });
    let described = |description: &str, mut schema: Value| {
        schema["description"] = json!(description);
        schema
    };
    match key {
        "name" => described("Names it in the journal and in the counters.", json!({ "type": "string" })),
        "operation" => described(
            "Names of operations, in which `*` stands for anything; all where it is left out.",
            one_or_more(&json!({ "anyOf": [
                { "enum": operation_names().collect::<Vec<_>>() },
                { "type": "string", "pattern": "\\*" },
            ] })),
        ),
        "method" => described("The method.", json!({ "enum": METHODS })),
        "path" => described("A part of path and query.", json!({ "type": "string" })),
        "nth" => {
            described("Which of the matching requests, from 1; all where it is left out.", one_or_more(&positive()))
        }
        "after" => described(
            "How many matching requests are passed over.",
            json!({ "type": "integer", "minimum": 0, "default": 0 }),
        ),
        "first" => described("How many of the rest may be struck.", positive()),
        "every" => described(
            "Each so-manieth of them is, beginning with the first.",
            json!({ "type": "integer", "minimum": 1, "default": 1 }),
        ),
        "count" => described("How many strikes there are at most.", positive()),
        "probability" => described(
            "How likely a strike is; the seed decides.",
            json!({ "type": "number", "minimum": 0, "maximum": 1, "default": 1 }),
        ),
        "fault" => {
            described("What happens: a kind, or a kind with its parameters.", json!({ "$ref": "#/$defs/Fault" }))
        }
        _ => Value::Bool(false),
    }
}

fn one_or_more(one: &Value) -> Value {
    json!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
}

/// A kind by its name, or as the one key of a mapping to its parameters.
fn fault(kinds: Vec<Described>) -> Value {
    let lists: Vec<&str> = list_names().collect();
    let mut ways = Vec::new();
    for Described { name, meaning, parameters, stands_alone, lists_only } in kinds {
        let meaning = if lists_only { format!("{meaning} For {}.", lists.join(", ")) } else { meaning.to_owned() };
        let parameters = if stands_alone {
            ways.push(json!({ "description": &meaning, "const": name }));
            json!({ "anyOf": [parameters, { "type": "null" }] })
        } else {
            parameters.to_value()
        };
        ways.push(json!({
            "description": meaning,
            "type": "object",
            "properties": { name: parameters },
            "required": [name],
            "additionalProperties": false,
        }));
    }
    json!({ "description": "A kind of fault.", "anyOf": ways })
}

#[cfg(test)]
mod tests {
    use super::super::Faults;
    use super::super::kind::NAMES;
    use super::*;

    fn is_valid(document: &Value) -> bool {
        jsonschema::draft202012::new(&faults_schema()).expect("a schema").is_valid(document)
    }

    fn of_rule(rule: Value) -> Value {
        json!({ "rules": [rule] })
    }

    #[test]
    fn every_key_of_the_reader_is_described() {
        assert!(TOP_KEYS.iter().all(|key| top_key(key)["description"].is_string()));
        assert!(RULE_KEYS.iter().all(|key| rule_key(key)["description"].is_string()));
    }

    #[test]
    fn every_kind_and_every_parameter_is_described() {
        let schema = faults_schema();
        let definitions = schema["$defs"].as_object().expect("definitions");
        let ways = definitions["Fault"]["anyOf"].as_array().expect("ways");
        for name in NAMES {
            assert!(ways.iter().any(|way| way["properties"].get(*name).is_some()), "{name}");
        }
        for (name, definition) in definitions {
            for (key, property) in definition["properties"].as_object().into_iter().flatten() {
                assert!(property["description"].is_string(), "{name}.{key}: {property}");
            }
        }
    }

    /// Neither the one nor the other takes what the other does not.
    #[test]
    fn the_reader_and_the_schema_agree() {
        for name in NAMES {
            for fault in [json!(name), json!({ *name: null }), json!({ *name: {} })] {
                let document = of_rule(json!({ "fault": fault }));
                assert_eq!(Faults::read(&document).is_ok(), is_valid(&document), "{document}");
            }
            let unknown = of_rule(json!({ "fault": { *name: { "no_such_key": 1 } } }));
            assert!(Faults::read(&unknown).is_err() && !is_valid(&unknown), "{unknown}");
        }
        for (document, taken) in [
            (json!({ "seed": 7, "rules": [] }), true),
            (json!({ "rules": [], "more": 1 }), false),
            (json!({ "seed": -1, "rules": [] }), false),
            (json!({ "seed": 7 }), false),
            (json!([]), false),
            (of_rule(json!({ "fault": "drop", "more": 1 })), false),
            (of_rule(json!({ "operation": "CreateLogGroup" })), false),
            (of_rule(json!({ "fault": "drop", "operation": ["Create*", "ListLogGroups"] })), true),
            (of_rule(json!({ "fault": "drop", "operation": "CreateNothing" })), false),
            (of_rule(json!({ "fault": "drop", "operation": [] })), false),
            (of_rule(json!({ "fault": "drop", "method": "PATCH" })), false),
            (of_rule(json!({ "fault": "drop", "nth": [1, 2] })), true),
            (of_rule(json!({ "fault": "drop", "nth": 0 })), false),
            (of_rule(json!({ "fault": "drop", "first": 0 })), false),
            (of_rule(json!({ "fault": "drop", "after": 0, "every": 2, "count": 1, "path": "x", "name": "y" })), true),
            (of_rule(json!({ "fault": "drop", "probability": 1.5 })), false),
            (of_rule(json!({ "fault": "dorp" })), false),
            (of_rule(json!({ "fault": { "drop": {}, "hang": {} } })), false),
            (of_rule(json!({ "fault": { "error": { "status": 99 } } })), false),
            (of_rule(json!({ "fault": { "redirect": { "location": "x", "status": 200 } } })), false),
            (of_rule(json!({ "fault": { "rate_limit": { "limit": 0, "window_seconds": 1 } } })), false),
            (of_rule(json!({ "fault": { "rate_limit": { "limit": 1, "window_seconds": 1, "per": "key" } } })), true),
            (of_rule(json!({ "fault": { "edit_group": { "group": "g", "tags": { "a": null, "b": "c" } } } })), true),
            (of_rule(json!({ "fault": { "throttle": { "form": "under_200", "retry_after": "http_date" } } })), true),
            (
                of_rule(json!({ "fault": { "create_transfer": {
                "group": "g", "transfer": { "streams": ["s"], "obs_bucket_name": "b", "detail": { "x": 1 } },
            } } })),
                true,
            ),
            (
                of_rule(json!({ "fault": { "create_transfer": { "group": "g", "transfer": { "bucket": "b" } } } })),
                false,
            ),
        ] {
            assert_eq!(Faults::read(&document).is_ok(), taken, "the reader: {document}");
            assert_eq!(is_valid(&document), taken, "the schema: {document}");
        }
    }
}
