//! What applying a plan costs in requests, and how long that takes at least.

use std::fmt;

use super::standing::Standing;
use super::step::{Plan, Step};

/// A limit of the service: so many requests in so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests, from 1.
    pub requests: u64,
    /// Seconds, from 1.
    pub seconds: u64,
}

/// The requests of an apply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ApiBudget {
    /// Reads of one observation.
    pub observation: u64,
    /// Reads of an apply: the check of the premises and the proof afterwards.
    pub reads: u64,
    /// Writes of an apply.
    pub writes: u64,
    /// Least time in seconds; nothing while no limit is known.
    pub estimated_seconds: Option<u64>,
}

impl ApiBudget {
    /// Adds up what a plan costs, given what one observation took and the limit
    /// that the service has told, if it has.
    #[must_use]
    pub fn of(plan: &Plan, observation: u64, limit: Option<RateLimit>) -> Self {
        let writes: u64 = plan.steps.iter().map(|step| step.calls.len() as u64).sum();
        let looks = if writes == 0 { 0 } else { 2 };
        Self::add_up(writes, (observation, looks), limit)
    }

    /// Adds up what the rest of a plan costs: what is done is not sent again, and
    /// what has moved is not sent at all. `looks` are the observations still to come.
    #[must_use]
    pub fn of_rest(
        plan: &Plan,
        standings: &[Standing],
        (observation, looks): (u64, u64),
        limit: Option<RateLimit>,
    ) -> Self {
        let left = |(step, standing): (&Step, &Standing)| match standing {
            Standing::Open(done) => step.calls.len().saturating_sub(*done) as u64,
            Standing::Done(_) | Standing::Moved(_) => 0,
        };
        Self::add_up(plan.steps.iter().zip(standings).map(left).sum(), (observation, looks), limit)
    }

    fn add_up(writes: u64, (observation, looks): (u64, u64), limit: Option<RateLimit>) -> Self {
        let reads = looks * observation;
        // The first window is open at once; each further one has to come.
        let wait = |limit: RateLimit| (reads + writes).saturating_sub(1) / limit.requests.max(1) * limit.seconds;
        Self { observation, reads, writes, estimated_seconds: limit.map(wait) }
    }
}

impl fmt::Display for ApiBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.writes == 1 { "write" } else { "writes" };
        write!(f, "{} {noun} and {} reads", self.writes, self.reads)?;
        match self.estimated_seconds {
            Some(seconds) if seconds >= 60 => {
                write!(f, ", about {} min at the limit of the service", seconds.div_ceil(60))
            }
            Some(seconds) if seconds > 0 => write!(f, ", about {seconds} s at the limit of the service"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::standing::Found;
    use super::super::step::{Call, Verb};
    use super::*;
    use crate::model::{Address, GroupName, TransferId};

    fn step(address: Address, calls: Vec<Call>) -> Step {
        Step {
            address,
            verb: Verb::Update,
            calls,
            fields: Vec::new(),
            classes: Default::default(),
            reason: None,
            loss: None,
            premises: Vec::new(),
            waits_for: Vec::new(),
            place: None,
            live_id: None,
        }
    }

    #[test]
    fn the_time_is_what_the_limit_makes_of_the_requests() {
        let nothing = Plan::default();
        let limit = |requests, seconds| Some(RateLimit { requests, seconds });
        assert_eq!(ApiBudget::of(&nothing, 3, None), ApiBudget { observation: 3, ..ApiBudget::default() });
        let of = |writes: u64, limit| {
            let call = Call::DeleteDump { dump: TransferId::parse("x").expect("an id") };
            let address = Address::Group(GroupName::from_service("g"));
            let calls = vec![call; usize::try_from(writes).expect("a number")];
            let plan = Plan { steps: vec![step(address, calls)], ..Plan::default() };
            ApiBudget::of(&plan, 3, limit).to_string()
        };
        assert_eq!(of(1, None), "1 write and 6 reads");
        assert_eq!(of(4, None), "4 writes and 6 reads");
        assert_eq!(of(4, limit(200, 300)), "4 writes and 6 reads");
        assert_eq!(of(500, limit(200, 300)), "500 writes and 6 reads, about 10 min at the limit of the service");
        assert_eq!(of(9, limit(5, 10)), "9 writes and 6 reads, about 20 s at the limit of the service");
    }

    #[test]
    fn the_rest_is_what_is_not_done() {
        let call = Call::DeleteDump { dump: TransferId::parse("x").expect("an id") };
        let address = Address::Group(GroupName::from_service("g"));
        let steps = vec![step(address.clone(), vec![call.clone(), call]); 3];
        let plan = Plan { steps, ..Plan::default() };
        let rest = |standings: &[Standing]| ApiBudget::of_rest(&plan, standings, (3, 1), None).to_string();
        assert_eq!(rest(&[Standing::Open(0), Standing::Open(1), Standing::Done(Found::Plain)]), "3 writes and 3 reads");
        let done = Standing::Done(Found::Plain);
        assert_eq!(rest(&[done.clone(), done.clone(), done]), "0 writes and 3 reads");
    }
}
