//! Whose doing a difference is: the file moved, the cloud moved, or both.
//!
//! There is no state file. The manifest that was applied last, from the history
//! of the repository, stands in for it: what differed from it already is the
//! cloud's doing, what did not is the file's.

use std::collections::BTreeMap;
use std::fmt;

use super::finding::{Drift, Finding, Verdict};

/// Who has moved since the manifest that was applied last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The file; an apply would bring it about.
    Yours,
    /// The cloud; somebody changed it behind the file.
    Theirs,
    /// Both.
    Both,
}

impl Origin {
    /// Returns the word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yours => "yours",
            Self::Theirs => "theirs",
            Self::Both => "both",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Labels what was found with whose doing it is. `base` is what the same project
/// shows against the manifest that was applied last.
pub fn label(drift: &mut Drift, base: &Drift) {
    let accepted = base.accepted.iter().map(|accepted| &accepted.finding);
    let known: BTreeMap<_, &Finding> =
        base.findings.iter().chain(accepted).map(|finding| (finding.key(), finding)).collect();
    for finding in &mut drift.findings {
        finding.origin = match finding.verdict {
            Verdict::Unhealthy => Some(Origin::Theirs),
            Verdict::Unverifiable | Verdict::Unread => None,
            Verdict::Drifted | Verdict::Missing | Verdict::Unmanaged => Some(match known.get(&finding.key()) {
                None => Origin::Yours,
                Some(before) if before.declared == finding.declared => Origin::Theirs,
                Some(_) => Origin::Both,
            }),
        };
    }
}
