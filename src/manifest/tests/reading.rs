//! Files, folders and what is neither.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::{Complaints, collect};

pub(super) fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn messages(complaints: &Complaints) -> Vec<String> {
    complaints.diagnostics().iter().map(|diagnostic| diagnostic.message.clone()).collect()
}

#[test]
fn folders_are_read_whole_and_sorted() {
    let files: &[(&str, &[u8])] =
        &[("b.yaml", b"b"), ("a/z.yml", b"z"), ("a.yaml", b"a"), ("a/deep/er/x.yaml", b"x"), ("a/notes.txt", b"-")];
    let folder = folder(files);
    let sources = collect(&[folder.path().to_path_buf()]).expect("sources");
    let texts: Vec<&str> = sources.iter().map(|source| source.text.as_str()).collect();
    assert_eq!(texts, ["x", "z", "a", "b"]);
    assert_eq!(sources[1].folder, folder.path().join("a"));
    assert_eq!(&*sources[2].name, folder.path().join("a.yaml").to_string_lossy());
}

#[test]
fn a_file_named_twice_is_read_once() {
    let folder = folder(&[("a.yaml", b"a")]);
    let file = folder.path().join("a.yaml");
    let again = folder.path().join(".").join("a.yaml");
    assert_eq!(collect(&[file.clone(), again, folder.path().to_path_buf(), file]).expect("sources").len(), 1);
}

#[test]
fn all_problems_are_told_at_once() {
    let folder = folder(&[("latin.yaml", b"ok\n\xe9t\xe9\n"), ("empty/notes.txt", b""), ("fine.yaml", b"")]);
    let path = |name: &str| folder.path().join(name);
    let complaints =
        collect(&[path("latin.yaml"), path("empty"), path("nowhere.yaml"), path("fine.yaml")]).expect_err("problems");
    let told = messages(&complaints);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].ends_with("is not UTF-8 text; the first wrong byte is on line 2"), "{told:?}");
    assert!(told[1].ends_with("holds no manifest"), "{told:?}");
    assert!(told[2].ends_with("does not exist"), "{told:?}");
    assert!(complaints.render(super::super::Style::Plain).ends_with("error: 3 complaints\n"));
}

#[test]
fn too_large_a_file_is_refused_unread() {
    let folder = folder(&[("large.yaml", &vec![b'#'; (8 << 20) + 1])]);
    let complaints = collect(&[folder.path().join("large.yaml")]).expect_err("too large");
    assert!(messages(&complaints)[0].ends_with("is larger than 8 MiB"));
}

#[test]
fn no_input_is_an_error() {
    assert_eq!(messages(&collect(&[]).expect_err("nothing")), ["no manifest was named"]);
}

#[cfg(unix)]
#[test]
fn s63_devices_and_pipes_are_refused() {
    for device in ["/dev/zero", "/dev/null"] {
        let complaints = collect(&[PathBuf::from(device)]).expect_err("a device");
        assert_eq!(messages(&complaints), [format!("`{device}` is not a regular file")]);
    }
}

#[cfg(unix)]
#[test]
fn s63_links_lead_to_files_and_not_into_folders() {
    let outside = folder(&[("x.yaml", b"x"), ("sub/y.yaml", b"y")]);
    let folder = folder(&[("a.yaml", b"a")]);
    let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, folder.path().join(name)).expect("a link");
    link(&outside.path().join("x.yaml"), "b.yaml");
    link(&outside.path().join("sub"), "sub");
    link(folder.path(), "circle");
    link(Path::new("/dev/zero"), "zero.yaml");
    let complaints = collect(&[folder.path().to_path_buf()]).expect_err("a device behind a link");
    assert!(messages(&complaints)[0].ends_with("is not a regular file"));
    fs::remove_file(folder.path().join("zero.yaml")).expect("removed");
    let sources = collect(&[folder.path().to_path_buf()]).expect("sources");
    let texts: Vec<&str> = sources.iter().map(|source| source.text.as_str()).collect();
    assert_eq!(texts, ["a", "x"]);
}
