//! Changes → ordered steps, or what stands in the way.
//!
//! The plan is complete: it says what is done, in which order, what each step
//! was computed from and what it costs, so that execution makes no choice. What
//! the edition at hand cannot do, and what would destroy something that is not
//! ours, is refused here, before the first write.

pub mod check;
mod class;
mod cost;
mod dump_steps;
mod effect;
mod fields;
mod group_steps;
pub mod guard;
pub mod honesty;
pub mod loss;
mod order;
mod policy;
mod premise;
mod propose;
mod retention;
mod standing;
mod step;
mod stream_steps;
mod value;

pub use class::{Class, Classes};
pub use cost::{ApiBudget, RateLimit};
pub use effect::expect_after;
pub use fields::of_new_dump as describe_dump;
pub use loss::LogLines;
pub use order::{Situation, plan};
pub use policy::Veto;
pub use premise::{Held, Moved, Premise, Shift};
pub use propose::{Proposal, Purpose, Request, compare, propose};
pub use standing::{Found, Progress, Standing, assess, find_missing, find_shown, has_sick};
pub use step::{Call, FieldChange, Loss, Plan, Ref, Step, StepId, Summary, Verb, add_up, count};
pub use value::Value;
