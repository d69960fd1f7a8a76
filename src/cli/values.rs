//! What the values of flags may be.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum as _;

use super::args::ReportFormat;
use super::publish::ReportFile;
use crate::emulator;
use crate::lts::Deadline;
use crate::model::{AddressGlob, EstateName, ProjectId, Region};
use crate::plan::Class;

pub(super) fn parse_class(text: &str) -> Result<Class, String> {
    Class::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Class::ALL.iter().map(|class| class.as_str()).collect();
        format!("is not a class of change; the classes are {}", known.join(", "))
    })
}

pub(super) fn parse_report(text: &str) -> Result<ReportFile, String> {
    let known = || {
        let formats: Vec<&str> = ReportFormat::value_variants().iter().map(|format| format.as_str()).collect();
        format!("must be FORMAT=FILE; the formats are {}", formats.join(", "))
    };
    let (format, file) = text.split_once('=').ok_or_else(known)?;
    let format = ReportFormat::value_variants().iter().find(|known| known.as_str() == format).ok_or_else(known)?;
    match file {
        "" => Err(known()),
        file => Ok(ReportFile { format: *format, file: PathBuf::from(file) }),
    }
}

pub(super) fn parse_glob(text: &str) -> Result<AddressGlob, String> {
    AddressGlob::parse(text).map_err(|fault| fault.to_string())
}

pub(super) fn parse_estate(text: &str) -> Result<EstateName, String> {
    EstateName::parse(text).map_err(|fault| format!("the name {fault}"))
}

pub(super) fn parse_region(text: &str) -> Result<Region, String> {
    Region::parse(text).ok_or_else(|| "is not the name of a region, such as my-kualalumpur-1".to_owned())
}

pub(super) fn parse_project_id(text: &str) -> Result<ProjectId, String> {
    ProjectId::parse(text).map_err(|fault| format!("the id {fault}"))
}

pub(super) fn parse_variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("must be `NAME=VALUE`".to_owned()),
    }
}

pub(super) fn parse_profile(text: &str) -> Result<emulator::Profile, String> {
    emulator::Profile::parse(text)
        .ok_or_else(|| "is not a profile; the profiles are modern, seed-2022 and no-update".to_owned())
}

pub(super) fn parse_parallelism(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..=256) => Ok(number),
        _ => Err("must be a number from 1 to 256".to_owned()),
    }
}

/// The time is reckoned from here on, which is when the program starts.
pub(super) fn parse_deadline(text: &str) -> Result<Deadline, String> {
    parse_duration(text).map(Deadline::within)
}

pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let fault = || "must be a whole number with `s`, `m` or `h`, such as `90s`".to_owned();
    let unit = text.chars().last().ok_or_else(fault)?;
    let number: u64 = text.strip_suffix(unit).and_then(|digits| digits.parse().ok()).ok_or_else(fault)?;
    let seconds = match unit {
        's' => Some(number),
        'm' => number.checked_mul(60),
        'h' => number.checked_mul(3600),
        _ => None,
    };
    match seconds {
        Some(seconds @ 1..=604_800) => Ok(Duration::from_secs(seconds)),
        Some(_) => Err("must be from 1 second to 7 days".to_owned()),
        None => Err(fault()),
    }
}
