//! What a person sees while an apply runs: a line an event when piped, one
//! line with counts on a terminal.

use super::paint::Paint;
use super::text::{shown, verb_word};
use crate::apply::{Event, Outcome};
use crate::plan::{Plan, StepId};

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressStyle {
    /// One line for every step that is over.
    Lines,
    /// One line that is written over.
    Live,
}

/// What to show after an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// A line, without its end.
    Line(String),
    /// What stands in the line that is written over.
    Live(String),
}

/// Counts what has happened so far.
#[derive(Debug)]
pub struct Progress<'a> {
    plan: &'a Plan,
    style: ProgressStyle,
    paint: Paint,
    running: usize,
    done: usize,
    failed: usize,
    skipped: usize,
}

impl<'a> Progress<'a> {
    /// Starts with nothing done.
    #[must_use]
    pub fn new(plan: &'a Plan, style: ProgressStyle, paint: Paint) -> Self {
        Self { plan, style, paint, running: 0, done: 0, failed: 0, skipped: 0 }
    }

    /// Takes an event and returns what to show, if there is anything new.
    pub fn tell(&mut self, event: &Event<'_>) -> Option<Shown> {
        let line = match event {
            Event::Started(_) => {
                self.running += 1;
                None
            }
            Event::Looking(id, pause) => {
                Some(format!("{}: no clear answer; looking what became of it in {} s", self.name(*id), pause.as_secs()))
            }
            Event::Finished(id, outcome) => {
                self.running = self.running.saturating_sub(1);
                Some(self.count(*id, outcome))
            }
        };
        match self.style {
            ProgressStyle::Lines => line.map(Shown::Line),
            ProgressStyle::Live => Some(Shown::Live(self.status())),
        }
    }

    fn count(&mut self, id: StepId, outcome: &Outcome) -> String {
        let name = self.name(id);
        match outcome {
            Outcome::Done(_) => {
                self.done += 1;
                format!("{name}: {}", self.paint.green("done"))
            }
            Outcome::Failed(_) => {
                self.failed += 1;
                format!("{name}: {}", self.paint.red("failed"))
            }
            Outcome::Unknown(_) => {
                self.failed += 1;
                format!("{name}: {}", self.paint.yellow("unknown"))
            }
            Outcome::NotStarted(_) => {
                self.skipped += 1;
                format!("{name}: not started")
            }
        }
    }

    fn status(&self) -> String {
        let total = self.plan.steps.len();
        let failed = if self.failed == 0 { String::new() } else { format!(", {} failed", self.failed) };
        format!("{}/{total} done, {} running{failed}", self.done, self.running)
    }

    fn name(&self, id: StepId) -> String {
        self.plan.step(id).map(|step| format!("{} {}", verb_word(step.verb), shown(&step.address))).unwrap_or_default()
    }
}
