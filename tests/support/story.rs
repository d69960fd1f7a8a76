//! A folder of `tests/scenarios`, read, played and told.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{DOMAIN, PROJECT, Ran, Service};

/// What a manifest says of the service it is meant for; it stays one line, so
/// that every place that is told is a place in the file.
const PROFILE: &str = "target: {emulator: {profile: ";
/// An origin in a manifest whose target is the story.
const ORIGIN: &str = "http://emulator";
/// The id that the program asks with when it wants to know what is offered.
const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// Everything a folder holds.
pub(crate) struct Story {
    folder: PathBuf,
    manifest: String,
}

impl Story {
    pub(crate) fn read(folder: &Path) -> Self {
        let manifest = fs::read_to_string(folder.join("manifest.yaml")).expect("a manifest");
        Self { folder: folder.to_owned(), manifest }
    }

    /// Plays the story and returns what a person would have seen.
    pub(crate) fn play(&self) -> String {
        let service = Service::start(self.profile());
        for (file, method, path) in [
            ("service.json", "PATCH", "/config"),
            ("accounts.json", "POST", "/accounts"),
            ("live.json", "PUT", "/state"),
        ] {
            if let Some(body) = self.file(file) {
                service.admin(method, path, &body);
            }
        }
        let place = service.place();
        place.write("manifest.yaml", &self.manifest_for(&service));
        let flags = self.words("flags.txt");
        let allowed = self.words("allow.txt").join(",");
        let known = format!("{PROJECT} {DOMAIN} {}{}", self.manifest, self.file("live.json").unwrap_or_default());
        let run = |command: &[&str]| {
            // One request at a time, so that what is written is written in order.
            let always = ["-f", "manifest.yaml", "-v", "--parallelism", "1"];
            let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
            let ran = place.run(&[command, &always, &flags].concat());
            // Masked at once: two runs that differ in nothing else are the same.
            let masked = |text: &str| mask(&text.replace(&service.origin, ORIGIN), &known);
            Ran { code: ran.code, stdout: masked(&ran.stdout), stderr: masked(&ran.stderr) }
        };

        let before = names(&service);
        let plan = run(&["plan", "--detailed-exitcode"]);
        service.forget_journal();
        let verb = self.words("command.txt").first().cloned().unwrap_or_else(|| "apply".to_owned());
        let mut command = vec![verb.as_str(), "--auto-approve"];
        if !allowed.is_empty() {
            command.extend(["--allow", &allowed]);
        }
        let apply = run(&command);
        let journal = service.admin("GET", "/journal", "");
        let after = names(&service);
        let again = run(&["plan", "--detailed-exitcode"]);

        let mut told = String::new();
        let _ = write!(told, "## plan (exit {})\n\n{}", plan.code, tell(&plan.stdout, &plan.stderr));
        let rest = apply.stdout.strip_prefix(plan.stdout.as_str()).filter(|_| !plan.stdout.is_empty());
        let shown = rest.map_or_else(|| apply.stdout.clone(), |rest| format!("(the plan above)\n{rest}"));
        let _ = write!(told, "\n## {verb} (exit {})\n\n{}", apply.code, tell(&shown, &apply.stderr));
        let _ = write!(told, "\n## writes\n\n{}", writes(&journal, &[before, after]));
        let second = if (&again.stdout, &again.stderr, again.code) == (&plan.stdout, &plan.stderr, plan.code) {
            "(the same as the first)\n".to_owned()
        } else {
            tell(&again.stdout, &again.stderr)
        };
        let _ = write!(told, "\n## second plan (exit {})\n\n{second}", again.code);
        told
    }

    fn profile(&self) -> &str {
        let named = self.manifest.lines().find_map(|line| line.strip_prefix(PROFILE)?.strip_suffix("}}"));
        assert!(named.is_some() || self.manifest.contains(ORIGIN), "the manifest says neither a profile nor {ORIGIN}");
        named.unwrap_or("modern")
    }

    fn manifest_for(&self, service: &Service) -> String {
        let origin = &service.origin;
        let target = format!(
            "target: {{region: my-kualalumpur-1, project_id: {PROJECT}, endpoints: {{lts: \"{origin}\", iam: \
             \"{origin}\"}}}}"
        );
        self.manifest.replace(&format!("{PROFILE}{}}}}}", self.profile()), &target).replace(ORIGIN, origin)
    }

    fn file(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(name)).ok()
    }

    fn words(&self, name: &str) -> Vec<String> {
        self.file(name).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    }
}

