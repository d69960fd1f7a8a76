//! Files, folders and the standard input, and what lies beside a file. The only
//! part of this module that touches the file system.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::code;
use super::diagnostic::{Complaints, Diagnostic};
use super::parse::Source;
use super::printable::quote;
use super::wholeness::{Beside, Survey};
use super::yaml::LARGEST_FILE;

/// Most bytes of all files together.
const LARGEST_SUM: usize = 64 << 20;

/// Most entries of folders that are looked at: enough for any repository, and
/// an end for `-f /`.
const MOST_ENTRIES: usize = 100_000;

/// Reads what `-f` names: files, folders (every `*.yaml` and `*.yml` below,
/// sorted by path) and `-` for the standard input. A file that is named twice
/// is read once.
///
/// # Errors
/// Returns a complaint for each input that cannot be used, all at once.
pub fn collect(inputs: &[PathBuf]) -> Result<Vec<Source>, Complaints> {
    let mut collection = Collection::default();
    for input in inputs {
        collection.add(input);
    }
    if collection.sources.is_empty() && collection.complaints.is_empty() {
        let diagnostic = Diagnostic::error(code::NO_MANIFEST, "no manifest was named");
        return Err(Complaints::single(
            diagnostic.help("name files or folders with `-f`, or `-` for the standard input"),
        ));
    }
    Complaints::gather(collection.complaints, 0).map(|_| collection.sources)
}

#[derive(Default)]
struct Collection {
    sources: Vec<Source>,
    complaints: Vec<Diagnostic>,
    /// Files that were read, by their real path.
    seen: BTreeSet<PathBuf>,
    bytes: usize,
    entries: usize,
    stdin: bool,
}

impl Collection {
    fn add(&mut self, input: &Path) {
        if input == Path::new("-") {
            if !std::mem::replace(&mut self.stdin, true) {
                self.read(io::stdin().lock(), Arc::from("<stdin>"), PathBuf::new());
            }
            return;
        }
        match fs::metadata(input) {
            Ok(metadata) if metadata.is_dir() => self.add_folder(input),
            Ok(metadata) if metadata.is_file() => self.add_file(input),
            Ok(_) => {
                let help = "name a file or a folder, or `-` for the standard input";
                self.complain(code::UNREADABLE, input, "is not a regular file", Some(help));
            }
            Err(error) => self.complain_about_error(input, &error),
        }
    }

    fn add_folder(&mut self, folder: &Path) {
        let Below { manifests, faults, too_full } = walk(folder, &mut self.entries);
        for (folder, error) in &faults {
            self.complain_about_error(folder, error);
        }
        if let Some(folder) = too_full {
            let message = format!("holds more than {MOST_ENTRIES} files and folders");
            return self.complain(code::TOO_LARGE, &folder, &message, Some("name the folder of the manifests"));
        }
        if manifests.is_empty() {
            let help = "manifests end in `.yaml` or `.yml`";
            self.complain(code::NO_MANIFEST, folder, "holds no manifest", Some(help));
        }
        for path in manifests {
            // A folder that is called `x.yaml` was looked into already, unless it is a link.
            if !path.is_dir() {
                self.add(&path);
            }
        }
    }

    fn add_file(&mut self, path: &Path) {
        let opened = fs::canonicalize(path).and_then(|real| Ok((real, fs::File::open(path)?)));
        let (real, file) = match opened {
            Ok(pair) => pair,
            Err(error) => return self.complain_about_error(path, &error),
        };
        // Asked again of what was opened: the path may name something else by now.
        match file.metadata() {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return self.complain(code::UNREADABLE, path, "is not a regular file", None),
            Err(error) => return self.complain_about_error(path, &error),
        }
        if self.seen.insert(real) {
            let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
            self.read(file, Arc::from(path.to_string_lossy()), folder);
        }
    }

    fn read(&mut self, input: impl Read, name: Arc<str>, folder: PathBuf) {
        let path = PathBuf::from(&*name);
        let mut bytes = Vec::new();
        // One byte more than allowed tells a large file from the largest.
        if let Err(error) = input.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes) {
            return self.complain_about_error(&path, &error);
        }
        if bytes.len() > LARGEST_FILE {
            let message = format!("is larger than {} MiB", LARGEST_FILE >> 20);
            return self.complain(code::TOO_LARGE, &path, &message, Some("split it into several files of one folder"));
        }
        self.bytes += bytes.len();
        if self.bytes > LARGEST_SUM {
            let message = format!("makes all files together larger than {} MiB", LARGEST_SUM >> 20);
            return self.complain(code::TOO_LARGE, &path, &message, None);
        }
        match String::from_utf8(bytes) {
            Ok(text) => self.sources.push(Source { name, text, folder }),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let line = error.as_bytes().iter().take(valid).filter(|byte| **byte == b'\n').count() + 1;
                let message = format!("is not UTF-8 text; the first wrong byte is on line {line}");
                self.complain(code::UNREADABLE, &path, &message, Some("save it as UTF-8"));
            }
        }
    }

    fn complain_about_error(&mut self, path: &Path, error: &io::Error) {
        match error.kind() {
            io::ErrorKind::NotFound => self.complain(code::UNREADABLE, path, "does not exist", None),
            io::ErrorKind::PermissionDenied => self.complain(code::UNREADABLE, path, "may not be read", None),
            _ => self.complain(code::UNREADABLE, path, &format!("cannot be read: {error}"), None),
        }
    }

    fn complain(&mut self, code: &'static str, path: &Path, message: &str, help: Option<&str>) {
        let diagnostic = Diagnostic::error(code, format!("{} {message}", quote(&path.to_string_lossy())));
        self.complaints.push(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }
}

/// What stands in a folder and below it.
#[derive(Default)]
struct Below {
    /// Sorted by path.
    manifests: Vec<PathBuf>,
    faults: Vec<(PathBuf, io::Error)>,
    /// Where the bound on entries was reached, if it was. What was found until
    /// then is not all there is.
    too_full: Option<PathBuf>,
}

/// Looks for manifests. `entries` counts what was seen, over several calls.
fn walk(folder: &Path, entries: &mut usize) -> Below {
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
/// are read, as far as they can be.
pub(super) fn survey(inputs: &[PathBuf]) -> Survey {
    match inputs {
        [input] if input == Path::new("-") => Survey::StandardInput,
        [input] if input.is_dir() => Survey::Folder,
        [input] => look_beside(input),
        _ => Survey::SeveralInputs,
    }
}

fn look_beside(file: &Path) -> Survey {
    let mut survey = Beside::default();
    let own = fs::canonicalize(file).ok();
    // A link stands in one folder, and what it leads to in another.
    let folders = [Some(file), own.as_deref()].into_iter().flatten().map(|path| match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    });
    let (mut entries, mut bytes) = (0, 0);
    let mut seen: BTreeSet<PathBuf> = own.iter().cloned().collect();
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
