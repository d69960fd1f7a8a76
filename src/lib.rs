//! Reconciler for Huawei Cloud LTS (Log Tank Service).

pub mod apply;
pub mod cli;
pub mod diff;
pub mod effects;
pub mod emulator;
pub mod escape;
pub mod lts;
pub mod manifest;
pub mod model;
pub mod plan;
pub mod render;
