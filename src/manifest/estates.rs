//! Which files make which estate. Pure.
//!
//! Files that name one target, or none, make one estate. Where several targets are
//! named, a file belongs to each target that it names itself or from which it is
//! included, and else to the one target that is named in its folder, or in the
//! nearest folder above it.

use std::collections::BTreeSet;
use std::path::Path;

use super::code;
use super::document::Document;
use super::sink::{Draft, Sink, Spot};
use crate::model::Target;

/// A file that was understood.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) document: Document,
    /// Position of its source.
    pub(super) source: usize,
    /// Where it begins.
    pub(super) start: Spot,
}

/// Divides files into estates. `folders` are those of all sources, `includes` the
/// positions of what each source includes.
pub(super) fn divide(
    parts: Vec<Part>,
    folders: &[&Path],
    includes: &[Vec<usize>],
    sink: &mut Sink<'_>,
) -> Vec<Vec<Document>> {
    let mut targets: Vec<Target> = Vec::new();
    for target in parts.iter().filter_map(target_of) {
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    if targets.len() < 2 {
        return vec![parts.into_iter().map(|part| part.document).collect()];
    }
    let mut members: Vec<BTreeSet<usize>> = targets.iter().map(|target| named_by(target, &parts, includes)).collect();
    let placed: BTreeSet<usize> = members.iter().flatten().copied().collect();
    for part in parts.iter().filter(|part| !placed.contains(&part.source)) {
        match find_above(part.source, folders, &parts, &targets) {
            Some(estate) => {
                if let Some(members) = members.get_mut(estate) {
                    members.extend(close(part.source, includes));
                }
            }
            None => {
                let message = "this file belongs to none of the targets that the files name";
                let help = "give it a `target`, include it from a file that has one, or put it below the folder of one";
                sink.report(Draft::error(code::SEVERAL_TARGETS, part.start, message).help(help));
            }
        }
    }
    members
        .iter()
        .map(|members| {
            parts.iter().filter(|part| members.contains(&part.source)).map(|part| part.document.clone()).collect()
        })
        .collect()
}

fn target_of(part: &Part) -> Option<Target> {
    part.document.target.as_ref().map(|said| said.value.meant())
}

/// The sources that name a target, and what they include, without what names
/// another.
fn named_by(target: &Target, parts: &[Part], includes: &[Vec<usize>]) -> BTreeSet<usize> {
    let own = parts.iter().filter(|part| target_of(part).as_ref() == Some(target));
    let foreign: BTreeSet<usize> = parts
        .iter()
        .filter(|part| target_of(part).is_some_and(|other| other != *target))
        .map(|part| part.source)
        .collect();
    own.flat_map(|part| close(part.source, includes)).filter(|source| !foreign.contains(source)).collect()
}

/// A source and everything it includes.
fn close(source: usize, includes: &[Vec<usize>]) -> BTreeSet<usize> {
    let mut closed = BTreeSet::new();
    let mut open = vec![source];
    while let Some(source) = open.pop() {
        if closed.insert(source) {
            open.extend(includes.get(source).into_iter().flatten());
        }
    }
    closed
}

/// The target that is named in the folder of a source, or in the nearest one above
/// it in which one is named; nothing where it is more than one.
fn find_above(source: usize, folders: &[&Path], parts: &[Part], targets: &[Target]) -> Option<usize> {
    for folder in folders.get(source)?.ancestors() {
        let here = parts.iter().filter(|part| folders.get(part.source).is_some_and(|other| *other == folder));
        let named: BTreeSet<usize> =
            here.filter_map(target_of).filter_map(|target| targets.iter().position(|other| *other == target)).collect();
        match named.len() {
            0 => {}
            1 => return named.first().copied(),
            _ => return None,
        }
    }
    None
}
