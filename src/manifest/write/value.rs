//! The value of a field, and whether the manifest's rules take it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::rules;
use super::super::shape::Rule;
use super::tree::{Layout, Tree};
use crate::model::{Agency, Days, Field, Slot, StreamName, StreamTtl, Tags, TimeZone};

/// Value of a field of a group, a stream or a dump, as the live side has it and
/// a manifest may declare it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// `ttl_in_days`.
    Ttl(StreamTtl),
    /// `tags`, without those of the service and of this program.
    Tags(Tags),
    /// `streams` of a dump.
    Streams(BTreeSet<StreamName>),
    /// `protected`, `switch_on`.
    Flag(bool),
    /// `time_zone`.
    TimeZone(Slot<TimeZone>),
    /// `encryption`: the id of the KMS key.
    Encryption(Slot<Arc<str>>),
    /// `agency`.
    Agency(Slot<Agency>),
    /// Everything else: a name, an id, or a word.
    Text(Arc<str>),
}

/// Kind of an object that has fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// A log group.
    Group,
    /// A log stream.
    Stream,
    /// An OBS dump.
    Dump,
}

/// Writes a value as the manifest takes it.
///
/// # Errors
/// Returns why a manifest cannot say it, in words that fit after the name of
/// the field.
pub fn express(kind: ObjectKind, field: Field, value: &FieldValue) -> Result<Tree, String> {
    match (field, value) {
        (Field::TtlInDays, FieldValue::Ttl(ttl)) => express_ttl(kind, *ttl),
        (Field::Tags, FieldValue::Tags(tags)) => express_tags(tags),
        (Field::Streams, FieldValue::Streams(streams)) => {
            if streams.is_empty() {
                return Err("is empty".to_owned());
            }
            let names = streams.iter().map(|name| checked(&rules::STREAM_NAME, name.as_str()));
            Ok(Tree::List(names.collect::<Result<_, _>>()?))
        }
        (Field::Protected | Field::SwitchOn, FieldValue::Flag(flag)) => Ok(Tree::Word(flag.to_string())),
        (Field::TimeZone, FieldValue::TimeZone(slot)) => {
            express_slot(slot, |zone| vec![("name", zone.name.as_ref()), ("id", zone.id.as_ref())])
        }
        (Field::Encryption, FieldValue::Encryption(slot)) => {
            express_slot(slot, |key| vec![("kms_key_id", key.as_ref())])
        }
        (Field::Agency, FieldValue::Agency(slot)) => express_slot(slot, |agency| {
            vec![
                ("domain_id", agency.domain_id.as_ref()),
                ("domain_name", agency.domain_name.as_ref()),
                ("name", agency.name.as_ref()),
                ("project_id", agency.project_id.as_ref()),
            ]
        }),
        (_, FieldValue::Text(text)) => match rule_of(field) {
            Some(rule) => checked(rule, text).map(Tree::Text),
            None if matches!(field, Field::StorageFormat | Field::Period) => Ok(Tree::text(text)),
            None => Err("takes no text".to_owned()),
        },
        _ => Err("takes a value of another kind".to_owned()),
    }
}

fn rule_of(field: Field) -> Option<&'static Rule> {
    Some(match field {
        Field::EnterpriseProjectId => &rules::ENTERPRISE_PROJECT_ID,
        Field::EnterpriseProjectName => &rules::ENTERPRISE_PROJECT_NAME,
        Field::ObsBucketName => &rules::BUCKET_NAME,
        Field::DirPrefixName => &rules::FOLDER,
        Field::PrefixName => &rules::PREFIX,
        _ => return None,
    })
}

fn express_ttl(kind: ObjectKind, ttl: StreamTtl) -> Result<Tree, String> {
    match ttl {
        StreamTtl::Inherit if kind == ObjectKind::Stream => Ok(Tree::Word("inherit".to_owned())),
        StreamTtl::Inherit => Err("inherits from nothing here".to_owned()),
        StreamTtl::Own(days) => match Days::declare(i64::from(days.get())) {
            Ok(days) => Ok(Tree::Word(days.to_string())),
            Err(fault) => Err(format!("is {days}, and {fault}")),
        },
    }
}

fn express_tags(tags: &Tags) -> Result<Tree, String> {
    if tags.len() > Tags::DECLARABLE {
        return Err(format!("has {} entries, and a manifest declares at most {}", tags.len(), Tags::DECLARABLE));
    }
    let mut entries = Vec::new();
    for (key, value) in tags.iter() {
        Tags::check(key, value).map_err(|fault| format!("has {key:?}, whose {fault}"))?;
        entries.push((key.to_owned(), Tree::text(value)));
    }
    Ok(Tree::Map(entries, Layout::Compact))
}

fn express_slot<T>(slot: &Slot<T>, parts: impl Fn(&T) -> Vec<(&'static str, &str)>) -> Result<Tree, String> {
    let value = match slot {
        Slot::Empty => return Ok(Tree::Word("none".to_owned())),
        Slot::Filled(value) => value,
    };
    let part = |(key, text): (&'static str, &str)| {
        let text = checked(&rules::OPAQUE, text).map_err(|fault| format!("has `{key}`, which {fault}"))?;
        Ok((key.to_owned(), Tree::Text(text)))
    };
    let entries = parts(value).into_iter().map(part).collect::<Result<Vec<_>, String>>()?;
    Ok(Tree::Map(entries, Layout::Compact))
}

/// Returns a text that a rule takes.
fn checked(rule: &Rule, text: &str) -> Result<String, String> {
    if text.contains("${") {
        return Err("holds `${`, which begins a variable in a manifest".to_owned());
    }
    if let Some(c) = text.chars().find(|c| c.is_control()) {
        return Err(format!("holds the control character U+{:04X}", u32::from(c)));
    }
    match (rule.check)(text) {
        Ok(()) => Ok(text.to_owned()),
        Err(fault) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_rules_refuse_is_not_written() {
        let days = |days| FieldValue::Ttl(StreamTtl::Own(Days::from_service(days)));
        let text = |text: &str| FieldValue::Text(Arc::from(text));
        assert_eq!(express(ObjectKind::Group, Field::TtlInDays, &days(7)), Ok(Tree::Word("7".to_owned())));
        for (kind, field, value) in [
            (ObjectKind::Group, Field::TtlInDays, days(0)),
            (ObjectKind::Group, Field::TtlInDays, days(366)),
            (ObjectKind::Group, Field::TtlInDays, FieldValue::Ttl(StreamTtl::Inherit)),
            (ObjectKind::Dump, Field::ObsBucketName, text("UPPER")),
            (ObjectKind::Dump, Field::DirPrefixName, text("logs/${var.x}")),
            (ObjectKind::Dump, Field::DirPrefixName, text("a\nb")),
            (ObjectKind::Dump, Field::PrefixName, text("a b")),
            (ObjectKind::Dump, Field::Streams, FieldValue::Streams(BTreeSet::new())),
            (ObjectKind::Group, Field::Tags, FieldValue::Tags(Tags::from_iter([("_sys_x", "y")]))),
            (ObjectKind::Group, Field::Tags, FieldValue::Tags(Tags::from_iter([("a*", "y")]))),
            (ObjectKind::Group, Field::Tags, FieldValue::Flag(true)),
            (ObjectKind::Dump, Field::Encryption, FieldValue::Encryption(Slot::Filled(Arc::from("")))),
        ] {
            assert!(express(kind, field, &value).is_err(), "{field} {value:?}");
        }
    }
}
