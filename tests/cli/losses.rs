//! What is said of lost log lines, and what may not be deleted.

use crate::program::{Place, Ran, Service};

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

/// Everything that may be asked for is allowed: only what is not planned stays.
const ALL: [&str; 4] = ["apply", "--auto-approve", "--allow", "delete,data-loss,unmanaged"];

fn apply(place: &Place, inputs: &[&str]) -> Ran {
    let inputs = inputs.iter().flat_map(|input| ["-f", input]);
    place.run(&ALL.into_iter().chain(inputs).collect::<Vec<_>>())
}

fn groups(service: &Service) -> Vec<String> {
    let state = service.admin("GET", "/state", "");
    state["groups"].as_object().expect("groups").keys().cloned().collect()
}

#[test]
fn half_of_an_estate_never_prunes_the_other_half() {
    let service = Service::start("modern");
    let place = service.place();
    let head = format!("{}estate: acme\npolicy: {{prune: owned}}\n", service.target());
    let file = |name: &str| format!("{head}groups: {{{name}: {{ttl_in_days: 7, streams: {{s: }}}}}}\n");
    for name in ["a", "b", "c"] {
        place.write(&format!("m/{name}.yaml"), &file(name));
    }
    apply(&place, &["m"]).exits(0);
    std::fs::remove_file(place.path().join("m/c.yaml")).expect("a file");
    for inputs in [&["m/a.yaml"][..], &["m/b.yaml"], &["m/a.yaml", "m/b.yaml"], &["m", "m/a.yaml"]] {
        let ran = apply(&place, inputs).exits(0);
        assert_eq!(groups(&service), ["a", "b", "c"], "{inputs:?}");
        assert!(ran.stderr.contains("warning[part-of-estate]"), "{}", ran.stderr);
        assert!(ran.stderr.contains("`prune: owned` is off for this run"), "{}", ran.stderr);
        assert!(ran.last_line().starts_with("No changes."), "{}", ran.stdout);
    }
    let named = place.run(&["plan", "-f", "m/a.yaml"]).exits(0);
    assert!(named.stderr.contains("`m/b.yaml` may declare more of estate `acme`"), "{}", named.stderr);
    let checked = place.run(&["validate", "-f", "m/a.yaml", "-o", "json"]).exits(0).document();
    assert_eq!(checked["warnings"][0]["code"], "part-of-estate");

    let mut piped = place.command(&[&ALL[..], &["-f", "-"]].concat());
    piped.stdin(std::fs::File::open(place.path().join("m/a.yaml")).expect("a file"));
    let ran = Ran::of(piped.output().expect("run")).exits(0);
    assert!(ran.stderr.contains("the standard input may be a part"), "{}", ran.stderr);
    assert_eq!(groups(&service), ["a", "b", "c"]);

    // The folder is the estate: what neither file declares goes, and no more.
    let ran = apply(&place, &["m"]).exits(0);
    assert!(!ran.stderr.contains("part-of-estate"), "{}", ran.stderr);
    assert_eq!(groups(&service), ["a", "b"]);
    // And so is a file alone.
    std::fs::remove_file(place.path().join("m/b.yaml")).expect("a file");
    apply(&place, &["m/a.yaml"]).exits(0);
    assert_eq!(groups(&service), ["a"]);
}

#[test]
fn what_nobody_prunes_is_left_alone() {
    let service = Service::start("modern");
    let place = service.place();
    let head = format!("{}estate: acme\n", service.target());
    place.write(
        "m.yaml",
        &format!("{head}groups: {{a: {{ttl_in_days: 7, streams: {{s: , t: }}}}, b: {{ttl_in_days: 7}}}}\n"),
    );
    apply(&place, &["m.yaml"]).exits(0);
    place.write("m.yaml", &format!("{head}groups: {{a: {{ttl_in_days: 7, streams: {{s: }}}}}}\n"));
    let ran = apply(&place, &["m.yaml"]).exits(0);
    assert_eq!(ran.last_line(), "No changes. 2 resources match the manifest.");
    assert_eq!(ran.stderr.matches("warning").count(), 0, "{}", ran.stderr);
    assert_eq!(groups(&service), ["a", "b"]);
}

fn writes(service: &Service) -> Vec<String> {
    service.lts_journal().into_iter().filter(|line| !line.starts_with("List") && line != "GET 404").collect()
}

#[test]
fn where_tags_cannot_be_written_pruning_is_refused_and_tombstones_work() {
    let service = Service::start("seed-2022");
    let place = service.place();
    let head = format!("{}estate: acme\n", service.target());
    place.write("m.yaml", &format!("{head}groups: {{a: {{ttl_in_days: 7}}, b: {{ttl_in_days: 7}}}}\n"));
    apply(&place, &["m.yaml"]).exits(0);
    // Somebody gave `b` our marker in the console.
    let mut state = service.admin("GET", "/state", "");
    state["groups"]["b"]["tags"]["ltsctl-estate"] = "acme:group:b".into();
    service.admin("PUT", "/state", &state.to_string());
    service.forget_journal();

    // With something to do besides, and with nothing.
    for more in [", c: {ttl_in_days: 7}", ""] {
        let prunes = format!("{head}policy: {{prune: owned}}\ngroups: {{a: {{ttl_in_days: 7}}{more}}}\n");
        place.write("m.yaml", &prunes);
        let plan = place.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).exits(4);
        let reason = "error: `policy.prune: owned` goes by tags that this edition of the API can read, but not write\n";
        assert!(plan.stdout.contains(reason), "{}", plan.stdout);
        assert!(plan.stdout.contains("    help: set `policy.prune: none`, and declare"), "{}", plan.stdout);
        assert!(!plan.stdout.contains("groups/b"), "{}", plan.stdout);
        let document = place.run(&["plan", "-f", "m.yaml", "-o", "json"]).exits(4).document();
        assert_eq!(document["refusals"][0]["code"], "prune-without-tags");
        apply(&place, &["m.yaml"]).exits(4);
        let events = place.run(&[&ALL[..], &["-f", "m.yaml", "-o", "json"]].concat()).exits(4);
        assert!(events.last_line().contains("\"exit_code\":4"), "{}", events.stdout);
    }
    assert_eq!(writes(&service), Vec::<String>::new());
    assert_eq!(groups(&service), ["a", "b"]);

    place.write("m.yaml", &format!("{head}groups: {{a: {{ttl_in_days: 7}}, b: {{ensure: absent}}}}\n"));
    apply(&place, &["m.yaml"]).exits(0);
    assert_eq!(groups(&service), ["a"]);
}

#[test]
fn where_tags_cannot_be_written_protection_holds_while_it_is_declared() {
    let service = Service::start("seed-2022");
    let place = service.place();
    let head = format!("{}estate: acme\n", service.target());
    place.write("m.yaml", &format!("{head}groups: {{a: {{ttl_in_days: 7, protected: true}}}}\n"));
    let applied = apply(&place, &["m.yaml"]).exits(0);
    let warning = "warning: `protected: true` of groups/a holds only while it is declared: this edition of the API";
    assert!(applied.stderr.contains(warning), "{}", applied.stderr);
    service.forget_journal();
    let held =
        place.run(&["destroy", "-f", "m.yaml", "--auto-approve", "--allow", "delete,data-loss,unmanaged"]).exits(4);
    assert!(held.stdout.contains("protected: the manifest declares it"), "{}", held.stdout);
    assert_eq!(writes(&service), Vec::<String>::new());
    assert_eq!(groups(&service), ["a"]);
}
