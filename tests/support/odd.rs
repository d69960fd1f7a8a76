//! Live states as no emulator makes them: names, tags and values that the
//! language cannot say, twins, unread lists. Made as values, without a service.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ltsctl::model::{
    Ability, Address, Agency, BucketName, Capabilities, Days, DumpSettings, Edition, Field, GroupId, GroupName,
    GroupSettings, Health, Listing, Live, LiveDump, LiveGroup, LiveStream, Period, Slot, StorageFormat, StreamId,
    StreamName, StreamSettings, StreamTtl, Tags, TimeZone, TransferId, TransferKind,
};
use proptest::prelude::*;

/// Any project, readable in full or not, and what the service can do.
pub fn any_project() -> impl Strategy<Value = (Live, Capabilities)> {
    let groups = prop::collection::btree_map(any_name(), any_group(), 0..4);
    (groups, any::<bool>(), prop::option::weighted(0.1, any_text()), any::<u8>()).prop_map(
        |(groups, modern, doubt, bits)| {
            let mut ambiguous = BTreeMap::new();
            let groups = groups.into_iter().enumerate().map(|(index, (name, group))| {
                let name = GroupName::from_service(&name);
                if bits >> index & 7 == 7 {
                    ambiguous.insert(Address::Group(name.clone()), Arc::from("two log groups have this name"));
                }
                let streams = group.streams.seen().into_iter().flatten().map(|(stream, _)| stream);
                if let Some(stream) = streams.take(usize::from(bits >> 5)).last().filter(|_| bits >> 3 & 3 == 3) {
                    let address = Address::Stream(name.clone(), stream.clone());
                    ambiguous.insert(address, Arc::from("two log streams have this name"));
                }
                (name, number(group, index))
            });
            let groups = groups.collect();
            let capabilities = Capabilities::of(if modern { Edition::Modern } else { Edition::Seed2022 });
            (Live { groups, ambiguous, groups_doubt: doubt.map(Arc::from) }, capabilities)
        },
    )
}

/// The same project with every list whole.
pub fn make_whole(mut live: Live) -> Live {
    live.groups_doubt = None;
    for group in live.groups.values_mut() {
        if let Listing::Unread(_, streams) = &group.streams {
            group.streams = Listing::Complete(streams.clone());
        }
        if let Listing::Unread(_, dumps) = &group.dumps {
            group.dumps = Listing::Complete(dumps.clone());
        }
    }
    live
}

/// Ids are one for each object.
fn number(mut group: LiveGroup, index: usize) -> LiveGroup {
    group.id = GroupId::parse(&format!("group-{index}")).expect("an id");
    let renumber = |streams: BTreeMap<StreamName, LiveStream>| -> BTreeMap<StreamName, LiveStream> {
        let numbered = streams.into_iter().enumerate().map(|(number, (name, mut stream))| {
            stream.id = StreamId::parse(&format!("stream-{index}-{number}")).expect("an id");
            (name, stream)
        });
        numbered.collect()
    };
    group.streams = match group.streams {
        Listing::Complete(streams) => Listing::Complete(renumber(streams)),
        Listing::Unread(reason, streams) => Listing::Unread(reason, renumber(streams)),
        Listing::NotOffered => Listing::NotOffered,
    };
    let known: Vec<(StreamId, StreamName)> =
        group.streams.seen().into_iter().flatten().map(|(name, stream)| (stream.id.clone(), name.clone())).collect();
    let cover = |dumps: Vec<LiveDump>| -> Vec<LiveDump> {
        let covered = dumps.into_iter().enumerate().map(|(number, mut dump)| {
            dump.id = TransferId::parse(&format!("transfer-{index}-{number}")).expect("an id");
            let places: BTreeSet<usize> = dump.carried.keys().filter_map(|key| key.parse().ok()).collect();
            dump.streams = places.into_iter().filter_map(|place| known.get(place).cloned()).collect();
            dump
        });
        covered.collect()
    };
    group.dumps = match group.dumps {
        Listing::Complete(dumps) => Listing::Complete(cover(dumps)),
        Listing::Unread(reason, dumps) => Listing::Unread(reason, cover(dumps)),
        Listing::NotOffered => Listing::NotOffered,
    };
    group
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-z0-9][a-z0-9-]{0,5}",
        1 => prop::sample::select(vec!["no", "null", "7", "-a", "日志", "on", "y", "1e3"]).prop_map(str::to_owned),
        1 => prop::sample::select(vec!["a b", "_x", "a.", "a/streams/b", "x: y", "a\n#", "", "${var.x}"])
            .prop_map(str::to_owned),
    ]
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-z/._-]{0,8}", 1 => ".{0,12}", 1 => "[%$\\{\\}\"'\\\\ #:\n\r\u{1b}\u{85}\u{202e}]{1,6}"]
}

