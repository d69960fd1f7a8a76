//! Decides what happens next. No I/O: it is given answers, and gives out tasks.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::call::{Created, Done, ReadyCall};
use super::evidence::{Evidence, FRESH, Judgement, Need};
use super::outcome::{Cause, Failure, Manner, Outcome};
use super::progress::{Run, State};
use super::settle::{Attempts, Next, Verdict};
use super::task::{Settled, Stop, Task};
use crate::lts::{Certainty, ErrorClass};
use crate::model::{Ability, Address, GroupName, Live};
use crate::plan::{Call, Plan, Step, StepId, Verb};

/// The state of one apply.
#[derive(Debug)]
pub struct Machine<'a> {
    plan: &'a Plan,
    transfers: Ability,
    states: Vec<State>,
    /// The calls of steps that had been begun before, where there are any.
    begun: BTreeMap<StepId, usize>,
    /// How many steps each step still waits for.
    missing: Vec<u32>,
    dependents: Vec<Vec<StepId>>,
    ready: BTreeSet<StepId>,
    running: usize,
    created: Created,
    evidence: Evidence,
    /// The steps of each group.
    groups: BTreeMap<&'a GroupName, Vec<StepId>>,
    stop: Option<Stop>,
    wrote: bool,
}

impl<'a> Machine<'a> {
    /// Starts with a plan whose premises have just been checked. `settled` are
    /// the steps that are not to be done, or not from their beginning.
    #[must_use]
    pub fn new(plan: &'a Plan, transfers: Ability, settled: BTreeMap<StepId, Settled>) -> Self {
        let mut machine = Self {
            plan,
            transfers,
            states: plan.steps.iter().map(|_| State::Waiting).collect(),
            begun: BTreeMap::new(),
            missing: Vec::with_capacity(plan.steps.len()),
            dependents: vec![Vec::new(); plan.steps.len()],
            ready: BTreeSet::new(),
            running: 0,
            created: Created::default(),
            evidence: Evidence::default(),
            groups: BTreeMap::new(),
            stop: None,
            wrote: false,
        };
        for (id, step) in plan.iter() {
            machine.groups.entry(step.address.group()).or_default().push(id);
            let earlier: BTreeSet<StepId> = step.waits_for.iter().copied().collect();
            machine.missing.push(u32::try_from(earlier.len()).unwrap_or(u32::MAX));
            for other in &earlier {
                if let Some(dependents) = machine.dependents.get_mut(other.index()) {
                    dependents.push(id);
                }
            }
            if earlier.is_empty() {
                machine.ready.insert(id);
            }
        }
        for (id, settled) in settled {
            match settled {
                Settled::Withheld(cause) => machine.finish(id, Outcome::NotStarted(cause)),
                Settled::AlreadySo(done) => {
                    if let Some(step) = plan.step(id)
                        && let Some(call) = machine.prepare(step, 0)
                    {
                        machine.created.remember(step.address.group(), &call, &done);
                    }
                    machine.finish(id, Outcome::Done(Manner::AlreadySo));
                }
                Settled::Begun(calls) => {
                    machine.begun.insert(id, calls);
                }
            }
        }
        machine
    }

    /// Returns the next step to start with its first task, if one may be
    /// started now. `now` is the time since the premises were checked.
    pub fn start_next(&mut self, now: Duration) -> Option<(StepId, Task)> {
        while self.stop.is_none() {
            let id = self.ready.pop_first()?;
            let step = self.plan.step(id)?;
            let position = self.begun.get(&id).copied().unwrap_or(0);
            let Some(call) = self.prepare(step, position) else {
                self.finish(id, Outcome::NotStarted(Cause::Moved("an id it needs is not known".to_owned())));
                continue;
            };
            let need = self.evidence.need(&call, step.address.group(), now);
            let parent = self.created.parent_of(step.address.group(), &call);
            let run = Run::start(position, call.clone(), parent);
            self.set(id, State::Running(run));
            self.running += 1;
            let task = match need {
                Need::Look => Some(Task::Inspect),
                Need::Nothing(send_by) => self.permit(id, send_by),
                Need::Heed(at) => self.heed_look(id, at),
            };
            if let Some(task) = task {
                return Some((id, task));
            }
        }
        None
    }

    /// Takes the answer to a call and returns what the step does next.
    pub fn answered(&mut self, id: StepId, answer: Result<Done, Failure>) -> Option<Task> {
        if let Err(failure) = &answer {
            self.heed(failure);
        }
        let (call, next) = match self.states.get_mut(id.index()) {
            Some(State::Running(Run { call: Some(call), attempts, .. })) => {
                let next = attempts.answered(call, answer);
                (call.clone(), next)
            }
            _ => return None,
        };
        self.proceed(id, call, next)
    }

