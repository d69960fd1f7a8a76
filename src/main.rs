//! The `ltsctl` program.

use std::process::ExitCode;

/// A project of ten thousand streams is some hundred thousand small pieces of
/// text; this allocator makes reading and comparing them a third faster.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ltsctl::cli::run(std::env::args_os().collect()).into()
}
