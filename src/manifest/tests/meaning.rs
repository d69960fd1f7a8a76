//! What well-formed manifests mean.

use std::path::Path;
use std::sync::Arc;

use super::super::{code, parse};
use super::{codes, read, source};
use crate::model::{
    Days, DeleteBudget, DumpSettings, Edition, Period, Policy, Profile, Protection, Prune, Quotas, ServiceTarget, Slot,
    StorageFormat, StreamTtl, Target, Wanted,
};

const CONTRACT: &str = include_str!("../../../tests/manifests/valid/contract.yaml");
const TOMBSTONES: &str = include_str!("../../../tests/manifests/valid/tombstones.yaml");
const VALUES: &str = include_str!("../../../tests/manifests/valid/values.yaml");

#[test]
fn the_manifest_of_the_contract_is_read_to_the_letter() {
    let manifest = read(CONTRACT).expect("a manifest");
    let Target::Service(target) = &manifest.target else { panic!("{:?}", manifest.target) };
    assert_eq!(target.region.as_ref().map(|region| region.as_str()), Some("my-kualalumpur-1"));
    assert_eq!(target.project_id.as_ref().map(|id| id.as_str()), Some("2a473356cca5487f8373be891bffc1cf"));
    assert_eq!(target.lts.as_ref().map(|endpoint| endpoint.origin()), Some("https://lts.example"));
    assert_eq!(manifest.target_place.map(|place| place.to_string()).as_deref(), Some("test.yaml:4:1"));
    let desired = manifest.desired;
    assert_eq!(desired.estate.as_ref().map(|estate| estate.as_str()), Some("acme-logging"));
    assert_eq!(desired.policy, Policy::default());
    assert_eq!(desired.accept.len(), 1);
    assert_eq!((&*desired.accept[0].value, &*desired.accept[0].until), ("99", "2027-01-31"));
    let group = &desired.groups["payments"];
    assert_eq!(group.place.to_string(), "test.yaml:18:3");
    assert_eq!(group.protection, Some(Protection::Protected));
    let settings = group.wanted.present().expect("present");
    assert_eq!(settings.ttl.map(Days::get), Some(7));
    assert_eq!(settings.enterprise_project_id.as_deref(), Some("0"));
    let streams = group.streams.as_ref().expect("streams");
    assert_eq!(streams["api"].wanted.present().map(|stream| stream.ttl), Some(None));
    assert_eq!(
        streams["audit"].wanted.present().and_then(|stream| stream.ttl),
        Some(StreamTtl::Own(Days::from_service(30)))
    );
    assert!(streams["old-debug"].wanted.is_absent());
    let dumps = group.dumps.as_ref().expect("dumps");
    let Wanted::Present(dump) = &dumps["audit-archive"].wanted else { panic!("absent") };
    let DumpSettings { storage_format, period, switch_on, dir_prefix_name, time_zone, .. } = dump;
    assert_eq!((*storage_format, *period, *switch_on), (Some(StorageFormat::Json), Some(Period::Hour1), Some(true)));
    assert_eq!(dir_prefix_name.as_deref(), Some("payments/audit"));
    assert!(matches!(time_zone, Some(Slot::Filled(zone)) if &*zone.id == "Asia/Kuala_Lumpur"));
    let tombstone = &dumps["old-archive"];
    assert!(tombstone.wanted.is_absent());
    assert_eq!(tombstone.tombstone_bucket.as_ref().map(|bucket| bucket.as_str()), Some("old-bucket"));
    assert_eq!(desired.count(), 6);
}

