//! What `ltsctl` costs, against what it cannot cost less than.
//!
//! ```text
//! cargo bench                    # everything, as one table
//! cargo bench -- planning apply  # some sections of it
//! ```
//!
//! Sections: `process` (the program as a user starts it), `observe` (reading a
//! project and planning, against the bare requests), `planning` (the pure part
//! alone), `apply` (a thousand creates against the ideal schedule).
//!
//! Wherever there is a floor, it is measured in the same run and in turns with
//! what is compared to it, so that a slow or busy machine slows both. Of
//! several rounds the fastest counts: noise only ever adds. The service is
//! `ltsctl emulator` in a process of its own, reached through sockets. Nothing
//! here fails because of a time; the last column says which targets are met.

mod applying;
mod observing;
mod planning;
mod process;
mod replay;
mod service;
mod shape;
mod stopwatch;
mod table;

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use table::Table;

/// The program's own allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What can go wrong is only ever shown.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A section: its name, and what adds its rows.
type Section = (&'static str, fn(&mut Table) -> Outcome<()>);

/// The programs come first: the memory of a started program is at least that
/// of its parent, which has to be small by then.
const SECTIONS: [Section; 4] = [
    ("process", process::measure),
    ("observe", observing::measure),
    ("planning", planning::measure),
    ("apply", applying::measure),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs this program, too, and wants no table.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome<()> {
    let asked = |name: &str| arguments.iter().any(|argument| argument == name);
    let all = !SECTIONS.iter().any(|(name, _)| asked(name));
    let mut table = Table::new();
    for (name, measure) in SECTIONS {
        if all || asked(name) {
            measure(&mut table)?;
        }
    }
    std::io::stdout().write_all(table.render().as_bytes())?;
    Ok(())
}

/// Runs a future as the program does: on two workers.
fn block_on<T>(future: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(future)
}
