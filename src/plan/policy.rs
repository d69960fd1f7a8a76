//! What the service at hand makes of the rules an estate sets for itself. A
//! rule that cannot hold is said not to hold, and never quietly left out.

use std::fmt;

use super::propose::Purpose;
use crate::diff::Ownership;
use crate::model::{Address, Capabilities, Desired, Protection, Prune, Wanted};

/// Why nothing at all of a plan is done, known when planning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Veto {
    /// The estate prunes, and its marker cannot be written here: what carries
    /// one was marked by somebody else, and what is ours carries none.
    PruneWithoutTags,
}

impl Veto {
    /// Reads a stable code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::PruneWithoutTags].into_iter().find(|veto| veto.code() == text)
    }

    /// Returns the stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::PruneWithoutTags => "prune-without-tags",
        }
    }

    /// Returns the way out.
    #[must_use]
    pub fn help(self) -> &'static str {
        match self {
            Self::PruneWithoutTags => {
                "set `policy.prune: none`, and declare what is to go with `ensure: absent`, which works here"
            }
        }
    }
}

impl fmt::Display for Veto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PruneWithoutTags => {
                "`policy.prune: owned` goes by tags that this edition of the API can read, but not write"
            }
        })
    }
}

/// Returns why nothing may be done, if anything speaks against all of it.
pub(super) fn find_vetoes(desired: &Desired, capabilities: &Capabilities, purpose: Purpose) -> Vec<Veto> {
    let prunes = desired.policy.prune == Prune::Owned && purpose == Purpose::Converge;
    if prunes && !capabilities.tags.is_usable() { vec![Veto::PruneWithoutTags] } else { Vec::new() }
}

/// How many addresses a warning lists.
const FEW: usize = 5;

/// Returns a warning about protection that ends with its declaration, because
/// no tag is written that would keep it.
pub(super) fn warn_of_fleeting_protection(desired: &Desired, ownership: &Ownership<'_>) -> Option<String> {
    let why = if !ownership.tags_writable {
        "this edition of the API cannot write the tag that would keep it"
    } else if ownership.estate.is_none() {
        "without `estate` no tag is written that would keep it"
    } else {
        return None;
    };
    let protected = protected(desired);
    let shown: Vec<String> = protected.iter().take(FEW).map(ToString::to_string).collect();
    let more = match protected.len().checked_sub(FEW) {
        Some(more @ 1..) => format!(" and {more} more"),
        _ => String::new(),
    };
    let warning = format!("`protected: true` of {}{more} holds only while it is declared: {why}", shown.join(", "));
    (!protected.is_empty()).then_some(warning)
}

