//! SDK-HMAC-SHA256, step by step as facts page 2.3 has it. Pure: the date is
//! an argument, which is what makes the worked vectors reproducible.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

/// Everything but the unreserved characters is encoded, in upper-case hex.
const RESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Name of the scheme, as it stands in the header and in the text that is signed.
const SCHEME: &str = "SDK-HMAC-SHA256";

/// What a signature covers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signable<'a> {
    /// Method, in upper case.
    pub(crate) method: &'a str,
    /// Path as it is sent, without percent-encoding.
    pub(crate) path: &'a str,
    /// Query, not encoded, in any order.
    pub(crate) query: &'a [(&'a str, &'a str)],
    /// Headers to sign, names in lower case, in any order. `x-sdk-date` must
    /// be among them with the same value as `date`.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    /// Body, byte by byte as it is sent.
    pub(crate) body: &'a [u8],
    /// `X-Sdk-Date`: UTC, `YYYYMMDDTHHMMSSZ`.
    pub(crate) date: &'a str,
}

impl Signable<'_> {
    /// Returns the value of the `Authorization` header.
    pub(crate) fn authorization(&self, access_key: &str, secret_key: &str) -> String {
        let to_sign = format!("{SCHEME}\n{}\n{}", self.date, self.digest());
        let signature = hex(&keyed_hash(secret_key.as_bytes(), to_sign.as_bytes()));
        format!("{SCHEME} Access={access_key}, SignedHeaders={}, Signature={signature}", self.signed_headers())
    }

    fn digest(&self) -> String {
        hex(&Sha256::digest(self.canonical_request().as_bytes()))
    }

    fn canonical_request(&self) -> String {
        let mut path: String = self.path.split('/').map(percent_encode).collect::<Vec<_>>().join("/");
        // The slash exists in this text only; the path that is sent has none.
        if !path.ends_with('/') {
            path.push('/');
        }
        let mut headers: Vec<_> =
            self.headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
        headers.sort();
        format!(
            "{}\n{path}\n{}\n{}\n{}\n{}",
            self.method,
            canonical_query(self.query),
            headers.concat(),
            self.signed_headers(),
            hex(&Sha256::digest(self.body)),
        )
    }

    fn signed_headers(&self) -> String {
        let mut names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.join(";")
    }
}

/// Returns a text with everything encoded that is not unreserved in a URL.
pub(crate) fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, &RESERVED).to_string()
}

/// Returns the query in its canonical form, which is also the one that is sent.
pub(crate) fn canonical_query(query: &[(&str, &str)]) -> String {
    let mut sorted = query.to_vec();
    sorted.sort_unstable();
    sorted
        .iter()
        .map(|(key, value)| format!("{}={}", percent_encode(key), percent_encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}

/// HMAC takes a key of any length, so that the error its constructor can name
/// does not exist; the empty tag it would give is refused by the service.
fn keyed_hash(key: &[u8], text: &[u8]) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key).map_or_else(
        |_| Vec::new(),
        |mut mac| {
            mac.update(text);
            mac.finalize().into_bytes().to_vec()
        },
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
