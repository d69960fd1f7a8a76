//! Larger worlds by seed: many faults, two runs that race, a person in the
//! console, and a producer that makes streams again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ltsctl::model::Desired;

use crate::oracle;
use crate::run::{Scene, doomed};
use crate::scope::{self, Shape};
use crate::support::live::{Edit, make};
use crate::support::run;
use crate::way::{Fault, Plan, Way};

const GROUPS: [&str; 3] = ["alpha", "beta", "gamma"];

/// How many seeds are played when nobody says otherwise.
const RUNS: u64 = 50_000;

struct Dice(fastrand::Rng);

impl Dice {
    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.0.usize(..of.len())]
    }

    fn shapes(&mut self, all: &[Shape]) -> Vec<Shape> {
        GROUPS.iter().map(|_| self.one(all).clone()).collect()
    }

    fn faults(&mut self, often: f64) -> BTreeMap<usize, Fault> {
        let all: Vec<Fault> = Fault::OF_ANY.into_iter().chain(Fault::OF_READS).collect();
        let mut faults = BTreeMap::new();
        for position in 0..80 {
            if self.0.f64() < often {
                faults.insert(position, *self.one(&all));
            }
        }
        faults
    }

    fn edit(&mut self) -> (&'static str, Edit) {
        let streams = ["s", "t"];
        let stream = *self.one(&streams);
        let edits = [
            Edit::GroupTtl(5),
            Edit::StreamTtl(stream, 5),
            Edit::GroupTag("a", "z"),
            Edit::StreamTag(stream, "a", "z"),
            Edit::NewStream(stream),
            Edit::NewGroup,
            Edit::GoneStream(stream),
            Edit::Remade(stream),
            Edit::NewDump(stream),
            Edit::GoneDump,
            Edit::OtherFormat,
        ];
        (*self.one(&GROUPS), self.one(&edits).clone())
    }
}

fn named(shapes: &[Shape]) -> Vec<(&str, &Shape)> {
    GROUPS.into_iter().zip(shapes).collect()
}

/// Plays one seed.
pub(crate) fn play_seed(seed: u64) -> Result<(), String> {
    run(Box::pin(play(seed)))
}

async fn play(seed: u64) -> Result<(), String> {
    let mut dice = Dice(fastrand::Rng::with_seed(seed));
    let all: Vec<Shape> = [scope::structures(), scope::retention(), scope::tagging()].concat();
    let live = scope::world(&named(&dice.shapes(&all)));
    let desired = scope::declaration(&named(&dice.shapes(&all)));
    // The other run has the same manifest, or the one of an earlier commit.
    let other = match dice.0.u8(..3) {
        0 => None,
        1 => Some(desired.clone()),
        _ => Some(scope::declaration(&named(&dice.shapes(&all)))),
    };
    let often = *dice.one(&[0.02, 0.1, 0.3]);
    let mut scene = Scene::new(&live, dice.faults(often)).await;
    let latency = dice.0.u64(0..20);
    scene.world.service.configure(ltsctl::emulator::Config { latency_ms: latency, ..scene.world.service.config() });
    let rival = match other {
        Some(manifest) => Some((manifest, second(&scene, dice.faults(often)).await)),
        None => None,
    };
    let edits: Vec<(u64, (&'static str, Edit))> =
        (0..dice.0.u8(..4)).map(|_| (dice.0.u64(1..400), dice.edit())).collect();
    let service = scene.world.service.clone();
    let console = async move {
        for (pause, edit) in edits {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let mut live = service.estate();
            if make(&mut live, &edit) {
                service.seed(&live).expect("a state");
            }
        }
    };
    let ours = scene.apply(&desired);
    let theirs = async {
        match &rival {
            Some((manifest, scene)) => Some(scene.apply(manifest).await),
            None => None,
        }
    };
    let (ours, theirs, ()) = tokio::join!(Box::pin(ours), Box::pin(theirs), console);
    let plans = [ours.ok(), theirs.and_then(Result::ok)];
    check(&scene, plans.iter().flatten().map(|ran| &ran.plan))?;

    scene.recover().await;
    settle(&mut scene, &desired).await
}

/// A second client with a way of its own to the same service.
async fn second(scene: &Scene, faults: BTreeMap<usize, Fault>) -> Scene {
    let way = Arc::new(Mutex::new(Plan { faults, ..Plan::default() }));
    let shared = Arc::clone(&way);
    let world = scene.world.beside(|inner| Arc::new(Way { inner, plan: shared })).await;
    Scene { world, way }
}

fn check<'a>(scene: &Scene, plans: impl Iterator<Item = &'a ltsctl::plan::Plan>) -> Result<(), String> {
    oracle::check_world(&scene.world.service.estate())?;
    let doomed: BTreeSet<String> = plans.flat_map(doomed).collect();
    oracle::check_deletions(&doomed, &scene.journal())
}

/// Two further runs at most reach what is declared, and what comes after them
/// writes nothing.
async fn settle(scene: &mut Scene, desired: &Desired) -> Result<(), String> {
    for _ in 0..3 {
        scene.world.service.clear_journal();
        let ran = scene.apply(desired).await?;
        if ran.plan.steps.is_empty() {
            return oracle::check_silence(&scene.journal());
        }
    }
    Err(format!("no peace after two runs: {:#?}", scene.apply(desired).await?.plan.steps))
}

#[test]
fn deep_runs_find_their_peace() {
    let runs = std::env::var("SIMULATION_RUNS").ok().and_then(|text| text.parse().ok()).unwrap_or(RUNS);
    let next = std::sync::atomic::AtomicU64::new(0);
    let failure: Mutex<Option<String>> = Mutex::new(None);
    std::thread::scope(|threads| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            threads.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if seed >= runs || failure.lock().expect("a lock").is_some() {
                        return;
                    }
                    if let Err(why) = play_seed(seed) {
                        let replay = format!("SIMULATE=\"deep {seed}\" cargo test --test simulation replay");
                        failure.lock().expect("a lock").get_or_insert(format!("{why}\n{replay}"));
                    }
                }
            });
        }
    });
    if let Some(why) = failure.into_inner().expect("a lock") {
        panic!("{why}");
    }
    println!("deep: {runs} seeds");
}