/// What was printed, apart from what differs from run to run or tells the time.
fn tell(stdout: &str, stderr: &str) -> String {
    let remarks: Vec<&str> = stderr.lines().filter(|line| !is_connection(line) && !is_progress(line)).collect();
    match (stdout.is_empty(), remarks.is_empty()) {
        (true, true) => "(nothing)\n".to_owned(),
        (false, true) => stdout.to_owned(),
        (true, false) => format!("stderr:\n{}\n", remarks.join("\n")),
        (false, false) => format!("{stdout}\nstderr:\n{}\n", remarks.join("\n")),
    }
}

fn is_connection(line: &str) -> bool {
    line.starts_with("Project ") && line.contains(", on http://")
}

fn is_progress(line: &str) -> bool {
    let cost = line.starts_with("An apply sends ") || line.starts_with("This sends ");
    let about_a_step = line.split_once(' ').is_some_and(|(_, rest)| rest.starts_with("groups/"));
    let ends = [": done", ": failed", ": unknown", ": not started"].iter().any(|end| line.ends_with(end));
    cost || (about_a_step && (ends || line.contains(": no clear answer; looking ")))
}

/// The objects of the project by id: `group`, `group/stream`, and for a
/// transfer `group: stream+stream`.
fn names(service: &Service) -> BTreeMap<String, String> {
    let state = service.admin("GET", "/state", "");
    let mut names = BTreeMap::new();
    let mut put = |object: &Value, name: String| names.insert(text(object, "id").to_owned(), name);
    // What is empty is left out of the state.
    for (group, found) in state["groups"].as_object().into_iter().flatten() {
        put(found, group.clone());
        for (stream, found) in found["streams"].as_object().into_iter().flatten() {
            put(found, format!("{group}/{stream}"));
        }
        for transfer in found["transfers"].as_array().into_iter().flatten() {
            let streams = transfer["streams"].as_array().into_iter().flatten();
            let streams: Vec<&str> = streams.filter_map(Value::as_str).collect();
            put(transfer, format!("{group}: {}", streams.join("+")));
        }
    }
    names
}

/// One line for every write: operation, status, code of a refusal, and what it
/// was done to.
fn writes(journal: &Value, known: &[BTreeMap<String, String>]) -> String {
    let requests: Vec<&Value> = journal["entries"].as_array().expect("entries").iter().collect();
    let to_lts: Vec<&Value> = requests.into_iter().filter(|entry| !text(entry, "path").starts_with("/v3/")).collect();
    let is_read = |entry: &Value| entry["method"] == "GET" || entry["operation"] == "ListLogs";
    let lines: Vec<String> =
        to_lts.iter().filter(|entry| !is_read(entry)).map(|entry| write_line(entry, known)).collect();
    match (to_lts.is_empty(), lines.is_empty()) {
        (true, _) => "none, and nothing was asked of LTS at all\n".to_owned(),
        (false, true) => "none\n".to_owned(),
        (false, false) => lines.into_iter().map(|line| format!("{line}\n")).collect(),
    }
}

fn write_line(entry: &Value, known: &[BTreeMap<String, String>]) -> String {
    let name_of = |id: &str| known.iter().find_map(|names| names.get(id).cloned());
    let path = text(entry, "path");
    let changed = entry["objects"].as_array().expect("objects").iter().filter(|object| object["kind"] != "lines");
    let mut names: Vec<String> =
        changed.map(|object| name_of(text(object, "id")).unwrap_or_else(|| text(object, "name").to_owned())).collect();
    if names.is_empty() {
        // A refusal changes nothing; the last id of its path says what it was
        // about.
        let about = path.split(['/', '?', '=']).rev().find_map(|part| match part {
            NIL => Some("(a question: no object has this id)".to_owned()),
            id => name_of(id),
        });
        names.extend(about);
    }
    let operation = entry["operation"].as_str().or(entry["method"].as_str()).expect("a method");
    let code = entry["error_code"].as_str().map_or_else(String::new, |code| format!(" {code}"));
    format!("{operation} {}{code} {}", entry["status"], names.join(", ")).trim_end().to_owned()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().expect("text")
}

/// Takes away the ids that this run was the first to see.
fn mask(told: &str, known: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c) || c == '-';
    let mut masked = String::with_capacity(told.len());
    let mut rest = told;
    while let Some(start) = rest.find(is_part) {
        masked.push_str(&rest[..start]);
        let end = rest[start..].find(|c| !is_part(c)).map_or(rest.len(), |length| start + length);
        let word = &rest[start..end];
        masked.push_str(match word.len() {
            36 if !known.contains(word) && word.matches('-').count() == 4 => "<id>",
            32 if !known.contains(word) && !word.contains('-') => "<request>",
            _ => word,
        });
        rest = &rest[end..];
    }
    masked.push_str(rest);
    masked
}
