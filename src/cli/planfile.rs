//! Saved plans as files.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use super::error::CliError;
use super::exit::Exit;
use crate::model::Target;
use crate::render::json::{PlanDocument, to_line};
use crate::saved::{self, Fault, SavedPlan};

/// Most bytes of a plan: a million steps have about a gigabyte less than this.
const LARGEST: u64 = 2 << 30;

/// A saved plan, and the text it was read from.
#[derive(Debug)]
pub(super) struct PlanFile {
    pub(super) saved: SavedPlan,
    pub(super) text: String,
}

/// Reads a saved plan and makes sure that nobody has changed it.
pub(super) fn read(path: &Path) -> Result<PlanFile, CliError> {
    let complain = |what: String| {
        CliError::new(Exit::Error, "plan", format!("`{}` {what}", path.display()))
            .help("make a plan with `ltsctl plan --out FILE`, and pass it on as it is")
    };
    let text = read_text(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => complain("does not exist".to_owned()),
        io::ErrorKind::InvalidData => complain("is not a saved plan: it is not UTF-8 text".to_owned()),
        _ => complain(format!("cannot be read: {error}")),
    })?;
    let saved = saved::read(&text).map_err(|fault| complain(fault.to_string()))?;
    let file = PlanFile { saved, text };
    match file.find_disagreement() {
        Some(part) => Err(complain(Fault::Misleading(part).to_string())),
        None => Ok(file),
    }
}

fn read_text(path: &Path) -> io::Result<String> {
    // Asked before it is opened: to open a pipe is to wait for its other end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let file = fs::File::open(path)?;
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text)?;
    Ok(text)
}

/// Writes a plan: the same bytes that `plan -o json` prints. It is written
/// beside its place first, so that a reader never sees half of it.
pub(super) fn write(path: &Path, document: &PlanDocument) -> Result<(), CliError> {
    let fail = |error: &dyn std::fmt::Display| {
        CliError::new(Exit::Error, "plan", format!("cannot write the plan to `{}`: {error}", path.display()))
            .help("name a file in a folder that can be written to with `--out`")
    };
    if is_something_else(path) {
        let message = format!("`{}` exists and is not a saved plan; it is not overwritten", path.display());
        return Err(CliError::new(Exit::Error, "plan", message).help("name another file with `--out`, or remove it"));
    }
    let line = to_line(document).map_err(|error| fail(&error))?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let written = fs::File::create(&beside)
        .and_then(|mut file| {
            file.write_all(line.as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, path));
    written.map_err(|error| {
        // What is left of it is of no use to anybody.
        let _ = fs::remove_file(&beside);
        fail(&error)
    })
}

/// Says whether a file is there that no plan was written to.
fn is_something_else(path: &Path) -> bool {
    const START: &[u8] = b"{\"format_version\":";
    match fs::metadata(path) {
        Err(_) => return false,
        Ok(found) if !found.is_file() => return true,
        Ok(_) => {}
    }
    let Ok(file) = fs::File::open(path) else { return true };
    let mut start = Vec::new();
    match file.take(START.len() as u64).read_to_end(&mut start) {
        Ok(0) => false,
        Ok(_) => start != START,
        Err(_) => true,
    }
}

impl PlanFile {
    /// Returns the document as this version would write it.
    pub(super) fn document(&self) -> PlanDocument {
        let SavedPlan { plan, target, budget, cost, snapshot, digest: _ } = &self.saved;
        let document = PlanDocument::of(plan, target.clone(), *budget, *cost);
        match snapshot {
            Some(note) => document.from_snapshot(note.clone()),
            None => document,
        }
    }

    fn find_disagreement(&self) -> Option<String> {
        // A part that is ignored when the plan is read may still be no JSON that people's tools take.
        match serde_json::from_str(&self.text) {
            Ok(read) => self.document().find_disagreement(&read),
            Err(_) => Some("document".to_owned()),
        }
    }

    /// Returns the target to connect to.
    pub(super) fn target(&self) -> Result<Target, CliError> {
        let target = self.saved.target.pin().map_err(|fault| {
            CliError::new(Exit::Error, "plan", format!("the plan {fault}")).help("make the plan again")
        })?;
        match target {
            Target::Emulator(emulator) if !crate::emulator::has_data(&emulator.data) => {
                let message =
                    format!("the plan is for an embedded service in `{}`, which is not there", emulator.data.display());
                let help = "apply it in the folder in which it was made, or plan again";
                Err(CliError::new(Exit::Error, "plan", message).help(help))
            }
            target => Ok(target),
        }
    }

    /// Compares the digest with the one that was approved.
    pub(super) fn expect(&self, digest: Option<&str>) -> Result<(), CliError> {
        match digest {
            Some(expected) if expected != self.saved.digest => {
                let message = format!("the plan has digest {}, and {expected} is expected", self.saved.digest);
                let help = "this is not the plan that was approved; look at it with `ltsctl show`";
                Err(CliError::new(Exit::Refused, "plan", message).help(help))
            }
            _ => Ok(()),
        }
    }
}
