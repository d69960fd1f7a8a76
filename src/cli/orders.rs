//! What `apply` and `destroy` are told besides their subject.

use clap::Args;

use super::args::{Approval, Exceptions, Limits, Records, Service};

/// The flags that both of them have.
#[derive(Debug, Args)]
pub(super) struct Orders {
    #[command(flatten)]
    pub(super) service: Service,
    #[command(flatten)]
    pub(super) exceptions: Exceptions,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) approval: Approval,
    #[command(flatten)]
    pub(super) records: Records,
}
