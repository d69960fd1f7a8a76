//! Completion in the shell: flags and values from the command line's definition,
//! addresses from the manifest that the line names.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::ValueEnum as _;
use clap_complete::CompletionCandidate;
use clap_complete::env::{CompleteEnv, Shells};

use super::args::{self, ReportFormat};
use super::error::CliError;
use super::exit::Exit;
use super::output::{Output, write_complaint};
use crate::manifest::{self, Given};
use crate::model::{Address, Desired};
use crate::plan::Class;

/// Variable by which the shell asks for candidates.
const VARIABLE: &str = "LTSCTL_COMPLETE";

/// Most addresses that are offered. Of a larger estate, groups are offered until one
/// is chosen.
const MOST: usize = 500;

/// Answers the shell, if it is the shell that asks.
pub(super) fn answer(arguments: &[OsString]) -> Option<Exit> {
    let asked = CompleteEnv::with_factory(args::command).var(VARIABLE).bin("ltsctl").completer("ltsctl");
    match asked.try_complete(arguments.iter().cloned(), None) {
        Ok(true) => Some(Exit::Done),
        Ok(false) => None,
        Err(error) => {
            write_complaint(&format!("{error}\n"));
            Some(Exit::Error)
        }
    }
}

/// Prints what a shell has to read once, so that it asks from then on.
pub(super) fn run(shell: &str, output: &Output) -> Result<Exit, CliError> {
    let fault = |error: &dyn std::fmt::Display| CliError::internal(format!("no script for {shell}: {error}"));
    let shells = Shells::builtins();
    let completer = shells.completer(shell).ok_or_else(|| fault(&"it is not known"))?;
    let mut script = Vec::new();
    completer.write_registration(VARIABLE, "ltsctl", "ltsctl", "ltsctl", &mut script).map_err(|error| fault(&error))?;
    output.result(&String::from_utf8_lossy(&script));
    Ok(Exit::Done)
}

/// Offers the classes of change.
pub(super) fn offer_classes() -> Vec<CompletionCandidate> {
    Class::ALL.iter().map(|class| CompletionCandidate::new(class.as_str())).collect()
}

/// Offers the profiles of the emulator.
pub(super) fn offer_profiles() -> Vec<CompletionCandidate> {
    ["modern", "seed-2022", "no-update"].map(CompletionCandidate::new).into()
}

/// Offers the forms of reports; the name of the file follows.
pub(super) fn offer_reports(current: &OsStr) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    let forms = ReportFormat::value_variants().iter().map(|format| format!("{}=", format.as_str()));
    forms.filter(|form| form.starts_with(&*current)).map(CompletionCandidate::new).collect()
}

/// Offers the addresses that the manifests on the line declare. Whatever is wrong with
/// them is for `validate` to tell: then nothing is offered.
pub(super) fn offer_addresses(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    let line: Vec<OsString> = std::env::args_os().collect();
    let Ok(manifests) = manifest::load_all(&named_files(&line), &Given::default()) else { return Vec::new() };
    let mut all: Vec<String> = manifests.iter().flat_map(|manifest| addresses_of(&manifest.desired)).collect();
    all.retain(|address| address.starts_with(current));
    if all.len() > MOST {
        all.retain(|address| address.matches('/').count() == 1);
    }
    all.sort();
    all.dedup();
    all.into_iter().take(MOST).map(CompletionCandidate::new).collect()
}

/// The values of `-f` and `--file` on a line; the folder at hand without any.
fn named_files(line: &[OsString]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut words = line.iter().filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        let value = match word {
            "-f" | "--file" => words.next(),
            _ => word.strip_prefix("--file=").or_else(|| word.strip_prefix("-f").filter(|rest| !rest.is_empty())),
        };
        files.extend(value.into_iter().flat_map(|value| value.split(',')).map(PathBuf::from));
    }
    // A manifest that comes through a pipe cannot be looked into.
    files.retain(|file| file.as_os_str() != "-" && !file.as_os_str().is_empty());
    if files.is_empty() { vec![PathBuf::from(".")] } else { files }
}

fn addresses_of(desired: &Desired) -> Vec<String> {
    let mut all = Vec::new();
    for (name, group) in &desired.groups {
        let address = Address::Group(name.clone()).to_string();
        all.push(format!("{address}/**"));
        all.push(address);
        let streams = group.streams.iter().flatten();
        all.extend(streams.map(|(stream, _)| Address::Stream(name.clone(), stream.clone()).to_string()));
        let dumps = group.dumps.iter().flatten();
        all.extend(dumps.map(|(handle, _)| Address::Dump(name.clone(), handle.clone()).to_string()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_names_the_manifests() {
        let files = |words: &[&str]| named_files(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(
            files(&["ltsctl", "--", "ltsctl", "plan", "-f", "a,b", "--target", "gr"]),
            ["a", "b"].map(PathBuf::from)
        );
        assert_eq!(files(&["plan", "--file=c", "-fd"]), ["c", "d"].map(PathBuf::from));
        assert_eq!(files(&["plan", "-f", "-", "--target", ""]), [PathBuf::from(".")]);
    }
}
