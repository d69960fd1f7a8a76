//! The `ltsctl` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ltsctl::cli::run(std::env::args_os().collect()).into()
}
