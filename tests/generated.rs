//! Files that are made from the code, and must say what the code says.
//!
//! To make one anew, empty it and run this test twice: the first run writes it
//! and fails, the second passes.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;

fn check(path: &str, arguments: &[&str]) {
    let output = Command::cargo_bin("ltsctl").expect("the program").args(arguments).env_clear().output().expect("run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    let stored = fs::read(&path).unwrap_or_default();
    if stored.is_empty() {
        fs::write(&path, &output.stdout).expect("write");
        panic!("{} was written; look at it and run the test again", path.display());
    }
    assert!(stored == output.stdout, "{} is stale; empty it and run this test twice", path.display());
}

#[test]
fn the_manifest_schema_is_fresh() {
    check("schemas/manifest.schema.json", &["schema", "manifest"]);
}

#[test]
fn the_faults_schema_is_fresh() {
    check("schemas/faults.schema.json", &["schema", "faults"]);
}

#[test]
fn the_plan_schema_is_fresh() {
    check("schemas/plan.schema.json", &["schema", "plan"]);
}

#[test]
fn the_plans_schema_is_fresh() {
    check("schemas/plans.schema.json", &["schema", "plans"]);
}

#[test]
fn the_event_schema_is_fresh() {
    check("schemas/event.schema.json", &["schema", "event"]);
}

#[test]
fn the_drift_schema_is_fresh() {
    check("schemas/drift.schema.json", &["schema", "drift"]);
}

#[test]
fn the_init_schema_is_fresh() {
    check("schemas/init.schema.json", &["schema", "init"]);
}

#[test]
fn the_error_schema_is_fresh() {
    check("schemas/error.schema.json", &["schema", "error"]);
}

#[test]
fn the_validation_schema_is_fresh() {
    check("schemas/validation.schema.json", &["schema", "validation"]);
}

#[test]
fn the_verification_schema_is_fresh() {
    check("schemas/verification.schema.json", &["schema", "verification"]);
}

#[test]
fn the_bundle_schema_is_fresh() {
    check("schemas/bundle.schema.json", &["schema", "bundle"]);
}

#[test]
fn the_export_schema_is_fresh() {
    check("schemas/export.schema.json", &["schema", "export"]);
}

#[test]
fn the_snapshot_schema_is_fresh() {
    check("schemas/snapshot.schema.json", &["schema", "snapshot"]);
}

#[test]
fn the_import_schema_is_fresh() {
    check("schemas/import.schema.json", &["schema", "import"]);
}

#[test]
fn the_formatting_schema_is_fresh() {
    check("schemas/formatting.schema.json", &["schema", "formatting"]);
}
