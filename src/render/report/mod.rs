//! One read, many sinks: what a run has to say as a value, and its forms for
//! pull requests, pages, pipelines and monitors.
//!
//! ```text
//! plan, outcomes, verdicts ──[`Report`]──> markdown | html | junit | sarif | prometheus | github
//! ```
//!
//! A sink has two ways to write: text of its own, which is a constant, and text
//! of others, which is escaped for the place it goes to. There is no third.

mod crowd;
mod github;
mod html;
mod junit;
mod markdown;
mod of_drift;
mod of_plan;
mod picture;
mod prometheus;
mod sarif;
mod sink;
mod value;

pub use github::{render_annotations, render_outputs};
pub use html::render_html;
pub use junit::render_junit;
pub use markdown::{LONGEST_COMMENT, render_markdown};
pub use of_drift::report_drift;
pub use of_plan::{PlanContext, report_failed_target, report_failure, report_plan};
pub use prometheus::render_prometheus;
pub use sarif::render_sarif;
pub use value::{Entry, Line, Mark, Report, ReportKind, TargetReport, Weight};
