//! `ltsctl import`: live objects, added to the manifest where it stands.

use std::fs;
use std::path::{Path, PathBuf};

use super::args::{ImportArguments, Overwrite, Service};
use super::connect::{Connection, connect};
use super::error::CliError;
use super::exit::Exit;
use super::file;
use super::output::Output;
use super::runtime::block_on_reading;
use super::session::given;
use crate::adopt::{self, Adoption, Fault};
use crate::escape::Escaped;
use crate::lts::{self, Scope};
use crate::manifest::edit::Changed;
use crate::manifest::{self, Source};
use crate::render::json::{Fate, ImportDocument};

pub(super) fn run(arguments: &ImportArguments, service: &Service, output: &Output) -> Result<Exit, CliError> {
    let files = &arguments.input.files;
    if files.iter().any(|file| file == Path::new("-")) {
        return Err(CliError::usage("`import` writes into files, and standard input is none")
            .help("name the file or the folder with `-f`"));
    }
    let sources = manifest::collect(files)?;
    let given = given(&arguments.input.variables)?;
    let manifest = manifest::parse_whole(&sources, &given)?;
    block_on_reading(service, output, async {
        let connection = connect(&manifest.target, service).await?;
        output.remark(&connection.describe());
        let observation = lts::observe(&connection.client, &Scope::Everything).await?;
        let adoption =
            adopt::adopt(&sources, &given, &observation.live, &observation.capabilities, &arguments.addresses)?;
        for warning in observation.warnings.iter().chain(&adoption.warnings) {
            output.remark(&format!("{} {}\n", output.error_paint.yellow("warning:"), Escaped(warning)));
        }
        if !arguments.check {
            write(&sources, &adoption.changed)?;
        }
        tell(&adoption, arguments, &connection, output);
        Ok(Exit::Done)
    })
}

/// Writes the files, unless somebody has edited one of them meanwhile.
pub(super) fn write(sources: &[Source], changed: &[Changed]) -> Result<(), CliError> {
    for source in sources {
        let path = PathBuf::from(&*source.name);
        if fs::read(&path).ok().as_deref() != Some(source.text.as_bytes()) {
            let message = format!("`{}` was changed since it was read; nothing was written", path.display());
            return Err(CliError::new(Exit::Error, "file", message).help("run the same command again"));
        }
    }
    for Changed { name, after, .. } in changed {
        file::write(Path::new(&**name), after, Overwrite::Replace)?;
    }
    Ok(())
}

fn tell(adoption: &Adoption, arguments: &ImportArguments, connection: &Connection, output: &Output) {
    let diffs: Vec<(String, String)> =
        adoption.changed.iter().map(|changed| (changed.name.to_string(), adopt::show_difference(changed))).collect();
    if output.is_json() {
        let fate = if arguments.check { Fate::Shown } else { Fate::Written };
        return output.document(&ImportDocument::of(adoption, connection.target.clone(), diffs, fate));
    }
    for (_, diff) in &diffs {
        let lines = diff.lines().map(|line| format!("{}\n", Escaped(line)));
        output.result(&lines.collect::<String>());
    }
    let (imported, known) = (adoption.imported.len(), adoption.declared.len());
    let line = match (imported, arguments.check) {
        (0, _) => format!("Nothing to import: {known} objects are declared already."),
        (_, true) => format!("{imported} objects would be imported; {known} are declared already."),
        (_, false) => format!("Imported {imported} objects; {known} were declared already."),
    };
    output.result(&format!("{line}\n"));
}

impl From<Fault> for CliError {
    fn from(fault: Fault) -> Self {
        let exit = match fault {
            Fault::AnotherEstate(_) => Exit::Refused,
            _ => Exit::Error,
        };
        Self::new(exit, "import", fault.to_string()).help(fault.help())
    }
}
