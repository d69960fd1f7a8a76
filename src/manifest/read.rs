//! Files, folders, the standard input and what they include. With
//! [`beside`](super::beside), [`glob`](super::glob) and [`inside`](super::inside)
//! the only part of this module that touches the file system.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::beside::{Below, MOST_ENTRIES, walk};
use super::code;
use super::diagnostic::{Complaints, Diagnostic};
use super::glob;
use super::include::{Pattern, find_patterns};
use super::inside::{Inside, NotInside};
use super::layout::looks_like_manifest;
use super::parse::{Source, without_mark};
use super::printable::quote;
use super::sink::{Draft, Sink};
use super::yaml::LARGEST_FILE;

/// Most bytes of all files together.
pub(super) const LARGEST_SUM: usize = 64 << 20;

/// How deep an included file may be included: enough for a team in a department
/// in a region, and an end for what nobody meant.
const DEEPEST_INCLUDE: u32 = 8;

/// Reads what `-f` names: files, folders (every `*.yaml` and `*.yml` below,
/// sorted by path) and `-` for the standard input; then what they include, in
/// the order in which it is named. A file that is named twice is read once.
///
/// # Errors
/// Returns a complaint for each input that cannot be used, all at once.
pub fn collect(inputs: &[PathBuf]) -> Result<Vec<Source>, Complaints> {
    let Collected { sources, complaints, .. } = gather(inputs);
    Complaints::gather(complaints, 0).map(|_| sources)
}

/// Reads files, and the manifests in folders and below: what else lies there,
/// and what a link leads to, is left alone.
///
/// # Errors
/// Returns a complaint for each input that cannot be used, all at once.
pub fn collect_manifests(inputs: &[PathBuf]) -> Result<Vec<Source>, Complaints> {
    let mut collection = Collection::default();
    for input in inputs {
        if !input.is_dir() {
            collection.add(input);
            continue;
        }
        let Below { manifests, faults, too_full } = walk(input, &mut collection.entries);
        for (folder, error) in faults {
            collection.complain(&folder, error.into());
        }
        if let Some(folder) = too_full {
            let message = format!("holds more than {MOST_ENTRIES} files and folders");
            collection.complain(&folder, Fault::new(code::TOO_LARGE, message).help("name the folder of the manifests"));
        }
        let before = collection.sources.len();
        let own = |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
        for path in manifests.into_iter().filter(own) {
            // What cannot be read is no manifest that anybody could apply.
            let read = collection.sources.len();
            let known = collection.add_file(&path).is_ok();
            if known && collection.sources.get(read).is_some_and(|source| !looks_like_manifest(&source.text)) {
                collection.sources.truncate(read);
                collection.origins.truncate(read);
            }
        }
        if collection.sources.len() == before && collection.complaints.is_empty() {
            let fault = Fault::new(code::NO_MANIFEST, "holds no manifest");
            collection.complain(input, fault.help("manifests end in `.yaml` or `.yml`, and say `version: 1`"));
        }
    }
    Complaints::gather(collection.complaints, 0).map(|_| collection.sources)
}

/// Reads files that are no manifests. One that is named twice is read once.
///
/// # Errors
/// Returns a complaint for each file that cannot be used.
pub(super) fn read_plainly(files: &[PathBuf]) -> Result<Vec<Source>, Complaints> {
    let mut collection = Collection::default();
    for file in files {
        let read = match fs::metadata(file) {
            // To open a pipe is to wait for its other end.
            Ok(metadata) if !metadata.is_file() => Err(Fault::new(code::UNREADABLE, "is not a regular file")),
            Ok(_) => collection.add_file(file),
            Err(error) => Err(error.into()),
        };
        if let Err(fault) = read {
            collection.complain(file, fault);
        }
    }
    Complaints::gather(collection.complaints, 0).map(|_| collection.sources)
}

/// What was read, and what was not.
#[derive(Debug)]
pub(super) struct Collected {
    pub(super) sources: Vec<Source>,
    /// One for each input or included file that cannot be used.
    pub(super) complaints: Vec<Diagnostic>,
    /// The files that were read, by their real path.
    pub(super) read: BTreeSet<PathBuf>,
    /// For each source, the positions of the sources it includes.
    pub(super) includes: Vec<Vec<usize>>,
}

/// Reads what there is, and goes on after what cannot be read.
pub(super) fn gather(inputs: &[PathBuf]) -> Collected {
    let mut collection = Collection::default();
    for input in inputs {
        collection.add(input);
    }
    if collection.sources.is_empty() && collection.complaints.is_empty() {
        let diagnostic = Diagnostic::error(code::NO_MANIFEST, "no manifest was named");
        let help = "name files or folders with `-f`, or `-` for the standard input";
        collection.complaints.push(diagnostic.help(help));
    }
    // Included files come behind the others, and what they include behind them.
    let mut index = 0;
    while index < collection.sources.len() {
        collection.follow(index);
        index += 1;
    }
    let includes = collection.link();
    let Collection { sources, complaints, seen, .. } = collection;
    Collected { sources, complaints, read: seen, includes }
}

