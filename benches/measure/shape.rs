//! Projects of any size, as everything that takes one: a manifest, the objects
//! of the emulator, and both inputs of the planner.
//!
//! They look like what is out there: every group and stream has a retention
//! and a tag, and carries the marker of its estate; each dump covers a few
//! streams. One live stream in a hundred differs from what is declared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use ltsctl::emulator::{Estate, EstateGroup, EstateStream, EstateTransfer};
use ltsctl::model::{
    BucketName, Days, Desired, DesiredDump, DesiredGroup, DesiredStream, DumpHandle, DumpSettings, EstateName, GroupId,
    GroupName, GroupSettings, Health, Listing, Live, LiveDump, LiveGroup, LiveStream, Period, Place, StorageFormat,
    StreamId, StreamName, StreamSettings, StreamTtl, Tags, TransferId, TransferKind, Wanted,
};

use crate::Outcome;

/// How large a project is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) groups: usize,
    /// Streams of each group.
    pub(crate) streams: usize,
    /// Dumps of each group.
    pub(crate) dumps: usize,
    /// Streams of each dump.
    pub(crate) covered: usize,
}

const ESTATE: &str = "bench";
const BUCKET: &str = "bench-archive";
const GROUP_TTL: u32 = 7;
const STREAM_TTL: u32 = 5;
/// Retention of the live streams that differ.
const OTHER_TTL: u32 = 3;
/// One stream of so many differs.
const DIFFERING: usize = 100;

impl Shape {
    /// The project of the targets: 10,000 streams in 100 groups, 1,000 dumps.
    pub(crate) const LARGE: Self = Self { groups: 100, streams: 100, dumps: 10, covered: 5 };

    /// Returns a manifest of the project; `target` is its section of that name.
    pub(crate) fn manifest(self, target: &str) -> Outcome<String> {
        let mut text = format!("version: 1\nestate: {ESTATE}\n{target}groups:\n");
        for group in 0..self.groups {
            writeln!(text, "  {}:\n    ttl_in_days: {GROUP_TTL}\n    tags: {{class: app}}", group_name(group))?;
            writeln!(text, "    streams:")?;
            for stream in 0..self.streams {
                writeln!(text, "      {}: {{ttl_in_days: {STREAM_TTL}, tags: {{class: app}}}}", stream_name(stream))?;
            }
            writeln!(text, "    dumps:")?;
            for dump in 0..self.dumps {
                let covered: Vec<String> = self.covered(dump).map(stream_name).collect();
                writeln!(
                    text,
                    "      {}:\n        streams: [{}]\n        obs_bucket_name: {BUCKET}\n        storage_format: JSON\n        \
                     period: 1hour",
                    dump_handle(dump),
                    covered.join(", ")
                )?;
            }
        }
        Ok(text)
    }

    /// Returns the project as the emulator is seeded with it.
    pub(crate) fn seed(self) -> Estate {
        let group = |index: usize| {
            let name = group_name(index);
            let stream = |stream: usize| EstateStream {
                ttl_in_days: Some(live_ttl(index * self.streams + stream)),
                tags: seeded_tags(&marker_of_stream(&name, &stream_name(stream))),
                ..EstateStream::default()
            };
            let transfer = |dump: usize| EstateTransfer {
                streams: self.covered(dump).map(stream_name).collect(),
                storage_format: Some("JSON".to_owned()),
                obs_bucket_name: Some(BUCKET.to_owned()),
                period: Some("1hour".to_owned()),
                ..EstateTransfer::default()
            };
            let seeded = EstateGroup {
                ttl_in_days: Some(GROUP_TTL),
                tags: seeded_tags(&marker_of_group(&name)),
                streams: (0..self.streams).map(|index| (stream_name(index), Some(stream(index)))).collect(),
                transfers: (0..self.dumps).map(transfer).collect(),
                ..EstateGroup::default()
            };
            (name, seeded)
        };
        Estate { groups: (0..self.groups).map(group).collect() }
    }

