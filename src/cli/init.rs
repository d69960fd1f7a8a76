//! `ltsctl init`: a first manifest, with a comment for whatever comes next.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{InitArguments, Overwrite, Service};
use super::error::CliError;
use super::exit::Exit;
use super::export::{Found, count, look};
use super::file;
use super::output::Output;
use super::runtime::block_on_reading;
use super::whereabouts::Located;
use crate::escape::Escaped;
use crate::export::{Ownerless, Selection};
use crate::manifest::{self, Manifest, Source};
use crate::model::{EstateName, ProjectId, Region, ServiceTarget, Target};
use crate::render::json::InitDocument;

/// What a first manifest is made of.
struct Answers {
    estate: EstateName,
    /// Region and project; the embedded service without them.
    project: Option<(Region, ProjectId)>,
}

pub(super) fn run(arguments: &InitArguments, service: &Service, output: &Output) -> Result<Exit, CliError> {
    let path = arguments.file.as_path();
    file::demand_free(path, Overwrite::Never)?;
    let answers = answer(arguments, output)?;
    let folder = path.parent().map(PathBuf::from).unwrap_or_default();
    let example = compose(&answers);
    let manifest = prove(&example, path, &folder)?;
    let (text, found) = match arguments.from_live {
        false => (example, None),
        true => {
            let named = arguments.emulator || answers.project.is_some();
            let target = if named { manifest.target } else { Target::Service(ServiceTarget::default()) };
            let located = Located { target, estate: Some(answers.estate), folder: folder.clone() };
            let asked = (Selection::Everything, Ownerless::Declared);
            let found = block_on_reading(service, output, look(&located, asked, service, output))?;
            (format!("{FROM_LIVE}{}", found.export.text), Some(found))
        }
    };
    prove(&text, path, &folder)?;
    file::write(path, &text, Overwrite::Never)?;
    let shown = path.display().to_string();
    let warnings = found.as_ref().map(|found| found.warnings.clone()).unwrap_or_default();
    for warning in &warnings {
        output.remark(&format!("{} {warning}\n", output.error_paint.yellow("warning:")));
    }
    if output.is_json() {
        let resources = found.as_ref().map(|found| found.export.manifest.desired.count());
        output.document(&InitDocument::of(shown.clone(), resources, warnings));
    } else if let Some(Found { export, .. }) = &found {
        output.result(&format!("Wrote {}: {}.\n", Escaped(&shown), count(export)));
    } else {
        output.result(&format!("Wrote {}.\n", Escaped(&shown)));
    }
    if let Some(Found { export, .. }) = found {
        output.remark(&format!(
            "Next: `ltsctl plan -f {}` shows the marker of the estate on {} objects, and nothing else.\n",
            Escaped(&shown),
            export.marked
        ));
        return Ok(Exit::Done);
    }
    output.remark(&format!(
        "Next: `ltsctl plan -f {path}` shows what an apply would do, and `ltsctl apply -f {path}` does it.\n\
         What is in the project already: `ltsctl init --from-live`.\n",
        path = Escaped(&shown)
    ));
    Ok(Exit::Done)
}

/// Above what was found.
const FROM_LIVE: &str = "\
# `ltsctl schema > manifest.schema.json` makes the schema for your editor.
# yaml-language-server: $schema=manifest.schema.json
#
# Written from the live project. What is not declared here is left alone. The first apply
# writes the marker of the estate on what is (where tags can be written), and changes
# nothing else. Then, if you like:
# policy:
#   prune: owned                     # also delete what carries the marker and is not declared any more
";

