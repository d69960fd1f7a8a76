//! The search of a stream's lines: paging, keywords, labels (facts page 5.12,
//! `[SEED:1430-1960]`).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Serialize, Serializer};

use super::state::Line;

/// What ends a word (the service's default delimiters).
const DELIMITERS: &str = ", '\";=()[]{}@&<>/:\n\t\r?";

/// What is looked for.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    pub(crate) start_ms: i64,
    pub(crate) end_ms: i64,
    /// All of them must be there.
    pub(crate) labels: Vec<(String, String)>,
    /// Words that must all be there; `OR` or `||` between them starts an
    /// alternative. `*` and `?` stand for letters inside or at the end.
    pub(crate) keywords: String,
    pub(crate) search: Search,
    pub(crate) descending: bool,
    /// 1 to 5000.
    pub(crate) limit: usize,
    pub(crate) counted: bool,
    pub(crate) highlighted: bool,
}

/// Where a page starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Search {
    /// At the beginning of the order asked for.
    First,
    /// Next to a line that is known.
    From { line_num: u64, direction: Direction },
}

/// Which way from the known line, seen in the order asked for: forwards is
/// later when ascending and earlier when descending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forwards,
    Backwards,
}

/// What was found.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    /// How many lines match, on this page or not.
    pub(crate) count: Option<usize>,
    pub(crate) hits: Vec<Hit<'a>>,
}

/// A line that matches.
#[derive(Debug, Serialize)]
pub(crate) struct Hit<'a> {
    content: Cow<'a, str>,
    labels: &'a BTreeMap<String, String>,
    #[serde(serialize_with = "as_text")]
    line_num: u64,
}

/// Returns the time of a line, in milliseconds since 1970.
pub(crate) fn time_ms(line_num: u64) -> i64 {
    i64::try_from(line_num / 1_000_000).unwrap_or(i64::MAX)
}

/// Searches lines, which are in the order of their numbers.
pub(crate) fn search<'a>(lines: &'a [Line], query: &Query) -> Found<'a> {
    let first = lines.partition_point(|line| time_ms(line.line_num) < query.start_ms);
    let end = lines.partition_point(|line| time_ms(line.line_num) <= query.end_ms);
    let lines = lines.get(first..end).unwrap_or_default();
    let keywords = Keywords::parse(&query.keywords);
    let matches = |line: &&'a Line| {
        query.labels.iter().all(|(key, value)| line.labels.get(key) == Some(value))
            && keywords.match_line(&line.content)
    };
    let count = query.counted.then(|| lines.iter().filter(matches).count());

    // The walk goes away from the known line; the page is then put into the
    // order asked for.
    let ascending_walk = match query.search {
        Search::First | Search::From { direction: Direction::Forwards, .. } => !query.descending,
        Search::From { direction: Direction::Backwards, .. } => query.descending,
    };
    let part = match query.search {
        Search::First => lines,
        Search::From { line_num, .. } if ascending_walk => {
            lines.get(lines.partition_point(|line| line.line_num <= line_num)..).unwrap_or_default()
        }
        Search::From { line_num, .. } => {
            lines.get(..lines.partition_point(|line| line.line_num < line_num)).unwrap_or_default()
        }
    };
    let mut page: Vec<&Line> = if ascending_walk {
        part.iter().filter(matches).take(query.limit).collect()
    } else {
        part.iter().rev().filter(matches).take(query.limit).collect()
    };
    if ascending_walk == query.descending {
        page.reverse();
    }
    let hits = page
        .into_iter()
        .map(|line| Hit {
            content: if query.highlighted { keywords.highlight(&line.content) } else { Cow::Borrowed(&line.content) },
            labels: &line.labels,
            line_num: line.line_num,
        })
        .collect();
    Found { count, hits }
}

/// Alternatives of words that must all be there.
#[derive(Debug)]
struct Keywords(Vec<Vec<String>>);

impl Keywords {
    fn parse(text: &str) -> Self {
        let mut alternatives = vec![Vec::new()];
        for word in text.split_whitespace() {
            match word {
                "OR" | "or" | "||" => alternatives.push(Vec::new()),
                "AND" | "and" | "&&" => {}
                word => {
                    // A word with a delimiter inside is several words.
                    let words = words(word, Wildcards::Kept).into_iter().filter_map(|range| word.get(range));
                    if let Some(last) = alternatives.last_mut() {
                        last.extend(words.map(str::to_owned));
                    }
                }
            }
        }
        alternatives.retain(|words| !words.is_empty());
        Self(alternatives)
    }

    fn match_line(&self, content: &str) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let found = words(content, Wildcards::Split);
        let has = |pattern: &String| {
            found.iter().any(|range| content.get(range.clone()).is_some_and(|word| glob(pattern, word)))
        };
        self.0.iter().any(|patterns| patterns.iter().all(has))
    }

    fn highlight<'a>(&self, content: &'a str) -> Cow<'a, str> {
        if self.0.is_empty() {
            return Cow::Borrowed(content);
        }
        let mut text = String::with_capacity(content.len() + 32);
        let mut rest = 0;
        for range in words(content, Wildcards::Split) {
            let word = content.get(range.clone()).unwrap_or_default();
            if self.0.iter().flatten().any(|pattern| glob(pattern, word)) {
                text.push_str(content.get(rest..range.start).unwrap_or_default());
                text.push_str("<HighLightTag>");
                text.push_str(word);
                text.push_str("</HighLightTag>");
                rest = range.end;
            }
        }
        text.push_str(content.get(rest..).unwrap_or_default());
        Cow::Owned(text)
    }
}

/// Whether `?` is a letter that stands for another, or a delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wildcards {
    Kept,
    Split,
}

/// Returns where the words of a text are.
fn words(text: &str, wildcards: Wildcards) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices() {
        let kept = wildcards == Wildcards::Kept && letter == '?';
        if DELIMITERS.contains(letter) && !kept {
            if let Some(start) = start.take() {
                words.push(start..at);
            }
        } else if start.is_none() {
            start = Some(at);
        }
    }
    words.extend(start.map(|start| start..text.len()));
    words
}

/// Matches a word against a pattern; letter case counts.
fn glob(pattern: &str, word: &str) -> bool {
    let mut letters = pattern.chars();
    match letters.next() {
        None => word.is_empty(),
        Some('*') => {
            let rest = letters.as_str();
            word.char_indices()
                .map(|(at, _)| at)
                .chain([word.len()])
                .any(|at| word.get(at..).is_some_and(|tail| glob(rest, tail)))
        }
        Some(expected) => {
            let mut word = word.chars();
            word.next().is_some_and(|letter| expected == '?' || expected == letter)
                && glob(letters.as_str(), word.as_str())
        }
    }
}

fn as_text<S: Serializer>(line_num: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{line_num:019}"))
}
