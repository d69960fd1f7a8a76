//! Text of others, made safe to show: what a manifest holds must not be able
//! to move the cursor, hide a line or reverse its reading order.

use std::fmt::Write;

/// Most characters of foreign text that one message quotes.
const LONGEST_QUOTE: usize = 80;

/// Replaces every character that cannot be seen by its escape.
pub(super) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_invisible(c) {
            // Writing into a `String` cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
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
        _ if is_invisible(c) => '\u{fffd}',
        _ => c,
    }
}

/// Says whether a character is a control or one that changes how others read:
/// C0, C1, line separators, zero-width and bidirectional controls, tag
/// characters and the byte order mark.
pub(super) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00ad}'
                | '\u{061c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
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
