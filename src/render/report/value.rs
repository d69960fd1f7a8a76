//! What a run has to say.

use jiff::Timestamp;

use crate::model::Place;

/// Everything one run has to say, for all of its targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What kind of run it was.
    pub kind: ReportKind,
    /// One for each target.
    pub targets: Vec<TargetReport>,
    /// The exit code of the process.
    pub exit_code: u8,
    /// When it ended.
    pub at: Timestamp,
}

/// What kind of run a report is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportKind {
    /// What an apply would do.
    Plan,
    /// What an apply did.
    Apply,
    /// What a destroy did.
    Destroy,
    /// What is not as declared.
    Drift,
}

impl ReportKind {
    /// Returns the word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Apply => "apply",
            Self::Destroy => "destroy",
            Self::Drift => "drift",
        }
    }
}

/// What there is to say of one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetReport {
    /// Region and project, or what is known of them.
    pub target: String,
    /// The literal last line of the text output.
    pub headline: String,
    /// Digest of the plan, if there is one.
    pub digest: Option<String>,
    /// Numbers by name, in the order in which they are told.
    pub counts: Vec<(&'static str, u64)>,
    /// What there is to say of single objects.
    pub entries: Vec<Entry>,
    /// What there is besides, and is not to be told: it was known. Monitors count it.
    pub quiet: Vec<Entry>,
    /// Classes that an apply would have to be allowed.
    pub permissions: Vec<&'static str>,
    /// Things worth knowing.
    pub warnings: Vec<String>,
    /// Whether anything is known of it.
    pub known: bool,
    /// What ended the run of this target before its end, and the way out.
    pub failure: Option<(String, Option<String>)>,
    /// Requests sent to the service.
    pub requests: u64,
}

/// What happens to an object, or is to be said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It goes.
    Delete,
    /// It goes, and comes back different.
    Replace,
    /// It comes.
    Create,
    /// It changes in place.
    Update,
    /// Nothing can be done about it.
    Blocked,
    /// It is protected from what is asked for.
    Held,
    /// It was not read.
    Unread,
    /// The whole plan is refused.
    Refused,
    /// It is there, and not as declared.
    Drifted,
    /// It is declared, and not there.
    Missing,
    /// It is there, and nobody declares it.
    Unmanaged,
    /// The service reports it as failing.
    Unhealthy,
    /// It cannot be read back.
    Unverifiable,
    /// It is known, and tolerated until a date.
    Accepted,
}

impl Mark {
    /// Returns the word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Replace => "replace",
            Self::Create => "create",
            Self::Update => "update",
            Self::Blocked => "blocked",
            Self::Held => "held",
            Self::Unread => "unread",
            Self::Refused => "refused",
            Self::Drifted => "drifted",
            Self::Missing => "missing",
            Self::Unmanaged => "unmanaged",
            Self::Unhealthy => "unhealthy",
            Self::Unverifiable => "unverifiable",
            Self::Accepted => "accepted",
        }
    }

    /// Returns the symbol of contract section 6, or one in its spirit.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Delete => "-",
            Self::Replace => "-/+",
            Self::Create => "+",
            Self::Update | Self::Drifted => "~",
            Self::Blocked | Self::Held | Self::Refused | Self::Unhealthy | Self::Missing => "!",
            Self::Unread | Self::Unverifiable | Self::Unmanaged => "?",
            Self::Accepted => "=",
        }
    }
}

/// How much something matters to whoever is asked to approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Something is lost, or goes.
    Destructive,
    /// Something is in the way, or wrong.
    Trouble,
    /// An ordinary change.
    Change,
    /// Worth knowing.
    Note,
}

/// One line about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A field, with its value before and after, or live and declared.
    Field {
        /// Its name.
        name: &'static str,
        /// Value before, or the live one.
        before: Option<String>,
        /// Value after, or the declared one.
        after: Option<String>,
    },
    /// Anything else, under a word for what it is.
    Text {
        /// The word, such as `reason`, `loss` or `help`.
        label: &'static str,
        /// The text.
        text: String,
    },
}

impl Line {
    pub(super) fn text(label: &'static str, text: impl Into<String>) -> Self {
        Self::Text { label, text: text.into() }
    }
}

/// What there is to say of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its address.
    pub address: String,
    /// `log_group`, `log_stream` or `obs_dump`.
    pub kind: &'static str,
    /// What happens to it.
    pub mark: Mark,
    /// How much that matters.
    pub weight: Weight,
    /// Classes of change.
    pub classes: Vec<&'static str>,
    /// Id of the finding, for drift.
    pub id: Option<String>,
    /// When it was first seen, and whether that was in an earlier report.
    pub seen: Option<Seen>,
    /// What is to be said.
    pub lines: Vec<Line>,
    /// Where it is declared.
    pub place: Option<Place>,
    /// Positions of the entries that come before it in an apply.
    pub waits_for: Vec<usize>,
    /// What came of it, after an apply: a word, and a text where it went wrong.
    pub outcome: Option<(&'static str, Option<String>)>,
}

/// How old a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// When it was first seen.
    pub since: Timestamp,
    /// `new` or `open`.
    pub state: &'static str,
}

impl Entry {
    pub(super) fn new(address: &crate::model::Address, mark: Mark, weight: Weight) -> Self {
        Self {
            address: address.to_string(),
            kind: address.kind(),
            mark,
            weight,
            classes: Vec::new(),
            id: None,
            seen: None,
            lines: Vec::new(),
            place: None,
            waits_for: Vec::new(),
            outcome: None,
        }
    }

    /// Says whether an apply failed on it, or what is found of it is wrong.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        match (self.mark, &self.outcome) {
            (_, Some((word, _))) => *word != "done",
            (Mark::Unverifiable | Mark::Accepted, None) => false,
            (Mark::Create | Mark::Update | Mark::Delete | Mark::Replace, None) => false,
            (_, None) => true,
        }
    }
}

impl Report {
    /// Returns a stable name for what the report is about, for whoever looks for
    /// an earlier one of the same kind.
    #[must_use]
    pub fn key(&self) -> String {
        let targets: Vec<&str> = self.targets.iter().map(|target| target.target.as_str()).collect();
        format!("{} {}", self.kind.as_str(), targets.join(" "))
    }
}
