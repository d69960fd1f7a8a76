//! The table that is printed.

use std::time::Duration;

/// What a measurement is compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// The ratio may be this at most.
    AtMost(f64),
    /// The ratio has to be this at least.
    AtLeast(f64),
    /// Nothing is promised.
    Open,
}

/// One line of the table.
#[derive(Debug)]
struct Row {
    what: String,
    measured: String,
    against: String,
    ratio: String,
    verdict: &'static str,
}

/// Rows in the order they were measured.
#[derive(Debug)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a measurement. `against` says in words what `ratio` is a ratio to.
    pub(crate) fn add(&mut self, what: &str, measured: String, against: String, ratio: f64, target: Target) {
        let (ratio, met) = match target {
            Target::AtMost(limit) => (format!("{ratio:.2} (at most {limit:.2})"), Some(ratio <= limit)),
            Target::AtLeast(limit) => (format!("{ratio:.2} (at least {limit:.2})"), Some(ratio >= limit)),
            Target::Open => (format!("{ratio:.2}"), None),
        };
        let verdict = match met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        self.0.push(Row { what: what.to_owned(), measured, against, ratio, verdict });
    }

    /// Adds a measurement that has a limit of its own.
    pub(crate) fn add_limited(&mut self, what: &str, measured: f64, limit: f64, show: impl Fn(f64) -> String) {
        let against = format!("limit {}", show(limit));
        self.add(what, show(measured), against, measured / limit, Target::AtMost(1.0));
    }

    /// Adds a fact that is compared with nothing.
    pub(crate) fn note(&mut self, what: &str, measured: String) {
        let empty = String::new;
        self.0.push(Row { what: what.to_owned(), measured, against: empty(), ratio: empty(), verdict: "" });
    }

    /// Returns the table in columns.
    pub(crate) fn render(&self) -> String {
        let head = ["what", "measured", "against", "ratio", "verdict"].map(str::to_owned);
        let cells = |row: &Row| {
            [row.what.clone(), row.measured.clone(), row.against.clone(), row.ratio.clone(), row.verdict.to_owned()]
        };
        let lines: Vec<[String; 5]> = std::iter::once(head).chain(self.0.iter().map(cells)).collect();
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..5).map(width).collect();
        let mut text = String::new();
        for (index, line) in lines.iter().enumerate() {
            let padded = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            text.push_str(padded.collect::<Vec<_>>().join("  ").trim_end());
            text.push('\n');
            if index == 0 {
                let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                text.push_str(&rules.join("  "));
                text.push('\n');
            }
        }
        text
    }
}

/// Shows a time.
pub(crate) fn show_time(time: Duration) -> String {
    show_seconds(time.as_secs_f64())
}

/// Shows a time in seconds.
pub(crate) fn show_seconds(seconds: f64) -> String {
    if seconds < 0.1 { format!("{:.1} ms", seconds * 1e3) } else { format!("{:.0} ms", seconds * 1e3) }
}

/// Shows a number of bytes.
pub(crate) fn show_bytes(bytes: f64) -> String {
    format!("{:.1} MB", bytes / 1e6)
}
