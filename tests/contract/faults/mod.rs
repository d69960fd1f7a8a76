//! Things that go wrong on purpose: each kind in this process and over a
//! socket, and what the journal says of it.

mod answers;
mod behind;
mod delivery;
mod limits;
mod lists;
mod rules;

use serde_json::{Value, json};

use crate::support::World;

/// Puts rules in force. What the reader takes, an editor with the schema takes.
async fn inject(world: &World, rules: Value) {
    let document = json!({ "seed": 7, "rules": rules });
    assert!(is_taken_by_the_schema(&document), "{document}");
    world.admin("PUT", "faults", document).await;
}

fn is_taken_by_the_schema(document: &Value) -> bool {
    jsonschema::draft202012::new(&ltsctl::emulator::faults_schema()).unwrap().is_valid(document)
}

/// Returns operation, status, whether it was committed, and the faults of the
/// latest request.
fn last(world: &World) -> (&'static str, u16, bool, Vec<&'static str>) {
    let entry = world.emulator.journal().pop().unwrap();
    let faults = entry.faults.iter().map(|fault| fault.kind).collect();
    (entry.operation.unwrap_or("?"), entry.status, entry.committed, faults)
}

fn group(name: &str) -> Value {
    json!({ "log_group_name": name, "ttl_in_days": 7 })
}

/// Returns the names of a list of groups.
async fn groups(world: &World) -> Vec<String> {
    names(&world.get("groups").await.expect(200)["log_groups"], "log_group_name")
}

fn names(list: &Value, member: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item[member].as_str().unwrap().to_owned()).collect()
}
