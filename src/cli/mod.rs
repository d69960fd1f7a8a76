//! The command line: flags, the environment, one file per command, and one
//! table of exit codes.

mod apply;
mod args;
mod bug;
mod complete;
mod conclusion;
mod connect;
mod convergence;
mod destroy;
mod drift;
mod emulator;
mod error;
mod execution;
mod exit;
mod export;
mod file;
mod fmt;
mod import;
mod init;
mod ledger;
mod man;
mod offline;
mod orders;
mod output;
mod plan;
mod planfile;
mod prepare;
mod publish;
mod records;
mod run;
mod schema;
mod session;
mod settings;
mod show;
mod signals;
mod snapshot;
mod subject;
mod targets;
mod tell;
mod validate;
mod values;
mod verify;
mod whereabouts;

pub use args::command;
pub use exit::Exit;
pub use run::run;
