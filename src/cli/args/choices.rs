//! What some flags choose between.

use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum OutputFormat {
    /// For people
    Text,
    /// One document, or one event a line for `apply`
    Json,
    /// For a comment on a pull request
    Markdown,
    /// One page that needs nothing else
    Html,
}

/// A form of a report that goes to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum ReportFormat {
    /// What `-o text` prints, without colour
    Text,
    /// What `-o json` prints; for `apply` the plan with its summary
    Json,
    /// For a comment on a pull request, or a step summary
    Markdown,
    /// One page that needs nothing else
    Html,
    /// For whatever shows test results
    Junit,
    /// For code scanning
    Sarif,
    /// Samples in text, for a monitor
    Prometheus,
    /// Outputs of a step, appended; annotations go to stderr
    Github,
}

impl ReportFormat {
    pub(in super::super) fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
            Self::Prometheus => "prometheus",
            Self::Github => "github",
        }
    }
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

/// A shell that completes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum Shell {
    /// bash
    Bash,
    /// elvish
    Elvish,
    /// fish
    Fish,
    /// PowerShell
    Powershell,
    /// zsh
    Zsh,
}

impl Shell {
    pub(in super::super) fn as_str(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Elvish => "elvish",
            Self::Fish => "fish",
            Self::Powershell => "powershell",
            Self::Zsh => "zsh",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum SchemaName {
    /// The manifest
    Manifest,
    /// A file of `emulator --faults`
    Faults,
    /// The document of `plan -o json`, which is also a saved plan
    Plan,
    /// The document of `plan -o json` where several targets are named
    Plans,
    /// One line of `apply -o json`
    Event,
    /// The document of `drift -o json`
    Drift,
    /// The document of `init -o json`
    Init,
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
    /// The document of `export -o json`
    Export,
    /// The document of `snapshot`
    Snapshot,
    /// The document of `import -o json`
    Import,
}

/// How much is said besides the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Verbosity {
    Quiet,
    Normal,
    Verbose,
}
