//! `ltsctl show`: a saved plan, rendered again. Touches no network.

use std::path::Path;

use super::args::Limits;
use super::error::CliError;
use super::exit::Exit;
use super::output::Output;
use super::plan::{exit_of, fail_on};
use super::planfile;
use super::publish::Forms;
use crate::effects::{Clock as _, SystemClock};
use crate::escape::Escaped;
use crate::render::json::to_line;
use crate::render::report::{PlanContext, report_plan};
use crate::render::text;

pub(super) fn run(path: &Path, limits: &Limits, pending: Exit, output: &Output) -> Result<Exit, CliError> {
    let file = planfile::read(path)?;
    let plan = &file.saved.plan;
    for warning in &plan.warnings {
        output.remark(&format!("{} {}\n", output.error_paint.yellow("warning:"), Escaped(warning)));
    }
    let exit = exit_of(plan, pending).or(fail_on(plan, limits, output));
    let target = &file.saved.target;
    output.deliver(&Forms {
        text: &|paint| {
            let heading = format!("Plan for project {} in {}, {}", target.project_id, target.region, file.saved.digest);
            format!("{}\n\n{}", Escaped(&heading), text::render_plan(plan, &[], output.detail(), paint))
        },
        // What was read and judged, and not what else may stand in the file.
        json: &|| to_line(&file.document()).unwrap_or_default(),
        report: &|| {
            let context = PlanContext {
                target: &target.name,
                digest: &file.saved.digest,
                cost: file.saved.cost,
                outcomes: None,
                headline: None,
                requests: 0,
                exit_code: exit.code(),
                at: SystemClock.now(),
            };
            report_plan(plan, context)
        },
    });
    Ok(exit)
}
