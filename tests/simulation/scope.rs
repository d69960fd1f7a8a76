//! Small worlds, in every shape they can have: what is there, and what is
//! declared.

use std::collections::BTreeMap;

use ltsctl::emulator::{Estate, EstateGroup, EstateStream, EstateTransfer};
use ltsctl::model::{Desired, DesiredGroup, DesiredStream, GroupSettings, Period, Removal, StreamTtl, Tags, Wanted};

use crate::support::estates::{absent_stream, days, dump, estate, group, stream};

const STREAMS: [&str; 2] = ["s", "t"];
const BUCKETS: [&str; 2] = ["bucket-one", "bucket-two"];

/// One group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shape {
    /// Days of retention; nothing where the group is not there.
    pub(crate) ttl: Option<u32>,
    /// Value of the tag `a` of the group.
    pub(crate) tag: Option<&'static str>,
    /// Streams: retention of their own, or the group's; and the tag `a`.
    pub(crate) streams: BTreeMap<&'static str, (Option<u32>, Option<&'static str>)>,
    /// Dumps: streams and bucket.
    pub(crate) dumps: Vec<(&'static [&'static str], &'static str)>,
}

impl Shape {
    fn absent() -> Self {
        Self { ttl: None, tag: None, streams: BTreeMap::new(), dumps: Vec::new() }
    }

    /// What the service has.
    pub(crate) fn found(&self, live: &mut Estate, name: &str, number: u32) {
        let Some(ttl) = self.ttl else { return };
        let tags = |tag: Option<&str>| tag.map(|value| ("a".to_owned(), value.to_owned())).into_iter().collect();
        let id = |position: usize| Some(format!("00000000-0000-4000-8000-{number:04}{position:08}"));
        let streams = self.streams.iter().enumerate().map(|(position, (stream, (ttl, tag)))| {
            let settings =
                EstateStream { id: id(position + 1), ttl_in_days: *ttl, tags: tags(*tag), ..EstateStream::default() };
            ((*stream).to_owned(), Some(settings))
        });
        let transfers = self.dumps.iter().enumerate().map(|(position, (streams, bucket))| EstateTransfer {
            id: id(position + 10),
            streams: streams.iter().map(|name| (*name).to_owned()).collect(),
            obs_bucket_name: Some((*bucket).to_owned()),
            period: Some("1hour".to_owned()),
            ..EstateTransfer::default()
        });
        let found = EstateGroup {
            id: id(0),
            ttl_in_days: Some(ttl),
            tags: tags(self.tag),
            streams: streams.collect(),
            transfers: transfers.collect(),
            ..EstateGroup::default()
        };
        live.groups.insert(name.to_owned(), found);
    }

    /// What is declared: everything, absences included, so that nothing of the
    /// other shape stays.
    pub(crate) fn declared(&self) -> DesiredGroup {
        let tags = |tag: Option<&str>| Some(tag.map(|value| ("a", value)).into_iter().collect::<Tags>());
        let Some(ttl) = self.ttl else {
            return DesiredGroup {
                wanted: Wanted::Absent(Removal::Tombstone),
                streams: Some(
                    STREAMS
                        .into_iter()
                        .map(|name| (crate::support::estates::stream_name(name), absent_stream()))
                        .collect(),
                ),
                dumps: Some(BTreeMap::new()),
                ..group(7, Vec::new(), None)
            };
        };
        let streams = STREAMS.into_iter().map(|name| {
            let entry = match self.streams.get(name) {
                None => absent_stream(),
                Some((ttl, tag)) => {
                    let ttl = ttl.map_or(StreamTtl::Inherit, |ttl| StreamTtl::Own(days(i64::from(ttl))));
                    let entry = stream(Some(ttl));
                    let mut settings = entry.wanted.present().cloned().expect("settings");
                    settings.tags = tags(*tag);
                    DesiredStream { wanted: Wanted::Present(settings), ..entry }
                }
            };
            (name, entry)
        });
        let handles = ["d", "e"];
        let dumps = self
            .dumps
            .iter()
            .zip(handles)
            .map(|((streams, bucket), handle)| (handle, dump(streams, bucket, Period::Hour1)));
        let declared = group(i64::from(ttl), streams.collect(), Some(dumps.collect()));
        let settings = GroupSettings { tags: tags(self.tag), ..declared.wanted.present().cloned().expect("settings") };
        DesiredGroup { wanted: Wanted::Present(settings), ..declared }
    }
}

