//! The service on your laptop: LTS, the part of IAM that leads to it, and a
//! registry of buckets, as the documents describe them.
//!
//! It keeps its own reading of the API and must never use the client's or the
//! planner's: a misreading on one side then shows up as a failing contract
//! test. From the rest of the crate it takes clock and chance, nothing else.
//!
//! ```text
//! request ─> http (gateway: faults, operation, authentication, project)
//!              ├─> http/<family> ─> state (pure transition) ─┬─> store (durable?) ─> answer
//!              └─> admin (what a test or a person sets)      └─> journal
//! ```

mod account;
mod admin;
mod auth;
mod config;
mod estate;
mod faults;
mod http;
mod journal;
mod logs;
mod profile;
mod refusal;
mod rules;
mod service;
mod state;
mod store;

pub use account::Account;
pub use config::{Config, DumpErrors, Gate, Leniency, Quotas, TransferPaging, UnlistedBuckets};
pub use estate::{Estate, EstateError, EstateGroup, EstateStream, EstateTransfer};
pub use faults::{Fault, FaultComplaint, Faults, Rule, RuleCount, faults_schema};
pub use http::Lost;
pub use journal::{JournalEntry, JournalFault, JournalObject};
pub use profile::Profile;
pub use service::{Emulator, OpenError, Options, serve};
pub use store::has_data;
