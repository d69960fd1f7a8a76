//! From arguments to an exit code.

use std::ffi::OsString;

use clap::error::ErrorKind;

use super::apply::Orders;
use super::args::{self, Command};
use super::error::CliError;
use super::exit::Exit;
use super::output::{ColourEnvironment, Output, write_result};
use super::plan::Wish;
use super::{apply, bug, destroy, emulator, fmt, plan, schema, settings, show, validate, verify};
use crate::escape::Escaped;
use crate::manifest::Style;
use crate::render::Paint;
use crate::render::json::{ErrorBody, Failure};

/// Runs one command and returns its exit code. Everything that is printed goes
/// through here or below.
pub fn run(arguments: Vec<OsString>) -> Exit {
    bug::contain(|| run_command(arguments))
}

fn run_command(arguments: Vec<OsString>) -> Exit {
    let parsed = match args::parse(&arguments) {
        Ok(parsed) => parsed,
        Err(error) => return refuse(&error, &arguments),
    };
    let colour: ColourEnvironment = settings::read_colour();
    let output = Output::new(parsed.command.common(), colour);
    let result = match parsed.command {
        Command::Validate { input, .. } => validate::run(&input, &output),
        Command::Fmt { format, .. } => fmt::run(&format, &output),
        Command::Plan { input, service, exceptions, changes, out, limits, .. } => {
            let (pending, out) = (changes.pending(), out.as_deref());
            let wish = Wish { service: &service, exceptions: &exceptions, limits: &limits, pending, out };
            plan::run(&input, &wish, &output)
        }
        Command::Show { plan, changes, limits, .. } => show::run(&plan, &limits, changes.pending(), &output),
        Command::Verify { plan, service, .. } => verify::run(&plan, &service, &output),
        Command::Apply { subject, service, exceptions, limits, approval, records, .. } => {
            let orders = Orders {
                service: &service,
                exceptions: &exceptions,
                limits: &limits,
                approval: &approval,
                records: &records,
            };
            apply::run(&subject, orders, &output)
        }
        Command::Destroy { input, service, exceptions, limits, approval, records, .. } => {
            let orders = Orders {
                service: &service,
                exceptions: &exceptions,
                limits: &limits,
                approval: &approval,
                records: &records,
            };
            destroy::run(&input, orders, &output)
        }
        Command::Emulator { emulator, .. } => emulator::run(&emulator, &output),
        Command::Schema { name, .. } => schema::run(name, &output),
    };
    result.unwrap_or_else(|error| report(error, &output))
}

/// Tells why a command ended, in the format that was asked for.
fn report(error: CliError, output: &Output) -> Exit {
    let CliError { exit, body, complaints } = error;
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
