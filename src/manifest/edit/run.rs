//! Edits, one after another, and the proof of all of them.

use std::sync::Arc;

use super::super::parse::{Manifest, Source, parse_whole, without_mark};
use super::super::scalar::Reading;
use super::super::sink::Spot;
use super::super::vars::{Given, Values};
use super::super::write::{Layout, Tree, express};
use super::super::yaml::{Scalar, Value};
use super::change::{Changed, Edit, Refusal};
use super::goal::{Goal, Hindrance, find, path_of};
use super::intend::{DefaultTtl, intend, kind, place_of};
use super::perform::{perform, with_tree};
use crate::model::{Address, Days, Desired, Field, Place};

/// Edits the files of a manifest and returns those that changed, in their
/// order. A group is edited in the file that declares it; a new one goes into
/// the first file that has groups. An edit that is made already changes
/// nothing.
///
/// # Errors
/// Returns the first thing that keeps all edits from being made; then none of
/// them is.
pub fn edit(sources: &[Source], given: &Given, edits: &[Edit]) -> Result<Vec<Changed>, Refusal> {
    if sources.is_empty() {
        return Err(Refusal::NoFile);
    }
    let mut wanted = parse_whole(sources, given).map_err(Refusal::Unreadable)?;
    let values = Values::of(sources, given);
    let mut edited = sources.to_vec();
    let default = find_default(sources, &values);
    let home = find_home(sources);
    for edit in edits {
        refuse_default(&edited, &wanted.desired, edit, &default)?;
        let place = place_of(&wanted.desired, &Address::Group(edit.address().group().clone())).cloned();
        let file = place.map_or_else(|| Arc::clone(&home), |place| place.file);
        intend(&mut wanted.desired, edit, &default, &file)?;
        let source = edited.iter_mut().find(|source| source.name == file).ok_or(Refusal::NoFile)?;
        perform_in(source, edit, &values)?;
    }
    prove(&wanted, &edited, given, edits)?;
    let pairs = sources.iter().zip(edited).filter(|(before, after)| before.text != after.text);
    Ok(pairs
        .map(|(before, after)| Changed { name: after.name, before: before.text.clone(), after: after.text })
        .collect())
}

fn perform_in(source: &mut Source, edit: &Edit, values: &Values) -> Result<(), Refusal> {
    let text = without_mark(&source.text);
    let mark = source.text.len() - text.len();
    let refuse = |hindrance: Hindrance| {
        let address = edit.address().clone();
        match hindrance {
            Hindrance::Form(spot) => Refusal::Form { address, place: place(&source.name, spot) },
            Hindrance::Variable(spot, name) => Refusal::Variable { address, name, place: place(&source.name, spot) },
        }
    };
    let after = perform(text, &goal(edit)?, values).map_err(refuse)?;
    let before = source.text.get(..mark).unwrap_or_default();
    source.text = format!("{before}{after}");
    Ok(())
}

fn place(name: &Arc<str>, spot: Spot) -> Place {
    Place { file: Arc::clone(name), line: spot.line, column: spot.column }
}

fn goal(edit: &Edit) -> Result<Goal, Refusal> {
    let address = edit.address();
    let written = |field: Field, value| {
        let refuse = |reason| Refusal::Inexpressible { address: address.clone(), field, reason };
        express(kind(address), field, value).map_err(refuse)
    };
    let mut path = path_of(address);
    Ok(match edit {
        Edit::Set { field, value, .. } => {
            Goal::Field { path, key: field.as_str(), tree: Some(written(*field, value)?) }
        }
        Edit::Unset { field, .. } => Goal::Field { path, key: field.as_str(), tree: None },
        Edit::Remove { .. } => Goal::Gone { path },
        Edit::Add { fields, .. } => {
            let entries = fields.iter().map(|(field, value)| Ok((field.as_str().to_owned(), written(*field, value)?)));
            let entries = entries.collect::<Result<Vec<_>, Refusal>>()?;
            let layout = match address {
                Address::Stream(..) => Layout::Compact,
                Address::Group(_) | Address::Dump(..) => Layout::Open,
            };
            let tree = if entries.is_empty() { Tree::Nothing } else { Tree::Map(entries, layout) };
            let name = path.pop().unwrap_or_default();
            Goal::Entry { path, name, tree }
        }
    })
}

