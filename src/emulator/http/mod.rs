//! The HTTP side: which operation a request means, whether it may, and what
//! comes back, family by family.

mod delivery;
mod dumps;
mod exchange;
mod faulty;
mod fields;
mod gateway;
mod groups;
mod iam;
mod logs;
mod operations;
mod streams;
mod tags;
mod transfers;
mod view;
mod wire;

pub use delivery::Lost;
pub(crate) use exchange::{Answer, Call, Service, http_date, json_bytes};
use gateway::is_of_the_service;
pub(crate) use gateway::{Exposure, router};
pub(crate) use operations::{lists as list_names, names as operation_names};
pub(crate) use wire::{Line, Wires};
