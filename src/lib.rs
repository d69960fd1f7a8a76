//! Reconciler for Huawei Cloud LTS (Log Tank Service).

pub mod effects;
pub mod manifest;
pub mod model;
