//! From a text to the same in its canonical layout.

use std::sync::Arc;

use super::super::code;
use super::super::diagnostic::{Complaints, Diagnostic};
use super::super::keys;
use super::super::parse::{Source, without_mark};
use super::super::printable::quote;
use super::super::sink::Sink;
use super::super::suggest::closest;
use super::super::yaml::{self, Budget, Entry, Node, Value};
use super::block::{Body, Line};
use super::build::build;
use super::comments::Comments;
use super::order::Place;
use super::proof::is_same;
use super::render;

/// Returns a manifest in its canonical layout. It means the same and holds the
/// same comments, which is proved before it is returned.
///
/// # Errors
/// Returns what keeps the text from being read, or that it cannot be laid out.
pub fn format(source: &Source) -> Result<String, Complaints> {
    let original = without_mark(&source.text);
    let mut sink = Sink::new(vec![(Arc::clone(&source.name), original)]);
    let Some(root) = yaml::read_any(0, original, &mut Budget::new(), &mut sink).filter(|_| !sink.has_errors()) else {
        return Err(sink.finish().err().unwrap_or_else(Complaints::unexplained));
    };
    let text = unify(original);
    let mut unheard = Sink::new(Vec::new());
    let again = yaml::read_any(0, &text, &mut Budget::new(), &mut unheard).flatten();
    let (Some(root), Some(again)) = (root, again) else { return Ok(clean(&text)) };
    let place = Place::Table(&keys::MANIFEST);
    let laid_out = lay_out(&text, &again, place);
    if is_same(original, &root, &laid_out, place) {
        return Ok(laid_out);
    }
    let message = format!("{} cannot be laid out without changing what it means", quote(&source.name));
    let help = "put its comments on lines of their own, and long texts into quotes; it was left as it is";
    Err(Complaints::single(Diagnostic::error(code::LAYOUT, message).help(help)))
}

/// Says whether a text is a manifest, however wrong: whoever lays out all of a
/// folder leaves the files of others alone.
#[must_use]
pub fn looks_like_manifest(text: &str) -> bool {
    let mut unheard = Sink::new(Vec::new());
    let root = yaml::read_any(0, without_mark(text), &mut Budget::new(), &mut unheard).flatten();
    root.is_some_and(|root| {
        let known = root.entries().iter().all(|entry| keys::MANIFEST.key(&entry.key.text).is_some());
        known && root.get("version").is_some()
    })
}

/// Refuses what is plainly something else than a manifest: it has neither groups nor an
/// estate, and does not say `version: 1` with keys that are a manifest's, or nearly. It
/// is somebody else's to lay out.
///
/// # Errors
/// Returns the complaint.
pub fn demand_manifest(source: &Source) -> Result<(), Complaints> {
    if !is_foreign(&source.text) {
        return Ok(());
    }
    let message = format!("{} is no manifest, and was left as it is", quote(&source.name));
    let help = "name manifests only: they say `version: 1`";
    Err(Complaints::single(Diagnostic::error(code::NO_MANIFEST, message).help(help)))
}

fn is_foreign(text: &str) -> bool {
    let mut unheard = Sink::new(Vec::new());
    let Some(root) = yaml::read_any(0, without_mark(text), &mut Budget::new(), &mut unheard).flatten() else {
        return false;
    };
    let Value::Map(entries) = &root.value else { return true };
    let says = |key: &str, fits: fn(&Value<'_>) -> bool| root.get(key).is_some_and(|entry| fits(&entry.node.value));
    // Others have lists of groups.
    let has_groups = says("groups", |value| !matches!(value, Value::List(_)));
    if entries.is_empty() || has_groups || root.get("estate").is_some() {
        return false;
    }
    let names = || keys::MANIFEST.keys.iter().map(|key| key.name);
    let is_near = |entry: &&Entry<'_>| {
        let key = entry.key.text.as_ref();
        names().any(|name| key == name) || closest(key, names()).is_some()
    };
    let is_first = says("version", |value| matches!(value, Value::Scalar(scalar) if scalar.text == "1"));
    !is_first || 2 * entries.iter().filter(is_near).count() <= entries.len()
}

/// One line end for all, and one at the end.
fn unify(text: &str) -> String {
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// A file that declares nothing has only its lines.
fn clean(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    if lines.is_empty() { String::new() } else { lines.join("\n") + "\n" }
}

fn lay_out(text: &str, root: &Node<'_>, place: Place) -> String {
    let start = match &root.value {
        Value::Map(entries) if !text[root.spot.start as usize..].starts_with('{') => {
            entries.first().map_or(root.spot.start, |entry| entry.key_spot.start) as usize
        }
        _ => root.spot.start as usize,
    };
    let mut comments = Comments::of(text);
    let mut out = Vec::new();
    if let Some(marker) = find_marker(text, start) {
        render::comments(&comments.take_before(marker), 0, &mut out);
        let behind = comments.take_behind(marker + "---".len());
        render::root(&Body::Inline("---".to_owned()), behind.as_ref(), &mut out);
    }
    let mut head = comments.take_before(start);
    let spaced = super::comments::is_spaced(text, start);
    let first = head.split_off(length_of_head(&head, spaced));
    comments.give_back(first.len());
    render::comments(&head, 0, &mut out);
    if first.first().map_or(spaced, |line| line.spaced) && !head.is_empty() {
        out.push(String::new());
    }
    let (body, behind) = build(text, root, place, &mut comments);
    let begin = out.len();
    render::root(&body, behind.as_ref(), &mut out);
    render::comments(&comments.take_before(text.len()), 0, &mut out);
    // A block does not begin with an empty line of its own.
    while out.get(begin).is_some_and(String::is_empty) {
        out.remove(begin);
    }
    let mut laid_out = String::new();
    for line in out {
        laid_out.push_str(&line);
        laid_out.push('\n');
    }
    laid_out
}

/// Returns where `---` begins the document, if it does.
fn find_marker(text: &str, start: usize) -> Option<usize> {
    let mut at = 0;
    for line in text[..start].split_inclusive('\n') {
        if line.starts_with("---") {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// What an editor reads at the top of a file.
const MODELINE: &str = "yaml-language-server";

/// Tells the comments about the file from those about its first entry: an empty
/// line stands between them, or an editor reads the former.
fn length_of_head(lines: &[Line], spaced: bool) -> usize {
    let last_gap = lines.iter().rposition(|line| line.spaced).unwrap_or(0);
    let modeline = lines.first().is_some_and(|line| line.text.contains(MODELINE));
    if spaced || (last_gap == 0 && modeline) { lines.len() } else { last_gap }
}
