//! Text -> a tree that remembers where everything stands. The only file that
//! knows the YAML crate.
//!
//! The tree is built from the parser's events rather than through serde: a
//! typed reading stops at the first mistake, takes `0x7` for 7 and a long id
//! for a float, and cannot tell `yes` from `"yes"`. Here a scalar is the text
//! that was written and whether it was quoted; what it means is for the table
//! of keys to say. Anchors, merge keys, tags and further documents are refused
//! with their places; a syntax error ends its own file only.

use std::borrow::Cow;
use std::ops::Range;

use serde_saphyr::granit_parser::{self, ErrorKind, Event, Parser, ScalarStyle, ScanError, Span};

use super::code;
use super::printable::quote;
use super::sink::{Draft, Sink, Spot};

/// Largest file, in bytes. A manifest of 10,000 streams and 1,000 dumps has
/// about one megabyte.
pub(super) const LARGEST_FILE: usize = 8 << 20;

/// Most keys and values of all files together: twice what 10,000 streams and
/// 1,000 dumps need when every key is used, in less than 64 MiB.
const MOST_NODES: usize = 400_000;

/// Deepest nesting; the manifest itself needs seven levels.
const DEEPEST: usize = 32;

/// A value and where it stands.
#[derive(Debug)]
pub(super) struct Node<'s> {
    pub(super) value: Value<'s>,
    pub(super) spot: Spot,
}

/// What stands there.
#[derive(Debug)]
pub(super) enum Value<'s> {
    /// One word or text.
    Scalar(Scalar<'s>),
    /// A list.
    List(Vec<Node<'s>>),
    /// A mapping in the order of the file, duplicates included.
    Map(Vec<Entry<'s>>),
    /// Something that was complained about already.
    Refused,
}

/// A text as it was written.
#[derive(Debug, Clone)]
pub(super) struct Scalar<'s> {
    /// The text, with escapes resolved.
    pub(super) text: Cow<'s, str>,
    /// Whether it stood there without quotes, so that it may mean a number, a
    /// boolean or nothing.
    pub(super) plain: bool,
}

/// A key and its value.
#[derive(Debug)]
pub(super) struct Entry<'s> {
    pub(super) key: Scalar<'s>,
    pub(super) key_spot: Spot,
    pub(super) node: Node<'s>,
}

/// How many more nodes may be built, over all files.
#[derive(Debug)]
pub(super) struct Budget {
    nodes: usize,
}

impl Budget {
    /// Returns the budget of one run.
    pub(super) fn new() -> Self {
        Self { nodes: MOST_NODES }
    }
}

/// Reads one file of a manifest. `None` means that complaints were reported and
/// there is nothing to go on with.
pub(super) fn read<'s>(file: u32, text: &'s str, budget: &mut Budget, sink: &mut Sink<'_>) -> Option<Node<'s>> {
    let node = read_any(file, text, budget, sink)?;
    if node.is_none() {
        let top = Spot { file, line: 1, column: 1, start: 0, end: 0 };
        let draft = Draft::error(code::EMPTY_MANIFEST, top, "the file declares nothing");
        sink.report(draft.help("a manifest begins with `version: 1`; an empty one never means `delete everything`"));
    }
    node
}

/// Reads any file. `Some(None)` means that there is nothing in it, `None` that
/// complaints were reported.
pub(super) fn read_any<'s>(
    file: u32,
    text: &'s str,
    budget: &mut Budget,
    sink: &mut Sink<'_>,
) -> Option<Option<Node<'s>>> {
    let top = Spot { file, line: 1, column: 1, start: 0, end: 0 };
    if text.len() > LARGEST_FILE {
        let message = format!("the file is larger than {} MiB", LARGEST_FILE >> 20);
        sink.report(Draft::error(code::TOO_LARGE, top, message).help("split it into several files of one folder"));
        return None;
    }
    if let Some(draft) = find_control_character(file, text) {
        sink.report(draft);
        return None;
    }
    let options = granit_parser::options! {
        disallow_directives: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        emit_comments: false,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    let mut builder = Builder { file, stack: Vec::new(), root: None, documents: 0 };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = match event {
            Ok(pair) => pair,
            Err(error) => {
                let draft = explain(&error, file);
                // The commonest reason where there is one.
                let bare = error.marker().byte_offset().is_some_and(|at| follows_bare_variable(text, at));
                sink.report(if bare { draft.help("quote it inside of braces: `\"${var.NAME}\"`") } else { draft });
                return None;
            }
        };
        let spot = spot(file, &span);
        if matches!(event, Event::DocumentStart(..)) {
            builder.documents += 1;
            if builder.documents > 1 {
                let message = "a second YAML document begins here; a file holds one manifest";
                let draft = Draft::error(code::SEVERAL_DOCUMENTS, spot, message);
                sink.report(draft.help("put it into a file of its own, or remove the `---`"));
                break;
            }
        }
        if event.is_node() {
            let Some(left) = budget.nodes.checked_sub(1) else {
                let message = format!("more than {MOST_NODES} keys and values in all files together");
                sink.report(Draft::error(code::TOO_LARGE, spot, message));
                return None;
            };
            budget.nodes = left;
        }
        builder.take(event, spot, &span, sink);
    }
    Some(builder.root.filter(|node| !is_nothing(node)))
}

