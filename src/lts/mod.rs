//! The LTS and IAM APIs from our side: how a request is proved, sent, repeated
//! and understood, and how a project is observed.
//!
//! It knows the model and nothing of manifests, plans or the emulator. Three
//! rules hold everywhere: an answer is judged by operation and code, never by
//! its text; a request whose fate is unknown is never sent twice; and no secret
//! reaches an error, a log line or a host that was not agreed to.

mod api;
mod auth;
mod budget;
mod classify;
mod client;
mod deadline;
mod engine;
mod entry;
mod error;
mod foreign;
mod limits;
mod observe;
mod operation;
mod pace;
mod rates;
mod reply;
mod request;
mod retry;
mod scrub;
mod settings;
#[cfg(test)]
mod tests;
mod throttle;
mod ticks;
mod trace;
mod transport;
mod wire;

pub use api::{LogEntry, LogPage, LogQuery, NewGroup, NewStream, Probe, SearchDirection, probe};
pub use auth::Identity;
pub use client::{Client, Shared};
pub use deadline::Deadline;
pub use entry::{GroupEntry, Listed, StreamEntry, TransferEntry};
pub use error::{Certainty, Error, ErrorClass};
pub use foreign::ForeignText;
pub use limits::{Limits, Usage};
pub use observe::{Observation, Scope, observe};
pub use operation::{Operation, OperationKind};
pub use rates::{Hold, Rates};
pub use retry::{ATTEMPTS, Backoff, Decision, THROTTLED_ATTEMPTS, decide};
pub use settings::{Credential, Environment, FaultClass, ProjectPin, Settings, SettingsFault, SettingsFaults, resolve};
pub use trace::{Exchange, Trace};
pub use transport::{LARGEST_BODY, RouterTransport, SocketTransport, Transport, TransportFault, Undelivered};
