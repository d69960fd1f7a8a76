//! The program itself, hermetically: wiring, sessions, exit codes, streams.

mod program;
mod quickstart;
mod refusals;
mod sessions;
mod streams;
mod survival;
