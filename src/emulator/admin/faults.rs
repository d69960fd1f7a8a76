//! What goes wrong.

use std::sync::Arc;

use axum::extract::State;
use bytes::Bytes;
use serde_json::{Value, json};

use super::super::faults::Faults;
use super::super::service::Inner;
use super::reply::{Complaint, Reply, Shown, read};

pub(super) async fn show(State(inner): State<Arc<Inner>>) -> Reply {
    let engine = inner.faults();
    Shown::json(&json!({ "faults": engine.faults(), "counts": engine.counts() }))
}

pub(super) async fn replace(State(inner): State<Arc<Inner>>, body: Bytes) -> Reply {
    let document: Value = read(&body)?;
    let faults = Faults::read(&document).map_err(|complaints| {
        let messages: Vec<String> = complaints.iter().map(ToString::to_string).collect();
        let help = complaints.into_iter().find_map(|complaint| complaint.help);
        Complaint::bad(messages.join("; "), help.unwrap_or_else(|| "nothing was changed".to_owned()))
    })?;
    inner.inject(faults);
    show(State(inner)).await
}

pub(super) async fn clear(State(inner): State<Arc<Inner>>) -> Reply {
    inner.inject(Faults::default());
    show(State(inner)).await
}
