//! One apply under faults, and what is asked of it afterwards.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use ltsctl::apply::{Ending, Manner, Outcome};
use ltsctl::emulator::{Estate, Faults, Profile};
use ltsctl::model::{Desired, Period};
use ltsctl::plan::Purpose;
use serde_json::{Value, json};

use crate::program::{Place, Ran, Service};
use crate::support::World;
use crate::support::estates::{absent_stream, dump, estate, group, stream};

/// What an apply did, and the world it did it to.
pub(crate) struct Applied {
    pub(crate) world: World,
    pub(crate) ending: Ending,
    after: Desired,
    /// From the first request of the apply to its end.
    pub(crate) took: Duration,
}

pub(crate) fn inject(world: &World, rules: &Value) {
    world.service.inject(Faults::read(&json!({ "seed": 7, "rules": rules })).expect("rules"));
}

pub(crate) fn seconds_since(world: &World, start: Timestamp) -> Duration {
    world.clock().now().duration_since(start).try_into().expect("time goes on")
}

/// Makes what is to be there before, plans, and applies while the rules are in
/// force. What comes late is waited for.
pub(crate) async fn apply_under(before: &Desired, after: &Desired, rules: Value) -> Applied {
    apply_on(World::new(Profile::Modern).await, before, after, rules).await
}

pub(crate) async fn apply_on(world: World, before: &Desired, after: &Desired, rules: Value) -> Applied {
    world.apply(before).await;
    let proposal = world.propose(after, Purpose::Converge).await;
    world.service.clear_journal();
    inject(&world, &rules);
    let start = world.clock().now();
    let ending = world.carry_out(&proposal).await;
    let took = seconds_since(&world, start);
    tokio::time::sleep(Duration::from_secs(300)).await;
    Applied { world, ending, after: after.clone(), took }
}

impl Applied {
    /// How many requests of one operation arrived at the service.
    pub(crate) fn sent(&self, operation: &str) -> usize {
        sent(&self.world, operation)
    }

    /// How many of them changed something.
    pub(crate) fn committed(&self, operation: &str) -> usize {
        let journal = self.world.service.journal();
        journal.iter().filter(|entry| entry.operation == Some(operation) && entry.committed).count()
    }

    #[track_caller]
    pub(crate) fn is_done(&self, manner: Manner, told: &str) -> &Self {
        assert_eq!(self.ending.outcomes, [Outcome::Done(manner)], "{told}");
        self
    }

    /// Once nothing goes wrong any more, a plan is empty, and no stream has two
    /// dumps.
    pub(crate) async fn check_peace(&self, told: &str) {
        check_peace(&self.world, &self.after, told).await;
    }
}

pub(crate) fn sent(world: &World, operation: &str) -> usize {
    world.service.journal().iter().filter(|entry| entry.operation == Some(operation)).count()
}

pub(crate) async fn check_peace(world: &World, after: &Desired, told: &str) {
    inject(world, &json!([]));
    let again = world.propose(after, Purpose::Converge).await;
    assert!(again.plan.steps.is_empty(), "{told}: {:?}", again.plan.steps);
    check_unique(&world.service.estate(), told);
}

/// A stream has one dump at most. (A name can only be there once.)
pub(crate) fn check_unique(live: &Estate, told: &str) {
    for group in live.groups.values() {
        let mut covered = BTreeSet::new();
        let mut streams = group.transfers.iter().flat_map(|transfer| &transfer.streams);
        assert!(streams.all(|stream| covered.insert(stream)), "{told}: a stream has two dumps");
    }
}

/// One write: what is there, what is declared, and the operation that leads
/// from one to the other.
pub(crate) struct Write {
    pub(crate) before: Desired,
    pub(crate) after: Desired,
    pub(crate) operation: &'static str,
}

fn plain(ttl: i64) -> Desired {
    estate(vec![("g", group(ttl, vec![("s", stream(None))], None))])
}

fn dumped(period: Period) -> Desired {
    let dumps = vec![("d", dump(&["s"], "bucket", period))];
    estate(vec![("g", group(7, vec![("s", stream(None))], Some(dumps)))])
}

pub(crate) fn create_group() -> Write {
    let after = estate(vec![("g", group(7, Vec::new(), None))]);
    Write { before: estate(Vec::new()), after, operation: "CreateLogGroup" }
}

pub(crate) fn create_stream() -> Write {
    let before = estate(vec![("g", group(7, Vec::new(), None))]);
    Write { before, after: plain(7), operation: "CreateLogStream" }
}

pub(crate) fn create_dump() -> Write {
    Write { before: plain(7), after: dumped(Period::Hour1), operation: "CreateTransfer" }
}

pub(crate) fn creations() -> [Write; 3] {
    [create_group(), create_stream(), create_dump()]
}

pub(crate) fn delete_stream() -> Write {
    let after = estate(vec![("g", group(7, vec![("s", absent_stream())], None))]);
    Write { before: plain(7), after, operation: "DeleteLogStream" }
}

pub(crate) fn updates() -> [Write; 2] {
    [
        Write { before: plain(7), after: plain(30), operation: "UpdateLogGroup" },
        Write { before: dumped(Period::Hour1), after: dumped(Period::Min5), operation: "UpdateTransfer" },
    ]
}

impl Write {
    /// Applies it while a fault strikes its first request.
    pub(crate) async fn strike(&self, fault: &Value) -> Applied {
        self.under(json!([{ "operation": self.operation, "nth": 1, "fault": fault }])).await
    }

    pub(crate) async fn under(&self, rules: Value) -> Applied {
        apply_under(&self.before, &self.after, rules).await
    }
}

/// A manifest of the emulator of a test in a place of its own.
pub(crate) fn place_with(service: &Service, estate: &str) -> Place {
    let place = service.place();
    place.write("m.yaml", &format!("{}{estate}", service.target()));
    place
}

pub(crate) fn apply(place: &Place, more: &[&str]) -> Ran {
    place.run(&[&["apply", "-f", "m.yaml", "--auto-approve"][..], more].concat())
}

pub(crate) fn set_faults(service: &Service, rules: &Value) {
    service.admin("PUT", "/faults", &json!({ "seed": 1, "rules": rules }).to_string());
}

/// The requests that would change something, as `operation status`.
pub(crate) fn writes(service: &Service) -> Vec<String> {
    let is_write = |line: &String| {
        ["Create", "Update", "Delete", "POST", "PUT", "DELETE"].iter().any(|verb| line.starts_with(verb))
    };
    service.lts_journal().into_iter().filter(is_write).collect()
}
