//! `ltsctl fmt`: manifests in their canonical layout. Writes a file only when
//! its layout changes, and all of it or nothing.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::FormatArguments;
use super::error::CliError;
use super::exit::Exit;
use super::output::Output;
use crate::escape::Escaped;
use crate::manifest::{self, Complaints, Source, collect_manifests, demand_manifest};
use crate::render::json::Formatting;

pub(super) fn run(arguments: &FormatArguments, output: &Output) -> Result<Exit, CliError> {
    if arguments.paths.iter().any(|path| path == Path::new("-")) {
        return pass_on(arguments, output);
    }
    let mut complaints = Vec::new();
    let mut changed = Vec::new();
    let mut unchanged = 0;
    let files = match collect_manifests(&arguments.paths) {
        Ok(files) => files,
        Err(refused) => return Err(CliError::from(refused)),
    };
    for source in files {
        match demand_manifest(&source).and_then(|()| manifest::format(&source)) {
            Ok(text) if text == source.text => unchanged += 1,
            Ok(text) => {
                if !arguments.check {
                    write(Path::new(&*source.name), &text)?;
                }
                if !output.is_json() {
                    output.result(&format!("{}\n", Escaped(&source.name)));
                }
                changed.push(source.name.to_string());
            }
            Err(refused) => complaints.push(refused),
        }
    }
    if let Some(refused) = Complaints::join(complaints) {
        return Err(CliError::from(refused));
    }
    let exit = if arguments.check && !changed.is_empty() { Exit::Pending } else { Exit::Done };
    if output.is_json() {
        output.document(&Formatting::of(changed, unchanged, exit.code()));
    }
    Ok(exit)
}

/// Reads the standard input and writes the standard output.
fn pass_on(arguments: &FormatArguments, output: &Output) -> Result<Exit, CliError> {
    if arguments.paths.len() > 1 {
        return Err(CliError::usage("`-` stands alone: what is read there is written to the standard output"));
    }
    let mut text = String::new();
    let read = io::stdin().lock().take(LARGEST_INPUT).read_to_string(&mut text);
    read.map_err(|error| CliError::new(Exit::Error, "manifest", format!("`<stdin>` cannot be read: {error}")))?;
    let source = Source { name: Arc::from("<stdin>"), text, folder: PathBuf::new() };
    demand_manifest(&source)?;
    let laid_out = manifest::format(&source)?;
    let changed = laid_out != source.text;
    let exit = if arguments.check && changed { Exit::Pending } else { Exit::Done };
    match (output.is_json(), arguments.check) {
        (true, _) => {
            let names = if changed { vec![source.name.to_string()] } else { Vec::new() };
            output.document(&Formatting::of(names, usize::from(!changed), exit.code()));
        }
        (false, true) if changed => output.result("<stdin>\n"),
        (false, true) => {}
        (false, false) => output.result(&laid_out),
    }
    Ok(exit)
}

/// Most bytes of the standard input; a manifest has fewer, and says so itself.
const LARGEST_INPUT: u64 = 64 << 20;

/// Writes a file beside its place and puts it there at once, with the rights of
/// the old one. What a link leads to is written, and the link stays.
fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let fail = |error: io::Error| {
        let message = format!("cannot write `{}`: {error}", path.display());
        CliError::new(Exit::Error, "manifest", message).help("make its folder writable, or use `--check`")
    };
    let real = fs::canonicalize(path).map_err(fail)?;
    let mut beside = real.clone().into_os_string();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let written = fs::metadata(&real).and_then(|found| {
        // Nobody else's file is written over.
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&beside)?;
        let placed = file
            .write_all(text.as_bytes())
            .and_then(|()| file.set_permissions(found.permissions()))
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&beside, &real));
        placed.inspect_err(|_| {
            // What is left of it is of no use to anybody.
            let _ = fs::remove_file(&beside);
        })
    });
    written.map_err(fail)
}
