//! A copy of an example, led to an emulator, with a forge beside it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::program::{ACCESS_KEY, DOMAIN, PROGRAM, PROJECT, Ran, SECRET_KEY, Service};

/// The second project of the examples, `estates/web`.
pub(crate) const WEB_PROJECT: &str = "9d1f0c6be8a44b5c8f7e2a3b4c5d6e7f";

/// Id of the dump that somebody makes in the console.
pub(crate) const THEIR_DUMP: &str = "5ae32439-19df-c2c4-644e-000000000001";

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn example(name: &str) -> PathBuf {
    root().join("examples").join(name)
}

/// All files below a folder, hidden ones included.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A working copy of an example's folder.
pub(crate) struct Repository {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Repository {
    /// Copies an example. Its manifests lead to the emulator, which has both projects.
    pub(crate) fn of(name: &str, service: &Service) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let source = example(name);
        for path in files_below(&source) {
            let to = folder.path().join(path.strip_prefix(&source).expect("below"));
            fs::create_dir_all(to.parent().expect("a parent")).expect("a folder");
            fs::copy(&path, &to).expect("a copy");
            if path.file_name().is_some_and(|name| name == "estate.yaml") {
                let text = fs::read_to_string(&to).expect("text");
                let endpoints = format!("  endpoints: {{lts: \"{0}\", iam: \"{0}\"}}\n", service.origin);
                // In the place that the canonical layout has for it.
                let after = text.find("groups:\n").unwrap_or_else(|| panic!("{}", path.display()));
                fs::write(&to, format!("{}{endpoints}{}", &text[..after], &text[after..])).expect("a file");
            }
        }
        let account = json!({ "id": DOMAIN, "name": "emulator", "projects": [{ "id": WEB_PROJECT, "name": "my-kualalumpur-1_web" }] });
        service.admin("POST", "/accounts", &account.to_string());
        fs::create_dir_all(folder.path().join("forge")).expect("a folder");
        let programs = [root().join("tests/examples/bin"), Path::new(PROGRAM).parent().expect("a folder").to_owned()];
        let programs: Vec<String> = programs.iter().map(|path| path.display().to_string()).collect();
        let variables = [
            ("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", programs.join(":"))),
            ("FORGE", folder.path().join("forge").display().to_string()),
            ("HOME", folder.path().join("home").display().to_string()),
            ("HW_ACCESS_KEY", ACCESS_KEY.to_owned()),
            ("HW_SECRET_KEY", SECRET_KEY.to_owned()),
            ("GH_TOKEN", "not-a-token".to_owned()),
            ("GITHUB_REPOSITORY", "acme/logging".to_owned()),
            ("GITHUB_REF_NAME", "main".to_owned()),
            ("GITHUB_SHA", "0".repeat(40)),
            ("PR_NUMBER", "7".to_owned()),
        ];
        Self { folder, variables: variables.map(|(name, value)| (name.to_owned(), value)).into() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Replaces a part of a file that is there.
    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}:\n{text}");
        self.write(name, &text.replace(from, to));
    }

    pub(crate) fn copy(&self, from: &str, to: &str) {
        self.write(to, &self.read(from));
    }

    /// Names of the files in a folder, which need not be there.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path(name)) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs one of the scripts.
    #[must_use = "demand an exit code"]
    pub(crate) fn script(&self, name: &str, arguments: &[&str]) -> Ran {
        let script = self.path("scripts").join(name);
        let mode = fs::metadata(&script).unwrap_or_else(|error| panic!("{name}: {error}")).permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{name} cannot be run");
        Ran::of(self.command(&script.display().to_string(), arguments).output().expect("run"))
    }

    #[must_use = "demand an exit code"]
    pub(crate) fn ltsctl(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(PROGRAM, arguments).output().expect("run"))
    }
}

/// What the emulator holds of a project.
pub(crate) fn state(service: &Service, project: &str) -> Value {
    service.admin("GET", &format!("/state?project_id={project}"), "")
}

/// Somebody in the console changes the retention of `payments`, and lets the stream
/// `api` be dumped.
pub(crate) fn meddle(service: &Service) {
    let mut state = state(service, PROJECT);
    let group = &mut state["groups"]["payments"];
    group["ttl_in_days"] = json!(3);
    let mut dump = group["transfers"][0].clone();
    dump["id"] = json!(THEIR_DUMP);
    dump["streams"] = json!(["api"]);
    dump["detail"]["obs_bucket_name"] = json!("somebodys-bucket");
    group["transfers"].as_array_mut().expect("transfers").push(dump);
    service.admin("PUT", &format!("/state?project_id={PROJECT}"), &state.to_string());
}

/// Operations since the journal was forgotten that are no reads.
pub(crate) fn writes(service: &Service) -> Vec<String> {
    service.lts_journal().into_iter().filter(|line| !line.starts_with("List")).collect()
}
