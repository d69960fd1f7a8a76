//! What several operations share: tags as they are written, ids and lists as
//! they are read.

use serde::Serialize;

use super::super::request::Answer;
use super::super::wire::{Created, Items, Scalar};
use super::super::{Error, Listed, entry};
use crate::model::{IdFault, Tags};

/// A tag as it is written; it is read as a map (C52).
#[derive(Debug, Serialize)]
pub(super) struct TagPair<'a> {
    key: &'a str,
    value: &'a str,
}

pub(super) fn tag_pairs(tags: &Tags) -> Vec<TagPair<'_>> {
    tags.iter().map(|(key, value)| TagPair { key, value }).collect()
}

/// Reads the id out of the answer to a create. Without one it is not known
/// what was made, if anything (S33).
pub(super) fn created_id<T>(
    answer: &Answer,
    ids: impl for<'a, 'b> Fn(&'a Created<'b>) -> Vec<&'a Scalar<'b>>,
    parse: impl Fn(&str) -> Result<T, IdFault>,
) -> Result<T, Error> {
    let created: Created<'_> = answer.read()?;
    let id = ids(&created).into_iter().find_map(|id| id.filled().map(str::to_owned));
    let id = id.ok_or_else(|| answer.unusable("the answer has no id"))?;
    parse(&id).map_err(|_| answer.unusable("the answer has an id that is malformed"))
}

/// Takes the array out of the answer to a list.
pub(super) fn listed<I, T>(
    answer: &Answer,
    items: Items<I>,
    what: &str,
    read: impl Fn(&I) -> Option<T>,
) -> Result<Listed<T>, Error> {
    match items {
        Items::Missing => Err(answer.unusable(&format!("the answer has no list of {what}"))),
        Items::Listed(items) => Ok(entry::collect(items, what, read)),
    }
}
