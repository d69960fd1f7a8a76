//! Performs what the machine decides, several steps at a time.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;

use super::call::Done;
use super::machine::{Machine, Settled, Stop, Task};
use super::outcome::{Failure, Outcome};
use super::service;
use super::settle::Verdict;
use crate::lts::Client;
use crate::model::Ability;
use crate::plan::{Moved, Plan, StepId};

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
}

enum Answer {
    Sent(Result<Done, Failure>),
    Looked(Verdict),
    Inspected(Result<(), Moved>),
}

/// Executes a plan whose premises have just been checked. When `interrupt`
/// completes, no further step is started, and those in flight are awaited.
#[expect(clippy::disallowed_methods, reason = "measures the age of the premises, in tokio's time")]
pub async fn drive(
    client: &Client,
    plan: &Plan,
    orders: Orders,
    interrupt: impl Future<Output = ()>,
    mut tell: impl FnMut(Event<'_>),
) -> Ending {
    let began = Instant::now();
    let mut machine = Machine::new(plan, orders.transfers, orders.settled);
    let mut tasks = FuturesUnordered::new();
    let mut interrupt = pin!(interrupt);
    let mut interrupted = false;
    loop {
        while tasks.len() < orders.parallelism.max(1) {
            let Some((id, task)) = machine.start_next(began.elapsed()) else { break };
            tell(Event::Started(id));
            tasks.push(perform(client, plan, id, task));
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
            Answer::Inspected(result) => machine.inspected(id, result),
        };
        match next {
            Some(task) => {
                if let Task::Look(_, pause) = &task {
                    tell(Event::Looking(id, *pause));
                }
                tasks.push(perform(client, plan, id, task));
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

async fn perform(client: &Client, plan: &Plan, id: StepId, task: Task) -> (StepId, Answer) {
    let answer = match task {
        Task::Send(call) => Answer::Sent(service::send(client, &call).await),
        Task::Look(call, pause) => {
            tokio::time::sleep(pause).await;
            Answer::Looked(service::look(client, &call).await)
        }
        Task::Inspect => Answer::Inspected(match plan.step(id) {
            Some(step) => service::inspect(client, step).await,
            None => Ok(()),
        }),
    };
    (id, answer)
}
