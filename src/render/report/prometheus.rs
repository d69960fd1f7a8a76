//! For a monitor: a text file that node_exporter's collector or a push gateway
//! takes.

use std::collections::BTreeMap;

use super::sink::{Sink, escape_label};
use super::value::Report;

const LAST_SUCCESS: &str = "ltsctl_last_success_timestamp_seconds";

/// Renders a report as samples. `previous` is what an earlier run wrote to the
/// same place: the time of the last success outlives a failure.
#[must_use]
pub fn render_prometheus(report: &Report, previous: Option<&str>) -> String {
    let mut out = Sink::new(escape_label);
    out.literal("# HELP ltsctl_findings Objects of a report, by what is to be said of them.\n");
    out.literal("# TYPE ltsctl_findings gauge\n");
    for target in &report.targets {
        let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for entry in target.entries.iter().chain(&target.quiet) {
            *counts.entry((entry.kind, entry.mark.as_str())).or_default() += 1;
        }
        for ((kind, verdict), count) in counts {
            out.literal("ltsctl_findings{command=\"").literal(report.kind.as_str());
            out.literal("\",target=\"").text(&target.target).literal("\",kind=\"").text(kind);
            out.literal("\",verdict=\"").text(verdict).literal("\"} ").number(count).literal("\n");
        }
    }
    out.literal("# HELP ltsctl_resources Numbers of a report, by name.\n# TYPE ltsctl_resources gauge\n");
    for target in &report.targets {
        for (name, count) in &target.counts {
            out.literal("ltsctl_resources{command=\"").literal(report.kind.as_str());
            out.literal("\",target=\"").text(&target.target).literal("\",name=\"").text(name);
            out.literal("\"} ").number(*count).literal("\n");
        }
    }
    out.literal("# HELP ltsctl_oldest_finding_age_seconds Time since the oldest open finding was first seen.\n");
    out.literal("# TYPE ltsctl_oldest_finding_age_seconds gauge\n");
    for target in &report.targets {
        let oldest = target.entries.iter().chain(&target.quiet).filter_map(|entry| Some(entry.seen?.since)).min();
        if let Some(oldest) = oldest {
            let age = report.at.as_second().saturating_sub(oldest.as_second()).max(0);
            out.literal("ltsctl_oldest_finding_age_seconds{target=\"").text(&target.target);
            out.literal("\"} ").number(age).literal("\n");
        }
    }
    out.literal("# HELP ltsctl_api_requests Requests that the run sent to the service.\n");
    out.literal("# TYPE ltsctl_api_requests gauge\n");
    for target in &report.targets {
        out.literal("ltsctl_api_requests{command=\"").literal(report.kind.as_str());
        out.literal("\",target=\"").text(&target.target).literal("\"} ").number(target.requests).literal("\n");
    }
    out.literal("# HELP ltsctl_target_failed Whether nothing is known of a target, 0 or 1.\n");
    out.literal("# TYPE ltsctl_target_failed gauge\n");
    for target in &report.targets {
        out.literal("ltsctl_target_failed{command=\"").literal(report.kind.as_str());
        out.literal("\",target=\"").text(&target.target).literal("\"} ");
        out.number(u8::from(!target.known)).literal("\n");
    }
    out.literal("# HELP ltsctl_exit_code Exit code of the run.\n# TYPE ltsctl_exit_code gauge\n");
    out.literal("ltsctl_exit_code{command=\"").literal(report.kind.as_str()).literal("\"} ");
    out.number(report.exit_code).literal("\n");
    out.literal("# HELP ltsctl_last_run_timestamp_seconds When the run ended.\n");
    out.literal("# TYPE ltsctl_last_run_timestamp_seconds gauge\n");
    out.literal("ltsctl_last_run_timestamp_seconds{command=\"").literal(report.kind.as_str()).literal("\"} ");
    out.number(report.at.as_second()).literal("\n");
    let failed = report.targets.iter().any(|target| target.failure.is_some());
    let last = if failed { previous.and_then(read_last_success) } else { Some(report.at.as_second()) };
    if let Some(last) = last {
        out.literal("# HELP ltsctl_last_success_timestamp_seconds When a run last said what it was asked.\n");
        out.literal("# TYPE ltsctl_last_success_timestamp_seconds gauge\n");
        out.literal(LAST_SUCCESS).literal("{command=\"").literal(report.kind.as_str()).literal("\"} ");
        out.number(last).literal("\n");
    }
    out.finish()
}

fn read_last_success(previous: &str) -> Option<i64> {
    previous.lines().find(|line| line.starts_with(LAST_SUCCESS))?.rsplit(' ').next()?.parse().ok()
}
