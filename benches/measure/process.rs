//! The program as a user starts it: how long it takes to say its version, how
//! large it is, and what a whole `plan` takes of processor and memory.

use std::process::{Command, Stdio};
use std::time::Duration;

use ltsctl::emulator::Profile;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::service::{PROGRAM, Service};
use crate::shape::Shape;
use crate::stopwatch::{Fastest, Stopwatch};
use crate::table::{Table, show_bytes, show_seconds};
use crate::{Outcome, block_on};

const STARTS: usize = 50;
const PLANS: usize = 10;

pub(crate) fn measure(table: &mut Table) -> Outcome<()> {
    let mut version = Fastest::of_none();
    for _ in 0..STARTS {
        let watch = Stopwatch::start();
        run(Command::new(PROGRAM).arg("--version"))?;
        version.note(watch.elapsed());
    }
    table.add_limited("ltsctl --version, wall time", version.get().as_secs_f64(), 0.02, show_seconds);
    let size = std::fs::metadata(PROGRAM)?.len();
    table.add_limited("size of the program", size as f64, 20e6, show_bytes);
    measure_plan(table)
}

fn measure_plan(table: &mut Table) -> Outcome<()> {
    let service = Service::start(Profile::Modern)?;
    block_on(service.seed(&Shape::LARGE.seed()))?;
    let folder = tempfile::tempdir()?;
    let manifest = folder.path().join("estate.yaml");
    std::fs::write(&manifest, Shape::LARGE.manifest(&service.target())?)?;
    let (mut wall, mut processor) = (Fastest::of_none(), Fastest::of_none());
    for _ in 0..PLANS {
        let before = processor_time_of_children()?;
        let watch = Stopwatch::start();
        run(Command::new(PROGRAM).args(["plan", "-f"]).arg(&manifest).env_clear().envs(service.environment()))?;
        wall.note(watch.elapsed());
        processor.note(processor_time_of_children()? - before);
    }
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    let own = getrusage(UsageWho::RUSAGE_SELF)?.max_rss();
    if own >= peak {
        return Err(format!("this program needs {own} KiB and hides what those it starts need ({peak} KiB)").into());
    }
    let what = "ltsctl plan, 10,000 streams + 1,000 dumps";
    table.add_limited(&format!("{what}, processor time"), processor.get().as_secs_f64(), 0.5, show_seconds);
    // `max_rss` is in KiB.
    table.add_limited(&format!("{what}, peak memory"), peak as f64 * 1024.0, 100e6, show_bytes);
    table.note(&format!("{what}, wall time, no latency"), show_seconds(wall.get().as_secs_f64()));
    Ok(())
}

fn run(command: &mut Command) -> Outcome<()> {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}").into()) }
}

/// Returns the processor time, user and system, of all programs that were
/// started and have ended.
fn processor_time_of_children() -> Outcome<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok(duration(usage.user_time())? + duration(usage.system_time())?)
}

fn duration(time: TimeVal) -> Outcome<Duration> {
    let (seconds, microseconds) = (u64::try_from(time.tv_sec())?, u64::try_from(time.tv_usec())?);
    Ok(Duration::from_secs(seconds) + Duration::from_micros(microseconds))
}
