//! Planning alone: from two values in memory to a plan.

use std::hint::black_box;
use std::time::Duration;

use ltsctl::model::{Capabilities, Desired, Edition, Live};
use ltsctl::plan::{Proposal, Purpose, Request, propose};

use crate::Outcome;
use crate::shape::Shape;
use crate::stopwatch::{Fastest, Stopwatch};
use crate::table::{Table, Target, show_seconds, show_time};

/// Groups of 100 streams and 10 dumps, with the rounds that they are worth.
const SIZES: [(usize, usize); 3] = [(100, 30), (1_000, 10), (10_000, 4)];

/// Longest time for a million streams, in seconds.
const LONGEST: f64 = 2.0;

/// Most that ten times the input may take, in times the time.
const MOST_GROWTH: f64 = 12.0;

pub(crate) fn measure(table: &mut Table) -> Outcome<()> {
    measure_growth(table, "1 % changed", |shape| shape.live())?;
    measure_growth(table, "all created", |_| Ok(Live::default()))
}

fn measure_growth(table: &mut Table, case: &str, live: impl Fn(Shape) -> Outcome<Live>) -> Outcome<()> {
    let mut smaller: Option<Duration> = None;
    for (groups, rounds) in SIZES {
        let shape = Shape { groups, ..Shape::LARGE };
        let time = fastest(&shape.desired()?, &live(shape)?, rounds);
        let streams = groups * shape.streams;
        let what = format!("planning {streams} streams, {case}");
        match smaller {
            None => table.note(&what, show_time(time)),
            Some(smaller) => {
                let growth = time.as_secs_f64() / smaller.as_secs_f64();
                table.add(&what, show_time(time), "a tenth of it".to_owned(), growth, Target::AtMost(MOST_GROWTH));
            }
        }
        if streams == 1_000_000 {
            table.add_limited(&format!("  {streams} streams, in all"), time.as_secs_f64(), LONGEST, show_seconds);
        }
        smaller = Some(time);
    }
    Ok(())
}

fn fastest(desired: &Desired, live: &Live, rounds: usize) -> Duration {
    let mut fastest = Fastest::of_none();
    for _ in 0..rounds {
        let watch = Stopwatch::start();
        let proposal = plan(desired, live);
        fastest.note(watch.elapsed());
        drop(black_box(proposal));
    }
    fastest.get()
}

fn plan(desired: &Desired, live: &Live) -> Proposal {
    let request = Request {
        purpose: Purpose::Converge,
        take_over: &[],
        today: "2026-01-02",
        memory: &ltsctl::model::Memory::default(),
    };
    propose(desired, live, &Capabilities::of(Edition::Modern), request)
}
