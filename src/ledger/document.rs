//! The ledger as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::book::Project;
use crate::model::{BucketName, DumpSettings, GroupName, Memory, Period, Slot, StorageFormat, StreamName};

/// Why a text is not a ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerFault {
    /// It is not the JSON it should be.
    #[error("is not a ledger: {0}")]
    Malformed(#[from] serde_json::Error),
    /// A newer program wrote it.
    #[error("has format version `{0}`; this program reads `1.0`")]
    Version(String),
}

const VERSION: &str = "1.0";

#[derive(Serialize, Deserialize)]
struct Document {
    format_version: String,
    dumps: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    endpoint: String,
    project_id: String,
    group: String,
    streams: BTreeSet<String>,
    obs_bucket_name: Option<String>,
    storage_format: Option<String>,
    period: Option<String>,
    switch_on: Option<bool>,
    dir_prefix_name: Option<String>,
    prefix_name: Option<String>,
}

pub(super) fn parse(text: &str) -> Result<BTreeMap<Project, Memory>, LedgerFault> {
    let mut book: BTreeMap<Project, Memory> = BTreeMap::new();
    if text.trim().is_empty() {
        return Ok(book);
    }
    let document: Document = serde_json::from_str(text)?;
    if !document.format_version.starts_with("1.") {
        return Err(LedgerFault::Version(document.format_version));
    }
    for entry in document.dumps {
        let project = Project { endpoint: entry.endpoint, project_id: entry.project_id };
        let settings = DumpSettings {
            obs_bucket_name: entry.obs_bucket_name.as_deref().map(BucketName::from_service),
            storage_format: entry.storage_format.as_deref().and_then(StorageFormat::parse),
            period: entry.period.as_deref().and_then(Period::parse),
            switch_on: entry.switch_on,
            dir_prefix_name: Some(text_of(entry.dir_prefix_name)),
            prefix_name: Some(text_of(entry.prefix_name)),
            // The edition cannot set these, so they are certain to be unset.
            time_zone: Some(Slot::Empty),
            encryption: Some(Slot::Empty),
            agency: Some(Slot::Empty),
        };
        let streams = entry.streams.iter().map(|name| StreamName::from_service(name)).collect();
        book.entry(project).or_default().insert(GroupName::from_service(&entry.group), streams, settings);
    }
    Ok(book)
}

pub(super) fn render(book: &BTreeMap<Project, Memory>) -> String {
    let entry = |project: &Project, (group, streams, settings): (&GroupName, &BTreeSet<StreamName>, &DumpSettings)| {
        let text = |value: &Option<Arc<str>>| value.as_ref().map(ToString::to_string);
        Entry {
            endpoint: project.endpoint.clone(),
            project_id: project.project_id.clone(),
            group: group.to_string(),
            streams: streams.iter().map(ToString::to_string).collect(),
            obs_bucket_name: settings.obs_bucket_name.as_ref().map(ToString::to_string),
            storage_format: settings.storage_format.as_ref().map(ToString::to_string),
            period: settings.period.as_ref().map(ToString::to_string),
            switch_on: settings.switch_on,
            dir_prefix_name: text(&settings.dir_prefix_name),
            prefix_name: text(&settings.prefix_name),
        }
    };
    let dumps = book.iter().flat_map(|(project, memory)| memory.iter().map(move |dump| entry(project, dump))).collect();
    let document = Document { format_version: VERSION.to_owned(), dumps };
    // Plain structures of text, numbers and flags: serializing cannot fail.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// Text that was not sent is empty on the other side.
fn text_of(text: Option<String>) -> Arc<str> {
    Arc::from(text.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::{Book, Project};
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let mut memory = Memory::default();
        let settings = DumpSettings {
            obs_bucket_name: Some(BucketName::from_service("archive")),
            storage_format: Some(StorageFormat::Json),
            period: Some(Period::Hour1),
            switch_on: Some(true),
            dir_prefix_name: Some("".into()),
            prefix_name: Some("x-".into()),
            time_zone: Some(Slot::Empty),
            encryption: Some(Slot::Empty),
            agency: Some(Slot::Empty),
        };
        memory.insert(GroupName::from_service("web"), BTreeSet::from([StreamName::from_service("access")]), settings);
        let project = Project { endpoint: "https://lts.example".to_owned(), project_id: "p".to_owned() };
        let mut book = Book::default();
        book.replace(project.clone(), memory.clone());
        let again = Book::parse(&book.render()).expect("a ledger");
        assert_eq!(again.of_project(&project), memory);
        assert_eq!(again.render(), book.render());
        let other = Project { endpoint: "https://lts.example".to_owned(), project_id: "q".to_owned() };
        assert_eq!(again.of_project(&other), Memory::default());
    }

    #[test]
    fn what_is_not_a_ledger_is_refused() {
        assert!(Book::parse("").is_ok());
        assert!(matches!(Book::parse("[]"), Err(LedgerFault::Malformed(_))));
        let newer = r#"{"format_version":"2.0","dumps":[]}"#;
        assert!(matches!(Book::parse(newer), Err(LedgerFault::Version(_))));
    }
}
