//! Colour, or none.

use std::fmt;

use anstyle::{AnsiColor, Style};

/// Whether output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// Plain text.
    Plain,
    /// ANSI colours.
    Ansi,
}

impl Paint {
    /// Paints something green, as for what is new.
    pub fn green<T: fmt::Display>(self, value: T) -> String {
        self.with(AnsiColor::Green, value)
    }

    /// Paints something yellow, as for what changes.
    pub fn yellow<T: fmt::Display>(self, value: T) -> String {
        self.with(AnsiColor::Yellow, value)
    }

    /// Paints something red, as for what goes.
    pub fn red<T: fmt::Display>(self, value: T) -> String {
        self.with(AnsiColor::Red, value)
    }

    /// Paints something in the colour of notes.
    pub fn cyan<T: fmt::Display>(self, value: T) -> String {
        self.with(AnsiColor::Cyan, value)
    }

    /// Makes something bold.
    pub fn bold<T: fmt::Display>(self, value: T) -> String {
        self.styled(Style::new().bold(), value)
    }

    fn with<T: fmt::Display>(self, colour: AnsiColor, value: T) -> String {
        self.styled(colour.on_default(), value)
    }

    fn styled<T: fmt::Display>(self, style: Style, value: T) -> String {
        match self {
            Self::Plain => value.to_string(),
            Self::Ansi => format!("{style}{value}{style:#}"),
        }
    }
}
