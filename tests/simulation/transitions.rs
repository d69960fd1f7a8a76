//! Every ordered pair of values of every field of a manifest, unset included,
//! and back.

use ltsctl::emulator::Profile;
use ltsctl::model::{
    Agency, BucketName, Days, Desired, DesiredDump, DumpSettings, GroupSettings, Period, Slot, StorageFormat,
    StreamSettings, StreamTtl, Tags, TimeZone, Wanted,
};
use ltsctl::plan::Purpose;

use crate::support::estates::{days, estate, group, place, stream, stream_name};
use crate::support::{World, all_done, run};

/// A group with one stream and one dump.
fn declare(group_settings: GroupSettings, stream_settings: StreamSettings, dump_settings: DumpSettings) -> Desired {
    let mut entry = stream(None);
    entry.wanted = Wanted::Present(stream_settings);
    let dump = DesiredDump {
        streams: [stream_name("s")].into(),
        wanted: Wanted::Present(dump_settings),
        tombstone_bucket: None,
        place: place(),
    };
    let mut declared = group(7, vec![("s", entry)], Some(vec![("d", dump)]));
    declared.wanted = Wanted::Present(group_settings);
    estate(vec![("g", declared)])
}

fn usual_group() -> GroupSettings {
    GroupSettings { ttl: Some(days(7)), ..GroupSettings::default() }
}

fn usual_dump() -> DumpSettings {
    DumpSettings {
        obs_bucket_name: Some(BucketName::parse("bucket-one").expect("a bucket")),
        storage_format: Some(StorageFormat::Raw),
        period: Some(Period::Hour1),
        ..DumpSettings::default()
    }
}

fn some_tags(pairs: &[(&str, &str)]) -> Option<Tags> {
    Some(pairs.iter().copied().collect())
}

/// Goes from each value to each other, and demands peace after every step.
fn go_through(field: &str, values: &[Desired]) {
    for (from, one) in values.iter().enumerate() {
        for (to, two) in values.iter().enumerate() {
            run(async {
                let world = World::new(Profile::Modern).await;
                for desired in [one, two, one] {
                    let proposal = world.propose(desired, Purpose::Converge).await;
                    let ending = world.carry_out(&proposal).await;
                    assert!(all_done(&ending.outcomes), "{field} {from} -> {to}: {:?}", ending.outcomes);
                    let again = world.propose(desired, Purpose::Converge).await.plan;
                    assert!(again.is_clean(), "{field} {from} -> {to}: {:#?}", again.steps);
                }
            });
        }
    }
}

fn of_group<T: Clone>(values: &[T], set: impl Fn(&mut GroupSettings, T)) -> Vec<Desired> {
    let declared = values.iter().map(|value| {
        let mut settings = usual_group();
        set(&mut settings, value.clone());
        declare(settings, StreamSettings::default(), usual_dump())
    });
    declared.collect()
}

fn of_stream<T: Clone>(values: &[T], set: impl Fn(&mut StreamSettings, T)) -> Vec<Desired> {
    let declared = values.iter().map(|value| {
        let mut settings = StreamSettings::default();
        set(&mut settings, value.clone());
        declare(usual_group(), settings, usual_dump())
    });
    declared.collect()
}

fn of_dump<T: Clone>(values: &[T], set: impl Fn(&mut DumpSettings, T)) -> Vec<Desired> {
    let declared = values.iter().map(|value| {
        let mut settings = usual_dump();
        set(&mut settings, value.clone());
        declare(usual_group(), StreamSettings::default(), settings)
    });
    declared.collect()
}

#[test]
fn fields_of_groups_go_from_every_value_to_every_other() {
    let ttls: Vec<Days> = [1, 7, 30, 365].into_iter().map(days).collect();
    go_through("ttl_in_days", &of_group(&ttls, |settings, ttl| settings.ttl = Some(ttl)));
    let full: Vec<(String, String)> = (0..18).map(|number| (format!("key{number}"), "x".to_owned())).collect();
    let tags = [
        None,
        some_tags(&[]),
        some_tags(&[("a", "x")]),
        some_tags(&[("a", "y")]),
        some_tags(&[("b", "")]),
        some_tags(&[("a", "x"), ("b", "x")]),
        Some(full.into_iter().collect()),
    ];
    go_through("tags", &of_group(&tags, |settings, tags| settings.tags = tags));
}

#[test]
fn fields_of_streams_go_from_every_value_to_every_other() {
    let own = |number| Some(StreamTtl::Own(days(number)));
    let ttls = [None, Some(StreamTtl::Inherit), own(1), own(7), own(365)];
    go_through("ttl_in_days", &of_stream(&ttls, |settings, ttl| settings.ttl = ttl));
    let tags = [None, some_tags(&[]), some_tags(&[("a", "x")]), some_tags(&[("a", "y"), ("b", "x")])];
    go_through("tags", &of_stream(&tags, |settings, tags| settings.tags = tags));
}

#[test]
fn fields_of_dumps_go_from_every_value_to_every_other() {
    let buckets = ["bucket-one", "bucket-two"].map(|name| BucketName::parse(name).ok());
    go_through("obs_bucket_name", &of_dump(&buckets, |settings, bucket| settings.obs_bucket_name = bucket));
    go_through(
        "storage_format",
        &of_dump(&StorageFormat::ALL, |settings, format| settings.storage_format = Some(format)),
    );
    go_through("period", &of_dump(&Period::ALL, |settings, period| settings.period = Some(period)));
    go_through("switch_on", &of_dump(&[None, Some(true), Some(false)], |settings, on| settings.switch_on = on));
    let folders = [None, Some(""), Some("a"), Some("a/b")];
    go_through("dir_prefix_name", &of_dump(&folders, |settings, text| settings.dir_prefix_name = text.map(Into::into)));
    let prefixes = [None, Some(""), Some("x-"), Some("y_")];
    go_through("prefix_name", &of_dump(&prefixes, |settings, text| settings.prefix_name = text.map(Into::into)));
    let zone = |name: &str, id: &str| Some(Slot::Filled(TimeZone { name: name.into(), id: id.into() }));
    let zones = [None, Some(Slot::Empty), zone("UTC", "Etc/GMT"), zone("UTC+08:00", "Asia/Kuala_Lumpur")];
    go_through("time_zone", &of_dump(&zones, |settings, zone| settings.time_zone = zone));
    let key = |last: &str| Some(Slot::Filled(format!("00000000-0000-0000-0000-00000000000{last}").into()));
    let keys = [None, Some(Slot::Empty), key("1"), key("2")];
    go_through("encryption", &of_dump(&keys, |settings, key| settings.encryption = key));
    let agency = |name: &str| {
        Some(Slot::Filled(Agency {
            domain_id: "fedcba9876543210fedcba9876543210".into(),
            domain_name: "other".into(),
            name: name.into(),
            project_id: "11111111111111111111111111111111".into(),
        }))
    };
    let agencies = [None, Some(Slot::Empty), agency("one"), agency("two")];
    go_through("agency", &of_dump(&agencies, |settings, agency| settings.agency = agency));
}
