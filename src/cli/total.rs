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

    /// Returns the sums.
    pub(super) fn tally(&self) -> Tally {
        self.tally.get()
    }

    /// Says whether anything was written.
    pub(super) fn has_written(&self) -> bool {
        self.wrote.get()
    }

    /// Returns the literal last line for all targets together.
    pub(super) fn last_line(&self, exit: Exit) -> String {
        let tally = self.tally.get();
        match exit {
            Exit::Done | Exit::Unhealthy if tally.done_steps == 0 => {
                text::plan_line(Summary::default(), true, self.matching.get())
            }
            Exit::Done | Exit::Unhealthy => text::apply_line(tally.done),
            _ => text::render_tally(&tally).trim_end().to_owned(),
        }
    }
}
