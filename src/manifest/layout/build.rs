//! Tree -> blocks, in the order of the text; each comment finds its entry.

use super::super::yaml::{self, Node, Value};
use super::block::{Behind, Block, Body, Entry, Line};
use super::comments::{Comments, is_spaced, line_start};
use super::order::Place;
use super::scalars;

/// Spaces before what stands in no block.
const NOWHERE: usize = 0;

/// Builds the value of a whole file. `end` is where its text ends.
pub(super) fn build(text: &str, root: &Node<'_>, place: Place, comments: &mut Comments<'_>) -> (Body, Option<Behind>) {
    let mut builder = Builder { text, comments };
    let (body, behind) = builder.body(root, place, NOWHERE, text.len());
    (body, behind)
}

struct Builder<'a, 't> {
    text: &'a str,
    comments: &'a mut Comments<'t>,
}

impl Builder<'_, '_> {
    /// Builds a value. `least` is the least indentation of a comment that
    /// belongs into it, `limit` where the next entry begins.
    fn body(&mut self, node: &Node<'_>, place: Place, least: usize, limit: usize) -> (Body, Option<Behind>) {
        match &node.value {
            Value::Scalar(scalar) => {
                let body = scalars::body(self.text, node, scalar);
                let behind = match &body {
                    // Its comment stands behind its header, and was met before its text.
                    Body::Literal(..) => None,
                    _ => self.comments.take_behind(node.spot.end as usize),
                };
                (body, behind)
            }
            Value::Refused => (Body::Nothing, None),
            Value::List(_) | Value::Map(_) => match self.bracket(node) {
                Some(close) if !self.text[node.spot.start as usize..close].contains('\n') => {
                    let body = Body::Inline(self.flow(node, place));
                    (body, self.comments.take_behind(close + 1))
                }
                Some(close) => {
                    let mut block = self.block(node, place, NOWHERE, close);
                    block.below.extend(self.comments.take_before(close));
                    let behind = self.comments.take_behind(close + 1);
                    if block.entries.is_empty() {
                        let (open, shut) = if matches!(node.value, Value::List(_)) { ('[', ']') } else { ('{', '}') };
                        let mut comments = std::mem::take(&mut block.below).into_iter().map(|line| line.text);
                        // Nothing can stand in it any more, so that its comments stand behind it.
                        let all: Vec<String> = comments.by_ref().chain(behind.map(|behind| behind.text)).collect();
                        let behind = (!all.is_empty()).then(|| Behind { gap: 1, text: all.join(" ") });
                        return (Body::Inline(format!("{open}{shut}")), behind);
                    }
                    block.below.extend(behind.map(|behind| Line { text: behind.text, spaced: false }));
                    (Body::Block(block), None)
                }
                None => {
                    let column = self.column(node).max(least);
                    let mut block = self.block(node, place, column, limit);
                    block.below.extend(self.comments.take_indented(limit, column));
                    (Body::Block(block), None)
                }
            },
        }
    }

    fn block(&mut self, node: &Node<'_>, place: Place, column: usize, limit: usize) -> Block {
        let entries = match &node.value {
            Value::Map(entries) => {
                let starts = entries.iter().skip(1).map(|entry| entry.key_spot.start as usize);
                let limits = starts.chain([limit]);
                let mut built: Vec<(usize, Entry)> = Vec::new();
                for (entry, limit) in entries.iter().zip(limits.collect::<Vec<_>>()) {
                    let key = entry.key.text.as_ref();
                    built.push((place.rank(node, key), self.entry(entry, place.below(node, key), column, limit)));
                }
                built.sort_by_key(|(rank, _)| *rank);
                built.into_iter().map(|(_, entry)| entry).collect()
            }
            Value::List(items) => {
                let starts = items.iter().skip(1).map(|item| item.spot.start as usize);
                let limits: Vec<usize> = starts.chain([limit]).collect();
                items.iter().zip(limits).map(|(item, limit)| self.item(item, place.item(), column, limit)).collect()
            }
            Value::Scalar(_) | Value::Refused => Vec::new(),
        };
        Block { entries, below: Vec::new() }
    }

    fn entry(&mut self, entry: &yaml::Entry<'_>, place: Place, column: usize, limit: usize) -> Entry {
        let (start, end) = (entry.key_spot.start as usize, entry.key_spot.end as usize);
        let mut above = self.comments.take_before(start);
        let spaced = is_spaced(self.text, start);
        let key = scalars::inline(self.text.get(start..end).unwrap_or_default(), &entry.key.text);
        let value = &entry.node;
        let on_key_line = self.comments.take_behind(end);
        let (opens_below, header) = match &value.value {
            Value::Scalar(scalar) => (false, matches!(scalars::body(self.text, value, scalar), Body::Literal(..))),
            Value::Refused => (false, false),
            Value::List(_) | Value::Map(_) => (self.bracket(value).is_none(), false),
        };
        let mut kept = on_key_line;
        if header {
            // `key: |  # comment`
            kept = kept.or_else(|| self.header_comment(value));
        } else if !opens_below {
            // Between a key and its value there is no place for a comment any more.
            if !is_empty(self.text, value) {
                above.extend(kept.take().map(|behind| Line { text: behind.text, spaced: false }));
                above.extend(self.comments.take_before(value.spot.start as usize));
            }
        }
        let (body, behind) = self.body(value, place, column + 1, limit);
        Entry { above, spaced, head: format!("{key}:"), body, behind: kept.or(behind) }
    }

