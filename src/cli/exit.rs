//! The one table of exit codes (contract section 5). They are the same in every
//! output format.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Something failed.
    Error,
    /// Changes are pending.
    Pending,
    /// Partly applied; running again is safe and is the whole recovery.
    Partly,
    /// Refused by a guard, or `--fail-on` matched.
    Refused,
    /// The credential was rejected, or belongs elsewhere.
    Identity,
    /// A dump is in EXCEPTION, or the apply did not converge.
    Unhealthy,
    /// What the plan was computed from has changed.
    Stale,
    /// Wrong usage.
    Usage,
    /// Ended by SIGINT.
    Interrupted,
    /// Ended by SIGTERM.
    Terminated,
}

impl Exit {
    /// Returns the number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Error => 1,
            Self::Pending => 2,
            Self::Partly => 3,
            Self::Refused => 4,
            Self::Identity => 5,
            Self::Unhealthy => 6,
            Self::Stale => 7,
            Self::Usage => 64,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// Returns whichever of two goes first where both hold.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if other.rank() < self.rank() { other } else { self }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Interrupted | Self::Terminated => 0,
            Self::Usage => 1,
            Self::Identity => 2,
            Self::Error => 3,
            Self::Stale => 4,
            Self::Refused => 5,
            Self::Partly => 6,
            Self::Unhealthy => 7,
            Self::Pending => 8,
            Self::Done => 9,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_contract_wins() {
        let order = [
            Exit::Usage,
            Exit::Identity,
            Exit::Error,
            Exit::Stale,
            Exit::Refused,
            Exit::Partly,
            Exit::Unhealthy,
            Exit::Pending,
            Exit::Done,
        ];
        for (index, first) in order.iter().enumerate() {
            for second in &order[index..] {
                assert_eq!(first.or(*second), *first);
                assert_eq!(second.or(*first), *first);
            }
        }
    }
}
