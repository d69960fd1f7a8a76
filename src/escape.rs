//! The one rule of what may reach a terminal or the log of a pipeline, whoever
//! wrote it.

use std::fmt;

/// Words that a runner of pipelines takes for a command anywhere in a line
/// (GitHub, Azure, TeamCity). `::` is one at the start of a line only, where no
/// foreign text ever stands.
const COMMANDS: [&str; 3] = ["##[", "##vso[", "##teamcity["];

/// Text whose `Display` shows what a terminal would act on as `\u{…}`, and so the
/// first character of what a pipeline would take for a command.
#[derive(Debug, Clone, Copy)]
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(position) = find_danger(rest) {
            let (harmless, tail) = rest.split_at(position);
            f.write_str(harmless)?;
            let mut characters = tail.chars();
            if let Some(c) = characters.next() {
                write!(f, "{}", c.escape_unicode())?;
            }
            rest = characters.as_str();
        }
        f.write_str(rest)
    }
}

fn find_danger(text: &str) -> Option<usize> {
    let command = || COMMANDS.iter().filter_map(|command| text.find(command)).min();
    match (text.find(is_dangerous), text.contains("##").then(command).flatten()) {
        (Some(one), Some(two)) => Some(one.min(two)),
        (one, two) => one.or(two),
    }
}

/// Says whether a character is a control character, a line separator, or one
/// that changes the direction of text or has no width.
#[must_use]
pub fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s68_nothing_that_a_terminal_acts_on_is_shown() {
        let text = "a\u{1b}[2Jb\rc\u{9b}d\u{202e}e\n日志";
        assert_eq!(Escaped(text).to_string(), "a\\u{1b}[2Jb\\u{d}c\\u{9b}d\\u{202e}e\\u{a}日志");
    }

    #[test]
    fn s69_nothing_that_a_pipeline_acts_on_is_shown() {
        let text = "a ##[add-mask]x ##vso[task.y]z ## [quiet] ###[group]";
        assert_eq!(Escaped(text).to_string(), "a \\u{23}#[add-mask]x \\u{23}#vso[task.y]z ## [quiet] #\\u{23}#[group]");
    }
}
