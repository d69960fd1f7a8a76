//! Whether what was read is all of an estate. Pure.
//!
//! Pruning deletes what an estate owns and does not declare, and a part of an
//! estate does not declare the rest of it: half of the files must never prune
//! the other half. Where it cannot be told that nothing is missing, pruning is
//! off for the run.

use std::path::PathBuf;
use std::sync::Arc;

use super::code;
use super::diagnostic::Diagnostic;
use super::document::{self, TargetSaid};
use super::parse::{Manifest, Source, without_mark};
use super::printable::quote;
use super::sink::Sink;
use super::yaml;
use crate::model::{EstateName, Prune, Target};

/// Whether the sources of a manifest are all of its estate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wholeness {
    /// They are: a folder, or a file, with what it includes, without others of
    /// its estate beside it.
    Whole,
    /// They may be a part of it.
    Part(Part),
}

/// Why something may be a part of an estate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Several inputs were named, and there may be more of them.
    SeveralInputs,
    /// The standard input lies in no folder.
    StandardInput,
    /// This other file may declare more of the estate.
    Beside(Arc<str>),
    /// This folder holds too much to look for others.
    TooFull(PathBuf),
}

/// What was named, and what lies beside it.
#[derive(Debug)]
pub(super) enum Survey {
    /// More than one file or folder.
    SeveralInputs,
    StandardInput,
    Folder,
    /// One file.
    File(Beside),
}

/// What lies in the folder of a file, and below it.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// The other files that look like manifests, in no sense checked; what is
    /// no UTF-8 in them is replaced.
    pub(super) manifests: Vec<Source>,
    /// The folder that holds too much, if one does.
    pub(super) too_full: Option<PathBuf>,
}

/// Judges whether a manifest is all of its estate.
pub(super) fn judge(survey: &Survey, manifest: &Manifest) -> Wholeness {
    match survey {
        Survey::SeveralInputs => Wholeness::Part(Part::SeveralInputs),
        Survey::StandardInput => Wholeness::Part(Part::StandardInput),
        Survey::Folder => Wholeness::Whole,
        Survey::File(Beside { manifests, too_full }) => {
            // Without a name it owns nothing, and nothing belongs to it.
            let Some(estate) = &manifest.desired.estate else { return Wholeness::Whole };
            let mut budget = yaml::Budget::new();
            let mut related = manifests.iter().filter(|other| may_belong(other, estate, &manifest.target, &mut budget));
            match (related.next(), too_full) {
                (Some(other), _) => Wholeness::Part(Part::Beside(Arc::clone(&other.name))),
                (None, Some(folder)) => Wholeness::Part(Part::TooFull(folder.clone())),
                (None, None) => Wholeness::Whole,
            }
        }
    }
}

impl Manifest {
    /// Turns pruning off where the manifest may be a part of its estate, with a
    /// warning that says why. The one place where that is done.
    #[must_use]
    pub(super) fn confine(mut self, wholeness: Wholeness) -> Self {
        if let Wholeness::Part(part) = &wholeness
            && self.desired.policy.prune == Prune::Owned
        {
            self.desired.policy.prune = Prune::None;
            self.warnings.push(warn(part, self.desired.estate.as_ref()));
        }
        Self { wholeness, ..self }
    }
}

fn warn(part: &Part, estate: Option<&EstateName>) -> Diagnostic {
    let estate = estate.map_or_else(|| "this estate".to_owned(), |name| format!("estate {}", quote(name.as_str())));
    let (why, help) = match part {
        Part::SeveralInputs => (
            format!("several inputs were named, and nothing says that they are all of {estate}"),
            "put all files of the estate into one folder, and name that folder with `-f`",
        ),
        Part::StandardInput => (
            format!("the standard input may be a part of {estate} only"),
            "name the file or the folder of the whole estate with `-f`",
        ),
        Part::Beside(file) => (
            format!("{} may declare more of {estate}", quote(file)),
            "name the folder of both with `-f`; if that file has nothing to do with this one, give it another `estate` \
             or another folder",
        ),
        Part::TooFull(folder) => (
            format!("{} holds too much to look for other files of {estate}", quote(&folder.to_string_lossy())),
            "give the estate a folder of its own, and name that folder with `-f`",
        ),
    };
    Diagnostic::warning(code::PART_OF_ESTATE, format!("`prune: owned` is off for this run: {why}")).help(help)
}

/// Says whether a file may declare more of an estate. A manifest without
/// `estate` does: in one folder, one file says it for all of them.
fn may_belong(other: &Source, estate: &EstateName, target: &Target, budget: &mut yaml::Budget) -> bool {
    let text = without_mark(&other.text);
    let mut sink = Sink::new(vec![(Arc::clone(&other.name), text)]);
    let Some(root) = yaml::read(0, text, budget, &mut sink).filter(|_| !sink.has_errors()) else {
        return looks_related(text, estate);
    };
    let document = document::lower(&root, &other.folder, &sink);
    let named = match &document.estate {
        Some(said) => said.value == *estate,
        // A variable may be anything.
        None if root
            .get("estate")
            .is_some_and(|entry| text_of(&entry.node).is_some_and(|text| text.contains("${"))) =>
        {
            true
        }
        None => (document.has_groups || root.get("include").is_some()) && root.get("version").is_some(),
    };
    named && !document.target.is_some_and(|said| is_elsewhere(target, &said.value))
}

fn text_of<'n>(node: &'n yaml::Node<'_>) -> Option<&'n str> {
    match &node.value {
        yaml::Value::Scalar(scalar) => Some(&scalar.text),
        _ => None,
    }
}

/// Says whether a text that is not YAML, perhaps because somebody is just
/// editing it, looks like a part of an estate.
fn looks_related(text: &str, estate: &EstateName) -> bool {
    if text.contains("estate:") {
        text.contains(estate.as_str())
    } else {
        text.contains("version:") && text.contains("groups:")
    }
}

/// Says whether two targets are certainly different projects. An estate is what
/// is declared for one target, so that files of one name in different projects
/// have nothing to do with each other.
fn is_elsewhere(ours: &Target, theirs: &TargetSaid) -> bool {
    let (Target::Service(ours), None) = (ours, &theirs.emulator) else { return false };
    differ(ours.region.as_ref(), theirs.service.region.as_ref())
        || differ(ours.project_id.as_ref(), theirs.service.project_id.as_ref())
}

fn differ<T: PartialEq>(one: Option<T>, two: Option<T>) -> bool {
    one.is_some() && two.is_some() && one != two
}
