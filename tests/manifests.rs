//! One test per file of `tests/manifests`.
//!
//! - `valid/*.yaml`: read without a complaint and without a warning, unless a
//!   `.stderr` beside it shows the warnings.
//! - `invalid/*.yaml`: complained about exactly as the `.stderr` beside it
//!   shows.
//! - `folders/*/expected.stderr`: a folder of several files, read as one.
//!
//! To accept a changed message, empty the `.stderr` and run the test: it
//! writes the file anew, and fails once so that nobody overlooks it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ltsctl::manifest::{Source, Style, load, parse};

type Outcome = datatest_stable::Result<()>;

fn valid(path: &Path) -> Outcome {
    let text = match parse(&[source(path)?]) {
        Ok(manifest) => {
            manifest.warnings.iter().map(|warning| warning.render(Style::Plain) + "\n\n").collect::<String>()
        }
        Err(complaints) => return Err(complaints.render(Style::Plain).into()),
    };
    let expected = path.with_extension("stderr");
    if text.is_empty() && !expected.exists() { Ok(()) } else { compare(&text, &expected) }
}

fn invalid(path: &Path) -> Outcome {
    match parse(&[source(path)?]) {
        Ok(_) => Err("no complaint".into()),
        Err(complaints) => compare(&complaints.render(Style::Plain), &path.with_extension("stderr")),
    }
}

fn folder(expected: &Path) -> Outcome {
    let folder = expected.parent().map(Path::to_path_buf).unwrap_or_default();
    // Under a name that does not depend on where the repository is.
    let prefix = format!("{}/", folder.display()).replace('\\', "/");
    match load(std::slice::from_ref(&folder)) {
        Ok(_) => Err("no complaint".into()),
        Err(complaints) => compare(&complaints.render(Style::Plain).replace('\\', "/").replace(&prefix, ""), expected),
    }
}

/// Reads a file under its bare name, so that messages do not depend on where
/// the repository is.
fn source(path: &Path) -> datatest_stable::Result<Source> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Source { name: Arc::from(name), text: fs::read_to_string(path)?, folder: PathBuf::new() })
}

fn compare(actual: &str, expected: &Path) -> Outcome {
    match fs::read_to_string(expected) {
        Ok(text) if text == actual && !text.is_empty() => Ok(()),
        Ok(text) if !text.is_empty() => {
            let way_out = format!("if the new text is right, empty {} and run again", expected.display());
            Err(format!("expected\n\n{text}\nfound\n\n{actual}\n{way_out}").into())
        }
        _ => {
            fs::write(expected, actual)?;
            Err(format!("wrote {}; read it, and run again:\n\n{actual}", expected.display()).into())
        }
    }
}

datatest_stable::harness! {
    { test = valid, root = "tests/manifests/valid", pattern = r"\.yaml$" },
    { test = invalid, root = "tests/manifests/invalid", pattern = r"\.yaml$" },
    { test = folder, root = "tests/manifests/folders", pattern = r"expected\.stderr$" },
}
