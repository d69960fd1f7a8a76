//! Dumps: written whole, read without guessing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::*;
use super::script::*;
use crate::model::{
    Agency, BucketName, DumpSettings, Field, Health, LiveDump, Period, Slot, StorageFormat, StreamName, TimeZone,
    TransferId, TransferKind,
};

fn full() -> DumpSettings {
    DumpSettings {
        obs_bucket_name: Some(BucketName::from_service("archive")),
        storage_format: Some(StorageFormat::Json),
        period: Some(Period::Hour1),
        switch_on: Some(true),
        dir_prefix_name: Some(Arc::from("a/b")),
        prefix_name: Some(Arc::from("p-")),
        time_zone: Some(Slot::Filled(TimeZone { name: Arc::from("UTC+08:00"), id: Arc::from("Asia/Kuala_Lumpur") })),
        encryption: Some(Slot::Filled(Arc::from("key-1"))),
        agency: Some(Slot::Filled(Agency {
            domain_id: Arc::from("d"),
            domain_name: Arc::from("dn"),
            name: Arc::from("n"),
            project_id: Arc::from("p"),
        })),
    }
}

fn streams() -> BTreeMap<crate::model::StreamId, StreamName> {
    [(stream_id("s1"), StreamName::from_service("api"))].into()
}

fn transfer(info: &str) -> String {
    format!(
        r#"{{"log_group_id":"g1","log_group_name":"payments","log_streams":[{{"log_stream_id":"s1","log_stream_name":"api"}}],
        "log_transfer_id":"t1","log_transfer_info":{info}}}"#
    )
}

