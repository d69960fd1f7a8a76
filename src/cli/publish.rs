//! One result, many sinks: stdout in the format that was asked for, and files.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::args::{OutputFormat, ReportFormat};
use super::error::CliError;
use super::exit::Exit;
use super::output::Output;
use crate::escape::Escaped;
use crate::render::Paint;
use crate::render::report::{
    Report, render_annotations, render_html, render_junit, render_markdown, render_outputs, render_prometheus,
    render_sarif,
};

/// A file that a report goes to.
#[derive(Debug, Clone)]
pub(super) struct ReportFile {
    pub(super) format: ReportFormat,
    pub(super) file: PathBuf,
}

/// A result in all of its forms; each is made only where it is wanted.
pub(super) struct Forms<'a> {
    /// As text.
    pub(super) text: &'a dyn Fn(Paint) -> String,
    /// As one JSON document, without a newline.
    pub(super) json: &'a dyn Fn() -> String,
    /// For everything else.
    pub(super) report: &'a dyn Fn() -> Report,
}

/// Makes sure that reports can be written, before anything is asked or sent. Nothing
/// is made yet: a baseline may be meant to come into being under the same name.
pub(super) fn prepare(files: &[ReportFile]) -> Result<(), CliError> {
    for ReportFile { file, .. } in files {
        let folder = match file.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let found = match fs::metadata(file) {
            Ok(found) if found.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
            Ok(_) => OpenOptions::new().append(true).open(file).map(drop),
            Err(_) => fs::metadata(folder).and_then(|found| match found.is_dir() {
                true => Ok(()),
                false => Err(io::Error::from(io::ErrorKind::NotADirectory)),
            }),
        };
        found.map_err(|error| {
            CliError::new(Exit::Error, "settings", format!("cannot write a report to `{}`: {error}", file.display()))
                .help("name a file in a folder that can be written to")
        })?;
    }
    Ok(())
}

impl Output {
    /// Prints a result in the format that was asked for, and writes it to all files.
    pub(super) fn deliver(&self, forms: &Forms<'_>) {
        self.print(forms);
        self.publish(forms);
    }

    /// Prints a failure in the format that was asked for, and writes it to all files
    /// but the baseline.
    pub(super) fn deliver_failure(&self, forms: &Forms<'_>) {
        self.print(forms);
        self.publish_failure(forms);
    }

    fn print(&self, forms: &Forms<'_>) {
        match self.format {
            OutputFormat::Text => self.result(&(forms.text)(self.paint)),
            OutputFormat::Json => self.result(&format!("{}\n", (forms.json)())),
            OutputFormat::Markdown => self.result(&render_markdown(&(forms.report)())),
            OutputFormat::Html => self.result(&render_html(&(forms.report)())),
        }
    }

    /// Writes a result to all files. What cannot be written is a warning: the run is
    /// what it is.
    pub(super) fn publish(&self, forms: &Forms<'_>) {
        self.publish_where(|_| true, forms);
    }

    /// Writes a failure to all files but the baseline, however it is spelled: without
    /// it, everything would be new the next time.
    pub(super) fn publish_failure(&self, forms: &Forms<'_>) {
        let baseline = self.baseline.as_deref().map(find_place);
        self.publish_where(|file| Some(find_place(file)) != baseline, forms);
    }

    fn publish_where(&self, wanted: impl Fn(&Path) -> bool, forms: &Forms<'_>) {
        if self.reports.is_empty() {
            return;
        }
        let report = (forms.report)();
        for ReportFile { format, file } in self.reports.iter().filter(|report| wanted(&report.file)) {
            let written = match format {
                ReportFormat::Text => replace(file, &(forms.text)(Paint::Plain)),
                ReportFormat::Json => replace(file, &format!("{}\n", (forms.json)())),
                ReportFormat::Markdown => replace(file, &render_markdown(&report)),
                ReportFormat::Html => replace(file, &render_html(&report)),
                ReportFormat::Junit => replace(file, &render_junit(&report)),
                ReportFormat::Sarif => replace(file, &render_sarif(&report)),
                ReportFormat::Prometheus => {
                    let previous = fs::read_to_string(file).ok();
                    replace(file, &render_prometheus(&report, previous.as_deref()))
                }
                ReportFormat::Github => {
                    self.error(&render_annotations(&report));
                    append(file, &render_outputs(&report))
                }
            };
            if let Err(error) = written {
                self.error(&format!(
                    "warning: the report `{}` could not be written: {error}\n",
                    Escaped(&file.display().to_string())
                ));
            }
        }
    }
}

/// Finds out which file a path leads to, whether or not it is there.
fn find_place(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let beside = || Some(fs::canonicalize(folder).ok()?.join(path.file_name()?));
    fs::canonicalize(path).ok().or_else(beside).unwrap_or_else(|| path.to_path_buf())
}

/// Writes beside the file first, so that nobody ever reads half a report. What is
/// no regular file, such as a pipe, is written to as it is.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let is_special = fs::symlink_metadata(file).is_ok_and(|found| !found.is_file());
    if is_special {
        return OpenOptions::new().write(true).truncate(true).open(file)?.write_all(text.as_bytes());
    }
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, text).and_then(|()| fs::rename(&beside, file)).inspect_err(|_| {
        // What is left of it is of no use to anybody.
        let _ = fs::remove_file(&beside);
    })
}

fn append(file: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().create(true).append(true).open(file)?.write_all(text.as_bytes())
}