/// What is declared to exist and to be protected, in the order of names.
fn protected(desired: &Desired) -> Vec<Address> {
    let counts = |protection| protection == Some(Protection::Protected);
    let mut addresses = Vec::new();
    for (name, group) in &desired.groups {
        if counts(group.protection) && matches!(group.wanted, Wanted::Present(_)) {
            addresses.push(Address::Group(name.clone()));
        }
        for (stream, entry) in group.streams.iter().flatten() {
            if counts(entry.protection) && matches!(entry.wanted, Wanted::Present(_)) {
                addresses.push(Address::Stream(name.clone(), stream.clone()));
            }
        }
    }
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        DesiredGroup, DesiredStream, Edition, EstateName, GroupName, GroupSettings, Live, LiveGroup, Memory, Place,
        StreamName, StreamSettings, Tags,
    };
    use crate::model::{GroupId, Listing};
    use crate::plan::guard::{self, BudgetRule, Refusal};
    use crate::plan::{Class, Classes, Request, propose};

    fn place() -> Place {
        Place { file: "estate.yaml".into(), line: 1, column: 1 }
    }

    fn group_name(name: &str) -> GroupName {
        GroupName::parse(name).expect("a name")
    }

    /// A group `kept` with streams that are protected.
    fn estate(prune: Prune, streams: usize) -> Desired {
        let stream = |number: usize| {
            let wanted = Wanted::Present(StreamSettings::default());
            let entry = DesiredStream { wanted, protection: Some(Protection::Protected), place: place() };
            (StreamName::parse(&format!("s{number}")).expect("a name"), entry)
        };
        let group = DesiredGroup {
            wanted: Wanted::Present(GroupSettings::default()),
            protection: None,
            streams: Some((0..streams).map(stream).collect()),
            dumps: None,
            place: place(),
        };
        let mut desired = Desired {
            estate: Some(EstateName::parse("acme").expect("a name")),
            groups: [(group_name("kept"), group)].into(),
            ..Desired::default()
        };
        desired.policy.prune = prune;
        desired
    }

    /// A group that the console gave our marker.
    fn live() -> Live {
        let tags = Tags::from_iter([("ltsctl-estate", "acme:group:gone")]);
        let settings = GroupSettings { tags: Some(tags), ..GroupSettings::default() };
        let id = GroupId::parse("g1").expect("an id");
        let gone = LiveGroup { id, settings, streams: Listing::Complete([].into()), dumps: Listing::NotOffered };
        Live { groups: [(group_name("gone"), gone)].into(), ..Live::default() }
    }

    fn planned(desired: &Desired, edition: Edition, purpose: Purpose) -> crate::plan::Plan {
        let memory = Memory::default();
        let request = Request { purpose, take_over: &[], today: "2026-01-02", memory: &memory };
        propose(desired, &live(), &Capabilities::of(edition), request).plan
    }

    #[test]
    fn pruning_by_tags_that_cannot_be_written_is_refused_as_a_whole() {
        let plan = planned(&estate(Prune::Owned, 0), Edition::Seed2022, Purpose::Converge);
        assert_eq!(plan.refusals, [Veto::PruneWithoutTags]);
        assert!(!plan.is_clean());
        assert!(!plan.steps.iter().any(|step| step.classes.contains(&Class::Delete)), "{:?}", plan.steps);
        let everything: Classes = Class::ALL.into_iter().collect();
        let refusals = guard::judge(&plan, &everything, BudgetRule::Exempt).expect_err("a refusal");
        assert_eq!(refusals, [Refusal::Planned(Veto::PruneWithoutTags)]);
    }

    #[test]
    fn nothing_is_refused_where_nothing_is_pruned_or_tags_can_be_written() {
        for (prune, edition, purpose) in [
            (Prune::None, Edition::Seed2022, Purpose::Converge),
            (Prune::Owned, Edition::Seed2022, Purpose::Destroy),
            (Prune::Owned, Edition::Modern, Purpose::Converge),
        ] {
            let plan = planned(&estate(prune, 0), edition, purpose);
            assert_eq!(plan.refusals, [], "{edition:?} {purpose:?}");
        }
        let plan = planned(&estate(Prune::Owned, 1), Edition::Modern, Purpose::Converge);
        assert!(plan.steps.iter().any(|step| step.address.to_string() == "groups/gone"), "{:?}", plan.steps);
    }

    #[test]
    fn protection_that_ends_with_its_declaration_is_a_warning() {
        let warnings = |desired: &Desired, edition| planned(desired, edition, Purpose::Converge).warnings;
        let told = warnings(&estate(Prune::None, 7), Edition::Seed2022);
        let streams = "groups/kept/streams/s0, groups/kept/streams/s1, groups/kept/streams/s2, groups/kept/streams/s3, \
                       groups/kept/streams/s4 and 2 more";
        let why = "this edition of the API cannot write the tag that would keep it";
        assert_eq!(told, [format!("`protected: true` of {streams} holds only while it is declared: {why}")]);
        let mut nameless = estate(Prune::None, 1);
        nameless.estate = None;
        let told = warnings(&nameless, Edition::Modern);
        assert!(told[0].contains("without `estate`"), "{told:?}");
        assert_eq!(warnings(&estate(Prune::None, 1), Edition::Modern), Vec::<String>::new());
        assert_eq!(warnings(&estate(Prune::None, 0), Edition::Seed2022), Vec::<String>::new());
    }
}
