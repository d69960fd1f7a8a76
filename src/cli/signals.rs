//! The signals that end a run.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::error::CliError;
use super::exit::Exit;

/// SIGINT and SIGTERM, as they come.
#[derive(Debug)]
pub(super) struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
}

impl Interrupts {
    /// Starts to listen; must be called inside a runtime.
    pub(super) fn listen() -> Result<Self, CliError> {
        let open =
            |kind| signal(kind).map_err(|error| CliError::internal(format!("cannot listen to signals: {error}")));
        Ok(Self { interrupt: open(SignalKind::interrupt())?, terminate: open(SignalKind::terminate())? })
    }

    /// Waits for the next signal and returns the exit code it asks for.
    pub(super) async fn next(&mut self) -> Exit {
        tokio::select! {
            _ = self.interrupt.recv() => Exit::Interrupted,
            _ = self.terminate.recv() => Exit::Terminated,
        }
    }
}

/// Runs something that only reads, until it ends or a signal does.
pub(super) async fn or_interrupted<T>(reading: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let mut interrupts = Interrupts::listen()?;
    tokio::select! {
        biased;
        signal = interrupts.next() => Err(CliError::interrupted(signal)),
        result = reading => result,
    }
}
