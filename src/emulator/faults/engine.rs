//! Shows requests to the rules and counts.
//!
//! Pure but for the counters: the same rules, the same requests and the same
//! times give the same strikes. Every rule draws from a source of its own, so
//! that a rule more does not change what the others decide.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::history::History;
use super::kind::{Fault, Per, Slot, TokenAnswer};
use super::rule::{Faults, Rule};
use crate::effects::Chance;

/// What probabilities are compared in.
const MILLION: f64 = 1_000_000.0;

/// A request as rules see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) operation: Option<&'static str>,
    pub(crate) method: &'a str,
    /// Path and query.
    pub(crate) path: &'a str,
    /// What it shows of its credential.
    pub(crate) key: &'a str,
    /// Where it comes from.
    pub(crate) address: &'a str,
}

/// A fault that strikes a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Strike {
    rule: usize,
    /// The name of the rule.
    pub(crate) label: String,
    pub(crate) fault: Fault,
    /// What chance decides within the fault.
    pub(crate) draw: u64,
}

/// How often a rule matched and struck.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleCount {
    /// Its name, or `rule N` from 1.
    pub rule: String,
    /// The kind of its fault.
    pub fault: &'static str,
    /// How many requests it matched.
    pub matched: u64,
    /// How many of them it struck.
    pub struck: u64,
}

/// The rules at work.
#[derive(Debug, Default)]
pub(crate) struct Engine {
    faults: Faults,
    running: Vec<Running>,
    /// Keys that are refused because of `expire_key`.
    pub(crate) expired_keys: BTreeSet<String>,
    /// What a dead token is told.
    pub(crate) dead_tokens: Option<TokenAnswer>,
    /// Kept while a rule needs it.
    pub(crate) history: Option<History>,
}

#[derive(Debug)]
struct Running {
    chance: Chance,
    matched: u64,
    struck: u64,
    /// Number of the window and requests in it, by whom it is counted for.
    windows: BTreeMap<String, (i64, u32)>,
}

impl Seen<'_> {
    pub(super) fn lists(&self) -> bool {
        self.operation.is_some_and(|name| super::super::http::list_names().any(|list| list == name))
    }
}

impl Engine {
    /// Begins anew with these rules.
    pub(crate) fn start(faults: Faults) -> Self {
        let sources = faults.rules.iter().zip(0_u64..).map(|(_, index)| Running {
            chance: Chance::seeded(mixed(faults.seed, index)),
            matched: 0,
            struck: 0,
            windows: BTreeMap::new(),
        });
        Self { running: sources.collect(), history: History::for_rules(&faults), faults, ..Self::default() }
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    pub(crate) fn counts(&self) -> Vec<RuleCount> {
        let rules = self.faults.rules.iter().zip(&self.running).enumerate();
        rules
            .map(|(index, (rule, running))| RuleCount {
                rule: rule.label(index),
                fault: rule.fault.name(),
                matched: running.matched,
                struck: running.struck,
            })
            .collect()
    }

    /// Shows a request to the rules.
    pub(crate) fn strike(&mut self, seen: &Seen<'_>, now: Timestamp) -> Vec<Strike> {
        let mut strikes: Vec<Strike> = Vec::new();
        let mut decided = BTreeSet::new();
        for (index, (rule, running)) in self.faults.rules.iter().zip(&mut self.running).enumerate() {
            let slot = rule.fault.slot();
            if decided.contains(&slot) || !rule.covers(seen) {
                continue;
            }
            running.matched += 1;
            // Drawn for every match, so that what was decided before does not
            // shift what comes.
            let (luck, draw) = (running.chance.between(0, 999_999), running.chance.between(0, u64::MAX));
            let lucky = (luck as f64) < rule.probability * MILLION;
            if !rule.is_due(running.matched, running.struck) || !lucky || !running.exceeds(rule, seen, now) {
                continue;
            }
            running.struck += 1;
            if slot != Slot::Beside {
                decided.insert(slot);
            }
            strikes.push(Strike { rule: index, label: rule.label(index), fault: rule.fault.clone(), draw });
        }
        strikes
    }

    /// Forgets a strike that had no effect.
    pub(crate) fn take_back(&mut self, strike: &Strike) {
        // The rules may be others by now.
        let same = self.faults.rules.get(strike.rule).is_some_and(|rule| rule.fault == strike.fault);
        if let Some(running) = self.running.get_mut(strike.rule).filter(|_| same) {
            running.struck = running.struck.saturating_sub(1);
        }
    }
}

impl Running {
    /// Counts a request against a rate limit, if the rule is one. Anything
    /// else strikes without a count.
    fn exceeds(&mut self, rule: &Rule, seen: &Seen<'_>, now: Timestamp) -> bool {
        let Fault::RateLimit(limit) = &rule.fault else { return true };
        let whose = match limit.per {
            Per::Key => seen.key,
            Per::Address => seen.address,
            Per::Everybody => "",
        };
        let window = now.as_second().div_euclid(i64::from(limit.window_seconds.max(1)));
        let counted = self.windows.entry(whose.to_owned()).or_insert((window, 0));
        if counted.0 != window {
            *counted = (window, 0);
        }
        counted.1 = counted.1.saturating_add(1);
        counted.1 > limit.limit
    }
}

/// Makes the seed of a rule: neighbours must have nothing in common (the
/// finalizer of SplitMix64).
fn mixed(seed: u64, index: u64) -> u64 {
    let mut bits = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Returns the time of a moment so many seconds ago.
pub(super) fn ago(now: Timestamp, seconds: u32) -> Timestamp {
    now.saturating_sub(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(Timestamp::MIN)
}
