//! Flags of the commands that go from the project back to a file.

use std::path::PathBuf;

use clap::Args;

use super::flags::{Input, Variables};
use crate::cli::values::{parse_estate, parse_glob};
use crate::model::{AddressGlob, EstateName};

/// Where the project is, for commands that need no manifest.
#[derive(Debug, Args)]
pub(in super::super) struct Whereabouts {
    /// Manifests whose target and estate are used; without them the environment says where (`HW_REGION_NAME` and
    /// `HW_PROJECT_ID` or `HW_PROJECT_NAME`)
    #[arg(short = 'f', long = "file", value_name = "PATH", env = "LTSCTL_FILE", value_delimiter = ',')]
    pub(in super::super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(in super::super) variables: Variables,
}

/// Which objects are exported, and for whom.
#[derive(Debug, Args)]
pub(in super::super) struct Wanted {
    /// Objects, such as `groups/pay*/**` (a group with everything in it) or `groups/web/streams/*`; everything by
    /// default
    #[arg(value_name = "ADDRESS", value_parser = parse_glob)]
    pub(in super::super) addresses: Vec<AddressGlob>,
    /// Estate whose objects are exported; without one, objects of no estate
    #[arg(long, value_name = "NAME", value_parser = parse_estate, env = "LTSCTL_ESTATE")]
    pub(in super::super) estate: Option<EstateName>,
}

/// What is imported, and where to.
#[derive(Debug, Args)]
pub(in super::super) struct ImportArguments {
    /// Live objects, such as `groups/web/**` (a group with everything in it) or `groups/web/streams/access`; a dump by
    /// the id of its transfer
    #[arg(value_name = "ADDRESS", required = true, value_parser = parse_glob)]
    pub(in super::super) addresses: Vec<AddressGlob>,
    #[command(flatten)]
    pub(in super::super) input: Input,
    /// Show what would be written, and write nothing
    #[arg(long, visible_alias = "dry-run", env = "LTSCTL_CHECK", value_parser = clap::builder::FalseyValueParser::new())]
    pub(in super::super) check: bool,
}

/// Where the result goes.
#[derive(Debug, Args)]
pub(in super::super) struct Destination {
    /// Write to a file instead of standard output
    #[arg(long, value_name = "FILE", env = "LTSCTL_OUT")]
    pub(in super::super) out: Option<PathBuf>,
    /// Overwrite the file if it is there
    #[arg(long, requires = "out")]
    force: bool,
}

/// What happens to a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Overwrite {
    /// It stays, and nothing is written, unless a flag says otherwise.
    Refuse,
    /// It stays, and nothing is written.
    Never,
    /// It is replaced, all at once.
    Replace,
}

impl Destination {
    pub(in super::super) fn overwrite(&self) -> Overwrite {
        if self.force { Overwrite::Replace } else { Overwrite::Refuse }
    }
}