/// Takes the answers from the flags, and asks for the rest where there is somebody to
/// ask.
fn answer(arguments: &InitArguments, output: &Output) -> Result<Answers, CliError> {
    let asks = io::stdin().is_terminal();
    let estate = match &arguments.estate {
        Some(estate) => estate.clone(),
        None if asks => ask("Name of the estate, written into tags [main]: ", "main", output, |text| {
            EstateName::parse(text).map_err(|fault| fault.to_string())
        })?,
        None => EstateName::parse("main").map_err(|fault| CliError::internal(fault.to_string()))?,
    };
    let project = match (&arguments.region, &arguments.project_id) {
        (Some(region), Some(project)) => Some((region.clone(), project.clone())),
        (None, None) if asks && !arguments.emulator && !arguments.from_live => ask_project(output)?,
        (None, None) => None,
        _ => return Err(CliError::usage("`--region` and `--project-id` go together")),
    };
    Ok(Answers { estate, project })
}

fn ask_project(output: &Output) -> Result<Option<(Region, ProjectId)>, CliError> {
    let region =
        ask("Region, such as my-kualalumpur-1 [none: the embedded service]: ", "", output, |text| match text {
            "" => Ok(None),
            text => Region::parse(text).map(Some).ok_or_else(|| "is not the name of a region".to_owned()),
        })?;
    let Some(region) = region else { return Ok(None) };
    let project = ask("Id of the project, 32 hexadecimal digits: ", "", output, |text| {
        ProjectId::parse(text).map_err(|fault| fault.to_string())
    })?;
    Ok(Some((region, project)))
}

/// Asks until the answer can be used; an empty one is the default.
fn ask<T>(
    question: &str,
    default: &str,
    output: &Output,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<T, CliError> {
    loop {
        output.error(question);
        let mut line = String::new();
        let length = io::stdin()
            .lock()
            .read_line(&mut line)
            .map_err(|error| CliError::usage(format!("the answer could not be read: {error}")))?;
        if length == 0 {
            return Err(
                CliError::usage("there is no answer").help("give the answers as flags; see `ltsctl init --help`")
            );
        }
        let answer = match line.trim() {
            "" => default,
            answer => answer,
        };
        match read(answer) {
            Ok(value) => return Ok(value),
            Err(why) => output.error(&format!("`{}` {why}\n", Escaped(answer))),
        }
    }
}

fn compose(answers: &Answers) -> String {
    let Answers { estate, project } = answers;
    let target = match project {
        Some((region, project)) => format!("target:\n  region: {region}\n  project_id: {project}\n"),
        None => "target:\n  emulator: {}                       # the service in this folder; no account, no network\n  # region: my-kualalumpur-1\n  # project_id: 0123456789abcdef0123456789abcdef\n".to_owned(),
    };
    format!(
        "# `ltsctl schema > manifest.schema.json` makes the schema for your editor.\n\
         # yaml-language-server: $schema=manifest.schema.json\n\
         version: 1\n\
         estate: {estate}                       # owner, written into tags; without it nothing is stamped or pruned\n\
         {target}\
         defaults:\n  ttl_in_days: 7                     # for groups that say nothing\n\
         # policy:\n#   prune: owned                     # also delete what carries the estate's tag and is not declared any more\n\
         groups:\n\
         \x20 example:\n\
         \x20   tags: {{team: platform}}\n\
         \x20   # protected: true                # never deleted, even if this entry disappears\n\
         \x20   streams:\n\
         \x20     api:                           # inherits the retention of its group\n\
         \x20     audit: {{ttl_in_days: 30}}\n\
         \x20     # old: {{ensure: absent}}        # a tombstone: delete it\n\
         \x20   # dumps:\n\
         \x20   #   archive:\n\
         \x20   #     streams: [audit]\n\
         \x20   #     obs_bucket_name: my-bucket\n\
         \x20   #     storage_format: JSON         # RAW | JSON\n\
         \x20   #     period: 1hour                # 2min 5min 30min 1hour 3hour 6hour 12hour\n"
    )
}

/// What is written must be a manifest.
fn prove(text: &str, path: &Path, folder: &Path) -> Result<Manifest, CliError> {
    let name = Arc::from(path.to_string_lossy());
    let source = Source { name, text: text.to_owned(), folder: folder.to_path_buf() };
    manifest::parse(&[source]).map_err(CliError::from)
}
