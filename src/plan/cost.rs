//! What applying a plan costs in requests, and how long that takes at least.

use std::fmt;

use super::step::Plan;

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
        let reads = if writes == 0 { 0 } else { 2 * observation };
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
    use super::super::step::{Call, Step, Verb};
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
}
