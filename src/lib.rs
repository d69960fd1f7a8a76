//! Reconciler for Huawei Cloud LTS (Log Tank Service).

pub mod diff;
pub mod effects;
pub mod emulator;
pub mod model;
pub mod plan;
