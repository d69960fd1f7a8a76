//! `ltsctl man`: the manual pages, from the command line's definition.

use std::path::Path;

use super::args;
use super::error::CliError;
use super::exit::Exit;
use super::output::Output;
use crate::escape::Escaped;

/// Prints the page of the program, or writes the pages of all commands to a folder.
pub(super) fn run(out: Option<&Path>, output: &Output) -> Result<Exit, CliError> {
    let command = args::command();
    match out {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command)
                .render(&mut page)
                .map_err(|error| CliError::internal(format!("no manual: {error}")))?;
            output.result(&String::from_utf8_lossy(&page));
        }
        Some(folder) => {
            let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
            written.map_err(|error| {
                CliError::new(Exit::Error, "file", format!("cannot write to `{}`: {error}", folder.display()))
                    .help("name a folder that can be written to")
            })?;
            output.remark(&format!("The manual is in {}.\n", Escaped(&folder.display().to_string())));
        }
    }
    Ok(Exit::Done)
}
