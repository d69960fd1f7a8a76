//! How old that is which a plan was made from.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fault::Fault;

/// The snapshot that a plan was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SnapshotNote {
    /// When the project was read, RFC 3339.
    pub taken_at: String,
    /// Seconds between then and the making of the plan.
    pub age_seconds: u64,
}

impl SnapshotNote {
    /// Demands a time, so that nothing else is told as one.
    pub(super) fn check(self) -> Result<Self, Fault> {
        match self.taken_at.parse::<Timestamp>() {
            Ok(_) => Ok(self),
            Err(_) => Err(Fault::Value { place: "snapshot", value: self.taken_at, expected: "a time" }),
        }
    }

    /// Says how old the snapshot was.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("planned from a snapshot of {}, {} old", self.taken_at, tell_age(self.age_seconds))
    }
}

/// Says how long ago something was, in its two largest units.
#[must_use]
pub fn tell_age(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::tell_age;

    #[test]
    fn an_age_is_told_in_its_largest_units() {
        let told = [7, 130, 3 * 3600 + 61, 2 * 86_400 + 3600].map(tell_age);
        assert_eq!(told, ["7 s", "2 min", "3 h 1 min", "2 d 1 h"]);
    }
}