    fn item(&mut self, item: &Node<'_>, place: Place, column: usize, limit: usize) -> Entry {
        let start = item.spot.start as usize;
        let literal = matches!(&item.value, Value::Scalar(scalar)
            if matches!(scalars::body(self.text, item, scalar), Body::Literal(..)));
        let mut behind = None;
        let mut above = Vec::new();
        if literal {
            let header = self.header_line(item);
            above.extend(self.comments.take_before(header));
            behind = self.header_comment(item);
        }
        above.extend(self.comments.take_before(start));
        let spaced = is_spaced(self.text, start);
        let (mut body, found) = self.body(item, place, column + 1, limit);
        if let Body::Block(block) = &mut body {
            above.append(&mut first_comments(block));
        }
        Entry { above, spaced, head: "-".to_owned(), body, behind: behind.or(found) }
    }

    /// Returns where the header of a block scalar stands.
    fn header_line(&self, node: &Node<'_>) -> usize {
        let mut line = line_start(self.text, node.spot.start as usize);
        while let Some(above) = self.text[..line].strip_suffix('\n') {
            line = line_start(above, above.len());
            if !above[line..].trim().is_empty() {
                break;
            }
        }
        line
    }

    fn header_comment(&mut self, node: &Node<'_>) -> Option<Behind> {
        let line = self.header_line(node);
        let text = self.text[line..].split('\n').next()?;
        let at = text.find(" #").or_else(|| text.find("\t#"))?;
        let end = text[..at].trim_end().len();
        self.comments.take_behind(line + end)
    }

    /// Writes a collection on one line.
    fn flow(&self, node: &Node<'_>, place: Place) -> String {
        match &node.value {
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.flow(item, place.item())).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Map(_) => {
                let entry = |entry: &&yaml::Entry<'_>| {
                    let source = self.text.get(entry.key_spot.start as usize..entry.key_spot.end as usize);
                    let key = scalars::inline(source.unwrap_or_default(), &entry.key.text);
                    let value = self.flow(&entry.node, place.below(node, &entry.key.text));
                    if value.is_empty() { format!("{key}:") } else { format!("{key}: {value}") }
                };
                let entries: Vec<String> = place.sort(node).iter().map(entry).collect();
                format!("{{{}}}", entries.join(", "))
            }
            Value::Scalar(scalar) => scalars::inline(scalars::slice(self.text, node), &scalar.text),
            Value::Refused => String::new(),
        }
    }

    /// Returns where a collection in brackets ends; nothing for a block.
    fn bracket(&self, node: &Node<'_>) -> Option<usize> {
        let start = node.spot.start as usize;
        let (open, close) = match &node.value {
            Value::List(_) => ('[', ']'),
            Value::Map(_) => ('{', '}'),
            Value::Scalar(_) | Value::Refused => return None,
        };
        self.text.get(start..node.spot.end as usize).filter(|text| text.starts_with(open))?;
        let mut at = match &node.value {
            Value::List(items) => items.last().map(|item| self.end(item)),
            _ => node.entries().last().map(|entry| self.end(&entry.node).max(entry.key_spot.end as usize)),
        }
        .unwrap_or(start + 1);
        // Only commas, colons, spaces and comments stand between the last value and the bracket.
        loop {
            let rest = self.text.get(at..)?;
            let c = rest.chars().next()?;
            match c {
                '#' => at += rest.find('\n')?,
                c if c == close => return Some(at),
                c => at += c.len_utf8(),
            }
        }
    }

    fn end(&self, node: &Node<'_>) -> usize {
        match (&node.value, self.bracket(node)) {
            (_, Some(close)) => close + 1,
            (Value::List(items), None) => items.last().map_or(node.spot.end as usize, |item| self.end(item)),
            (Value::Map(entries), None) => entries.last().map_or(node.spot.end as usize, |entry| self.end(&entry.node)),
            _ => node.spot.end as usize,
        }
    }

    fn column(&self, node: &Node<'_>) -> usize {
        let start = node.spot.start as usize;
        self.text[line_start(self.text, start)..start].chars().count()
    }
}

fn is_empty(text: &str, node: &Node<'_>) -> bool {
    matches!(&node.value, Value::Scalar(scalar) if scalar.plain) && scalars::slice(text, node).is_empty()
        || matches!(node.value, Value::Refused)
}

/// Takes the comments that would stand between a dash and what it begins.
fn first_comments(block: &mut Block) -> Vec<Line> {
    let Some(first) = block.entries.first_mut() else { return Vec::new() };
    let mut comments = std::mem::take(&mut first.above);
    if first.head == "-"
        && let Body::Block(inner) = &mut first.body
    {
        comments.append(&mut first_comments(inner));
    }
    comments
}
