//! Text of others, made safe to show: what a manifest holds must not be able
//! to move the cursor, hide a line or reverse its reading order.

use crate::escape::{Escaped, is_dangerous};

/// Most characters of foreign text that one message quotes.
const LONGEST_QUOTE: usize = 80;

/// Replaces every character that cannot be seen by its escape, and hides what
/// stands before the `@` of a URL.
pub(super) fn printable(text: &str) -> String {
    Escaped(&hide_user_info(text)).to_string()
}

/// Puts asterisks over user and password of every URL, as many as there are
/// bytes, so that spans stay what they are. Complaints end up in logs.
pub(super) fn hide_user_info(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find("://") {
        let (head, tail) = rest.split_at(position + "://".len());
        out.push_str(head);
        let end = tail.find(|c: char| c.is_whitespace() || "/?#\"'`".contains(c)).unwrap_or(tail.len());
        let (authority, after) = tail.split_at(end);
        match authority.rfind('@') {
            Some(at) => {
                out.extend(std::iter::repeat_n('*', at));
                out.push_str(&authority[at..]);
            }
            None => out.push_str(authority),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Puts foreign text between backticks, cut when it is long.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::from("`");
    out.extend(text.chars().take(LONGEST_QUOTE));
    if text.chars().nth(LONGEST_QUOTE).is_some() {
        out.push('…');
    }
    out.push('`');
    printable(&out)
}

/// Returns the character that stands for another in an excerpt, where columns
/// have to stay what they are.
pub(super) fn stand_in(c: char) -> char {
    match u32::from(c) {
        _ if c == '\t' => ' ',
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ if is_dangerous(c) => '\u{fffd}',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_url_is_not_repeated() {
        let shown = printable("lts: \"https://me:canary@lts.example\", iam: http://iam.example/@x");
        assert_eq!(shown, "lts: \"https://*********@lts.example\", iam: http://iam.example/@x");
        assert_eq!(hide_user_info("https://é:ü@x"), "https://*****@x");
    }

    #[test]
    fn nothing_reaches_the_terminal_unseen() {
        assert_eq!(printable("a\u{1b}[2J\u{9b}b\u{202e}"), "a\\u{1b}[2J\\u{9b}b\\u{202e}");
        assert_eq!(stand_in('\u{1b}'), '␛');
        assert_eq!(stand_in('\u{202e}'), '\u{fffd}');
        assert_eq!(quote(&"x".repeat(100)).chars().count(), 83);
    }
}
