//! Sources -> manifest, or everything that is wrong with them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::check::check;
use super::diagnostic::{Complaints, Diagnostic};
use super::estates::{Part, divide};
use super::resolve::{Resolved, resolve};
use super::sink::{Draft, Sink};
use super::vars::{Given, Known, Variables, fill, override_values};
use super::wholeness::Wholeness;
use super::{code, document, keys, yaml};
use crate::model::{Desired, Place, Target};

/// One file, or the standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// As the user named it, for messages.
    pub name: Arc<str>,
    /// Its text.
    pub text: String,
    /// Folder it is in; `emulator.data` and `ledger` are confined to it.
    pub folder: PathBuf,
}

/// What the sources declare together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Where the estate lives. Without a `target` section it is the service,
    /// and the environment says which.
    pub target: Target,
    /// What is to exist, and what is not.
    pub desired: Desired,
    /// Where the target is named, if it is.
    pub target_place: Option<Place>,
    /// File that remembers dumps where the API cannot list them.
    pub ledger: Option<PathBuf>,
    /// Whether the sources are all of the estate; looked into only where
    /// something is pruned.
    pub wholeness: Wholeness,
    /// Legal, and probably not meant.
    pub warnings: Vec<Diagnostic>,
}

/// Reads a manifest from its sources, which are taken for all of the estate
/// ([`load`](super::load()) asks whether they are). Pure: the same sources give
/// the same result, to the byte. An `include` is a complaint here: only
/// [`load`](super::load()) reads what is not there yet.
///
/// # Errors
/// Returns every complaint about every source.
pub fn parse(sources: &[Source]) -> Result<Manifest, Complaints> {
    parse_all(sources, Includes::Refused, &Given::default()).and_then(demand_one)
}

/// Reads a manifest from all of its files, what they include among them, as
/// [`collect`](super::collect) returns them, with what is given for their variables.
///
/// # Errors
/// Returns every complaint about every source.
pub fn parse_whole(sources: &[Source], given: &Given) -> Result<Manifest, Complaints> {
    parse_all(sources, Includes::Followed(&[]), given).and_then(demand_one)
}

/// Demands that sources make one estate.
pub(super) fn demand_one(manifests: Vec<Manifest>) -> Result<Manifest, Complaints> {
    let several = manifests.len();
    let mut manifests = manifests.into_iter();
    match (manifests.next(), manifests.next()) {
        (Some(manifest), None) => Ok(manifest),
        _ => {
            let message = format!("the files name {several} targets, and this takes one");
            let diagnostic = Diagnostic::error(code::SEVERAL_TARGETS, message);
            Err(Complaints::single(diagnostic.help("name the files of one target with `-f`")))
        }
    }
}

/// What becomes of `include`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Includes<'a> {
    /// What it names is among the sources: for each source, the positions of those it
    /// includes.
    Followed(&'a [Vec<usize>]),
    /// Something was not read, and complained about.
    Missing,
    /// Nobody has looked for what it names.
    Refused,
}

/// Reads one manifest for each target that the sources name, in the order in which
/// they are named first, with what is given for their variables.
pub(super) fn parse_all(
    sources: &[Source],
    includes: Includes<'_>,
    given: &Given,
) -> Result<Vec<Manifest>, Complaints> {
    if sources.is_empty() {
        let diagnostic = Diagnostic::error(code::NO_MANIFEST, "no manifest was named");
        return Err(Complaints::single(
            diagnostic.help("name files or folders with `-f`, or `-` for the standard input"),
        ));
    }
    let files = sources.iter().chain(&given.files);
    let named = files.map(|source| (Arc::clone(&source.name), without_mark(&source.text))).collect();
    let mut sink = Sink::new(named);
    let mut budget = yaml::Budget::new();
    let mut roots = Vec::new();
    for (file, source) in (0u32..).zip(sources) {
        roots.push((source, yaml::read(file, without_mark(&source.text), &mut budget, &mut sink)));
    }
    let followed = matches!(includes, Includes::Followed(_));
    let whole = followed && roots.iter().all(|(_, root)| root.is_some());
    let known = if whole || matches!(includes, Includes::Refused) { Known::Whole } else { Known::Part };
    let declared = roots.iter().filter_map(|(_, root)| root.as_ref());
    let mut variables = Variables::declared(declared, known, &mut sink);
    override_values(&mut variables, given, sources.len(), &mut budget, &mut sink);
    let mut filled = 0;
    let mut documents = Vec::new();
    for (index, (source, root)) in roots.into_iter().enumerate() {
        let Some(mut root) = root else { continue };
        if let (Includes::Refused, Some(entry)) = (includes, root.get("include")) {
            let message = "`include` is followed from files only, and this text is none";
            sink.report(Draft::error(code::INCLUDE, entry.key_spot, message).help("name all files of the estate"));
        }
        fill(&mut root, &variables, &mut filled, &mut sink);
        check(&root, &keys::MANIFEST, &mut sink);
        let start = root.spot;
        documents.push(Part { document: document::lower(&root, &source.folder, &sink), source: index, start });
    }
    let includes = match includes {
        Includes::Followed(includes) => includes,
        Includes::Missing | Includes::Refused => &[],
    };
    let folders: Vec<&Path> = sources.iter().map(|source| source.folder.as_path()).collect();
    let estates = divide(documents, &folders, includes, &mut sink);
    let resolved: Vec<Resolved> = estates.into_iter().map(|documents| resolve(documents, &mut sink)).collect();
    let mut warnings = sink.finish()?;
    let manifest = |Resolved { target, target_place, desired, ledger }| Manifest {
        target,
        desired,
        target_place,
        ledger,
        wholeness: Wholeness::Whole,
        // Each is told once, whichever estate it is about.
        warnings: std::mem::take(&mut warnings),
    };
    Ok(resolved.into_iter().map(manifest).collect())
}

/// Some editors begin UTF-8 files with a byte order mark; it says nothing.
pub(super) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
