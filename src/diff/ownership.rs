//! Whose an object is.
//!
//! An estate writes its name into a tag of every group and stream it manages.
//! The service copies tags of a group to its streams, so a marker names its
//! bearer and grants nothing to anybody else (contract section 8).

use crate::model::{Address, AddressGlob, Capabilities, Desired, EstateName, GroupName, Protection, StreamName, Tags};

/// Key of the marker.
pub const MARKER_KEY: &str = "ltsctl-estate";
/// Key of the protection tag.
pub const PROTECTION_KEY: &str = "ltsctl-protected";

/// Who owns a live object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// No valid marker.
    Nobody,
    /// This estate.
    Us,
    /// Another estate, by name.
    Estate(String),
}

/// Why this estate keeps its hands off a live object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HandsOff {
    /// It belongs to another estate, by name, and nobody allowed to take it over.
    Foreign(String),
    /// Its tags are of a shape this program does not know. They would say whose
    /// it is and whether it is protected.
    Unread,
}

/// Says what is wrong with an object whose tags were not understood.
pub(super) const UNREAD_TAGS: &str =
    "its tags are not in a form this program knows, so whose it is and whether it is protected is not known";

/// How this run looks at ownership.
#[derive(Debug, Clone)]
pub struct Ownership<'a> {
    /// Name of this estate, if the manifest has one.
    pub estate: Option<&'a EstateName>,
    /// Whether tags can be written here.
    pub tags_writable: bool,
    /// Objects that may be taken over from other estates.
    pub take_over: &'a [AddressGlob],
}

/// The tags this program writes on an object itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReservedTags {
    marker: Option<String>,
    protection: Option<Option<String>>,
}

impl ReservedTags {
    /// Returns the keys this program has an opinion on: the value it wants, or
    /// nothing where the key has to go.
    pub fn wishes(&self) -> impl Iterator<Item = (&'static str, Option<&str>)> {
        let marker = self.marker.as_deref().map(|value| (MARKER_KEY, Some(value)));
        let protection = self.protection.as_ref().map(|wish| (PROTECTION_KEY, wish.as_deref()));
        marker.into_iter().chain(protection)
    }
}

impl<'a> Ownership<'a> {
    /// Looks at ownership as the manifest and the edition at hand allow.
    #[must_use]
    pub fn new(desired: &'a Desired, capabilities: &Capabilities, take_over: &'a [AddressGlob]) -> Self {
        Self { estate: desired.estate.as_ref(), tags_writable: capabilities.tags.is_usable(), take_over }
    }

    /// Says whose a group or stream is, from its tags.
    #[must_use]
    pub fn owner(&self, address: &Address, tags: Option<&Tags>) -> Owner {
        match tags.and_then(|tags| find_estate(address, tags)) {
            Some(estate) if self.estate.is_some_and(|own| own.as_str() == estate) => Owner::Us,
            Some(estate) => Owner::Estate(estate.to_owned()),
            None => Owner::Nobody,
        }
    }

    /// Says whether an object of another estate may be taken over.
    #[must_use]
    pub fn may_take_over(&self, address: &Address) -> bool {
        self.take_over.iter().any(|glob| glob.matches(address))
    }

    /// Returns why an object is left alone, if it is. Where tags cannot be
    /// written, they decide nothing about protection, and need not be there.
    pub(super) fn hands_off(&self, address: &Address, tags: Option<&Tags>) -> Option<HandsOff> {
        if tags.is_none() && self.tags_writable {
            return Some(HandsOff::Unread);
        }
        match self.owner(address, tags) {
            Owner::Estate(other) if !self.may_take_over(address) => Some(HandsOff::Foreign(other)),
            _ => None,
        }
    }

    /// Returns the tags this program wants on an object.
    #[must_use]
    pub fn reserved(&self, address: &Address, protection: Option<Protection>) -> ReservedTags {
        let Some(estate) = self.estate.filter(|_| self.tags_writable) else { return ReservedTags::default() };
        let bearer = bearer_of(address);
        let marker = [estate.as_str(), ":", &bearer].concat();
        let protection = match protection {
            Some(Protection::Protected) => Some(Some(bearer)),
            Some(Protection::Lifted) => Some(None),
            Some(Protection::Untagged) | None => None,
        };
        ReservedTags { marker: Some(marker), protection }
    }
}

/// Returns the estate that the marker among some tags names, if the marker is
/// bound to this bearer.
#[must_use]
pub fn find_estate<'a>(address: &Address, tags: &'a Tags) -> Option<&'a str> {
    let (estate, bearer) = tags.get(MARKER_KEY)?.split_once(':')?;
    (!estate.is_empty() && is_bearer(bearer, address)).then_some(estate)
}

/// Returns what protects an object from deletion, in words: the tag on the live
/// object, or the manifest.
#[must_use]
pub fn protection_of(tags: Option<&Tags>, declared: Option<Protection>) -> Option<&'static str> {
    if matches!(declared, Some(Protection::Protected | Protection::Untagged)) {
        Some("the manifest declares it `protected: true`")
    } else if tags.is_some_and(|tags| tags.get(PROTECTION_KEY).is_some()) {
        Some("the live object carries the tag `ltsctl-protected`")
    } else {
        None
    }
}

/// Says whether tags carry a valid marker that is not `own`.
#[must_use]
pub fn belongs_elsewhere(address: &Address, tags: &Tags, own: Option<&str>) -> bool {
    let bearer = bearer_of(address);
    let valid = |value: &&str| value.split_once(':').is_some_and(|(_, named)| named == bearer);
    tags.get(MARKER_KEY).filter(valid).is_some_and(|value| own != Some(value))
}

/// The parts of the text that names the bearer of a marker.
fn bearer_parts(address: &Address) -> [&str; 4] {
    match address {
        Address::Group(group) => ["group:", group.as_str(), "", ""],
        Address::Stream(group, stream) => ["stream:", group.as_str(), "/", stream.as_str()],
        Address::Dump(group, handle) => ["dump:", group.as_str(), "/", handle.as_str()],
    }
}

fn bearer_of(address: &Address) -> String {
    bearer_parts(address).concat()
}

/// Says whether a text names the bearer; asked of every live object, and so
/// without making the text.
fn is_bearer(text: &str, address: &Address) -> bool {
    let left = bearer_parts(address).into_iter().try_fold(text, |rest, part| rest.strip_prefix(part));
    left == Some("")
}

/// Returns the address of a stream, for the callers that hold both names.
pub(super) fn stream_address(group: &GroupName, stream: &StreamName) -> Address {
    Address::Stream(group.clone(), stream.clone())
}
