//! Whether an object can be declared without changing anything.

use super::order::Ownerless;
use crate::diff::Ownership;
use crate::diff::ownership::{Owner, PROTECTION_KEY};
use crate::model::{Address, Capabilities, EstateName, GroupName, Live, Protection, StreamName, Tags};

/// What every judgement needs.
pub(super) struct Scene<'a> {
    pub(super) live: &'a Live,
    ownership: Ownership<'a>,
    ownerless: Ownerless,
}

/// What a manifest can say about protection.
pub(super) enum Guarded {
    /// Nothing has to be said.
    No,
    /// `protected: true`.
    Ours,
    /// Something that it cannot say, and why.
    Otherwise(String),
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        live: &'a Live,
        capabilities: &Capabilities,
        estate: Option<&'a EstateName>,
        ownerless: Ownerless,
    ) -> Self {
        let tags_writable = capabilities.tags.is_usable();
        Self { live, ownership: Ownership { estate, tags_writable, take_over: &[] }, ownerless }
    }

    /// Says why an object cannot be declared, if it cannot.
    pub(super) fn find_trouble(&self, address: &Address, tags: Option<&Tags>) -> Option<String> {
        if let Some(reason) = self.live.ambiguous.get(address) {
            return Some(reason.to_string());
        }
        let named = match address {
            Address::Group(group) => GroupName::parse(group.as_str()).map(drop),
            Address::Stream(_, stream) => StreamName::parse(stream.as_str()).map(drop),
            Address::Dump(..) => Ok(()),
        };
        if let Err(fault) = named {
            return Some(format!("a manifest cannot write its name, which {fault}"));
        }
        let writable = self.ownership.tags_writable;
        if tags.is_none() && writable {
            return Some("its tags are not in a form this program knows, so whose it is is not known".to_owned());
        }
        match (self.ownership.owner(address, tags), self.ownership.estate) {
            (Owner::Estate(other), _) => Some(format!("belongs to estate `{other}`")),
            (Owner::Nobody, Some(estate)) if writable && self.ownerless == Ownerless::LeftOut => Some(format!(
                "carries no marker of estate `{estate}`; a manifest of the estate that declares it adopts it, which is \
                 a change"
            )),
            (Owner::Nobody, Some(estate)) if writable && tags.is_some_and(|tags| tags.len() >= Tags::CAPACITY) => {
                Some(format!("has {} tags, which leaves no room for the marker of estate `{estate}`", Tags::CAPACITY))
            }
            (Owner::Us | Owner::Nobody, _) => None,
        }
    }

    /// Says whether an object belongs to another estate.
    pub(super) fn is_foreign(&self, address: &Address, tags: Option<&Tags>) -> bool {
        matches!(self.ownership.owner(address, tags), Owner::Estate(_))
    }

    /// Says what there is to say about protection.
    pub(super) fn guarded(&self, address: &Address, tags: Option<&Tags>) -> Guarded {
        let Some(tags) = tags.filter(|tags| tags.get(PROTECTION_KEY).is_some()) else { return Guarded::No };
        let reserved = self.ownership.reserved(address, Some(Protection::Protected));
        let mut wishes = reserved.wishes().peekable();
        if wishes.peek().is_none() {
            return Guarded::Otherwise(
                "carries the tag `ltsctl-protected`, which only an estate can declare".to_owned(),
            );
        }
        if wishes.all(|(key, wish)| tags.get(key) == wish) {
            return Guarded::Ours;
        }
        Guarded::Otherwise("carries a tag `ltsctl-protected` that this estate has not written".to_owned())
    }
}
