//! The program itself, hermetically: wiring, sessions, exit codes, streams.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod bundles;
mod comfort;
mod drift;
mod export;
mod faults;
mod gates;
mod growing;
mod import;
mod layout;
mod losses;
mod plans;
#[path = "../support/program.rs"]
mod program;
mod purity;
mod quickstart;
mod refusals;
mod resume;
mod selection;
mod sessions;
mod snapshot;
mod streams;
mod survival;
