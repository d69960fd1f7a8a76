//! The one place of the client that asks how late it is.

/// Returns the time on tokio's clock, which tests can pause.
#[expect(clippy::disallowed_methods, reason = "deadlines and windows are durations, measured on tokio's own clock")]
pub(super) fn now() -> tokio::time::Instant {
    tokio::time::Instant::now()
}
