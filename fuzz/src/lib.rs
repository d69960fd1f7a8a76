//! What is fuzzed, one module a target: bytes in, and a panic if the program
//! does with them what it must never do.
//!
//! `cargo fuzz run TARGET` looks for such bytes; `tests/hostile.rs` compiles the
//! same modules and plays everything in `corpus/`, so that what was found once
//! stays found.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a panic is how a finding is told; time is virtual here"
)]

pub mod answers;
pub mod echoes;
pub mod emulator;
pub mod fault_files;
pub mod manifest;
pub mod rate_limits;
pub mod renderers;
pub mod saved_plans;
mod scene;
pub mod snapshots;

/// What a target does with bytes.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Target); 9] = [
    ("answers", answers::run),
    ("echoes", echoes::run),
    ("emulator", emulator::run),
    ("fault_files", fault_files::run),
    ("manifest", manifest::run),
    ("rate_limits", rate_limits::run),
    ("renderers", renderers::run),
    ("saved_plans", saved_plans::run),
    ("snapshots", snapshots::run),
];