/// One group with up to two streams and two dumps: which streams there are, how
/// dumps cover them, and where they write to.
pub(crate) fn structures() -> Vec<Shape> {
    let layouts: [&[&[&str]]; 5] = [&[], &[&["s"]], &[&["t"]], &[&["s", "t"]], &[&["s"], &["t"]]];
    let mut shapes = vec![Shape::absent()];
    for present in [&[][..], &["s"], &["t"], &["s", "t"]] {
        for layout in layouts {
            if !layout.iter().all(|covered| covered.iter().all(|name| present.contains(name))) {
                continue;
            }
            let places: Vec<Vec<&str>> = match layout.len() {
                0 => vec![vec![]],
                1 => BUCKETS.iter().map(|bucket| vec![*bucket]).collect(),
                _ => BUCKETS.iter().flat_map(|one| BUCKETS.iter().map(|two| vec![*one, *two])).collect(),
            };
            for place in places {
                shapes.push(Shape {
                    ttl: Some(7),
                    tag: None,
                    streams: present.iter().map(|name| (*name, (None, None))).collect(),
                    dumps: layout.iter().copied().zip(place).collect(),
                });
            }
        }
    }
    shapes
}

/// One group with one stream: retention of both.
pub(crate) fn retention() -> Vec<Shape> {
    let shape = |ttl, own| Shape {
        ttl: Some(ttl),
        tag: None,
        streams: BTreeMap::from([("s", (own, None))]),
        dumps: Vec::new(),
    };
    [3, 7].into_iter().flat_map(|ttl| [None, Some(1), Some(30)].into_iter().map(move |own| shape(ttl, own))).collect()
}

/// One group with one stream: tags of both.
pub(crate) fn tagging() -> Vec<Shape> {
    let values = [None, Some("x"), Some("y")];
    let shape = |tag, of_stream| Shape {
        ttl: Some(7),
        tag,
        streams: BTreeMap::from([("s", (None, of_stream))]),
        dumps: Vec::new(),
    };
    values.into_iter().flat_map(|tag| values.into_iter().map(move |of_stream| shape(tag, of_stream))).collect()
}

/// The shapes of a scope, by its name.
pub(crate) fn named(name: &str) -> Option<Vec<Shape>> {
    match name {
        "structures" => Some(structures()),
        "retention" => Some(retention()),
        "tagging" => Some(tagging()),
        _ => None,
    }
}

/// A few shapes of one group, for pairs of groups.
pub(crate) fn few() -> Vec<Shape> {
    let one = |streams: &[&'static str], dumps: Vec<(&'static [&'static str], &'static str)>| Shape {
        ttl: Some(7),
        tag: None,
        streams: streams.iter().map(|name| (*name, (None, None))).collect(),
        dumps,
    };
    vec![
        Shape::absent(),
        one(&[], Vec::new()),
        one(&["s"], Vec::new()),
        one(&["s"], vec![(&["s"], "bucket-one")]),
        one(&["s", "t"], vec![(&["s", "t"], "bucket-two")]),
        one(&["s", "t"], vec![(&["s"], "bucket-one"), (&["t"], "bucket-two")]),
    ]
}

/// What is there in a world of some groups.
pub(crate) fn world(groups: &[(&str, &Shape)]) -> Estate {
    let mut live = Estate::default();
    for (number, (name, shape)) in (0..).zip(groups) {
        shape.found(&mut live, name, number);
    }
    live
}

/// What is declared for a world of some groups.
pub(crate) fn declaration(groups: &[(&str, &Shape)]) -> Desired {
    estate(groups.iter().map(|(name, shape)| (*name, shape.declared())).collect())
}
