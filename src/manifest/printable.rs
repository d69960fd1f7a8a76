//! Text of others, made safe to show: what a manifest holds must not be able
//! to move the cursor, hide a line or reverse its reading order.

use crate::escape::{Escaped, is_dangerous};

/// Most characters of foreign text that one message quotes.
const LONGEST_QUOTE: usize = 80;

/// Replaces every character that cannot be seen by its escape.
pub(super) fn printable(text: &str) -> String {
    Escaped(text).to_string()
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
    fn nothing_reaches_the_terminal_unseen() {
        assert_eq!(printable("a\u{1b}[2J\u{9b}b\u{202e}"), "a\\u{1b}[2J\\u{9b}b\\u{202e}");
        assert_eq!(stand_in('\u{1b}'), '␛');
        assert_eq!(stand_in('\u{202e}'), '\u{fffd}');
        assert_eq!(quote(&"x".repeat(100)).chars().count(), 83);
    }
}
