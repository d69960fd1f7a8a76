//! What became of a step.

use std::fmt;

use crate::lts::{Certainty, ErrorClass};
use crate::model::Address;
use crate::plan::{Moved, Plan, Shift, Step, Summary, count};

/// How a step came to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// The service said so.
    Answered,
    /// The answer was lost; a look showed that it had happened.
    Found,
    /// Somebody else had done it already.
    AlreadySo,
    /// The service says that it exists, and offers no way to look at it.
    Unverified,
}

/// A failure, as it is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its class, on which decisions rest.
    pub class: ErrorClass,
    /// Whether a write may have been executed.
    pub certainty: Certainty,
    /// One line for people: operation, status, code, text, request id.
    pub text: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why a step was not started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// It waits for a step that was not done.
    Waits(Address),
    /// The quota that another step ran into is its own, too.
    Quota(Address),
    /// The run was stopped.
    Stopped,
    /// The deadline of the run came first; what it came before, if it was to be sent.
    Deadline(Option<String>),
    /// What it was computed from has changed.
    Moved(String),
    /// What it was computed from could not be read again.
    Unread(String),
}

impl Cause {
    /// Turns a premise that does not hold into the reason of a step that is not
    /// started.
    #[must_use]
    pub fn of(moved: &Moved) -> Self {
        let what = format!("{} {}: {} -> {}", moved.address, moved.field, moved.expected, moved.found);
        match moved.certainty {
            Shift::Moved => Self::Moved(what),
            Shift::Unread => Self::Unread(what),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waits(address) => write!(f, "waits for {address}, which was not done"),
            Self::Quota(address) => write!(f, "the quota that stopped {address} stops it, too"),
            Self::Stopped => f.write_str("the run was stopped"),
            Self::Deadline(None) => f.write_str("the deadline came first"),
            Self::Deadline(Some(what)) => write!(f, "the deadline came first: {what}"),
            Self::Unread(what) => write!(f, "what it rests on could not be read again: {what}"),
            Self::Moved(what) => write!(f, "it has changed since the plan was made: {what}"),
        }
    }
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done(Manner),
    /// It was refused, and nothing of the refused call was executed.
    Failed(Failure),
    /// It may or may not have been executed, and no look could tell.
    Unknown(Failure),
    /// It was not started.
    NotStarted(Cause),
}

impl Outcome {
    /// Says whether the step is done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }
}

/// All outcomes of a run, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// What was really done.
    pub done: Summary,
    /// Steps done.
    pub done_steps: usize,
    /// Steps refused.
    pub failed: usize,
    /// Steps of unknown outcome.
    pub unknown: usize,
    /// Steps not started.
    pub not_started: usize,
}

/// Counts the outcomes of a plan.
#[must_use]
pub fn tally(plan: &Plan, outcomes: &[Outcome]) -> Tally {
    let pairs = || plan.steps.iter().zip(outcomes);
    let number = |wanted: fn(&Outcome) -> bool| pairs().filter(|(_, outcome)| wanted(outcome)).count();
    // What somebody else had done, or what cannot be verified, is not counted
    // as this run's work.
    let by_us = |outcome: &Outcome| matches!(outcome, Outcome::Done(Manner::Answered | Manner::Found));
    let done = pairs().filter(|(_, outcome)| by_us(outcome)).map(|(step, _): (&Step, _)| step);
    Tally {
        done: count(done),
        done_steps: number(Outcome::is_done),
        failed: number(|outcome| matches!(outcome, Outcome::Failed(_))),
        unknown: number(|outcome| matches!(outcome, Outcome::Unknown(_))),
        not_started: number(|outcome| matches!(outcome, Outcome::NotStarted(_))),
    }
}
