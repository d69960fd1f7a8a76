//! The signals that end a run.

use std::time::Duration;

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

/// How long a run that is being stopped waits for what is in flight. Whoever sends
/// a signal kills after half a minute, more often than not; what was done is told
/// before that.
const GRACE: Duration = Duration::from_secs(25);

/// Waits until a run that is being stopped must end: at the next signal, or when
/// the grace period is over.
pub(super) async fn await_last_moment<T>(next_signal: impl Future<Output = T>) {
    // How it ended makes no difference.
    let _ = tokio::time::timeout(GRACE, next_signal).await;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    #[expect(clippy::disallowed_methods, reason = "tests measure virtual time")]
    async fn what_is_in_flight_is_not_waited_for_for_ever() {
        let start = tokio::time::Instant::now();
        await_last_moment(std::future::pending::<()>()).await;
        assert_eq!(start.elapsed(), GRACE);
        await_last_moment(std::future::ready(())).await;
        assert_eq!(start.elapsed(), GRACE);
    }
}
