//! One schedule: a run that meets its faults, and the runs after it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use ltsctl::apply::{Done, Outcome, Settled};
use ltsctl::emulator::{Estate, JournalEntry, Profile};
use ltsctl::lts::Transport;
use ltsctl::model::{Desired, Memory};
use ltsctl::plan::{Call, Found, Plan, Purpose, Standing, assess};

use crate::oracle;
use crate::support::World;
use crate::way::{self, Fault, Way};

/// A world with a spoilt way to it.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) way: Arc<Mutex<way::Plan>>,
}

/// What a run did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) plan: Plan,
    /// Nothing where the run ended before its first write.
    pub(crate) outcomes: Option<Vec<Outcome>>,
}

impl Scene {
    pub(crate) async fn new(live: &Estate, faults: BTreeMap<usize, Fault>) -> Self {
        let way = Arc::new(Mutex::new(way::Plan { faults, ..way::Plan::default() }));
        let shared = Arc::clone(&way);
        let world = World::with_transport(Profile::Modern, |inner| -> Arc<dyn Transport> {
            Arc::new(Way { inner, plan: shared })
        })
        .await;
        world.service.seed(live).expect("a state");
        Self { world, way }
    }

    /// Goes on without faults, as another process would.
    pub(crate) async fn recover(&mut self) {
        *self.way.lock().expect("a lock") = way::Plan::default();
        // What was under way at the service is through by then.
        tokio::time::sleep(std::time::Duration::from_secs(90)).await;
        self.world.reconnect().await;
    }

    /// Plans and applies as the program does: observe, plan, look again, drive.
    /// Every class is allowed; what must not happen is the oracles' business.
    pub(crate) async fn apply(&self, desired: &Desired) -> Result<Ran, String> {
        let proposal = self.world.try_propose(desired, Purpose::Converge).await?;
        let plan = proposal.plan;
        if plan.steps.is_empty() {
            return Ok(Ran { plan, outcomes: Some(Vec::new()) });
        }
        let again = self.world.try_observe(desired).await?;
        let mut settled = BTreeMap::new();
        let mut moved = false;
        for ((id, _), standing) in plan.iter().zip(assess(&plan, &again.live, &Memory::default())) {
            let so = match standing {
                Standing::Open(0) => continue,
                Standing::Open(calls) => Settled::Begun(calls),
                Standing::Done(Found::Plain) => Settled::AlreadySo(Done::Plain),
                Standing::Done(Found::Group(id)) => Settled::AlreadySo(Done::Group(id)),
                Standing::Done(Found::Stream(id)) => Settled::AlreadySo(Done::Stream(id)),
                Standing::Moved(_) => {
                    moved = true;
                    continue;
                }
            };
            settled.insert(id, so);
        }
        if moved {
            return Ok(Ran { plan, outcomes: None });
        }
        let ending = self.world.drive(&plan, settled).await;
        Ok(Ran { plan, outcomes: Some(ending.outcomes) })
    }

    pub(crate) fn journal(&self) -> Vec<JournalEntry> {
        self.world.service.journal()
    }
}

/// The ids that a plan deletes.
pub(crate) fn doomed(plan: &Plan) -> BTreeSet<String> {
    let calls = plan.steps.iter().flat_map(|step| &step.calls);
    calls
        .filter_map(|call| match call {
            Call::DeleteGroup { group } => Some(group.to_string()),
            Call::DeleteStream { stream, .. } => Some(stream.to_string()),
            Call::DeleteDump { dump } => Some(dump.to_string()),
            _ => None,
        })
        .collect()
}

/// Runs one schedule and returns the methods of what its first run sent.
pub(crate) async fn play(
    live: &Estate,
    desired: &Desired,
    faults: BTreeMap<usize, Fault>,
) -> Result<Vec<http::Method>, String> {
    let mut scene = Scene::new(live, faults).await;
    let before = scene.world.service.estate();
    let killed = Arc::clone(&scene.way.lock().expect("a lock").killed);
    let has_kill = scene.way.lock().expect("a lock").faults.values().any(|fault| Fault::OF_PROCESSES.contains(fault));
    let ran = if has_kill {
        tokio::select! {
            biased;
            ran = scene.apply(desired) => Some(ran),
            () = killed.notified() => None,
        }
    } else {
        Some(scene.apply(desired).await)
    };
    let sent = scene.way.lock().expect("a lock").sent.clone();
    let journal = scene.journal();
    match &ran {
        Some(Ok(ran)) => oracle::check_run(ran, &journal, &before)?,
        // It ended before its first write.
        Some(Err(why)) => oracle::check_silence(&journal).map_err(|fault| format!("{fault} (after {why})"))?,
        None => {}
    }
    oracle::check_world(&scene.world.service.estate())?;
    oracle::check_budget(sent.len(), ran.as_ref().and_then(|ran| ran.as_ref().ok()))?;

    // Once the faults have stopped, two further runs at most reach what is
    // declared, and what comes after them writes nothing.
    scene.recover().await;
    for attempt in 1..=3 {
        scene.world.service.clear_journal();
        let ran = scene.apply(desired).await?;
        oracle::check_run(&ran, &scene.journal(), &scene.world.service.estate())?;
        if ran.plan.steps.is_empty() {
            oracle::check_silence(&scene.journal())?;
            return Ok(sent);
        }
        if attempt == 3 {
            return Err(format!("no peace after two runs: {:#?}", ran.plan.steps));
        }
    }
    Ok(sent)
}