    /// Returns the project as it is declared.
    pub(crate) fn desired(self) -> Outcome<Desired> {
        let place = Place { file: "estate.yaml".into(), line: 1, column: 1 };
        let mut groups = BTreeMap::new();
        for group in 0..self.groups {
            let mut streams = BTreeMap::new();
            for stream in 0..self.streams {
                let settings = StreamSettings {
                    ttl: Some(StreamTtl::Own(Days::from_service(STREAM_TTL))),
                    tags: Some([("class", "app")].into_iter().collect()),
                    enterprise_project_name: None,
                };
                let declared =
                    DesiredStream { wanted: Wanted::Present(settings), protection: None, place: place.clone() };
                streams.insert(StreamName::parse(&stream_name(stream))?, declared);
            }
            let mut dumps = BTreeMap::new();
            for dump in 0..self.dumps {
                let covered: Result<BTreeSet<_>, _> =
                    self.covered(dump).map(|stream| StreamName::parse(&stream_name(stream))).collect();
                let declared = DesiredDump {
                    streams: covered?,
                    wanted: Wanted::Present(dump_settings()?),
                    tombstone_bucket: None,
                    place: place.clone(),
                };
                dumps.insert(DumpHandle::parse(&dump_handle(dump))?, declared);
            }
            let settings = GroupSettings {
                ttl: Some(Days::from_service(GROUP_TTL)),
                tags: Some([("class", "app")].into_iter().collect()),
                enterprise_project_id: None,
            };
            let declared = DesiredGroup {
                wanted: Wanted::Present(settings),
                protection: None,
                streams: Some(streams),
                dumps: Some(dumps),
                place: place.clone(),
            };
            groups.insert(GroupName::parse(&group_name(group))?, declared);
        }
        Ok(Desired { estate: Some(EstateName::parse(ESTATE)?), groups, ..Desired::default() })
    }

    /// Returns the project as it is observed.
    pub(crate) fn live(self) -> Outcome<Live> {
        let mut groups = BTreeMap::new();
        for group in 0..self.groups {
            let name = group_name(group);
            let mut streams = BTreeMap::new();
            for stream in 0..self.streams {
                let settings = StreamSettings {
                    ttl: Some(StreamTtl::Own(Days::from_service(live_ttl(group * self.streams + stream)))),
                    tags: Some(live_tags(&marker_of_stream(&name, &stream_name(stream)))),
                    enterprise_project_name: None,
                };
                let live = LiveStream { id: stream_id(group, stream)?, settings };
                streams.insert(StreamName::parse(&stream_name(stream))?, live);
            }
            let mut dumps = Vec::new();
            for dump in 0..self.dumps {
                let mut covered = BTreeMap::new();
                for stream in self.covered(dump) {
                    covered.insert(stream_id(group, stream)?, StreamName::parse(&stream_name(stream))?);
                }
                dumps.push(LiveDump {
                    id: TransferId::parse(&format!("00000000-0000-0000-0002-{:012}", group * self.dumps + dump))?,
                    kind: TransferKind::Obs,
                    streams: covered,
                    settings: DumpSettings { switch_on: Some(true), ..dump_settings()? },
                    unreadable: BTreeMap::new(),
                    health: Health::Fine,
                    carried: BTreeMap::new(),
                });
            }
            let live = LiveGroup {
                id: GroupId::parse(&format!("00000000-0000-0000-0000-{group:012}"))?,
                settings: GroupSettings {
                    ttl: Some(Days::from_service(GROUP_TTL)),
                    tags: Some(live_tags(&marker_of_group(&name))),
                    enterprise_project_id: Some(Arc::from("0")),
                },
                streams: Listing::Complete(streams),
                dumps: Listing::Complete(dumps),
            };
            groups.insert(GroupName::parse(&name)?, live);
        }
        Ok(Live { groups, ..Live::default() })
    }

    /// The dumps share the first streams of their group out among themselves.
    fn covered(self, dump: usize) -> std::ops::Range<usize> {
        dump * self.covered..(dump + 1) * self.covered
    }
}

fn group_name(index: usize) -> String {
    format!("app-{index:05}")
}

fn stream_name(index: usize) -> String {
    format!("component-{index:03}")
}

fn dump_handle(index: usize) -> String {
    format!("archive-{index:03}")
}

fn stream_id(group: usize, stream: usize) -> Outcome<StreamId> {
    // Ids of the service are in no order.
    let scattered = (group * 1_000 + stream).wrapping_mul(0x9e37_79b9) & 0xffff_ffff;
    Ok(StreamId::parse(&format!("{scattered:08x}-0000-0000-{stream:04}-{group:012}"))?)
}

fn live_ttl(index: usize) -> u32 {
    if index.is_multiple_of(DIFFERING) { OTHER_TTL } else { STREAM_TTL }
}

fn marker_of_group(group: &str) -> String {
    format!("{ESTATE}:group:{group}")
}

fn marker_of_stream(group: &str, stream: &str) -> String {
    format!("{ESTATE}:stream:{group}/{stream}")
}

fn seeded_tags(marker: &str) -> BTreeMap<String, String> {
    [("class", "app"), ("ltsctl-estate", marker)].map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

fn live_tags(marker: &str) -> Tags {
    [("class", "app"), ("ltsctl-estate", marker)].into_iter().collect()
}

fn dump_settings() -> Outcome<DumpSettings> {
    Ok(DumpSettings {
        obs_bucket_name: Some(BucketName::parse(BUCKET)?),
        storage_format: Some(StorageFormat::Json),
        period: Some(Period::Hour1),
        ..DumpSettings::default()
    })
}
