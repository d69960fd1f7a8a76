//! Files that are written whole or not at all.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::args::Overwrite;
use super::error::CliError;
use super::exit::Exit;

/// Makes sure, before anything is asked of the service, that a file may be
/// written.
pub(super) fn demand_free(path: &Path, overwrite: Overwrite) -> Result<(), CliError> {
    match (fs::metadata(path), overwrite) {
        (Ok(found), _) if !found.is_file() => {
            Err(fault(path, "is not a regular file").help("name another file with `--out`"))
        }
        (Ok(_), Overwrite::Refuse | Overwrite::Never) => Err(occupied(path, overwrite)),
        _ => Ok(()),
    }
}

/// Writes a file. Its text is written beside its place first, so that a reader
/// finds the old one or the new one, and never a half.
pub(super) fn write(path: &Path, text: &str, overwrite: Overwrite) -> Result<(), CliError> {
    demand_free(path, overwrite)?;
    // What a link leads to is written, and the link stays.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let beside = beside(&place);
    let written = write_beside(&place, &beside, text).and_then(|()| match overwrite {
        Overwrite::Replace => fs::rename(&beside, &place),
        Overwrite::Refuse | Overwrite::Never => put(&beside, &place),
    });
    if written.is_err() {
        // What is left of it is of no use to anybody.
        let _ = fs::remove_file(&beside);
    }
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => occupied(path, overwrite),
        _ => fault(path, &format!("cannot be written: {error}")).help("name a file in a folder that can be written to"),
    })
}

fn beside(place: &Path) -> PathBuf {
    let mut name = place.file_name().map_or_else(OsString::new, OsString::from);
    name.push(".new");
    place.with_file_name(name)
}

fn write_beside(place: &Path, beside: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::File::create(beside)?;
    if let Ok(old) = fs::metadata(place) {
        file.set_permissions(old.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Gives a file its name unless the name is taken by now. A link fails then,
/// where a renaming would replace what somebody else has written meanwhile.
fn put(beside: &Path, place: &Path) -> io::Result<()> {
    match fs::hard_link(beside, place) {
        Ok(()) => fs::remove_file(beside),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // There are file systems without links.
        Err(_) if fs::symlink_metadata(place).is_err() => fs::rename(beside, place),
        Err(error) => Err(error),
    }
}

fn occupied(path: &Path, overwrite: Overwrite) -> CliError {
    fault(path, "is there already, and it is not overwritten").help(match overwrite {
        Overwrite::Never => "name another file, such as `ltsctl init other.yaml`",
        Overwrite::Refuse | Overwrite::Replace => "name another file with `--out`, or overwrite it with `--force`",
    })
}

fn fault(path: &Path, what: &str) -> CliError {
    CliError::new(Exit::Error, "file", format!("`{}` {what}", path.display()))
}
