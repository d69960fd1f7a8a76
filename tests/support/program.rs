//! A folder of its own, an environment of its own, and an emulator on a port of
//! its own: a test here cannot see the machine it runs on.

#![allow(dead_code, reason = "every test binary uses its own part")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_ltsctl");
pub(crate) const PROJECT: &str = "2a473356cca5487f8373be891bffc1cf";
pub(crate) const DOMAIN: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const ACCESS_KEY: &str = "LTSCTLEMULATOR000001";
pub(crate) const SECRET_KEY: &str = "not-a-secret-only-for-the-emulator-00001";

/// What a run of the program left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// Demands an exit code and returns what was printed.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    pub(crate) fn last_line(&self) -> &str {
        self.stdout.lines().last().unwrap_or_default()
    }

    pub(crate) fn document(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}:\n{}", self.stdout))
    }
}

/// A folder with manifests in which the program is run.
#[derive(Debug)]
pub(crate) struct Place {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), variables: Vec::new() }
    }

    /// Sets a variable of the environment in which the program is run.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(other, _)| other != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> &Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
        self
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(self.path()).env_clear().stdin(Stdio::null());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    #[must_use = "demand an exit code"]
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().expect("run"))
    }
}

/// The emulator as a process.
#[derive(Debug)]
pub(crate) struct Service {
    process: Child,
    pub(crate) origin: String,
    address: String,
}

impl Service {
    pub(crate) fn start(profile: &str) -> Self {
        Self::start_with(profile, &[])
    }

    pub(crate) fn start_with(profile: &str, more: &[&str]) -> Self {
        let mut process = Command::new(PROGRAM)
            .args(["emulator", "--profile", profile])
            .args(if more.contains(&"--listen") { &[][..] } else { &["--listen", "127.0.0.1:0"][..] })
            .args(more)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("an emulator");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let greeting = lines.next().expect("a greeting").expect("text");
        let origin =
            greeting.split_whitespace().find(|word| word.starts_with("http://")).expect("an origin").to_owned();
        let address = origin.trim_start_matches("http://").to_owned();
        // The rest of the greeting is drained so that the pipe stays open.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, origin, address }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Ends the process as nobody can prepare for.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("kill");
        self.process.wait().expect("the end");
    }

    /// Asks the admin API, without any library in between.
    pub(crate) fn admin(&self, method: &str, path: &str, body: &str) -> serde_json::Value {
        let mut socket = TcpStream::connect(&self.address).expect("a connection");
        write!(
            socket,
            "{method} /emulator{path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .expect("a request");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("an answer");
        let (head, text) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
        serde_json::from_str(text).unwrap_or(serde_json::Value::Null)
    }

    /// The operations of the journal with their statuses, without the writes'
    /// ids and times.
    pub(crate) fn journal(&self) -> Vec<String> {
        let journal = self.admin("GET", "/journal", "");
        let entries = journal.as_array().or_else(|| journal["entries"].as_array()).expect("entries");
        let line = |entry: &serde_json::Value| {
            // What this edition does not know has no name; its method tells a
            // read from a write.
            let name = entry["operation"].as_str().or(entry["method"].as_str());
            format!("{} {}", name.unwrap_or("?"), entry["status"])
        };
        entries.iter().map(line).collect()
    }

    /// The journal's requests to LTS.
    pub(crate) fn lts_journal(&self) -> Vec<String> {
        self.journal().into_iter().filter(|line| !line.starts_with("Keystone")).collect()
    }

    pub(crate) fn forget_journal(&self) {
        self.admin("DELETE", "/journal", "");
    }

    /// A place whose environment holds the emulator's key.
    pub(crate) fn place(&self) -> Place {
        Place::new().with("HW_ACCESS_KEY", ACCESS_KEY).with("HW_SECRET_KEY", SECRET_KEY)
    }

    /// The `target` section that leads here.
    pub(crate) fn target(&self) -> String {
        self.target_of(PROJECT)
    }

    pub(crate) fn target_of(&self, project: &str) -> String {
        format!(
            "version: 1\ntarget:\n  region: my-kualalumpur-1\n  project_id: {project}\n  endpoints: {{lts: \"{0}\", iam: \
             \"{0}\"}}\n",
            self.origin
        )
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may be dead already, which is just as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Copies a folder of the repository into a place.
pub(crate) fn copy_example(place: &Place, name: &str) {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    for entry in fs::read_dir(&source).expect("an example") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            let file = path.file_name().expect("a name").to_string_lossy().into_owned();
            place.write(&format!("examples/{name}/{file}"), &fs::read_to_string(&path).expect("text"));
        }
    }
}
