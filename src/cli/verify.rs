//! `ltsctl verify`: reads the live project and says how far a saved plan has
//! come. Changes nothing.

use std::path::Path;

use super::args::Service;
use super::connect::connect;
use super::error::CliError;
use super::exit::Exit;
use super::ledger::Ledger;
use super::output::Output;
use super::planfile;
use super::runtime::block_on_reading;
use super::session::observe_again;
use crate::plan::{self, Progress};
use crate::render::json::Verification;
use crate::render::standing::render_standings;

pub(super) fn run(path: &Path, service: &Service, output: &Output) -> Result<Exit, CliError> {
    let file = planfile::read(path)?;
    let target = file.target()?;
    block_on_reading(service, output, async {
        let connection = connect(&target, service).await?;
        output.remark(&connection.describe());
        let plan = &file.saved.plan;
        let ledger = Ledger::open_file(service.ledger.clone(), &connection, output);
        let observation = observe_again(&connection, plan).await?;
        let standings = plan::assess(plan, &observation.live, &ledger.memory());
        let progress = Progress::of(&standings);
        let exit = match progress {
            Progress::Valid | Progress::Applied => Exit::Done,
            Progress::Partly => Exit::Partly,
            Progress::Stale => Exit::Stale,
            Progress::Unread => Exit::Error,
        };
        if output.is_json() {
            output.document(&Verification::of(plan, &standings, progress, &file.saved.digest, exit.code()));
        } else {
            output.result(&render_standings(plan, &standings, progress, output.paint));
        }
        Ok(exit)
    })
}
