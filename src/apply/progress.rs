//! How far a step is.

use std::time::Duration;

use super::call::ReadyCall;
use super::outcome::{Manner, Outcome};
use super::settle::{Attempts, Parent};

#[derive(Debug)]
pub(super) enum State {
    Waiting,
    Running(Run),
    Over(Outcome),
}

#[derive(Debug)]
pub(super) struct Run {
    /// Index of the call in the step.
    pub(super) position: usize,
    pub(super) call: Option<ReadyCall>,
    pub(super) attempts: Attempts,
    pub(super) manner: Manner,
    /// Until when the call may be sent, if what it rests on ages.
    pub(super) send_by: Option<Duration>,
    /// Whether a look has found its object gone: one list alone may be wrong.
    pub(super) found_gone: bool,
}

impl Run {
    /// Begins a step with one of its calls.
    pub(super) fn start(position: usize, call: ReadyCall, parent: Parent) -> Self {
        let (attempts, manner) = (Attempts::start(parent), Manner::Answered);
        Self { position, call: Some(call), attempts, manner, send_by: None, found_gone: false }
    }
}
