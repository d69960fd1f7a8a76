//! The HTTP side: which operation a request means, whether it may, and what
//! comes back, family by family.

mod dumps;
mod exchange;
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

pub(crate) use gateway::{Exposure, router};
pub(crate) use operations::names as operation_names;
