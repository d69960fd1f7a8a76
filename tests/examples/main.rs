//! The pipelines of `examples/` as they stand: every script is run, with the real
//! program, a real emulator, and a forge of cardboard.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod container;
mod files;
mod github;
mod gitlab;
mod hooks;
mod kubernetes;
#[path = "../support/program.rs"]
mod program;
mod repository;
mod story;
