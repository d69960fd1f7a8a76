//! The program itself, hermetically: wiring, sessions, exit codes, streams.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod faults;
mod gates;
mod growing;
mod layout;
mod losses;
mod plans;
#[path = "../support/program.rs"]
mod program;
mod quickstart;
mod refusals;
mod selection;
mod sessions;
mod streams;
mod survival;
