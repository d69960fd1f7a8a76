//! Words and texts as they were written, or anew where that cannot be.

use super::super::yaml::{Node, Scalar};
use super::block::Body;
use super::comments::line_start;

/// Returns a scalar as it is written, for a line of its own or a block.
pub(super) fn body(text: &str, node: &Node<'_>, scalar: &Scalar<'_>) -> Body {
    let source = slice(text, node);
    if source.is_empty() && scalar.plain {
        return Body::Nothing;
    }
    if !scalar.plain && !is_quoted(source) {
        return block_scalar(text, node).unwrap_or_else(|| Body::Inline(requote(&scalar.text)));
    }
    if !source.contains('\n') {
        return Body::Inline(source.to_owned());
    }
    let lines: Vec<&str> = source.split('\n').collect();
    let last = lines.len() - 1;
    let line = |(index, line): (usize, &&str)| {
        let line = if index == 0 { *line } else { line.trim_start_matches([' ', '\t']) };
        if index == last { line.to_owned() } else { trim_end(line).to_owned() }
    };
    Body::Folded(lines.iter().enumerate().map(line).collect())
}

/// Returns a scalar or a key as it is written on one line.
pub(super) fn inline(source: &str, resolved: &str) -> String {
    if source.contains('\n') { requote(resolved) } else { source.to_owned() }
}

pub(super) fn slice<'t>(text: &'t str, node: &Node<'_>) -> &'t str {
    text.get(node.spot.start as usize..node.spot.end as usize).unwrap_or_default()
}

/// Says whether a scalar that is not plain is one in quotes. The text of a block
/// scalar ends in a line break.
fn is_quoted(source: &str) -> bool {
    let quoted = |quote: char| source.len() >= 2 && source.starts_with(quote) && source.ends_with(quote);
    quoted('"') || quoted('\'')
}

/// A block scalar with its header. Nothing where its indentation or its last
/// lines are a matter of the text around it.
fn block_scalar(text: &str, node: &Node<'_>) -> Option<Body> {
    let (start, end) = (node.spot.start as usize, node.spot.end as usize);
    let mut content = line_start(text, start);
    let header = loop {
        let above = text[..content].strip_suffix('\n')?;
        let line = &above[line_start(above, above.len())..];
        if !line.trim().is_empty() {
            break line;
        }
        content = line_start(above, above.len());
    };
    // A comment begins behind a space.
    let header = header.split(" #").next()?.split("\t#").next()?.split_whitespace().next_back()?;
    let style = header.strip_prefix(['|', '>'])?;
    if !matches!(style, "" | "-") {
        return None;
    }
    let raw = text.get(content..end)?;
    // What stands behind the last line break is the indentation of what follows.
    let raw = raw.get(..=raw.rfind('\n')?)?;
    let mut lines: Vec<&str> = raw.split('\n').collect();
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let indent = lines.iter().find(|line| !line.trim().is_empty()).map(|line| indentation(line))?;
    // Empty lines at the end say nothing; those with more spaces than their block do.
    while lines.last().is_some_and(|line| line.trim_start_matches(' ').is_empty() && line.len() <= indent) {
        lines.pop();
    }
    let lines = lines.iter().map(|line| line.get(indent..).unwrap_or_default().to_owned()).collect();
    Some(Body::Literal(header.to_owned(), lines))
}

/// Removes spaces at the end, unless the first of them is escaped.
fn trim_end(line: &str) -> &str {
    let trimmed = line.trim_end_matches([' ', '\t']);
    let escapes = trimmed.len() - trimmed.trim_end_matches('\\').len();
    if escapes % 2 == 1 && trimmed.len() < line.len() { &line[..=trimmed.len()] } else { trimmed }
}

/// Writes a text in double quotes.
pub(super) fn requote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                out.push_str(&format!("\\U{:08X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
