//! An apply of several targets, one after the other. A failure of one keeps nobody
//! from the next.

use super::apply::{go, go_once};
use super::error::CliError;
use super::exit::Exit;
use super::orders::Orders;
use super::output::Output;
use super::subject::{Subject, kind_of};
use super::targets::{OfTarget, combine, name_of, tell_failures};
use super::tell::{Made, deliver_all};
use super::total::Total;
use crate::escape::Escaped;
use crate::manifest::Manifest;
use crate::plan::{Purpose, Summary};
use crate::render::json::{ApplyEvent, ApplySummary, to_line};
use crate::render::report::{ReportKind, report_failed_target};

/// Applies manifests to their targets.
pub(super) fn go_through(
    manifests: &[Manifest],
    purpose: Purpose,
    expected: Option<&str>,
    orders: &Orders,
    output: &Output,
) -> Result<Exit, CliError> {
    if let [manifest] = manifests {
        return go(Subject::Manifest(manifest, purpose), expected, orders, output);
    }
    let kind = kind_of(purpose);
    let total = Total::default();
    let (mut all, mut exits) = (Vec::new(), Vec::new());
    if output.is_json() {
        output.document(&ApplyEvent::version());
    }
    for manifest in manifests {
        let subject = Subject::Manifest(manifest, purpose);
        head(&format!("target {}", Escaped(&name_of(&manifest.target))), output);
        let of = OfTarget::of(None, go_once(subject, None, orders, output, &total), &manifest.target);
        if let Err(error) = &of.result {
            total.made.borrow_mut().extend(make_failed(&of, kind));
            if output.is_json() {
                let mut summary = ApplySummary::of(error.exit.code(), Summary::default());
                summary.target = Some(of.name.clone());
                summary.error = Some((*error.body).clone());
                output.document(&ApplyEvent::Summary(summary));
            }
        }
        let ended = total.settle(exit_of(&of));
        all.push(of);
        exits.push(ended);
        if matches!(ended, Exit::Interrupted | Exit::Terminated) {
            let rest = manifests.iter().skip(all.len()).map(|manifest| name_of(&manifest.target));
            total.made.borrow_mut().extend(rest.map(|name| make_unreached(&name, kind)));
            break;
        }
    }
    tell_failures(&all, output);
    let exit = combine(exits.into_iter());
    if output.is_json() {
        let tally = total.tally();
        let mut summary = ApplySummary::of(exit.code(), tally.done);
        (summary.failed, summary.unknown, summary.skipped) = (tally.failed, tally.unknown, tally.not_started);
        output.document(&ApplyEvent::Summary(summary));
    }
    let line = total.last_line(exit);
    if output.is_text() {
        head("all targets", output);
        output.result(&format!("{line}\n"));
    }
    deliver_all(&total.made.borrow(), (kind, Some(&line)), exit, output);
    Ok(exit)
}

fn head(heading: &str, output: &Output) {
    if output.is_text() {
        output.result(&format!("{}\n", output.paint.bold(heading)));
    }
}

fn exit_of(of: &OfTarget<Exit>) -> Exit {
    match &of.result {
        Ok(exit) => *exit,
        Err(error) => error.exit,
    }
}

/// Makes the reports of a target that an interrupted run has not come to.
fn make_unreached(name: &str, kind: ReportKind) -> Made {
    let why = "not begun: the run was interrupted";
    let json = serde_json::json!({ "target": name, "not_begun": why }).to_string();
    let targets = vec![report_failed_target(kind, name, why, Some("run the same command again"))];
    Made { text: format!("target {}\n{why}\n", Escaped(name)), json, targets }
}

/// Makes the reports of a target of which nothing is known, if it is one.
fn make_failed(of: &OfTarget<Exit>, kind: ReportKind) -> Option<Made> {
    let target = of.failed_report(kind)?;
    let json = of.failure().and_then(|failure| to_line(&failure).ok()).unwrap_or_default();
    Some(Made { text: format!("{}\nnot known\n", of.heading()), json, targets: vec![target] })
}
