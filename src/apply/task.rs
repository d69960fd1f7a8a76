//! What the machine is told, and what it asks for.

use std::time::Duration;

use super::call::{Done, ReadyCall};
use super::outcome::{Cause, Failure};

/// Something to do for one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Send the call; before this time since the check of the premises, if one
    /// is given, or not at all.
    Send(Box<ReadyCall>, Option<Duration>),
    /// Wait, then look whether the call has happened.
    Look(Box<ReadyCall>, Duration),
    /// Look at the step's group once more.
    Inspect,
}

/// Why no further step is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The user or the system asked for it.
    Interrupted,
    /// The credential was rejected.
    Authentication(Failure),
    /// The deadline of the run has come.
    Deadline(Failure),
}

/// What is settled of a step before the run begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It may not be.
    Withheld(Cause),
    /// Its object is as it would be made; the id, where others need it.
    AlreadySo(Done),
    /// Its first calls are done, as many as are counted here; the rest is not.
    Begun(usize),
}