#[derive(Default)]
struct Collection {
    sources: Vec<Source>,
    /// Beside each source, how it was come by.
    origins: Vec<Origin>,
    complaints: Vec<Diagnostic>,
    /// Files that were read, by their real path.
    seen: BTreeSet<PathBuf>,
    /// What each file includes, all of them by their real path.
    parts: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    bytes: usize,
    entries: usize,
    stdin: bool,
}

/// How a source was come by.
#[derive(Debug, Clone)]
enum Origin {
    StandardInput,
    /// A file that was named, at level 0, or included by another, one above the
    /// level of that.
    File {
        real: PathBuf,
        level: u32,
    },
}

/// Why something is not read: a sentence that begins with its name.
struct Fault {
    code: &'static str,
    message: String,
    help: Option<String>,
}

impl Fault {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        let message = match error.kind() {
            io::ErrorKind::NotFound => "does not exist".to_owned(),
            io::ErrorKind::PermissionDenied => "may not be read".to_owned(),
            _ => format!("cannot be read: {error}"),
        };
        Self::new(code::UNREADABLE, message)
    }
}

impl Collection {
    fn add(&mut self, input: &Path) {
        let added = if input == Path::new("-") {
            if std::mem::replace(&mut self.stdin, true) {
                return;
            }
            self.read(io::stdin().lock(), Arc::from("<stdin>"), PathBuf::new(), Origin::StandardInput)
        } else {
            match fs::metadata(input) {
                Ok(metadata) if metadata.is_dir() => return self.add_folder(input),
                Ok(metadata) if metadata.is_file() => self.add_file(input),
                Ok(_) => {
                    let help = "name a file or a folder, or `-` for the standard input";
                    Err(Fault::new(code::UNREADABLE, "is not a regular file").help(help))
                }
                Err(error) => Err(error.into()),
            }
        };
        if let Err(fault) = added {
            let name = if input == Path::new("-") { Path::new("<stdin>") } else { input };
            self.complain(name, fault);
        }
    }

    fn add_folder(&mut self, folder: &Path) {
        let Below { manifests, faults, too_full } = walk(folder, &mut self.entries);
        for (folder, error) in faults {
            self.complain(&folder, error.into());
        }
        if let Some(folder) = too_full {
            let message = format!("holds more than {MOST_ENTRIES} files and folders");
            let fault = Fault::new(code::TOO_LARGE, message).help("name the folder of the manifests");
            return self.complain(&folder, fault);
        }
        if manifests.is_empty() {
            let fault = Fault::new(code::NO_MANIFEST, "holds no manifest");
            self.complain(folder, fault.help("manifests end in `.yaml` or `.yml`"));
        }
        for path in manifests {
            // A folder that is called `x.yaml` was looked into already, unless it is a link.
            if !path.is_dir() {
                self.add(&path);
            }
        }
    }

    fn add_file(&mut self, path: &Path) -> Result<(), Fault> {
        let (real, file) = (fs::canonicalize(path)?, fs::File::open(path)?);
        // Asked again of what was opened: the path may name something else by now.
        if !file.metadata()?.is_file() {
            return Err(Fault::new(code::UNREADABLE, "is not a regular file"));
        }
        self.read_file(file, path, real, 0)
    }

    fn read_file(&mut self, file: fs::File, path: &Path, real: PathBuf, level: u32) -> Result<(), Fault> {
        if !self.seen.insert(real.clone()) {
            return Ok(());
        }
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        self.read(file, Arc::from(path.to_string_lossy()), folder, Origin::File { real, level })
    }

