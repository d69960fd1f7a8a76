//! Removes secrets from text that a server wrote.
//!
//! A refused signature is answered with the whole canonical request, headers
//! included (facts page 2.3), so that two nets are needed: the values of
//! headers that carry credentials, and the secrets themselves wherever they
//! stand.

use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};

use super::ForeignText;
use super::auth::percent_encode;

/// What stands in the place of a secret.
const REDACTED: &str = "[redacted]";

/// Shortest secret that is looked for literally. A shorter one is part of
/// ordinary words, and removing it would only corrupt the text (S73).
const SHORTEST: usize = 7;

/// Most characters of a text that are looked at; far more are never kept.
const LONGEST_INPUT: usize = 64 * 1024;

/// Words after which a value is a secret, and how far that value goes.
const MARKERS: [(&str, Extent); 7] = [
    ("x-auth-token", Extent::Word),
    ("x-security-token", Extent::Word),
    ("x-subject-token", Extent::Word),
    ("authorization", Extent::Line),
    ("securitytoken", Extent::Word),
    ("access", Extent::Word),
    ("signature", Extent::Word),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// Up to a space, quote, comma or the like.
    Word,
    /// Up to the end of the line or string.
    Line,
}

/// Knows the secrets of one run. Its `Debug` shows none of them.
#[derive(Debug, Default)]
pub(crate) struct Scrubber(Mutex<Vec<SecretString>>);

impl Scrubber {
    /// Remembers a secret, in every spelling a server may send it back in.
    pub(crate) fn learn(&self, secret: &SecretString) {
        let plain = secret.expose_secret();
        if plain.len() < SHORTEST {
            return;
        }
        let quoted = serde_json::to_string(plain).unwrap_or_default();
        let escaped = quoted.trim_matches('"').to_owned();
        let hex: String = plain.bytes().map(|byte| format!("{byte:02x}")).collect();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let spellings = [plain.to_owned(), escaped, hex.to_uppercase(), hex];
        for spelling in spellings.into_iter().chain(encode_for_url(plain)).chain(encode_base64(plain.as_bytes())) {
            if !known.iter().any(|other| other.expose_secret() == spelling) {
                known.push(spelling.into());
            }
        }
        // A secret that holds another one must go first.
        known.sort_by_key(|secret| std::cmp::Reverse(secret.expose_secret().len()));
    }

    /// Returns the text without secrets.
    pub(crate) fn scrub(&self, text: &str) -> ForeignText {
        ForeignText::new(&self.scrub_text(text))
    }

    /// Returns the text without secrets, as plain text.
    pub(crate) fn scrub_text(&self, text: &str) -> String {
        // Nobody reads further, and a hostile server may send 32 MiB.
        let mut text: String = text.chars().take(LONGEST_INPUT).collect();
        for secret in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if text.contains(secret.expose_secret()) {
                text = text.replace(secret.expose_secret(), REDACTED);
            }
        }
        redact_marked(&text)
    }
}

/// A secret as it stands in a URL: what must be encoded, or all that may be, in
/// both cases, and as forms have it.
fn encode_for_url(secret: &str) -> Vec<String> {
    let spellings = [percent_encode(secret), utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string()];
    let lower = |text: &String| {
        let mut parts = text.split('%');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| {
            let (code, rest) = part.split_at_checked(2).unwrap_or((part, ""));
            format!("{text}%{}{rest}", code.to_lowercase())
        })
    };
    let all: Vec<String> = spellings.iter().cloned().chain(spellings.iter().map(lower)).collect();
    all.iter().cloned().chain(all.iter().map(|text| text.replace("%20", "+"))).collect()
}

/// What of a secret is the same in base64 wherever it begins and whatever
/// follows: its whole groups at each of the three offsets, in both alphabets.
fn encode_base64(secret: &[u8]) -> Vec<String> {
    // Characters that the bytes before the secret have a part in.
    const SHARED: [usize; 3] = [0, 2, 3];
    let mut spellings = Vec::new();
    for (offset, shared) in SHARED.into_iter().enumerate() {
        let text = STANDARD_NO_PAD.encode([&[0; 3][..offset], secret].concat());
        let whole = (offset + secret.len()) / 3 * 4;
        if let Some(core) = text.get(shared..whole).filter(|core| core.len() >= SHORTEST) {
            spellings.push(core.to_owned());
            spellings.push(core.replace('+', "-").replace('/', "_"));
        }
    }
    spellings
}

