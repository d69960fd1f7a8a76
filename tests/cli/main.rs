//! The program itself, hermetically: wiring, sessions, exit codes, streams.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod bundles;
mod faults;
mod gates;
mod growing;
mod losses;
mod plans;
#[path = "../support/program.rs"]
mod program;
mod quickstart;
mod refusals;
mod resume;
mod sessions;
mod streams;
mod survival;
