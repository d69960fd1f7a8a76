//! `ltsctl show`: a saved plan, rendered again. Touches no network.

use std::path::Path;

use super::args::Limits;
use super::error::CliError;
use super::exit::Exit;
use super::output::Output;
use super::plan::{exit_of, fail_on};
use super::planfile;
use crate::escape::Escaped;
use crate::render::text;

pub(super) fn run(path: &Path, limits: &Limits, pending: Exit, output: &Output) -> Result<Exit, CliError> {
    let file = planfile::read(path)?;
    let plan = &file.saved.plan;
    if output.is_json() {
        // What was read and judged, and not what else may stand in the file.
        output.document(&file.document());
    } else {
        let target = &file.saved.target;
        let heading = format!("Plan for project {} in {}, {}", target.project_id, target.region, file.saved.digest);
        output.result(&format!("{}\n\n", Escaped(&heading)));
        output.result(&text::render_plan(plan, &[], output.detail(), output.paint));
    }
    for warning in &plan.warnings {
        output.remark(&format!("{} {}\n", output.error_paint.yellow("warning:"), Escaped(warning)));
    }
    Ok(exit_of(plan, pending).or(fail_on(plan, limits, output)))
}
