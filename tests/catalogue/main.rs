//! The fault catalogue as tests: `sNN_…` is its scenario NN. `SECURITY.md` has the
//! table of all of them, those that live elsewhere included.
//!
//! Scenarios of time and of lost answers run in this process under virtual
//! time; those of exit codes, output and secrets run the program itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod ambiguous;
mod canaries;
mod crash;
mod dependencies;
mod identity;
mod input;
mod output;
#[path = "../support/program.rs"]
mod program;
mod protocol;
mod reads;
mod run;
#[path = "../support/mod.rs"]
mod support;
mod table;
mod throttling;
mod tls;
