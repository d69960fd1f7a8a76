//! Flags that several commands share, in the groups they come in.

use std::cell::RefCell;
use std::path::PathBuf;

use clap::Args;
use clap_complete::{ArgValueCandidates, ArgValueCompleter};

use super::choices::{ColorChoice, OutputFormat, Verbosity};
use crate::cli::complete::{offer_addresses, offer_classes, offer_profiles, offer_reports};
use crate::cli::exit::Exit;
use crate::cli::publish::ReportFile;
use crate::cli::selected::Met;
use crate::cli::shard::{Shard, parse_shard};
use crate::cli::values::{
    parse_class, parse_deadline, parse_estate, parse_glob, parse_parallelism, parse_profile, parse_project_id,
    parse_region, parse_report, parse_variable,
};
use crate::emulator;
use crate::lts::{Deadline, Rates};
use crate::model::{AddressGlob, EstateName, ProjectId, Region};
use crate::plan::{Class, Classes, Selection};
use crate::render::drift::Told;

#[derive(Debug, Args)]
pub(in super::super) struct Input {
    /// Manifest file, folder with manifests, or `-` for standard input
    #[arg(
        short = 'f',
        long = "file",
        value_name = "PATH",
        required = true,
        env = "LTSCTL_FILE",
        value_delimiter = ','
    )]
    pub(in super::super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(in super::super) variables: Variables,
}

/// What a first manifest is made of; what is not said is asked for on a terminal.
#[derive(Debug, Args)]
pub(in super::super) struct InitArguments {
    /// File to write; one that is there is left alone
    #[arg(value_name = "FILE", default_value = "estate.yaml")]
    pub(in super::super) file: PathBuf,
    /// Name of the estate
    #[arg(long, value_name = "NAME", value_parser = parse_estate, env = "LTSCTL_ESTATE")]
    pub(in super::super) estate: Option<EstateName>,
    /// Region
    #[arg(long, value_name = "REGION", value_parser = parse_region, env = "LTSCTL_REGION")]
    pub(in super::super) region: Option<Region>,
    /// Id of the project
    #[arg(long, value_name = "ID", value_parser = parse_project_id, env = "LTSCTL_PROJECT_ID")]
    pub(in super::super) project_id: Option<ProjectId>,
    /// Use the embedded service
    #[arg(long, conflicts_with_all = ["region", "project_id"], env = "LTSCTL_EMULATOR", value_parser = clap::builder::FalseyValueParser::new())]
    pub(in super::super) emulator: bool,
    /// Declare what is in the project already; the next apply only marks it as the estate's. Without `--region` and
    /// `--project-id` the environment says which project
    #[arg(long, env = "LTSCTL_FROM_LIVE", value_parser = clap::builder::FalseyValueParser::new())]
    pub(in super::super) from_live: bool,
}

#[derive(Debug, Args)]
pub(in super::super) struct FormatArguments {
    /// Files, and folders whose manifests are meant; `-` reads the standard input and writes the standard output
    #[arg(value_name = "PATH", required = true)]
    pub(in super::super) paths: Vec<PathBuf>,
    /// Write nothing; list the files that would change, and exit 2 if there is one
    #[arg(long, env = "LTSCTL_CHECK", value_parser = clap::builder::FalseyValueParser::new())]
    pub(in super::super) check: bool,
}

/// Values for the variables of a manifest. No secret belongs among them.
#[derive(Debug, Args)]
pub(in super::super) struct Variables {
    /// Value for a variable that the manifest declares under `vars`; never a secret
    #[arg(
        long,
        value_name = "NAME=VALUE",
        value_parser = parse_variable,
        env = "LTSCTL_VAR",
        value_delimiter = '\n'
    )]
    pub(in super::super) var: Vec<(String, String)>,
    /// YAML file with values for variables, a mapping; `--var` overrides it
    #[arg(long, value_name = "FILE", env = "LTSCTL_VAR_FILE", value_delimiter = ',')]
    pub(in super::super) var_file: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(in super::super) struct Common {
    /// Format of the result
    #[arg(short = 'o', long, value_enum, default_value_t = OutputFormat::Text, env = "LTSCTL_OUTPUT")]
    pub(in super::super) output: OutputFormat,
    /// Colour; `NO_COLOR` and `CLICOLOR_FORCE` are honoured
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto, env = "LTSCTL_COLOR")]
    pub(in super::super) color: ColorChoice,
    /// Also show what stays and what cannot be verified
    #[arg(short, long, conflicts_with = "quiet", env = "LTSCTL_VERBOSE", value_parser = clap::builder::FalseyValueParser::new())]
    verbose: bool,
    /// No progress, no warnings
    #[arg(short, long, env = "LTSCTL_QUIET", value_parser = clap::builder::FalseyValueParser::new())]
    quiet: bool,
}

