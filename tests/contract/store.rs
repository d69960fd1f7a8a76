//! What survives a restart, and who may open the data.

use std::path::Path;

use ltsctl::effects::Chance;
use ltsctl::emulator::{Emulator, OpenError, Options, Profile};
use serde_json::{Value, json};

use crate::support::{Answer, Ask, Key, World, hand_clock, sign};

fn open(profile: Profile, folder: &Path) -> Result<Emulator, OpenError> {
    let chance = Chance::from_system();
    Emulator::open(Options { profile, data: Some(folder.to_owned()), clock: hand_clock(), chance })
}

async fn call(emulator: &Emulator, method: &str, target: &str, body: Value) -> Answer {
    let body = Some(body).filter(|body| !body.is_null());
    let world = World::around(emulator.clone());
    let ask = Ask::new(method, target, body);
    let signed = if target.starts_with("/emulator") {
        ask
    } else {
        sign(ask, &Key::built_in(), ltsctl::effects::Clock::now(&*hand_clock()))
    };
    world.send(signed).await
}

/// Everything a reader can see.
async fn everything(emulator: &Emulator) -> Value {
    let mut seen = Vec::new();
    for path in ["config", "state", "buckets", "accounts"] {
        seen.push(call(emulator, "GET", &format!("/emulator/{path}"), Value::Null).await.expect(200));
    }
    json!(seen)
}

/// Makes one of everything and returns the path of a log query and a token.
async fn fill(emulator: &Emulator) -> (String, String) {
    let world = World::around(emulator.clone());
    let mut stream = String::new();
    let mut group = String::new();
    // The names go down, so that an order by name would show.
    for name in ["c", "b", "a"] {
        group = world.group(name).await;
        world.stream(&group, "z").await;
        stream = world.stream(&group, "y").await;
    }
    world.dump(&group, &stream).await;
    world.admin("PATCH", "config", json!({ "max_group_ttl": 9 })).await;
    world.admin("PUT", "buckets/gone", json!({ "state": "missing" })).await;
    world.admin("POST", "accounts", json!({ "name": "other", "users": [{ "name": "u", "password": "p" }] })).await;
    world.admin("POST", "keys", json!({ "access": "SECOND" })).await;
    let lines = json!([{ "content": "kept", "line_num": "1595659490239433654" }]);
    world.admin("POST", "logs", json!({ "group": "a", "stream": "y", "lines": lines })).await;
    let login = world.send(Ask::new("POST", "/v3/auth/tokens", Some(crate::iam::login()))).await;
    let path = format!("/v2/{}/groups/{group}/streams/{stream}/content/query", crate::support::PROJECT);
    (path, login.headers["x-subject-token"].clone())
}

async fn check(emulator: &Emulator, before: &Value, query: &str, token: &str) {
    assert_eq!(&everything(emulator).await, before);
    let range = json!({ "start_time": 1_595_659_200_000_i64, "end_time": 1_595_659_500_000_i64 });
    assert_eq!(call(emulator, "POST", query, range).await.expect(200)["logs"][0]["content"], "kept");
    let world = World::around(emulator.clone());
    let groups = format!("/v2/{}/groups", crate::support::PROJECT);
    let list = world.send(Ask::new("GET", &groups, None).with("x-auth-token", token)).await.expect(200);
    let names: Vec<_> =
        list["log_groups"].as_array().unwrap().iter().map(|group| group["log_group_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["c", "b", "a"], "in the order of creation");
}

#[tokio::test]
async fn a_reopened_emulator_has_everything() {
    for profile in Profile::ALL {
        let folder = tempfile::tempdir().unwrap();
        let emulator = open(profile, folder.path()).unwrap();
        let (query, token) = fill(&emulator).await;
        let before = everything(&emulator).await;
        drop(emulator);
        let emulator = open(profile, folder.path()).unwrap();
        check(&emulator, &before, &query, &token).await;
        // Deletions are remembered as well.
        let stream = query.trim_end_matches("/content/query");
        if profile != Profile::Seed2022 {
            let world = World::around(emulator.clone());
            let list = world.get("transfers").await.expect(200);
            let id = list["log_transfers"][0]["log_transfer_id"].as_str().unwrap();
            world.delete(&format!("transfers?log_transfer_id={id}")).await.expect(200);
            call(&emulator, "DELETE", stream, Value::Null).await.expect_empty(204);
        }
        let before = everything(&emulator).await;
        drop(emulator);
        assert_eq!(everything(&open(profile, folder.path()).unwrap()).await, before);
    }
}

/// The file as it is while the emulator runs is the file that a kill leaves.
#[tokio::test]
async fn a_killed_emulator_loses_nothing_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = open(Profile::Modern, folder.path()).unwrap();
    let (query, token) = fill(&emulator).await;
    let before = everything(&emulator).await;
    let killed = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), killed.path().join(file.file_name())).unwrap();
    }
    let revived = open(Profile::Modern, killed.path()).unwrap();
    check(&revived, &before, &query, &token).await;
}

#[tokio::test]
async fn concurrent_writes_share_commits_and_all_survive() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = open(Profile::Modern, folder.path()).unwrap();
    let requests = (0..100).map(|number| {
        let emulator = emulator.clone();
        tokio::spawn(async move { World::around(emulator).group(&format!("g{number}")).await })
    });
    for request in requests.collect::<Vec<_>>() {
        request.await.unwrap();
    }
    let before = everything(&emulator).await;
    drop(emulator);
    let emulator = open(Profile::Modern, folder.path()).unwrap();
    assert_eq!(everything(&emulator).await, before);
    assert_eq!(emulator.estate().groups.len(), 100);
}

#[tokio::test]
async fn data_belongs_to_one_process_and_one_profile() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = open(Profile::Modern, folder.path()).unwrap();
    let error = open(Profile::Modern, folder.path()).unwrap_err();
    assert!(matches!(error, OpenError::InUse { .. }), "{error:?}");
    assert!(error.to_string().starts_with("another process holds the emulator's data in `"), "{error}");
    drop(emulator);
    let error = open(Profile::Seed2022, folder.path()).unwrap_err();
    assert!(matches!(error, OpenError::OtherProfile { .. }), "{error:?}");
    assert!(error.to_string().contains("is of profile `modern`, not `seed-2022`"), "{error}");
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let error = open(Profile::Modern, &file.join("below")).unwrap_err();
    assert!(matches!(error, OpenError::Data { .. }), "{error:?}");
}
