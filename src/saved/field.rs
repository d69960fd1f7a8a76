//! Values of fields as JSON, and back.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::fault::Fault;
use crate::model::{Agency, Field, StreamName, TimeZone};
use crate::plan::{FieldChange, Value};

/// The change of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldDocument {
    field: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<Json>,
}

impl FieldDocument {
    pub(super) fn of(change: &FieldChange) -> Self {
        let FieldChange { field, before, after } = change;
        Self {
            field: field.as_str().to_owned(),
            before: before.as_ref().map(to_json),
            after: after.as_ref().map(to_json),
        }
    }

    pub(super) fn read(&self) -> Result<FieldChange, Fault> {
        let field = Field::parse(&self.field).ok_or_else(|| Fault::value("field", &self.field, "a field"))?;
        let value = |json: &Json| {
            from_json(field, json).ok_or_else(|| Fault::value(field.as_str(), &json.to_string(), "a value of it"))
        };
        Ok(FieldChange {
            field,
            before: self.before.as_ref().map(value).transpose()?,
            after: self.after.as_ref().map(value).transpose()?,
        })
    }
}

/// Returns a value in the shape in which the manifest has it.
#[must_use]
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Days(days) => Json::from(*days),
        Value::Text(text) => Json::from(text.as_str()),
        Value::Flag(flag) => Json::from(*flag),
        Value::Streams(names) => names.iter().map(|name| Json::from(name.as_str())).collect(),
        Value::Tags(tags) => tags.iter().map(|(key, value)| (key.to_owned(), Json::from(value))).collect(),
        Value::TimeZone(zone) => serde_json::json!({"name": zone.name.as_ref(), "id": zone.id.as_ref()}),
        Value::Agency(agency) => serde_json::json!({
            "domain_id": agency.domain_id.as_ref(),
            "domain_name": agency.domain_name.as_ref(),
            "name": agency.name.as_ref(),
            "project_id": agency.project_id.as_ref(),
        }),
        Value::Nothing => Json::from("none"),
    }
}

/// Reads the value of a field. The field decides what text means: `none` is
/// nothing for a block, and a name like any other for a prefix.
fn from_json(field: Field, json: &Json) -> Option<Value> {
    let is_block = matches!(field, Field::TimeZone | Field::Encryption | Field::Agency);
    Some(match json {
        Json::String(text) if is_block && text == "none" => Value::Nothing,
        Json::String(text) => Value::Text(text.clone()),
        Json::Bool(flag) => Value::Flag(*flag),
        Json::Number(number) => Value::Days(u32::try_from(number.as_u64()?).ok()?),
        Json::Array(names) => {
            Value::Streams(names.iter().map(|name| name.as_str().map(StreamName::from_service)).collect::<Option<_>>()?)
        }
        Json::Object(members) => {
            let texts: BTreeMap<&str, &str> = members
                .iter()
                .map(|(key, value)| value.as_str().map(|value| (key.as_str(), value)))
                .collect::<Option<_>>()?;
            let part = |key: &str| texts.get(key).map(|text| (*text).into());
            match field {
                Field::Tags => Value::Tags(texts.iter().collect()),
                Field::TimeZone => Value::TimeZone(TimeZone { name: part("name")?, id: part("id")? }),
                Field::Agency => Value::Agency(Agency {
                    domain_id: part("domain_id")?,
                    domain_name: part("domain_name")?,
                    name: part("name")?,
                    project_id: part("project_id")?,
                }),
                _ => return None,
            }
        }
        Json::Null => return None,
    })
}
