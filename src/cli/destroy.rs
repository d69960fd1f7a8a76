//! `ltsctl destroy`: the same engine and the same guards, on the opposite of
//! what the manifest declares.

use super::apply;
use super::args::Input;
use super::error::CliError;
use super::exit::Exit;
use super::orders::Orders;
use super::output::Output;
use super::records::keep_failure;
use super::several::go_through;
use super::targets::load_all;
use crate::plan::Purpose;

pub(super) fn run(input: &Input, orders: &Orders, output: &Output) -> Result<Exit, CliError> {
    apply::demand_approval(&orders.approval)?;
    let loaded = load_all(&input.files, &input.variables, Some(&orders.exceptions.selected), output);
    let declared = |manifests| orders.exceptions.selected.demand_declared().map(|()| manifests);
    let manifests = keep_failure(loaded.and_then(declared), &orders.records, output)?;
    go_through(&manifests, Purpose::Destroy, None, orders, output)
}
