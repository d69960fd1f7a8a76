//! Tests of the module as a whole. Messages are tested by the files of
//! `tests/manifests`.

mod hostile;
mod including;
mod meaning;
mod reading;
mod schema;
mod wholeness;

use std::path::PathBuf;
use std::sync::Arc;

use super::{Complaints, Manifest, Source, parse};

/// Reads one text, as if it were `test.yaml` in the folder `estates`.
fn read(text: &str) -> Result<Manifest, Complaints> {
    parse(&[source("test.yaml", text)])
}

fn source(name: &str, text: &str) -> Source {
    Source { name: Arc::from(name), text: text.to_owned(), folder: PathBuf::from("estates") }
}

/// Returns the codes of all complaints about a text.
fn codes(text: &str) -> Vec<&'static str> {
    match read(text) {
        Ok(_) => Vec::new(),
        Err(complaints) => complaints.diagnostics().iter().map(|diagnostic| diagnostic.code).collect(),
    }
}
