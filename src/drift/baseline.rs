//! What is new since an earlier report, what is still open, and what is
//! resolved.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::finding::{Drift, Finding, Verdict};
use crate::model::Address;
use crate::plan::Value;

/// A finding of an earlier report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// Target it was found in.
    pub target: String,
    /// Address, as text.
    pub address: String,
    /// What was said of it.
    pub verdict: Verdict,
    /// The field, if it was about one.
    pub field: Option<String>,
    /// When it was first seen.
    pub since: Timestamp,
    /// What was live then, as the report spells it, or nothing; not known of a report that
    /// does not say it.
    pub live: Option<Option<String>>,
}

/// Whether a finding was known before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Age {
    /// When it was first seen.
    pub since: Timestamp,
    /// Whether an earlier report has it.
    pub novelty: Novelty,
    /// What was live then; see [`Known::live`].
    pub was: Option<Option<String>>,
}

/// Whether a finding was known before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Novelty {
    /// It was not.
    New,
    /// It was, and is still there.
    Open,
    /// It was, and what is live is another value by now.
    Changed,
}

impl Novelty {
    /// Returns the word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Changed => "changed",
        }
    }

    /// Says whether it is worth telling to whoever knows the earlier report.
    #[must_use]
    pub fn is_news(self) -> bool {
        self != Self::Open
    }
}

/// What has changed since an earlier report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    /// For each finding, in order.
    pub ages: Vec<Age>,
    /// What was found then, and is not any more.
    pub resolved: Vec<Known>,
    /// What was found then, and could not be looked for now.
    pub unknown: Vec<Known>,
}

/// Compares a look at a target with what was known of it. `spell` says how reports
/// spell values.
#[must_use]
pub fn compare(
    drift: &Drift,
    target: &str,
    known: &[Known],
    now: Timestamp,
    spell: impl Fn(&Value) -> String,
) -> Delta {
    let of_target = || known.iter().filter(|known| known.target == target);
    let by_id: BTreeMap<&str, &Known> = of_target().map(|known| (known.id.as_str(), known)).collect();
    let ids: Vec<String> = drift.findings.iter().map(|finding| finding.id(target)).collect();
    let age = |(finding, id): (&Finding, &String)| match by_id.get(id.as_str()) {
        Some(known) => {
            let live = finding.live.as_ref().map(&spell);
            let same = known.live.as_ref().is_none_or(|known| *known == live);
            let novelty = if same { Novelty::Open } else { Novelty::Changed };
            Age { since: known.since.min(now), novelty, was: known.live.clone() }
        }
        None => Age { since: now, novelty: Novelty::New, was: None },
    };
    let ages = drift.findings.iter().zip(&ids).map(age).collect();
    let found: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    let unread: BTreeSet<String> = drift
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Unread)
        .map(|finding: &Finding| finding.address.group().to_string())
        .collect();
    let gone = of_target().filter(|known| !found.contains(known.id.as_str())).cloned();
    // Of a group that was not read in full, nothing is known to be resolved.
    let (unknown, resolved) =
        gone.partition(|known| group_of(&known.address).is_some_and(|group| unread.contains(group)));
    Delta { ages, resolved, unknown }
}

/// Confines what was found to a part of the project. What was known and is still there
/// outside of it is not told, and not forgotten either.
#[must_use]
pub fn confine(drift: Drift, delta: Delta, target: &str, covers: impl Fn(&Address) -> bool) -> (Drift, Delta) {
    let Drift { findings, mut accepted, mut in_sync, warnings } = drift;
    let mut unknown = delta.unknown;
    let (mut kept, mut ages) = (Vec::new(), Vec::new());
    for (finding, age) in findings.into_iter().zip(delta.ages) {
        if covers(&finding.address) {
            kept.push(finding);
            ages.push(age);
        } else if age.novelty != Novelty::New {
            unknown.push(Known {
                id: finding.id(target),
                target: target.to_owned(),
                address: finding.address.to_string(),
                verdict: finding.verdict,
                field: finding.field.map(|field| field.as_str().to_owned()),
                since: age.since,
                // What has changed since is told when it is looked at.
                live: age.was,
            });
        }
    }
    accepted.retain(|accepted| covers(&accepted.finding.address));
    in_sync.retain(|address| covers(address));
    (Drift { findings: kept, accepted, in_sync, warnings }, Delta { ages, resolved: delta.resolved, unknown })
}

fn group_of(address: &str) -> Option<&str> {
    address.strip_prefix("groups/")?.split('/').next()
}

impl Delta {
    /// Returns the findings that no earlier report has, or has with another live value.
    pub fn news<'a>(&'a self, drift: &'a Drift) -> impl Iterator<Item = &'a Finding> {
        drift.findings.iter().zip(&self.ages).filter(|(_, age)| age.novelty.is_news()).map(|(finding, _)| finding)
    }

    /// Counts the findings of an age.
    #[must_use]
    pub fn count(&self, novelty: Novelty) -> usize {
        self.ages.iter().filter(|age| age.novelty == novelty).count()
    }
}