/// Returns where the comments of a text stand, from `#` to the end of the line;
/// of a text that is not YAML, those before the mistake.
pub(super) fn find_comments(text: &str) -> Vec<Range<usize>> {
    let options = granit_parser::options! { emit_comments: true };
    let events = Parser::new_from_str_with_options(text, options).map_while(Result::ok);
    let comments = events.filter(|(event, _)| matches!(event, Event::Comment(..)));
    comments.filter_map(|(_, span)| span.byte_range()).map(|range| range.start..range.end).collect()
}

fn is_nothing(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Scalar(scalar) => scalar.is_null(),
        Value::List(_) | Value::Map(_) | Value::Refused => false,
    }
}

impl Scalar<'_> {
    /// Says whether this is YAML's null.
    pub(super) fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_ref(), "" | "~" | "null" | "Null" | "NULL")
    }
}

impl<'s> Node<'s> {
    /// Returns the entries of a mapping.
    pub(super) fn entries(&self) -> &[Entry<'s>] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the first value of a key of a mapping.
    pub(super) fn get(&self, key: &str) -> Option<&Entry<'s>> {
        self.entries().iter().find(|entry| entry.key.text == key)
    }
}

/// A collection that is not complete yet.
enum Open<'s> {
    List(Vec<Node<'s>>, Spot),
    Map(Vec<Entry<'s>>, Pending<'s>, Spot),
}

/// The key whose value comes next.
enum Pending<'s> {
    None,
    Key(Scalar<'s>, Spot),
    Refused,
}

struct Builder<'s> {
    file: u32,
    stack: Vec<Open<'s>>,
    root: Option<Node<'s>>,
    documents: usize,
}

impl<'s> Builder<'s> {
    fn take(&mut self, event: Event<'s>, spot: Spot, span: &Span, sink: &mut Sink<'_>) {
        let tagged = event.tag().is_some();
        if tagged {
            let at = span.tag_span().map_or(spot, |tag| self::spot(self.file, &tag));
            let draft = Draft::error(code::TAG, at, "explicit YAML tags are not part of a manifest");
            sink.report(draft.help("remove it; quotes make any word a text"));
        }
        match event {
            Event::Scalar(_, _, _, _) if tagged => self.complete(Node { value: Value::Refused, spot }, sink),
            Event::Scalar(text, style, _, _) => {
                let scalar = Scalar { text, plain: style == ScalarStyle::Plain };
                self.complete(Node { value: Value::Scalar(scalar), spot }, sink);
            }
            Event::SequenceStart(..) => self.stack.push(Open::List(Vec::new(), spot)),
            Event::MappingStart(..) => self.stack.push(Open::Map(Vec::new(), Pending::None, spot)),
            Event::SequenceEnd | Event::MappingEnd => {
                let node = match self.stack.pop() {
                    Some(Open::List(items, spot)) => Node { value: Value::List(items), spot },
                    Some(Open::Map(entries, _, spot)) => Node { value: Value::Map(entries), spot },
                    None => return,
                };
                self.complete(node, sink);
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                // An alias under a merge key is told with the merge key.
                if !matches!(self.stack.last(), Some(Open::Map(_, Pending::Refused, _))) {
                    let draft = Draft::error(code::ANCHOR, spot, "aliases (`*name`) are not part of a manifest");
                    sink.report(draft.help("write the value out"));
                }
                self.complete(Node { value: Value::Refused, spot }, sink);
            }
            Event::Anchor(..) => {
                let draft = Draft::error(code::ANCHOR, spot, "anchors (`&name`) are not part of a manifest");
                sink.report(draft.help("remove it and write the value out wherever it is needed"));
            }
            _ => {}
        }
    }

    /// Puts a complete node where it belongs.
    fn complete(&mut self, node: Node<'s>, sink: &mut Sink<'_>) {
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(items, _)) => items.push(node),
            Some(Open::Map(entries, pending, _)) => match std::mem::replace(pending, Pending::None) {
                Pending::None => *pending = key(node, sink),
                Pending::Key(key, key_spot) => entries.push(Entry { key, key_spot, node }),
                Pending::Refused => {}
            },
        }
    }
}

