//! The real planner, machine, driver and client against the real emulator,
//! through a way that loses, spoils and delays, under virtual time: small
//! scopes exhausted, larger ones by seed.
//!
//! Every schedule is a function of its numbers: it runs the same way again, to
//! the bit. A failure prints what to run:
//!
//! ```text
//! SIMULATE="exhaustive 17 42 3 CommitThenDrop" cargo test --test simulation replay -- --nocapture
//! ```
//!
//! `SIMULATION_RUNS=1000000 cargo test --release --test simulation deep` goes
//! deeper than CI does.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "a simulation says how large it was")]
#![allow(clippy::disallowed_methods, reason = "the environment says what to replay, and how deep to go")]

#[path = "../support/mod.rs"]
mod support;

mod deep;
mod exhaustive;
mod oracle;
mod run;
mod scope;
mod transitions;
mod way;
