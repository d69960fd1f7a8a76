//! `ltsctl destroy`: the same engine and the same guards, on the opposite of
//! what the manifest declares.

use super::apply;
use super::args::{Approval, Input, Limits, Service};
use super::error::CliError;
use super::exit::Exit;
use super::output::Output;
use crate::plan::Purpose;

pub(super) fn run(
    input: &Input,
    service: &Service,
    limits: &Limits,
    approval: &Approval,
    output: &Output,
) -> Result<Exit, CliError> {
    apply::run_for(Purpose::Destroy, input, service, limits, approval, output)
}
