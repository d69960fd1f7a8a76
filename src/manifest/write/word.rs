//! One word: plain where no reader of YAML can take it for anything else, and
//! in double quotes everywhere else.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::super::scalar::Reading;
use super::super::yaml::Scalar;
use crate::escape::Escaped;

/// Writes a text as a scalar that means exactly this text, in block and in flow
/// style alike.
#[must_use]
pub fn word(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { double_quoted(text) }
}

/// Says whether a text needs no quotes. Stricter than YAML: `y` and `n` are
/// booleans to old readers, and `{`, `:` and `#` mean something in places.
pub(in super::super) fn is_plain(text: &str) -> bool {
    let begins = |c: char| c.is_ascii_alphanumeric() || ('\u{4e00}'..='\u{9fff}').contains(&c);
    let goes_on = |c: char| begins(c) || matches!(c, '-' | '_' | '.' | '/');
    let old_boolean = matches!(text, "y" | "Y" | "n" | "N");
    let scalar = Scalar { text: Cow::Borrowed(text), plain: true };
    text.starts_with(begins) && text.chars().all(goes_on) && !old_boolean && scalar.reading() == Reading::Text
}

/// Puts a text into double quotes, with escapes for what cannot be seen.
pub(in super::super) fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_unsafe(c) && u32::from(c) <= 0xffff => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c if is_unsafe(c) => {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn is_unsafe(c: char) -> bool {
    crate::escape::is_dangerous(c) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// Writes a text as one comment line: nothing in it can end the comment.
#[must_use]
pub fn comment(text: &str) -> String {
    let shown = Escaped(text).to_string().replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    format!("# {shown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_what_it_says() {
        for plain in ["payments", "a-b_c.d/e", "1hour", "日志", "2026-01-02x"] {
            assert_eq!(word(plain), plain);
        }
        for quoted in
            ["", "7", "012", "yes", "no", "y", "true", "null", "~", "1e3", "-a", "a b", "a: b", "a#", "{a}", ".inf"]
        {
            assert_eq!(word(quoted), format!("\"{quoted}\""));
        }
        assert_eq!(word("a\"\\\n\u{1b}\u{202e}\u{e0001}"), "\"a\\\"\\\\\\n\\u001B\\u202E\\U000E0001\"");
    }

    #[test]
    fn a_comment_ends_with_its_line() {
        assert_eq!(comment("a\ngroups: {}\r\u{85}\u{2028}b"), "# a\\u{a}groups: {}\\u{d}\\u{85}\\u{2028}b");
    }
}
