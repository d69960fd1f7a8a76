//! What some flags choose between.

use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum OutputFormat {
    /// For people
    Text,
    /// One document, or one event a line for `apply`
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum ColorChoice {
    /// On a terminal
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum SchemaName {
    /// The manifest
    Manifest,
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
    /// The document of `fmt -o json`
    Formatting,
    /// The file of `--debug-bundle`
    Bundle,
}

/// How much is said besides the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Verbosity {
    Quiet,
    Normal,
    Verbose,
}
