//! What can be said about a group or a stream.
//!
//! One type serves both sides. On the desired side `None` means *not declared,
//! so not managed*; on the live side it means *this edition does not show it*.
//! Either way no statement is made, and a field is compared only where both
//! sides make one.

use std::sync::Arc;

use super::{Days, StreamTtl, Tags};

/// Settings of a log group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupSettings {
    /// Retention in days.
    pub ttl: Option<Days>,
    /// The whole set of tags, without the service's own `_sys_*`.
    pub tags: Option<Tags>,
    /// Id of the enterprise project; cannot be changed (facts page 6.4).
    pub enterprise_project_id: Option<Arc<str>>,
}

/// Settings of a log stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreamSettings {
    /// Retention in days, or inherited.
    pub ttl: Option<StreamTtl>,
    /// The whole set of tags, without the service's own `_sys_*`.
    pub tags: Option<Tags>,
    /// Name of the enterprise project; written on create only, never readable
    /// (facts page 5.7).
    pub enterprise_project_name: Option<Arc<str>>,
}
