//! Performs what the machine decides, several steps at a time.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::watch;
use tokio::time::Instant;

use super::call::Done;
use super::machine::Machine;
use super::outcome::{Failure, Outcome};
use super::service;
use super::settle::Verdict;
use super::task::{Settled, Stop, Task};
use crate::lts::{Certainty, Client, ErrorClass};
use crate::model::{Ability, Live};
use crate::plan::{Plan, StepId};

/// How a run ended.
#[derive(Debug)]
pub struct Ending {
    /// One outcome for every step.
    pub outcomes: Vec<Outcome>,
    /// Why the run was stopped, if it was.
    pub stop: Option<Stop>,
    /// Whether anything was written, or may have been, even if no step was
    /// done as a whole.
    pub wrote: bool,
}

/// Something to tell while a run goes on.
#[derive(Debug)]
pub enum Event<'a> {
    /// A step has been started.
    Started(StepId),
    /// The answer to a step was lost; it is looked for after a pause.
    Looking(StepId, Duration),
    /// A step is over.
    Finished(StepId, &'a Outcome),
}

/// How a run is to go.
#[derive(Debug, Clone)]
pub struct Orders {
    /// Most steps at a time, from 1.
    pub parallelism: usize,
    /// Whether transfers can be listed and created by their own call.
    pub transfers: Ability,
    /// Steps that are not to be done, or not from their beginning.
    pub settled: BTreeMap<StepId, Settled>,
    /// When the premises were looked at.
    pub checked: Checked,
}

/// The moment in which the premises of a plan were looked at. How old they are
/// decides what has to be looked at again before something is deleted.
#[derive(Debug, Clone, Copy)]
pub struct Checked(Instant);

impl Checked {
    /// Takes the time: before the look, so that nothing in it is older.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "measures the age of the premises, in tokio's time")]
    pub fn now() -> Self {
        Self(Instant::now())
    }
}

enum Answer {
    Sent(Result<Done, Failure>),
    Looked(Verdict),
    /// The same, and there is no time for another look.
    LookedLast(Verdict),
    Inspected(Box<Live>, Duration),
}

/// Executes a plan whose premises have just been checked. When `interrupt`
/// completes, no further step is started, and those in flight are awaited.
pub async fn drive(
    client: &Client,
    plan: &Plan,
    orders: Orders,
    interrupt: impl Future<Output = ()>,
    mut tell: impl FnMut(Event<'_>),
) -> Ending {
    let Checked(checked) = orders.checked;
    let mut machine = Machine::new(plan, orders.transfers, orders.settled);
    let mut interrupt = pin!(interrupt);
    let mut interrupted = false;
    // Once no further step is started, nobody sleeps any more.
    let (hurry, hurried) = watch::channel(false);
    let way = Way { client, plan, checked, hurried };
    let mut tasks = FuturesUnordered::new();
    loop {
        if machine.stopped().is_some() && !hurry.send_replace(true) {
            client.stop_waiting();
        }
        while tasks.len() < orders.parallelism.max(1) {
            let Some((id, task)) = machine.start_next(checked.elapsed()) else { break };
            tell(Event::Started(id));
            tasks.push(way.perform(id, task));
        }
        let (id, answer) = tokio::select! {
            biased;
            () = &mut interrupt, if !interrupted => {
                interrupted = true;
                machine.stop(Stop::Interrupted);
                continue;
            }
            next = tasks.next() => match next {
                Some(finished) => finished,
                None => break,
            },
        };
        let next = match answer {
            Answer::Sent(answer) => machine.answered(id, answer),
            Answer::Looked(verdict) => machine.looked(id, verdict),
            Answer::LookedLast(verdict) => {
                if !matches!(verdict, Verdict::Done(_)) {
                    machine.stop(Stop::Deadline(Failure {
                        class: ErrorClass::DeadlineExceeded,
                        certainty: Certainty::NotExecuted,
                        text: "the deadline leaves no time to look again".to_owned(),
                    }));
                }
                machine.looked(id, verdict)
            }
            Answer::Inspected(live, at) => machine.inspected(id, *live, at),
        };
        match next {
            Some(task) => {
                if let Task::Look(_, pause) = &task {
                    tell(Event::Looking(id, *pause));
                }
                tasks.push(way.perform(id, task));
            }
            None => {
                if let Some(outcome) = machine.outcome(id) {
                    tell(Event::Finished(id, outcome));
                }
            }
        }
    }
    let stop = machine.stopped().cloned();
    let wrote = machine.has_written();
    Ending { outcomes: machine.finish_run(), stop, wrote }
}

/// How tasks are performed.
struct Way<'a> {
    client: &'a Client,
    plan: &'a Plan,
    checked: Instant,
    hurried: watch::Receiver<bool>,
}

impl Way<'_> {
    async fn perform(&self, id: StepId, task: Task) -> (StepId, Answer) {
        let client = self.client;
        let answer = match task {
            Task::Send(call, None) => Answer::Sent(service::send(client, &call).await),
            Task::Send(call, Some(send_by)) => {
                Answer::Sent(service::send(&client.sending_by(self.checked + send_by), &call).await)
            }
            Task::Look(call, pause) => match client.time_left() {
                // A look after the deadline shows nothing: half of what is left
                // is waited, the other half is for the look.
                Some(left) if pause >= left => {
                    self.sleep(left / 2).await;
                    Answer::LookedLast(service::look(client, &call).await)
                }
                _ => {
                    self.sleep(pause).await;
                    Answer::Looked(service::look(client, &call).await)
                }
            },
            Task::Inspect => {
                let at = self.checked.elapsed();
                let live = match self.plan.step(id) {
                    Some(step) => service::look_at_group(client, step.address.group()).await,
                    None => Live::default(),
                };
                Answer::Inspected(Box::new(live), at)
            }
        };
        (id, answer)
    }

    /// Sleeps until the time is over or the run is stopped.
    async fn sleep(&self, pause: Duration) {
        let mut hurried = self.hurried.clone();
        tokio::select! {
            biased;
            _ = hurried.wait_for(|hurried| *hurried) => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
