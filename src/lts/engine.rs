//! Sends one request, as often as [`decide`] allows, and turns whatever comes
//! back into an answer or an error.
//!
//! Every request of a client passes here: the bound on requests under way, the
//! rate budget, the deadline, the counters and the latch that keeps a rejected
//! credential from being sent again.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::Instant;

use super::auth::{Authority, Proof};
use super::budget::RetryBudget;
use super::limits::Meter;
use super::pace::{Barred, Gate, Notice, Pass};
use super::rates::Api;
use super::request::{Answer, Call};
use super::retry::{Backoff, Decision, decide};
use super::scrub::Scrubber;
use super::trace::Trace;
use super::{
    Certainty, Deadline, Error, ErrorClass, ForeignText, Limits, Operation, Settings, Shared, Transport, Undelivered,
    reply, ticks,
};
use crate::effects::{Chance, Clock};
use crate::model::{Endpoint, ProjectId};

/// Longest `Retry-After` that is honoured of a service that merely failed.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

/// What all operations of a client share.
pub(crate) struct Engine {
    lts: Endpoint,
    iam: Endpoint,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    chance: Chance,
    limits: Limits,
    deadline: Option<Instant>,
    authority: Authority,
    permits: Semaphore,
    lts_gate: Arc<Gate>,
    iam_gate: Arc<Gate>,
    budget: RetryBudget,
    /// Whether the run is being stopped, so that no write waits any longer.
    stopping: watch::Sender<bool>,
    pub(super) meter: Meter,
    pub(super) trace: Trace,
    pub(super) scrubber: Scrubber,
    /// Set once the project is known; LTS is told with a signed request.
    project: OnceLock<ProjectId>,
    /// The rejection of a credential, final for the client.
    rejection: Mutex<Option<Error>>,
    /// The latest difference to the service's clock, in seconds.
    skew: Mutex<Option<i64>>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("lts", &self.lts).field("iam", &self.iam).finish_non_exhaustive()
    }
}

/// How waiting ended.
enum Waited<T> {
    Over(T),
    /// The run is being stopped.
    Stopped,
}

/// A failed attempt, with what only the next attempt needs to know.
pub(crate) struct Failure {
    pub(crate) error: Error,
    pub(crate) notice: Notice,
}

impl Engine {
    pub(crate) fn new(
        settings: &Settings,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        chance: Chance,
        limits: Limits,
        Shared { trace, rates }: Shared,
    ) -> Self {
        let scrubber = Scrubber::default();
        settings.credential.secrets().iter().for_each(|secret| scrubber.learn(secret));
        Self {
            lts: settings.lts.clone(),
            iam: settings.iam.clone(),
            transport,
            clock,
            chance,
            limits,
            deadline: limits.deadline.map(Deadline::moment),
            authority: Authority::new(settings),
            permits: Semaphore::new(limits.parallelism.clamp(1, Semaphore::MAX_PERMITS)),
            lts_gate: rates.gate(Api::Lts, &settings.lts),
            iam_gate: rates.gate(Api::Iam, &settings.iam),
            budget: RetryBudget::default(),
            stopping: watch::Sender::new(false),
            meter: Meter::default(),
            trace,
            scrubber,
            project: OnceLock::new(),
            rejection: Mutex::new(None),
            skew: Mutex::new(None),
        }
    }

    /// Names the project that signed requests are for.
    pub(crate) fn settle_on(&self, project: ProjectId) {
        // Set once, by the identity probe.
        let _ = self.project.set(project);
    }

    /// Returns who is asking.
    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Returns the seconds by which this machine's clock is ahead.
    pub(crate) fn skew(&self) -> Option<i64> {
        *self.skew.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the limit that LTS has told: requests and seconds.
    pub(crate) fn rate_limit(&self) -> Option<(u64, u64)> {
        let rate = self.lts_gate.rate()?;
        Some((u64::try_from(rate.limit).ok()?, rate.window.as_secs()))
    }

    /// Returns how much time the deadline leaves, if there is one.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(ticks::now()))
    }

    /// Lets no write wait any longer.
    pub(crate) fn stop_waiting(&self) {
        self.stopping.send_replace(true);
    }

    /// Gets the first token, so that what it says is known.
    pub(crate) async fn warm_up(&self) -> Result<(), Error> {
        self.authority.prove(self).await.map(|_| ()).map_err(|error| self.latch(error))
    }

