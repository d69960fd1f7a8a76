//! The command line: flags, the environment, one file per command, and one
//! table of exit codes.

mod apply;
mod args;
mod bug;
mod conclusion;
mod connect;
mod convergence;
mod destroy;
mod emulator;
mod error;
mod execution;
mod exit;
mod fmt;
mod ledger;
mod output;
mod plan;
mod planfile;
mod records;
mod run;
mod schema;
mod session;
mod settings;
mod show;
mod signals;
mod subject;
mod validate;
mod values;
mod verify;

pub use args::command;
pub use exit::Exit;
pub use run::run;
