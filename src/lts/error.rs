//! What can go wrong with one operation.

use std::fmt;

use super::{ForeignText, Operation};

/// What an answer means. Decided by operation and error code, then by status,
/// never by message text (facts page section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorClass {
    /// The name is taken, or the stream has an OBS dump already (LTS.0101,
    /// LTS.0205, LTS.0207 on a create).
    AlreadyExists,
    /// The object is gone (LTS.0201, LTS.0208, LTS.0405).
    NotFound,
    /// The account or the group is full (LTS.0104, LTS.0206).
    Quota,
    /// A transfer still uses the object (LTS.0105, LTS.0207 on a delete).
    Dependent,
    /// Too many requests. Never executed.
    Throttled,
    /// The credential was not accepted.
    Authentication,
    /// The credential may not do this.
    Permission,
    /// The credential belongs to another account, project or region.
    Identity,
    /// The service does not take what was asked.
    Invalid,
    /// The operation does not exist in this edition (`APIGW.0101`).
    Unsupported,
    /// Something else than LTS answers at the endpoint, or it points elsewhere.
    WrongEndpoint,
    /// The service failed.
    Server,
    /// The request could not be sent.
    Unreachable,
    /// The answer did not arrive, or not all of it.
    Interrupted,
    /// The answer arrived and cannot be used: not JSON, or without the id it
    /// must have.
    Unusable,
    /// The run's deadline came, or the next attempt would have missed it.
    DeadlineExceeded,
    /// It could not be sent while what it rests on was fresh.
    Outdated,
    /// None of the above.
    Other,
}

/// Whether a failed request may have been executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It was not; sending it again is safe.
    NotExecuted,
    /// It may have been; look before sending it again.
    Unknown,
}

/// A failed operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What was asked for.
    pub operation: Operation,
    /// What the failure means.
    pub class: ErrorClass,
    /// Whether the operation may have been executed all the same.
    pub certainty: Certainty,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Error code as the service spells it, scrubbed and capped.
    pub code: Option<String>,
    /// What the service or the transport said; without an answer, what happened.
    pub message: ForeignText,
    /// Id under which the service's operators find the request.
    pub request_id: Option<String>,
    /// How many requests were sent for this operation.
    pub attempts: u32,
    /// Seconds by which this machine's clock is ahead of the service's
    /// (negative: behind), if an answer showed it.
    pub clock_skew_seconds: Option<i64>,
}

impl Error {
    /// Makes an error of this program's own: no answer stands behind it.
    #[must_use]
    pub(crate) fn local(operation: Operation, class: ErrorClass, certainty: Certainty, message: &str) -> Self {
        Self {
            operation,
            class,
            certainty,
            status: None,
            code: None,
            message: ForeignText::new(message),
            request_id: None,
            attempts: 0,
            clock_skew_seconds: None,
        }
    }

    /// Returns the IAM action that the caller lacks. The gateway refuses for
    /// reasons of its own, and LTS.0018 is about the bucket: no action of LTS
    /// would help there.
    fn missing_action(&self) -> Option<&'static str> {
        let code = self.code.as_deref().unwrap_or_default();
        let lacks = self.class == ErrorClass::Permission && !code.starts_with("APIG") && code != "LTS.0018";
        self.operation.iam_action().filter(|_| lacks)
    }

    /// Says whether the run as a whole must stop: no other request can fare
    /// better.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        matches!(self.class, ErrorClass::Authentication | ErrorClass::Identity | ErrorClass::DeadlineExceeded)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}", self.operation)?;
        if let Some(status) = self.status {
            write!(f, ": {status}")?;
            if let Some(code) = &self.code {
                write!(f, " {}", ForeignText::new(code))?;
            }
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        if let Some(id) = &self.request_id {
            write!(f, " (request id {})", ForeignText::new(id))?;
        }
        if let Some(action) = self.missing_action() {
            write!(f, "; the IAM action it needs is `{action}`")?;
        }
        match self.clock_skew_seconds {
            Some(skew) if self.class == ErrorClass::Authentication && skew.abs() >= 60 => {
                let direction = if skew > 0 { "ahead of" } else { "behind" };
                write!(f, "; this machine's clock is {} s {direction} the service's", skew.abs())
            }
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
