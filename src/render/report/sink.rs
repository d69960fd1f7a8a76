//! A document that is being written: constants as they are, everything else
//! escaped for the place it goes to.

use std::fmt::Write as _;

use crate::escape::Escaped;

/// Text for one kind of place. Only constants reach it unescaped, and the type
/// says so: `literal` takes what was compiled into the program.
#[derive(Debug)]
pub(super) struct Sink {
    out: String,
    escape: fn(&str, &mut String),
}

impl Sink {
    pub(super) fn new(escape: fn(&str, &mut String)) -> Self {
        Self { out: String::new(), escape }
    }

    /// Writes text of the program's own.
    pub(super) fn literal(&mut self, text: &'static str) -> &mut Self {
        self.out.push_str(text);
        self
    }

    /// Writes text of anybody.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        (self.escape)(text, &mut self.out);
        self
    }

    /// Writes a number.
    pub(super) fn number(&mut self, number: impl Into<i128>) -> &mut Self {
        // Writing to a String cannot fail.
        let _ = write!(self.out, "{}", number.into());
        self
    }

    /// Writes what another sink of the same kind made.
    pub(super) fn part(&mut self, part: Self) -> &mut Self {
        self.out.push_str(&part.out);
        self
    }

    /// Characters so far.
    pub(super) fn length(&self) -> usize {
        self.out.chars().count()
    }

    pub(super) fn finish(self) -> String {
        self.out
    }
}

/// For HTML and XML, in text and between quotes.
pub(super) fn escape_markup(text: &str, out: &mut String) {
    for c in Escaped(text).to_string().chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // XML has no way to say these.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

/// For Markdown: a code span, in which nothing is a link, a mention, an image or
/// markup.
pub(super) fn escape_markdown(text: &str, out: &mut String) {
    let text = Escaped(text).to_string();
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    // A space on either side is taken off again, and needed where a backtick stands at an end.
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    let _ = write!(out, "{fence}{pad}{text}{pad}{fence}");
}

/// For a line of a fenced block of Markdown. The fence is made longer than
/// whatever stands in the block.
pub(super) fn escape_line(text: &str, out: &mut String) {
    let _ = write!(out, "{}", Escaped(text));
}

/// For a label of a Prometheus sample, between quotes.
pub(super) fn escape_label(text: &str, out: &mut String) {
    for c in Escaped(text).to_string().chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            c => out.push(c),
        }
    }
}

/// For the data or a property of a GitHub workflow command.
pub(super) fn escape_command(text: &str, out: &mut String) {
    for c in Escaped(text).to_string().chars() {
        match c {
            '%' => out.push_str("%25"),
            ':' => out.push_str("%3A"),
            ',' => out.push_str("%2C"),
            c => out.push(c),
        }
    }
}

/// Returns the length of the longest run of a character.
pub(super) fn longest_run(text: &str, wanted: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
