//! The commands, and what each of them takes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use super::back::{Destination, ImportArguments, Wanted, Whereabouts};
use super::choices::{SchemaName, Shell};
use super::flags::{
    Changes, Common, DriftArguments, EmulatorArguments, Exceptions, FormatArguments, InitArguments, Input, Limits,
    Reports, Selected, Service, Subject,
};
use crate::cli::orders::Orders;
use crate::render::report::ReportKind;

/// Log groups, log streams and OBS dumps of Huawei Cloud LTS as code.
#[derive(Debug, Parser)]
#[command(
    name = "ltsctl",
    version,
    about,
    max_term_width = 100,
    after_help = "Exit codes: 0 done, 1 error, 2 changes pending, 3 partly applied (run again), 4 refused, \
                  5 authentication or identity, 6 unhealthy or not converged, 7 stale plan, 64 usage, \
                  130/143 interrupted.\n\nCredentials come from the environment only: HW_ACCESS_KEY and HW_SECRET_KEY \
                  (and HW_SECURITY_TOKEN), or HW_AUTH_TOKEN, or HW_USER_NAME, HW_USER_PASSWORD and HW_DOMAIN_NAME."
)]
pub(in super::super) struct Arguments {
    #[command(subcommand)]
    pub(in super::super) command: Command,
}

/// Returns the command line's definition, for help texts and documents.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Reads a command line.
///
/// # Errors
/// Returns what clap says, and what it cannot know: a saved plan is the whole
/// of what is applied, so nothing that makes another plan goes with it.
pub(in super::super) fn parse(arguments: &[OsString]) -> Result<Arguments, clap::Error> {
    let matches = Arguments::command().try_get_matches_from(arguments)?;
    if let Some(apply) = matches.subcommand_matches("apply").filter(|apply| apply.contains_id("plan")) {
        // The environment may name manifests for other commands.
        let said = |id: &str| apply.value_source(id) == Some(ValueSource::CommandLine);
        if let Some(flag) = ["files", "var", "var_file", "take_over", "dump_removed", "target", "exclude", "shard"]
            .into_iter()
            .find(|id| said(id))
        {
            let flag = match flag {
                "files" => "--file".to_owned(),
                other => format!("--{}", other.replace('_', "-")),
            };
            let message = format!("`{flag}` goes with making a plan, and a saved plan is applied as it is");
            return Err(Arguments::command().error(ErrorKind::ArgumentConflict, message));
        }
    }
    Arguments::from_arg_matches(&matches)
}

