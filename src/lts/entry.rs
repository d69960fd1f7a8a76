//! What the lists hold, in the model's terms.

use std::sync::Arc;

use super::wire::{GroupItem, Scalar, StreamItem, TagMap};
use crate::model::{
    Days, GroupId, GroupName, GroupSettings, LiveDump, StreamId, StreamName, StreamSettings, StreamTtl, Tags,
};

/// The tag in which the service shows a group's enterprise project (facts 5.4).
const ENTERPRISE_PROJECT_TAG: &str = "_sys_enterprise_project_id";

/// The answer to a list request. An item without a usable id or name cannot be
/// told apart from one that is missing, so that a list with one is not whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// The usable items, in the order of the answer.
    pub items: Vec<T>,
    /// How many items the answer had, the unusable ones included.
    pub total: usize,
    /// Why the list is not whole, if it is not.
    pub doubt: Option<Arc<str>>,
}

/// A group of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupEntry {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: GroupName,
    /// What the list shows of it. `tags` is `None` when no tags can be read.
    pub settings: GroupSettings,
    /// Whether the item says nothing about tags, which means none in the
    /// current edition and nothing in the old one.
    pub tag_is_absent: bool,
}

/// A stream of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamEntry {
    /// Its id.
    pub id: StreamId,
    /// Its name.
    pub name: StreamName,
    /// Its group, in the list of a whole project.
    pub group: Option<GroupId>,
    /// What the list shows of it. `tags` is `None` when no tags can be read.
    pub settings: StreamSettings,
    /// As in [`GroupEntry`].
    pub tag_is_absent: bool,
}

/// A transfer of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferEntry {
    /// The group its streams are in.
    pub group: GroupId,
    /// The transfer.
    pub dump: LiveDump,
}

/// Collects the items that can be read.
pub(super) fn collect<I, T>(items: Vec<I>, what: &str, read: impl Fn(&I) -> Option<T>) -> Listed<T> {
    let total = items.len();
    let mut usable = Vec::with_capacity(total);
    usable.extend(items.iter().filter_map(read));
    let unusable = total - usable.len();
    let doubt = (unusable > 0).then(|| Arc::from(format!("{unusable} of {total} {what} have no usable id or name")));
    Listed { items: usable, total, doubt }
}

impl GroupEntry {
    pub(super) fn read(item: &GroupItem<'_>) -> Option<Self> {
        Some(Self {
            id: GroupId::parse(item.id.text()?).ok()?,
            name: GroupName::from_service(item.name.filled()?),
            settings: GroupSettings {
                ttl: days(&item.ttl),
                tags: tags(&item.tag),
                enterprise_project_id: match &item.tag {
                    TagMap::Pairs(pairs) => pairs
                        .iter()
                        .rev()
                        .find(|(key, _)| key == ENTERPRISE_PROJECT_TAG)
                        .map(|(_, value)| Arc::from(value.spelled())),
                    TagMap::Absent | TagMap::Odd => None,
                },
            },
            tag_is_absent: item.tag == TagMap::Absent,
        })
    }
}

impl StreamEntry {
    pub(super) fn read(item: &StreamItem<'_>) -> Option<Self> {
        let group = match item.group_id.filled() {
            Some(id) => Some(GroupId::parse(id).ok()?),
            None => None,
        };
        Some(Self {
            id: StreamId::parse(item.id.text()?).ok()?,
            name: StreamName::from_service(item.name.filled()?),
            group,
            settings: StreamSettings {
                ttl: match item.ttl.integer() {
                    Some(-1) => Some(StreamTtl::Inherit),
                    _ => days(&item.ttl).map(StreamTtl::Own),
                },
                tags: tags(&item.tag),
                enterprise_project_name: None,
            },
            tag_is_absent: item.tag == TagMap::Absent,
        })
    }
}

fn days(ttl: &Scalar<'_>) -> Option<Days> {
    ttl.integer().and_then(|days| u32::try_from(days).ok()).map(Days::from_service)
}

/// The service's own tags are never compared, and so never kept.
fn tags(tag: &TagMap<'_>) -> Option<Tags> {
    match tag {
        TagMap::Absent | TagMap::Odd => None,
        TagMap::Pairs(pairs) => {
            let own = pairs.iter().filter(|(key, _)| !key.starts_with(Tags::SYSTEM_PREFIX));
            Some(own.map(|(key, value)| (key, value.shown())).collect())
        }
    }
}