    /// Takes what a look found and returns what the step does next.
    pub fn looked(&mut self, id: StepId, verdict: Verdict) -> Option<Task> {
        let (call, next) = match self.states.get_mut(id.index()) {
            Some(State::Running(Run { call: Some(call), attempts, .. })) => {
                // A run that ends looks once, and waits for nothing.
                let next = match verdict {
                    Verdict::Done(_) => attempts.looked(call, verdict),
                    _ if self.stop.is_some() => Next::Over(attempts.cut_short("the run was stopped")),
                    verdict => attempts.looked(call, verdict),
                };
                (call.clone(), next)
            }
            _ => return None,
        };
        self.proceed(id, call, next)
    }

    /// Takes a look at a step's group, made at `at` since the check of the
    /// premises, and returns what the step does next.
    pub fn inspected(&mut self, id: StepId, live: Live, at: Duration) -> Option<Task> {
        let step = self.plan.step(id)?;
        self.evidence.keep(step.address.group().clone(), live, at);
        if self.stop.is_some() {
            self.leave(id, Outcome::NotStarted(self.cause()));
            return None;
        }
        self.heed_look(id, at)
    }

    /// Does what a look at a step's group, made at `at`, allows.
    fn heed_look(&mut self, id: StepId, at: Duration) -> Option<Task> {
        let step = self.plan.step(id)?;
        let Some(State::Running(Run { position, call: Some(ready), attempts, .. })) = self.states.get(id.index())
        else {
            return None;
        };
        let (call, ready, sent) = (step.calls.get(*position)?, ready.clone(), attempts.may_have_been_sent());
        let is_done =
            |id: &&StepId| matches!(self.states.get(id.index()), Some(State::Over(outcome)) if outcome.is_done());
        let own = self.groups.get(step.address.group()).map_or(&[][..], Vec::as_slice);
        let done: Vec<(&Address, &Call)> = own
            .iter()
            .filter(is_done)
            .filter_map(|id| self.plan.step(*id))
            .flat_map(|step| step.calls.iter().map(|call| (&step.address, call)))
            .collect();
        match self.evidence.judge(step, call, &done) {
            Judgement::Holds => self.permit(id, Some(at + FRESH)),
            // A list that lacks something may lack it by mistake (S27, S28).
            Judgement::Done(_) if self.doubt_absence(id) => Some(Task::Inspect),
            // What this run has sent without an answer was its own work.
            Judgement::Done(_) if sent => self.call_done(id, &ready, &Done::Plain, Manner::Found),
            Judgement::Done(_) => self.call_done(id, &ready, &Done::Plain, Manner::AlreadySo),
            Judgement::Moved(moved) => {
                self.leave(id, Outcome::NotStarted(Cause::of(&moved)));
                None
            }
        }
    }

    /// Says whether an object has been found gone for the first time.
    fn doubt_absence(&mut self, id: StepId) -> bool {
        match self.states.get_mut(id.index()) {
            Some(State::Running(run)) => !std::mem::replace(&mut run.found_gone, true),
            _ => false,
        }
    }

    /// Lets a call be sent, until what it rests on is too old.
    fn permit(&mut self, id: StepId, send_by: Option<Duration>) -> Option<Task> {
        let Some(State::Running(run)) = self.states.get_mut(id.index()) else { return None };
        run.send_by = send_by;
        run.call.clone().map(|call| Task::Send(Box::new(call), send_by))
    }

    /// Starts no further step. Calls in flight are still to be answered.
    pub fn stop(&mut self, stop: Stop) {
        self.stop.get_or_insert(stop);
    }

    /// Returns why the run was stopped, if it was.
    #[must_use]
    pub fn stopped(&self) -> Option<&Stop> {
        self.stop.as_ref()
    }

    /// Why nothing more is started.
    fn cause(&self) -> Cause {
        match self.stop {
            Some(Stop::Deadline(_)) => Cause::Deadline(None),
            _ => Cause::Stopped,
        }
    }

    /// Says whether anything was written, or may have been.
    #[must_use]
    pub fn has_written(&self) -> bool {
        self.wrote
    }

    /// Returns the outcome of a step that is over.
    #[must_use]
    pub fn outcome(&self, id: StepId) -> Option<&Outcome> {
        match self.states.get(id.index()) {
            Some(State::Over(outcome)) => Some(outcome),
            _ => None,
        }
    }

    /// Ends the run and returns an outcome for every step.
    #[must_use]
    pub fn finish_run(self) -> Vec<Outcome> {
        let cause = self.cause();
        let end = |state| match state {
            State::Over(outcome) => outcome,
            State::Waiting => Outcome::NotStarted(cause.clone()),
            State::Running(_) => Outcome::Unknown(Failure {
                class: ErrorClass::Interrupted,
                certainty: Certainty::Unknown,
                text: "the run ended before the answer came".to_owned(),
            }),
        };
        self.states.into_iter().map(end).collect()
    }

