//! What is said of lost log lines, and what may not be deleted.

use crate::program::Service;

const ESTATE: &str = "groups: {web: {ttl_in_days: 7, streams: {access: , error: }}}\n";

/// Writes so many lines into a stream of the group `web`.
fn write_lines(service: &Service, stream: &str, count: usize) {
    let lines: Vec<serde_json::Value> = (0..count).map(|_| serde_json::json!({"content": "a line"})).collect();
    let body = serde_json::json!({"group": "web", "stream": stream, "lines": lines});
    service.admin("POST", "/logs", &body.to_string());
}

#[test]
fn lost_lines_are_counted_and_refused_in_both_editions() {
    for profile in ["modern", "seed-2022"] {
        let service = Service::start(profile);
        let place = service.place();
        place.write("m.yaml", &format!("{}{ESTATE}", service.target()));
        place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
        write_lines(&service, "access", 1204);
        place.write(
            "m.yaml",
            &format!("{}{}", service.target(), ESTATE.replace("access: ", "access: {ensure: absent}")),
        );
        service.forget_journal();

        let plan = place.run(&["plan", "-f", "m.yaml"]).exits(0);
        assert!(plan.stdout.contains("    loss: 1,204 log lines of the last 30 days\n"), "{}", plan.stdout);
        let refused = place.run(&["apply", "-f", "m.yaml", "--auto-approve", "--allow", "delete"]).exits(4);
        assert!(refused.stdout.contains("    loss: 1,204 log lines of the last 30 days\n"), "{}", refused.stdout);
        assert!(refused.stderr.contains("it loses 1,204 log lines of the last 30 days"), "{}", refused.stderr);
        assert!(refused.stderr.contains("--allow data-loss"), "{}", refused.stderr);
        let writes = |line: &String| !(line.starts_with("List") || *line == "GET 404");
        let journal = service.lts_journal();
        assert!(!journal.iter().any(writes), "{journal:?}");
        // One question for each plan: the check and the refusal ask no further.
        assert_eq!(journal.iter().filter(|line| line.starts_with("ListLogs ")).count(), 2, "{journal:?}");

        let plan = place.run(&["plan", "-f", "m.yaml", "-o", "json"]).exits(0).document();
        let change = &plan["resource_changes"][0];
        assert_eq!(change["address"], "groups/web/streams/access");
        assert_eq!(change["loss"]["log_lines"]["counted"], 1204);
        // What an observation costs is told without the questions.
        assert_eq!(plan["api_budget"]["reads"], 6, "{profile}");

        let allowed = ["apply", "-f", "m.yaml", "--auto-approve", "--allow", "delete,data-loss"];
        place.run(&allowed).exits(0);
    }
}

#[test]
fn a_teardown_says_what_it_takes_along() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m.yaml", &format!("{}{ESTATE}", service.target()));
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    write_lines(&service, "access", 2);
    write_lines(&service, "error", 3);
    let refused = place.run(&["destroy", "-f", "m.yaml", "--auto-approve"]).exits(4);
    assert!(refused.stderr.contains("they lose 5 log lines of the last 30 days"), "{}", refused.stderr);
}
