//! `ltsctl destroy`: the same engine and the same guards, on the opposite of
//! what the manifest declares.

use super::apply::{self, Orders};
use super::args::Input;
use super::error::CliError;
use super::exit::Exit;
use super::output::Output;
use super::session::load;
use super::subject::Subject;
use crate::plan::Purpose;

pub(super) fn run(input: &Input, orders: Orders<'_>, output: &Output) -> Result<Exit, CliError> {
    apply::demand_approval(orders.approval)?;
    let manifest = load(&input.files, &input.variables, output)?;
    apply::go(Subject::Manifest(&manifest, Purpose::Destroy), None, orders, output)
}
