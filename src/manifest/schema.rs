//! The JSON Schema of the manifest, for editors and other readers.

use serde_json::{Map, Value, json};

use super::shape::{Items, Object, Presence, Rule, Shape, Stands, Takes};
use super::{keys, rules};
use crate::model::Tags;

/// Names of what a variable looks like, alone and in a text.
const VARIABLE: &str = "variable";
const TEXT_WITH_VARIABLES: &str = "text_with_variables";

/// Returns the JSON Schema (draft 2020-12) of the manifest. It is made from
/// the same table as the checks; what only shows in the whole, such as a dump
/// that covers an unknown stream, is beyond a schema.
#[must_use]
pub fn schema() -> Value {
    let mut definitions = Map::new();
    let name = "[A-Za-z_][-A-Za-z0-9_]*";
    definitions.insert(
        VARIABLE.to_owned(),
        json!({
            "description": "A variable of `vars`.",
            "type": "string",
            "pattern": format!("^\\$\\{{var\\.{name}\\}}$"),
        }),
    );
    definitions.insert(
        TEXT_WITH_VARIABLES.to_owned(),
        json!({
            "description": "A text with variables of `vars`, or with `$${` for `${`.",
            "type": "string",
            "pattern": format!("\\$\\{{(var\\.{name}\\}})?"),
        }),
    );
    let mut root = table(&keys::MANIFEST, &mut definitions);
    if let Value::Object(root) = &mut root {
        root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        root.insert("title".to_owned(), json!("ltsctl manifest, version 1"));
        root.insert("$defs".to_owned(), Value::Object(definitions));
    }
    root
}

fn table(shape: &Shape, definitions: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for key in shape.keys {
        let mut property = match key.name {
            // Read before variables are known.
            "version" | "include" | "vars" => literal(&key.takes, definitions),
            _ => value(&key.takes, definitions),
        };
        if let Value::Object(property) = &mut property {
            property.insert("description".to_owned(), json!(key.doc));
        }
        properties.insert(key.name.to_owned(), property);
        if key.presence == Presence::Required {
            required.push(key.name);
        }
    }
    json!({
        "description": shape.doc,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// Defines a shape once and refers to it.
fn reference(shape: &Shape, definitions: &mut Map<String, Value>) -> Value {
    if !definitions.contains_key(shape.name) {
        // Claimed first, so that the recursion ends should a shape ever hold itself.
        definitions.insert(shape.name.to_owned(), Value::Null);
        let definition = table(shape, definitions);
        definitions.insert(shape.name.to_owned(), definition);
    }
    json!({ "$ref": format!("#/$defs/{}", shape.name) })
}

/// What a value may be: itself, or a variable in its place.
fn value(takes: &Takes, definitions: &mut Map<String, Value>) -> Value {
    let itself = literal(takes, definitions);
    let variable = match takes {
        Takes::Integer(..) | Takes::Boolean | Takes::Word(_) => VARIABLE,
        Takes::Name(_) | Takes::Text(_) => TEXT_WITH_VARIABLES,
        // The word may be a variable's.
        Takes::OrWord(_, Takes::Table(_)) => VARIABLE,
        _ => return itself,
    };
    let mut choices = match itself {
        Value::Object(mut object) => match object.remove("anyOf") {
            Some(Value::Array(choices)) => choices,
            _ => vec![Value::Object(object)],
        },
        other => vec![other],
    };
    choices.push(json!({ "$ref": format!("#/$defs/{variable}") }));
    json!({ "anyOf": choices })
}

/// What a value may be where no variable stands for it.
fn literal(takes: &Takes, definitions: &mut Map<String, Value>) -> Value {
    match takes {
        Takes::Integer(1, 1) => json!({ "const": 1 }),
        Takes::Integer(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Takes::Boolean => json!({ "type": "boolean" }),
        Takes::Word(words) => json!({ "enum": words }),
        // One that looks like a number is taken as it is written, and a schema sees a number.
        Takes::Name(rule) => text(rule, &json!(["string", "number"])),
        Takes::Text(rule) => text(rule, &json!("string")),
        Takes::Anything => json!({ "type": ["string", "number", "boolean"] }),
        Takes::Setting => {
            json!({ "type": ["string", "integer", "boolean", "null"], "maxLength": rules::SETTING.length.1 })
        }
        Takes::Table(shape) => reference(shape, definitions),
        Takes::Entries(rule, inner) => json!({
            "type": "object",
            "propertyNames": text(rule, &json!("string")),
            "additionalProperties": value(inner, definitions),
        }),
        Takes::Tags => json!({
            "type": "object",
            "maxProperties": Tags::DECLARABLE,
            "propertyNames": { "minLength": 1, "maxLength": 128 },
            "additionalProperties": { "type": "string", "maxLength": 255 },
        }),
        Takes::List(inner, Items::Any) => json!({ "type": "array", "items": value(inner, definitions) }),
        Takes::List(inner @ Takes::Text(rule), Items::Distinct) if std::ptr::eq(*rule, &rules::INCLUDE) => {
            json!({ "type": "array", "items": literal(inner, definitions), "minItems": 1, "uniqueItems": true })
        }
        Takes::List(inner, Items::Distinct) => {
            json!({ "type": "array", "items": value(inner, definitions), "minItems": 1, "uniqueItems": true })
        }
        Takes::OrWord(word, inner) => json!({ "anyOf": [{ "const": word }, value(inner, definitions)] }),
        Takes::Object(object) => either(object, definitions),
    }
}

/// An object that is to exist, or its tombstone: `ensure` says which.
fn either(object: &Object, definitions: &mut Map<String, Value>) -> Value {
    let absent = reference(object.absent, definitions);
    match object.stands {
        Stands::UnderTombstone => absent,
        Stands::Free => json!({
            "if": { "type": "object", "properties": { "ensure": { "const": "absent" } }, "required": ["ensure"] },
            "then": absent,
            "else": nullable(object.present, definitions),
        }),
    }
}

/// An entry with nothing to say may be left empty, unless something has to be
/// said.
fn nullable(shape: &Shape, definitions: &mut Map<String, Value>) -> Value {
    let present = reference(shape, definitions);
    if shape.keys.iter().any(|key| key.presence == Presence::Required) {
        present
    } else {
        json!({ "anyOf": [present, { "type": "null" }] })
    }
}

fn text(rule: &Rule, kind: &Value) -> Value {
    let (shortest, longest) = rule.length;
    let mut schema = json!({ "type": kind, "minLength": shortest, "maxLength": longest });
    if let (Some(pattern), Value::Object(schema)) = (rule.pattern, &mut schema) {
        schema.insert("pattern".to_owned(), json!(pattern));
    }
    schema
}
