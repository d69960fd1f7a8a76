//! What to do with the answer to one call. Pure.
//!
//! The service has no idempotency token. After an answer that leaves open
//! whether a write happened, somebody looks before anything is sent again:
//! found means adopted, absent after the settle window means that it is sent
//! once more. Names are unique, so a second create of a group or stream cannot
//! make a second object (LTS.0101, LTS.0205); for a dump the fence is LTS.0207.
//!
//! Lists and checks may show the project as it was 30 s ago (S24). Below an
//! object that this run has just made, the service may therefore say that there
//! is no such group: as an answer to a create that is a refusal which passes, and
//! as an answer to a look it says nothing.

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
    /// What it is below does not show yet, so that it cannot show either.
    ParentUnseen(String),
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

/// What a call is below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parent {
    /// Something that was there before, or nothing.
    Old,
    /// Something that this run has made: not everybody knows of it yet.
    New,
}

/// The history of one call.
#[derive(Debug, Clone)]
pub(super) struct Attempts {
    parent: Parent,
    sends: u32,
    /// Pauses, and looks that told nothing, since the latest answer.
    pauses: usize,
    unclear: u32,
    last_failure: Option<Failure>,
    /// Some send may have been executed.
    doubt: bool,
    /// What the latest send was told.
    told: Told,
    /// How often it could not be sent in time.
    delays: u32,
    /// Whether a look has found the object gone: one list alone may be wrong.
    found_gone: bool,
}

/// What the latest send was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Nothing that settles anything.
    Nothing,
    /// That the object is there already.
    Taken,
    /// That what it is below does not exist.
    Orphaned,
    /// No, while an earlier send may have been executed.
    No,
}

/// Pauses before the looks at a create, seconds: the settle window. Lists may be
/// 30 s old (S24); the last look comes a little after that.
const SETTLE_WINDOW: &[u64] = &[2, 4, 8, 18];
/// Pauses before the looks at an update or a deletion, which may be sent again
/// at no risk.
const REPEATABLE_WINDOW: &[u64] = &[1];
/// Pause before a look that comes after the window, seconds.
const LATE_PAUSE: u64 = 2;
/// Most times that a create is sent.
const CREATE_SENDS: u32 = 2;
/// Most times that an update or a deletion is sent.
const REPEATABLE_SENDS: u32 = 4;
/// Most looks that fail, after the window, before the outcome is given up as
/// unknown.
const UNCLEAR_LOOKS: u32 = 4;

/// Most times that a call which could not be sent in time is looked into again.
const MOST_DELAYS: u32 = 10;

impl Attempts {
    pub(super) fn start(parent: Parent) -> Self {
        Self {
            parent,
            sends: 1,
            pauses: 0,
            unclear: 0,
            last_failure: None,
            doubt: false,
            told: Told::Nothing,
            delays: 0,
            found_gone: false,
        }
    }

    /// Says whether the call was sent before, without an answer that settled it.
    pub(super) fn may_have_been_sent(&self) -> bool {
        self.last_failure.is_some()
    }

    /// Decides after an answer.
    pub(super) fn answered(&mut self, call: &ReadyCall, answer: Result<Done, Failure>) -> Next {
        let failure = match answer {
            Ok(done) => {
                let manner = if self.told == Told::Taken { Manner::AlreadySo } else { Manner::Answered };
                return Next::Done(done, manner);
            }
            Err(failure) => failure,
        };
        if failure.class == ErrorClass::Outdated && self.delays < MOST_DELAYS {
            self.delays += 1;
            return Next::Inspect;
        }
        let first = self.sends == 1;
        let class = failure.class;
        let executed = failure.certainty;
        (self.pauses, self.unclear) = (0, 0);
        self.last_failure = Some(failure);
        match class {
            ErrorClass::NotFound if call.is_deletion() => {
                Next::Done(Done::Plain, if first { Manner::AlreadySo } else { Manner::Found })
            }
            ErrorClass::AlreadyExists if call.is_creation() => {
                self.told = Told::Taken;
                Next::Look(Duration::ZERO)
            }
            ErrorClass::NotFound if call.is_creation() && self.parent == Parent::New && first => {
                self.told = Told::Orphaned;
                self.pauses = SETTLE_WINDOW.len();
                Next::Look(Duration::from_secs(SETTLE_WINDOW.iter().sum()))
            }
            ErrorClass::DeadlineExceeded | ErrorClass::Interrupted if executed == Certainty::NotExecuted && first => {
                let text = self.last_failure.as_ref().map(|failure| failure.text.clone());
                Next::Over(Outcome::NotStarted(match class {
                    ErrorClass::DeadlineExceeded => Cause::Deadline(text),
                    _ => Cause::Stopped,
                }))
            }
            _ if executed == Certainty::Unknown => {
                self.doubt = true;
                self.told = Told::Nothing;
                self.look(call)
            }
            // Nobody could look any more, or is to.
            ErrorClass::DeadlineExceeded
            | ErrorClass::Interrupted
            | ErrorClass::Authentication
            | ErrorClass::Identity => Next::Over(self.cut_short("an earlier answer was lost")),
            // This send was refused; the one before it may have done it.
            _ if self.doubt => {
                self.told = Told::No;
                self.look(call)
            }
            _ => Next::Over(self.failed()),
        }
    }

