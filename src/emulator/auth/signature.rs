//! SDK-HMAC-SHA256, from the server's side (facts page 2.3).
//!
//! The signature is computed from the request exactly as it came over the
//! wire, and from exactly the headers that its `SignedHeaders` names.

use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};

/// Everything but `A-Z a-z 0-9 - _ . ~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// How a timestamp of a signature is written.
pub(crate) const DATE_FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// A request as its signature sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    /// The path as it came, still encoded.
    pub(crate) path: &'a str,
    /// The query as it came, still encoded, without its `?`.
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// What an `Authorization` header claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) access: String,
    pub(crate) signed_headers: Vec<String>,
    pub(crate) signature: String,
}

impl Claim {
    /// Reads the header `SDK-HMAC-SHA256 Access=…, SignedHeaders=…,
    /// Signature=…`; the order of the parts does not matter.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let rest = header.trim().strip_prefix("SDK-HMAC-SHA256")?;
        let (mut access, mut signed, mut signature) = (None, None, None);
        for part in rest.split(',') {
            let (name, value) = part.trim().split_once('=')?;
            match name {
                "Access" => access = Some(value.to_owned()),
                "SignedHeaders" => signed = Some(value.split(';').map(str::to_lowercase).collect()),
                "Signature" => signature = Some(value.to_owned()),
                _ => return None,
            }
        }
        Some(Self { access: access?, signed_headers: signed?, signature: signature? })
    }
}

impl Signed<'_> {
    /// Returns the value of `X-Sdk-Date` and the time it means.
    pub(crate) fn date(&self) -> Option<(&str, Timestamp)> {
        let text = self.headers.get("x-sdk-date")?.to_str().ok()?.trim();
        let time = DateTime::strptime(DATE_FORMAT, text).ok()?.to_zoned(TimeZone::UTC).ok()?;
        Some((text, time.timestamp()))
    }

    /// Returns the text whose hash is signed.
    pub(crate) fn canonical(&self, signed_headers: &[String]) -> String {
        let mut headers = String::new();
        for name in signed_headers {
            let value = self.headers.get(name).map_or("", |value| value.to_str().unwrap_or_default());
            headers.push_str(&format!("{name}:{}\n", value.trim()));
        }
        format!(
            "{}\n{}\n{}\n{headers}\n{}\n{}",
            self.method,
            canonical_path(self.path),
            canonical_query(self.query),
            signed_headers.join(";"),
            self.payload_hash(),
        )
    }

    /// Returns whether a claim was made with this secret, in constant time.
    pub(crate) fn verifies(&self, claim: &Claim, secret: &str) -> bool {
        let Some((date, _)) = self.date() else { return false };
        let Some(mac) = self.mac(&claim.signed_headers, date, secret) else { return false };
        let Some(claimed) = from_hex(&claim.signature) else { return false };
        mac.verify_slice(&claimed).is_ok()
    }

    fn mac(&self, signed_headers: &[String], date: &str, secret: &str) -> Option<Hmac<Sha256>> {
        let hash = to_hex(&Sha256::digest(self.canonical(signed_headers)));
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
        mac.update(format!("SDK-HMAC-SHA256\n{date}\n{hash}").as_bytes());
        Some(mac)
    }

    #[cfg(test)]
    pub(super) fn sign(&self, signed_headers: &[String], secret: &str) -> String {
        let (date, _) = self.date().expect("a date to sign");
        to_hex(&self.mac(signed_headers, date, secret).expect("a key").finalize().into_bytes())
    }

    /// The hash of the body, unless the caller says that it did not sign it.
    /// A hash that the caller sends is not believed but computed again.
    fn payload_hash(&self) -> String {
        let declared = self.headers.get("x-sdk-content-sha256").and_then(|value| value.to_str().ok());
        match declared {
            Some("UNSIGNED-PAYLOAD") if !self.body.is_empty() => "UNSIGNED-PAYLOAD".to_owned(),
            _ => to_hex(&Sha256::digest(self.body)),
        }
    }
}

/// Decodes and encodes every segment, and ends with a slash that the path on
/// the wire does not have.
fn canonical_path(path: &str) -> String {
    let mut canonical: String = path.split('/').map(recoded).collect::<Vec<_>>().join("/");
    if !canonical.ends_with('/') {
        canonical.push('/');
    }
    canonical
}

/// Sorts by raw key, then by raw value, and encodes both.
fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decoded(key), decoded(value)))
        .collect();
    pairs.sort();
    let encoded: Vec<String> =
        pairs.iter().map(|(key, value)| format!("{}={}", encoded(key), encoded(value))).collect();
    encoded.join("&")
}

fn recoded(text: &str) -> String {
    encoded(&decoded(text))
}

/// Decodes `%XX`; a `+` stays what it is.
pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}