/// What `defaults` says of groups that say nothing. There is one in all files.
fn find_default(sources: &[Source], values: &Values) -> DefaultTtl {
    sources.iter().find_map(|source| {
        with_tree(without_mark(&source.text), |root| {
            let entry = root.get("defaults")?.node.get("ttl_in_days")?;
            let Value::Scalar(scalar) = &entry.node.value else { return None };
            let text = values.fill(&scalar.text)?;
            // A variable that stands alone keeps its type, in quotes as well.
            let plain = scalar.plain || scalar.text.contains("${");
            match (Scalar { text, plain }).reading() {
                Reading::Integer(days) => Some((Days::declare(days).ok()?, place(&source.name, entry.key_spot))),
                _ => None,
            }
        })?
    })
}

/// Returns the file that a new group goes into.
fn find_home(sources: &[Source]) -> Arc<str> {
    let has_groups =
        |source: &&Source| with_tree(without_mark(&source.text), |root| root.get("groups").is_some()).unwrap_or(false);
    let home = sources.iter().find(has_groups).or(sources.first());
    home.map_or_else(|| Arc::from(""), |source| Arc::clone(&source.name))
}

/// Nothing can be taken away from a group that says nothing itself.
fn refuse_default(sources: &[Source], desired: &Desired, edit: &Edit, default: &DefaultTtl) -> Result<(), Refusal> {
    let (Edit::Unset { address: address @ Address::Group(_), field: Field::TtlInDays }, Some((_, place))) =
        (edit, default)
    else {
        return Ok(());
    };
    let Some(declared) = place_of(desired, address) else { return Ok(()) };
    let own = |source: &Source| {
        with_tree(without_mark(&source.text), |root| {
            let trail = find(root, &path_of(address))?;
            trail.last()?.node.get("ttl_in_days").map(drop)
        })
    };
    let own = sources.iter().find(|source| source.name == declared.file).and_then(own).flatten();
    if own.is_some() {
        return Ok(());
    }
    Err(Refusal::Default { address: address.clone(), field: Field::TtlInDays, place: place.clone() })
}

/// Demands that the text means what the edits mean, and nothing else.
fn prove(wanted: &Manifest, edited: &[Source], given: &Given, edits: &[Edit]) -> Result<(), Refusal> {
    let first = || {
        edits
            .first()
            .map_or_else(|| Address::Group(crate::model::GroupName::from_service("")), |edit| edit.address().clone())
    };
    let refuse = |address: Address, what: String| {
        let unknown = || Place { file: find_home(edited), line: 1, column: 1 };
        let place = place_of(&wanted.desired, &address).cloned().unwrap_or_else(unknown);
        Err(Refusal::Disproved { address, place, what })
    };
    let found = match parse_whole(edited, given) {
        Ok(found) => found,
        Err(complaints) => return refuse(first(), complaints.first().to_owned()),
    };
    let (before, after) = (without_places(&wanted.desired), without_places(&found.desired));
    if before == after && wanted.target == found.target && wanted.ledger == found.ledger {
        return Ok(());
    }
    let names = before.groups.keys().chain(after.groups.keys());
    match names.into_iter().find(|name| before.groups.get(*name) != after.groups.get(*name)) {
        Some(name) => refuse(Address::Group(name.clone()), "what it says is not what was meant".to_owned()),
        None => refuse(first(), "what is said outside of the groups is not what it was".to_owned()),
    }
}

/// Returns what is declared, wherever it is.
fn without_places(desired: &Desired) -> Desired {
    let nowhere = Place { file: Arc::from(""), line: 0, column: 0 };
    let mut desired = desired.clone();
    for entry in &mut desired.accept {
        entry.place = nowhere.clone();
    }
    for group in desired.groups.values_mut() {
        group.place = nowhere.clone();
        for stream in group.streams.iter_mut().flat_map(|streams| streams.values_mut()) {
            stream.place = nowhere.clone();
        }
        for dump in group.dumps.iter_mut().flat_map(|dumps| dumps.values_mut()) {
            dump.place = nowhere.clone();
        }
    }
    desired
}