    fn proceed(&mut self, id: StepId, call: ReadyCall, next: Next) -> Option<Task> {
        match next {
            Next::Done(done, manner) => self.call_done(id, &call, &done, manner),
            // A call that was sent may be looked at, even while stopping; it is
            // not sent again then.
            Next::Send if self.stop.is_some() => {
                let failure = Failure {
                    class: ErrorClass::Interrupted,
                    certainty: Certainty::Unknown,
                    text: "the answer was lost, and the run was stopped before it could be sent again".to_owned(),
                };
                self.leave(id, Outcome::Unknown(failure));
                None
            }
            // A deletion that is sent again after a while rests on what is old
            // by then, and is looked into again.
            Next::Send => match self.states.get(id.index()) {
                Some(State::Running(run)) => Some(Task::Send(Box::new(call), run.send_by)),
                _ => None,
            },
            Next::Inspect => Some(Task::Inspect),
            Next::Look(pause) => Some(Task::Look(Box::new(call), pause)),
            Next::Over(outcome) => {
                self.leave(id, outcome);
                None
            }
        }
    }

    fn call_done(&mut self, id: StepId, call: &ReadyCall, done: &Done, manner: Manner) -> Option<Task> {
        let step = self.plan.step(id)?;
        self.created.remember(step.address.group(), call, done);
        self.wrote |= matches!(manner, Manner::Answered | Manner::Found);
        let State::Running(run) = self.states.get_mut(id.index())? else { return None };
        if manner != Manner::Answered {
            run.manner = manner;
        }
        run.position += 1;
        let (position, manner) = (run.position, run.manner);
        if position >= step.calls.len() {
            self.leave(id, Outcome::Done(manner));
            return None;
        }
        // The calls of a step belong together: a stop does not tear them apart.
        let Some(next) = self.prepare(step, position) else {
            self.leave(id, Outcome::NotStarted(Cause::Moved("an id it needs is not known".to_owned())));
            return None;
        };
        let parent = self.created.parent_of(step.address.group(), &next);
        if let Some(State::Running(run)) = self.states.get_mut(id.index()) {
            run.call = Some(next.clone());
            run.attempts = Attempts::start(parent);
        }
        Some(Task::Send(Box::new(next), None))
    }

    fn prepare(&self, step: &Step, position: usize) -> Option<ReadyCall> {
        let call: &Call = step.calls.get(position)?;
        self.created.fill_in(step.address.group(), call, self.transfers)
    }

    /// Some failures concern the whole run.
    fn heed(&mut self, failure: &Failure) {
        match failure.class {
            ErrorClass::Authentication | ErrorClass::Identity => self.stop(Stop::Authentication(failure.clone())),
            ErrorClass::DeadlineExceeded => self.stop(Stop::Deadline(failure.clone())),
            _ => {}
        }
    }

    fn leave(&mut self, id: StepId, outcome: Outcome) {
        self.running = self.running.saturating_sub(1);
        self.wrote |= matches!(outcome, Outcome::Unknown(_));
        let quota = matches!(&outcome, Outcome::Failed(Failure { class: ErrorClass::Quota, .. }));
        self.finish(id, outcome);
        if quota {
            self.spare_the_quota(id);
        }
    }

    /// Marks a step as over. What waits for it becomes ready, or is over, too.
    fn finish(&mut self, id: StepId, outcome: Outcome) {
        let mut open = vec![(id, outcome)];
        while let Some((id, outcome)) = open.pop() {
            if matches!(self.states.get(id.index()), None | Some(State::Over(_))) {
                continue;
            }
            self.ready.remove(&id);
            let done = outcome.is_done();
            self.set(id, State::Over(outcome));
            let Some(address) = self.plan.step(id).map(|step| step.address.clone()) else { continue };
            let dependents = self.dependents.get(id.index()).cloned().unwrap_or_default();
            for dependent in dependents {
                if done {
                    self.release(dependent);
                } else {
                    open.push((dependent, Outcome::NotStarted(Cause::Waits(address.clone()))));
                }
            }
        }
    }

    fn release(&mut self, id: StepId) {
        if let Some(missing) = self.missing.get_mut(id.index()) {
            *missing = missing.saturating_sub(1);
            if *missing == 0 && matches!(self.states.get(id.index()), Some(State::Waiting)) {
                self.ready.insert(id);
            }
        }
    }

    /// A quota that refused one create refuses the others of its kind.
    fn spare_the_quota(&mut self, id: StepId) {
        let Some(refused) = self.plan.step(id).map(|step| step.address.clone()) else { return };
        let same_quota = |address: &Address| match (&refused, address) {
            (Address::Group(_), Address::Group(_)) => true,
            (Address::Stream(one, _), Address::Stream(two, _)) => one == two,
            _ => false,
        };
        let others: Vec<StepId> = self
            .plan
            .iter()
            .filter(|(other, step)| {
                step.verb == Verb::Create
                    && same_quota(&step.address)
                    && matches!(self.states.get(other.index()), Some(State::Waiting))
            })
            .map(|(other, _)| other)
            .collect();
        for other in others {
            self.finish(other, Outcome::NotStarted(Cause::Quota(refused.clone())));
        }
    }

    fn set(&mut self, id: StepId, state: State) {
        if let Some(slot) = self.states.get_mut(id.index()) {
            *slot = state;
        }
    }
}