#[test]
fn absent_none_and_empty_are_three_things() {
    let manifest = read(VALUES).expect("a manifest");
    let groups = &manifest.desired.groups;
    let number = &groups["012"];
    assert!(number.streams.as_ref().is_some_and(|streams| streams.is_empty()));
    let settings = number.wanted.present().expect("present");
    assert!(settings.tags.as_ref().is_some_and(|tags| tags.is_empty()));
    assert_eq!(settings.enterprise_project_id.as_deref(), Some("0"));
    assert_eq!(number.protection, Some(Protection::Lifted));
    let live = &groups["日志"];
    assert!(live.streams.is_none());
    let dump = &live.dumps.as_ref().expect("dumps")["live"];
    let names: Vec<&str> = dump.streams.iter().map(|name| name.as_str()).collect();
    assert_eq!(names, ["7", "whatever"]);
    let settings = dump.wanted.present().expect("present");
    assert_eq!((&settings.encryption, &settings.agency), (&Some(Slot::Empty), &Some(Slot::Empty)));
    assert_eq!((settings.dir_prefix_name.as_deref(), settings.switch_on), (Some(""), Some(false)));
    assert!(groups["null"].streams.is_none() && groups["null"].dumps.is_none());
    let streams = groups["web"].streams.as_ref().expect("streams");
    assert_eq!(streams["a"].wanted.present().and_then(|stream| stream.ttl), Some(StreamTtl::Inherit));
    assert_eq!(manifest.ledger.as_deref(), Some(Path::new("estates/state/ledger.json")));
    let tolerated: Vec<&str> = manifest.desired.accept.iter().map(|entry| &*entry.value).collect();
    assert_eq!(tolerated, ["EXCEPTION", "false"]);
    let policy = &manifest.desired.policy;
    assert_eq!((policy.prune, policy.max_group_ttl), (Prune::Owned, Some(30)));
    assert_eq!(policy.max_deletes, DeleteBudget { count: 0, percent: 100 });
    assert_eq!(policy.quotas, Quotas::default());
}

#[test]
fn long_ids_are_the_digits_that_were_written() {
    let Target::Service(ServiceTarget { project_id, domain_id, .. }) = read(VALUES).expect("a manifest").target else {
        panic!("not the service")
    };
    assert_eq!(project_id.as_ref().map(|id| id.as_str()), Some("12345678901234567890123456789012"));
    assert_eq!(domain_id.as_ref().map(|id| id.as_str()), Some("12345678901234567890123456789e12"));
}

#[test]
fn tombstones_name_what_goes() {
    let manifest = read(TOMBSTONES).expect("a manifest");
    let gone = &manifest.desired.groups["gone"];
    assert!(gone.wanted.is_absent());
    assert!(gone.streams.as_ref().is_some_and(|streams| streams["a"].wanted.is_absent()));
    assert!(gone.dumps.as_ref().is_some_and(|dumps| dumps["archive"].streams.len() == 2));
}

#[test]
fn defaults_fill_groups_that_are_to_exist() {
    let text = "version: 1\ndefaults: {ttl_in_days: 30}\ngroups: {a: , b: {ttl_in_days: 7}, c: {ensure: absent}}\n";
    let groups = read(text).expect("a manifest").desired.groups;
    let ttl = |name: &str| groups[name].wanted.present().map(|group| group.ttl.map(Days::get));
    assert_eq!((ttl("a"), ttl("b"), ttl("c")), (Some(Some(30)), Some(Some(7)), None));
}

#[test]
fn the_emulator_keeps_its_data_beside_the_manifest() {
    let Target::Emulator(target) = read("version: 1\ntarget: {emulator: {}}\ngroups: {}").expect("a manifest").target
    else {
        panic!("not the emulator")
    };
    assert_eq!(target.data, Path::new("estates/.ltsctl/emulator"));
    assert_eq!((target.profile, target.edition), (Profile::Modern, Edition::Auto));
    let text = "version: 1\ntarget: {api: seed-2022, emulator: {profile: seed-2022, data: ./a//b/.}}\ngroups: {}";
    let Target::Emulator(target) = read(text).expect("a manifest").target else { panic!("not the emulator") };
    assert_eq!(target.data, Path::new("estates/a/b"));
    assert_eq!((target.profile, target.edition), (Profile::Seed2022, Edition::Seed2022));
    for outside in ["/tmp/x", "..", "a/../b", "~/x", "C:/x", "..\\x", "\\x", ""] {
        let text = format!("version: 1\ntarget: {{emulator: {{data: '{outside}'}}}}\ngroups: {{}}");
        assert_eq!(codes(&text), [code::BAD_TEXT], "{outside}");
    }
}

