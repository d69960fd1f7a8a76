//! `ltsctl drift`: read, compare, tell. The one command for cron jobs; it changes
//! nothing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::args::{DriftArguments, Input, Service};
use super::connect::connect;
use super::error::CliError;
use super::exit::Exit;
use super::ledger::Ledger;
use super::output::Output;
use super::publish::Forms;
use super::session::{load, observe, today};
use super::signals::or_interrupted;
use crate::drift::baseline::{self, Known};
use crate::drift::{Drift, Look, Verdict, agree, judge, origin};
use crate::effects::{Clock as _, SystemClock};
use crate::escape::Escaped;
use crate::lts::Observation;
use crate::manifest::{self, Manifest};
use crate::render::drift::{Comparison, Selection, render_drift};
use crate::render::json::{DriftDocument, LookedAt, read_baseline, to_line};
use crate::render::report::report_drift;

/// How long a difference is given before it is looked at again: it is not to be
/// told unless two looks agree.
const DOUBT_PAUSE: Duration = Duration::from_millis(500);

pub(super) fn run(input: &Input, service: &Service, wish: &DriftArguments, output: &Output) -> Result<Exit, CliError> {
    let manifest = load(&input.files, output)?;
    let base = wish.base_manifest.as_deref().map(load_base).transpose()?;
    let known = wish.baseline.as_deref().map(|path| read_earlier(path, output)).transpose()?;
    super::apply::block_on(or_interrupted(async {
        let connection = connect(&manifest.target, service).await?;
        output.remark(&connection.describe());
        let file = service.ledger.clone().or_else(|| manifest.ledger.clone());
        let ledger = Ledger::open_file(file, &connection, output);
        let (memory, today) = (ledger.memory(), today());
        let judge = |manifest: &Manifest, seen: &Observation| {
            judge(Look {
                desired: &manifest.desired,
                live: &seen.live,
                capabilities: &seen.capabilities,
                memory: &memory,
                today: &today,
            })
        };
        let mut observation = observe(&connection, &manifest.desired).await?;
        let mut drift = judge(&manifest, &observation);
        if drift.findings.iter().any(|finding| finding.verdict.is_drift()) {
            tokio::time::sleep(DOUBT_PAUSE).await;
            observation = observe(&connection, &manifest.desired).await?;
            drift = agree(&drift, judge(&manifest, &observation));
        }
        for warning in observation.warnings.iter().chain(&drift.warnings) {
            output.remark(&format!("{} {}\n", output.error_paint.yellow("warning:"), Escaped(warning)));
        }
        if let Some(base) = &base {
            origin::label(&mut drift, &judge(base, &observation));
        }
        let now = SystemClock.now();
        let delta = baseline::compare(&drift, &connection.target.name, known.as_deref().unwrap_or_default(), now);
        let exit = exit_of(&drift, &delta, wish.only_new());
        let looks = [LookedAt { target: connection.target.clone(), drift, delta }];
        let comparison = if known.is_some() { Comparison::WithBaseline } else { Comparison::Without };
        let (selection, requests) = (wish.only_new(), [connection.requests()]);
        output.deliver(&Forms {
            text: &|paint| render_drift(&looks, selection, comparison, output.detail(), paint),
            json: &|| to_line(&DriftDocument::of(&looks, now, exit.code())).unwrap_or_default(),
            report: &|| report_drift(&looks, &requests, selection, exit.code(), now),
        });
        Ok(exit)
    }))
}

/// Returns the exit code of what was found. What could not be read is an error
/// whether or not it is new: nothing is known then.
pub(super) fn exit_of(drift: &Drift, delta: &baseline::Delta, selection: Selection) -> Exit {
    let verdicts: Vec<Verdict> = match selection {
        Selection::All => drift.findings.iter().map(|finding| finding.verdict).collect(),
        Selection::New => delta.new_findings(drift).map(|finding| finding.verdict).collect(),
    };
    let mut exit = if drift.count(Verdict::Unread) > 0 { Exit::Error } else { Exit::Done };
    for verdict in verdicts {
        exit = exit.or(match verdict {
            Verdict::Drifted | Verdict::Missing | Verdict::Unmanaged => Exit::Pending,
            Verdict::Unhealthy => Exit::Unhealthy,
            Verdict::Unverifiable | Verdict::Unread => Exit::Done,
        });
    }
    exit
}

/// Reads the manifest that was applied last. Only what it declares matters.
fn load_base(path: &Path) -> Result<Manifest, CliError> {
    Ok(manifest::load(&[PathBuf::from(path)])?)
}

/// Reads an earlier report. One that is not there is the first night's.
fn read_earlier(path: &Path, output: &Output) -> Result<Vec<Known>, CliError> {
    /// More than any report has.
    const LARGEST: u64 = 256 << 20;
    let refuse = |what: String| {
        CliError::new(Exit::Error, "baseline", format!("`{}` {what}", path.display()))
            .help("name a file that `drift -o json` or `drift --report json=FILE` wrote")
    };
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            output.remark(&format!(
                "{} `{}` does not exist yet; everything is new\n",
                output.error_paint.yellow("warning:"),
                Escaped(&path.display().to_string())
            ));
            return Ok(Vec::new());
        }
        Ok(metadata) if metadata.len() > LARGEST => return Err(refuse("is too large for a report".to_owned())),
        _ => {}
    }
    let text = std::fs::read_to_string(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    read_baseline(&text).map_err(refuse)
}
