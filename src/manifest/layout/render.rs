//! Blocks -> text.

use super::block::{Behind, Block, Body, Entry, Line};

/// Writes comments that stand for themselves.
pub(super) fn comments(lines: &[Line], indent: usize, out: &mut Vec<String>) {
    for line in lines {
        if line.spaced && out.last().is_some_and(|last| !last.is_empty()) {
            out.push(String::new());
        }
        out.push(" ".repeat(indent) + &line.text);
    }
}

/// Writes the entries of a block.
pub(super) fn block(block: &Block, indent: usize, out: &mut Vec<String>) {
    let begin = out.len();
    for entry in &block.entries {
        self::entry(entry, indent, begin, out);
    }
    comments(&block.below, indent, out);
}

/// Writes a value that no key leads to.
pub(super) fn root(body: &Body, behind: Option<&Behind>, out: &mut Vec<String>) {
    match body {
        Body::Block(block) => self::block(block, 0, out),
        body => value(String::new(), body, behind, 0, out),
    }
}

fn entry(entry: &Entry, indent: usize, begin: usize, out: &mut Vec<String>) {
    for line in &entry.above {
        // The first of a block stands right below its key.
        let line = Line { spaced: line.spaced && out.len() > begin, ..line.clone() };
        comments(&[line], indent, out);
    }
    if entry.spaced && out.len() > begin && out.last().is_some_and(|last| !last.is_empty()) {
        out.push(String::new());
    }
    let head = " ".repeat(indent) + &entry.head;
    match &entry.body {
        Body::Block(block) if entry.head == "-" => {
            let at = out.len();
            self::block(block, indent + 2, out);
            if let Some(first) = out.get_mut(at) {
                let rest = first.get(indent + 2..).unwrap_or_default().to_owned();
                *first = format!("{head} {rest}");
            }
        }
        Body::Block(block) => {
            out.push(head + &shown(entry.behind.as_ref()));
            self::block(block, indent + 2, out);
        }
        body => value(head, body, entry.behind.as_ref(), indent, out),
    }
}

fn value(head: String, body: &Body, behind: Option<&Behind>, indent: usize, out: &mut Vec<String>) {
    let behind = shown(behind);
    let joined = |text: &str| if head.is_empty() { text.to_owned() } else { format!("{head} {text}") };
    let below = " ".repeat(indent + 2);
    match body {
        Body::Nothing | Body::Block(_) => out.push(head + &behind),
        Body::Inline(text) => out.push(joined(text) + &behind),
        Body::Folded(lines) => {
            let mut lines = lines.iter();
            out.push(joined(lines.next().map_or("", String::as_str)));
            out.extend(lines.map(|line| if line.is_empty() { String::new() } else { format!("{below}{line}") }));
            if let Some(last) = out.last_mut() {
                last.push_str(&behind);
            }
        }
        Body::Literal(header, lines) => {
            out.push(joined(header) + &behind);
            out.extend(lines.iter().map(|line| if line.is_empty() { String::new() } else { format!("{below}{line}") }));
        }
    }
}

fn shown(behind: Option<&Behind>) -> String {
    behind.map(|behind| " ".repeat(behind.gap) + &behind.text).unwrap_or_default()
}
