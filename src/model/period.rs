//! The seven legal dump periods.

use std::fmt;

/// How often a dump writes to its bucket. The document lists seven numbers and
/// two units, of which only these seven combinations are legal. `[SEED:2042]`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// Every 2 minutes.
    Min2,
    /// Every 5 minutes.
    Min5,
    /// Every 30 minutes.
    Min30,
    /// Every hour.
    Hour1,
    /// Every 3 hours.
    Hour3,
    /// Every 6 hours.
    Hour6,
    /// Every 12 hours.
    Hour12,
}

impl Period {
    /// All periods, shortest first.
    pub const ALL: [Self; 7] =
        [Self::Min2, Self::Min5, Self::Min30, Self::Hour1, Self::Hour3, Self::Hour6, Self::Hour12];

    /// Reads the manifest's spelling, such as `5min`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.as_str() == text)
    }

    /// Reads the API's pair of number and unit.
    #[must_use]
    pub fn from_parts(length: i64, unit: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| {
            let (own_length, own_unit) = period.parts();
            i64::from(own_length) == length && own_unit == unit
        })
    }

    /// Returns the API's pair of number and unit.
    #[must_use]
    pub fn parts(self) -> (u8, &'static str) {
        match self {
            Self::Min2 => (2, "min"),
            Self::Min5 => (5, "min"),
            Self::Min30 => (30, "min"),
            Self::Hour1 => (1, "hour"),
            Self::Hour3 => (3, "hour"),
            Self::Hour6 => (6, "hour"),
            Self::Hour12 => (12, "hour"),
        }
    }

    /// Returns the manifest's spelling.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Min2 => "2min",
            Self::Min5 => "5min",
            Self::Min30 => "30min",
            Self::Hour1 => "1hour",
            Self::Hour3 => "3hour",
            Self::Hour6 => "6hour",
            Self::Hour12 => "12hour",
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
