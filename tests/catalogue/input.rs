//! S60 to S65: manifests that say nothing, too much, or something else than it
//! seems.

use std::fmt::Write as _;

use crate::program::{Place, Service};
use crate::run::{apply, place_with, writes};

/// Nothing is never "delete everything": an error, and no request.
#[test]
fn s60_empty_input() {
    let service = Service::start("modern");
    let owned = r#"{"groups":{"g":{"ttl_in_days":7,"tags":{"ltsctl-estate":"acme:group:g"}}}}"#;
    service.admin("PUT", "/state", owned);
    let allow = ["--auto-approve", "--allow", "delete,data-loss,unmanaged"];
    for text in ["", "\n", "# nothing\n", "---\n", "--- # nothing\n---\n", "null\n", "~\n", "{}\n", "[]\n"] {
        let place = service.place();
        place.write("m.yaml", text).write("empty/README.txt", "no manifest");
        for file in ["m.yaml", "empty", "missing.yaml", "missing/*.yaml"] {
            for verb in ["apply", "destroy"] {
                let ran = place.run(&[&[verb, "-f", file][..], &allow].concat()).exits(1);
                assert!(!ran.stderr.is_empty());
            }
        }
    }
    assert_eq!(service.journal(), Vec::<String>::new());
    // A file that declares nothing of what its estate owned deletes nothing.
    let place = place_with(&service, "estate: acme\npolicy: {prune: owned}\ngroups: {}\n");
    apply(&place, &allow[1..]).exits(4);
    assert_eq!(writes(&service), Vec::<String>::new());
}

/// Input that multiplies, nests or never ends is refused within a second of
/// processor time. (The limit is the operating system's: the program is killed
/// at the second second.)
#[cfg(target_os = "linux")]
#[test]
fn s61_yaml_bomb() {
    let place = Place::new();
    let mut laughs = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (one, two) in ('a'..='y').zip('b'..='z') {
        let list = vec![format!("*{one}"); 9].join(", ");
        let _ = writeln!(laughs, "{two}: &{two} [{list}]");
    }
    let bombs = [
        ("aliases", format!("version: 1\n{laughs}")),
        ("depth", format!("version: 1\ngroups: {}{}\n", "[".repeat(1_000_000), "]".repeat(1_000_000))),
        ("braces", format!("version: 1\ngroups: {}\n", "{a: ".repeat(1_000_000))),
        ("scalar", format!("version: 1\ngroups: {}\n", "x".repeat(64 * 1024 * 1024))),
        ("documents", "---\nversion: 1\n".repeat(1_000_000)),
        ("keys", format!("version: 1\ngroups:\n{}", "  g: {ttl_in_days: 7}\n".repeat(500_000))),
    ];
    for (name, text) in bombs {
        place.write("m.yaml", &text);
        let program = place.command(&["validate", "-f", "m.yaml"]);
        let mut limited = std::process::Command::new("sh");
        limited.args(["-c", "ulimit -t 1; exec \"$0\" \"$@\""]).arg(program.get_program()).args(program.get_args());
        limited.current_dir(place.path()).env_clear();
        let ran = crate::program::Ran::of(limited.output().expect("run"));
        let ran = if ran.code == 1 { ran } else { panic!("{name}: {} {}", ran.code, ran.stderr) };
        assert!(ran.stderr.contains("m.yaml"), "{name}: {}", ran.stderr);
        assert!(ran.stderr.len() < 64 * 1024, "{name}: {} bytes of complaints", ran.stderr.len());
    }
}

fn complaint(text: &str) -> String {
    let place = Place::new();
    place.write("m.yaml", text);
    place.run(&["validate", "-f", "m.yaml"]).exits(1).stderr
}

