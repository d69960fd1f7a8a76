//! Errors at the edge: kind, message, way out, exit code.

use super::exit::Exit;
use crate::lts;
use crate::manifest::{Complaints, Diagnostic};
use crate::render::json::{Complaint, ErrorBody};

/// An error that ends a command.
#[derive(Debug)]
pub(super) struct CliError {
    pub(super) exit: Exit,
    pub(super) body: Box<ErrorBody>,
    /// Complaints about a manifest are shown with their excerpts.
    pub(super) complaints: Option<Box<Complaints>>,
    /// The target that it is about, where that is known; reports are named after it.
    pub(super) target: Option<String>,
    /// Whether the deadline of the run is what ended it.
    pub(super) is_late: bool,
}

impl CliError {
    pub(super) fn new(exit: Exit, class: &'static str, message: impl Into<String>) -> Self {
        let body = ErrorBody { class, code: None, message: message.into(), help: None, complaints: Vec::new() };
        Self { exit, body: Box::new(body), complaints: None, target: None, is_late: false }
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }

    pub(super) fn internal(message: impl Into<String>) -> Self {
        Self::new(Exit::Error, "internal", message)
    }

    /// A signal came before anything was written.
    pub(super) fn interrupted(signal: Exit) -> Self {
        Self::new(signal, "interrupted", "interrupted before the first write").help("run the same command again")
    }

    /// Says which target it is about, unless it says so already.
    pub(super) fn of(mut self, target: &str) -> Self {
        self.target.get_or_insert_with(|| target.to_owned());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.body.help = Some(help.into());
        self
    }
}

impl From<Complaints> for CliError {
    fn from(complaints: Complaints) -> Self {
        Self::about("manifest", "the manifest", complaints)
    }
}

impl CliError {
    /// Makes the error of a file of faults.
    pub(super) fn about_faults(complaints: Complaints) -> Self {
        Self::about("faults", "the file of faults", complaints)
    }

    fn about(class: &'static str, what: &str, complaints: Complaints) -> Self {
        let count = complaints.count();
        let noun = if count == 1 { "complaint" } else { "complaints" };
        let mut error = Self::new(Exit::Error, class, format!("{count} {noun} about {what}"));
        error.body.complaints = complaints.diagnostics().iter().map(to_complaint).collect();
        error.complaints = Some(Box::new(complaints));
        error
    }
}

impl From<lts::Error> for CliError {
    fn from(failure: lts::Error) -> Self {
        let (exit, class) = match failure.class {
            lts::ErrorClass::Authentication => (Exit::Identity, "authentication"),
            lts::ErrorClass::Identity => (Exit::Identity, "identity"),
            _ => (Exit::Error, "service"),
        };
        let mut error = Self::new(exit, class, failure.to_string());
        error.body.code.clone_from(&failure.code);
        error.body.help = help_for(&failure).map(str::to_owned);
        error.is_late = failure.class == lts::ErrorClass::DeadlineExceeded;
        error
    }
}

impl From<lts::SettingsFaults> for CliError {
    fn from(faults: lts::SettingsFaults) -> Self {
        let (exit, class) = match faults.class() {
            lts::FaultClass::Identity => (Exit::Identity, "identity"),
            lts::FaultClass::Other => (Exit::Error, "settings"),
        };
        let helps: Vec<&str> = faults.iter().map(|fault| fault.help.as_str()).collect();
        Self::new(exit, class, faults.to_string()).help(helps.join("; "))
    }
}

/// Turns a diagnostic into its JSON form.
pub(super) fn to_complaint(diagnostic: &Diagnostic) -> Complaint {
    let place = diagnostic.place.as_ref();
    Complaint {
        code: diagnostic.code.to_owned(),
        message: diagnostic.message.clone(),
        file: place.map(|place| place.file.to_string()),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        help: diagnostic.help.clone(),
    }
}

fn help_for(failure: &lts::Error) -> Option<&'static str> {
    Some(match failure.class {
        lts::ErrorClass::Authentication => {
            "check HW_ACCESS_KEY and HW_SECRET_KEY (or HW_USER_NAME, HW_USER_PASSWORD, HW_DOMAIN_NAME), that the key is \
             active, and the clock of this machine; five rejected signatures lock a key for five minutes"
        }
        lts::ErrorClass::Identity => {
            "check region, project and domain in `target` against the account the credential belongs to"
        }
        lts::ErrorClass::Permission => "grant the user the LTS permissions that the operation needs",
        lts::ErrorClass::WrongEndpoint => "check `endpoints.lts` in `target`, or HW_CLOUD and the region",
        lts::ErrorClass::Unreachable => "check the network, the endpoint and the proxy settings",
        lts::ErrorClass::DeadlineExceeded => "allow more time with `--deadline`",
        _ => return None,
    })
}
