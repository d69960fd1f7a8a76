//! Values → text and JSON. Nothing here decides anything.
//!
//! Whatever a server or a file wrote is escaped before it reaches a terminal.

mod change;
pub mod drift;
pub mod json;
mod paint;
pub mod progress;
pub mod report;
pub mod standing;
pub mod text;
mod words;

pub use change::{ResourceChange, merge_steps};
pub use paint::Paint;
