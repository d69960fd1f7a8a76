//! `ltsctl drift`: read, compare, tell. The one command for cron jobs; it changes
//! nothing in the project.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::args::{DriftArguments, Input, Selected, Service};
use super::connect::{Connection, connect};
use super::error::CliError;
use super::exit::Exit;
use super::ledger::Ledger;
use super::output::Output;
use super::publish::Forms;
use super::runtime::block_on_reading;
use super::session::{given, observe, today};
use super::targets::{OfTarget, combine, load_all, tell_failures};
use crate::adopt;
use crate::drift::baseline::{self, Known};
use crate::drift::{Drift, Finding, Look, Verdict, agree, judge, origin};
use crate::effects::{Clock as _, SystemClock};
use crate::escape::Escaped;
use crate::lts::Observation;
use crate::manifest::edit::{Changed, Difference, write_back};
use crate::manifest::{self, Manifest, Source};
use crate::render::drift::{Comparison, Told, render_drift};
use crate::render::json::{DriftDocument, LookedAt, WrittenDocument, read_baseline, spell, to_line};
use crate::render::report::{ReportKind, report_drift};

/// How long a difference is given before it is looked at again: it is not to be
/// told unless two looks agree.
const DOUBT_PAUSE: Duration = Duration::from_millis(500);

/// What was found in one target.
struct Looked {
    at: LookedAt,
    /// What the file would have to say.
    differences: Vec<Difference>,
    requests: u64,
    exit: Exit,
}

/// What is asked for besides a manifest.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    pub(super) drift: &'a DriftArguments,
    /// What is looked at.
    pub(super) selected: &'a Selected,
}

pub(super) fn run(input: &Input, service: &Service, wish: &Wish<'_>, output: &Output) -> Result<Exit, CliError> {
    let Wish { drift: wish, selected } = wish;
    if wish.write && selected.shard.is_some() {
        return Err(CliError::usage("`--write` takes one target, and `--shard` chooses among several")
            .help("name the files of one target with `-f`"));
    }
    let manifests = load_all(&input.files, &input.variables, Some(selected), output)?;
    let sources = if wish.write { collect_writable(input, manifests.len())? } else { Vec::new() };
    let base = wish.base_manifest.as_deref().map(|path| load_base(path, input)).transpose()?.unwrap_or_default();
    let known = wish.baseline.as_deref().map(|path| read_earlier(path, output)).transpose()?;
    block_on_reading(service, output, async {
        let now = SystemClock.now();
        let mut all = Vec::new();
        for manifest in &manifests {
            let base = base.iter().find(|base| base.target == manifest.target).or(match base.as_slice() {
                // One that names no target is meant for the only one there is.
                [only] if manifests.len() == 1 => Some(only),
                _ => None,
            });
            let known = known.as_deref().unwrap_or_default();
            let asked = Asked { manifest, base, known, now, selected };
            let result = look(&asked, service, wish.only_new(), output).await;
            let name = result.as_ref().ok().map(|looked| looked.at.target.name.clone());
            all.push(OfTarget::of(name, result, &manifest.target));
        }
        if all.len() == 1
            && let Some(OfTarget { result: Err(_), .. }) = all.first()
        {
            return all.remove(0).result.map(|looked| looked.exit);
        }
        all.extend(selected.conclude());
        let changed = match all.as_slice() {
            [OfTarget { result: Ok(looked), .. }] if wish.write => write_down(&sources, input, &looked.differences)?,
            _ => Vec::new(),
        };
        let exit = combine(all.iter().map(|of| match &of.result {
            Ok(looked) if wish.write => rest(looked, wish.only_new()),
            Ok(looked) => looked.exit,
            Err(error) => error.exit,
        }));
        let comparison = if known.is_some() { Comparison::WithBaseline } else { Comparison::Without };
        let failures: Vec<_> = all.iter().filter_map(OfTarget::failure).collect();
        let failed: Vec<_> = all.iter().filter_map(|of| of.failed_report(ReportKind::Drift)).collect();
        tell_failures(&all, output);
        let (looks, requests): (Vec<LookedAt>, Vec<u64>) =
            all.into_iter().filter_map(|of| of.result.ok()).map(|looked| (looked.at, looked.requests)).unzip();
        let told = wish.only_new();
        output.deliver(&Forms {
            text: &|paint| {
                let text = render_drift(&looks, failures.len(), told, comparison, output.detail(), paint);
                let missing =
                    failures.iter().map(|failure| format!("not known: target {}\n", Escaped(&failure.target)));
                let written = changed.iter().map(|changed| escape_lines(&adopt::show_difference(changed)));
                let wrote = wish.write.then(|| tell_written(changed.len()));
                missing.chain(written).chain([text]).chain(wrote).collect()
            },
            json: &|| {
                let document = DriftDocument::of(&looks, failures.clone(), now, exit.code());
                // Of whom nobody has looked at, nothing is forgotten.
                let lost = |known: &&Known| looks.iter().all(|look| look.target.name != known.target);
                let document = document.with_unknown(known.iter().flatten().filter(lost));
                to_line(&document.with_written(changed.iter().map(describe).collect())).unwrap_or_default()
            },
            report: &|| {
                let mut report = report_drift(&looks, &requests, told, exit.code(), now);
                report.targets.extend(failed.iter().cloned());
                report
            },
        });
        Ok(exit)
    })
}

