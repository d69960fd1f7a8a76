//! S68, S72, S73: what reaches a terminal, and what does not reach a command
//! line. (S71 is `canaries.rs`.)

use serde_json::{Value, json};

use crate::program::{Place, SECRET_KEY, Service};
use crate::run::{apply, place_with};

/// Names that a terminal would act on: screen, links, clipboard, C1, direction
/// of text, overwriting.
const HOSTILE: [&str; 6] = [
    "\u{1b}[2Jgone",
    "\u{1b}]8;;https://evil.example\u{7}link\u{1b}]8;;\u{7}",
    "\u{1b}]52;c;ZXZpbA==\u{7}",
    "\u{9b}31mred",
    "\u{202e}txt.exe",
    "safe\rNo changes. 9 resources match the manifest.",
];

/// Not the program's own idea of it, which may be wrong.
fn is_harmless(c: char) -> bool {
    let directs = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    matches!(c, '\n' | '\t') || !(c.is_control() || directs)
}

/// Names, tags, buckets and errors of the service are shown escaped, and JSON
/// has them as they are.
#[test]
fn s68_terminal_escapes() {
    for name in HOSTILE {
        let service = Service::start("modern");
        let transfer = json!({ "streams": [name], "obs_bucket_name": name, "period": "1hour", "prefix_name": name });
        let state = json!({ "groups": { "g": { "ttl_in_days": 7, "tags": { name: name }, "streams": { name: {}, "s": {} },
            "transfers": [transfer] }, "h": { "tags": { "ltsctl-estate": format!("{name}:group:h") } } } });
        service.admin("PUT", "/state", &state.to_string());
        let place = place_with(
            &service,
            "estate: acme\ngroups: {g: {ttl_in_days: 3, tags: {a: b}, streams: {s: }}, h: {ttl_in_days: 7}, k: {ensure: absent}}\n",
        );
        let doomed = place_with(&service, "groups: {g: {ensure: absent}}\n");
        let error = json!({ "error": { "status": 400, "error_code": "LTS.0009", "error_msg": name } });
        let failing = json!({ "seed": 1, "rules": [{ "operation": "UpdateLogGroup", "fault": error }] });
        service.admin("PUT", "/faults", &failing.to_string());
        let allow = ["--allow", "delete,data-loss,unmanaged,archive-gap"];
        let plan = doomed.run(&["plan", "-f", "m.yaml", "-o", "json"]).document().to_string();
        assert!(plan.contains(json!(name).to_string().trim_matches('"')), "{plan}");
        let mut all = String::new();
        for ran in [
            place.run(&["plan", "-f", "m.yaml", "-v"]),
            apply(&place, &[&["-v"][..], &allow].concat()),
            doomed.run(&["plan", "-f", "m.yaml", "-v"]),
            apply(&doomed, &allow),
        ] {
            for text in [&ran.stdout, &ran.stderr] {
                assert!(text.chars().all(is_harmless), "{name:?}: {text:?}");
                all.push_str(text);
            }
        }
        let escaped = ltsctl::escape::Escaped(name).to_string();
        assert!(all.contains(&escaped), "{escaped} is shown nowhere:\n{all}");
    }
}

/// No flag takes a secret, and a command line with one is refused without
/// showing it again.
#[test]
fn s72_secrets_on_argv() {
    let place = Place::new();
    for command in ["validate", "plan", "show", "verify", "apply", "destroy", "emulator", "schema"] {
        let help = place.run(&[command, "--help"]).exits(0).stdout;
        let flags = help.split_whitespace().filter(|word| word.starts_with("--"));
        for flag in flags {
            let secret = ["secret", "password", "token", "access-key", "credential", "--ak", "--sk"];
            assert!(!secret.iter().any(|word| flag.contains(word)), "{command} {flag}");
        }
        for flag in ["--secret-key=canary-on-argv", "--token=canary-on-argv", "--password=canary-on-argv"] {
            for format in ["text", "json"] {
                let ran = place.run(&[command, flag, "-o", format]).exits(64);
                assert!(!format!("{ran:?}").contains("canary-on-argv"), "{ran:?}");
            }
        }
    }
}

/// A secret that is a common word, a part of an id, or JSON's own punctuation:
/// documents stay valid, and ids and names intact.
#[test]
fn s73_redaction_does_not_corrupt() {
    for secret in ["a", "\"", "groups", "2a473356", "resource_changes", SECRET_KEY] {
        let service = Service::start("modern");
        let key = json!({ "access": "COMMON", "secret": secret });
        service.admin("POST", "/keys", &key.to_string());
        let place = Place::new().with("HW_ACCESS_KEY", "COMMON").with("HW_SECRET_KEY", secret);
        place.write("m.yaml", &format!("{}groups: {{groups: {{ttl_in_days: 7}}}}\n", service.target()));
        let plan: Value = place.run(&["plan", "-f", "m.yaml", "-o", "json"]).exits(0).document();
        assert_eq!(plan["target"]["project_id"], crate::program::PROJECT, "{secret}");
        assert_eq!(plan["resource_changes"][0]["address"], "groups/groups", "{secret}");
        let echo = json!([{ "operation": "CreateLogGroup", "fault": "reject_signature" }]);
        crate::run::set_faults(&service, &echo);
        let failed = apply(&place, &["-o", "json"]).exits(5);
        for line in failed.stdout.lines() {
            let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{secret}: {error}: {line}"));
            if event["type"] == "step_failed" {
                assert_eq!(event["address"], "groups/groups", "{secret}");
            }
        }
    }
}