/// Words, numbers and keys are what YAML 1.2 and the schema say, and mistakes
/// have a line and a column.
#[test]
fn s62_yaml_typing() {
    let with = |value: &str| format!("version: 1\ngroups:\n  g: {{ttl_in_days: {value}}}\n");
    for value in ["no", "yes", "1e3", "7.5", "'7'", "0x7", "~x", "[7]"] {
        assert!(complaint(&with(value)).contains("m.yaml:3:"), "{value}");
    }
    for (text, place) in [
        ("version: 1\ngroups:\n  g: {ttl_in_days: 7}\n  g: {ttl_in_days: 8}\n", "m.yaml:4:3"),
        ("version: 1\ngroups:\n  g: {ttl_in_days: 7, colour: red}\n", "m.yaml:3:"),
        ("version: 1\ngroups:\n  g:\n    <<: {ttl_in_days: 7}\n", "m.yaml:4:"),
        ("version: 1\ngroups:\n\tg: {ttl_in_days: 7}\n", "m.yaml:3:"),
        ("version: 1\ngroups:\n  g: {ttl_in_days: 7}\n  h: \0\n", "m.yaml:4:"),
    ] {
        assert!(complaint(text).contains(place), "{text:?}: {}", complaint(text));
    }
    let fine = Place::new();
    fine.write("m.yaml", "\u{feff}version: 1\r\ngroups:\r\n  g: {ttl_in_days: 7}\r\n");
    fine.run(&["validate", "-f", "m.yaml"]).exits(0);
}

/// Devices and pipes are not read, a link into another folder is not followed,
/// and the data of the embedded service stay beside the manifest.
#[cfg(unix)]
#[test]
fn s63_escapes_from_the_folder() {
    let place = Place::new();
    place.write("outside/m.yaml", "version: 1\ngroups: {g: {ttl_in_days: 7}}\n");
    place.write("inside/own.yaml", "version: 1\ngroups: {h: {ttl_in_days: 7}}\n");
    std::os::unix::fs::symlink(place.path().join("outside"), place.path().join("inside/link")).expect("a link");
    let read = place.run(&["validate", "-f", "inside", "-o", "json"]).exits(0).stdout;
    assert!(!read.contains("outside") && !read.contains("groups/g"), "{read}");
    let fifo = place.path().join("pipe.yaml");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
    for file in ["/dev/zero", "pipe.yaml"] {
        place.run(&["validate", "-f", file]).exits(1);
    }
    for data in ["../elsewhere", "/tmp/elsewhere", "a/../../elsewhere"] {
        place.write("m.yaml", &format!("version: 1\ntarget: {{emulator: {{data: {data}}}}}\ngroups: {{}}\n"));
        place.run(&["plan", "-f", "m.yaml"]).exits(1);
    }
}

/// Two files declare one group: both places are named, and nothing is asked.
#[test]
fn s64_two_files_declare_one_key() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m/a.yaml", &format!("{}groups: {{g: {{ttl_in_days: 7}}}}\n", service.target()));
    place.write("m/b.yaml", "version: 1\ngroups: {g: {ttl_in_days: 8}}\n");
    let ran = place.run(&["apply", "-f", "m", "--auto-approve"]).exits(1);
    assert!(ran.stderr.contains("a.yaml:6:10") && ran.stderr.contains("b.yaml:2:10"), "{}", ran.stderr);
    assert_eq!(service.journal(), Vec::<String>::new());
}

/// A name that could change a path is no name, wherever it stands.
#[test]
fn s65_path_injection_in_names() {
    let long = "x".repeat(65);
    for name in ["a/../b", "..", "%2f", "a?x=", "a#b", "a\\r\\nHost: evil", "a b", "\\u0000", "", ".hidden", &long] {
        for text in [
            format!("version: 1\ngroups: {{\"{name}\": {{ttl_in_days: 7}}}}\n"),
            format!("version: 1\ngroups: {{g: {{ttl_in_days: 7, streams: {{\"{name}\": }}}}}}\n"),
            format!("version: 1\nestate: \"{name}\"\ngroups: {{g: {{ttl_in_days: 7}}}}\n"),
            format!("version: 1\ntarget: {{region: \"{name}\"}}\ngroups: {{g: {{ttl_in_days: 7}}}}\n"),
            format!("version: 1\ntarget: {{project_id: \"{name}\"}}\ngroups: {{g: {{ttl_in_days: 7}}}}\n"),
        ] {
            assert!(complaint(&text).contains("m.yaml:"), "{text}");
        }
    }
}