async fn read(item: &str) -> Listed<TransferEntry> {
    let script = Script::new().on("GET transfers", [answer(200, format!(r#"{{"log_transfers":[{item}]}}"#))]);
    client(&script).await.list_transfers(None).await.expect("a list")
}

async fn read_dump(info: &str) -> LiveDump {
    let list = read(&transfer(info)).await;
    assert_eq!(list.doubt, None);
    list.items.into_iter().next().expect("a dump").dump
}

#[tokio::test(start_paused = true)]
async fn a_dump_of_the_current_edition_is_sent_whole() {
    let script = Script::new().on("POST transfers", [answer(200, transfer("{}"))]);
    let client = client(&script).await;
    let id = client.create_dump(&group_id("g1"), &streams(), &full()).await.expect("a dump");
    assert_eq!(id.as_str(), "t1");
    assert_eq!(
        script.last_body(),
        concat!(
            r#"{"log_group_id":"g1","log_streams":[{"log_stream_id":"s1","log_stream_name":"api"}],"#,
            r#""log_transfer_info":{"log_transfer_type":"OBS","log_transfer_mode":"cycle","log_storage_format":"JSON","#,
            r#""log_transfer_status":"ENABLE","log_agency_transfer":{"agency_domain_id":"d","agency_domain_name":"dn","#,
            r#""agency_name":"n","agency_project_id":"p","be_agency_domain_id":"0123456789abcdef0123456789abcdef","#,
            r#""be_agency_project_id":"2a473356cca5487f8373be891bffc1cf"},"log_transfer_detail":{"#,
            r#""obs_bucket_name":"archive","obs_dir_pre_fix_name":"a/b","obs_encrypted_enable":true,"#,
            r#""obs_encrypted_id":"key-1","obs_period":1,"obs_period_unit":"hour","obs_prefix_name":"p-","#,
            r#""obs_time_zone":"UTC+08:00","obs_time_zone_id":"Asia/Kuala_Lumpur"}}}"#,
        )
    );
}

#[tokio::test(start_paused = true)]
async fn a_dump_of_the_old_edition_may_fail_with_status_200() {
    let script = Script::new().on(
        "POST log-dump/obs",
        [
            answer(201, r#"{"log_dump_obs_id":"t1"}"#),
            answer(201, r#"{"log_dump_observ_id":"t2"}"#),
            refusal(200, "LTS.0207"),
            refusal(200, "LTS.0416"),
            answer(200, r#"{"log_dump_obs_id":""}"#),
        ],
    );
    let client = client(&script).await;
    let settings = DumpSettings { prefix_name: Some(Arc::from("")), ..full() };
    let group = group_id("g1");
    assert_eq!(client.create_dump_seed(&group, &streams(), &settings).await.expect("a dump").as_str(), "t1");
    assert_eq!(
        script.last_body(),
        concat!(
            r#"{"log_group_id":"g1","log_stream_ids":["s1"],"obs_bucket_name":"archive","type":"cycle","#,
            r#""storage_format":"JSON","switch_on":true,"dir_prefix_name":"a/b","period":1,"period_unit":"hour"}"#,
        )
    );
    assert_eq!(client.create_dump_seed(&group, &streams(), &settings).await.expect("a dump").as_str(), "t2");
    let mut classes = Vec::new();
    for _ in 0..3 {
        let error = client.create_dump_seed(&group, &streams(), &settings).await.expect_err("a failure");
        classes.push((error.class, error.certainty));
    }
    assert_eq!(
        classes,
        [
            (ErrorClass::AlreadyExists, Certainty::NotExecuted),
            (ErrorClass::Invalid, Certainty::NotExecuted),
            (ErrorClass::Unusable, Certainty::Unknown),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_not_managed_survives_an_update() {
    let dump = read_dump(
        r#"{"log_transfer_type":"OBS","log_transfer_mode":"cycle","log_storage_format":"RAW","log_transfer_status":"DISABLE",
        "log_create_time":1,"log_agency_transfer":null,"log_transfer_detail":{"obs_period":2,"obs_period_unit":"min",
        "obs_bucket_name":"archive","obs_transfer_path":"/archive/LogTanks/","obs_eps_id":"0","tags":["hostIP", 1.50],
        "obs_dir_pre_fix_name":null,"obs_prefix_name":"","obs_encrypted_enable":false,"lts_tags":null}}"#,
    )
    .await;
    assert_eq!(
        dump.settings,
        DumpSettings {
            obs_bucket_name: Some(BucketName::from_service("archive")),
            storage_format: Some(StorageFormat::Raw),
            period: Some(Period::Min2),
            switch_on: Some(false),
            dir_prefix_name: Some(Arc::from("")),
            prefix_name: Some(Arc::from("")),
            time_zone: Some(Slot::Empty),
            encryption: Some(Slot::Empty),
            agency: Some(Slot::Empty),
        }
    );
    assert_eq!((dump.kind.clone(), dump.health, dump.unreadable.len()), (TransferKind::Obs, Health::Fine, 0));
    let carried: Vec<_> = dump.carried.iter().map(|(key, value)| (&**key, &**value)).collect();
    assert_eq!(carried, [("obs_eps_id", r#""0""#), ("tags", r#"["hostIP", 1.50]"#)]);
    let script = Script::new().on("PUT transfers", [answer(200, "{}")]);
    client(&script).await.update_dump(&dump.id, &dump.settings, &dump.carried).await.expect("an update");
    assert_eq!(
        script.last_body(),
        concat!(
            r#"{"log_transfer_id":"t1","log_transfer_info":{"log_storage_format":"RAW","log_transfer_status":"DISABLE","#,
            r#""log_transfer_detail":{"obs_bucket_name":"archive","obs_dir_pre_fix_name":"","obs_encrypted_enable":false,"#,
            r#""obs_eps_id":"0","obs_period":2,"obs_period_unit":"min","obs_prefix_name":"","obs_time_zone":"","#,
            r#""obs_time_zone_id":"","tags":["hostIP", 1.50]}}}"#,
        )
    );
}

#[tokio::test(start_paused = true)]
async fn s35_values_nobody_knows_are_unreadable_and_not_drift() {
    let dump = read_dump(
        r#"{"log_transfer_type":"OBS","log_storage_format":"PARQUET","log_transfer_status":"PAUSED",
        "log_transfer_detail":{"obs_period":"7","obs_period_unit":"min","obs_time_zone":"UTC","obs_encrypted_enable":"true"}}"#,
    )
    .await;
    let unreadable: Vec<_> = dump.unreadable.iter().map(|(field, text)| (*field, &**text)).collect();
    assert_eq!(
        unreadable,
        [
            (Field::StorageFormat, "PARQUET"),
            (Field::Period, "7min"),
            (Field::SwitchOn, "PAUSED"),
            (Field::TimeZone, "UTC/"),
            (Field::Encryption, "enabled without a key"),
        ]
    );
    let settings = &dump.settings;
    assert_eq!((settings.storage_format, settings.period, settings.switch_on), (None, None, None));
    assert_eq!((&settings.obs_bucket_name, &settings.time_zone, &settings.encryption), (&None, &None, &None));
}

#[tokio::test(start_paused = true)]
async fn an_exception_is_a_dump_that_should_run() {
    let dump = read_dump(
        r#"{"log_transfer_type":"OBS","log_storage_format":"JSON","log_transfer_status":"EXCEPTION",
        "log_agency_transfer":{"agency_domain_id":"d","agency_name":"n"},
        "log_transfer_detail":{"obs_period":"3","obs_period_unit":"hour","obs_encrypted_id":"k","obs_time_zone":"UTC","obs_time_zone_id":"Etc/GMT"}}"#,
    )
    .await;
    assert_eq!((dump.settings.switch_on, dump.health), (Some(true), Health::Exception));
    assert_eq!(dump.settings.period, Some(Period::Hour3));
    assert_eq!(dump.settings.encryption, Some(Slot::Filled(Arc::from("k"))));
    assert!(
        matches!(&dump.settings.agency, Some(Slot::Filled(agency)) if &*agency.domain_id == "d" && agency.project_id.is_empty())
    );
}

#[tokio::test(start_paused = true)]
async fn other_kinds_are_seen() {
    for (kind, expected) in
        [("DIS", TransferKind::Dis), ("DMS", TransferKind::Dms), ("NEW", TransferKind::Other(Arc::from("NEW")))]
    {
        let info = format!(
            r#"{{"log_transfer_type":"{kind}","log_transfer_status":"ENABLE","log_transfer_detail":{{"dis_id":"x"}}}}"#
        );
        let dump = read_dump(&info).await;
        assert_eq!((dump.kind, dump.settings.switch_on, dump.carried.len()), (expected, Some(true), 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_transfer_that_hides_what_it_covers_makes_the_list_doubtful() {
    for item in [
        r#"{"log_transfer_id":"t1","log_group_id":"g1","log_transfer_info":{"log_transfer_type":"OBS"}}"#,
        r#"{"log_transfer_id":"t1","log_group_id":"g1","log_streams":[{"log_stream_name":"api"}],"log_transfer_info":{"log_transfer_type":"OBS"}}"#,
        r#"{"log_transfer_id":"","log_group_id":"g1","log_streams":[],"log_transfer_info":{"log_transfer_type":"OBS"}}"#,
        r#"{"log_transfer_id":"t1","log_streams":[],"log_transfer_info":{"log_transfer_type":"OBS"}}"#,
        r#"{"log_transfer_id":"t1","log_group_id":"g1","log_streams":[]}"#,
        "null",
    ] {
        let list = read(item).await;
        assert!(list.items.is_empty() && list.doubt.is_some(), "{item}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deletion_names_the_dump_in_the_query() {
    let script = Script::new()
        .on("DELETE transfers?log_transfer_id=t1", [answer(200, transfer("{}")), refusal(400, "LTS.0405")]);
    let client = client(&script).await;
    let id = TransferId::parse("t1").expect("an id");
    client.delete_dump(&id).await.expect("gone");
    assert_eq!(client.delete_dump(&id).await.expect_err("gone already").class, ErrorClass::NotFound);
}
