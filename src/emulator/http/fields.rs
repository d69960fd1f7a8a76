//! Reading JSON bodies the way the service does: required, typed, nothing said
//! about what it does not know.

use serde_json::{Map, Value};

use super::super::config::Leniency;
use super::super::refusal::Refusal;
use super::super::rules;
use super::super::state::TagWrite;

/// The members of a JSON object; `null` counts as absent.
#[derive(Debug, Clone)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a body.
    ///
    /// # Errors
    /// LTS.0007 for what is no JSON, LTS.0009 for what is no object.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(map)) => Ok(Self(map)),
            Ok(_) => Err(Refusal::invalid_body("the body must be a JSON object")),
            Err(error) => Err(Refusal::not_json().because(error.to_string())),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(name, "a string")),
        }
    }

    pub(crate) fn required_text(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name)?.ok_or_else(|| missing(name))
    }

    /// Reads an integer, as a string too where that is taken.
    pub(crate) fn integer(&self, name: &str, as_text: Leniency) -> Result<Option<i64>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if as_text == Leniency::Accept => {
                text.trim().parse().map(Some).map_err(|_| wrong(name, "an integer"))
            }
            Some(value) => value.as_i64().map(Some).ok_or_else(|| wrong(name, "an integer")),
        }
    }

    pub(crate) fn required_integer(&self, name: &str, as_text: Leniency) -> Result<i64, Refusal> {
        self.integer(name, as_text)?.ok_or_else(|| missing(name))
    }

    /// Reads true or false, as a string too where that is taken.
    pub(crate) fn flag(&self, name: &str, as_text: Leniency) -> Result<Option<bool>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(Value::String(text)) if as_text == Leniency::Accept && (text == "true" || text == "false") => {
                Ok(Some(text == "true"))
            }
            Some(_) => Err(wrong(name, "a boolean")),
        }
    }

    pub(crate) fn object(&self, name: &str) -> Result<Option<Self>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(Self(map.clone()))),
            Some(_) => Err(wrong(name, "an object")),
        }
    }

    pub(crate) fn required_object(&self, name: &str) -> Result<Self, Refusal> {
        self.object(name)?.ok_or_else(|| missing(name))
    }

    pub(crate) fn list(&self, name: &str) -> Result<Option<&[Value]>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Array(list)) => Ok(Some(list)),
            Some(_) => Err(wrong(name, "an array")),
        }
    }

    /// Reads one of some words.
    pub(crate) fn required_word<'a>(&'a self, name: &str, words: &[&str]) -> Result<&'a str, Refusal> {
        let text = self.required_text(name)?;
        if words.contains(&text) {
            return Ok(text);
        }
        Err(Refusal::invalid_body(format!("`{name}` must be one of {}, not `{text}`", words.join(", "))))
    }

    /// Reads a name that follows the rules of groups and streams.
    pub(crate) fn required_name(&self, name: &str) -> Result<String, Refusal> {
        let text = self.required_text(name)?;
        if rules::is_name(text) {
            return Ok(text.to_owned());
        }
        let rule = "1 to 64 letters, digits, `_`, `-`, `.`, not starting with `.` or `_`, not ending with `.`";
        Err(Refusal::invalid_body(format!("`{name}` must be {rule}, not `{text}`")))
    }

    pub(crate) fn alias(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.text(name)? {
            None | Some("") => Ok(None),
            Some(text) if rules::is_alias(text) => Ok(Some(text.to_owned())),
            Some(_) => Err(wrong(name, "1 to 64 characters long")),
        }
    }

    /// Reads tags that are to be set: at most 20, each key once.
    pub(crate) fn tags(&self) -> Result<Option<Vec<TagWrite>>, Refusal> {
        let Some(writes) = self.tag_keys()? else { return Ok(None) };
        if writes.len() > rules::MAX_TAGS {
            return Err(Refusal::invalid_body(format!("more than {} tags", rules::MAX_TAGS)));
        }
        for (index, write) in writes.iter().enumerate() {
            if !rules::is_tag_key(&write.key) {
                return Err(Refusal::invalid_body(format!("`{}` cannot be the key of a tag", write.key)));
            }
            if !rules::is_tag_value(&write.value) {
                return Err(Refusal::invalid_body(format!("the value of tag `{}` is not allowed", write.key)));
            }
            if writes.iter().take(index).any(|earlier| earlier.key == write.key) {
                return Err(Refusal::invalid_body(format!("tag `{}` is given twice", write.key)));
            }
        }
        Ok(Some(writes))
    }

    /// Reads tags of which only the keys count.
    pub(crate) fn tag_keys(&self) -> Result<Option<Vec<TagWrite>>, Refusal> {
        let Some(list) = self.list("tags")? else { return Ok(None) };
        let mut writes = Vec::with_capacity(list.len());
        for item in list {
            let Value::Object(map) = item else { return Err(wrong("tags", "an array of objects")) };
            let tag = Self(map.clone());
            writes.push(TagWrite {
                key: tag.required_text("key")?.to_owned(),
                value: tag.text("value")?.unwrap_or_default().to_owned(),
                to_streams: tag.flag("tags_to_streams_enable", Leniency::Accept)?.unwrap_or(true),
            });
        }
        Ok(Some(writes))
    }
}

impl From<Map<String, Value>> for Fields {
    fn from(map: Map<String, Value>) -> Self {
        Self(map)
    }
}

pub(super) fn missing(name: &str) -> Refusal {
    Refusal::invalid_body(format!("`{name}` is required"))
}

pub(super) fn wrong(name: &str, what: &str) -> Refusal {
    Refusal::invalid_body(format!("`{name}` must be {what}"))
}
