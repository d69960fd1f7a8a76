//! `examples/gitlab-ci`: what needs no forge. Notes and the apply read the forge's
//! answers with jq; `tests/sdk/test_examples.py` runs them.

use crate::program::Service;
use crate::repository::{Repository, meddle, writes};

const ESTATE: &str = "estates/payments";

#[test]
fn a_plan_is_a_file_a_note_and_a_test_result() {
    let service = Service::start("modern");
    let repository = Repository::of("gitlab-ci", &service);
    repository.script("validate.sh", &[ESTATE, "estates/web"]).exits(0);
    repository.script("plan.sh", &[ESTATE, "out/payments"]).exits(0);
    assert_eq!(repository.list("out/payments"), ["plan.json", "plan.junit.xml", "plan.md"]);
    let junit = repository.read("out/payments/plan.junit.xml");
    let junit = roxmltree::Document::parse(&junit).expect("XML");
    // The run itself is one, too.
    assert_eq!(junit.descendants().filter(|node| node.has_tag_name("testcase")).count(), 5);
    assert_eq!(writes(&service), Vec::<String>::new());
}

#[test]
fn a_night_fails_for_what_is_new_only() {
    let service = Service::start("modern");
    let repository = Repository::of("gitlab-ci", &service);
    repository.ltsctl(&["apply", "-f", ESTATE, "--auto-approve"]).exits(0);
    let night = || repository.script("drift.sh", &[ESTATE, "state/payments"]);
    night().exits(0);
    meddle(&service);
    night().exits(2);
    night().exits(0);
    assert_eq!(repository.list("state/payments"), ["drift.json", "drift.junit.xml", "drift.md", "drift.prom"]);
    repository.edit("estates/payments/estate.yaml", &service.origin, "http://127.0.0.1:9");
    let baseline = repository.read("state/payments/drift.json");
    let failed = night();
    assert!(!matches!(failed.code, 0 | 2 | 6), "{failed:?}");
    assert_eq!(repository.read("state/payments/drift.json"), baseline);
}
