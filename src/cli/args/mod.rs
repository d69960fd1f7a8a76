//! Flags and commands.

mod back;
mod choices;
mod command;
mod flags;

pub(super) use back::{Destination, ImportArguments, Overwrite, Wanted, Whereabouts};
pub(super) use choices::{ColorChoice, OutputFormat, ReportFormat, SchemaName, Verbosity};
pub use command::command;
pub(super) use command::{Command, parse};
pub(super) use flags::{
    Approval, Common, DriftArguments, EmulatorArguments, Exceptions, FormatArguments, InitArguments, Input, Limits,
    Records, Selected, Service, Subject, Variables,
};
