//! One story from the first pull request to drift that was accepted and forgotten,
//! told by the scripts of `examples/github-actions`.

use serde_json::Value;

use crate::program::{PROJECT, Service};
use crate::repository::{Repository, THEIR_DUMP, WEB_PROJECT, meddle, state, writes};

const ESTATES: [&str; 2] = ["payments", "web"];

#[test]
fn two_estates_from_the_first_review_to_forgotten_drift() {
    let service = Service::start("modern");
    let repository = Repository::of("github-actions", &service);

    // A pull request: two manifests, two projects, two comments; nothing is changed.
    for estate in ESTATES {
        let folder = format!("estates/{estate}");
        repository.script("validate.sh", &[&folder]).exits(0);
        repository.script("plan.sh", &[&folder, "out"]).exits(0);
        repository.script("comment.sh", &[&folder, "out/plan.md"]).exits(0);
        repository.copy("out/plan.json", &format!("forge/artifacts/plan-{estate}/plan.json"));
    }
    assert_eq!(repository.list("forge/comments"), ["1", "2"]);
    assert_eq!(writes(&service), Vec::<String>::new());

    // The merge applies what was read, by its digest, to each project.
    repository.write("forge/pulls", &format!("7 {}\n", "a".repeat(40)));
    for estate in ESTATES {
        let (folder, reviewed) = (format!("estates/{estate}"), format!("reviewed/{estate}"));
        repository.script("reviewed.sh", &[&folder, &reviewed]).exits(0);
        let applied = repository.script("apply.sh", &[&folder, &reviewed]).exits(0);
        assert!(applied.last_line().starts_with("Apply complete! "), "{}", applied.stdout);
    }
    assert_eq!(state(&service, PROJECT)["groups"]["payments"]["ttl_in_days"], 7);
    assert_eq!(state(&service, WEB_PROJECT)["groups"]["web"]["ttl_in_days"], 3);

    // The first night finds nothing. Then somebody edits a ttl and adds a dump.
    let night = |estate: &str, code: i32| {
        let folder = format!("estates/{estate}");
        repository.script("drift.sh", &[&folder, &format!("state/{estate}")]).exits(code);
        repository.script("issue.sh", &[&folder, &format!("state/{estate}")]).exits(0);
        let report: Value =
            serde_json::from_str(&repository.read(&format!("state/{estate}/drift.json"))).expect("JSON");
        let finding = |finding: &Value| {
            let word = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", word("state"), word("verdict"), word("field")).trim_end().to_owned()
        };
        report["findings"].as_array().expect("findings").iter().map(finding).collect::<Vec<_>>()
    };
    for estate in ESTATES {
        assert_eq!(night(estate, 0), Vec::<String>::new());
    }
    meddle(&service);

    // Both are new in one night, and still open in the next. The other estate is quiet.
    assert_eq!(night("payments", 2), ["new drifted ttl_in_days", "new unmanaged"]);
    assert_eq!(night("web", 0), Vec::<String>::new());
    assert_eq!(night("payments", 0), ["open drifted ttl_in_days", "open unmanaged"]);
    assert_eq!(repository.list("forge/issues").len(), 1);

    // Both become part of the manifest: one value is written in place, the dump imported.
    let manifest = "estates/payments/estate.yaml";
    let before = repository.read(manifest);
    repository.ltsctl(&["drift", "-f", "estates/payments", "--write"]).exits(2);
    assert_eq!(repository.read(manifest), before.replace("    ttl_in_days: 7\n", "    ttl_in_days: 3\n"));
    let dump = format!("groups/payments/dumps/{THEIR_DUMP}");
    repository.ltsctl(&["import", &dump, "-f", "estates/payments"]).exits(0);
    assert!(repository.read(manifest).contains("somebodys-bucket"), "{}", repository.read(manifest));
    repository.script("validate.sh", &["estates/payments"]).exits(0);
    repository.ltsctl(&["plan", "-f", "estates/payments", "--detailed-exitcode"]).exits(0);
    assert_eq!(night("payments", 0), Vec::<String>::new());
    assert_eq!(repository.list("forge/closed"), repository.list("forge/issues"));

    // Or the file keeps its value, and the ttl of the cloud is accepted until a date.
    repository.edit(manifest, "    ttl_in_days: 3\n", "    ttl_in_days: 7\n");
    repository.ltsctl(&["drift", "-f", "estates/payments"]).exits(2);
    let accepted = |until: &str| {
        format!(
            "accept:\n  - {{address: groups/payments, field: ttl_in_days, value: 3, reason: incident 7, until: {until}}}\n"
        )
    };
    repository.edit(manifest, "groups:\n  payments:", &format!("{}groups:\n  payments:", accepted("2999-12-31")));
    assert_eq!(night("payments", 0), Vec::<String>::new());
    assert_eq!(repository.list("forge/closed"), repository.list("forge/issues"));
    repository.ltsctl(&["plan", "-f", "estates/payments", "--detailed-exitcode"]).exits(0);
    repository.ltsctl(&["drift", "-f", "estates/payments"]).exits(0);

    // The date has passed: it is drift again, new, and says that it was accepted.
    repository.edit(manifest, "2999-12-31", "2001-01-01");
    repository.ltsctl(&["drift", "-f", "estates/payments"]).exits(2);
    assert_eq!(night("payments", 2), ["new drifted ttl_in_days"]);
    let report: Value = serde_json::from_str(&repository.read("state/payments/drift.json")).expect("JSON");
    assert_eq!(report["findings"][0]["acceptance_lapsed"]["until"], "2001-01-01");
    assert_eq!(repository.list("forge/issues").len(), 2, "the old issue stays closed");

    // What the manifest says wins again, reviewed as everything else.
    repository.script("plan.sh", &["estates/payments", "out"]).exits(0);
    assert!(repository.read("out/plan.md").contains("ttl_in_days 3 -> 7"));
    let digest = repository.read("out/digest");
    let apply = ["apply", "out/plan.json", "--auto-approve", "--expect-digest", digest.trim()];
    repository.ltsctl(&apply).exits(0);
    assert_eq!(night("payments", 0), Vec::<String>::new());
    repository.ltsctl(&["plan", "-f", "estates/payments", "--detailed-exitcode"]).exits(0);
}