    /// Performs an operation. A token that is rejected is renewed once, and the
    /// operation sent again: what was rejected was not executed. A signature
    /// that is rejected is never sent again; five of them lock the key.
    pub(crate) async fn call(&self, call: Call) -> Result<Answer, Error> {
        let mut sent = 0;
        let proof = self.authority.prove(self).await.map_err(|error| self.latch(error))?;
        match self.attempts(&call, &proof, &mut sent).await {
            Err(error) if error.class == ErrorClass::Authentication => match proof {
                Proof::Token { generation: Some(generation), .. } => {
                    let fresh = self.authority.renew(self, generation).await.map_err(|error| self.latch(error))?;
                    self.attempts(&call, &fresh, &mut sent).await.map_err(|error| self.latch(error))
                }
                Proof::Nothing | Proof::Key { .. } | Proof::Token { .. } => Err(self.latch(error)),
            },
            outcome => outcome,
        }
    }

    /// Sends a request until it succeeds or sending it again would be wrong.
    pub(crate) async fn attempts(&self, call: &Call, proof: &Proof, sent: &mut u32) -> Result<Answer, Error> {
        let gate = if call.operation.is_identity() { &self.iam_gate } else { &self.lts_gate };
        let mut backoff = Backoff::default();
        let mut attempt = 0;
        let mut last: Option<Error> = None;
        loop {
            let (permit, pass) = match self.wait(call, self.enter(gate, call.operation)).await {
                Waited::Over(Ok(entered)) => entered,
                Waited::Over(Err(barred)) => return Err(barred_error(call, barred, last)),
                Waited::Stopped => return Err(stopped_error(call, last)),
            };
            if self.deadline.is_some_and(|deadline| ticks::now() >= deadline) {
                return Err(deadline_error(call, last, "the deadline has passed"));
            }
            if call.send_by.is_some_and(|moment| ticks::now() > moment) {
                let reason = "it could not be sent while what it rests on was fresh";
                return Err(Error::local(call.operation, ErrorClass::Outdated, Certainty::NotExecuted, reason));
            }
            if let Some(rejection) = self.rejection() {
                return Err(Error { operation: call.operation, attempts: *sent, ..rejection });
            }
            attempt += 1;
            *sent += 1;
            self.meter.sent(call);
            if *sent > 1 {
                self.meter.retried();
            }
            let failure = match self.attempt(call, proof, *sent).await {
                Ok(answer) => {
                    self.budget.earn();
                    pass.accepted();
                    self.trace.answered(call, answer.status, answer.request_id.as_ref());
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            self.trace.failed(call, &failure.error);
            // Before anybody else is let through: what cannot be renewed is
            // not to be rejected a second time.
            if proof.is_last() {
                self.latch(failure.error.clone());
            }
            if failure.error.class == ErrorClass::Throttled {
                self.meter.throttled();
                pass.refused(failure.notice, &self.chance);
            } else if failure.error.status.is_some() {
                pass.accepted();
            } else {
                drop(pass);
            }
            drop(permit);
            match decide(attempt, call.kind, failure.error.class, failure.error.certainty) {
                Decision::GiveUp => return Err(failure.error),
                Decision::HoldOff => {}
                Decision::BackOff => {
                    if !self.budget.take() {
                        return Err(exhausted_error(failure.error));
                    }
                    let told = failure.notice.retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
                    let delay = backoff.next_delay(&self.chance).max(told);
                    if self.deadline.is_some_and(|deadline| ticks::now() + delay >= deadline) {
                        return Err(deadline_error(call, Some(failure.error), "the next attempt would be too late"));
                    }
                    if let Waited::Stopped = self.wait(call, tokio::time::sleep(delay)).await {
                        return Err(stopped_error(call, Some(failure.error)));
                    }
                }
            }
            last = Some(failure.error);
        }
    }

    /// Waits for a place among the requests under way, then for the rate limit.
    async fn enter<'a>(
        &'a self,
        gate: &'a Gate,
        operation: Operation,
    ) -> Result<(Option<SemaphorePermit<'a>>, Pass<'a>), Barred> {
        let place = self.permits.acquire();
        let permit = match self.deadline {
            None => place.await,
            Some(deadline) => tokio::time::timeout_at(deadline, place).await.map_err(|_| Barred::NoPlace)?,
        };
        // The semaphore is never closed.
        Ok((permit.ok(), gate.admit(operation, self.deadline).await?))
    }

    /// Waits, unless it is a write and the run is being stopped. What need not
    /// wait is over at once, whatever happens.
    async fn wait<T>(&self, call: &Call, until: impl Future<Output = T>) -> Waited<T> {
        let mut stopping = self.stopping.subscribe();
        tokio::select! {
            biased;
            over = until => Waited::Over(over),
            _ = stopping.wait_for(|stopping| *stopping), if call.kind.is_write() => Waited::Stopped,
        }
    }

    async fn attempt(&self, call: &Call, proof: &Proof, sent: u32) -> Result<Answer, Box<Failure>> {
        let endpoint = if call.operation.is_identity() { &self.iam } else { &self.lts };
        let request = proof
            .seal(call, endpoint, self.project.get(), self.clock.now())
            .map_err(|reason| local_failure(call, ErrorClass::Authentication, Certainty::NotExecuted, &reason, sent))?;
        match tokio::time::timeout(self.patience(call), self.transport.deliver(request)).await {
            Ok(Ok(response)) => self.receive(call, response, sent),
            Ok(Err(Undelivered::NotSent(reason))) => {
                let reason = format!("{endpoint}: {}", self.scrubber.scrub_text(&reason));
                Err(local_failure(call, ErrorClass::Unreachable, Certainty::NotExecuted, &reason, sent))
            }
            Ok(Err(Undelivered::Interrupted(reason))) => {
                let reason = self.scrubber.scrub_text(&reason);
                Err(local_failure(call, ErrorClass::Interrupted, Certainty::Unknown, &reason, sent))
            }
            Ok(Err(Undelivered::TooLarge)) => {
                let reason = format!("the answer is larger than {} MiB", super::LARGEST_BODY / 1024 / 1024);
                Err(local_failure(call, ErrorClass::Unusable, Certainty::Unknown, &reason, sent))
            }
            Err(_) => {
                let reason = format!("no answer within {} s", self.patience(call).as_secs_f32().ceil());
                Err(local_failure(call, ErrorClass::Interrupted, Certainty::Unknown, &reason, sent))
            }
        }
    }

    fn receive(&self, call: &Call, response: http::Response<Bytes>, sent: u32) -> Result<Answer, Box<Failure>> {
        self.meter.received(response.body().len());
        let now = self.clock.now();
        if let Some(ahead) = reply::clock_skew(response.headers(), now) {
            *self.skew.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead);
        }
        reply::judge(call, response, &self.scrubber, now).map(|answer| Answer { attempts: sent, ..answer }).map_err(
            |mut failure| {
                failure.error.attempts = sent;
                failure.error.clock_skew_seconds = self.skew();
                failure
            },
        )
    }

