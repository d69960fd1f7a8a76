//! S71: secrets that can be recognised, a service that sends them back in every
//! spelling, and every byte that a run leaves behind.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::program::{DOMAIN, PROJECT, Place, Service};

const ACCESS_KEY: &str = "CANARYACCESSKEY00001";
const SECRET_KEY: &str = "canary+secret/\"key\\1f2e";
const SECURITY_TOKEN: &str = "canary.security/token+aa==";
const AUTH_TOKEN: &str = "MIIcanary-auth-token+/bb==";
const PASSWORD: &str = "canary pass/\"word\\ 7c3d";
/// What IAM gives for the password.
const SUBJECT_TOKEN: &str = "MIIcanary-subject-token+/cc==";
const PROXY_PASSWORD: &str = "canary-proxy-password";

const ALL: [&str; 7] = [ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN, AUTH_TOKEN, PASSWORD, SUBJECT_TOKEN, PROXY_PASSWORD];

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn json_escaped(text: &str) -> String {
    let quoted = json!(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// A secret as a hostile service would write it: raw, in base64 at each offset,
/// in hex, URL-encoded and JSON-escaped.
fn spellings(secret: &str) -> Vec<String> {
    let shifted = ["", "u", "us"].map(|before| STANDARD.encode(format!("{before}{secret}:")));
    let url = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let mut all = vec![secret.to_owned(), hex(secret), hex(secret).to_uppercase(), url, json_escaped(secret)];
    all.extend(shifted.iter().map(|text| text.replace('+', "-").replace('/', "_")));
    all.extend(shifted);
    all
}

/// What of a secret no byte may hold: the same spellings, of base64 what is the
/// same whatever stands before and behind.
fn needles(secret: &str) -> Vec<String> {
    let mut needles = vec![secret.to_owned(), hex(secret), hex(secret).to_uppercase(), json_escaped(secret)];
    needles.push(utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string());
    for (offset, shared) in [0, 2, 3].into_iter().enumerate() {
        let text = STANDARD_NO_PAD.encode([&[0; 3][..offset], secret.as_bytes()].concat());
        let core = text[shared..(offset + secret.len()) / 3 * 4].to_owned();
        needles.push(core.replace('+', "-").replace('/', "_"));
        needles.push(core);
    }
    needles
}

/// Fails if a secret is in some bytes.
fn check(bytes: &[u8], told: &str) {
    for secret in ALL {
        for needle in needles(secret) {
            let found = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
            assert!(!found, "{told} holds {secret} as {needle}:\n{}", String::from_utf8_lossy(bytes));
        }
    }
}

/// The part of a run in which the service turns hostile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Never,
    Identity,
    Lists,
    Writes,
}

/// What it answers then.
const MANNERS: [&str; 10] = [
    "refused signature",
    "html",
    "500 with headers",
    "garbage",
    "error under 200",
    "code",
    "redirect",
    "407",
    "request id",
    "breaks off",
];

/// A write that may have been executed is looked for for a while; these are
/// known not to have been.
const MANNERS_OF_WRITES: [&str; 4] = ["refused signature", "redirect", "407", "400 with headers"];

/// A service in a few lines that knows the secrets of a run, and shows them.
struct Echo {
    origin: String,
    turn: Arc<Mutex<(Stage, &'static str)>>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Echo {
    fn start(known: &[&'static str]) -> Self {
        let known = known.to_vec();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let turn = Arc::new(Mutex::new((Stage::Never, "")));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (now, keep) = (Arc::clone(&turn), Arc::clone(&heard));
        std::thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                let (now, keep, known) = (Arc::clone(&now), Arc::clone(&keep), known.clone());
                std::thread::spawn(move || {
                    let mut socket = socket;
                    while let Some(request) = read_request(&mut socket) {
                        keep.lock().expect("a lock").push(request.clone());
                        let turn = *now.lock().expect("a lock");
                        let answer = answer(&request, turn, &known);
                        if socket.write_all(&answer).is_err() || turn.1 == "breaks off" {
                            return;
                        }
                    }
                });
            }
        });
        Self { origin, turn, heard }
    }

    fn turn(&self, stage: Stage, manner: &'static str) {
        *self.turn.lock().expect("a lock") = (stage, manner);
    }

    fn heard(&self) -> String {
        self.heard.lock().expect("a lock").join("\n")
    }
}

