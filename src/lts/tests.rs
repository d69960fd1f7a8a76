//! The client against a scripted service, in virtual time.

mod connect;
mod failures;
mod identity;
mod observing;
mod operations;
mod script;
mod throttling;
mod tokens;
mod transfers;
