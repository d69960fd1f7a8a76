//! What an apply of one target or several has come to.

use std::cell::{Cell, RefCell};

use super::exit::Exit;
use super::tell::Made;
use crate::apply::Tally;
use crate::plan::{Plan, Summary};
use crate::render::text;

/// The sums over the targets so far, and their reports.
#[derive(Debug, Default)]
pub(super) struct Total {
    /// The reports, one for each target that has come to an end.
    pub(super) made: RefCell<Vec<Made>>,
    tally: Cell<Tally>,
    matching: Cell<usize>,
    wrote: Cell<bool>,
    /// Whether the deadline has ended the run of the latest target.
    late: Cell<bool>,
}

impl Total {
    /// Adds what was done in a target.
    pub(super) fn add(&self, tally: &Tally, wrote: bool) {
        let sum = self.tally.get();
        self.tally.set(Tally {
            done: Summary {
                add: sum.done.add + tally.done.add,
                change: sum.done.change + tally.done.change,
                destroy: sum.done.destroy + tally.done.destroy,
            },
            done_steps: sum.done_steps + tally.done_steps,
            failed: sum.failed + tally.failed,
            unknown: sum.unknown + tally.unknown,
            not_started: sum.not_started + tally.not_started,
        });
        self.wrote.set(self.wrote.get() || wrote);
    }

    /// Adds a target in which there was nothing to do.
    pub(super) fn add_matching(&self, plan: &Plan) {
        self.matching.set(self.matching.get() + plan.unchanged + plan.satisfied.len());
    }

    /// Says that the deadline has ended the run of a target.
    pub(super) fn set_late(&self) {
        self.late.set(true);
    }

    /// Returns the exit code of the target that has just ended. A deadline that ends the
    /// run is 3 if anything was written, in whichever target (contract section 5).
    pub(super) fn settle(&self, exit: Exit) -> Exit {
        match (self.late.take(), self.wrote.get(), exit) {
            (true, true, Exit::Error) => Exit::Partly,
            (_, _, exit) => exit,
        }
    }

    /// Returns the sums.
    pub(super) fn tally(&self) -> Tally {
        self.tally.get()
    }

    /// Returns the literal last line for all targets together.
    pub(super) fn last_line(&self, exit: Exit) -> String {
        let tally = self.tally.get();
        match exit {
            Exit::Done | Exit::Unhealthy if tally.done_steps == 0 => {
                text::plan_line(Summary::default(), true, self.matching.get())
            }
            Exit::Done | Exit::Unhealthy => text::apply_line(tally.done),
            // Of what was begun there is a rest: the same command goes on with it.
            _ if tally.failed + tally.unknown + tally.not_started > 0 => {
                text::render_tally(&tally).trim_end().to_owned()
            }
            _ if tally.done_steps > 0 => text::apply_line(tally.done),
            _ => "Nothing was written.".to_owned(),
        }
    }
}
