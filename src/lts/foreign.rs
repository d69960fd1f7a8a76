//! Text that a server wrote.
//!
//! It is hostile until proved otherwise: it may move a terminal's cursor, and
//! it may echo the request with its credentials (facts page 2.3). It is
//! scrubbed before it is kept, and escaped whenever it is shown.

use std::fmt;
use std::sync::Arc;

use crate::escape::Escaped;

/// Most characters that are kept of a server's message.
const LONGEST: usize = 1_000;

/// Text from a server, scrubbed of secrets. It is kept otherwise as it came;
/// its `Display` escapes what a terminal would act on.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ForeignText(Arc<str>);

impl ForeignText {
    /// Keeps a text that holds no secret, cut to 1,000 characters.
    #[must_use]
    pub fn new(text: &str) -> Self {
        match text.char_indices().nth(LONGEST) {
            None => Self(Arc::from(text)),
            Some((end, _)) => Self(Arc::from(format!("{}…", &text[..end]))),
        }
    }

    /// Returns the text without escapes, for machines and never for a terminal.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// Says whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for ForeignText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escaped(&self.0).fmt(f)
    }
}

impl fmt::Debug for ForeignText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_acts_on_is_shown() {
        let text = ForeignText::new("a\u{1b}[2Jb\rc\u{9b}d\u{202e}e\n日志");
        assert_eq!(text.to_string(), "a\\u{1b}[2Jb\\u{d}c\\u{9b}d\\u{202e}e\\u{a}日志");
        assert_eq!(text.raw(), "a\u{1b}[2Jb\rc\u{9b}d\u{202e}e\n日志");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let text = ForeignText::new(&"日".repeat(LONGEST + 5));
        assert_eq!(text.raw().chars().count(), LONGEST + 1);
        assert!(text.raw().ends_with('…'));
    }
}
