//! Which requests a fault strikes.

use serde::Serialize;

use super::engine::Seen;
use super::kind::{Fault, Slot};

/// All rules, and the seed of what chance decides in them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Faults {
    /// The same seed and the same requests give the same strikes.
    pub seed: u64,
    /// In the order in which a request is shown to them.
    pub rules: Vec<Rule>,
}

/// Which requests are struck, and by what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rule {
    /// Names it in the journal and in the counters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Names of operations, in which `*` stands for anything; empty for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operation: Vec<String>,
    /// The method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// A part of path and query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Which of the matching requests, from 1; empty for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nth: Vec<u64>,
    /// How many matching requests are passed over.
    pub after: u64,
    /// How many of the rest may be struck.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    /// Each so-manieth of them is, beginning with the first.
    pub every: u64,
    /// How many strikes there are at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// How likely a strike is, 0 to 1.
    pub probability: f64,
    /// What happens.
    pub fault: Fault,
}

impl Rule {
    /// Says whether the rule is about a request like this.
    pub(super) fn covers(&self, seen: &Seen<'_>) -> bool {
        let by_name = |name: &str| self.operation.iter().any(|pattern| matches(pattern, name));
        (self.operation.is_empty() || seen.operation.is_some_and(by_name))
            && self.method.as_ref().is_none_or(|method| method == seen.method)
            && self.path.as_ref().is_none_or(|part| seen.path.contains(part.as_str()))
            && (self.fault.slot() != Slot::List || seen.lists())
    }

    /// Says whether the so-manieth matching request, from 1, may be struck
    /// after so many strikes.
    pub(super) fn is_due(&self, number: u64, struck: u64) -> bool {
        let Some(place) = number.checked_sub(self.after.saturating_add(1)) else { return false };
        (self.nth.is_empty() || self.nth.contains(&number))
            && self.first.is_none_or(|first| place < first)
            && place.is_multiple_of(self.every.max(1))
            && self.count.is_none_or(|count| struck < count)
    }

    /// Returns the name, or what stands for it.
    pub(super) fn label(&self, index: usize) -> String {
        self.name.clone().unwrap_or_else(|| format!("rule {}", index + 1))
    }
}

/// Says whether a name fits a pattern in which `*` stands for anything.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == name };
    let Some(rest) = name.strip_prefix(head) else { return false };
    (0..=rest.len()).any(|skipped| rest.get(skipped..).is_some_and(|end| matches(tail, end)))
}

#[cfg(test)]
mod tests {
    use super::super::kind::Nothing;
    use super::*;

    fn rule() -> Rule {
        Rule {
            name: None,
            operation: Vec::new(),
            method: None,
            path: None,
            nth: Vec::new(),
            after: 0,
            first: None,
            every: 1,
            count: None,
            probability: 1.0,
            fault: Fault::Drop(Nothing {}),
        }
    }

    fn due(rule: &Rule) -> Vec<u64> {
        let mut struck = 0;
        (1..=12)
            .filter(|number| {
                let due = rule.is_due(*number, struck);
                struck += u64::from(due);
                due
            })
            .collect()
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, name, fits) in [
            ("CreateLogGroup", "CreateLogGroup", true),
            ("CreateLog", "CreateLogGroup", false),
            ("Create*", "CreateLogGroup", true),
            ("*Stream*", "ListLogStreams", true),
            ("*Stream", "ListLogStreams", false),
            ("L*L*s", "ListLogStreams", true),
            ("*", "", true),
            ("Create*", "DeleteLogGroup", false),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn of_the_matching_requests_some_are_struck() {
        assert_eq!(due(&Rule { first: Some(2), ..rule() }), [1, 2]);
        assert_eq!(due(&Rule { after: 3, first: Some(2), ..rule() }), [4, 5]);
        assert_eq!(due(&Rule { after: 1, every: 4, ..rule() }), [2, 6, 10]);
        assert_eq!(due(&Rule { every: 4, count: Some(2), ..rule() }), [1, 5]);
        assert_eq!(due(&Rule { nth: vec![3, 7], ..rule() }), [3, 7]);
        assert_eq!(due(&Rule { after: 10, ..rule() }), [11, 12]);
    }
}
