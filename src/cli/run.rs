//! From arguments to an exit code.

use std::ffi::OsString;
use std::path::Path;

use clap::error::ErrorKind;

use super::args::{self, Command};
use super::error::CliError;
use super::exit::Exit;
use super::output::{ColourEnvironment, Output, write_result};
use super::plan::Wish;
use super::publish::{Forms, prepare};
use super::{
    apply, bug, complete, destroy, drift, emulator, export, fmt, import, init, man, offline, plan, schema, settings,
    show, snapshot, validate, verify,
};
use crate::effects::{Clock as _, SystemClock};
use crate::escape::Escaped;
use crate::manifest::Style;
use crate::render::Paint;
use crate::render::json::{Complaint, ErrorBody, Failure};
use crate::render::report::{ReportKind, report_failure};

/// Runs one command and returns its exit code. Everything that is printed goes
/// through here or below.
pub fn run(arguments: Vec<OsString>) -> Exit {
    bug::contain(|| run_command(arguments))
}

fn run_command(arguments: Vec<OsString>) -> Exit {
    if let Some(exit) = complete::answer(&arguments) {
        return exit;
    }
    let parsed = match args::parse(&arguments) {
        Ok(parsed) => parsed,
        Err(error) => return refuse(&error, &arguments),
    };
    let colour: ColourEnvironment = settings::read_colour();
    let reports = parsed.command.reports();
    let kind = reports.map(|(kind, _)| kind);
    let files = reports.map(|(_, reports)| reports.reports.clone()).unwrap_or_default();
    let baseline = parsed.command.baseline().map(Path::to_path_buf);
    let output = Output::new(parsed.command.common(), (files, baseline), colour);
    let result = demand_form(kind, &output).and_then(|()| run_parsed(parsed.command, &output));
    result.unwrap_or_else(|error| report(error, kind, &output))
}

/// Demands that what was asked for can be made, and that its files can be written,
/// before anything is read or sent.
fn demand_form(kind: Option<ReportKind>, output: &Output) -> Result<(), CliError> {
    if kind.is_none() && !output.is_text_or_stream() {
        return Err(CliError::usage("`-o markdown` and `-o html` go with plan, show, apply, destroy and drift"));
    }
    prepare(&output.reports)
}

fn run_parsed(command: Command, output: &Output) -> Result<Exit, CliError> {
    match command {
        Command::Init { init, service, .. } => init::run(&init, &service, output),
        Command::Completions { .. } | Command::Man { .. } if output.is_json() => {
            Err(CliError::usage("a script and a manual have no JSON").help("leave `-o json` and LTSCTL_OUTPUT out"))
        }
        Command::Completions { shell, .. } => complete::run(shell.as_str(), output),
        Command::Man { out, .. } => man::run(out.as_deref(), output),
        Command::Validate { input, .. } => validate::run(&input, output),
        Command::Fmt { format, .. } => fmt::run(&format, output),
        Command::Plan { input, service, exceptions, changes, out, live, limits, .. } => {
            let (pending, out) = (changes.pending(), out.as_deref());
            let wish = Wish { service: &service, exceptions: &exceptions, limits: &limits, pending, out };
            match live {
                Some(live) => offline::run(&input, &live, &wish, output),
                None => plan::run(&input, &wish, output),
            }
        }
        Command::Show { plan, changes, limits, .. } => show::run(&plan, &limits, changes.pending(), output),
        Command::Verify { plan, service, .. } => verify::run(&plan, &service, output),
        Command::Apply { subject, orders, .. } => apply::run(&subject, &orders, output),
        Command::Destroy { input, orders, .. } => destroy::run(&input, &orders, output),
        Command::Drift { input, service, drift, selected, .. } => {
            let wish = drift::Wish { drift: &drift, selected: &selected };
            drift::run(&input, &service, &wish, output)
        }
        Command::Export { wanted, whereabouts, destination, service, .. } => {
            export::run(&wanted, &whereabouts, &destination, &service, output)
        }
        Command::Snapshot { whereabouts, destination, service, .. } => {
            snapshot::run(&whereabouts, &destination, &service, output)
        }
        Command::Import { arguments, service, .. } => import::run(&arguments, &service, output),
        Command::Emulator { emulator, .. } => emulator::run(&emulator, output),
        Command::Schema { name, .. } => schema::run(name, output),
    }
}

/// Tells why a command ended, in the format that was asked for.
fn report(error: CliError, kind: Option<ReportKind>, output: &Output) -> Exit {
    let CliError { exit, body, complaints, target, is_late: _ } = error;
    if let Some(kind) = kind {
        let code = exit.code();
        let failure = || {
            let told = (&*tell_all(&body), body.help.as_deref());
            report_failure(kind, target.as_deref().unwrap_or_default(), told, code, SystemClock.now())
        };
        let forms = Forms {
            text: &|_| format!("error: {}\n", Escaped(&tell_all(&body))),
            json: &|| crate::render::json::to_line(&Failure::of(code, (*body).clone())).unwrap_or_default(),
            report: &failure,
        };
        if !output.is_text_or_stream() {
            return fail_in_form(exit, &body.message, output, &forms);
        }
        output.publish_failure(&forms);
    }
    if output.is_json() {
        output.document(&Failure::of(exit.code(), *body));
        return exit;
    }
    match complaints {
        Some(complaints) => {
            let style = match output.error_paint {
                Paint::Ansi => Style::Colour,
                Paint::Plain => Style::Plain,
            };
            output.error(&complaints.render(style));
        }
        None => {
            output.error(&format!("{} {}\n", output.error_paint.red("error:"), Escaped(&body.message)));
            if let Some(help) = &body.help {
                output.error(&format!("{} {}\n", output.error_paint.cyan("help:"), Escaped(help)));
            }
        }
    }
    exit
}

/// A failure in one line, with the first of the complaints that it is about.
fn tell_all(body: &ErrorBody) -> String {
    const FEW: usize = 5;
    let place = |complaint: &Complaint| match (&complaint.file, complaint.line) {
        (Some(file), Some(line)) => format!("{file}:{line}: "),
        _ => String::new(),
    };
    let told = body.complaints.iter().take(FEW).map(|complaint| format!("{}{}", place(complaint), complaint.message));
    let told: Vec<String> = std::iter::once(body.message.clone()).chain(told).collect();
    told.join("; ")
}

/// A failure where a report was asked for is a report, and said on stderr as well.
fn fail_in_form(exit: Exit, message: &str, output: &Output, forms: &Forms<'_>) -> Exit {
    output.deliver_failure(forms);
    output.error(&format!("{} {}\n", output.error_paint.red("error:"), Escaped(message)));
    exit
}

/// Handles a command line that is not one: help and version are results, all
/// else is wrong usage.
fn refuse(error: &clap::Error, arguments: &[OsString]) -> Exit {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A closed pipe is a quiet end.
        let _ = error.print();
        return Exit::Done;
    }
    if settings::wants_json(arguments) {
        let text = error.render().to_string();
        // The first paragraph says what is wrong; the rest is usage.
        let paragraph: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
        let message = paragraph.join(" ").trim_start_matches("error: ").to_owned();
        let help = Some("see `ltsctl --help`".to_owned());
        let body = ErrorBody { class: "usage", code: None, message, help, complaints: Vec::new() };
        if let Ok(line) = crate::render::json::to_line(&Failure::of(Exit::Usage.code(), body)) {
            write_result(&format!("{line}\n"));
        }
    } else {
        let _ = error.print();
    }
    Exit::Usage
}
