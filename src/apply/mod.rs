//! Plan → Outcomes.
//!
//! `machine` decides, without any I/O: it is given answers and gives out
//! tasks. `drive` performs the tasks against the service; `losses` counts, before
//! that, the log lines that would be lost. What is never done:
//! a create is not sent again before somebody looked whether it happened, an
//! object is not deleted under another id than the plan's, and a group is not
//! deleted without another look at what is in it.

mod call;
pub mod drive;
mod evidence;
mod losses;
mod machine;
mod outcome;
mod progress;
mod service;
mod settle;
mod task;

pub use call::{Done, ReadyCall};
pub use drive::{Checked, Ending, Event, Orders, drive};
pub use losses::count_losses;
pub use machine::Machine;
pub use outcome::{Cause, Failure, Manner, Outcome, Tally, tally};
pub use settle::Verdict;
pub use task::{Settled, Stop, Task};
