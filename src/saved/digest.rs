//! What is going to be done, in 64 digits.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::call::CallDocument;
use super::field::FieldDocument;
use super::loss::LossDocument;
use super::object::ObjectDocument;
use super::premise::PremiseDocument;
use super::step::StepDocument;
use super::target::{TargetDocument, TargetScope};

/// Target, steps, classes and premises, and the guards that were in force. Not: reasons in words, places in files,
/// counts of log lines, health, estimates, or the version of this program.
#[derive(Serialize)]
struct Scope<'a> {
    target: TargetScope<'a>,
    premises: &'a [PremiseDocument],
    steps: Vec<StepScope<'a>>,
    guards: Guards<'a>,
}

/// What keeps the plan from being applied, or from being applied as a whole.
#[derive(Debug, Clone, Serialize)]
pub struct Guards<'a> {
    /// Most groups and streams one apply may delete.
    pub count: u32,
    /// Most per cent of them.
    pub percent: u32,
    /// Codes of what refuses it as a whole.
    pub refusals: Vec<&'a str>,
}

#[derive(Serialize)]
struct StepScope<'a> {
    object: &'a ObjectDocument,
    action: &'a str,
    calls: &'a [CallDocument],
    fields: &'a [FieldDocument],
    classes: &'a BTreeSet<String>,
    loss: &'a Option<LossDocument>,
    premises: &'a [u32],
    waits_for: &'a [u32],
    id: &'a Option<String>,
}

/// Returns the digest of what is going to be done: `sha256:` and 64 hexadecimal
/// digits.
#[must_use]
pub fn digest(
    target: &TargetDocument,
    premises: &[PremiseDocument],
    steps: &[StepDocument],
    guards: Guards<'_>,
) -> String {
    let steps = steps
        .iter()
        .map(|step| StepScope {
            object: &step.object,
            action: &step.action,
            calls: &step.calls,
            fields: &step.fields,
            classes: &step.classes,
            loss: &step.loss,
            premises: &step.premises,
            waits_for: &step.waits_for,
            id: &step.id,
        })
        .collect();
    // These types have no map with keys that are not text, and no number that
    // JSON cannot hold: serializing them cannot fail.
    let bytes = serde_json::to_vec(&Scope { target: target.scope(), premises, steps, guards }).unwrap_or_default();
    let mut text = String::from("sha256:");
    for byte in Sha256::digest(&bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
