//! Reading a project and planning, against the bare requests.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Duration;

use ltsctl::emulator::Profile;
use ltsctl::lts::{Client, Scope, Usage, observe};
use ltsctl::manifest::{self, Source};
use ltsctl::model::Desired;
use ltsctl::plan::{Purpose, Request, propose};

use crate::replay::{Recorder, Replay, Traffic};
use crate::service::Service;
use crate::shape::Shape;
use crate::stopwatch::{Fastest, Stopwatch};
use crate::table::{Table, Target, show_bytes, show_time};
use crate::{Outcome, block_on};

/// Rounds of both sides, in turns.
const ROUNDS: usize = 40;

/// Most that reading, comparing and ordering may add where a network is in
/// between.
const MOST: f64 = 1.3;

pub(crate) fn measure(table: &mut Table) -> Outcome<()> {
    block_on(async {
        for profile in [Profile::Modern, Profile::Seed2022] {
            let service = Service::start(profile)?;
            service.seed(&Shape::LARGE.seed()).await?;
            for (latency, target) in [(0, Target::Open), (20, Target::AtMost(MOST))] {
                service.hold_answers_back(latency).await?;
                let case = measure_against_floor(&service, profile).await?;
                let what = format!("observe + plan, {profile}, {latency} ms latency");
                let ratio = case.whole.as_secs_f64() / case.floor.as_secs_f64();
                table.add(&what, show_time(case.whole), format!("floor {}", show_time(case.floor)), ratio, target);
                if latency == 0 {
                    let Traffic { requests, bytes } = case.traffic;
                    let what = format!("  its requests and bytes, {profile}");
                    table.note(&what, format!("{requests} reads, {}", show_bytes(bytes as f64)));
                }
            }
        }
        Ok(())
    })
}

/// One case, both sides.
struct Case {
    whole: Duration,
    floor: Duration,
    traffic: Traffic,
}

async fn measure_against_floor(service: &Service, profile: Profile) -> Outcome<Case> {
    let text = Shape::LARGE.manifest(&service.target())?;
    let source = Source { name: "estate.yaml".into(), text, folder: PathBuf::new() };
    let desired = manifest::parse(&[source]).map_err(|complaints| format!("{complaints:?}"))?.desired;
    let recorder = Recorder::new()?;
    let client = service.connect(recorder.clone()).await?;
    recorder.take();
    let before = client.usage();
    read_and_plan(&client, &desired).await?;
    let traffic = between(before, client.usage());
    let replay = Replay::of(recorder.take(), profile)?;
    let (mut whole, mut floor) = (Fastest::of_none(), Fastest::of_none());
    for _ in 0..ROUNDS {
        let watch = Stopwatch::start();
        let sent = replay.send().await?;
        floor.note(watch.elapsed());
        if sent != traffic {
            return Err(format!("the floor is another one: {sent:?} instead of {traffic:?}").into());
        }
        whole.note(read_and_plan(&client, &desired).await?);
        recorder.take();
    }
    Ok(Case { whole: whole.get(), floor: floor.get(), traffic })
}

/// Does what `plan` does between the manifest and the output.
async fn read_and_plan(client: &Client, desired: &Desired) -> Outcome<Duration> {
    let watch = Stopwatch::start();
    let scope = Scope::Groups(desired.groups.keys().cloned().collect());
    let observation = observe(client, &scope).await?;
    let request = Request {
        purpose: Purpose::Converge,
        take_over: &[],
        today: "2026-01-02",
        memory: &ltsctl::model::Memory::default(),
    };
    let proposal = propose(desired, &observation.live, &observation.capabilities, request);
    let elapsed = watch.elapsed();
    black_box(proposal);
    Ok(elapsed)
}

fn between(before: Usage, after: Usage) -> Traffic {
    Traffic { requests: after.reads - before.reads, bytes: after.bytes_received - before.bytes_received }
}
