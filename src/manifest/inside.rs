//! Files inside of a folder, and no others.
//!
//! A name is resolved first, links included, and what it leads to has to lie in
//! the folder. Since names can be made to lead elsewhere between the look and
//! the opening, what was opened is asked again where it lies.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// Why a file is not read.
#[derive(Debug)]
pub(super) enum NotInside {
    /// It lies outside of the folder, whatever its name says.
    Elsewhere,
    /// A folder, a pipe, a device.
    NotRegular,
    /// The system says no.
    Failed(io::Error),
}

impl From<io::Error> for NotInside {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// A regular file that was found inside of a folder.
#[derive(Debug)]
pub(super) struct Inside {
    root: PathBuf,
    real: PathBuf,
}

impl Inside {
    /// Resolves a path. `root` is a real path itself.
    ///
    /// # Errors
    /// Returns why nothing is to be read there.
    pub(super) fn find(root: &Path, path: &Path) -> Result<Self, NotInside> {
        let real = fs::canonicalize(path)?;
        if !real.starts_with(root) {
            return Err(NotInside::Elsewhere);
        }
        // Asked before it is opened: to open a pipe is to wait for its other end.
        if !fs::metadata(&real)?.is_file() {
            return Err(NotInside::NotRegular);
        }
        Ok(Self { root: root.to_path_buf(), real })
    }

    /// Returns the path without any link in it.
    pub(super) fn real(&self) -> &Path {
        &self.real
    }

    /// Opens the file, and makes sure of what was opened.
    ///
    /// # Errors
    /// Returns why it is not to be read, if something else stands under its name
    /// by now.
    pub(super) fn open(&self) -> Result<File, NotInside> {
        let file = open_at_once(&self.real)?;
        if !file.metadata()?.is_file() {
            return Err(NotInside::NotRegular);
        }
        if place_of(&file, &self.real)?.is_some_and(|place| place.starts_with(&self.root)) {
            Ok(file)
        } else {
            Err(NotInside::Elsewhere)
        }
    }
}

/// Opens a file for reading; a pipe without a writer does not hold it up.
fn open_at_once(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        /// `O_NONBLOCK` of `asm-generic/fcntl.h`, which both architectures use.
        const O_NONBLOCK: i32 = 0o4000;
        options.custom_flags(O_NONBLOCK);
    }
    options.open(path)
}

/// Returns where an open file lies. The system knows it of the file itself;
/// where it does not say, the name is resolved again and has to lead to the same
/// file.
fn place_of(file: &File, path: &Path) -> io::Result<Option<PathBuf>> {
    #[cfg(target_os = "linux")]
    {
        use std::os::fd::AsRawFd as _;
        if let Ok(place) = fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())) {
            return Ok(Some(place));
        }
    }
    let place = fs::canonicalize(path)?;
    Ok(is_same(&file.metadata()?, &fs::symlink_metadata(&place)?).then_some(place))
}

#[cfg(unix)]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    one.len() == other.len() && one.modified().ok() == other.modified().ok()
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let root = fs::canonicalize(folder.path()).expect("a real path");
        (folder, root)
    }

    #[test]
    fn what_is_swapped_between_the_look_and_the_opening_is_not_read() {
        let ((_outside, secrets), (_folder, root)) = (folder(), folder());
        fs::write(secrets.join("a.yaml"), "secret").expect("a file");
        fs::create_dir(root.join("sub")).expect("a folder");
        fs::write(root.join("sub/a.yaml"), "ours").expect("a file");

        let found = Inside::find(&root, &root.join("sub/a.yaml")).expect("inside");
        assert!(found.open().is_ok());
        // The file, for a link.
        fs::rename(root.join("sub/a.yaml"), root.join("kept")).expect("renamed");
        symlink(secrets.join("a.yaml"), root.join("sub/a.yaml")).expect("a link");
        assert!(matches!(found.open(), Err(NotInside::Elsewhere)));
        // The folder it lies in, for a link.
        fs::remove_dir_all(root.join("sub")).expect("removed");
        symlink(&secrets, root.join("sub")).expect("a link");
        assert!(matches!(found.open(), Err(NotInside::Elsewhere)));
        // The file, for a pipe: nobody waits for its other end.
        fs::remove_file(root.join("sub")).expect("removed");
        fs::create_dir(root.join("sub")).expect("a folder");
        let made = Command::new("mkfifo").arg(root.join("sub/a.yaml")).status().expect("mkfifo");
        assert!(made.success());
        assert!(matches!(found.open(), Err(NotInside::NotRegular)));
    }

    #[test]
    fn a_name_is_where_it_leads_to() {
        let ((_outside, secrets), (_folder, root)) = (folder(), folder());
        fs::write(secrets.join("a.yaml"), "secret").expect("a file");
        fs::write(root.join("a.yaml"), "ours").expect("a file");
        for (to, name) in [
            (secrets.join("a.yaml"), "out"),
            (PathBuf::from("/dev/zero"), "zero"),
            (root.join("a.yaml"), "in"),
            (PathBuf::from("nowhere"), "lost"),
        ] {
            symlink(to, root.join(name)).expect("a link");
        }
        let find = |name: &str| Inside::find(&root, &root.join(name));
        assert!(matches!(find("out"), Err(NotInside::Elsewhere)));
        assert!(matches!(find("zero"), Err(NotInside::Elsewhere)));
        assert!(matches!(find("lost"), Err(NotInside::Failed(_))));
        assert_eq!(find("in").expect("inside").real(), root.join("a.yaml"));
        assert!(matches!(Inside::find(&root, &root), Err(NotInside::NotRegular)));
        // A neighbour whose name begins alike is not inside.
        let twin = root.with_file_name(format!("{}x", root.file_name().expect("a name").to_string_lossy()));
        fs::create_dir(&twin).expect("a folder");
        fs::write(twin.join("a.yaml"), "theirs").expect("a file");
        assert!(matches!(Inside::find(&root, &twin.join("a.yaml")), Err(NotInside::Elsewhere)));
        fs::remove_dir_all(&twin).expect("removed");
    }
}