fn any_tags() -> impl Strategy<Value = Option<Tags>> {
    let key = prop_oneof![4 => "[a-z]{1,3}", 1 => any_text(), 1 => Just("ltsctl-protected".to_owned())];
    let value = prop_oneof![3 => "[a-z0-9 :/@]{0,6}", 1 => any_text()];
    let few = prop::collection::btree_map(key, value, 0..4).prop_map(Tags::from_iter);
    // As many as there can be, or nearly.
    let full = (17..=20_u32).prop_map(|count| (0..count).map(|number| (format!("k{number}"), String::new())).collect());
    prop::option::weighted(0.9, prop_oneof![9 => few, 1 => full])
}

fn any_days() -> impl Strategy<Value = Days> {
    prop_oneof![5 => 1..=365_u32, 1 => any::<u32>()].prop_map(Days::from_service)
}

fn any_listing<T: Clone + std::fmt::Debug + 'static>(
    content: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Listing<T>> {
    (content, any_text(), 0..20_u8)
        .prop_map(|(content, reason, dice)| match dice {
            0 => Listing::Unread(Arc::from(reason), content),
            1 => Listing::NotOffered,
            _ => Listing::Complete(content),
        })
        .boxed()
}

fn any_group() -> BoxedStrategy<LiveGroup> {
    let ttl = prop_oneof![1 => Just(StreamTtl::Inherit), 3 => any_days().prop_map(StreamTtl::Own)];
    let stream = (prop::option::weighted(0.8, ttl), any_tags()).prop_map(|(ttl, tags)| LiveStream {
        id: StreamId::parse("s").expect("an id"),
        settings: StreamSettings { ttl, tags, enterprise_project_name: None },
    });
    let name = any_name().prop_map(|name| StreamName::from_service(&name));
    let streams = any_listing(prop::collection::btree_map(name, stream, 0..5));
    let dumps = any_listing(prop::collection::vec(any_dump(), 0..3));
    (prop::option::weighted(0.9, any_days()), any_tags(), prop::option::of(any_text()), streams, dumps)
        .prop_map(|(ttl, tags, project, streams, dumps)| LiveGroup {
            id: GroupId::parse("g").expect("an id"),
            settings: GroupSettings { ttl, tags, enterprise_project_id: project.map(Arc::from) },
            streams,
            dumps,
        })
        .boxed()
}

/// A transfer; the keys of what it carries say which streams it is going to
/// cover, by position.
fn any_dump() -> BoxedStrategy<LiveDump> {
    let kind = prop_oneof![
        6 => Just(TransferKind::Obs),
        1 => Just(TransferKind::Dis),
        1 => any_text().prop_map(|kind| TransferKind::Other(Arc::from(kind))),
    ];
    let texts = prop::collection::vec(any_text(), 8);
    let switches = (any::<u8>(), prop::sample::select(Period::ALL.to_vec()), any::<bool>());
    (kind, texts, switches, prop::collection::btree_set(0..5_usize, 0..3))
        .prop_map(|(kind, texts, (bits, period, on), covered)| {
            let text = |index: usize| -> Arc<str> { Arc::from(texts[index].as_str()) };
            let has = |bit: u8| bits >> bit & 1 == 1;
            let bucket = if has(0) { "bucket-one".to_owned() } else { texts[0].clone() };
            let settings = DumpSettings {
                obs_bucket_name: Some(BucketName::from_service(&bucket)),
                storage_format: Some(StorageFormat::Json),
                period: (bits != 7).then_some(period),
                switch_on: has(1).then_some(on),
                dir_prefix_name: Some(text(1)),
                prefix_name: Some(text(2)),
                time_zone: has(2)
                    .then(|| if on { Slot::Empty } else { Slot::Filled(TimeZone { name: text(3), id: text(4) }) }),
                encryption: Some(if has(3) { Slot::Empty } else { Slot::Filled(text(5)) }),
                agency: Some(if has(4) {
                    Slot::Empty
                } else {
                    Slot::Filled(Agency {
                        domain_id: text(6),
                        domain_name: text(7),
                        name: text(3),
                        project_id: text(4),
                    })
                }),
            };
            LiveDump {
                id: TransferId::parse("t").expect("an id"),
                kind,
                streams: BTreeMap::new(),
                unreadable: if has(1) { BTreeMap::new() } else { BTreeMap::from([(Field::SwitchOn, text(6))]) },
                settings,
                health: if has(5) { Health::Fine } else { Health::Exception },
                carried: covered.into_iter().map(|place| (Arc::from(place.to_string()), Arc::from("1"))).collect(),
            }
        })
        .boxed()
}

/// What the service is known to be able to do, in any mixture.
pub fn any_capabilities() -> impl Strategy<Value = Capabilities> {
    let ability = || prop::sample::select(vec![Ability::Offered, Ability::Presumed, Ability::Missing]);
    [ability(), ability(), ability(), ability(), ability()].prop_map(
        |[transfers, update_group, update_stream, tags, update_dump_streams]| Capabilities {
            transfers,
            update_group,
            update_stream,
            tags,
            update_dump_streams,
        },
    )
}