    fn read(&mut self, input: impl Read, name: Arc<str>, folder: PathBuf, origin: Origin) -> Result<(), Fault> {
        let mut bytes = Vec::new();
        // One byte more than allowed tells a large file from the largest.
        input.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > LARGEST_FILE {
            let fault = Fault::new(code::TOO_LARGE, format!("is larger than {} MiB", LARGEST_FILE >> 20));
            return Err(fault.help("split it into several files of one folder"));
        }
        self.bytes += bytes.len();
        if self.bytes > LARGEST_SUM {
            let message = format!("makes all files together larger than {} MiB", LARGEST_SUM >> 20);
            return Err(Fault::new(code::TOO_LARGE, message));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(valid).filter(|byte| **byte == b'\n').count() + 1;
            let message = format!("is not UTF-8 text; the first wrong byte is on line {line}");
            Fault::new(code::UNREADABLE, message).help("save it as UTF-8")
        })?;
        self.sources.push(Source { name, text, folder });
        self.origins.push(origin);
        Ok(())
    }

    /// Returns what each source includes, by position.
    fn link(&self) -> Vec<Vec<usize>> {
        let real = |origin: &Origin| match origin {
            Origin::File { real, .. } => Some(real.clone()),
            Origin::StandardInput => None,
        };
        let positions: BTreeMap<PathBuf, usize> =
            self.origins.iter().enumerate().filter_map(|(index, origin)| Some((real(origin)?, index))).collect();
        let parts = |origin: &Origin| real(origin).and_then(|own| self.parts.get(&own));
        self.origins
            .iter()
            .map(|origin| parts(origin).into_iter().flatten().filter_map(|part| positions.get(part).copied()).collect())
            .collect()
    }

    /// Reads what a source includes.
    fn follow(&mut self, index: usize) {
        let (Some(source), Some(origin)) = (self.sources.get(index).cloned(), self.origins.get(index).cloned()) else {
            return;
        };
        let patterns = find_patterns(&source.text);
        if patterns.is_empty() {
            return;
        }
        let mut sink = Sink::new(vec![(Arc::clone(&source.name), without_mark(&source.text))]);
        for pattern in &patterns {
            for Fault { message, help, .. } in self.include(pattern, &source.folder, &origin) {
                sink.report(Draft::error(code::INCLUDE, pattern.spot, message).maybe_help(help));
            }
        }
        match sink.finish() {
            Ok(_) => {}
            Err(complaints) => self.complaints.extend(complaints.into_diagnostics()),
        }
    }

    /// Reads what one pattern names.
    fn include(&mut self, pattern: &Pattern, folder: &Path, origin: &Origin) -> Vec<Fault> {
        let Origin::File { real: own, level } = origin else {
            let fault =
                Fault::new(code::INCLUDE, "the standard input lies in no folder, so that it can include nothing");
            return vec![fault.help("name the file itself with `-f`")];
        };
        if *level >= DEEPEST_INCLUDE {
            let message = format!("files include each other more than {DEEPEST_INCLUDE} levels deep");
            return vec![
                Fault::new(code::INCLUDE, message).help("include the files from one that is nearer to the first"),
            ];
        }
        let here = if folder == Path::new("") { Path::new(".") } else { folder };
        let root = match fs::canonicalize(here) {
            Ok(root) => root,
            Err(error) => return vec![self.excuse(here, error.into())],
        };
        let mut left = MOST_ENTRIES.saturating_sub(self.entries);
        let glob::Matches { files, elsewhere, faults: unseen } = glob::find(&root, folder, &pattern.text, &mut left);
        self.entries = MOST_ENTRIES - left;
        let mut faults: Vec<Fault> = elsewhere.iter().map(|folder| self.excuse(folder, leads_out())).collect();
        faults.extend(unseen.into_iter().map(|(folder, error)| self.excuse(&folder, error.into())));
        if left == 0 {
            let message = format!("{} looks at more than {MOST_ENTRIES} files and folders", quote(&pattern.text));
            faults.push(Fault::new(code::INCLUDE, message).help("name the files more closely"));
        }
        let mut others = 0;
        for path in files {
            let read = match Inside::find(&root, &path) {
                Ok(found) if found.real() == own.as_path() => continue,
                Ok(found) => {
                    self.parts.entry(own.clone()).or_default().insert(found.real().to_path_buf());
                    match self.seen.contains(found.real()) {
                        true => Ok(()),
                        false => found
                            .open()
                            .map_err(Fault::from)
                            .and_then(|file| self.read_file(file, &path, found.real().to_path_buf(), level + 1)),
                    }
                }
                Err(fault) => Err(fault.into()),
            };
            others += 1;
            if let Err(fault) = read {
                faults.push(self.excuse(&path, fault));
            }
        }
        if others == 0 && faults.is_empty() {
            let message = format!("{} matches no file", quote(&pattern.text));
            let help =
                "a path is relative to the folder of this file; `*` stands for a part of one name, `**` for folders";
            faults.push(Fault::new(code::INCLUDE, message).help(help));
        }
        faults
    }

    /// Puts a name before a fault.
    fn excuse(&self, path: &Path, fault: Fault) -> Fault {
        let path = path.strip_prefix("./").unwrap_or(path);
        Fault { message: format!("{} {}", quote(&path.to_string_lossy()), fault.message), ..fault }
    }

    fn complain(&mut self, path: &Path, fault: Fault) {
        let Fault { code, message, help } = self.excuse(path, fault);
        let diagnostic = Diagnostic::error(code, message);
        self.complaints.push(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }
}

impl From<NotInside> for Fault {
    fn from(fault: NotInside) -> Self {
        match fault {
            NotInside::Elsewhere => leads_out(),
            NotInside::NotRegular => Self::new(code::INCLUDE, "is not a regular file"),
            NotInside::Failed(error) => error.into(),
        }
    }
}

fn leads_out() -> Fault {
    let fault = Fault::new(code::INCLUDE, "leads out of the folder of the file that includes it");
    fault.help("put the file into that folder or below it, or name both with `-f`")
}
