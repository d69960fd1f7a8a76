//! Estates, made by hand and by chance.

use std::collections::{BTreeMap, BTreeSet};

use ltsctl::model::{
    BucketName, Days, Desired, DesiredDump, DesiredGroup, DesiredStream, DumpHandle, DumpSettings, GroupName,
    GroupSettings, Period, Place, Removal, StorageFormat, StreamName, StreamSettings, StreamTtl, Tags, Wanted,
};
use proptest::prelude::*;

pub fn place() -> Place {
    Place { file: "estate.yaml".into(), line: 1, column: 1 }
}

pub fn group_name(name: &str) -> GroupName {
    GroupName::parse(name).expect("a name")
}

pub fn stream_name(name: &str) -> StreamName {
    StreamName::parse(name).expect("a name")
}

pub fn days(number: i64) -> Days {
    Days::declare(number).expect("days")
}

pub fn stream(ttl: Option<StreamTtl>) -> DesiredStream {
    let settings = StreamSettings { ttl, ..StreamSettings::default() };
    DesiredStream { wanted: Wanted::Present(settings), protection: None, place: place() }
}

pub fn absent_stream() -> DesiredStream {
    DesiredStream { wanted: Wanted::Absent(Removal::Tombstone), protection: None, place: place() }
}

pub fn dump(streams: &[&str], bucket: &str, period: Period) -> DesiredDump {
    let settings = DumpSettings {
        obs_bucket_name: Some(BucketName::parse(bucket).expect("a bucket")),
        storage_format: Some(StorageFormat::Raw),
        period: Some(period),
        ..DumpSettings::default()
    };
    DesiredDump {
        streams: streams.iter().map(|name| stream_name(name)).collect(),
        wanted: Wanted::Present(settings),
        tombstone_bucket: None,
        place: place(),
    }
}

pub fn group(ttl: i64, streams: Vec<(&str, DesiredStream)>, dumps: Option<Vec<(&str, DesiredDump)>>) -> DesiredGroup {
    let settings = GroupSettings { ttl: Some(days(ttl)), ..GroupSettings::default() };
    DesiredGroup {
        wanted: Wanted::Present(settings),
        protection: None,
        streams: Some(streams.into_iter().map(|(name, entry)| (stream_name(name), entry)).collect()),
        dumps: dumps.map(|dumps| {
            dumps.into_iter().map(|(name, entry)| (DumpHandle::parse(name).expect("a handle"), entry)).collect()
        }),
        place: place(),
    }
}

pub fn estate(groups: Vec<(&str, DesiredGroup)>) -> Desired {
    let groups = groups.into_iter().map(|(name, entry)| (group_name(name), entry)).collect();
    Desired { groups, ..Desired::default() }
}

/// Any estate over two groups, three streams and a few settings.
pub fn any_estate() -> impl Strategy<Value = Desired> {
    (any_group(), any_group(), any::<bool>()).prop_map(|(one, two, named)| {
        let groups = [("alpha", one), ("beta", two)];
        let groups = groups.into_iter().filter_map(|(name, group)| Some((group_name(name), group?))).collect();
        let estate = named.then(|| ltsctl::model::EstateName::parse("acme").expect("a name"));
        Desired { groups, estate, ..Desired::default() }
    })
}

const STREAMS: [&str; 3] = ["s", "t", "u"];

/// Boxed: unoptimised, a tree of all its choices is too large for the stack of a
/// test.
fn any_group() -> BoxedStrategy<Option<DesiredGroup>> {
    let present = (
        prop::sample::select(vec![1, 3, 7, 30]),
        any_tags(),
        prop::array::uniform3(any_stream()),
        any::<bool>(),
        prop::array::uniform3(0..3_usize),
        any::<bool>(),
        any_dump_settings(),
        any_dump_settings(),
    )
        .prop_map(|(ttl, tags, streams, with_streams, assigned, with_dumps, one, two)| {
            let declared: BTreeMap<StreamName, DesiredStream> =
                STREAMS.iter().zip(streams).filter_map(|(name, stream)| Some((stream_name(name), stream?))).collect();
            let mut covered = [BTreeSet::new(), BTreeSet::new()];
            for (index, name) in STREAMS.iter().enumerate() {
                let name = stream_name(name);
                let there = declared.get(&name).is_some_and(|stream| stream.wanted.present().is_some());
                if there && assigned[index] < 2 {
                    covered[assigned[index]].insert(name);
                }
            }
            let dumps: BTreeMap<DumpHandle, DesiredDump> = ["left", "right"]
                .into_iter()
                .zip(covered)
                .zip([one, two])
                .filter(|((_, covered), _)| !covered.is_empty())
                .map(|((handle, streams), settings)| {
                    let dump = DesiredDump {
                        streams,
                        wanted: Wanted::Present(settings),
                        tombstone_bucket: None,
                        place: place(),
                    };
                    (DumpHandle::parse(handle).expect("a handle"), dump)
                })
                .collect();
            DesiredGroup {
                wanted: Wanted::Present(GroupSettings { ttl: Some(days(ttl)), tags, enterprise_project_id: None }),
                protection: None,
                dumps: (with_streams && with_dumps).then_some(dumps),
                streams: with_streams.then_some(declared),
                place: place(),
            }
        });
    let absent = DesiredGroup {
        wanted: Wanted::Absent(Removal::Tombstone),
        protection: None,
        streams: None,
        dumps: None,
        place: place(),
    };
    prop_oneof![1 => Just(None), 1 => Just(Some(absent)), 8 => present.boxed().prop_map(Some)].boxed()
}

fn any_tags() -> impl Strategy<Value = Option<Tags>> {
    let tags = prop::collection::btree_map("[ab]", "[xy]", 0..2).prop_map(Tags::from_iter);
    prop::option::of(tags)
}

fn any_stream() -> impl Strategy<Value = Option<DesiredStream>> {
    let ttl = prop::option::of(prop_oneof![
        Just(StreamTtl::Inherit),
        prop::sample::select(vec![2, 7, 90]).prop_map(|number| StreamTtl::Own(days(number)))
    ]);
    let present = (ttl, any_tags()).prop_map(|(ttl, tags)| {
        let settings = StreamSettings { ttl, tags, enterprise_project_name: None };
        DesiredStream { wanted: Wanted::Present(settings), protection: None, place: place() }
    });
    prop_oneof![1 => Just(None), 1 => Just(Some(absent_stream())), 5 => present.prop_map(Some)]
}

fn any_dump_settings() -> impl Strategy<Value = DumpSettings> {
    (
        prop::sample::select(vec!["bucket-one", "bucket-two"]),
        prop::sample::select(StorageFormat::ALL.to_vec()),
        prop::sample::select(Period::ALL.to_vec()),
        prop::option::of(any::<bool>()),
        prop::option::of(prop::sample::select(vec!["", "x-"])),
    )
        .prop_map(|(bucket, format, period, switch_on, prefix)| DumpSettings {
            obs_bucket_name: Some(BucketName::parse(bucket).expect("a bucket")),
            storage_format: Some(format),
            period: Some(period),
            switch_on,
            prefix_name: prefix.map(Into::into),
            ..DumpSettings::default()
        })
}
