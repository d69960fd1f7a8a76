//! One method of [`Client`](super::Client) per operation.

mod dumps;
mod groups;
mod logs;
mod probe;
mod shared;
mod streams;
mod tags;
mod transfer;

pub(super) use dumps::read_transfers;
pub use groups::NewGroup;
pub use logs::{LogEntry, LogPage, LogQuery, SearchDirection};
pub use probe::{Probe, probe};
pub use streams::NewStream;
pub(super) use transfer::read_transfer;
