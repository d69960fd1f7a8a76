//! The patterns of `include`: `*` and `?` inside one name, `**` for folders of
//! any depth. Looks into folders, and opens no file.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::model::matches_segment;

/// What a pattern leads to.
#[derive(Debug, Default)]
pub(super) struct Matches {
    /// Sorted, each named by way of the folder it was looked for in.
    pub(super) files: BTreeSet<PathBuf>,
    /// Folders on the way that lead out of the root.
    pub(super) elsewhere: BTreeSet<PathBuf>,
    /// Folders that could not be looked into.
    pub(super) faults: Vec<(PathBuf, io::Error)>,
}

/// Looks for what a pattern names below a folder. A name that begins with a dot
/// is found only by a pattern that does; links to folders are followed only
/// where they are named, and only inside of `root`, a real path. `entries` is
/// how many more names may be looked at; it is 0 where that was not enough.
pub(super) fn find(root: &Path, folder: &Path, pattern: &str, entries: &mut usize) -> Matches {
    let mut segments: Vec<&str> = pattern.split('/').filter(|segment| !matches!(*segment, "" | ".")).collect();
    segments.dedup_by(|one, other| *one == "**" && *other == "**");
    if segments.last() == Some(&"**") {
        segments.push("*");
    }
    let mut search = Search { root, entries, matches: Matches::default() };
    search.descend(folder, &segments);
    search.matches
}

struct Search<'a> {
    root: &'a Path,
    entries: &'a mut usize,
    matches: Matches,
}

/// A name in a folder, and whether it is a folder itself, not a link to one.
struct Name {
    text: String,
    path: PathBuf,
    folder: bool,
}

impl Search<'_> {
    fn descend(&mut self, folder: &Path, segments: &[&str]) {
        match segments {
            [] => {}
            ["**", rest @ ..] => {
                self.descend(folder, rest);
                for name in self.list(folder).into_iter().filter(|name| name.folder && !name.text.starts_with('.')) {
                    self.descend(&name.path, segments);
                }
            }
            [name] if is_literal(name) => {
                let path = folder.join(name);
                if fs::symlink_metadata(&path).is_ok() {
                    self.matches.files.insert(path);
                }
            }
            [pattern] => {
                let found = self.list(folder).into_iter().filter(|name| matches(pattern, &name.text));
                // Whatever is no folder is meant, and has to be a file.
                let found: Vec<PathBuf> = found.map(|name| name.path).filter(|path| !path.is_dir()).collect();
                self.matches.files.extend(found);
            }
            [name, rest @ ..] if is_literal(name) => self.enter(&folder.join(name), rest),
            [pattern, rest @ ..] => {
                for name in self.list(folder).into_iter().filter(|name| matches(pattern, &name.text)) {
                    self.enter(&name.path, rest);
                }
            }
        }
    }

    fn enter(&mut self, folder: &Path, segments: &[&str]) {
        match fs::canonicalize(folder) {
            Ok(real) if !real.starts_with(self.root) => {
                self.matches.elsewhere.insert(folder.to_path_buf());
            }
            Ok(real) if real.is_dir() => self.descend(folder, segments),
            // Nothing is there: the pattern matches nothing.
            Ok(_) | Err(_) => {}
        }
    }

    /// Lists a folder, sorted.
    fn list(&mut self, folder: &Path) -> Vec<Name> {
        let mut names = Vec::new();
        let list = match fs::read_dir(folder) {
            Ok(list) => list,
            Err(error) => {
                self.matches.faults.push((folder.to_path_buf(), error));
                return names;
            }
        };
        for entry in list {
            let Some(left) = self.entries.checked_sub(1) else { return names };
            *self.entries = left;
            match entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))) {
                Ok((name, kind)) => {
                    let (text, path) = (name.to_string_lossy().into_owned(), folder.join(&name));
                    names.push(Name { text, path, folder: kind.is_dir() });
                }
                Err(error) => self.matches.faults.push((folder.to_path_buf(), error)),
            }
        }
        names.sort_by(|one, other| one.path.cmp(&other.path));
        names
    }
}

fn is_literal(segment: &str) -> bool {
    !segment.contains(['*', '?'])
}

fn matches(pattern: &str, name: &str) -> bool {
    (pattern.starts_with('.') || !name.starts_with('.')) && matches_segment(pattern, name)
}
