//! Flags and commands.

mod choices;
mod command;
mod flags;

pub(super) use choices::{ColorChoice, OutputFormat, SchemaName, Verbosity};
pub use command::command;
pub(super) use command::{Command, parse};
pub(super) use flags::{
    Approval, Common, EmulatorArguments, Exceptions, FormatArguments, Input, Limits, Records, Service, Subject,
    Variables,
};
