//! Reconciler for Huawei Cloud LTS (Log Tank Service).

pub mod effects;
pub mod lts;
pub mod model;
