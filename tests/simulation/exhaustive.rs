//! Small scopes, whole: all pairs of what is there and what is declared, every
//! single fault at every request, and a kill at every request.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::run::play;
use crate::scope::{self, Shape};
use crate::support::run;
use crate::way::Fault;

/// Runs all schedules of a pair of shapes; returns how many there were.
fn exhaust(scope: &str, (one, two): (usize, usize), shapes: &[Shape]) -> Result<usize, String> {
    let live = scope::world(&[("g", &shapes[one])]);
    let desired = scope::declaration(&[("g", &shapes[two])]);
    let replay = |position: usize, fault: &str| {
        format!("SIMULATE=\"{scope} {one} {two} {position} {fault}\" cargo test --test simulation replay")
    };
    let quiet = run(play(&live, &desired, BTreeMap::new())).map_err(|why| format!("{why}\n{}", replay(0, "none")))?;
    let mut schedules = 1;
    for (position, method) in quiet.iter().enumerate() {
        let all = Fault::OF_ANY.into_iter().chain(Fault::OF_READS).chain(Fault::OF_PROCESSES);
        for fault in all.filter(|fault| fault.fits(method)) {
            let outcome = run(play(&live, &desired, BTreeMap::from([(position, fault)])));
            outcome.map_err(|why| format!("{why}\n{}", replay(position, &format!("{fault:?}"))))?;
            schedules += 1;
        }
    }
    Ok(schedules)
}

/// Shares the pairs of a scope among the processors.
fn exhaust_pairs(name: &str) -> usize {
    let shapes = &scope::named(name).expect("a scope");
    let pairs: Vec<(usize, usize)> =
        (0..shapes.len()).flat_map(|one| (0..shapes.len()).map(move |two| (one, two))).collect();
    let (next, schedules) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let failure: Mutex<Option<String>> = Mutex::new(None);
    std::thread::scope(|threads| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            threads.spawn(|| {
                while let Some(pair) = pairs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match exhaust(name, *pair, shapes) {
                        Ok(number) => {
                            schedules.fetch_add(number, Ordering::Relaxed);
                        }
                        Err(why) => {
                            failure.lock().expect("a lock").get_or_insert(why);
                            return;
                        }
                    }
                    if failure.lock().expect("a lock").is_some() {
                        return;
                    }
                }
            });
        }
    });
    if let Some(why) = failure.into_inner().expect("a lock") {
        panic!("{why}");
    }
    println!("{name}: {} shapes, {} pairs, {} schedules", shapes.len(), pairs.len(), schedules.load(Ordering::Relaxed));
    schedules.into_inner()
}

#[test]
fn s52_every_fault_at_every_request_of_every_pair() {
    let schedules: usize = ["structures", "retention", "tagging"].into_iter().map(exhaust_pairs).sum();
    println!("exhaustive: {schedules} schedules");
    assert!(schedules > 50_000, "{schedules}");
}

#[test]
fn every_pair_of_two_groups_converges() {
    let few = scope::few();
    let mut pairs = 0;
    for one in &few {
        for two in &few {
            for three in &few {
                for four in &few {
                    let live = scope::world(&[("alpha", one), ("beta", two)]);
                    let desired = scope::declaration(&[("alpha", three), ("beta", four)]);
                    run(play(&live, &desired, BTreeMap::new())).unwrap_or_else(|why| panic!("{why}"));
                    pairs += 1;
                }
            }
        }
    }
    assert_eq!(pairs, few.len().pow(4));
}

/// Runs what a failure printed.
#[test]
fn replay() {
    let Ok(words) = std::env::var("SIMULATE") else { return };
    let words: Vec<&str> = words.split_whitespace().collect();
    match words.as_slice() {
        [name, one, two, position, fault] => {
            let shapes = scope::named(name).expect("a scope");
            let number = |text: &str| text.parse::<usize>().expect("a number");
            let (one, two) = (&shapes[number(one)], &shapes[number(two)]);
            println!("{one:#?}\n{two:#?}");
            let faults = Fault::parse(fault).map(|fault| (number(position), fault)).into_iter().collect();
            let live = scope::world(&[("g", one)]);
            println!("{:?}", run(play(&live, &scope::declaration(&[("g", two)]), faults)));
        }
        ["deep", seed] => println!("{:?}", crate::deep::play_seed(seed.parse().expect("a number"))),
        other => panic!("{other:?} names no schedule"),
    }
}
