//! How far a saved plan has come, as text.

use std::fmt::Write as _;

use super::paint::Paint;
use super::text::{shown, verb_word};
use crate::escape::Escaped;
use crate::plan::{Plan, Progress, Shift, Standing, Summary, count};

/// Renders the steps whose state matters, and the verdict as the last line.
#[must_use]
pub fn render_standings(plan: &Plan, standings: &[Standing], progress: Progress, paint: Paint) -> String {
    let mut out = String::new();
    let (mut done, mut open) = (0, 0);
    for (step, standing) in plan.steps.iter().zip(standings) {
        let (verb, address) = (verb_word(step.verb), shown(&step.address));
        match standing {
            Standing::Done(_) => done += 1,
            Standing::Open(0) => open += 1,
            Standing::Open(calls) => {
                open += 1;
                let all = step.calls.len();
                let _ = writeln!(out, "{} {verb} {address}: {calls} of {all} requests", paint.yellow("begun:"));
            }
            Standing::Moved(moved) => {
                let word = match moved.certainty {
                    Shift::Moved => paint.red("stale:"),
                    Shift::Unread => paint.cyan("unread:"),
                };
                let what = format!("{} {}: {} -> {}", moved.address, moved.field, moved.expected, moved.found);
                let _ = writeln!(out, "{word} {verb} {address}: {}", Escaped(&what));
            }
        }
    }
    let verdict = match progress {
        Progress::Valid => "Valid. Nothing of the plan is done, and everything it was computed from is as it was.",
        Progress::Partly => "Partly applied. Applying the plan again does the rest.",
        Progress::Applied => "Applied. Everything in the plan is done.",
        Progress::Stale => "Stale. What the plan was computed from has changed; make it again.",
        Progress::Unread => "Not known. A list could not be read; run again.",
    };
    let all = plan.steps.len();
    let moved = all - done - open;
    let noun = if all == 1 { "step" } else { "steps" };
    let _ =
        writeln!(out, "{all} {noun}: {done} done, {open} to do, {moved} that cannot be done as planned.\n{verdict}");
    out
}

/// Renders what of a plan is done already, and what is left of it; nothing when
/// all of it is left.
#[must_use]
pub fn render_rest(plan: &Plan, standings: &[Standing]) -> String {
    let mut out = String::new();
    let steps = || plan.steps.iter().zip(standings);
    let (mut done, mut begun) = (0, 0);
    for (step, standing) in steps() {
        let (verb, address) = (verb_word(step.verb), shown(&step.address));
        match standing {
            Standing::Done(_) => {
                done += 1;
                let _ = writeln!(out, "    {verb} {address}: done already");
            }
            Standing::Open(calls @ 1..) => {
                begun += 1;
                let _ = writeln!(out, "    {verb} {address}: {calls} of {} requests are done", step.calls.len());
            }
            Standing::Open(0) | Standing::Moved(_) => {}
        }
    }
    if done + begun == 0 {
        return String::new();
    }
    let left = count(steps().filter(|(_, standing)| matches!(standing, Standing::Open(_))).map(|(step, _)| step));
    let rest = match left {
        Summary { add: 0, change: 0, destroy: 0, .. } => "nothing is left to do".to_owned(),
        Summary { add, change, destroy, .. } => {
            format!("left are {add} to add, {change} to change, {destroy} to destroy")
        }
    };
    format!("{done} of {} steps are done already, {rest}.\n{out}", plan.steps.len())
}
