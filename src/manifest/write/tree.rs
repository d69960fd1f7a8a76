//! Mappings, lists and words as lines of text.

use super::word::word;

/// Longest line of a mapping in flow style, in characters.
const WIDTH: usize = 100;

/// A value as it is going to stand in a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// Nothing: a key without a value.
    Nothing,
    /// A number, a boolean or a word of the language.
    Word(String),
    /// A text, in quotes where it needs them.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// A mapping in the order of its keys.
    Map(Vec<(String, Tree)>, Layout),
}

/// How a mapping is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// On one line, if it fits.
    Compact,
    /// A line for each key.
    Open,
}

impl Tree {
    /// Makes a text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// Writes the value on one line.
    #[must_use]
    pub fn flow(&self) -> String {
        match self {
            Self::Nothing => "{}".to_owned(),
            Self::Word(word) => word.clone(),
            Self::Text(text) => word(text),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(|item| word(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Map(entries, _) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{}: {}", word(key), value.flow())).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    /// Writes `key: value` as lines that begin in the column `indent`, each
    /// level `step` further to the right.
    #[must_use]
    pub fn lines(&self, key: &str, indent: usize, step: usize) -> Vec<String> {
        let margin = " ".repeat(indent);
        let key = word(key);
        let inline = match self {
            Self::Nothing => Some(format!("{margin}{key}:")),
            Self::Word(_) | Self::Text(_) => Some(format!("{margin}{key}: {}", self.flow())),
            Self::Map(entries, _) if entries.is_empty() => Some(format!("{margin}{key}: {{}}")),
            Self::List(_) | Self::Map(_, Layout::Compact) => {
                let line = format!("{margin}{key}: {}", self.flow());
                (line.chars().count() <= WIDTH).then_some(line)
            }
            Self::Map(_, Layout::Open) => None,
        };
        if let Some(line) = inline {
            return vec![line];
        }
        let mut lines = vec![format!("{margin}{key}:")];
        lines.extend(self.body(indent + step, step));
        lines
    }

    /// Writes what stands below the key of a mapping or a list.
    #[must_use]
    pub fn body(&self, indent: usize, step: usize) -> Vec<String> {
        let margin = " ".repeat(indent);
        match self {
            Self::Nothing | Self::Word(_) | Self::Text(_) => Vec::new(),
            Self::List(items) => items.iter().map(|item| format!("{margin}- {}", word(item))).collect(),
            Self::Map(entries, _) => entries.iter().flat_map(|(key, value)| value.lines(key, indent, step)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_on_a_line_gets_one_for_each_key() {
        let tags = |value: &str| {
            Tree::Map(vec![("a".to_owned(), Tree::text(value)), ("b".to_owned(), Tree::text("x y"))], Layout::Compact)
        };
        assert_eq!(tags("1").lines("tags", 4, 2), ["    tags: {a: \"1\", b: \"x y\"}"]);
        let long = "x".repeat(90);
        let expected = ["    tags:".to_owned(), format!("      a: {long}"), "      b: \"x y\"".to_owned()];
        assert_eq!(tags(&long).lines("tags", 4, 2), expected);
        let list = Tree::List(vec!["a".repeat(50), "b".repeat(50)]);
        assert_eq!(list.lines("streams", 0, 2).len(), 3);
        assert_eq!(Tree::Map(Vec::new(), Layout::Open).lines("dumps", 2, 2), ["  dumps: {}"]);
        assert_eq!(Tree::Nothing.lines("api", 2, 2), ["  api:"]);
    }
}