impl Common {
    pub(in super::super) fn verbosity(&self) -> Verbosity {
        match (self.verbose, self.quiet) {
            (true, _) => Verbosity::Verbose,
            (false, true) => Verbosity::Quiet,
            (false, false) => Verbosity::Normal,
        }
    }
}

#[derive(Debug, Args)]
pub(in super::super) struct Service {
    /// Most requests at a time
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = parse_parallelism, env = "LTSCTL_PARALLELISM")]
    pub(in super::super) parallelism: usize,
    /// Longest time for the whole run, all targets together, such as `90s`, `10m` or `1h`
    #[arg(long, value_name = "DURATION", value_parser = parse_deadline, env = "LTSCTL_DEADLINE")]
    pub(in super::super) deadline: Option<Deadline>,
    /// File that remembers dumps where the API cannot list them (edition seed-2022)
    #[arg(long, value_name = "FILE", env = "LTSCTL_LEDGER")]
    pub(in super::super) ledger: Option<PathBuf>,
    /// File with further root certificates, PEM
    #[arg(long, value_name = "FILE", env = "LTSCTL_CA_FILE")]
    pub(in super::super) ca_file: Option<PathBuf>,
    /// What is known of rate limits; all targets of the run share it
    #[arg(skip)]
    pub(in super::super) rates: Rates,
}

/// Where else the result goes, in which form.
#[derive(Debug, Args)]
pub(in super::super) struct Reports {
    /// Also write the result to a file, as text, json, markdown, html, junit, sarif, prometheus or github; repeatable
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = parse_report, add = ArgValueCompleter::new(offer_reports), env = "LTSCTL_REPORT", value_delimiter = ',')]
    pub(in super::super) reports: Vec<ReportFile>,
}

/// What the exit code says of changes.
#[derive(Debug, Args)]
pub(in super::super) struct Changes {
    /// Exit 2 when there are changes
    #[arg(long, env = "LTSCTL_DETAILED_EXITCODE", value_parser = clap::builder::FalseyValueParser::new())]
    detailed_exitcode: bool,
}

impl Changes {
    /// Returns the exit code of a plan with changes.
    pub(in super::super) fn pending(&self) -> Exit {
        if self.detailed_exitcode { Exit::Pending } else { Exit::Done }
    }
}

/// What goes beyond the manifest. It is decided when a plan is made.
#[derive(Debug, Args)]
pub(in super::super) struct Exceptions {
    /// Take an object over from another estate
    #[arg(long, value_name = "ADDR", value_parser = parse_glob, add = ArgValueCompleter::new(offer_addresses))]
    pub(in super::super) take_over: Vec<AddressGlob>,
    /// Say that a dump was removed in the console, so that the ledger forgets it
    #[arg(long, value_name = "ADDR", value_parser = parse_glob, add = ArgValueCompleter::new(offer_addresses))]
    pub(in super::super) dump_removed: Vec<AddressGlob>,
    #[command(flatten)]
    pub(in super::super) selected: Selected,
}

/// What of a plan is meant. Pruning is off where that is not all of it.
#[derive(Debug, Args)]
pub(in super::super) struct Selected {
    /// Only what matches, with what it depends on, such as `groups/web`, `groups/web/**` or
    /// `groups/pay*/streams/*`; nothing is pruned, and what matches nothing is an error (exit 1)
    #[arg(long, value_name = "ADDR", value_parser = parse_glob, env = "LTSCTL_TARGET", value_delimiter = ',', add = ArgValueCompleter::new(offer_addresses))]
    target: Vec<AddressGlob>,
    /// All but what matches, and what depends on it; nothing is pruned, and what matches nothing is an
    /// error (exit 1)
    #[arg(long, value_name = "ADDR", value_parser = parse_glob, env = "LTSCTL_EXCLUDE", value_delimiter = ',', add = ArgValueCompleter::new(offer_addresses))]
    exclude: Vec<AddressGlob>,
    /// Only a part of the targets that the files name, for runs side by side: `INDEX/N`, with an index from 0, or
    /// `N`, whose index is that of the Indexed Job (`JOB_COMPLETION_INDEX`)
    #[arg(long, value_name = "SHARD", value_parser = parse_shard, env = "LTSCTL_SHARD")]
    pub(in super::super) shard: Option<Shard>,
    /// What has been found out about the addresses.
    #[arg(skip)]
    pub(in super::super) met: RefCell<Met>,
}

impl Selected {
    pub(in super::super) fn selection(&self) -> Selection {
        Selection { targets: self.target.clone(), excluded: self.exclude.clone() }
    }
}

