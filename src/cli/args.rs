//! Flags and commands.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use super::exit::Exit;
use super::orders::Orders;
use super::values::{parse_class, parse_duration, parse_glob, parse_parallelism, parse_profile};
use crate::emulator;
use crate::model::AddressGlob;
use crate::plan::{Class, Classes};

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
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
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
pub(super) fn parse(arguments: &[OsString]) -> Result<Arguments, clap::Error> {
    let matches = Arguments::command().try_get_matches_from(arguments)?;
    if let Some(apply) = matches.subcommand_matches("apply").filter(|apply| apply.contains_id("plan")) {
        // The environment may name manifests for other commands.
        let said = |id: &str| apply.value_source(id) == Some(ValueSource::CommandLine);
        if let Some(flag) = ["files", "take_over", "dump_removed"].into_iter().find(|id| said(id)) {
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
pub(super) enum Command {
    /// Check manifests without touching the network
    Validate {
        #[command(flatten)]
        input: Input,
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
        service: Service,
        #[command(flatten)]
        exceptions: Exceptions,
        #[command(flatten)]
        changes: Changes,
        /// Also write the plan to a file, for `show`, `verify` and `apply`
        #[arg(long, value_name = "FILE", env = "LTSCTL_OUT")]
        out: Option<PathBuf>,
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
        orders: Orders,
    },
    /// Remove what the manifest declares, in order, under the same guards
    Destroy {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        orders: Orders,
    },
    /// Serve the LTS, IAM and bucket API on a local address
    Emulator {
        #[command(flatten)]
        emulator: EmulatorArguments,
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
    pub(super) fn common(&self) -> &Common {
        match self {
            Self::Validate { common, .. }
            | Self::Plan { common, .. }
            | Self::Show { common, .. }
            | Self::Verify { common, .. }
            | Self::Apply { common, .. }
            | Self::Destroy { common, .. }
            | Self::Emulator { common, .. }
            | Self::Schema { common, .. } => common,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Input {
    /// Manifest file, folder with manifests, or `-` for standard input
    #[arg(
        short = 'f',
        long = "file",
        value_name = "PATH",
        required = true,
        env = "LTSCTL_FILE",
        value_delimiter = ','
    )]
    pub(super) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Common {
    /// Format of the result
    #[arg(short = 'o', long, value_enum, default_value_t = OutputFormat::Text, env = "LTSCTL_OUTPUT")]
    pub(super) output: OutputFormat,
    /// Colour; `NO_COLOR` and `CLICOLOR_FORCE` are honoured
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto, env = "LTSCTL_COLOR")]
    pub(super) color: ColorChoice,
    /// Also show what stays and what cannot be verified
    #[arg(short, long, conflicts_with = "quiet", env = "LTSCTL_VERBOSE", value_parser = clap::builder::FalseyValueParser::new())]
    verbose: bool,
    /// No progress, no warnings
    #[arg(short, long, env = "LTSCTL_QUIET", value_parser = clap::builder::FalseyValueParser::new())]
    quiet: bool,
}

impl Common {
    pub(super) fn verbosity(&self) -> Verbosity {
        match (self.verbose, self.quiet) {
            (true, _) => Verbosity::Verbose,
            (false, true) => Verbosity::Quiet,
            (false, false) => Verbosity::Normal,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verbosity {
    Quiet,
    Normal,
    Verbose,
}

#[derive(Debug, Args)]
pub(super) struct Service {
    /// Most requests at a time
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = parse_parallelism, env = "LTSCTL_PARALLELISM")]
    pub(super) parallelism: usize,
    /// Longest time for the whole run, such as `90s`, `10m` or `1h`
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, env = "LTSCTL_DEADLINE")]
    pub(super) deadline: Option<Duration>,
    /// File that remembers dumps where the API cannot list them (edition seed-2022)
    #[arg(long, value_name = "FILE", env = "LTSCTL_LEDGER")]
    pub(super) ledger: Option<PathBuf>,
    /// File with further root certificates, PEM
    #[arg(long, value_name = "FILE", env = "LTSCTL_CA_FILE")]
    pub(super) ca_file: Option<PathBuf>,
}

/// What the exit code says of changes.
#[derive(Debug, Args)]
pub(super) struct Changes {
    /// Exit 2 when there are changes
    #[arg(long, env = "LTSCTL_DETAILED_EXITCODE", value_parser = clap::builder::FalseyValueParser::new())]
    detailed_exitcode: bool,
}

impl Changes {
    /// Returns the exit code of a plan with changes.
    pub(super) fn pending(&self) -> Exit {
        if self.detailed_exitcode { Exit::Pending } else { Exit::Done }
    }
}

/// What goes beyond the manifest. It is decided when a plan is made.
#[derive(Debug, Args)]
pub(super) struct Exceptions {
    /// Take an object over from another estate
    #[arg(long, value_name = "ADDR", value_parser = parse_glob)]
    pub(super) take_over: Vec<AddressGlob>,
    /// Say that a dump was removed in the console, so that the ledger forgets it
    #[arg(long, value_name = "ADDR", value_parser = parse_glob)]
    pub(super) dump_removed: Vec<AddressGlob>,
}

/// What `apply` applies: manifests, or a plan that was saved.
#[derive(Debug, Args)]
pub(super) struct Subject {
    /// Plan that `plan --out` wrote, applied exactly as it is
    #[arg(required_unless_present = "files")]
    pub(super) plan: Option<PathBuf>,
    /// Manifest file, folder with manifests, or `-` for standard input
    #[arg(short = 'f', long = "file", value_name = "PATH", env = "LTSCTL_FILE", value_delimiter = ',')]
    pub(super) files: Vec<PathBuf>,
    /// Apply only the plan that has this digest
    #[arg(long, value_name = "DIGEST", env = "LTSCTL_EXPECT_DIGEST")]
    pub(super) expect_digest: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Limits {
    /// Exit 4 when the plan has a change of one of these classes
    #[arg(long, value_name = "CLASS", value_delimiter = ',', value_parser = parse_class, env = "LTSCTL_FAIL_ON")]
    pub(super) fail_on: Vec<Class>,
}

impl Limits {
    pub(super) fn fail_on(&self) -> Classes {
        self.fail_on.iter().copied().collect()
    }
}

#[derive(Debug, Args)]
pub(super) struct Approval {
    /// Apply without asking
    #[arg(long, visible_alias = "yes", short_alias = 'y')]
    pub(super) auto_approve: bool,
    /// Classes of change that may be applied: delete, replace, data-loss, archive-gap, unmanaged
    #[arg(long, value_name = "CLASS", value_delimiter = ',', value_parser = parse_class)]
    allow: Vec<Class>,
    /// Do the rest when something has changed since the plan was made
    #[arg(long, env = "LTSCTL_KEEP_GOING", value_parser = clap::builder::FalseyValueParser::new())]
    pub(super) keep_going: bool,
}

/// What a run leaves behind for people to look into.
#[derive(Debug, Args)]
pub(super) struct Records {
    /// Also write what happens to a file, one JSON event a line, as it happens
    #[arg(long, value_name = "FILE", env = "LTSCTL_JOURNAL")]
    pub(super) journal: Option<PathBuf>,
    /// Write plan, outcomes and exchanges to a file at the end; no secret is among them
    #[arg(long, value_name = "FILE", env = "LTSCTL_DEBUG_BUNDLE")]
    pub(super) debug_bundle: Option<PathBuf>,
}

impl Approval {
    pub(super) fn allowed(&self) -> Classes {
        self.allow.iter().copied().collect()
    }
}

#[derive(Debug, Args)]
pub(super) struct EmulatorArguments {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8888", env = "LTSCTL_LISTEN")]
    pub(super) listen: std::net::SocketAddr,
    /// Folder of its data; without it, everything is forgotten at the end
    #[arg(long, value_name = "DIR", env = "LTSCTL_DATA")]
    pub(super) data: Option<PathBuf>,
    /// Edition it plays: modern, seed-2022, or no-update
    #[arg(long, value_name = "PROFILE", default_value = "modern", value_parser = parse_profile, env = "LTSCTL_PROFILE")]
    pub(super) profile: emulator::Profile,
    /// File of rules of what goes wrong: latency, lost answers, rate limits, stale lists and more
    #[arg(long, value_name = "FILE", env = "LTSCTL_FAULTS")]
    pub(super) faults: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    /// For people
    Text,
    /// One document, or one event a line for `apply`
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorChoice {
    /// On a terminal
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaName {
    /// The manifest
    Manifest,
    /// A file of `emulator --faults`
    Faults,
    /// The document of `plan -o json`, which is also a saved plan
    Plan,
    /// One line of `apply -o json`
    Event,
    /// The document of a failure
    Error,
    /// The document of `validate -o json`
    Validation,
    /// The document of `verify -o json`
    Verification,
    /// The file of `--debug-bundle`
    Bundle,
}