#[test]
fn without_a_target_the_environment_says_where() {
    let manifest = read("version: 1\ngroups: {}").expect("a manifest");
    assert_eq!(manifest.target, Target::Service(ServiceTarget::default()));
    assert!(manifest.target_place.is_none() && manifest.warnings.is_empty());
}

#[test]
fn files_add_up_in_any_order() {
    let one = source("one.yaml", "version: 1\nestate: acme\ntarget: {region: my-kualalumpur-1}\ngroups: {a: {}}\n");
    let two = source("two.yaml", "version: 1\nestate: acme\ntarget: {region: my-kualalumpur-1}\ngroups: {b: {}}\n");
    let three = source("three.yaml", "version: 1\ndefaults: {ttl_in_days: 7}\npolicy: {prune: owned}\n");
    let forth = parse(&[one.clone(), two.clone(), three.clone()]).expect("a manifest");
    let back = parse(&[three, two, one]).expect("a manifest");
    assert_eq!(forth.desired, back.desired);
    assert_eq!(forth.target, back.target);
    assert_eq!(forth.desired.groups.len(), 2);
    assert_eq!(forth.desired.groups["b"].place.file, Arc::from("two.yaml"));
}

#[test]
fn s64_one_address_twice_names_both_places() {
    let one = source("one.yaml", "version: 1\ngroups: {web: {}}\n");
    let two = source("two.yaml", "version: 1\ngroups:\n  web: {}\n");
    let complaints = parse(&[one, two]).expect_err("twice");
    let [complaint] = complaints.diagnostics() else { panic!("{complaints}") };
    assert_eq!(complaint.code, code::DECLARED_TWICE);
    assert_eq!(complaint.place.as_ref().map(ToString::to_string).as_deref(), Some("two.yaml:3:3"));
    assert_eq!(complaint.notes[0].place.as_ref().map(ToString::to_string).as_deref(), Some("one.yaml:2:10"));
}

#[test]
fn quotas_are_the_service_s_unless_the_policy_says_otherwise() {
    let groups = |count: usize| -> String { (0..count).map(|number| format!("  g{number}: {{}}\n")).collect() };
    let streams = |count: usize| -> String { (0..count).map(|number| format!("s{number}: , ")).collect() };
    assert!(read(&format!("version: 1\ngroups:\n{}", groups(100))).is_ok());
    assert_eq!(codes(&format!("version: 1\ngroups:\n{}", groups(101))), [code::QUOTA]);
    assert!(read(&format!("version: 1\npolicy: {{quotas: {{groups: 101}}}}\ngroups:\n{}", groups(101))).is_ok());
    assert!(read(&format!("version: 1\ngroups: {{a: {{streams: {{{}}}}}}}", streams(100))).is_ok());
    assert_eq!(codes(&format!("version: 1\ngroups: {{a: {{streams: {{{}}}}}}}", streams(101))), [code::QUOTA]);
}

#[test]
fn a_large_estate_is_well_within_the_limits() {
    let mut text = String::from("version: 1\ngroups:\n");
    for group in 0..100 {
        text.push_str(&format!(
            "  group-{group:03}:\n    ttl_in_days: 30\n    tags: {{team: t{group}}}\n    streams:\n"
        ));
        for stream in 0..100 {
            text.push_str(&format!("      stream-{stream:03}: {{ttl_in_days: 7, tags: {{a: b, c: d, e: f}}}}\n"));
        }
        text.push_str("    dumps:\n");
        for dump in 0..10 {
            let covered: Vec<String> = (0..10).map(|n| format!("stream-{:03}", dump * 10 + n)).collect();
            text.push_str(&format!(
                "      dump-{dump}: {{streams: [{}], obs_bucket_name: archive, storage_format: RAW, period: 5min}}\n",
                covered.join(", ")
            ));
        }
    }
    let manifest = read(&text).expect("a manifest");
    assert_eq!(manifest.desired.count(), 100 + 10_000 + 1_000);
}