fn key<'s>(node: Node<'s>, sink: &mut Sink<'_>) -> Pending<'s> {
    match node.value {
        Value::Scalar(scalar) if scalar.plain && scalar.text == "<<" => {
            let draft = Draft::error(code::MERGE_KEY, node.spot, "merge keys (`<<`) are not part of a manifest");
            sink.report(draft.help("write the keys out; `defaults` fills `ttl_in_days` of groups"));
            Pending::Refused
        }
        Value::Scalar(scalar) => Pending::Key(scalar, node.spot),
        Value::List(_) | Value::Map(_) => {
            let message = "a key is a single word, not a list or a mapping";
            sink.report(Draft::error(code::KEY_NOT_TEXT, node.spot, message));
            Pending::Refused
        }
        Value::Refused => Pending::Refused,
    }
}

fn spot(file: u32, span: &Span) -> Spot {
    let (start, end) = span.byte_range().map_or((0, 0), |range| (range.start, range.end));
    Spot {
        file,
        line: narrow(span.start.line()),
        column: narrow(span.start.col().saturating_add(1)),
        start: narrow(start),
        end: narrow(end.max(start)),
    }
}

/// Says whether `${` without quotes stands on a line before a place: in a flow
/// collection, its brace is one of YAML's.
fn follows_bare_variable(text: &str, at: usize) -> bool {
    let before = text.get(..text.ceil_char_boundary(at.saturating_add(1))).unwrap_or(text);
    let line = before.get(before.rfind('\n').map_or(0, |end| end + 1)..).unwrap_or_default();
    line.match_indices("${").any(|(at, _)| line.get(..at).is_some_and(|head| head.ends_with([' ', ',', '[', '{', ':'])))
}

/// Offsets fit, since files are at most [`LARGEST_FILE`].
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Finds the first character YAML does not allow, which would otherwise be
/// passed on or hide what follows it.
fn find_control_character(file: u32, text: &str) -> Option<Draft> {
    let illegal = |c: char| match c {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' => true,
        _ => c.is_control(),
    };
    let (start, c) = text.char_indices().find(|(_, c)| illegal(*c))?;
    let before = text.get(..start)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let spot = Spot {
        file,
        line: narrow(before.matches('\n').count() + 1),
        column: narrow(before.get(line_start..)?.chars().count() + 1),
        start: narrow(start),
        end: narrow(start + c.len_utf8()),
    };
    let what = match c {
        '\0' => "a NUL character".to_owned(),
        '\u{feff}' => "a byte order mark inside the text".to_owned(),
        _ => format!("the control character U+{:04X}", u32::from(c)),
    };
    let draft = Draft::error(code::CONTROL_CHARACTER, spot, format!("the file holds {what}"));
    Some(draft.help("remove it; a manifest is plain UTF-8 text"))
}

/// Says what the parser found, in the words of someone who edits a manifest.
fn explain(error: &ScanError, file: u32) -> Draft {
    let marker = error.marker();
    let start = narrow(marker.byte_offset().unwrap_or(0));
    let (line, column) = (narrow(marker.line()), narrow(marker.col().saturating_add(1)));
    let at = Spot { file, line, column, start, end: start };
    let draft = |message: &str| Draft::error(code::SYNTAX, at, message);
    match error.kind() {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => draft("a tab stands where YAML allows spaces only").help("indent with spaces"),
        ErrorKind::RecursionLimitExceeded => {
            Draft::error(code::TOO_LARGE, at, format!("nested more than {DEEPEST} levels deep"))
        }
        ErrorKind::DirectiveDisallowed => draft("directives (`%…`) are not part of a manifest").help("remove the line"),
        ErrorKind::UnclosedQuotedScalar => draft("a quoted text has no closing quote"),
        ErrorKind::UnclosedFlowCollection { open } => draft(&format!("`{open}` has no closing bracket")),
        ErrorKind::MappingValueNotAllowed => {
            draft("`:` cannot stand here").help("quote a text that holds `: `, and check the indentation")
        }
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::InvalidIndentation | ErrorKind::SimpleKeyExpected => {
            draft("expected `key: value` here").help("check the indentation: keys of one mapping begin in one column")
        }
        ErrorKind::UnexpectedCharacter { character } => {
            draft(&format!("{} cannot begin a value", quote(&character.to_string()))).help("put the text in quotes")
        }
        kind => draft(&kind.to_string()),
    }
}
