//! What lies in a folder: the manifests of it, and what lies beside one of them.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::parse::Source;
use super::read::LARGEST_SUM;
use super::wholeness::{Beside, Survey};
use super::yaml::LARGEST_FILE;

/// Most entries of folders that are looked at: enough for any repository, and
/// an end for `-f /`.
pub(super) const MOST_ENTRIES: usize = 100_000;

/// What stands in a folder and below it.
#[derive(Default)]
pub(super) struct Below {
    /// Sorted by path.
    pub(super) manifests: Vec<PathBuf>,
    pub(super) faults: Vec<(PathBuf, io::Error)>,
    /// Where the bound on entries was reached, if it was. What was found until
    /// then is not all there is.
    pub(super) too_full: Option<PathBuf>,
}

/// Looks for manifests. `entries` counts what was seen, over several calls.
pub(super) fn walk(folder: &Path, entries: &mut usize) -> Below {
    let mut below = Below::default();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let list = match fs::read_dir(&folder) {
            Ok(list) => list,
            Err(error) => {
                below.faults.push((folder, error));
                continue;
            }
        };
        for entry in list {
            *entries += 1;
            if *entries > MOST_ENTRIES {
                below.too_full = Some(folder);
                return below;
            }
            match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
                // Links to folders are not followed: they can lead anywhere, and in circles.
                Ok((path, kind)) if kind.is_dir() => folders.push(path),
                Ok((path, _)) if is_manifest(&path) => below.manifests.push(path),
                Ok(_) => {}
                Err(error) => below.faults.push((folder.clone(), error)),
            }
        }
    }
    below.manifests.sort();
    below
}

/// Looks at what `-f` names, for whoever has to know whether it can be a part
/// of an estate: of a single file, the other manifests in its folder and below
/// are read, as far as they can be. `read` are the files that are read already,
/// the file itself and what it includes, by their real path.
pub(super) fn survey(inputs: &[PathBuf], read: &BTreeSet<PathBuf>) -> Survey {
    match inputs {
        [input] if input == Path::new("-") => Survey::StandardInput,
        [input] if input.is_dir() => Survey::Folder,
        [input] => look_beside(input, read),
        _ => Survey::SeveralInputs,
    }
}

fn look_beside(file: &Path, read: &BTreeSet<PathBuf>) -> Survey {
    let mut survey = Beside::default();
    let own = fs::canonicalize(file).ok();
    // A link stands in one folder, and what it leads to in another.
    let folders = [Some(file), own.as_deref()].into_iter().flatten().map(|path| match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    });
    let (mut entries, mut bytes) = (0, 0);
    let mut seen: BTreeSet<PathBuf> = read.iter().chain(&own).cloned().collect();
    for folder in folders {
        let below = walk(folder, &mut entries);
        survey.too_full = survey.too_full.or(below.too_full);
        for path in below.manifests {
            let Ok(real) = fs::canonicalize(&path) else { continue };
            if !real.is_file() || !seen.insert(real) {
                continue;
            }
            let mut text = Vec::new();
            let read = fs::File::open(&path).and_then(|file| file.take(LARGEST_FILE as u64 + 1).read_to_end(&mut text));
            // What cannot be read, or is no manifest by its size, says nothing.
            if read.is_err() || text.len() > LARGEST_FILE {
                continue;
            }
            bytes += text.len();
            if bytes > LARGEST_SUM {
                survey.too_full.get_or_insert_with(|| folder.to_path_buf());
                break;
            }
            let name = Arc::from(path.strip_prefix("./").unwrap_or(&path).to_string_lossy());
            let text = String::from_utf8_lossy(&text).into_owned();
            survey.manifests.push(Source { name, text, folder: folder.to_path_buf() });
        }
    }
    Survey::File(survey)
}

fn is_manifest(path: &Path) -> bool {
    matches!(path.extension().and_then(OsStr::to_str), Some("yaml" | "yml"))
}
