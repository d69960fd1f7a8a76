//! Where futures run.

use std::future::Future;

use super::args::Service;
use super::error::CliError;
use super::output::Output;
use super::signals::or_interrupted;
use super::waits::telling_waits;

/// Runs a future to its end on a runtime of its own.
pub(super) fn block_on<T>(future: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| CliError::internal(format!("cannot start the runtime: {error}")))?;
    let result = runtime.block_on(future);
    // A request that nobody waits for any more must not hold the end up.
    runtime.shutdown_background();
    result
}

/// Runs something that only reads: a signal ends it, and what waits for a rate limit
/// is told meanwhile.
pub(super) fn block_on_reading<T>(
    service: &Service,
    output: &Output,
    reading: impl Future<Output = Result<T, CliError>>,
) -> Result<T, CliError> {
    block_on(telling_waits(&service.rates, output, or_interrupted(reading)))
}