/// What `apply` applies: manifests, or a plan that was saved.
#[derive(Debug, Args)]
pub(in super::super) struct Subject {
    /// Plan that `plan --out` wrote, applied exactly as it is
    #[arg(required_unless_present = "files")]
    pub(in super::super) plan: Option<PathBuf>,
    /// Manifest file, folder with manifests, or `-` for standard input
    #[arg(short = 'f', long = "file", value_name = "PATH", env = "LTSCTL_FILE", value_delimiter = ',')]
    pub(in super::super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(in super::super) variables: Variables,
    /// Apply only the plan that has this digest
    #[arg(long, value_name = "DIGEST", env = "LTSCTL_EXPECT_DIGEST")]
    pub(in super::super) expect_digest: Option<String>,
}

#[derive(Debug, Args)]
pub(in super::super) struct Limits {
    /// Exit 4 when the plan has a change of one of these classes: create, update, delete, replace, data-loss,
    /// archive-gap, unmanaged
    #[arg(long, value_name = "CLASS", value_delimiter = ',', value_parser = parse_class, env = "LTSCTL_FAIL_ON", add = ArgValueCandidates::new(offer_classes))]
    pub(in super::super) fail_on: Vec<Class>,
}

impl Limits {
    pub(in super::super) fn fail_on(&self) -> Classes {
        self.fail_on.iter().copied().collect()
    }
}

#[derive(Debug, Args)]
pub(in super::super) struct Approval {
    /// Apply without asking
    #[arg(long, visible_alias = "yes", short_alias = 'y')]
    pub(in super::super) auto_approve: bool,
    /// Classes of change that may be applied: delete, replace, data-loss, archive-gap, unmanaged
    #[arg(long, value_name = "CLASS", value_delimiter = ',', value_parser = parse_class, add = ArgValueCandidates::new(offer_classes))]
    allow: Vec<Class>,
    /// Do the rest when something has changed since the plan was made
    #[arg(long, env = "LTSCTL_KEEP_GOING", value_parser = clap::builder::FalseyValueParser::new())]
    pub(in super::super) keep_going: bool,
}

/// What a run leaves behind for people to look into.
#[derive(Debug, Args)]
pub(in super::super) struct Records {
    /// Also write what happens to a file, one JSON event a line, as it happens
    #[arg(long, value_name = "FILE", env = "LTSCTL_JOURNAL")]
    pub(in super::super) journal: Option<PathBuf>,
    /// Write plan, outcomes and exchanges to a file at the end, a line for each target; no secret is among them
    #[arg(long, value_name = "FILE", env = "LTSCTL_DEBUG_BUNDLE")]
    pub(in super::super) debug_bundle: Option<PathBuf>,
    /// The bundles of this run so far, a line for each target.
    #[arg(skip)]
    pub(in super::super) bundles: RefCell<String>,
}

impl Approval {
    pub(in super::super) fn allowed(&self) -> Classes {
        self.allow.iter().copied().collect()
    }
}

/// What a look at the project is compared with.
#[derive(Debug, Args)]
pub(in super::super) struct DriftArguments {
    /// Earlier report, as `drift -o json` wrote it: says what is new, still open and resolved
    #[arg(long, value_name = "FILE", env = "LTSCTL_BASELINE")]
    pub(in super::super) baseline: Option<PathBuf>,
    /// Tell, and exit with 2 or 6 for, only what the baseline does not have
    #[arg(long, requires = "baseline", env = "LTSCTL_ONLY_NEW", value_parser = clap::builder::FalseyValueParser::new())]
    only_new: bool,
    /// Write the live values of drifted fields into the manifest, in place; what is left decides the exit code
    #[arg(long, env = "LTSCTL_WRITE", value_parser = clap::builder::FalseyValueParser::new())]
    pub(in super::super) write: bool,
    /// Manifest (file or folder) that was applied last: says of each difference whether the file or the cloud moved
    #[arg(long, value_name = "PATH", env = "LTSCTL_BASE_MANIFEST")]
    pub(in super::super) base_manifest: Option<PathBuf>,
}

impl DriftArguments {
    /// Returns which findings count.
    pub(in super::super) fn only_new(&self) -> Told {
        if self.only_new { Told::New } else { Told::All }
    }
}

#[derive(Debug, Args)]
pub(in super::super) struct EmulatorArguments {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8888", env = "LTSCTL_LISTEN")]
    pub(in super::super) listen: std::net::SocketAddr,
    /// Folder of its data; without it, everything is forgotten at the end
    #[arg(long, value_name = "DIR", env = "LTSCTL_DATA")]
    pub(in super::super) data: Option<PathBuf>,
    /// Edition it plays: modern, seed-2022, or no-update
    #[arg(long, value_name = "PROFILE", default_value = "modern", value_parser = parse_profile, env = "LTSCTL_PROFILE", add = ArgValueCandidates::new(offer_profiles))]
    pub(in super::super) profile: emulator::Profile,
    /// File of rules of what goes wrong: latency, lost answers, rate limits, stale lists and more
    #[arg(long, value_name = "FILE", env = "LTSCTL_FAULTS")]
    pub(in super::super) faults: Option<PathBuf>,
}