/// Redacts what follows a marker and a `:` or `=`.
fn redact_marked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let begins_word = !out.ends_with(|c: char| c.is_ascii_alphanumeric());
        let marked = begins_word.then(|| marked_value(rest)).flatten();
        if let Some((start, end)) = marked {
            out.push_str(&rest[..start]);
            out.push_str(REDACTED);
            rest = &rest[end..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Returns where the secret value lies, if the text begins with a marker.
fn marked_value(text: &str) -> Option<(usize, usize)> {
    let (name, extent) = MARKERS
        .into_iter()
        .find(|(name, _)| text.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name)))?;
    let after = &text[name.len()..];
    // Between name and value: quotes (escaped or not), spaces, one `:` or `=`.
    let value = after.trim_start_matches(['"', '\'', '\\', ' ']);
    // "access: denied" is prose; the header's word is followed by `=`.
    let value = if name == "access" { value.strip_prefix('=') } else { value.strip_prefix([':', '=']) }?;
    let value = value.trim_start_matches(['"', '\'', '\\', ' ', '[']);
    let start = text.len() - value.len();
    let length = match extent {
        Extent::Word => value.find(|c: char| {
            c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';' | '\\' | '}' | ']' | ')' | '&' | '|')
        }),
        Extent::Line => value.find(['\n', '\r', '"', '\\', '}']),
    };
    let end = start + length.unwrap_or(value.len());
    (end > start).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s71_the_echo_of_a_signed_request_loses_its_credentials() {
        let echo = "verify aksk signature fail, canonical request: GET|/v2/p/groups/||host:h|x-security-token:STS/abc==|\n\
                    Authorization: SDK-HMAC-SHA256 Access=AKID123, SignedHeaders=host;x-security-token, Signature=0a1b\n\
                    \"X-Auth-Token\": \"MIIFabc\", signature=77ff end";
        let text = Scrubber::default().scrub(echo);
        for secret in ["STS/abc", "AKID123", "0a1b", "MIIFabc", "77ff"] {
            assert!(!text.raw().contains(secret), "{secret} in {}", text.raw());
        }
        assert!(text.raw().contains("host:h|x-security-token:[redacted]|"), "{}", text.raw());
        assert!(text.raw().ends_with("signature=[redacted] end"), "{}", text.raw());
    }

    #[test]
    fn prose_about_signatures_is_kept() {
        let prose = "signature expired, signature time:20230527T000431Z,server time:20230527T020608Z, access: denied";
        assert_eq!(Scrubber::default().scrub(prose).raw(), prose);
    }

    #[test]
    fn s71_a_secret_in_base64_is_known_at_every_offset() {
        let secret = "canary-7f3e9d2c+/wrong?secret";
        let scrubber = Scrubber::default();
        scrubber.learn(&secret.into());
        for before in ["", "u", "us", "use", "user:"] {
            for after in ["", "!", "\n", "end"] {
                let encoded = STANDARD_NO_PAD.encode(format!("{before}{secret}{after}"));
                for text in [encoded.clone(), encoded.replace('+', "-").replace('/', "_")] {
                    let shown = scrubber.scrub(&text).raw().to_owned();
                    assert!(shown.contains(REDACTED) && shown.len() < 24, "{before}{after}: {shown}");
                }
            }
        }
    }

    #[test]
    fn s71_a_secret_in_a_url_is_known_in_every_spelling() {
        let scrubber = Scrubber::default();
        scrubber.learn(&"ca-na.ry /+é".into());
        for text in ["ca-na.ry%20%2F%2B%C3%A9", "ca%2Dna%2Ery%20%2F%2B%C3%A9", "ca%2dna%2ery+%2f%2b%c3%a9"] {
            assert_eq!(scrubber.scrub(text).raw(), REDACTED, "{text}");
        }
    }

    #[test]
    fn s73_known_secrets_go_in_every_spelling() {
        let scrubber = Scrubber::default();
        scrubber.learn(&"pa ss/\"word".into());
        scrubber.learn(&"a".into());
        let hex = "7061";
        let text =
            scrubber.scrub("x pa ss/\"word y pa%20ss%2F%22word z pa ss/\\\"word and 70612073732f22776f7264 a banana");
        assert_eq!(text.raw(), "x [redacted] y [redacted] z [redacted] and [redacted] a banana");
        assert!(!text.raw().contains(hex));
        assert!(!format!("{scrubber:?}").contains("word"));
    }
}
