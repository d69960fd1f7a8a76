//! Which transfers of a group can be declared, and under which handles.

use std::collections::{BTreeMap, BTreeSet};

use super::scene::Scene;
use crate::manifest::write::{FieldValue, ObjectKind, dump_fields, express};
use crate::model::{
    Address, DumpHandle, Field, GroupName, LONGEST_NAME, LiveDump, LiveStream, StreamName, TransferKind,
};

/// A live transfer, judged.
pub(super) struct Judged<'a> {
    pub(super) dump: &'a LiveDump,
    /// What a manifest calls it, or its id where it cannot be declared.
    pub(super) handle: DumpHandle,
    /// Streams it covers, by their current names.
    pub(super) streams: BTreeSet<StreamName>,
    /// Why it cannot be declared, if it cannot.
    pub(super) trouble: Option<String>,
}

/// Fields without which a dump cannot be declared.
const REQUIRED: [Field; 3] = [Field::ObsBucketName, Field::StorageFormat, Field::Period];

/// Judges the transfers of a group.
pub(super) fn judge<'a>(
    scene: &Scene<'_>,
    group: &GroupName,
    dumps: &'a [LiveDump],
    streams: &BTreeMap<StreamName, LiveStream>,
) -> Vec<Judged<'a>> {
    let names = current_names(dumps, streams);
    let mut covered: BTreeMap<&StreamName, usize> = BTreeMap::new();
    for (_, names) in dumps.iter().zip(&names).filter(|(dump, _)| dump.kind == TransferKind::Obs) {
        names.iter().for_each(|name| *covered.entry(name).or_default() += 1);
    }
    let mut taken = BTreeSet::new();
    let judged = dumps.iter().zip(&names).map(|(dump, names)| {
        let trouble = find_trouble(scene, group, dump, names, streams).or_else(|| {
            let twin = names.iter().find(|name| covered.get(name).is_some_and(|count| *count > 1))?;
            Some(format!("its stream `{twin}` has two OBS dumps; which of them is wanted is not for a program to say"))
        });
        let handle = match &trouble {
            None => name_dump(dump, names, &mut taken),
            Some(_) => DumpHandle::from_service(dump.id.as_str()),
        };
        Judged { dump, handle, streams: names.clone(), trouble }
    });
    judged.collect()
}

/// The list of streams knows what a stream is called; a transfer may show an
/// older name.
fn current_names(dumps: &[LiveDump], streams: &BTreeMap<StreamName, LiveStream>) -> Vec<BTreeSet<StreamName>> {
    let by_id: BTreeMap<_, _> = streams.iter().map(|(name, stream)| (&stream.id, name)).collect();
    let current = |dump: &LiveDump| {
        dump.streams.iter().map(|(id, shown)| by_id.get(id).copied().unwrap_or(shown).clone()).collect()
    };
    dumps.iter().map(current).collect()
}

fn find_trouble(
    scene: &Scene<'_>,
    group: &GroupName,
    dump: &LiveDump,
    names: &BTreeSet<StreamName>,
    streams: &BTreeMap<StreamName, LiveStream>,
) -> Option<String> {
    if dump.kind != TransferKind::Obs {
        return Some(format!("is a {} transfer; this program manages OBS dumps only", dump.kind));
    }
    if names.is_empty() {
        return Some("covers no stream".to_owned());
    }
    for field in REQUIRED {
        match value_of(dump, field) {
            None => return Some(format!("`{field}` {}", spelled(dump, field))),
            Some(value) => {
                if let Err(reason) = express(ObjectKind::Dump, field, &value) {
                    return Some(format!("`{field}` {reason}"));
                }
            }
        }
    }
    names.iter().find_map(|name| {
        let Some(stream) = streams.get(name) else { return Some(format!("its stream `{name}` is not in the group")) };
        let address = Address::Stream(group.clone(), name.clone());
        let trouble = scene.find_trouble(&address, stream.settings.tags.as_ref())?;
        Some(format!("its stream `{name}` cannot be declared: {trouble}"))
    })
}

fn value_of(dump: &LiveDump, field: Field) -> Option<FieldValue> {
    dump_fields(&dump.settings).into_iter().find(|(other, _)| *other == field).map(|(_, value)| value)
}

/// Says why the value of a field is not known.
pub(super) fn spelled(dump: &LiveDump, field: Field) -> String {
    match dump.unreadable.get(&field) {
        Some(text) => format!("is `{text}`, which this program does not know"),
        None => "is not shown".to_owned(),
    }
}

/// Makes the handle of a dump from its bucket and the first of its streams. One
/// that is taken gets a number.
fn name_dump(dump: &LiveDump, names: &BTreeSet<StreamName>, taken: &mut BTreeSet<DumpHandle>) -> DumpHandle {
    let bucket = dump.settings.obs_bucket_name.as_ref().map_or("dump", |bucket| bucket.as_str());
    let first = names.first().map_or("", StreamName::as_str);
    let handle = name_freely(&format!("{bucket}-{first}"), |handle| taken.contains(handle));
    taken.insert(handle.clone());
    handle
}

/// Returns a handle that begins like `wish` and is not taken.
#[must_use]
pub fn name_freely(wish: &str, is_taken: impl Fn(&DumpHandle) -> bool) -> DumpHandle {
    let cut = |longest: usize| wish.chars().take(longest).collect::<String>().trim_end_matches('.').to_owned();
    let plain = DumpHandle::from_service(&cut(LONGEST_NAME));
    if !is_taken(&plain) {
        return plain;
    }
    let numbered = |number: usize| {
        let ending = format!("-{number}");
        DumpHandle::from_service(&format!("{}{ending}", cut(LONGEST_NAME - ending.len())))
    };
    // There are more numbers than dumps.
    (2..).map(numbered).find(|handle| !is_taken(handle)).unwrap_or(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_legal_and_never_given_twice() {
        let mut taken = BTreeSet::new();
        for wish in ["bucket-s", "bucket-s", &"x".repeat(100), &"x".repeat(90), &format!("{}..", "x".repeat(63))] {
            let handle = name_freely(wish, |handle| taken.contains(handle));
            assert!(DumpHandle::parse(handle.as_str()).is_ok(), "{handle}");
            assert!(taken.insert(handle));
        }
        assert!(taken.contains("bucket-s-2"));
    }
}
