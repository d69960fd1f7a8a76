//! Errors that echo the request: whatever stands around a secret, and however it
//! is spelled, it is not shown.
//!
//! The first byte says how the secret is spelled, the second what kind of answer
//! it is; the rest is the text, in which every `{}` is the secret.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use ltsctl::lts::{Scope, observe};

use super::scene::{CANARY, CANARY_TOKEN, Script, assert_discreet, assert_printable, connect, play};

pub fn run(bytes: &[u8]) {
    let [spelling, kind, text @ ..] = bytes else { return };
    let secret = if spelling & 0x80 == 0 { CANARY } else { CANARY_TOKEN };
    let spelled = spell(secret, spelling & 0x7f);
    let text = String::from_utf8_lossy(text).replace("{}", &spelled);
    let body = match kind % 3 {
        0 => text,
        1 => serde_json::json!({ "error_code": "APIGW.0301", "error_msg": text }).to_string(),
        _ => format!("<html><body>{text}</body></html>"),
    };
    let status = [401, 400, 403, 500, 502, 504, 429, 200][usize::from(kind / 3) % 8];
    let answer = http::Response::builder()
        .status(status)
        .header("x-request-id", spelled.chars().filter(char::is_ascii_graphic).collect::<String>())
        .body(Bytes::from(body))
        .expect("an answer");
    let said = play(async {
        let error = match connect(Script::new([Ok(answer)])).await {
            Err(error) => error,
            Ok((client, _)) => match observe(&client, &Scope::Everything).await {
                Err(error) => error,
                Ok(observation) => {
                    return observation.warnings.iter().map(ToString::to_string).collect::<String>();
                }
            },
        };
        assert_discreet(&format!("{error:?}"));
        error.to_string()
    });
    assert_printable(&said);
    // What stands in the text by itself, without the placeholder, is not the program's to know.
    assert!(spelled.len() < 7 || !said.contains(&spelled), "{spelled} is shown in {said}");
}

fn spell(secret: &str, how: u8) -> String {
    match how % 7 {
        0 => secret.to_owned(),
        1 => STANDARD.encode(secret),
        2 => URL_SAFE_NO_PAD.encode(secret),
        3 => secret.bytes().map(|byte| format!("{byte:02x}")).collect(),
        4 => secret.bytes().map(|byte| format!("{byte:02X}")).collect(),
        5 => secret
            .bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect(),
        _ => serde_json::to_string(secret).unwrap_or_default().trim_matches('"').to_owned(),
    }
}