fn read_request(socket: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_ascii_lowercase().lines().find_map(|line| {
                line.strip_prefix("content-length:").and_then(|length| length.trim().parse::<usize>().ok())
            });
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
        match socket.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

fn http(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} Answer\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn good(request: &str) -> Vec<u8> {
    let created = request.starts_with("POST");
    let (headers, body) = match request.split_whitespace().nth(1).unwrap_or_default() {
        path if path.starts_with("/v3/auth/tokens") => {
            let project =
                json!({ "id": PROJECT, "name": "my-kualalumpur-1", "domain": { "id": DOMAIN, "name": "acme" } });
            let token = json!({ "expires_at": "2999-01-01T00:00:00.000000Z", "issued_at": "2026-01-01T00:00:00.000000Z", "project": project });
            (format!("x-subject-token: {SUBJECT_TOKEN}\r\n"), json!({ "token": token }))
        }
        path if path.starts_with("/v3/") => {
            let project = json!({ "id": PROJECT, "name": "my-kualalumpur-1", "domain_id": DOMAIN, "enabled": true });
            (String::new(), json!({ "projects": [project], "links": {} }))
        }
        path if path.contains("/log-streams") => (String::new(), json!({ "log_streams": [] })),
        path if path.contains("/transfers") => (String::new(), json!({ "log_transfers": [] })),
        _ => (String::new(), json!({ "log_groups": [], "log_group_id": "00000000-0000-4000-8000-000000000001" })),
    };
    http(if created { 201 } else { 200 }, &headers, body.to_string().as_bytes())
}

fn answer(request: &str, (stage, manner): (Stage, &str), known: &[&str]) -> Vec<u8> {
    let path = request.split_whitespace().nth(1).unwrap_or_default();
    let now = match (path.starts_with("/v3/"), request.starts_with("GET ")) {
        (true, _) => Stage::Identity,
        (false, true) => Stage::Lists,
        (false, false) => Stage::Writes,
    };
    if now != stage {
        return good(request);
    }
    let leaks: String = known.iter().flat_map(|secret| spellings(secret)).map(|text| format!(" {text} |")).collect();
    let everything = format!("{} {leaks}", request.replace("\r\n", "|"));
    let error =
        |code: &str, words: &str| json!({ "error_code": code, "error_msg": words, "request_id": "r" }).to_string();
    // What may stand in a header as it is.
    let raw = known.iter().filter(|secret| !secret.contains(['"', ' '])).copied().collect::<String>();
    match manner {
        "refused signature" => {
            let words = format!("verify aksk signature fail, canonicalRequest:{everything}");
            http(401, "", error("APIGW.0301", &words).as_bytes())
        }
        "html" => http(503, "content-type: text/html\r\n", format!("<html>{everything}</html>").as_bytes()),
        "500 with headers" => http(500, "", error("LTS.0010", &everything).as_bytes()),
        "400 with headers" => http(400, "", error("LTS.0009", &everything).as_bytes()),
        "garbage" => http(200, "", &[everything.as_bytes(), &[0xff, 0xfe, 0]].concat()),
        "error under 200" => http(200, "", error("LTS.0010", &everything).as_bytes()),
        "code" => http(400, "", error(&everything, known[0]).as_bytes()),
        "redirect" => {
            let encoded = known.iter().map(|secret| utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string());
            let location = encoded.collect::<Vec<_>>().join("&");
            http(307, &format!("location: http://evil.example/?{location}&{raw}\r\n"), b"")
        }
        "407" => http(407, &format!("proxy-authenticate: Basic {raw}\r\n"), error("", &everything).as_bytes()),
        "request id" => http(500, &format!("x-request-id: {raw}\r\n"), b"{}"),
        _ => {
            let whole = http(200, "", everything.as_bytes());
            whole[..whole.len() / 2].to_vec()
        }
    }
}

/// The ways to say who is asking.
const CREDENTIALS: [&[(&str, &str)]; 3] = [
    &[("HW_ACCESS_KEY", ACCESS_KEY), ("HW_SECRET_KEY", SECRET_KEY), ("HW_SECURITY_TOKEN", SECURITY_TOKEN)],
    &[("HW_AUTH_TOKEN", AUTH_TOKEN)],
    &[("HW_USER_NAME", "somebody"), ("HW_USER_PASSWORD", PASSWORD), ("HW_DOMAIN_NAME", "acme")],
];

const GROUPS: &str = "groups: {g: {ttl_in_days: 7}, gone: {ensure: absent}}\n";

fn place(credential: &[(&str, &str)], lts: &str, iam: &str) -> Place {
    let place = credential.iter().fold(Place::new(), |place, (name, value)| place.with(name, value));
    let place = place.with("RUST_BACKTRACE", "full").with("LTSCTL_TRUSTED_ENDPOINTS", "lts.example iam.example");
    let target = format!(
        "version: 1\ntarget: {{region: my-kualalumpur-1, project_id: {PROJECT}, endpoints: {{lts: \"{lts}\", iam: \"{iam}\"}}}}\n"
    );
    place.write("m.yaml", &format!("{target}{GROUPS}"));
    place
}

/// Every command that asks the service, with everything it can write.
const COMMANDS: [&[&str]; 6] = [
    &["plan", "-f", "m.yaml", "-v", "--out", "out.json", "--ledger", "ledger.json"],
    &["plan", "-f", "m.yaml", "-o", "json"],
    &["verify", "saved.json", "-v"],
    &["apply", "-f", "m.yaml", "--auto-approve", "-v", "--journal", "j1", "--debug-bundle", "b1", "--ledger", "l1"],
    &["apply", "saved.json", "--auto-approve", "-o", "json", "--journal", "j2", "--debug-bundle", "b2"],
    &["destroy", "-f", "m.yaml", "--auto-approve", "-o", "json", "--journal", "j3", "--debug-bundle", "b3"],
];

/// Checks everything in the folder of a place, whatever its name.
fn check_files(place: &Place, told: &str) {
    for entry in fs::read_dir(place.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        check(&fs::read(&path).expect("a file"), &format!("{told}: {}", path.display()));
    }
}

fn play(credential: &[(&str, &'static str)], stage: Stage, manner: &'static str) {
    // It knows what it was told, and the token that it has given.
    let secret = |(name, value): &(&str, &'static str)| (!name.ends_with("_NAME")).then_some(*value);
    let mut known: Vec<&str> = credential.iter().filter_map(secret).collect();
    if known == [PASSWORD] && stage != Stage::Identity {
        known.push(SUBJECT_TOKEN);
    }
    let echo = Echo::start(&known);
    let place = place(credential, &echo.origin, &echo.origin);
    place.run(&["plan", "-f", "m.yaml", "--out", "saved.json"]).exits(0);
    echo.turn(stage, manner);
    for command in COMMANDS {
        let reads = matches!(command[0], "plan" | "verify");
        let ran = place.run(&[command, &["--deadline", "1s"]].concat());
        let told = format!("{stage:?} {manner} {command:?} with {}", credential[0].0);
        if !(reads && stage == Stage::Writes) && stage != Stage::Never && command[0] != "destroy" {
            assert_ne!(ran.code, 0, "{told}: {ran:?}");
        }
        check(ran.stdout.as_bytes(), &format!("{told}: stdout"));
        check(ran.stderr.as_bytes(), &format!("{told}: stderr"));
    }
    check_files(&place, &format!("{stage:?} {manner}"));
    // What was checked for did go over the wire.
    let sent = [AUTH_TOKEN, SECURITY_TOKEN, &json_escaped(PASSWORD)];
    assert!(sent.iter().any(|secret| echo.heard().contains(secret)));
}

/// Every command, every kind of credential, every stage, every manner.
#[test]
fn s71_no_byte_holds_a_secret() {
    std::thread::scope(|threads| {
        for credential in CREDENTIALS {
            for stage in [Stage::Identity, Stage::Lists] {
                // A thread each: most of the time is spent waiting for a deadline.
                MANNERS.into_iter().for_each(|manner| {
                    threads.spawn(move || play(credential, stage, manner));
                });
            }
            for manner in MANNERS_OF_WRITES {
                threads.spawn(move || play(credential, Stage::Writes, manner));
            }
        }
    });
}

/// Where all goes well, nothing is shown either, nor by commands that ask
/// nobody, nor by a manifest that the program complains about.
#[test]
fn s71_no_secret_where_all_goes_well() {
    let service = Service::start("modern");
    let key = json!({ "access": ACCESS_KEY, "secret": SECRET_KEY, "security_token": SECURITY_TOKEN });
    service.admin("POST", "/keys", &key.to_string());
    let place = place(CREDENTIALS[0], &service.origin, &service.origin);
    for command in [
        &["validate", "-f", "m.yaml", "-v"][..],
        &["plan", "-f", "m.yaml", "-v", "--out", "saved.json"],
        &["show", "saved.json", "-v"],
        &["show", "saved.json", "-o", "json"],
        &["verify", "saved.json", "-v"],
        &["apply", "saved.json", "--auto-approve", "-v", "--journal", "j", "--debug-bundle", "b", "--ledger", "l"],
        &["destroy", "-f", "m.yaml", "--auto-approve", "--allow", "delete,data-loss", "--journal", "k", "-o", "json"],
        &["schema"],
    ] {
        let ran = place.run(command).exits(0);
        check(format!("{}{}", ran.stdout, ran.stderr).as_bytes(), &format!("{command:?}"));
    }
    check_files(&place, "all went well");
    let stranger = place.with("HW_REGION_NAME", "another-1").with("HW_PROJECT_ID", "0");
    for command in [&["plan", "-f", "m.yaml"][..], &["apply", "-f", "m.yaml", "-y", "-o", "json"]] {
        let ran = stranger.run(command).exits(5);
        check(format!("{}{}", ran.stdout, ran.stderr).as_bytes(), &format!("{command:?}"));
    }
}

/// The password of a proxy is sent to the proxy and shown to nobody, whatever
/// the proxy answers.
#[test]
fn s71_the_password_of_a_proxy() {
    for reply in ["407 Proxy Authentication Required", "502 Bad Gateway", "200 OK", "garbage"] {
        let proxy = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = proxy.local_addr().expect("an address");
        let heard = Arc::new(Mutex::new(String::new()));
        let keep = Arc::clone(&heard);
        std::thread::spawn(move || {
            for mut socket in proxy.incoming().map_while(Result::ok) {
                let request = read_request(&mut socket).unwrap_or_default();
                keep.lock().expect("a lock").push_str(&request);
                let head = request.replace("\r\n", " ");
                let answer = format!("HTTP/1.1 {reply}\r\nx-echo: {PROXY_PASSWORD} {head}\r\n\r\n<html>{head}</html>");
                let _ = socket.write_all(answer.as_bytes());
            }
        });
        let place = place(CREDENTIALS[0], "https://lts.example", "https://iam.example");
        let place = place.with("HTTPS_PROXY", &format!("http://somebody:{PROXY_PASSWORD}@{address}"));
        for command in [&COMMANDS[0], &COMMANDS[3], &COMMANDS[5]] {
            let ran = place.run(&[command, &["--deadline", "1s"][..]].concat()).exits(1);
            check(ran.stdout.as_bytes(), reply);
            check(ran.stderr.as_bytes(), reply);
        }
        check_files(&place, reply);
        let basic = STANDARD.encode(format!("somebody:{PROXY_PASSWORD}"));
        assert!(heard.lock().expect("a lock").contains(&basic), "{reply}: the proxy was asked");
    }
}
