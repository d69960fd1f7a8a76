//! The two effects that both the client and the emulator need and that tests
//! must be able to replace: what time it is, and chance.
//!
//! Sleeping is tokio's, whose time can be paused; nothing else in the crate
//! may ask the system for the time or for random numbers.

mod chance;
mod clock;

pub use chance::Chance;
pub use clock::{Clock, SystemClock, TokioClock};