/// What is asked of one target.
struct Asked<'a> {
    manifest: &'a Manifest,
    base: Option<&'a Manifest>,
    known: &'a [Known],
    now: Timestamp,
    selected: &'a Selected,
}

async fn look(asked: &Asked<'_>, service: &Service, selection: Told, output: &Output) -> Result<Looked, CliError> {
    let connection = connect(&asked.manifest.target, service).await?;
    look_at(&connection, asked, service, selection, output).await.map_err(|error| error.of(&connection.target.name))
}

async fn look_at(
    connection: &Connection,
    asked: &Asked<'_>,
    service: &Service,
    selection: Told,
    output: &Output,
) -> Result<Looked, CliError> {
    let Asked { manifest, base, known, now, selected } = asked;
    let part = selected.selection();
    output.remark(&connection.describe());
    let file = service.ledger.clone().or_else(|| manifest.ledger.clone());
    let ledger = Ledger::open_file(file, connection, output);
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
    let mut observation = observe(connection, &manifest.desired).await?;
    selected.check(&manifest.desired, &observation)?;
    let mut drift = judge(manifest, &observation);
    if drift.findings.iter().any(|finding| finding.verdict.is_drift() && part.covers(&finding.address)) {
        tokio::time::sleep(DOUBT_PAUSE).await;
        observation = observe(connection, &manifest.desired).await?;
        drift = agree(&drift, judge(manifest, &observation));
    }
    drift.warnings.extend(observation.warnings.iter().cloned());
    for warning in &drift.warnings {
        output.remark(&format!("{} {}\n", output.error_paint.yellow("warning:"), Escaped(warning)));
    }
    if let Some(base) = base {
        origin::label(&mut drift, &judge(base, &observation));
    }
    let target = &connection.target.name;
    let delta = baseline::compare(&drift, target, known, *now, spell);
    let (drift, delta) = baseline::confine(drift, delta, target, |address| part.covers(address));
    let differences = adopt::follow(&drift, &manifest.desired, &observation.live);
    let exit = exit_of(&drift, &delta, selection);
    Ok(Looked {
        differences,
        at: LookedAt { target: connection.target.clone(), drift, delta },
        requests: connection.requests(),
        exit,
    })
}

/// Reads the files that may be written into.
fn collect_writable(input: &Input, targets: usize) -> Result<Vec<Source>, CliError> {
    if input.files.iter().any(|file| file == Path::new("-")) {
        return Err(CliError::usage("`--write` writes into files, and standard input is none")
            .help("name the file or the folder with `-f`"));
    }
    if targets > 1 {
        return Err(CliError::usage("`--write` takes one target, and the files name several")
            .help("name the files of one target with `-f`"));
    }
    Ok(manifest::collect(&input.files)?)
}

/// Writes live values into the manifest; all of them, or none.
fn write_down(sources: &[Source], input: &Input, differences: &[Difference]) -> Result<Vec<Changed>, CliError> {
    let changed = write_back(sources, &given(&input.variables)?, differences).map_err(|refusal| {
        CliError::new(Exit::Error, "write", format!("nothing was written: {refusal}"))
            .help("change the file by hand, or accept the drift until a date")
    })?;
    super::import::write(sources, &changed)?;
    Ok(changed)
}

/// Returns the exit code of what is left when the drifted fields are written down.
fn rest(looked: &Looked, selection: Told) -> Exit {
    let LookedAt { drift, delta, .. } = &looked.at;
    let is_written = |finding: &Finding| {
        looked
            .differences
            .iter()
            .any(|difference| difference.address == finding.address && Some(difference.field) == finding.field)
    };
    let (mut left, mut ages) = (drift.clone(), Vec::new());
    left.findings.clear();
    for (finding, age) in drift.findings.iter().zip(&delta.ages) {
        if finding.verdict != Verdict::Drifted || !is_written(finding) {
            left.findings.push(finding.clone());
            ages.push(age.clone());
        }
    }
    exit_of(&left, &baseline::Delta { ages, ..delta.clone() }, selection)
}

/// Says last how many files were changed.
fn tell_written(files: usize) -> String {
    match files {
        0 => "Nothing to write: no declared field has drifted.\n".to_owned(),
        1 => "Wrote the live values of what has drifted into 1 file.\n".to_owned(),
        files => format!("Wrote the live values of what has drifted into {files} files.\n"),
    }
}

fn escape_lines(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", Escaped(line))).collect()
}

fn describe(changed: &Changed) -> WrittenDocument {
    WrittenDocument { file: changed.name.to_string(), diff: adopt::show_difference(changed) }
}

/// Returns the exit code of what was found. What could not be read is an error
/// whether or not it is new: nothing is known then.
pub(super) fn exit_of(drift: &Drift, delta: &baseline::Delta, selection: Told) -> Exit {
    let verdicts: Vec<Verdict> = match selection {
        Told::All => drift.findings.iter().map(|finding| finding.verdict).collect(),
        Told::New => delta.news(drift).map(|finding| finding.verdict).collect(),
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
fn load_base(path: &Path, input: &Input) -> Result<Vec<Manifest>, CliError> {
    Ok(manifest::load_all(&[PathBuf::from(path)], &given(&input.variables)?)?)
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
