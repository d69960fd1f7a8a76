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
use crate::saved::SnapshotNote;

pub(super) fn run(path: &Path, limits: &Limits, pending: Exit, output: &Output) -> Result<Exit, CliError> {
    let file = planfile::read(path)?;
    let plan = &file.saved.plan;
    for warning in &plan.warnings {
        output.remark(&format!("{} {}\n", output.error_paint.yellow("warning:"), Escaped(warning)));
    }
    let exit = exit_of(plan, pending).or(fail_on(plan, limits, output));
    let target = &file.saved.target;
    let age = file.saved.snapshot.as_ref().map(SnapshotNote::describe);
    output.deliver(&Forms {
        text: &|paint| {
            let heading = format!("Plan for project {} in {}, {}", target.project_id, target.region, file.saved.digest);
            let age = age.as_ref().map(|age| format!("{age}\n")).unwrap_or_default();
            format!("{}\n{age}\n{}", Escaped(&heading), text::render_plan(plan, &[], output.detail(), paint))
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
            let mut report = report_plan(plan, context);
            report.targets.iter_mut().for_each(|target| target.warnings.extend(age.clone()));
            report
        },
    });
    Ok(exit)
}