    /// Returns how long to wait for an answer. A write is given its full time,
    /// because cutting it short would leave its fate unknown.
    fn patience(&self, call: &Call) -> Duration {
        let remaining = self.time_left().filter(|_| !call.kind.is_write());
        remaining.map_or(self.limits.request_timeout, |remaining| remaining.min(self.limits.request_timeout))
    }

    /// Keeps the rejection of a credential, so that no other request carries it.
    fn latch(&self, error: Error) -> Error {
        if error.class == ErrorClass::Authentication {
            self.rejection.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| error.clone());
        }
        error
    }

    fn rejection(&self) -> Option<Error> {
        self.rejection.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn local_failure(call: &Call, class: ErrorClass, certainty: Certainty, reason: &str, sent: u32) -> Box<Failure> {
    let error = Error { attempts: sent, ..Error::local(call.operation, class, certainty, reason) };
    Box::new(Failure { error, notice: Notice::default() })
}

fn barred_error(call: &Call, barred: Barred, last: Option<Error>) -> Error {
    match barred {
        Barred::TooLate(wait) => {
            let reason = format!("throttled, and the limit is lifted only in {} s, after the deadline", wait.as_secs());
            deadline_error(call, last, &reason)
        }
        Barred::NoPlace => deadline_error(call, last, "the deadline has passed"),
        Barred::Shut => last.unwrap_or_else(|| {
            Error::local(
                call.operation,
                ErrorClass::Throttled,
                Certainty::NotExecuted,
                "not sent, because the service has throttled every request for a while",
            )
        }),
    }
}

/// A write that has not been sent when the run is stopped is not sent.
fn stopped_error(call: &Call, last: Option<Error>) -> Error {
    unsent_error(call, ErrorClass::Interrupted, last, "the run was stopped before it was sent")
}

/// Says of a failure why it was the last attempt.
fn exhausted_error(error: Error) -> Error {
    let message = format!("{}; not sent again, the run has used up its retries", error.message.raw());
    Error { message: ForeignText::new(&message), ..error }
}

/// Only what was not executed is ever sent again, so that an operation which
/// the deadline ends between two attempts was not executed either. (A read has
/// nothing to execute.)
fn deadline_error(call: &Call, last: Option<Error>, reason: &str) -> Error {
    unsent_error(call, ErrorClass::DeadlineExceeded, last, reason)
}

fn unsent_error(call: &Call, class: ErrorClass, last: Option<Error>, reason: &str) -> Error {
    let message = match &last {
        Some(last) if !last.message.is_empty() => format!("{reason}; before that: {}", last.message.raw()),
        _ => reason.to_owned(),
    };
    let error = Error::local(call.operation, class, Certainty::NotExecuted, &message);
    match last {
        Some(last) => Error { class: error.class, certainty: error.certainty, message: error.message, ..last },
        None => error,
    }
}