#[derive(Debug, Subcommand)]
pub(in super::super) enum Command {
    /// Write a first manifest, with comments, from a few answers or flags, or from the live project
    Init {
        #[command(flatten)]
        init: InitArguments,
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        service: Service,
    },
    /// Check manifests without touching the network
    Validate {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        common: Common,
    },
    /// Lay manifests out in the canonical way; what they mean and their comments stay
    Fmt {
        #[command(flatten)]
        format: FormatArguments,
        #[command(flatten)]
        common: Common,
    },
    /// Show what an apply would do; changes nothing
    Plan {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        reports: Reports,
        #[command(flatten)]
        service: Service,
        #[command(flatten)]
        exceptions: Exceptions,
        #[command(flatten)]
        changes: Changes,
        /// Also write the plan to a file, for `show`, `verify` and `apply`
        #[arg(long, value_name = "FILE", env = "LTSCTL_OUT")]
        out: Option<PathBuf>,
        /// Plan offline, from a file that `snapshot` wrote; needs no credential
        #[arg(long, value_name = "FILE", env = "LTSCTL_LIVE", conflicts_with = "shard")]
        live: Option<PathBuf>,
        #[command(flatten)]
        limits: Limits,
    },
    /// Show a saved plan; touches no network
    Show {
        /// Plan that `plan --out` wrote
        plan: PathBuf,
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        reports: Reports,
        #[command(flatten)]
        changes: Changes,
        #[command(flatten)]
        limits: Limits,
    },
    /// Say whether a saved plan is valid, partly applied, applied or stale; changes nothing
    Verify {
        /// Plan that `plan --out` wrote
        plan: PathBuf,
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        service: Service,
    },
    /// Show, ask, execute, then prove that nothing is left to do
    Apply {
        #[command(flatten)]
        subject: Subject,
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        reports: Reports,
        #[command(flatten)]
        orders: Orders,
    },
    /// Remove what the manifest declares, in order, under the same guards
    Destroy {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        reports: Reports,
        #[command(flatten)]
        orders: Orders,
    },
    /// Say what of the live project is not as declared; changes nothing
    Drift {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        reports: Reports,
        #[command(flatten)]
        service: Service,
        #[command(flatten)]
        drift: DriftArguments,
        #[command(flatten)]
        selected: Selected,
    },
    /// Write a manifest of the live project, proved to plan empty; changes nothing
    Export {
        #[command(flatten)]
        wanted: Wanted,
        #[command(flatten)]
        whereabouts: Whereabouts,
        #[command(flatten)]
        destination: Destination,
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        service: Service,
    },
    /// Record the live project as JSON, for `plan --live`; changes nothing
    Snapshot {
        #[command(flatten)]
        whereabouts: Whereabouts,
        #[command(flatten)]
        destination: Destination,
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        service: Service,
    },
    /// Add live objects to the manifest, in place; changes nothing in the project
    Import {
        #[command(flatten)]
        arguments: ImportArguments,
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        service: Service,
    },
    /// Serve the LTS, IAM and bucket API on a local address
    Emulator {
        #[command(flatten)]
        emulator: EmulatorArguments,
        #[command(flatten)]
        common: Common,
    },
    /// Print the script by which a shell learns to complete: flags, values, and addresses of the manifest
    Completions {
        /// Which shell
        #[arg(value_enum)]
        shell: Shell,
        #[command(flatten)]
        common: Common,
    },
    /// Print the manual, or write the pages of all commands to a folder
    Man {
        /// Folder for one page each
        #[arg(long, value_name = "DIR", env = "LTSCTL_OUT")]
        out: Option<PathBuf>,
        #[command(flatten)]
        common: Common,
    },
    /// Print the JSON Schema of manifests, of fault files or of JSON output
    Schema {
        /// Which schema
        #[arg(value_enum, default_value_t = SchemaName::Manifest)]
        name: SchemaName,
        #[command(flatten)]
        common: Common,
    },
}

impl Command {
    /// Returns the kind of the report that a command makes, and where it goes; nothing
    /// for a command that makes none.
    pub(in super::super) fn reports(&self) -> Option<(ReportKind, &Reports)> {
        match self {
            Self::Plan { reports, .. } | Self::Show { reports, .. } => Some((ReportKind::Plan, reports)),
            Self::Apply { reports, .. } => Some((ReportKind::Apply, reports)),
            Self::Destroy { reports, .. } => Some((ReportKind::Destroy, reports)),
            Self::Drift { reports, .. } => Some((ReportKind::Drift, reports)),
            _ => None,
        }
    }

    /// Returns the file that a failure must not replace: what a later run is to be
    /// compared with.
    pub(in super::super) fn baseline(&self) -> Option<&Path> {
        match self {
            Self::Drift { drift, .. } => drift.baseline.as_deref(),
            _ => None,
        }
    }

    pub(in super::super) fn common(&self) -> &Common {
        match self {
            Self::Init { common, .. }
            | Self::Completions { common, .. }
            | Self::Man { common, .. }
            | Self::Validate { common, .. }
            | Self::Fmt { common, .. }
            | Self::Plan { common, .. }
            | Self::Show { common, .. }
            | Self::Verify { common, .. }
            | Self::Apply { common, .. }
            | Self::Destroy { common, .. }
            | Self::Drift { common, .. }
            | Self::Export { common, .. }
            | Self::Snapshot { common, .. }
            | Self::Import { common, .. }
            | Self::Emulator { common, .. }
            | Self::Schema { common, .. } => common,
        }
    }
}
