//! What to do with the answer to one call. Pure.
//!
//! The service has no idempotency token. After an answer that leaves open
//! whether a write happened, somebody looks before anything is sent again:
//! found means adopted, absent after the settle window means that it is sent
//! once more. Names are unique, so a second create of a group or stream cannot
//! make a second object (LTS.0101, LTS.0205); for a dump the fence is LTS.0207.

use std::time::Duration;

use super::call::{Done, ReadyCall};
use super::outcome::{Cause, Failure, Manner, Outcome};
use crate::lts::{Certainty, ErrorClass};

/// What a look at the service tells about a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The project is as the call would make it.
    Done(Done),
    /// It is not.
    NotDone,
    /// Nothing can be said: the list failed, or this edition has none.
    Unclear(String),
}

/// What happens next with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// It is done.
    Done(Done, Manner),
    /// Send it.
    Send,
    /// Look, after a pause.
    Look(Duration),
    /// Look at what it rests on, which is too old by now.
    Inspect,
    /// It is over.
    Over(Outcome),
}

/// The history of one call.
#[derive(Debug, Clone)]
pub(super) struct Attempts {
    sends: u32,
    looks: u32,
    last_failure: Option<Failure>,
    /// The service said that the object is there already.
    collided: bool,
    /// How often it could not be sent in time.
    delays: u32,
    /// Whether a look has found the object gone: one list alone may be wrong.
    found_gone: bool,
}

/// Pauses before the looks at a create of a uniquely named object, seconds.
const NAMED_WINDOW: &[u64] = &[2, 4];
/// Pauses before the looks at a create of a dump, which has no name: 30 s in all.
const DUMP_WINDOW: &[u64] = &[2, 4, 8, 16];
/// Pauses before further looks when the service says that an object is there
/// and the list does not show it: 30 s in all.
const COLLISION_WINDOW: &[u64] = &[2, 4, 8, 16];
/// Pauses before the looks at an update or a deletion, which may be sent again
/// at no risk.
const REPEATABLE_WINDOW: &[u64] = &[1];
/// Most times that a create is sent.
const CREATE_SENDS: u32 = 2;
/// Most times that an update or a deletion is sent.
const REPEATABLE_SENDS: u32 = 4;
/// Most looks that fail before the outcome is given up as unknown.
const UNCLEAR_LOOKS: u32 = 4;

/// Most times that a call which could not be sent in time is looked into again.
const MOST_DELAYS: u32 = 10;

impl Attempts {
    pub(super) fn start() -> Self {
        Self { sends: 1, looks: 0, last_failure: None, collided: false, delays: 0, found_gone: false }
    }

    /// Says whether the call was sent before, without an answer that settled it.
    pub(super) fn may_have_been_sent(&self) -> bool {
        self.last_failure.is_some()
    }

    /// Decides after an answer.
    pub(super) fn answered(&mut self, call: &ReadyCall, answer: Result<Done, Failure>) -> Next {
        let failure = match answer {
            Ok(done) => {
                let manner = if self.collided { Manner::AlreadySo } else { Manner::Answered };
                return Next::Done(done, manner);
            }
            Err(failure) => failure,
        };
        self.looks = 0;
        let next = match failure.class {
            ErrorClass::Outdated if self.delays < MOST_DELAYS => {
                self.delays += 1;
                return Next::Inspect;
            }
            ErrorClass::NotFound if call.is_deletion() => {
                let manner = if self.sends > 1 { Manner::Found } else { Manner::AlreadySo };
                return Next::Done(Done::Plain, manner);
            }
            ErrorClass::AlreadyExists if call.is_creation() => {
                self.collided = true;
                Next::Look(Duration::ZERO)
            }
            ErrorClass::DeadlineExceeded if failure.certainty == Certainty::NotExecuted && self.sends == 1 => {
                return Next::Over(Outcome::NotStarted(Cause::Stopped));
            }
            _ if failure.certainty == Certainty::Unknown => Next::Look(self.pause(call)),
            _ => Next::Over(Outcome::Failed(failure.clone())),
        };
        self.last_failure = Some(failure);
        next
    }

    /// Decides after a look.
    pub(super) fn looked(&mut self, call: &ReadyCall, verdict: Verdict) -> Next {
        self.looks += 1;
        match verdict {
            // A list that lacks something may lack it by mistake (S27, S28).
            Verdict::Done(_) if call.is_deletion() && !self.found_gone => {
                self.found_gone = true;
                Next::Look(self.pause(call))
            }
            Verdict::Done(done) => {
                // A collision on the very first send is somebody else's object;
                // after an ambiguous send it is most likely our own.
                let first = self.collided && self.sends == 1;
                Next::Done(done, if first { Manner::AlreadySo } else { Manner::Found })
            }
            Verdict::Unclear(_) if self.collided && call.is_unlistable() => Next::Done(Done::Plain, Manner::Unverified),
            Verdict::Unclear(_) if self.looks < UNCLEAR_LOOKS => Next::Look(self.pause(call)),
            Verdict::Unclear(why) => Next::Over(self.unknown(&why)),
            // The service says that it is there, and the list does not show it.
            // The list may be old; when it stays so, the name is taken by
            // something that cannot be adopted, or our own send is not settled.
            Verdict::NotDone if self.collided && (self.looks as usize) <= COLLISION_WINDOW.len() => {
                let pause = COLLISION_WINDOW.get(self.looks as usize - 1).copied().unwrap_or(1);
                Next::Look(Duration::from_secs(pause))
            }
            Verdict::NotDone if self.collided && self.sends > 1 => {
                Next::Over(self.unknown("it is said to be there and does not show in the list"))
            }
            Verdict::NotDone if self.collided => Next::Over(self.failed()),
            Verdict::NotDone if (self.looks as usize) < window(call).len() => Next::Look(self.pause(call)),
            Verdict::NotDone if self.sends < most_sends(call) => {
                self.sends += 1;
                self.looks = 0;
                Next::Send
            }
            Verdict::NotDone => Next::Over(self.unknown("it does not show in the list")),
        }
    }

    fn pause(&self, call: &ReadyCall) -> Duration {
        let window = window(call);
        let index = (self.looks as usize).min(window.len().saturating_sub(1));
        Duration::from_secs(window.get(index).copied().unwrap_or(1))
    }

    fn failed(&self) -> Outcome {
        // Without a failure to report, nothing is known: never a success.
        self.last_failure.clone().map_or_else(|| self.unknown("no failure was recorded"), Outcome::Failed)
    }

    fn unknown(&self, why: &str) -> Outcome {
        let mut failure = self.last_failure.clone().unwrap_or(Failure {
            class: ErrorClass::Other,
            certainty: Certainty::Unknown,
            text: "no answer".to_owned(),
        });
        failure.text = format!("{}; sent {} times, and a look could not settle it: {why}", failure.text, self.sends);
        Outcome::Unknown(failure)
    }
}

fn window(call: &ReadyCall) -> &'static [u64] {
    match call {
        ReadyCall::CreateGroup { .. } | ReadyCall::CreateStream { .. } => NAMED_WINDOW,
        ReadyCall::CreateDump { .. } => DUMP_WINDOW,
        _ => REPEATABLE_WINDOW,
    }
}

fn most_sends(call: &ReadyCall) -> u32 {
    if call.is_creation() { CREATE_SENDS } else { REPEATABLE_SENDS }
}