    /// Decides after a look.
    pub(super) fn looked(&mut self, call: &ReadyCall, verdict: Verdict) -> Next {
        match verdict {
            // A list that lacks something may lack it by mistake (S27, S28).
            Verdict::Done(_) if call.is_deletion() && !self.found_gone => {
                self.found_gone = true;
                self.look(call)
            }
            Verdict::Done(done) => {
                // A collision on the very first send is somebody else's object;
                // after an ambiguous send it is most likely our own.
                let manner = if self.doubt { Manner::Found } else { Manner::AlreadySo };
                Next::Done(done, manner)
            }
            Verdict::Unclear(why) if call.is_unlistable() => match self.told {
                Told::Taken => Next::Done(Done::Plain, Manner::Unverified),
                _ => Next::Over(self.unknown(&why)),
            },
            // It was not executed, and what is seen or not decides nothing.
            _ if self.told == Told::Orphaned => self.send_again(),
            _ if self.pauses < window(call).len() => {
                self.unclear += u32::from(matches!(verdict, Verdict::Unclear(_)));
                self.look(call)
            }
            Verdict::Unclear(_) if self.unclear < UNCLEAR_LOOKS => {
                self.unclear += 1;
                self.look(call)
            }
            Verdict::Unclear(why) => Next::Over(self.unknown(&why)),
            // The service says that it is there, and the list does not show it.
            // When it stays so, the name is taken by something that cannot be
            // adopted, or our own send is not settled.
            _ if self.told == Told::Taken && self.doubt => {
                Next::Over(self.unknown("it is said to be there and does not show in the list"))
            }
            _ if matches!(self.told, Told::Taken | Told::No) => Next::Over(self.failed()),
            // A dump has no name: without a list nobody knows whether a second
            // create would make a second one.
            Verdict::ParentUnseen(why) if matches!(call, ReadyCall::CreateDump { .. }) => {
                Next::Over(self.unknown(&why))
            }
            _ if self.sends < most_sends(call) => self.send_again(),
            _ => Next::Over(self.unknown("it does not show in the list")),
        }
    }

    /// Ends a call that nobody looks for any more.
    pub(super) fn cut_short(&self, why: &str) -> Outcome {
        if self.doubt { self.unknown(why) } else { self.failed() }
    }

    fn send_again(&mut self) -> Next {
        self.sends += 1;
        Next::Send
    }

    fn look(&mut self, call: &ReadyCall) -> Next {
        let seconds = window(call).get(self.pauses).copied().unwrap_or(LATE_PAUSE);
        self.pauses += 1;
        Next::Look(Duration::from_secs(seconds))
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
        failure.certainty = Certainty::Unknown;
        failure.text = format!("{}; sent {} times, and a look could not settle it: {why}", failure.text, self.sends);
        Outcome::Unknown(failure)
    }
}

fn window(call: &ReadyCall) -> &'static [u64] {
    if call.is_creation() { SETTLE_WINDOW } else { REPEATABLE_WINDOW }
}

fn most_sends(call: &ReadyCall) -> u32 {
    if call.is_creation() { CREATE_SENDS } else { REPEATABLE_SENDS }
}
